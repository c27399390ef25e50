"""The six figures at the top of a run's page, chosen by what kind of result it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..runs.labels.figures import FIGURES
from ..runs.labels.formats import NONE, counted, number, percent, percentage_points
from ..runs.labels.units import in_units, unit_of
from .as_quantstats.reportable import MINIMUM_RETURNS
from .market_figures import market_figures
from .strips import NO_GAIN, level_words
from .summary_rows import RELATIVE, Row, summary
from .verdict import in_sample, known, never_traded

if TYPE_CHECKING:
    from ..runs.result import RunResult

BETA, ALPHA, *_ = RELATIVE

LIKELY = 2.0
"""Standard errors beyond which chance alone is unlikely."""


@dataclass(frozen=True)
class Large:
    """One of the six figures, as texts.

    Attributes
    ----------
    name : str
        Its label.
    value, beside : str
        The strategy's and the benchmark's; a dash for one that does not exist. `beside` is empty
        where the benchmark has no such figure, or there is none.
    note : str
        What it measures, or how far to trust it.
    kind : {"good", "bad", ""}
        Whether it speaks for the strategy or against it; "" for neither. Nothing is good of
        parameters that were chosen on these bars, and nothing speaks of a run without a trade.
    """

    name: str
    value: str
    beside: str = ""
    note: str = ""
    kind: str = ""


def six_figures(result: RunResult) -> list[Large]:
    """Return the six figures of a result, in the order of the page.

    Parameters
    ----------
    result : RunResult
        The result; texts are those of the page's summary.

    Returns
    -------
    list of Large
        Of a directional run: total return, CAGR, Sharpe ratio, maximum drawdown, volatility, and
        the slippage at which its gain is gone; the time in the market, or else the winning days,
        where no strips are shown. Of a series of returns the winning days. Of a neutral book: alpha
        and beta to what it hedges, Sharpe ratio, maximum drawdown, total return over cash, and the
        information coefficient where its section measured one, else volatility.
    """
    figures = _neutral(result) if result.is_neutral else _directional(result)
    speaks = () if never_traded(result) else ("bad",) if in_sample(result) else ("good", "bad")
    return [one if one.kind in speaks else replace(one, kind="") for one in figures]


def _directional(result: RunResult) -> list[Large]:
    rows = _rows(result)
    total = known(result.metrics.get("total_return"))
    theirs = known(result.benchmark.get("total_return"))
    day = result.metrics.get("ruined_on")
    growth = _against(total, None if theirs is None or total is None else total - theirs)
    made = _of(rows["total_return"], growth)
    return [
        replace(made, note=f"ruined on {day}") if day else made,
        _of(rows["cagr"], growth if rows["cagr"].strategy != NONE else ""),
        _sharpe(result),
        _of(rows["max_drawdown"]),
        _of(rows["volatility"]),
        _gain_gone_at(result) or _time_in_the_market(result) or _of(rows["win_rate"]),
    ]


def _neutral(result: RunResult) -> list[Large]:
    rows = _rows(result)
    name, alpha, beta = market_figures(result)
    total, cash = (known(side.get("total_return")) for side in (result.metrics, result.benchmark))
    over = None if total is None or cash is None else total - cash
    error = None if alpha is None else alpha.standard_error
    reach = None if error is None else LIKELY * error
    return [
        Large(
            ALPHA,
            percent(None if alpha is None else alpha.value),
            note="per year over cash"
            + (f", standard error {percent(alpha.standard_error)}" if alpha else ""),
            kind=_beyond(None if alpha is None else alpha.value, reach),
        ),
        Large(
            BETA,
            number(None if beta is None else beta.value, 3),
            note=f"to {name}"
            + (f", standard error {number(beta.standard_error, 3)}" if beta else ""),
        ),
        _sharpe(result),
        _of(rows["max_drawdown"]),
        Large(
            f"{FIGURES['total_return'].label} over cash",
            percentage_points(over),
            note=f"{percent(total)}, cash {percent(cash)}",
            kind=_against(total, over),
        ),
        _information(result) or _of(rows["volatility"]),
    ]


def _rows(result: RunResult) -> dict[str, Row]:
    """Return the rows of the summary by the keys of their figures."""
    unit = unit_of(result.periods_per_year)
    by_name = {row.name: row for group in summary(result) for row in group}
    keys = {key: in_units(figure.label, unit) for key, figure in FIGURES.items()}
    return {key: by_name[name] for key, name in keys.items() if name in by_name}


def _of(row: Row, kind: str = "") -> Large:
    """Return a figure of the summary, without its note: the page has no room for what is known."""
    return Large(row.name, row.strategy, row.benchmark, kind=kind)


def _against(total: float | None, lead: float | None) -> str:
    """Return "bad" for a loss, "good" for a gain ahead of the benchmark."""
    if total is None or total == 0.0:
        return ""
    if total < 0.0:
        return "bad"
    return "good" if lead is not None and lead > 0.0 else ""


def _sharpe(result: RunResult) -> Large:
    figure, band = FIGURES["sharpe"], result.metrics.get("sharpe_band")
    value = known(result.metrics.get("sharpe"))
    kind = ""
    if band is not None and len(result.returns) >= MINIMUM_RETURNS:
        kind = "good" if band[0] > 0.0 else "bad" if band[1] < 0.0 else ""
    return Large(
        figure.label,
        figure.show(None if band is None else value),
        figure.show(known(result.benchmark.get("sharpe"))) if result.has_benchmark else "",
        FIGURES["sharpe_band"].show(band) if value is not None and band is not None else "",
        kind,
    )


def _gain_gone_at(result: RunResult) -> Large | None:
    """Return the break-even slippage; None if no strips are shown, or there was no trade."""
    strip = (result.strips or {}).get("cost")
    if not strip or never_traded(result):
        return None
    found: dict[str, Any] = strip["break_even"]["over_zero"]
    words = level_words(found, NO_GAIN)
    name = "Gain gone at"
    if found["why"] in ("no gain", "stopped"):
        return Large(name, NONE, note=words, kind="bad" if found["why"] == "no gain" else "")
    return Large(name, words, note="more an order" if strip.get("on_top") else "slippage an order")


def _time_in_the_market(result: RunResult) -> Large | None:
    figure, share = FIGURES["trades.exposure"], known(result.trade_figures.get("exposure"))
    return None if share is None else Large(figure.label, figure.show(share), note=figure.note)


def _information(result: RunResult) -> Large | None:
    """Return the mean information coefficient of a sector book's forecasts; None without any."""
    shown = result.sections.get("sector")
    skill = None if shown is None else shown.measured.get("skill")
    if not isinstance(skill, Mapping):
        return None
    mean, t = known(skill.get("mean")), known(skill.get("t_statistic"))
    if mean is None:
        return None
    judged = counted(skill["judged"], "forecast")
    return Large(
        "Mean information coefficient",
        number(mean, 3),
        note=judged if t is None else f"t {number(t, 1)}, {judged}",
        kind=_beyond(t, LIKELY),
    )


def _beyond(value: float | None, reach: float | None) -> str:
    """Return "good" for a value above a reach from 0, "bad" for one as far below."""
    if value is None or reach is None or abs(value) <= reach:
        return ""
    return "good" if value > 0.0 else "bad"
