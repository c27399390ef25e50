"""The growth of a search's best set, beside buying and holding."""

from __future__ import annotations

from typing import Any

from ...records.files import BEST
from ...searches.result import SearchResult
from .. import run_charts
from ..timeline.shown import first_screen
from ..worth.forward import forward_line

PAGE = f"{BEST}/tearsheet.html"
"""The page of the best set, seen from the page of the search."""


def growth_of(result: SearchResult) -> dict[str, Any]:
    """Return growth and drawdown of the best set's account; empty if its run was not kept."""
    best = result.best
    if best is None or len(best.daily) < 2:
        return {"growth": [], "chart_data": None}
    lines = run_charts.growth_lines(best)
    forward = forward_line(result.forward, best)
    shown = [*lines, forward] if forward is not None else lines
    return first_screen(run_charts.growth_charts(shown), run_charts.days_of(best), lines[:2])
