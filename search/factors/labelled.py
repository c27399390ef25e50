"""The cross-sections of a factor beside what came: names whose value and label are both known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats, Rows
from ...strategies.sector.residuals import labels
from ...strategies.sector.skill import LEAST_IC as LEAST_NAMES
from ..errors import SearchError

__all__ = ["LEAST_NAMES", "Labelled", "labelled"]


class Labelled(NamedTuple):
    """Dates whose label has ended, oldest first; s dates, m names."""

    rows: Rows
    """The session of each date, (s,)."""
    values: Floats
    """The factor, (s, m); NaN where it or the label is not known."""
    label: Floats
    """Sum of the residual returns of the next `horizon` sessions, (s, m); NaN as `values`."""
    returns: Floats
    """Daily residual returns of the sessions that the labels hold, (n, m), oldest first; 0 where
    not known. Its first row is that of session ``rows[0] + 1``."""
    horizon: int

    @property
    def known(self) -> Bools:
        """Which names count, (s, m)."""
        counts: Bools = ~np.isnan(self.values)
        return counts

    def on(self, dates: Bools) -> Labelled:
        """Return some of the dates; `dates` is of bool, shape (s,)."""
        rows = self.rows[dates]
        if not rows.size:
            return self._replace(
                rows=rows, values=self.values[dates], label=self.label[dates],
                returns=self.returns[:0],
            )  # fmt: skip
        start = rows[0] - self.rows[0]
        returns = self.returns[start : rows[-1] - self.rows[0] + self.horizon]
        return Labelled(rows, self.values[dates], self.label[dates], returns, self.horizon)


def labelled(values: Floats, residuals: Floats, rows: Rows, horizon: int) -> Labelled:
    """Return the dates whose label has ended and that have enough names.

    Parameters
    ----------
    values : ndarray of shape (s, m)
        The factor as it was known at each of `rows`; larger is better, NaN where not known.
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    rows : ndarray of int, shape (s,)
        The session of each date, a row of `residuals`, increasing.
    horizon : int
        Sessions that a label sums, >= 1.

    Returns
    -------
    Labelled
        Dates with row + horizon <= n - 1 and at least 10 names whose value and label are known.
        No date is left where there is none.

    Raises
    ------
    SearchError
        For arrays whose shapes do not fit, or rows that do not increase or lie outside.
    StrategyError
        For a horizon below 1.
    """
    _check(values, residuals, rows)
    ahead = labels(residuals, horizon)[rows]
    both = ~(np.isnan(values) | np.isnan(ahead))
    dates = both.sum(axis=1) >= LEAST_NAMES
    rows, both = rows[dates], both[dates]
    returns = residuals[:0]
    if rows.size:
        returns = np.nan_to_num(residuals[rows[0] + 1 : rows[-1] + horizon + 1])
    return Labelled(
        rows,
        np.where(both, values[dates], np.nan),
        np.where(both, ahead[dates], np.nan),
        returns,
        horizon,
    )


def _check(values: Floats, residuals: Floats, rows: Rows) -> None:
    if values.ndim != 2 or values.shape != (rows.size, residuals.shape[1]):
        raise SearchError(
            "values (s, m), residuals (n, m) and rows (s,) do not fit: "
            f"{values.shape}, {residuals.shape} and {rows.shape}"
        )
    if (np.diff(rows) <= 0).any() or (rows < 0).any() or (rows >= len(residuals)).any():
        raise SearchError(f"rows must increase and lie in 0..{len(residuals) - 1}")
    if np.isinf(values).any():
        raise SearchError("a factor is infinite; NaN says that it is not known")
