"""The best set of a search next to the median trial and buying and holding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ...search.evaluator import RUINED
from ..runs.labels.formats import counted
from .columns import OTHER_EXCESS, cell
from .result import SearchResult


class Side(NamedTuple):
    """One of the three: its name and its objective as text."""

    name: str
    figure: str
    other: str
    """The excess in the other unit if the objective is an excess, else empty."""


def side_by_side(result: SearchResult) -> tuple[Side, Side, Side]:
    """Return the best set, the median trial, and buying and holding."""
    found, median = result.found, result.median
    name = found.objective
    best = found.top.head(1).to_dict("records")[0]
    ruined = best[RUINED] >= 0
    about = "" if median.exact else "about "
    return (
        Side(
            "best",
            "ruined" if ruined else cell(name, best[name]),
            "" if ruined else _other_excess(name, best),
        ),
        Side(
            "median trial",
            about + cell(name, median.objective),
            _other_excess(name, result.median_excess),
        ),
        Side(
            "buy and hold",
            cell(name, result.held_objective),
            _other_excess(name, result.held_figures),
        ),
    )


def trials(result: SearchResult) -> str:
    """Return the number of tried sets, and the number of distinct position series among them."""
    found = result.found
    of = "" if found.sets in (None, found.evaluated) else f" drawn of {found.sets:,}"
    distinct = ""
    if found.distinct is not None:
        about = "about " if found.distinct_is_estimate else ""
        distinct = f" ({about}{found.distinct:,} distinct)"
    return f"{counted(found.evaluated, 'set')}{of}{distinct}"


def _other_excess(objective: str, figures: Mapping[Any, Any]) -> str:
    """Format the excess per year for an excess in total, and the reverse; else return ""."""
    other, _ = OTHER_EXCESS.get(objective, ("", ""))
    if figures.get(other) is None or math.isnan(figures[other]):
        return ""
    return cell(other, figures[other])
