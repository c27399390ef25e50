"""The bar-by-bar run of the best set, which has a page of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd

from ...search.confirm import SAME
from ...search.evaluator import COLUMNS
from ...search.found import Found
from ..errors import CheckFailed
from ..runs import registry
from ..runs.found.user_files import in_a_line
from ..runs.labels.badge_texts import badge, gravest_first
from ..runs.quiet import without_prints
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.stages import Progress, part
from .bar_by_bar import RunEvaluator, row_of


def run_best(
    kind: registry.Strategy,
    evaluator: RunEvaluator,
    found: Found,
    say: Callable[[str], None],
    progress: Progress | None = None,
) -> RunResult | None:
    """Run the best set of a search that keeps no runs once more.

    If the strategy raises, or its figures are not those of the search, `say` is called with the
    reason and None is returned: such a strategy decides anew each time.
    """
    best = found.top.iloc[0]
    ran, why = again(kind, evaluator, best, part(progress, "the best set again"))
    if ran is None:
        say(f"the best set has no page of its own, since running it again {why}")
    return ran


def again(
    kind: registry.Strategy,
    evaluator: RunEvaluator,
    row: pd.Series,
    progress: Progress | None = None,
) -> tuple[RunResult | None, str]:
    """Run one set of a search that keeps no runs once more.

    Parameters
    ----------
    kind, evaluator
        As for `run_best`.
    row : Series
        Its number and statistics.
    progress : callable or None

    Returns
    -------
    RunResult or None
        None if the strategy raises, or its figures are not those of the search.
    str
        What came of it then: "ended: ..." or "gave other figures".
    """
    params = {**evaluator.params, **evaluator.space.set_at(int(row["index"]))}
    try:
        with without_prints():
            ran = run(
                kind, evaluator.bars, inputs=evaluator.inputs, params=params, strips=False,
                progress=progress, **evaluator.settings,
            )  # fmt: skip
    except (CheckFailed, MemoryError):
        raise
    except Exception as error:
        return None, f"ended: {in_a_line(error, kind.__module__)}"
    searched = row[list(COLUMNS)].to_numpy(float)
    if not np.allclose(searched, row_of(ran), rtol=SAME, atol=0.0, equal_nan=True):
        return None, "gave other figures"
    return ran, ""


def told_as_best(ran: RunResult, trials: str) -> RunResult:
    """Return a run with a badge that says of how many sets it is the best."""
    badges = [badge("best of a search", trials=trials), *ran.badges]
    return dataclasses.replace(ran, badges=gravest_first(badges))
