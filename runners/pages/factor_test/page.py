"""The page of a factor's test, in the style of the tearsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...factor_tests.result import FactorTestResult
from ...runs.labels.formats import NONE, counted, number, percent, probability
from ...runs.provenance import described
from ..html import rendered
from ..six_figures import Large
from . import pictures, tables
from .words import (
    dates_note,
    even_words,
    independent,
    interval,
    part_of,
    remarks,
    significant,
    tests_note,
    tried_words,
    verdict,
)


def page(result: FactorTestResult) -> str:
    """Return the page as HTML text, a whole self-contained document."""
    from markupsafe import Markup

    title = verdict(result)
    return rendered(
        "factor_test.html",
        result=result,
        verdict=f"{title[:1].upper()}{title[1:]}",
        part=part_of(result.settings["quantiles"]),
        badges=result.badges,
        six=large_figures(result),
        words=remarks(result),
        tried=tried_words(result),
        added=_added(result),
        quantiles=[
            (horizon, Markup(pictures.quantile_bars(horizon, found)))
            for horizon, found in result.horizons.items()
        ],
        pictures={
            name: Markup(draw(result))
            for name, draw in (
                ("ic", pictures.ic_over_time),
                ("ic_sum", pictures.ic_added_up),
                ("spread_sum", pictures.spread_added_up),
                ("ic_decay", pictures.ic_decay),
                ("spread_decay", pictures.spread_decay),
                ("quarters", pictures.quarters),
                ("baskets", pictures.baskets),
            )
        },
        horizons=tables.horizon_table(result),
        turnover=tables.turnover_table(result),
        baskets=tables.basket_table(result),
        trials=tables.trial_table(result),
        settings=_settings(result.settings),
        params=[(name, _shown(value)) for name, value in result.settings["params"].items()],
        universe=_universe(result),
        data=[described(bars) for bars in result.bars],
        counted=counted,
    )


def large_figures(result: FactorTestResult) -> list[Large]:
    """Return the six large figures: IC, spread, break-even, turnover, persistence, trials."""
    horizon, found = next(iter(result.horizons.items()))
    ic, spread, turned = found.information.mean, found.quantiles.spread, found.turnover
    kept, ahead = result.persistence, counted(horizon, "session")
    name = part_of(result.settings["quantiles"])
    return [
        Large(
            "Mean rank IC", number(ic.mean, 3), kind=_kind(ic.mean, significant(ic)),
            note=f"{ahead} ahead; 95% {interval(ic)}; p {probability(_or_none(ic.p_value))}",
        ),
        Large(
            "Independent dates", number(independent(ic), 0),
            note=dates_note(ic, horizon, result.settings["step"]),
        ),
        Large(
            f"Top less bottom {name}", percent(spread.mean, 1),
            kind=_kind(spread.mean, significant(spread)),
            note=f"residual return a year; 95% {interval(spread, rate=True)}",
        ),
        Large(
            "Break-even cost", even_words(found.break_even_bp),
            note=f"an order; {number(turned.traded, 1)} x the position is traded a year",
        ),
        Large(
            "Persistence", number(kept.correlation),
            note=kept.reason
            or f"quarter to quarter; 95% {number(kept.lower)} to {number(kept.upper)}",
        ),
        Large(
            "Tests on these bars", str(len(result.tried.tests)) if result.tried else NONE,
            note=tests_note(result),
        ),
    ]  # fmt: skip


def _added(result: FactorTestResult) -> str:
    """Return what a date adds to the sums of rank ICs and of spreads, where labels overlap."""
    step = int(result.settings["step"])
    shares = [f"{step}/{horizon}" for horizon in result.horizons if step < horizon]
    if not shares:
        return "its own value"
    return f"{' or '.join(shares)} of its value, as labels overlap"


def _kind(value: float, told: bool) -> str:
    if not told:
        return ""
    return "good" if value > 0.0 else "bad"


def _or_none(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _settings(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    own = [(name, value) for name, value in settings.items() if name != "params"]
    return [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else value)
        for name, value in own
        if value is not None
    ]


def _shown(value: Any) -> str:
    number_alone = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:,.12g}" if number_alone else str(value)


def _universe(result: FactorTestResult) -> list[tuple[str, str]]:
    found = result.universe
    least, mean, most = found.names
    return [
        ("fund", found.fund),
        ("stocks given", f"{found.stocks:,}"),
        ("in the universe", f"{number(mean, 1)} on average, {least} to {most}"),
        ("factor known for", percent(found.coverage, 0)),
        ("cross-sections", f"{result.cross_sections:,}"),
        *((f"left out on the last: {why}", str(count)) for why, count in found.excluded.items()),
    ]
