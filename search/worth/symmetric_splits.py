"""Each half of the time against the other: who is best in one, and how it ranks in the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from ...feeds.arrays import Bools, Floats, Rows
from .trials import Trials, centred, column_blocks

FLAT = 1e-12
"""A variance below this share of the mean square is rounding: the set does not move."""

CELLS_AT_ONCE = 1 << 20
"""Sharpe ratios that are kept together: 8 MB."""

TILE = (16, 1024)
"""Rows and sets of one matrix product. OpenBLAS computes products as small as this on one thread:
thousands of small ones take a hundred times as long where its threads wait for one another."""


@dataclass(frozen=True)
class BlockSums:
    """What the Sharpe ratio over any union of blocks of days is computed from.

    Attributes
    ----------
    sums, squares : ndarray of shape (n_blocks, n_sets)
        Sums of each set's returns less its `levels`, and of their squares, block by block.
    sizes : ndarray of shape (n_blocks,)
        Days of each block.
    levels : ndarray of shape (n_sets,)
        What was taken off, so that variances do not cancel: the set's mean of all days.
    """

    sums: Floats
    squares: Floats
    sizes: Floats
    levels: Floats


@dataclass(frozen=True)
class Winners:
    """The best set of a half, in each split.

    Attributes
    ----------
    in_sample, out_of_sample : ndarray of shape (n_splits,)
        Its Sharpe ratio per period in that half, and in the other.
    ranks : ndarray of shape (n_splits,)
        Its relative rank in the other half, in (0, 1): rank / (n_sets + 1), worst first; sets that
        are equal share their mean rank.
    tied : ndarray of bool, shape (n_splits,)
        Whether all sets are equal in the other half.
    """

    in_sample: Floats
    out_of_sample: Floats
    ranks: Floats
    tied: Bools


def block_sums(returns: Trials, n_blocks: int) -> BlockSums:
    """Return sums over consecutive blocks of days, whose sizes differ by one day at most.

    Parameters
    ----------
    returns : ndarray of shape (n_days, n_sets)
        Sound returns per period, oldest first.
    n_blocks : int
        In [1, n_days].

    Returns
    -------
    BlockSums
    """
    n_days, n_sets = returns.shape
    edges = np.arange(n_blocks + 1) * n_days // n_blocks
    sums, squares = np.empty((2, n_blocks, n_sets))
    levels = np.empty(n_sets)
    for block in column_blocks(n_sets):
        deviations, levels[block], _ = centred(returns[:, block])
        sums[:, block] = np.add.reduceat(deviations, edges[:-1], axis=0)
        np.square(deviations, out=deviations)
        squares[:, block] = np.add.reduceat(deviations, edges[:-1], axis=0)
    return BlockSums(sums, squares, np.diff(edges).astype(np.float64), levels)


def halves(n_blocks: int, at_most: int, seed: int) -> Floats:
    """Return which blocks belong to the first half, one row for each way to halve them.

    A half and its complement are one row: the first block is always in the first half.

    Parameters
    ----------
    n_blocks : int
        Even, >= 2.
    at_most : int
        Rows; where there are more ways, so many are drawn without repetition.
    seed : int
        Of the draw.

    Returns
    -------
    ndarray of shape (n_rows, n_blocks)
        1.0 or 0.0, in the order of `itertools.combinations`.
    """
    ways = math.comb(n_blocks, n_blocks // 2) // 2
    every = combinations(range(1, n_blocks), n_blocks // 2 - 1)
    if ways > at_most:
        drawn = np.random.default_rng(seed).choice(ways, size=at_most, replace=False)
        chosen = _at(every, np.sort(drawn))
    else:
        chosen = every
    rows = [(0, *rest) for rest in chosen]
    found = np.zeros((len(rows), n_blocks))
    np.put_along_axis(found, np.array(rows), 1.0, axis=1)
    return found


def _at(every: Iterator[tuple[int, ...]], places: Rows) -> Iterator[tuple[int, ...]]:
    """Yield what stands at some ascending places."""
    for skipped in np.diff(places, prepend=-1) - 1:
        yield next(islice(every, int(skipped), None))


def winners(blocks: BlockSums, first_halves: Floats) -> Winners:
    """Return the best set of every half, and how it does in the other half.

    Parameters
    ----------
    blocks : BlockSums
    first_halves : ndarray of shape (n_rows, n_blocks)
        Of `halves`.

    Returns
    -------
    Winners
        Of 2 n_rows splits: in even places the first half chooses, in odd ones the second.

    Notes
    -----
    A set that does not move within a half has the Sharpe ratio 0 there. Of equal best sets the
    first one wins. Ratios are compared in single precision, so that equal sets are equal whatever
    rounding does. Memory: `CELLS_AT_ONCE` ratios at a time, or those of one row.
    """
    n_rows, n_sets = first_halves.shape[0], blocks.levels.size
    at_once = max(1, CELLS_AT_ONCE // n_sets)
    values = np.empty((3, n_rows, 2))
    tied = np.empty((n_rows, 2), dtype=np.bool_)
    for start in range(0, n_rows, at_once):
        rows = slice(start, start + at_once)
        ratios = [
            _sharpe_ratios(blocks, half) for half in (first_halves[rows], 1.0 - first_halves[rows])
        ]
        compared = [ratio.astype(np.float32) for ratio in ratios]
        for chooses in (0, 1):
            best = np.argmax(compared[chooses], axis=1)[:, None]
            other = compared[1 - chooses]
            theirs = np.take_along_axis(other, best, axis=1)
            worse = np.count_nonzero(other < theirs, axis=1)
            equal = np.count_nonzero(other == theirs, axis=1)
            values[0, rows, chooses] = np.take_along_axis(ratios[chooses], best, axis=1)[:, 0]
            values[1, rows, chooses] = np.take_along_axis(ratios[1 - chooses], best, axis=1)[:, 0]
            values[2, rows, chooses] = (worse + (equal + 1) / 2) / (n_sets + 1)
            tied[rows, chooses] = equal == n_sets
    return Winners(values[0].ravel(), values[1].ravel(), values[2].ravel(), tied.ravel())


def _sharpe_ratios(blocks: BlockSums, half: Floats) -> Floats:
    """Return Sharpe ratios per period (``ddof=1``) over some blocks, shape (n_rows, n_sets)."""
    days = (half @ blocks.sizes)[:, None]
    ratios = np.empty((half.shape[0], blocks.levels.size))
    height, width = TILE
    for top in range(0, ratios.shape[0], height):
        rows = slice(top, top + height)
        for left in range(0, ratios.shape[1], width):
            sets = slice(left, left + width)
            means = half[rows] @ blocks.sums[:, sets]
            means /= days[rows]
            squares = half[rows] @ blocks.squares[:, sets]
            squares /= days[rows]
            variances = squares - means * means
            squares *= FLAT
            np.copyto(variances, np.inf, where=variances <= squares)
            variances *= days[rows] / (days[rows] - 1.0)
            means += blocks.levels[sets]
            np.divide(means, np.sqrt(variances, out=variances), out=ratios[rows, sets])
    return ratios
