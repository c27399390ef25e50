"""Made-up markets without any pattern: real bars whose order or directions are drawn anew.

A rule that finds something in them found it by luck. Drift, size of moves, gaps at the open, ranges
and dividends stay those of the real market; what could be foreseen is gone.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Dates, Floats
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
    return MadeUpMarkets.of(kind, tables, opens_on).drawn(generator)


@dataclass(frozen=True, eq=False)
class MadeUpMarkets:
    """A real market, taken apart once, that many made-up ones are drawn from.

    Attributes
    ----------
    kind : {"signs", "permutation"}
    parts : tuple
        Of each table what it is made of.
    drawn_days : int
        Days that one number is drawn for: with "signs" those of any table.
    common : tuple of int
        With "permutation" the number of days that all tables have, and that count or warm up.
    """

    kind: str
    parts: tuple[_Part, ...]
    drawn_days: int
    common: tuple[int, int]

    @classmethod
    def of(
        cls, kind: str, tables: Sequence[Bars], opens_on: datetime.date | None = None
    ) -> MadeUpMarkets:
        """Take a market apart; the arguments are those of `placebo_bars`."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
        opens = None if opens_on is None else np.datetime64(opens_on)
        all_days = np.unique(np.concatenate([bars.dates[1:] for bars in tables]))
        common = tables[0].dates[1:]
        for bars in tables[1:]:
            common = np.intersect1d(common, bars.dates[1:], assume_unique=True)
        late = np.count_nonzero(common > opens) if opens is not None else common.size
        return cls(
            kind,
            tuple(_Part.of(bars, all_days, common, opens) for bars in tables),
            all_days.size,
            (int(late), int(common.size - late)),
        )

    def drawn(self, generator: np.random.Generator) -> tuple[Bars, ...]:
        """Return one made-up market, one table for each real one."""
        if self.kind == "signs":
            signs = generator.choice([-1.0, 1.0], self.drawn_days)
            return tuple(part.mirrored(signs[part.places]) for part in self.parts)
        shuffled = [generator.permutation(days) for days in self.common]
        return tuple(part.permuted(shuffled, generator) for part in self.parts)


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


class _Part(NamedTuple):
    """One table of a market, taken apart."""

    bars: Bars
    days: _Days
    places: NDArray[np.intp]
    """Place of each bar but the first among the days of any table."""
    shared: NDArray[np.bool_]
    """Whether all tables have its day."""
    counting: NDArray[np.bool_]
    """Whether it counts; else it warms up."""

    @classmethod
    def of(cls, bars: Bars, all_days: Dates, common: Dates, opens: np.datetime64 | None) -> _Part:
        dates = bars.dates[1:]
        return cls(
            bars,
            _Days.of(bars),
            np.searchsorted(all_days, dates),
            np.isin(dates, common, assume_unique=True),
            np.ones(dates.size, np.bool_) if opens is None else dates > opens,
        )

    def mirrored(self, signs: Floats) -> Bars:
        """Return the bars of days that are turned where a sign is negative."""
        turned = signs < 0.0
        days = self.days
        return days._replace(
            gap=self._about_mean(days.gap, signs),
            session=self._about_mean(days.session, signs),
            above=np.where(turned, days.below, days.above),
            below=np.where(turned, days.above, days.below),
        ).bars_like(self.bars)

    def _about_mean(self, values: Floats, signs: Floats) -> Floats:
        """Turn values about the mean of those that count, and the others about theirs."""
        turned = values.copy()
        for part in (self.counting, ~self.counting):
            if part.any():
                mean = float(values[part].mean())
                deviations = signs[part] * (values[part] - mean)
                turned[part] = mean + deviations - deviations.mean()
        return turned

    def permuted(
        self, shuffled: Sequence[NDArray[np.intp]], generator: np.random.Generator
    ) -> Bars:
        """Return the bars of days that have changed places.

        Days that all tables have change places as `shuffled` says, the same in each table; so do,
        table by table, the others. Days that count and days that warm up do not change places.
        """
        order = np.empty(self.shared.size, np.intp)
        for part, drawn in zip((self.counting, ~self.counting), shuffled, strict=True):
            places, others = np.flatnonzero(self.shared & part), np.flatnonzero(~self.shared & part)
            order[places] = places[drawn]
            order[others] = generator.permutation(others)
        return _Days(*(values[order] for values in self.days)).bars_like(self.bars)
