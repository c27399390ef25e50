"""Search the whole window of a walk-forward, as somebody with hindsight would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...feeds.bars import Bars
from ...search.errors import SearchStopped
from ...search.evaluator import Evaluator
from ...search.screen import Screen
from ..runs.result import RunResult
from ..searches.compared import compared
from ..searches.median import median_of
from ..searches.sweep import Sweep
from .hindsight import Hindsight
from .making import Making

COMMAND = "walk-forward"
"""Of the entry in the ledger of trials."""


def hindsight_of(
    making: Making,
    on: Callable[[Sequence[Bars], np.datetime64], Evaluator],
    screen: Screen | None,
    stitched: RunResult,
    worth: str,
    **how: Any,
) -> Hindsight | None:
    """Search the whole window, enter its rules into the ledger of trials, and judge the best.

    Where each set is a run bar by bar, and worth is not to be measured, sets are entered alone.

    Parameters
    ----------
    making : Making
        Strategy, space and sessions of the walk-forward.
    on : callable
        From bars and an opening day to the evaluator of the sets.
    screen : Screen or None
        As for `Sweep`.
    stitched : RunResult
        The account of the walk-forward.
    worth : {"quick", "full", "none"}
    **how
        Other attributes of the `Sweep`.
    """
    given, space, sessions = making.given, making.space, making.sessions
    sweep = Sweep(
        kind=given.kind, params=given.params, space=space, tables=given.tables, opens=given.opens,
        settings=given.settings, inputs=given.inputs, inner=on(given.tables, sessions[0]),
        screen=screen, **how,
    )  # fmt: skip
    window = str(sessions[1]), str(sessions[-1])
    if screen is None and worth == "none":
        sweep.entered_sets(window, COMMAND)
        return None
    try:
        swept = sweep.run(top=1, at_random=0)
    except SearchStopped as error:
        if screen is not None:
            raise
        sweep.say(f"nothing is said of hindsight: {error}")
        sweep.entered_sets(window, COMMAND)
        return None
    found = swept.found
    returns, _ = making.held(0)
    judged = sweep.judged(swept, returns, worth, sweep.entered(found, window, COMMAND))
    alive = found.evaluated > found.undefined + found.ruined
    best = swept.best if alive else None
    return Hindsight(
        window=window,
        set=space.set_at(int(found.top["index"].iloc[0])) if alive else None,
        objective=float(found.top[found.objective].iloc[0]) if alive else None,
        best=best,
        evaluated=found.evaluated,
        distinct=found.distinct,
        median=median_of(found),
        compared=compared(
            found, best, returns, sweep.daily_returns, stitched, stitched.periods_per_year,
            given.settings.risk_free_rate,
        ),
        worth=judged,
    )  # fmt: skip
