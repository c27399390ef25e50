"""A histogram with fixed edges: log-linear bins for positive and negative values.

Every power of two from 2**-32 to 2**32 is cut into 32 equal bins, so that a bin is 3 % of its value
wide at most. What is smaller is one bin around zero, what is larger one bin at either end. Counts
add up exactly, whatever the order.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

OCTAVES = 32
PER_OCTAVE = 32
LARGEST = 2 * OCTAVES * PER_OCTAVE + 1
"""Bin of values of 2**32 and more. Bin 0 holds zero; negative values have negative bins."""
BINS = 2 * LARGEST + 1

_MANTISSA = 52 - (PER_OCTAVE - 1).bit_length()
_LOWEST = (1023 - OCTAVES) * PER_OCTAVE - 1


def histogram(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count values by bin.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.

    Returns
    -------
    ndarray of int64, shape (BINS,)
        From the most negative bin to the most positive.

    Notes
    -----
    A float's exponent and the first bits of its mantissa, read as one integer, number the bins.
    """
    leading = np.abs(values).view(np.int64) >> _MANTISSA
    bins = np.clip(leading - _LOWEST, 0, LARGEST)
    np.negative(bins, out=bins, where=values < 0)
    return np.bincount(bins + LARGEST, minlength=BINS)


def edges() -> NDArray[np.float64]:
    """Return the bins' edges, shape (BINS + 1,), rising, from -inf to inf.

    A positive bin holds its lower edge, a negative one its upper; the bin around zero neither.
    """
    step = np.arange(2 * OCTAVES * PER_OCTAVE + 1)
    fraction = 1.0 + step % PER_OCTAVE / PER_OCTAVE
    positive = np.append(np.ldexp(fraction, step // PER_OCTAVE - OCTAVES), np.inf)
    return np.concatenate([-positive[::-1], positive])


def table(counts: NDArray[np.int64]) -> pd.DataFrame:
    """Return the bins that hold anything: `low`, `high`, `count`."""
    bounds, filled = edges(), np.flatnonzero(counts)
    return pd.DataFrame(
        {"low": bounds[filled], "high": bounds[filled + 1], "count": counts[filled]}
    )
