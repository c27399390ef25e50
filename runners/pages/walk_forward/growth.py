"""Growth of a walk-forward beside hindsight and holding."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...walk_forwards.result import WalkForwardResult
from .. import run_charts
from ..timeline.charts import Line
from ..timeline.shown import first_screen


def growth_of(result: WalkForwardResult) -> dict[str, Any]:
    """Return growth and drawdown of the account; empty where there is no day."""
    stitched = result.stitched
    if len(stitched.daily) < 2:
        return {"growth": [], "chart_data": None}
    lines, days = account_lines(result), run_charts.days_of(stitched)
    charts = run_charts.growth_charts(lines)
    return first_screen(charts, days, lines[:2])


def account_lines(result: WalkForwardResult) -> list[Line]:
    """Return growth of 1 on the account's days: its own, holding's, their quotient, hindsight's."""
    lines = run_charts.growth_lines(result.stitched)
    best = _best_line(result)
    lines[0] = lines[0]._replace(label="Walk-forward")
    return lines if best is None else [*lines, best]


def _best_line(result: WalkForwardResult) -> Line | None:
    """Return the growth of the ex-post best from the account's opening day on."""
    best = None if result.hindsight is None else result.hindsight.best
    if best is None:
        return None
    returns = best.returns.reindex(result.stitched.returns.index).to_numpy(np.float64)
    grown = np.append(1.0, (1.0 + returns).cumprod())
    return Line("best", "Ex-post best", "run5", grown, width=1.2)
