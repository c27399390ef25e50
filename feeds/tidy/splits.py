"""Columns of splits: ratios of single events, or a running factor; told apart by their values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..arrays import Floats, Rows
from ..checks import Mask
from ..reading import ratio_of
from .jumps import moves, nearest_ratio

#: Distance of logarithms by which one reading of a column must explain the prices better.
CLEAR = 0.05

#: Share of days with a split up to which two on end may be events; a running factor has more.
FEW = 0.1

#: Logarithm of the least step that is looked at, that of 21 : 20 being 0.049; the largest number of
#: old shares in a simple ratio; what a step may miss a simple ratio by, and a usual one.
LEAST_STEP, LARGEST_OLD, SIMPLE_DUST, USUAL_DUST = 0.03, 20, 0.0005, 0.01

#: What an adjusted close may miss a split ratio by, as a logarithm: vendors round.
ADJUSTED_DUST = 0.02


@dataclass(frozen=True)
class Splits:
    """One way to read the splits of a table.

    Attributes
    ----------
    ratio : ndarray of float64, shape (n,)
        New shares for an old one on the day of each bar; 1 where there was no split.
    factor : ndarray of float64, shape (n,)
        Raw price / split-adjusted price; NaN where the table does not say it.
    words : str
        Where it was read: "column split_coefficient, one ratio an event".
    """

    ratio: Floats
    factor: Floats
    words: str


def readings(name: str, values: Floats) -> Iterator[Splits]:
    """Yield the ways in which a column of splits can be read; the likelier first.

    Parameters
    ----------
    name : str
        The column, for words.
    values : ndarray of float64, shape (n,)
        As they are written; 0 and NaN stand for no event.

    Notes
    -----
    A column of events is 1 (or 0, or empty) but on single days. A running factor is constant
    between splits and changes on their days; it divides the raw price (7 before a split of 7 : 1
    and 1 after it) or multiplies it (1/7, then 1; or 1, then 7).
    """
    empty = ~(values > 0)  # NaN and 0
    told: Floats = np.where(empty, 1.0, values)
    odd = told != 1.0
    alone = not (odd[1:] & odd[:-1]).any() or empty.mean() > 0.5
    # 1, 2, 1 is no running factor, which does not come back; and a running factor is never 0.
    events = alone and (odd[1:-1].any() or (empty & ~np.logical_or(*faulty_cells(values))).any())
    if not events:
        factor = np.where(empty, 1.0, values)  # faulty cells are named elsewhere
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.concatenate(([1.0], factor[:-1] / factor[1:]))
        change[~np.isfinite(change)] = 1.0
        yield Splits(change, factor, f"column {name}, a running factor that divides")
        change[change <= 0] = 1.0
        base = 1.0 if told[-1] == 1.0 or told[0] != 1.0 else told[-1]
        yield Splits(1.0 / change, base / factor, f"column {name}, a running factor")
    if alone or odd.mean() <= FEW:
        yield Splits(told, factor_of(told), f"column {name}, one ratio an event")
        inverse = 1.0 / told
        yield Splits(inverse, factor_of(inverse), f"column {name}, old shares for a new one")


def faulty_cells(values: Floats) -> tuple[Mask, Mask]:
    """Tell which cells of a column of splits are missing, and which are not positive.

    Days without a split are 1, or 0, or empty: where some are 1, an empty cell is a missing one,
    and a 0 is wrong.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        As they are written.

    Returns
    -------
    missing, wrong : ndarray of bool, shape (n,)
    """
    empty = ~np.isfinite(values)
    if (values == 1.0).any() or not (empty | (values == 0.0)).any():
        return empty, values <= 0
    return np.isinf(values), values < 0


def factor_of(ratio: Floats) -> Floats:
    """Return raw / split-adjusted price of each bar: the product of all later ratios."""
    later: Floats = np.append(ratio[1:], 1.0)
    product: Floats = np.multiply.accumulate(later[::-1])[::-1].copy()
    return product


def best_reading(
    columns: Mapping[str, Floats], open_: Floats, close: Floats, adjusted: Floats | None
) -> tuple[Splits | None, bool]:
    """Choose the reading of the split columns that agrees best with the prices.

    Parameters
    ----------
    columns : mapping of str to ndarray of float64, shape (n,)
        The columns that speak of splits.
    open_, close : ndarray of float64, shape (n,)
        As they are written.
    adjusted : ndarray of float64, shape (n,), optional
        The adjusted close: where close and adjusted close part on the day of a split, the close
        is raw. Without one, the jump of the price tells.

    Returns
    -------
    Splits or None
        The reading; None where no column speaks of splits.
    bool
        Whether the prices are raw. False where they show no jump on the days of the splits.
    """
    found = [reading for name, values in columns.items() for reading in readings(name, values)]
    if not found:
        return None, False
    days: Rows = np.flatnonzero(np.any([reading.ratio != 1.0 for reading in found], axis=0))
    days = days[days > 0]  # before the first bar there is no price to jump from
    seen = _seen(days, open_, close, adjusted)
    known = np.isfinite(seen)
    days, seen = days[known], seen[known]

    def unexplained(ratio: Floats) -> float:
        return float(np.abs(np.log(ratio[days]) - seen).sum())

    if not len(days):  # no split between two bars: a constant factor still speaks of raw prices
        return found[0], bool((found[0].factor[np.isfinite(found[0].factor)] != 1.0).any())
    scores = [unexplained(reading.ratio) for reading in found]
    best = next(i for i, score in enumerate(scores) if score <= min(scores) + 1e-6)
    already = unexplained(np.ones(len(close)))
    return found[best], already >= scores[best] - CLEAR


def _seen(days: Rows, open_: Floats, close: Floats, adjusted: Floats | None) -> Floats:
    """Return the logarithm of the ratio that the prices show on each of these days."""
    jump = -moves(open_, close)[days]
    if adjusted is None:
        return jump
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.log(adjusted / close)
    if np.nanmax(np.abs(factor), initial=0.0) < 1e-9:  # a copy of the close tells nothing
        return jump
    parted = np.concatenate(([0.0], np.diff(factor)))[days]
    return np.where(np.isfinite(parted), parted, jump)


def from_adjusted_close(
    open_: Floats, close: Floats, adjusted: Floats, dividend: Floats | None
) -> Floats | None:
    """Find splits in the step between close and adjusted close that dividends do not explain.

    Parameters
    ----------
    open_, close, adjusted : ndarray of float64, shape (n,)
        As they are written.
    dividend : ndarray of float64, shape (n,), optional
        Cash on ex-dates. Without it only the steps of usual splits are taken for some: a large
        dividend makes such a step, too.

    Returns
    -------
    ndarray of float64, shape (n,)
        New shares for an old one on each bar; None where there is no such step.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.concatenate(([0.0], np.diff(np.log(adjusted / close))))
    step[~np.isfinite(step)] = 0.0
    jump = moves(open_, close)
    yields = np.zeros(len(close))
    if dividend is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            yields[1:] = np.nan_to_num(dividend[1:]) / close[:-1]
        small = (yields > 0) & (np.abs(step) < LEAST_STEP)
        if np.abs(step[small] + np.log1p(-yields[small])).sum() > np.abs(step[small]).sum():
            yields[:] = 0.0  # the adjusted close is adjusted for splits alone
    ratio = np.ones(len(close))
    for row in np.flatnonzero(np.abs(step) > LEAST_STEP):
        found = _ratio_of_step(step[row], yields[row], known=dividend is not None)
        if found != 1.0 and abs(jump[row] + math.log(found)) < abs(jump[row]) + CLEAR / 2:
            ratio[row] = found
    return None if (ratio == 1.0).all() else ratio


