"""The walk-forward on the page of a search: its sentence, its row, its dot and its curve."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ....search.objectives import derived
from ....search.worth.of_trials import TrialStatistics
from ...runs.labels.formats import NONE, counted, number, percentage_points
from ...runs.labels.glance import outcomes
from ...runs.result import RunResult
from ...walk_forwards.result import WalkForwardResult
from ..daily_returns import benchmark_returns
from ..timeline.charts import Line
from .rows import Row

WORDS = {"1y": "each year", "6m": "every six months", "3m": "every three months"}


def forward_sentence(forward: WalkForwardResult | None) -> str:
    """Say what choosing anew would have made; empty without a walk-forward."""
    if forward is None:
        return ""
    ours, theirs = forward.metrics["total_return"], forward.held["total_return"]
    if ours is None or theirs is None:
        return ""
    made, held = outcomes(ours, theirs)
    return (
        f"Chosen {how_often(forward)} with only what was known then, the rules {made} from "
        f"{forward.window[0]} on; buying and holding {held}."
    )


def forward_row(forward: WalkForwardResult | None, why: str) -> Row:
    """Return the second of the seven figures."""
    if forward is None:
        reason = f"{why[:1].upper()}{why[1:]}." if why else "Not measured."
        return Row("Walk-forward", NONE, reason)
    efficiency = forward.efficiency.value
    ratio = f"No efficiency: {forward.efficiency.reason}."
    if efficiency is not None:
        ratio = (
            f"Efficiency {number(efficiency)}: this excess over the mean excess of the choices in "
            "their own fits."
        )
    sets = len({refit.index for refit in forward.path if refit.index is not None})
    fits = "all days" if forward.anchored else f"the {forward.fit}"
    words = (
        f"Excess per year over buying and holding, {forward.window[0]} to {forward.window[1]}, of "
        f"sets chosen {how_often(forward)} on {fits} before: "
        f"{counted(len(forward.path), 'choice')}, {counted(sets, 'different set')}. {ratio}"
    )
    shifts = [each for each in forward.refit_shift or [] if each.excess is not None]
    if len(shifts) > 1:
        totals = [each.excess or 0.0 for each in shifts]
        words += (
            f" With refits up to {shifts[-1].shift} later, the total excess over the days that all "
            f"have is {percentage_points(min(totals), 0)} to {percentage_points(max(totals), 0)}."
        )
    return Row("Walk-forward", percentage_points(forward.excess_per_year), words)


def forward_value(
    forward: WalkForwardResult | None, objective: str, found: TrialStatistics | None
) -> float | None:
    """Return its objective less that of buying and holding, for the strip.

    A total excess grows with the days: that of the walk-forward, which begins later, is what its
    excess per year comes to over all days of the search, beside buying and holding on these days.

    Parameters
    ----------
    forward : WalkForwardResult or None
    objective : str
    found : TrialStatistics or None
        Of the search.
    """
    if forward is None:
        return None
    rate = forward.excess_per_year
    if objective == "excess_per_year" or rate is None:
        return rate
    if objective == "excess":
        if found is None or found.held_growth is None:
            return None
        growth = 1.0 + found.held_growth
        return float(max(growth + rate, 0.0) ** found.years - growth**found.years)
    own, held = (
        {**side, **derived(side)}.get(objective) for side in (forward.metrics, forward.held)
    )
    if own is None or not math.isfinite(own):
        return None
    return float(own) - (float(held) if held is not None else 0.0)


def forward_line(forward: WalkForwardResult | None, best: RunResult) -> Line | None:
    """Return the growth of the walk-forward on the days of the best set's account.

    It begins, on the day of its first choice, where buying and holding stands there.
    """
    if forward is None:
        return None
    days = pd.DatetimeIndex(best.daily.index)
    returns = forward.stitched.returns
    first = days.get_indexer(pd.DatetimeIndex(forward.stitched.daily.index[:1]))[0]
    if first < 0:
        return None
    market = benchmark_returns(best)
    level = 1.0
    if market is not None:
        level = float(np.append(1.0, (1.0 + market.to_numpy(float)).cumprod())[first])
    grown = np.full(len(days), np.nan)
    own = np.append(1.0, (1.0 + returns.to_numpy(float)).cumprod())
    grown[first : first + own.size] = level * own[: len(days) - first]
    return Line("forward", "Walk-forward, begun where holding stood", "run3", grown, width=1.4)


def how_often(forward: WalkForwardResult) -> str:
    """Say how often sets are chosen: "anew each year"."""
    return f"anew {WORDS.get(str(forward.refit), f'every {forward.refit}')}"
