"""The stationary bootstrap as counts: how often each replicate draws each day.

The mean of a set under a replicate is the sum of its returns weighted by these counts, so that the
means of all sets under all replicates are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ..errors import SearchError

Counts = NDArray[np.uint16] | NDArray[np.uint32]


def drawn_days(
    n_days: int, block_length: float, n_replicates: int, seed: int, n_draws: int | None = None
) -> Iterator[NDArray[np.int64]]:
    """Yield the days that each replicate draws, in the order in which it draws them.

    A replicate is a chain of blocks of consecutive days. Each block begins on a day drawn with
    equal probability and ends after each of its days with probability ``1 / block_length``; the
    first day follows the last.

    Parameters
    ----------
    n_days : int
        Days of the sample, >= 1.
    block_length : float
        Mean length of a block in days, >= 1; 1 draws single days.
    n_replicates : int
        >= 1.
    seed : int
        The same seed gives the same days, and those of
        ``arch.bootstrap.StationaryBootstrap(block_length, ..., seed=seed)``.
    n_draws : int or None
        Days that a replicate has; None for as many as the sample.

    Yields
    ------
    ndarray of int64, shape (n_draws,)
        In [0, n_days).

    Raises
    ------
    SearchError
        A number out of range.

    References
    ----------
    Politis, D. N. and Romano, J. P. (1994). The stationary bootstrap. Journal of the American
    Statistical Association 89(428), 1303-1313, section 2.
    """
    length = n_days if n_draws is None else n_draws
    if not (n_days >= 1 and block_length >= 1.0 and n_replicates >= 1 and length >= 1):
        raise SearchError(
            f"a bootstrap needs a day, a block of a day or more, a replicate and a draw, got "
            f"{n_days} days, blocks of {block_length}, {n_replicates} replicates, {length} draws"
        )
    random = np.random.default_rng(seed)
    places = np.arange(length)
    for _ in range(n_replicates):
        begin_on = random.integers(n_days, size=length, dtype=np.int64)
        begins = random.random(length) <= 1.0 / block_length
        begins[0] = True
        at = np.flatnonzero(begins)
        moved = np.repeat(begin_on[at] - at, np.diff(at, append=length))
        yield (places + moved) % n_days


def day_counts(
    n_days: int, block_length: float, n_replicates: int, seed: int, n_draws: int | None = None
) -> Counts:
    """Return how often each replicate of the stationary bootstrap draws each day.

    Parameters
    ----------
    n_days, block_length, n_replicates, seed, n_draws
        As in `drawn_days`.

    Returns
    -------
    ndarray of uint16 or uint32, shape (n_replicates, n_days)
        Each row sums to the number of draws. With `returns` of shape (n_days, n_sets),
        ``counts @ returns / n_draws`` are the means of all sets under all replicates.

    Raises
    ------
    SearchError
        As `drawn_days`.
    """
    most = n_days if n_draws is None else n_draws
    fitting = np.uint16 if most <= np.iinfo(np.uint16).max else np.uint32
    counts = np.empty((max(n_replicates, 0), max(n_days, 0)), dtype=fitting)
    drawn = drawn_days(n_days, block_length, n_replicates, seed, n_draws)
    for replicate, days in enumerate(drawn):
        counts[replicate] = np.bincount(days, minlength=n_days)
    return counts


def bootstrap_variances(deviations: Floats, block_length: float) -> Floats:
    """Return the variance of sqrt(n) times the mean under the stationary bootstrap, exactly.

    It is what infinitely many replicates would show, and estimates the long-run variance.

    Parameters
    ----------
    deviations : ndarray of shape (n_days, n_series)
        Columns of mean zero, oldest first.
    block_length : float
        Mean length of a block in days, >= 1.

    Returns
    -------
    ndarray of shape (n_series,)
        >= 0; 0 for a column of zeros. In units of a squared return per period.

    Notes
    -----
    With autocovariances g(i) that divide by n, and q = 1 - 1 / block_length::

        v = g(0) + 2 sum over i = 1 .. n-1 of k(i) g(i)
        k(i) = (1 - i / n) q**i + (i / n) q**(n - i)

    As k(i) = k(n - i), v is the sum over circular autocovariances, and thus over the power
    spectrum: one Fourier transform per series instead of n - 1 products.

    References
    ----------
    Politis and Romano (1994). Hansen, P. R. (2005). A test for superior predictive
    ability. Journal of Business & Economic Statistics 23(4), 365-380, section 3.
    """
    n = deviations.shape[0]
    lags = np.arange(n)
    q = 1.0 - 1.0 / block_length
    kernel = (1.0 - lags / n) * q**lags + lags / n * q ** (n - lags)
    weights = np.fft.rfft(kernel).real
    weights[1 : (n + 1) // 2] *= 2.0  # the half of the spectrum that rfft leaves out
    spectrum = np.fft.rfft(deviations, axis=0)
    power = spectrum.real**2 + spectrum.imag**2
    variances: Floats = np.maximum(weights @ power / n**2, 0.0)
    return variances
