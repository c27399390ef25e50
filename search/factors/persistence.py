"""Whether a factor that ranked well in one quarter ranks well in the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats, Rows
from ..worth.bootstrap import drawn_days
from .information import information
from .labelled import labelled

QUARTER = 63
"""Sessions."""

LEAST_SHARE = 0.75
"""Part of a quarter's dates that must have a coefficient for the quarter to count."""

LEAST_PAIRS = 12
REPLICATES = 2000
ENDS = 0.975
CLOSEST = 1.0 - 1e-9
"""Largest correlation that is transformed; that of 1 is infinite."""


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
    reason: str


def persistence(
    values: Floats, residuals: Floats, rows: Rows, step: int, seed: int = 0
) -> Persistence:
    """Return how well a quarter's mean IC predicts the next quarter's.

    Each date's IC is that of the residual returns up to the next date, so that no return counts
    twice. (ICs of 30 or 60 sessions reach far into the next quarter: such quarters go with one
    another without any persistence.)

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

    Notes
    -----
    Without persistence the correlation of n pairs is -1 / n on average; the band, not the
    correlation, is moved by that. The band is Fisher's z of the correlation plus and minus
    Student's quantile times the standard deviation of z over a bootstrap of the pairs. Pairs are
    drawn one by one: without persistence their products are uncorrelated. On simulated markets
    without premiums, 26 pairs each, this band leaves out 0 in 3 of 100 cases; the percentile
    interval of a stationary bootstrap with automatic blocks in 11.
    ``benchmarks/factor_calibration.py`` measures that.

    References
    ----------
    Kendall, M. G. (1954). Note on bias in the estimation of autocorrelation. Biometrika 41(3/4),
    403-404. That factors persist: Gupta, T. and Kelly, B. (2019). Factor momentum everywhere.
    Journal of Portfolio Management 45(3), 13-36.
    """
    found = information(labelled(values, residuals, rows, step))
    first_rows, quarters = _by_quarter(found.rows, found.ics, step)
    before, after = quarters[:-1], quarters[1:]
    both = ~(np.isnan(before) | np.isnan(after))
    before, after = before[both], after[both]
    whole = Persistence(first_rows, quarters, np.nan, np.nan, np.nan, np.nan, before.size, "")
    if before.size < LEAST_PAIRS:
        reason = f"{before.size} pairs of quarters, {LEAST_PAIRS} are needed"
        return whole._replace(reason=reason)
    x, y = before - before.mean(), after - after.mean()
    if not (x.any() and y.any()):
        return whole._replace(reason="the coefficients are the same in all quarters")
    correlation = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    lower, upper = _band(before, after, correlation, seed)
    return whole._replace(
        correlation=correlation,
        lower=lower,
        upper=upper,
        slope=float(x @ y / (x @ x)),
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


def _band(before: Floats, after: Floats, correlation: float, seed: int) -> tuple[float, float]:
    """Return the ends of the 95 % band of the correlation."""
    from scipy.special import stdtrit

    n = before.size
    drawn = np.stack(list(drawn_days(n, 1.0, REPLICATES, seed)))
    x, y = before[drawn], after[drawn]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    size = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    found = (x * y).sum(axis=1)[size > 0.0] / size[size > 0.0]
    error = float(_z(found).std(ddof=1))
    middle, reach = float(_z(np.array(correlation))) + 1.0 / n, float(stdtrit(n - 2, ENDS)) * error
    return float(np.tanh(middle - reach)), float(np.tanh(middle + reach))


def _z(correlation: Floats) -> Floats:
    """Return Fisher's transform of correlations."""
    transformed: Floats = np.arctanh(np.clip(correlation, -CLOSEST, CLOSEST))
    return transformed