def tells_splits(close: Floats, adjusted: Floats | None) -> bool:
    """Tell whether an adjusted close is more than a copy of the close, from the first bar on."""
    if adjusted is None or not np.isfinite(adjusted).all():
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = adjusted / close
    return bool(np.nanmax(np.abs(factor - factor[-1]), initial=0.0) > 1e-6)


def _ratio_of_step(step: float, paid: float, *, known: bool) -> float:
    """Return the split in a step of the adjusted close; 1 where there is none."""
    rate = math.exp(step)
    for _ in range(9):  # the dividend is paid on new shares
        rate = math.exp(step) * max(1.0 - paid * rate, 0.1)
    new, old, away = nearest_ratio(math.log(rate))
    if away <= (USUAL_DUST if known else ADJUSTED_DUST):
        return new / old
    if not known or abs(math.log(rate)) < LEAST_STEP:
        return 1.0
    simple = Fraction(rate).limit_denominator(LARGEST_OLD)
    return float(simple) if abs(math.log(simple / rate)) <= SIMPLE_DUST else rate


def written_ratios(cells: Sequence[object]) -> Floats:
    """Read ratios as they are written: 7, "7:1", "3/2", "3 for 2"; NaN where there is none."""
    return np.array([_ratio(cell) for cell in cells], dtype=np.float64)


def _ratio(cell: object) -> float:
    text = str(cell).strip()
    try:
        return float(text)
    except ValueError:
        return ratio_of(text) or np.nan
