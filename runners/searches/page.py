"""The page of a search, with the tearsheet's style."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ...search.evaluator import DIFFERENCES, NOT_BETTER, POSITIONS, RUINED
from .. import charts
from ..origins import described
from ..result import Badge
from ..tearsheet import rendered
from ..tearsheet_words import NONE, cost_words, number, percent, timing_words
from .neighbours import STEPS
from .result import SearchResult

FRACTIONS = frozenset(
    ("total_return", "cagr", "volatility", "max_drawdown", "percent", "win_rate", "average_win",
     "average_loss", *DIFFERENCES)
)  # fmt: skip
"""Statistics that are printed as percent."""

WHOLE = frozenset(("switches", "index"))
MOST_MAPS = 6
MOST_CURVES = 8
SHOWN = ("best", "mean", "worst")


def page(result: SearchResult) -> str:
    """Return the page as HTML text: the whole document, which needs nothing but itself."""
    from markupsafe import Markup

    found, settings = result.found, result.settings.plain()
    data = [described(bars) for bars in result.bars]
    top = found.top
    statistics = [
        name for name in top.columns if name not in (*result.space.names, POSITIONS, "index")
    ]
    if not (top[RUINED] >= 0).any():
        statistics.remove(RUINED)
    statistics = first(found.objective, statistics)
    return rendered(
        "search.html",
        result=result,
        trials=trials_words(result),
        space=space_words(result),
        badges=badges(result),
        beside=side_by_side(result),
        statistics=statistics,
        top=[
            (
                [str(row[name]) for name in result.space.names],
                [shown(name, row[name]) for name in statistics],
            )
            for row in top.to_dict("records")
        ],
        held=[shown(name, result.held_figures.get(name)) for name in statistics],
        neighbours=_neighbour_rows(result),
        objective=found.objective.replace("_", " "),
        pictures={
            name: [(t, Markup(svg)) for t, svg in group]
            for name, group in _pictures(result).items()
        },
        timing=timing_words(settings, result.twice_a_day),
        costs=cost_words(settings, data),
        data=data,
    )


def trials_words(result: SearchResult) -> str:
    """Say how many sets were tried, and how many of them hold different positions."""
    found = result.found
    of = "" if found.sets in (None, found.evaluated) else f" drawn of {found.sets:,}"
    distinct = ""
    if found.distinct is not None:
        about = "about " if found.distinct_is_estimate else ""
        distinct = f" ({about}{found.distinct:,} distinct)"
    return f"{counted(found.evaluated)}{of}{distinct}"


def counted(sets: int) -> str:
    """Say how many sets."""
    return f"{sets:,} set{'' if sets == 1 else 's'}"


def first(objective: str, names: Sequence[str]) -> list[str]:
    """Return figures with what ranks before the others; both kinds of excess stand together."""
    together = DIFFERENCES if objective in DIFFERENCES else ()
    return sorted(names, key=lambda name: (name != objective, name not in together))


def side_by_side(result: SearchResult) -> list[tuple[str, str, str, str]]:
    """Return the objective of the best set, of the median trial and of buying and holding.

    Each with its name; the excess in the other unit, where the objective is an excess, else an
    empty text; and a remark.
    """
    found, median = result.found, result.median
    name = found.objective
    best = found.top.head(1).to_dict("records")[0]
    about = "" if median.exact else "about "
    middle = f"the middle of {median.trials:,} {'distinct ' if median.distinct else ''}sets"
    if median.objective is None:
        middle += f" was ruined or has no {name.replace('_', ' ')}"
    elif not median.exact:
        middle += f", in a bin from {shown(name, median.low)} to {shown(name, median.high)}"
    return [
        (
            "best",
            "ruined" if best[RUINED] >= 0 else shown(name, best[name]),
            "" if best[RUINED] >= 0 else _other_excess(name, best),
            f"of {trials_words(result)}, chosen with hindsight",
        ),
        (
            "median trial",
            about + shown(name, median.objective),
            _other_excess(name, result.median_excess),
            middle,
        ),
        (
            "buy and hold",
            shown(name, result.held_objective),
            _other_excess(name, result.held_figures),
            "over the same days",
        ),
    ]


def _other_excess(objective: str, figures: Mapping[Any, Any]) -> str:
    """Print an excess in total beside one per year, and the other way round; else nothing."""
    other = {"excess": "excess_per_year", "excess_per_year": "excess"}.get(objective)
    if other is None or figures.get(other) is None or math.isnan(figures[other]):
        return ""
    return f"{shown(other, figures[other])} {'in total' if other == 'excess' else 'per year'}"


def space_words(result: SearchResult) -> str:
    """Name the parameters with their values, and what a set must satisfy."""
    space = result.space
    parts = []
    for name, values in zip(space.names, space.values, strict=True):
        texts = [str(value) for value in values]
        few = ", ".join(texts)
        parts.append(
            f"{name} {few}"
            if len(texts) <= 3
            else f"{name} {texts[0]} to {texts[-1]} ({len(texts)} values)"
        )
    return "; ".join([*parts, *(constraint.text for constraint in space.constraints)])


def badges(result: SearchResult) -> list[Badge]:
    """Return what to know before believing the page."""
    found = result.found
    badge = [
        Badge(
            "warn",
            "in sample",
            f"The best of {trials_words(result)}, chosen with hindsight: expect less of it.",
        )
    ]
    words = found.objective.replace("_", " ")
    if found.objective in NOT_BETTER:
        why = "More of it is not better: the sets on top have the most of it, not the best."
        badge.append(Badge("warn", f"ranked by {words}", why))
    if found.undefined:
        why = "Without a trade, say, a figure may not exist; ranked behind the others."
        badge.append(Badge("warn", f"no {words}: {counted(found.undefined)}", why))
    if found.ruined:
        why = "Equity fell to zero or below; ranked last."
        badge.append(Badge("bad", f"ruined: {counted(found.ruined)}", why))
    if result.settings.costs.free:
        badge.append(Badge("warn", "no costs", "Neither commission nor slippage was charged."))
    if result.settings.fill == "close":
        why = "The close that is traded at is also read: a market-on-close order, idealised."
        badge.append(Badge("warn", "idealised fill", why))
    if any(bars.price_only for bars in result.bars):
        badge.append(Badge("warn", "price only", "No dividends are known or counted."))
    if result.confirmed:
        why = "The best and some at random, run again bar by bar: equity and figures agree to 1e-9."
        badge.append(Badge("info", f"confirmed: {result.confirmed} sets", why))
    return badge


def shown(name: str, value: Any) -> str:
    """Print a statistic; a dash where it does not exist."""
    if value is None or isinstance(value, str) or (isinstance(value, float) and math.isnan(value)):
        return NONE if not isinstance(value, str) else value
    if name == RUINED:
        return NONE if value < 0 else "ruined"
    if name in FRACTIONS:
        return percent(float(value))
    return number(float(value), 0 if name in WHOLE else 2)


def _neighbour_rows(result: SearchResult) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return for each parameter its values around the winner with their objective.

    The winner stands in the middle; a cell is empty where the parameter ends or a constraint rules
    the set out.
    """
    rows = []
    for name, steps in result.neighbours.groupby("parameter", sort=False):
        there = {int(row["step"]): row for row in steps.to_dict("records")}
        cells = [
            (
                str(there[step]["value"]),
                shown(result.found.objective, there[step]["objective"]),
                step == 0,
            )
            if step in there
            else ("", "", False)
            for step in range(-STEPS, STEPS + 1)
        ]
        rows.append((str(name), cells))
    return rows


