"""Objectives that follow from the statistics of an evaluator, and are computed only when asked for.

They are not among `COLUMNS`: a search by any other objective has the same bytes with or without
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..feeds.arrays import Floats
from .evaluator import Evaluator


def calmar(figures: Mapping[str, Floats]) -> Floats:
    """Return the compound annual growth rate over the maximum drawdown; NaN without a drawdown."""
    return _over(figures["cagr"], -figures["max_drawdown"])


def profit_factor(figures: Mapping[str, Floats]) -> Floats:
    """Return the sum of winning daily returns over that of losing ones, as a positive number.

    The days are those of `win_rate`: days with a position. NaN without a losing day.
    """
    rate = figures["win_rate"]
    won = np.where(rate > 0.0, rate * figures["average_win"], 0.0)
    lost = np.where(rate < 1.0, (rate - 1.0) * figures["average_loss"], 0.0)
    return _over(np.where(np.isnan(rate), np.nan, won), lost)


DERIVED: Mapping[str, Callable[[Mapping[str, Floats]], Floats]] = {
    "calmar": calmar,
    "profit_factor": profit_factor,
}
"""Name of an objective, and its function of the columns of statistics, NaN where there is none."""


def derived(figures: Mapping[str, Any]) -> dict[str, float | None]:
    """Return all derived figures of one run or set; None for a figure that does not exist."""
    columns = {
        name: np.array([np.nan if value is None else float(value)])
        for name, value in figures.items()
        if value is None or isinstance(value, int | float)
    }
    values = {name: float(figure(columns)[0]) for name, figure in DERIVED.items()}
    return {name: None if np.isnan(value) else value for name, value in values.items()}


@dataclass(frozen=True, eq=False)
class WithObjective:
    """An evaluator with a derived objective as its last column.

    Attributes
    ----------
    evaluator : Evaluator
        It gives the statistics.
    objective : str
        A name in `DERIVED`.
    """

    evaluator: Evaluator
    objective: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The evaluator's columns, and the objective."""
        return (*self.evaluator.columns, self.objective)

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        """Return the evaluator's rows, each with its objective."""
        rows = self.evaluator(indices)
        figures = dict(zip(self.evaluator.columns, rows.T, strict=True))
        return np.column_stack([rows, DERIVED[self.objective](figures)])


def ranked_by(evaluator: Evaluator, objective: str) -> Evaluator:
    """Return an evaluator that has the objective among its columns, if it can be derived."""
    if objective in evaluator.columns or objective not in DERIVED:
        return evaluator
    return WithObjective(evaluator, objective)


def kernel_of(evaluator: Evaluator) -> str:
    """Return the class name of what computes the statistics."""
    while isinstance(evaluator, WithObjective):
        evaluator = evaluator.evaluator
    return type(evaluator).__qualname__


def _over(numerator: Floats, denominator: Floats) -> Floats:
    """Return a quotient; NaN unless the denominator is positive."""
    positive = denominator > 0.0
    return np.where(positive, numerator / np.where(positive, denominator, 1.0), np.nan)
