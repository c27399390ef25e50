"""Confidence bands of one set's Sharpe ratio, mean excess and drawdown, without a normal law."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ...analyzers.statistics import is_ruined, max_drawdown, sharpe_ratio, standard_deviation
from ...feeds.arrays import Floats
from ..errors import SearchError
from .block_length import block_length as automatic_length
from .bootstrap import bootstrap_variances, drawn_days
from .trials import LARGEST

FEWEST_DAYS = 20
REPLICATES_AT_ONCE = 128


@dataclass(frozen=True)
class Band:
    """A figure with its band.

    Attributes
    ----------
    estimate, low, high : float
        In the figure's unit.
    """

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Bands:
    """Bands of one set; a band is None with a `reason`, or where its figure does not exist.

    Attributes
    ----------
    n_days, n_replicates : int
    confidence : float
        Coverage of each band.
    block_length : float
        Mean length of a block of the bootstrap, in days.
    sharpe : Band or None
        Annualised Sharpe ratio; studentised.
    mean_excess : Band or None
        Mean return in excess of the benchmark, a fraction per year, not compounded; studentised.
    max_drawdown : Band or None
        Fractions in [-1, 0]; `low` is the deeper one. Percentiles of resampled histories of the
        same length: what another history of the same kind would have shown.
    reason : str or None
        Why there are no bands at all.
    """

    n_days: int
    n_replicates: int
    confidence: float
    block_length: float
    sharpe: Band | None = None
    mean_excess: Band | None = None
    max_drawdown: Band | None = None
    reason: str | None = None


def bands(
    returns: Floats,
    benchmark: Floats | None,
    periods_per_year: int,
    *,
    confidence: float = 0.95,
    block_length: float | None = None,
    n_replicates: int = 2000,
    seed: int = 0,
    risk_free: float = 0.0,
) -> Bands:
    """Return two-sided confidence bands from the stationary bootstrap.

    Parameters
    ----------
    returns : ndarray of shape (n_days,)
        The set's returns per period, fractions, oldest first.
    benchmark : ndarray of shape (n_days,), or None
        Returns of the benchmark over the same periods; they are drawn with the set's. None for
        zero: the mean excess is then the mean return.
    periods_per_year : int
        252 for exchange days, 365 for calendar days, 52 for weeks, 12 for months.
    confidence : float
        Coverage of each band, in (0, 1).
    block_length : float or None
        Mean length of a block in days, >= 1; None for the longer of the automatic lengths of
        `returns` and of their excess over the benchmark.
    n_replicates : int
        >= 1; the ends of a 95 % band are the 50th of 2,000 replicates from either side.
    seed : int
        The same seed gives the same bits.
    risk_free : float
        Per period, for the Sharpe ratio alone.

    Returns
    -------
    Bands
        Without bands for fewer than `FEWEST_DAYS` days and for a ruined account (a return of -1 or
        worse). Returns that never change have no Sharpe ratio, and an excess that never changes has
        no band of its mean.

    Raises
    ------
    SearchError
        A NaN or an infinity, arrays of other shapes, a number out of range.

    Notes
    -----
    Sharpe ratio and mean excess are studentised: each replicate gives t* = (S* - S) / e*, where e*
    is the standard error computed within the replicate, and the band is S - e q, with q the upper
    and lower quantile of t*. The standard error is that of the mean of the figure's influence
    function, sqrt(v / n) with v of `bootstrap_variances`. With z = (r - mean) / sd, the influence
    of a day on the Sharpe ratio of a period is z - S (z**2 - 1) / 2. Replicates that do not vary
    are left out.

    The largest drawdown is no smooth function of means, and grows with the length of a history. Its
    band is made of percentiles, and says what to expect, not where a true value lies. Blocks of a
    few days do not keep volatility clustered over months, so long falls may be too rare in it.

    Simulated on 500 days, 95 % bands of Sharpe ratio and mean hold the true value in 93 to 96 % of
    samples: independent, autocorrelated, skewed, fat-tailed, or of clustered volatility. The closed
    form for independent days, `analyzers.statistics.sharpe_band`, does so too, except where 0.3 of
    a day's surprise comes again on the next: there in 88 % (``benchmarks/worth_calibration.py``).

    References
    ----------
    Politis, D. N. and Romano, J. P. (1994). The stationary bootstrap. Journal of the American
    Statistical Association 89(428), 1303-1313. Ledoit, O. and Wolf, M. (2008). Robust performance
    hypothesis testing with the Sharpe ratio. Journal of Empirical Finance 15(5), 850-859, sections
    3.1 and 3.2. Goetze, F. and Kuensch, H. R. (1996). Second-order correctness of the blockwise
    bootstrap for stationary observations. Annals of Statistics 24(5), 1914-1933.
    """
    series, excess = _checked(returns, benchmark)
    _check_numbers(periods_per_year, confidence, block_length, n_replicates)
    n = series.size
    if block_length is None:
        length = max(automatic_length(series), automatic_length(excess))
    else:
        length = float(block_length)
    settings = (n, n_replicates, confidence, length)
    if n < FEWEST_DAYS:
        why = f"{n} days are too few for a bootstrap; it needs {FEWEST_DAYS}"
        return Bands(*settings, reason=why)
    if is_ruined(series):
        return Bands(*settings, reason="the account is ruined")
    varies = standard_deviation(series) > 0.0
    excess_varies = standard_deviation(excess) > 0.0
    net = series - risk_free
    drawn = _replicates(series, net, excess, length, n_replicates, seed, (varies, excess_varies))
    tails = (0.5 - confidence / 2.0, 0.5 + confidence / 2.0)
    sharpe = mean_excess = None
    ratio = sharpe_ratio(net, periods_per_year)
    if varies and ratio is not None:
        error = float(_sharpes(net[None], length)[1][0])
        scale = math.sqrt(periods_per_year)
        # The ratio of the sample has ddof=1, the influence function and its replicates ddof=0.
        sharpe = _studentised(ratio, error * scale, drawn[0], tails)
    if excess_varies:
        error = float(_means(excess[None], length)[1][0])
        mean = float(excess.mean())
        mean_excess = _studentised(
            mean * periods_per_year, error * periods_per_year, drawn[1], tails
        )
    low, high = np.quantile(drawn[2], tails).tolist()
    drawdown = Band(max_drawdown(series), low, high)
    return Bands(*settings, sharpe, mean_excess, drawdown)


def _checked(returns: Floats, benchmark: Floats | None) -> tuple[Floats, Floats]:
    """Return returns and their excess; refuse gaps and other shapes."""
    found = []
    for name, given in (("returns", returns), ("benchmark", benchmark)):
        if given is None:
            continue
        series = np.asarray(given, dtype=np.float64)
        if series.ndim != 1 or series.size == 0 or series.shape != np.shape(returns):
            raise SearchError(
                f"{name} must be one series of {np.shape(returns)[:1]} days, got the shape "
                f"{series.shape}"
            )
        bad = np.flatnonzero(~(np.abs(series) <= LARGEST))
        if bad.size:
            raise SearchError(
                f"{name} must be numbers within {LARGEST:g}, got {series[bad[0]]} on day {bad[0]} "
                f"(from 0)"
            )
        found.append(series)
    return found[0], found[0] - found[1] if len(found) > 1 else found[0]


def _check_numbers(
    periods_per_year: int, confidence: float, block_length: float | None, n_replicates: int
) -> None:
    if periods_per_year < 1 or n_replicates < 1:
        raise SearchError(
            f"periods a year and replicates must be >= 1, got {periods_per_year} and {n_replicates}"
        )
    if not 0.0 < confidence < 1.0:
        raise SearchError(f"confidence must be in (0, 1), got {confidence}")
    if block_length is not None and not block_length >= 1.0:
        raise SearchError(f"blocks must be of a day or more, got {block_length}")


def _studentised(
    estimate: float, error: float, t: Floats, tails: tuple[float, float]
) -> Band | None:
    if t.size == 0:  # no replicate drew a day that differs from the others
        return None
    below, above = np.quantile(t, tails).tolist()
    return Band(estimate, estimate - error * above, estimate - error * below)


def _replicates(
    series: Floats,
    net: Floats,
    excess: Floats,
    length: float,
    n_replicates: int,
    seed: int,
    vary: tuple[bool, bool],
) -> tuple[Floats, Floats, Floats]:
    """Return studentised Sharpe ratios and mean excesses, and largest drawdowns, of replicates."""
    ratios, means, falls = [], [], []
    ratio = _sharpes(net[None], length)[0][0] if vary[0] else 0.0
    for days in _in_chunks(series.size, length, n_replicates, seed):
        drawn = series[days]
        if vary[0]:
            ratios.append(_t(*_sharpes(net[days], length), ratio))
        if vary[1]:
            means.append(_t(*_means(excess[days], length), float(excess.mean())))
        falls.append(_max_drawdowns(drawn))
    empty = [np.empty(0)]
    return np.concatenate(ratios or empty), np.concatenate(means or empty), np.concatenate(falls)


def _in_chunks(n_days: int, length: float, n_replicates: int, seed: int) -> Iterator[Floats]:
    drawn = drawn_days(n_days, length, n_replicates, seed)
    while chunk := list(islice(drawn, REPLICATES_AT_ONCE)):
        yield np.array(chunk)


def _t(estimates: Floats, errors: Floats, true: float) -> Floats:
    moving = errors > 0.0
    t: Floats = (estimates[moving] - true) / errors[moving]
    return t


def _means(rows: Floats, length: float) -> tuple[Floats, Floats]:
    """Return means and standard errors of rows of returns."""
    means = rows.mean(axis=1)
    variances = bootstrap_variances((rows - means[:, None]).T, length)
    return means, np.sqrt(variances / rows.shape[1])


def _sharpes(rows: Floats, length: float) -> tuple[Floats, Floats]:
    """Return Sharpe ratios per period (``ddof=0``) and standard errors; 0 where nothing varies."""
    deviations = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(deviations**2, axis=1, keepdims=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread > 0.0, deviations / spread, 0.0)
        ratios = np.where(spread > 0.0, rows.mean(axis=1, keepdims=True) / spread, 0.0)
    influence = z - ratios * (z**2 - 1.0) / 2.0
    variances = bootstrap_variances(influence.T, length)
    return ratios[:, 0], np.sqrt(variances / rows.shape[1])


def _max_drawdowns(rows: Floats) -> Floats:
    """Return the deepest fall of wealth in each row, the start included, in [-1, 0]."""
    wealth = np.cumsum(np.log1p(rows), axis=1)
    peaks = np.maximum(np.maximum.accumulate(wealth, axis=1), 0.0)
    falls: Floats = np.expm1(np.min(wealth - peaks, axis=1))
    return falls
