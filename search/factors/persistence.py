"""Whether a factor that ranked well in one quarter ranks well in the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats, Rows
from ..worth.block_length import block_length
from ..worth.bootstrap import drawn_days
from .information import information
from .labelled import labelled

QUARTER = 63
"""Sessions."""

LEAST_SHARE = 0.75
"""Part of a quarter's dates that must have a coefficient for the quarter to count."""

LEAST_PAIRS = 12
REPLICATES = 2000
ENDS = (0.025, 0.975)


class Persistence(NamedTuple):
    """Mean rank ICs of quarters, and how each goes with the one before."""

    first_rows: Rows
    """The session of each quarter's first date, (q,)."""
    quarters: Floats
    """Mean IC of each quarter, (q,), oldest first; NaN for one with too few dates."""
    correlation: float
    """Of each quarter with the next, in [-1, 1]; NaN where `reason` says why."""
    lower: float
    """Of the 95 % band."""
    upper: float
    slope: float
    """Change of the next quarter's IC per unit of the last quarter's."""
    n_pairs: int
    block: float
    """Mean length of the bootstrap's blocks, in pairs."""
    reason: str


def persistence(
    values: Floats, residuals: Floats, rows: Rows, step: int, seed: int = 0
) -> Persistence:
    """Return how well a quarter's mean IC predicts the next quarter's.

    Each date's IC is that of the residual returns up to the next date, so that no return counts
    twice and no label reaches from one quarter into the next. (ICs of 30 or 60 sessions do: such
    quarters go with one another without any persistence.)

    Parameters
    ----------
    values : ndarray of shape (s, m)
        The factor at each of `rows`; NaN where not known.
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    rows : ndarray of int, shape (s,)
        Sessions, increasing in steps of `step`.
    step : int
        Sessions from one date to the next, >= 1.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Persistence
        The band is the percentile interval of a stationary bootstrap of the pairs. Without
        persistence the expected correlation of n pairs is about -1 / n.

    References
    ----------
    Politis, D. N. and Romano, J. P. (1994). The stationary bootstrap. Journal of the American
    Statistical Association 89(428), 1303-1313. That factors persist: Gupta, T. and Kelly, B.
    (2019). Factor momentum everywhere. Journal of Portfolio Management 45(3), 13-36.
    """
    found = information(labelled(values, residuals, rows, step))
    first_rows, quarters = _by_quarter(found.rows, found.ics, step)
    before, after = quarters[:-1], quarters[1:]
    both = ~(np.isnan(before) | np.isnan(after))
    before, after = before[both], after[both]
    whole = Persistence(
        first_rows, quarters, np.nan, np.nan, np.nan, np.nan, before.size, np.nan, ""
    )
    if before.size < LEAST_PAIRS:
        reason = f"{before.size} pairs of quarters, {LEAST_PAIRS} are needed"
        return whole._replace(reason=reason)
    x, y = before - before.mean(), after - after.mean()
    if not (x.any() and y.any()):
        return whole._replace(reason="the coefficients are the same in all quarters")
    block = block_length(x * y)
    lower, upper = _band(before, after, block, seed)
    return whole._replace(
        correlation=float(x @ y / np.sqrt((x @ x) * (y @ y))),
        lower=lower,
        upper=upper,
        slope=float(x @ y / (x @ x)),
        block=block,
    )


def _by_quarter(rows: Rows, ics: Floats, step: int) -> tuple[Rows, Floats]:
    """Return the first session and the mean of each whole quarter, from the first date on."""
    if not rows.size:
        return rows, ics
    quarter = (rows - rows[0]) // QUARTER
    n = int((rows[-1] + step - rows[0]) // QUARTER)
    inside = quarter < n
    count = np.bincount(quarter[inside], minlength=n)
    total = np.bincount(quarter[inside], weights=ics[inside], minlength=n)
    enough = count >= LEAST_SHARE * QUARTER / step
    means = np.divide(total, count, out=np.full(n, np.nan), where=enough)
    return rows[0] + QUARTER * np.arange(n), means


def _band(before: Floats, after: Floats, block: float, seed: int) -> tuple[float, float]:
    """Return the ends of the percentile interval of the correlation."""
    drawn = np.stack(list(drawn_days(before.size, block, REPLICATES, seed)))
    x, y = before[drawn], after[drawn]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    size = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    found = (x * y).sum(axis=1)[size > 0.0] / size[size > 0.0]
    lower, upper = np.quantile(found, ENDS)
    return float(lower), float(upper)
