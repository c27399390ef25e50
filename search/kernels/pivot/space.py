"""Spaces of the pivot rule with fixed strengths: score lines, and thresholds on each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any, NamedTuple, overload

import numpy as np

from ...errors import SearchError
from .levels import Levels, levels_of


class Line(NamedTuple):
    """What the score without bias depends on."""

    slow: int
    fast: int
    span: int
    regime: float
    angle: float


@dataclass(frozen=True)
class Lines(Sequence[Line]):
    """Score lines, the angle fastest, then regime, span and the pair of averages.

    Each is made when it is asked for: half a million of them take a second.

    Parameters
    ----------
    pairs : tuple of (int, int)
        Slow and fast.
    span, regime, angle : tuple
        As those of `PivotSpace`.
    """

    pairs: tuple[tuple[int, int], ...]
    span: tuple[int, ...]
    regime: tuple[float, ...]
    angle: tuple[float, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.pairs) * len(self.span) * len(self.regime) * len(self.angle)

    @overload
    def __getitem__(self, number: int) -> Line: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, number: int | slice) -> Line | tuple[Line, ...]:
        """Return a line by its number, from 0."""
        places = range(len(self))[number]
        if isinstance(places, range):
            return tuple(self[place] for place in places)
        rest, angle = divmod(places, len(self.angle))
        rest, regime = divmod(rest, len(self.regime))
        pair, span = divmod(rest, len(self.span))
        return Line(*self.pairs[pair], self.span[span], self.regime[regime], self.angle[angle])

    def __iter__(self) -> Iterator[Line]:
        """Go through all lines."""
        axes = product(self.pairs, self.span, self.regime, self.angle)
        return (Line(*pair, span, regime, angle) for pair, span, regime, angle in axes)

    def number_of(self, line: Line) -> int:
        """Return the number of a line; ValueError where it is not one of them."""
        number = self.pairs.index(line[:2])
        for values, own in zip((self.span, self.regime, self.angle), line[2:], strict=True):
            number = number * len(values) + values.index(own)
        return number


@dataclass(frozen=True, kw_only=True)
class PivotSpace:
    """All combinations of the pivot rule's parameters, with the pairs of averages that are wanted.

    Parameters
    ----------
    slow, fast, span : tuple of int
        Bars in the averages and span of the volatility.
    regime, angle : tuple of float
        Power of the volatility, and degrees.
    bias, band_long, band_short : tuple of float
        Thresholds on each line; bands >= 0.
    least_ratio : float
        Least slow / fast.

    Raises
    ------
    SearchError
        A value twice or outside what the rule takes, or no pair of averages left.
    """

    slow: tuple[int, ...]
    fast: tuple[int, ...]
    span: tuple[int, ...]
    regime: tuple[float, ...]
    angle: tuple[float, ...]
    bias: tuple[float, ...]
    band_long: tuple[float, ...]
    band_short: tuple[float, ...]
    least_ratio: float = 1.0

    def __post_init__(self) -> None:
        for name in ("slow", "fast", "span", "regime", "angle", "bias", "band_long", "band_short"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise SearchError(f"{name}: a value stands twice in {values[:8]}")
        whole = all(isinstance(k, int) and k >= 1 for k in self.slow + self.fast + self.span)
        if not whole or not all(0.0 <= angle <= 90.0 for angle in self.angle):
            raise SearchError("slow, fast and span are whole numbers >= 1, angles 0 to 90 degrees")
        # Half a million lines take half a second, which who reads none does not wait for.
        some = any(self.has(slow, fast) for slow in self.slow for fast in self.fast)
        some = some and all((self.span, self.regime, self.angle))
        if not np.isfinite(self.regime).all() or not some:
            raise SearchError("regimes are finite, and some slow is above some fast")

    @cached_property
    def lines(self) -> Lines:
        """Score lines, the angle fastest, then regime, span, fast and slow."""
        pairs = tuple(pair for pair in product(self.slow, self.fast) if self.has(*pair))
        return Lines(pairs, self.span, self.regime, self.angle)

    def has(self, slow: int, fast: int) -> bool:
        """Tell whether a pair of averages is in the space."""
        return slow > fast and slow >= self.least_ratio * fast

    @cached_property
    def levels(self) -> Levels:
        """Levels of the thresholds, those that rounding alone sets apart taken as one."""
        return levels_of(self.bias, self.band_long, self.band_short)

    @cached_property
    def exact_levels(self) -> Levels:
        """The same with every rounding apart: for lines with a score between two roundings."""
        return levels_of(self.bias, self.band_long, self.band_short, exact=True)

    @property
    def sets_per_line(self) -> int:
        """Combinations of bias and bands."""
        return len(self.bias) * len(self.band_long) * len(self.band_short)

    @property
    def n_sets(self) -> int:
        """Parameter sets."""
        return len(self.lines) * self.sets_per_line

    @property
    def n_rules(self) -> int:
        """Sets that differ by more than rounding in a level."""
        return len(self.lines) * self.levels.long_level.size

    def parameters(self, line: Line, threshold: int) -> dict[str, Any]:
        """Return a set as the strategy's parameters.

        Parameters
        ----------
        line : Line
            Of `lines`.
        threshold : int
            Number of the thresholds, from 0: the short band fastest, then the long one, the bias.
        """
        n_long, n_short = len(self.band_long), len(self.band_short)
        return line._asdict() | {
            "bias": self.bias[threshold // (n_long * n_short)],
            "band_long": self.band_long[threshold // n_short % n_long],
            "band_short": self.band_short[threshold % n_short],
        }


@cache
def published_space(least_ratio: float = 1.0) -> PivotSpace:
    """Return the space of 2,614,645,440 sets: 527,040 score lines with 4,961 thresholds each.

    Parameters
    ----------
    least_ratio : float
        Least slow / fast. 4 leaves 453,840 lines; the source's count, 2.6 billion, is that of all.

    Notes
    -----
    24 slow averages in equal ratios from 20 to 240 bars, rounded; the source's ranges of bias and
    bands are not published: here a bias up to one standard deviation of a force in steps of 0.05,
    and bands up to one in steps of 0.1.
    """
    slow = sorted({round(20.0 * 12.0 ** (k / 23.0)) for k in range(24)})
    return PivotSpace(
        slow=tuple(slow),
        fast=tuple(range(1, 13)),
        span=(10, 20, 40, 80, 160, 320),
        regime=(-0.5, 0.0, 0.5, 1.0, 1.5),
        angle=tuple(1.5 * k for k in range(61)),
        bias=tuple(round(0.05 * k, 2) for k in range(-20, 21)),
        band_long=tuple(round(0.1 * k, 1) for k in range(11)),
        band_short=tuple(round(0.1 * k, 1) for k in range(11)),
        least_ratio=least_ratio,
    )
