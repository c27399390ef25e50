"""The page of a search, with the tearsheet's style."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ....search.evaluator import NOT_BETTER, POSITIONS, RUINED
from ....search.space import Value
from ...runs.provenance import described
from ...runs.result import Badge
from ...runs.undecided import undecided_badges
from ...runs.window import opening_day
from ...searches.neighbours import STEPS
from ...searches.result import SearchResult
from ..html import rendered
from ..summary import cost_words, timing_words
from .axis import in_order, is_even, is_numeric
from .numbers import OTHER_EXCESS, counted, first, shown
from .pictures import maps_of, marginals_of, spread_of, varied, without_rows

MOST_NAMED = 12
"""Values of no range that are named one by one."""


def page(result: SearchResult) -> str:
    """Return the page as HTML text: the whole document, which needs nothing but itself."""
    found, settings = result.found, result.settings.plain()
    data = [described(bars) for bars in result.bars]
    top = found.top
    statistics = [
        name for name in top.columns if name not in (*result.space.names, POSITIONS, "index")
    ]
    if not (top[RUINED] >= 0).any():
        statistics.remove(RUINED)
    statistics = first(found.objective, statistics)
    marginals = marginals_of(result)
    return rendered(
        "search.html",
        result=result,
        trials=trials_words(result),
        space=space_words(result),
        badges=badges(result),
        beside=side_by_side(result),
        other_unit=OTHER_EXCESS.get(found.objective, ("", ""))[1],
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
        spread=spread_of(result),
        marginals=marginals,
        marginals_note=without_rows(result, marginals),
        maps=maps_of(result),
        one_parameter=len(varied(result.space)) == 1,
        timing=timing_words(settings, result.twice_a_day, result.bars[0].frequency),
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
    """Print the excess per year of one in total, and the other way round; else nothing."""
    other, _ = OTHER_EXCESS.get(objective, ("", ""))
    if figures.get(other) is None or math.isnan(figures[other]):
        return ""
    return shown(other, figures[other])


def space_words(result: SearchResult) -> str:
    """Name the parameters with their values, and what a set must satisfy."""
    space = result.space
    parts = []
    for name, values in zip(space.names, space.values, strict=True):
        parts.append(f"{name} {values_words(values)}")
    return "; ".join([*parts, *(constraint.text for constraint in space.constraints)])


def values_words(values: Sequence[Value]) -> str:
    """Name values: all of a few, the ends and the step of a range, the ends of others."""
    count = len(values)
    if count <= 3 or (count <= MOST_NAMED and not _is_range(values)):
        return ", ".join(str(value) for value in values)
    if not is_numeric(values):
        return f"{', '.join(str(value) for value in values[:MOST_NAMED])}, ... ({count} values)"
    ordered = [values[place] for place in in_order(values)]
    ends = f"{ordered[0]} to {ordered[-1]}"
    if not is_even(ordered):
        return f"{ends} ({count} values, not evenly spaced)"
    step = (float(ordered[-1]) - float(ordered[0])) / (count - 1)
    by = "" if math.isclose(step, 1.0) else f" by {step:.6g}"
    return f"{ends}{by} ({count} values)"


def _is_range(values: Sequence[Value]) -> bool:
    return is_numeric(values) and is_even([values[place] for place in in_order(values)])


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
    opens = opening_day(result.bars, result.settings)
    badge += undecided_badges(result.bars, result.settings.every, opens)
    if result.confirmed:
        why = "The best and some at random, run again bar by bar: equity and figures agree to 1e-9."
        badge.append(Badge("info", f"confirmed: {result.confirmed} sets", why))
    return badge


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
                "ruined"
                if there[step]["ruined"]
                else shown(result.found.objective, there[step]["objective"]),
                step == 0,
            )
            if step in there
            else ("", "", False)
            for step in range(-STEPS, STEPS + 1)
        ]
        rows.append((str(name), cells))
    return rows