def _pictures(result: SearchResult) -> dict[str, list[tuple[str, str]]]:
    found = result.found
    is_fraction = found.objective in FRACTIONS
    words = found.objective.replace("_", " ")
    pictures: dict[str, list[tuple[str, str]]] = {"spread": [], "marginals": [], "maps": []}
    best = float(found.top[found.objective].iloc[0])
    if len(found.histogram) > 1 and math.isfinite(best):
        marks = {"best": best}
        if result.held_objective is not None:
            marks["buy and hold"] = result.held_objective
        if result.median.objective is not None:
            marks["median trial"] = result.median.objective
        pictures["spread"].append(
            (
                f"All sets by {words}",
                charts.spread(
                    "spread", f"Distribution of {words} over all sets", found.histogram, marks,
                    percent=is_fraction,
                ),
            )
        )  # fmt: skip
    for name, rows in found.marginals.groupby("parameter", sort=False):
        if len(pictures["marginals"]) == MOST_CURVES or len(rows) < 2 or not rows["count"].any():
            continue
        pictures["marginals"].append(
            (f"{words} by {name}", _marginal(str(name), words, rows, percent=is_fraction))
        )
    alone = len(result.space.names) == 2
    for (one, other), pair in found.pairs.items():
        if len(pictures["maps"]) >= MOST_MAPS or min(pair.mean.shape) < 2:
            continue
        kinds = [("best", pair.best)] if alone else [("mean", pair.mean), ("best", pair.best)]
        for kind, table in kinds:
            if table.notna().to_numpy().any():
                pictures["maps"].append(
                    (
                        f"{words if alone else f'{kind} {words}'} by {one} and {other}",
                        charts.heat_map(
                            f"map-{one}-{other}-{kind}", f"{kind} {words} by {one} and {other}",
                            _wide(table), percent=is_fraction,
                        ),
                    )
                )  # fmt: skip
    return pictures


def _marginal(name: str, words: str, rows: pd.DataFrame, *, percent: bool) -> str:
    """Draw best, mean and worst by the values of a parameter: curves, or bars of texts."""
    values = list(rows["value"])
    label = f"Best, mean and worst {words} by {name}"
    if all(isinstance(value, (int, float)) for value in values):
        series = {
            key: pd.Series(rows[key].to_numpy(float), pd.Index(values)).dropna() for key in SHOWN
        }
        return charts.by_period(f"marginal-{name}", label, series, {}, percent=percent, axis=name)
    texts = [str(value) for value in values]
    bars = {
        key: dict(zip(texts, rows[key].fillna(0.0).astype(float), strict=True)) for key in SHOWN
    }
    return charts.grouped_bars(f"marginal-{name}", label, bars, percent=percent)


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Lay the parameter with more values along the page."""
    return table.T if table.shape[0] > table.shape[1] else table
