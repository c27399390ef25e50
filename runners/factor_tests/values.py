"""What a factor returned, as one number a stock."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ...feeds.quoting import shown

LARGEST = 1e150
"""Beyond it a square overflows: such a value is as good as infinite."""

MEANT = "one number a stock is meant"
KINDS = {"c": "complex numbers", "M": "dates", "m": "spans of time", "U": "texts", "S": "texts"}
NUMBERS = "biuf"


class NotAFactor(ValueError):
    """What a factor returned is not one number a stock; the message goes on after its name."""


def values_of(found: Any, tickers: Sequence[str]) -> Floats:
    """Return what a factor returned as a new array.

    Parameters
    ----------
    found : array-like or pandas.Series
        A Series whose index holds tickers is aligned on them: a stock that it leaves out is NaN,
        and one that is not in `tickers` is ignored. The index 0 to m - 1 is read in order. Masked
        values and None are NaN.
    tickers : sequence of str
        The m stocks.

    Returns
    -------
    ndarray of shape (m,)
        In the order of `tickers`; NaN where not known, finite else.

    Raises
    ------
    NotAFactor
        For another shape, another index, what is no real number, and values beyond 1e150.
    """
    try:
        array = _array(found, tickers)
    except NotAFactor:
        raise
    except Exception:  # an object of the author's may raise anything when it is read
        raise NotAFactor(f"returned {shown(found)}: {MEANT}") from None
    if isinstance(found, str):
        raise NotAFactor(f"returned {shown(found)}: {MEANT}")
    if array.dtype.kind not in f"{NUMBERS}O":
        kind = KINDS.get(array.dtype.kind, f"values of type {array.dtype}")
        raise NotAFactor(f"returned {kind}: {MEANT}")
    if array.shape != (len(tickers),):
        raise NotAFactor(f"returned the shape {array.shape}, not ({len(tickers)},): {MEANT}")
    values = _floats(array, tickers)
    beyond = np.flatnonzero(np.abs(values) > LARGEST)
    if beyond.size:
        raise NotAFactor(f"is infinite for {tickers[beyond[0]]}: NaN says that it is not known")
    return values


def _array(found: Any, tickers: Sequence[str]) -> np.ndarray[Any, Any]:
    from pandas import Series

    if isinstance(found, Series):
        found = _aligned(found, tickers)
    if isinstance(found, np.ma.MaskedArray):
        if found.dtype.kind in NUMBERS:
            found = np.ma.filled(found.astype(np.float64), np.nan)
        elif found.dtype.kind == "O":
            found = np.ma.filled(found, None)
    return np.asarray(found)


def _aligned(found: Any, tickers: Sequence[str]) -> Any:
    """Return the values of a Series in the order of the tickers."""
    labels = found.index.tolist()
    if labels == list(range(len(tickers))):
        return _unlabelled(found)
    if labels and not set(tickers) & set(labels):
        raise NotAFactor(
            f"returned a Series whose index begins with {shown(labels[0])}, which is no ticker: "
            "index it by seen.tickers, or return an array in their order"
        )
    if len({*labels}) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise NotAFactor(f"returned a Series that has {shown(twice)} twice: {MEANT}")
    return _unlabelled(found.reindex(list(tickers)))


def _unlabelled(found: Any) -> Any:
    """Return the values of a Series; those of pandas' nullable types have NaN for NA."""
    if getattr(found.dtype, "kind", "O") in NUMBERS:
        return found.to_numpy(dtype=np.float64, na_value=np.nan)
    return found.to_numpy()


def _floats(array: np.ndarray[Any, Any], tickers: Sequence[str]) -> Floats:
    if array.dtype.kind != "O":
        with np.errstate(over="ignore"):
            return np.array(array, dtype=np.float64)  # a copy: the author may keep the array
    return np.array(
        [_float(value, of) for value, of in zip(array, tickers, strict=True)], dtype=np.float64
    )


def _float(value: Any, ticker: str) -> float:
    from pandas import NA

    if value is None or value is NA:
        return float("nan")
    if not isinstance(value, Real):
        raise NotAFactor(f"returned {shown(value)} for {ticker}: {MEANT}")
    try:
        return float(value)
    except OverflowError:
        return float("inf")
