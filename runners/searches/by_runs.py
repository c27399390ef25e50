"""What a winner's worth is measured from where each set is a run bar by bar."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...search.evaluator import Evaluator
from ...search.worth.trial_returns import Indices
from ..runs.quiet import without_prints
from .bar_by_bar import RunEvaluator


@dataclass(frozen=True, eq=False)
class RunsOn:
    """From bars to the evaluator that runs every set on them; picklable where that is.

    Attributes
    ----------
    evaluator : RunEvaluator
        That of the search.
    """

    evaluator: RunEvaluator

    def __call__(self, tables: Sequence[Bars]) -> Evaluator:
        """Return the evaluator on other bars."""
        return dataclasses.replace(self.evaluator, bars=tuple(tables))


@dataclass(frozen=True, eq=False)
class RunReturns:
    """The daily returns of sets, each of which is run again for them.

    Attributes
    ----------
    evaluator : RunEvaluator
        That of the search.
    """

    evaluator: RunEvaluator

    def daily_returns(self, indices: Indices) -> Floats:
        """Return them, shape (n_days, n), oldest first."""
        kind = self.evaluator.strategy_here()
        columns = []
        for index in indices:
            with without_prints():
                ran = self.evaluator.run(int(index), kind)
            columns.append(ran.returns.to_numpy(np.float64))
        return np.column_stack(columns)
