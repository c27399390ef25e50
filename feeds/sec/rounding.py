"""Which numbers of one filing are one number, once rounded and once not."""

from __future__ import annotations

from collections.abc import Iterable

#: Two statements of one figure in one filing agree if they are as near, relatively: one is rounded.
ROUNDING = 0.005


def least_rounded(values: Iterable[float]) -> float:
    """Return the value with the most digits before its last zeros; of several the largest.

    Examples
    --------
    >>> least_rounded([27_000.0, 26_917.0])
    26917.0
    """
    return max(values, key=_digits)


def distinct(values: Iterable[float]) -> list[float]:
    """Return positive numbers of which none is a rounded one of another.

    Parameters
    ----------
    values : iterable of float
        Finite and > 0, in any order.

    Returns
    -------
    list of float
        Ascending. Of numbers that are at most `ROUNDING` above the smallest of them the one that
        is rounded least.

    Examples
    --------
    >>> distinct([1_000_123_456.0, 50_000_000.0, 1_000_000_000.0])
    [50000000.0, 1000123456.0]
    """
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value <= groups[-1][0] * (1 + ROUNDING):
            groups[-1].append(value)
        else:
            groups.append([value])
    return [least_rounded(group) for group in groups]


def _digits(value: float) -> tuple[int, float]:
    return len(f"{abs(value):.2f}".replace(".", "").rstrip("0")), value
