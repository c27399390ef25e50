"""The table of ex-post best, median trial, walk-forward, and buying and holding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...runs.labels.figures import FIGURES, figure_of
from ...runs.labels.formats import NONE
from ...searches.compared import BEST, HELD, MEDIAN, PER_YEAR, SHOWN, WALK_FORWARD, Compared

NAMES = {
    BEST: "Ex-post best",
    MEDIAN: "Median trial",
    WALK_FORWARD: "Walk-forward",
    HELD: "Buy and hold",
}


class Column(NamedTuple):
    """The heading of a column."""

    name: str
    days: str
    """First and last day that count; empty where it does not exist, or where all have the same."""
    own: bool
    """Whether it is the walk-forward: what somebody could have had."""


def beside(
    compared: Sequence[Compared], window: tuple[str, str], objective: str
) -> dict[str, Any] | None:
    """Return what the template `beside.html` shows; None where nothing was compared.

    Parameters
    ----------
    compared : sequence of Compared
        A walk-forward that does not exist is left out.
    window : pair of str
        First and last day of the search that ranked the sets.
    objective : str
        What ranked them.
    """
    shown = [each for each in compared if each.name != WALK_FORWARD or each.first is not None]
    if not shown:
        return None
    days = list(dict.fromkeys((each.first, each.last) for each in shown if each.first))
    return {
        "columns": [
            Column(
                NAMES[each.name],
                f"{each.first} to {each.last}" if each.first and len(days) > 1 else "",
                each.name == WALK_FORWARD,
            )
            for each in shown
        ],
        "rows": [
            (
                "Excess per year" if key == PER_YEAR else FIGURES[key].label,
                [(_cell(each, key), each.name == WALK_FORWARD) for each in shown],
            )
            for key in SHOWN
        ],
        "caption": _caption(days, window, objective, walked=len(shown) == len(NAMES)),
    }


def _cell(one: Compared, key: str) -> str:
    if one.name == HELD and key == PER_YEAR:
        return NONE
    return FIGURES[key].show(one.figures[key])


def _caption(
    days: Sequence[tuple[str | None, str | None]],
    window: tuple[str, str],
    objective: str,
    *,
    walked: bool,
) -> str:
    parts = []
    if len(days) == 1:
        ((first, last),) = days
        parts.append(f"All on the days from {first} to {last}.")
    elif days:
        parts.append("The columns have different days: totals and drawdowns do not compare.")
    parts.append(
        f"Best and median were ranked by {figure_of(objective).noun} over {window[0]} to "
        f"{window[1]}, with hindsight."
    )
    if walked:
        parts.append("The walk-forward alone is what somebody could have had.")
    parts.append("Excess per year is over buying and holding on the same days.")
    return " ".join(parts)
