"""Made-up markets without any pattern: real bars whose order or directions are drawn anew.

A rule that finds something in them found it by luck. Drift, size of moves, gaps at the open, ranges
and dividends stay those of the real market; what could be foreseen is gone.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.bars import Bars

KINDS = ("signs", "permutation")
"""How a placebo is made, in the order in which they are shown."""


def placebo_bars(
    kind: str,
    tables: Sequence[Bars],
    generator: np.random.Generator,
    opens_on: datetime.date | None = None,
) -> tuple[Bars, ...]:
    """Return bars of the same instruments on the same days, with the pattern destroyed.

    Parameters
    ----------
    kind : {"signs", "permutation"}
        "signs": the logarithmic return of each day, less its mean over all days, gets a random
        sign; what then is left of a mean is taken off, and the real one is added. So calm and wild
        times stay where they were, and buying and holding comes to what it does in the market.
        "permutation": the days change places at random; so their distribution stays to the last
        value.
    tables : sequence of Bars
        Days that all of them have are drawn together, so that instruments still move together.
    generator : numpy.random.Generator
        What is drawn from.
    opens_on : date or None
        Day at whose close the account opens. The days after it, which count, are drawn among
        themselves, and so are the days before them, which warm up: a placebo of two calm years
        holds no day of an earlier crash. None: all days are drawn together.

    Returns
    -------
    tuple of Bars
        Name, dates, first bar and last volume column as before. The gap at the open, the range and
        the dividend, as a fraction of the close before, travel with their day; a day whose sign
        changes has its high and low changed about.

    Notes
    -----
    With signs the mean is kept exactly, as a permutation keeps it. Were it kept on average alone,
    what holding comes to would vary among made-up markets where it is given for the real one, and
    the best rule less holding with it: p of 5 % or less came up in 0.5 % of markets without any
    pattern, not in 5 (``benchmarks/placebo_calibration.py``).

    References
    ----------
    Signs: Fisher (1935), The Design of Experiments, section 21, on returns about their mean.
    Permutation: Masters (2018), Testing and Tuning Market Trading Systems, Apress.
    """
    opens = None if opens_on is None else np.datetime64(opens_on)
    if kind == "signs":
        return tuple(
            _mirrored(bars, signs, _counting(bars, opens))
            for bars, signs in _signs(tables, generator)
        )
    if kind == "permutation":
        return tuple(_permuted(bars, order) for bars, order in _orders(tables, generator, opens))
    raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")


class _Days(NamedTuple):
    """What each bar but the first did, as logarithms; oldest first, shape (n_bars - 1,)."""

    gap: Floats
    """From the close before to the open."""
    session: Floats
    """From the open to the close."""
    above: Floats
    """From the higher of open and close to the high, >= 0."""
    below: Floats
    """From the low to the lower of open and close, >= 0."""
    paid: Floats
    """Dividend as a fraction of the close before; no logarithm."""
    volume: Floats

    @classmethod
    def of(cls, bars: Bars) -> _Days:
        opens, closes = bars.open[1:], bars.close[1:]
        return cls(
            np.log(opens / bars.close[:-1]),
            np.log(closes / opens),
            np.maximum(np.log(bars.high[1:] / np.maximum(opens, closes)), 0.0),
            np.maximum(np.log(np.minimum(opens, closes) / bars.low[1:]), 0.0),
            bars.dividend[1:] / bars.close[:-1],
            bars.volume[1:],
        )

    def bars_like(self, bars: Bars) -> Bars:
        """Return bars that begin as `bars` do and go on as the days say."""
        closes = bars.close[0] * np.exp(np.cumsum(self.gap + self.session))
        opens = closes * np.exp(-self.session)
        before = np.concatenate([bars.close[:1], closes[:-1]])
        columns: dict[str, Any] = {
            "open": opens,
            "high": np.maximum(opens, closes) * np.exp(self.above),
            "low": np.minimum(opens, closes) * np.exp(-self.below),
            "close": closes,
            "volume": self.volume,
            "dividend": self.paid * before,
        }
        whole: dict[str, Any] = {
            name: np.concatenate([getattr(bars, name)[:1], values])
            for name, values in columns.items()
        }
        return replace(bars, source=f"placebo of {bars.source}", **whole)


def _counting(bars: Bars, opens: np.datetime64 | None) -> NDArray[np.bool_]:
    """Return which bars but the first count, shape (n_bars - 1,)."""
    days = bars.dates[1:]
    return np.ones(days.size, np.bool_) if opens is None else days > opens


def _mirrored(bars: Bars, signs: Floats, counting: NDArray[np.bool_]) -> Bars:
    days = _Days.of(bars)
    turned = signs < 0.0
    return days._replace(
        gap=_about_mean(days.gap, signs, counting),
        session=_about_mean(days.session, signs, counting),
        above=np.where(turned, days.below, days.above),
        below=np.where(turned, days.above, days.below),
    ).bars_like(bars)


def _about_mean(values: Floats, signs: Floats, counting: NDArray[np.bool_]) -> Floats:
    """Turn values about the mean of those that count, and the others about theirs; keep both."""
    turned = values.copy()
    for part in (counting, ~counting):
        if part.any():
            mean = float(values[part].mean())
            deviations = signs[part] * (values[part] - mean)
            turned[part] = mean + deviations - deviations.mean()
    return turned


def _permuted(bars: Bars, order: NDArray[np.intp]) -> Bars:
    return _Days(*(values[order] for values in _Days.of(bars))).bars_like(bars)


def _signs(tables: Sequence[Bars], generator: np.random.Generator) -> list[tuple[Bars, Floats]]:
    """Return each table with a sign for each bar but its first; one day has one sign."""
    days = np.unique(np.concatenate([bars.dates[1:] for bars in tables]))
    drawn = generator.choice([-1.0, 1.0], days.size)
    return [(bars, drawn[np.searchsorted(days, bars.dates[1:])]) for bars in tables]


def _orders(
    tables: Sequence[Bars], generator: np.random.Generator, opens: np.datetime64 | None
) -> list[tuple[Bars, NDArray[np.intp]]]:
    """Return each table with the places that its bars but the first are taken from.

    Days that all tables have change places among themselves, in the same way in each; so do, table
    by table, the others. Days that count and days that warm up do not change places.
    """
    common = tables[0].dates[1:]
    for bars in tables[1:]:
        common = np.intersect1d(common, bars.dates[1:], assume_unique=True)
    late = np.ones(common.size, np.bool_) if opens is None else common > opens
    shuffled = [generator.permutation(np.count_nonzero(part)) for part in (late, ~late)]
    found = []
    for bars in tables:
        days = bars.dates[1:]
        shared = np.isin(days, common, assume_unique=True)
        counting = _counting(bars, opens)
        order = np.empty(days.size, np.intp)
        for part, drawn in zip((counting, ~counting), shuffled, strict=True):
            places, others = np.flatnonzero(shared & part), np.flatnonzero(~shared & part)
            order[places] = places[drawn]
            order[others] = generator.permutation(others)
        found.append((bars, order))
    return found
