"""The probability of backtest overfitting: the best set of half the days, in the other half."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .block_length import common_block_length
from .bootstrap import day_counts
from .symmetric_splits import BlockSums, Winners, block_sums, halves, winners
from .trials import Trials, centred, checked_trials, evenly_spaced

MOST_BLOCKS = 20
FEWEST_DAYS_A_BLOCK = 2
NULL_SETS = 500
NULL_HALVES = 200
NULL_AT_ONCE = 16


@dataclass(frozen=True)
class Overfitting:
    """How the best set of half the days does in the other half. Figures are None with a `reason`.

    Attributes
    ----------
    n_days, n_sets, n_blocks : int
    pbo : float or None
        Share of splits in which the best set of one half is in the lower half of the sets in the
        other; a split in which it is in the very middle counts half. Without skill it is 0.5.
    null_mean, null_sd : float or None
        Mean and standard deviation of `pbo` if no set were better than another: its error. A PBO
        within two of them of 0.5 says nothing.
    null_share : float or None
        Share of such samples whose PBO is at most `pbo`, (1 + #) / (1 + samples).
    probability_of_loss : float or None
        Share of splits in which the best set's Sharpe ratio is negative in the other half.
    slope : float or None
        Of the least-squares line of the best set's Sharpe ratio in the other half on that in its
        own; negative where a better past goes with a worse future. None where the latter is always
        the same.
    in_sample, out_of_sample, logits : ndarray of shape (n_splits,), or None
        The best set's Sharpe ratio per period in both halves, and the logit of its relative rank
        in the other: 0 in the middle, negative in the lower half.
    all_splits : int
        Ways to choose half of the blocks; where `logits` has fewer, they were drawn.
    block_days : float
        Days of a block, on average.
    warning : str or None
        That blocks are not longer than what a set holds.
    reason : str or None
        Why there are no figures.
    """

    n_days: int
    n_sets: int
    n_blocks: int
    all_splits: int
    block_days: float
    pbo: float | None = None
    null_mean: float | None = None
    null_sd: float | None = None
    null_share: float | None = None
    probability_of_loss: float | None = None
    slope: float | None = None
    in_sample: Floats | None = None
    out_of_sample: Floats | None = None
    logits: Floats | None = None
    warning: str | None = None
    reason: str | None = None


def probability_of_overfitting(
    returns: Trials,
    n_blocks: int = 16,
    *,
    most_splits: int = 12_870,
    null_samples: int = 200,
    block_length: float | None = None,
    holding_days: float | None = None,
    seed: int = 0,
) -> Overfitting:
    """Return the probability of backtest overfitting by combinatorially symmetric cross-validation.

    The days are cut into blocks. For each choice of half of the blocks, the set with the largest
    Sharpe ratio there is looked up in the other half.

    Parameters
    ----------
    returns : ndarray of float32 or float64, shape (n_days, n_sets)
        Returns per period as fractions, oldest first; of distinct sets, else copies of a set count
        as many.
    n_blocks : int
        Even, in [2, `MOST_BLOCKS`]; their sizes differ by one day at most.
    most_splits : int
        >= 2. Where there are more ways to choose half of the blocks, so many are drawn, each with
        its complement.
    null_samples : int
        Samples without skill that give the error of `pbo`; 0 leaves it out.
    block_length : float or None
        Mean length in days of the blocks that such a sample is drawn in; None for
        `common_block_length`.
    holding_days : float or None
        The longest time, in days, that a set holds a position; blocks must be longer, else both
        halves share positions. None if unknown.
    seed : int
        Of the drawn splits and of the samples; the same seed gives the same bits.

    Returns
    -------
    Overfitting
        Without figures for one set, for fewer than two days a block, and where all sets are equal.

    Raises
    ------
    SearchError
        A NaN or an infinity, another shape, a number out of range.

    Notes
    -----
    `null_mean` and `null_sd` come from samples in which no set has a mean: each set's mean is taken
    off, and each block's days are drawn anew by the stationary bootstrap, the same days for all
    sets. So sets stay as alike, returns as fat-tailed and days as dependent as they are. At most
    `NULL_SETS` evenly spaced sets and `NULL_HALVES` ways to halve are used, since the error hardly
    depends on either. That is the error without skill; a PBO near 0 or 1 has a smaller one.

    If the sets' means are taken off and no day is drawn anew, PBO is 1: what a set gains in one
    half it loses in the other.

    Time: (n_blocks, n_splits, n_sets) multiplications; Sharpe ratios follow from block sums.

    References
    ----------
    Bailey, D. H., Borwein, J. M., Lopez de Prado, M. and Zhu, Q. J. (2017). The probability of
    backtest overfitting. Journal of Computational Finance 20(4), 39-69, sections 2 and 3.
    """
    columns = checked_trials(returns)
    _check(n_blocks, most_splits, null_samples, block_length)
    n_days, n_sets = columns.shape
    shape = (n_days, n_sets, n_blocks, math.comb(n_blocks, n_blocks // 2), n_days / n_blocks)
    if n_sets == 1:
        return Overfitting(*shape, reason="one set alone: there is nothing to choose from")
    if n_days < FEWEST_DAYS_A_BLOCK * n_blocks:
        why = f"{n_days} days are too few for {n_blocks} blocks of {FEWEST_DAYS_A_BLOCK} or more"
        return Overfitting(*shape, reason=why)
    found = winners(block_sums(columns, n_blocks), halves(n_blocks, most_splits // 2, seed))
    if found.tied.all():
        return Overfitting(*shape, reason="all sets are equal: there is nothing to choose from")

    pbo = _share_below_the_middle(found)
    null = _null(columns, n_blocks, null_samples, block_length, seed)
    return Overfitting(
        *shape,
        pbo=pbo,
        null_mean=float(null.mean()) if null.size else None,
        null_sd=float(null.std(ddof=1)) if null.size > 1 else None,
        null_share=(1 + int(np.sum(null <= pbo))) / (1 + null.size) if null.size else None,
        probability_of_loss=float(np.mean(found.out_of_sample < 0.0)),
        slope=_slope(found.in_sample, found.out_of_sample),
        in_sample=found.in_sample,
        out_of_sample=found.out_of_sample,
        logits=np.log(found.ranks / (1.0 - found.ranks)),
        warning=_too_short(n_days / n_blocks, holding_days),
    )


def _check(n_blocks: int, most_splits: int, null_samples: int, block_length: float | None) -> None:
    if n_blocks % 2 or not 2 <= n_blocks <= MOST_BLOCKS:
        raise SearchError(f"blocks must be an even number in [2, {MOST_BLOCKS}], got {n_blocks}")
    if most_splits < 2 or null_samples < 0:
        raise SearchError(
            f"there must be 2 splits or more and no less than 0 samples without skill, got "
            f"{most_splits} and {null_samples}"
        )
    if block_length is not None and not block_length >= 1.0:
        raise SearchError(f"a bootstrap needs blocks of a day or more, got {block_length}")


def _share_below_the_middle(found: Winners) -> float:
    """Return the share of ranks below the middle; those in it count half."""
    return float(np.mean(found.ranks < 0.5) + 0.5 * np.mean(found.ranks == 0.5))


def _slope(x: Floats, y: Floats) -> float | None:
    deviations = x - x.mean()
    spread = float(deviations @ deviations)
    if spread <= 1e-24 * x.size * max(1.0, float(np.abs(x).max())) ** 2:
        return None
    return float(deviations @ (y - y.mean())) / spread


def _too_short(block_days: float, holding_days: float | None) -> str | None:
    if holding_days is None or block_days > holding_days:
        return None
    return (
        f"blocks of {block_days:.0f} days are not longer than the {holding_days:.0f} days that a "
        f"set holds: fewer blocks would be"
    )


def _null(
    columns: Trials, n_blocks: int, samples: int, block_length: float | None, seed: int
) -> Floats:
    """Return the PBO of samples in which no set has a mean."""
    if samples == 0:
        return np.empty(0)
    some = columns[:, evenly_spaced(columns.shape[1], NULL_SETS)]
    length = common_block_length(some) if block_length is None else block_length
    deviations, _, _ = centred(some)
    squares = deviations * deviations
    days = columns.shape[0] // n_blocks
    counts = day_counts(columns.shape[0], length, samples * n_blocks, seed, n_draws=days)
    first_halves = halves(n_blocks, NULL_HALVES, seed)
    sizes, levels = np.full(n_blocks, float(days)), np.zeros(some.shape[1])
    found = np.empty(samples)
    for start in range(0, samples, NULL_AT_ONCE):
        numbers = range(start, min(start + NULL_AT_ONCE, samples))
        drawn = counts[start * n_blocks : numbers.stop * n_blocks].astype(np.float64)
        shape = (len(numbers), n_blocks, levels.size)
        sums = (drawn @ deviations).reshape(shape)
        squared = (drawn @ squares).reshape(shape)
        for number, its_sums, its_squares in zip(numbers, sums, squared, strict=True):
            blocks = BlockSums(its_sums, its_squares, sizes, levels)
            found[number] = _share_below_the_middle(winners(blocks, first_halves))
    return found
