"""The benchmark of a run: an instrument held, cash, a mix of instruments, or given returns."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...brokers.financing import rate_on
from ...feeds.arrays import Dates
from ...feeds.bars import Bars
from ...feeds.calendars import sessions
from ...feeds.quoting import did_you_mean
from ...feeds.reading import PLAIN, Reading
from ..errors import ParameterError
from . import metrics
from .bars.any_bars import tables_from
from .bars.sources import file_of_bars, is_file_of_bars, text_of_bars
from .labels.badge_texts import badge
from .provenance import described
from .result import Badge
from .settings import Settings, hashed

CASH = "cash"

EXACT = 1e-9
"""Largest distance from 1 of the sum of a mix's weights that rounding explains."""

_PART = re.compile(
    r"\s*(.+?)\s*=\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(?:,|$)", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, eq=False)
class Benchmark:
    """The benchmark of a run.

    Attributes
    ----------
    kind : {"held", "cash", "mix", "returns"}
        An instrument bought and held; cash at the run's interest rate; instruments by weight,
        rebalanced at each month's last close; a series of returns from the caller.
    name : str
        Its name.
    setting : str or dict
        What run.json keeps of it: a name, a path or a mix; for data passed from Python their hash.
    parts : dict of Bars to float
        The instruments and their weights; the remainder up to 1 is cash without interest.
    returns : Series or None
        The caller's daily simple returns; None for other kinds.
    feeds : tuple of Bars
        The run's feeds; run.json describes instruments that are none of them.
    """

    kind: str
    name: str
    setting: Any
    parts: Mapping[Bars, float] = dataclasses.field(default_factory=dict)
    returns: pd.Series | None = None
    feeds: tuple[Bars, ...] = ()

    @property
    def held(self) -> Bars | None:
        """The instrument, if the benchmark holds a single one."""
        return next(iter(self.parts)) if self.kind == "held" else None

    @property
    def others(self) -> list[Bars]:
        """The instruments that are not feeds of the run."""
        return [bars for bars in self.parts if bars not in self.feeds]

    def data(self) -> list[dict[str, Any]]:
        """Return what run.json keeps of the instruments that are not feeds of the run."""
        return [described(bars) for bars in self.others]

    def measured(
        self, dates: pd.DatetimeIndex, settings: Settings, periods_per_year: int
    ) -> tuple[pd.Series, dict[str, Any]]:
        """Return the daily returns and metrics over the days of a run; see `metrics.buy_and_hold`.

        Raises
        ------
        ParameterError
            The benchmark begins after the account opened, ends before the run, or lacks a return.
        """
        rate = settings.risk_free_rate
        if self.kind == "cash":
            return metrics.of_cash(
                _interest(dates, settings), settings.cash, periods_per_year, rate
            )
        if self.returns is not None:
            counted = _covering(self.returns, dates, self.name)
            return metrics.of_returns(counted, settings.cash, periods_per_year, rate)
        for bars in self.parts:
            _check_cover(bars, dates)
        if held := self.held:
            return metrics.buy_and_hold(held, dates, settings.cash, periods_per_year, rate)
        return metrics.of_mix(self.parts, dates, settings.cash, periods_per_year, rate)

    def badges(self, dates: pd.DatetimeIndex) -> list[Badge]:
        """Return a badge on days of the run without a bar of the benchmark, if there are any."""
        return lacking_badges(dates, {bars.name: bars.dates for bars in self.parts})


def benchmark_of(
    tables: Sequence[Bars],
    settings: Settings,
    default: str | None = None,
    reading: Reading = PLAIN,
) -> Benchmark:
    """Return the benchmark that the settings name.

    Parameters
    ----------
    tables : sequence of Bars
        The run's feeds; the first is the default benchmark.
    settings : Settings
        Its `benchmark`: the name of a feed, "cash", a file, a mix such as "SPY=0.6,TLT=0.4", a
        mapping of names to weights; or the bars of one instrument in any form that a run accepts. A
        Series holds daily simple returns.
    default : str, optional
        The benchmark that the strategy declares.
    reading : Reading
        Options for reading the benchmark's files and frames.

    Raises
    ------
    ParameterError
        The setting is none of these, a mix has weights that do not sum to 1, or a series holds
        prices.
    BarsError, RequestError
        The data cannot be read as bars.
    """
    given = settings.benchmark if settings.benchmark is not None else default
    feeds = tuple(tables)
    if given is None:
        return Benchmark("held", tables[0].name, tables[0].name, {tables[0]: 1.0}, feeds=feeds)
    if isinstance(given, Mapping) and all(isinstance(w, Real) for w in given.values()):
        given = ",".join(f"{name}={float(weight)!r}" for name, weight in given.items())
    if isinstance(given, (str, Path)):
        return _of_text(str(given), tables, settings, reading)
    if isinstance(given, pd.Series):
        return _of_returns(given)
    bars = _single(given, settings, reading)
    return Benchmark("held", bars.name, _kept(bars), {bars: 1.0}, feeds=feeds)


def _of_text(text: str, tables: Sequence[Bars], settings: Settings, reading: Reading) -> Benchmark:
    names, feeds = [table.name for table in tables], tuple(tables)
    there = text in names or (is_file_of_bars(text) and file_of_bars(text).path.is_file())
    weights = None if there else mix_of(text)
    if there or (weights is None and is_file_of_bars(text)):
        bars = _instrument(text, tables, settings, reading)
        return Benchmark("held", bars.name, text, {bars: 1.0}, feeds=feeds)
    if text.casefold() == CASH:
        return Benchmark(CASH, CASH, CASH)
    if weights is None:
        near = did_you_mean(text, names, or_known=True)
        near += "" if near.endswith("?") else "."
        raise ParameterError(
            f"no bars are called {text!r}{near} A benchmark is the name of a feed, a file, cash, "
            "or a mix such as SPY=0.6,TLT.csv=0.4"
        )
    if not all(weight > 0.0 for weight in weights.values()):
        raise ParameterError(f"benchmark {text}: each weight must be above 0")
    if abs(sum(weights.values()) - 1.0) > EXACT:
        raise ParameterError(
            f"benchmark {text}: the weights must sum to 1, and sum to {sum(weights.values()):.10g}"
        )
    cash = [name for name in weights if name.casefold() == CASH and name not in names]
    parts: dict[Bars, float] = {}
    for name, weight in weights.items():
        if name not in cash:
            bars = _instrument(name, tables, settings, reading)
            parts[bars] = parts.get(bars, 0.0) + weight
    shown = [(bars.name, weight) for bars, weight in parts.items()]
    shown += [(CASH, weights[name]) for name in cash]
    words = ", ".join(f"{100.0 * weight:.10g} % {name}" for name, weight in shown)
    return Benchmark("mix", words, text, parts, feeds=feeds)


def mix_of(text: str) -> dict[str, float] | None:
    """Return the weights by name of a mix such as "SPY=0.6,TLT=0.4"; None if the text is no mix.

    Raises
    ------
    ParameterError
        A name occurs twice.
    """
    weights: dict[str, float] = {}
    end = 0
    while end < len(text):
        found = _PART.match(text, end)
        if found is None:
            return None
        if found[1] in weights:
            raise ParameterError(f"benchmark {text}: {found[1]} is there twice")
        weights[found[1]] = float(found[2])
        end = found.end()
    return weights or None


def placed(text: str, folder: Path, names: Collection[str]) -> str:
    """Return a plan's benchmark; paths of its files are made relative to the plan's folder."""

    def place(part: str) -> str:
        if part in names or not is_file_of_bars(part):
            return part
        name, _, path = part.rpartition("=")
        whole = not name or (folder / part).exists()
        return str(folder / part) if whole else text_of_bars(name, str(folder / path))

    weights = None if text in names or (folder / text).is_file() else mix_of(text)
    if weights is None:
        return place(text)
    return ",".join(f"{place(name)}={weight!r}" for name, weight in weights.items())


def _instrument(text: str, tables: Sequence[Bars], settings: Settings, reading: Reading) -> Bars:
    """Return the feed of that name, or the bars of the file."""
    by_name = {table.name: table for table in tables}
    if text in by_name:
        return by_name[text]
    if not is_file_of_bars(text):
        near = did_you_mean(text, by_name, or_known=True)
        raise ParameterError(
            f"no bars are called {text!r}{near}; a file ends with .csv or .parquet"
        )
    return _single(text, settings, reading)


def _single(given: Any, settings: Settings, reading: Reading) -> Bars:
    if isinstance(given, Bars):
        reading = (
            PLAIN
            if given.frequency == reading.resample
            else dataclasses.replace(PLAIN, resample=reading.resample)
        )
    tables = tables_from(
        given,
        end=settings.end,
        dividends=not settings.no_dividends,
        reading=reading,
        counted_from=settings.start,
    )
    if len(tables) != 1:
        inside = ", ".join(table.name for table in tables)
        raise ParameterError(f"a benchmark is one table of bars, got {len(tables)}: {inside}")
    (bars,) = tables
    return bars.without_dividends() if settings.no_dividends else bars


def _kept(bars: Bars) -> dict[str, Any]:
    """Return what run.json keeps of a table passed from Python."""
    first, last = str(bars.dates[0]), str(bars.dates[-1])
    return {"name": bars.name, "first": first, "last": last, "sha256": bars.vintage}


def _of_returns(returns: pd.Series) -> Benchmark:
    if not isinstance(returns.index, pd.DatetimeIndex) or not len(returns):
        raise ParameterError("a series of returns as benchmark needs dates as its index")
    if not (returns.index.is_monotonic_increasing and returns.index.is_unique):
        raise ParameterError("the benchmark's returns must be oldest first, each day once")
    try:
        values = returns.astype(float)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"a return of the benchmark is no number: {error}") from error
    known = values.dropna()
    if len(known) and (known > 0.5).all():
        raise ParameterError(
            "a series as benchmark is one of daily returns (0.01 is 1 %), and these look like "
            "prices: give prices.pct_change(), or bars"
        )
    if (known <= -1.0).any():
        day = known.index[known <= -1.0][0].date()
        raise ParameterError(
            f"the benchmark's return of {day} is {known[known <= -1.0].iloc[0]:g}: a fraction "
            "above -1 is needed (0.01 is 1 %)"
        )
    days = returns.index.tz_localize(None).normalize()
    name = "returns" if returns.name is None else str(returns.name)
    return Benchmark(
        "returns", name, {"name": name, **hashed(returns)}, returns=values.set_axis(days)
    )


def lacking_badges(dates: pd.DatetimeIndex, known: Mapping[str, Dates]) -> list[Badge]:
    """Return a badge on days without a bar since the day before, if there are any.

    Parameters
    ----------
    dates : DatetimeIndex
        Days of the run, oldest first; the opening day, which has no return, does not count.
    known : mapping of str to ndarray of datetime64[D]
        Name of each part of the benchmark to the dates of its bars, oldest first.
    """
    days = dates.to_numpy(dtype="datetime64[D]")
    told = []
    for name, own in known.items():
        count = int((np.diff(np.searchsorted(own, days, side="right")) == 0).sum())
        told += [f"{name} on {count} of {len(days) - 1}"] if count else []
    return [badge("benchmark lacks days", instruments=", ".join(told))] if told else []


class _Span(NamedTuple):
    first: datetime.date
    last: datetime.date


def _check_cover(bars: Bars, dates: pd.DatetimeIndex) -> None:
    """Raise if bars begin after the account opened, or end before the run."""
    own = _Span(bars.dates[0].item(), bars.dates[-1].item())
    run = _Span(dates[0].date(), dates[-1].date())
    if own.first > run.first:
        raise ParameterError(
            f"benchmark {bars.name} begins on {own.first}, after the account opened on "
            f"{run.first}: move --start to a later day than that, or compare with another"
        )
    missed = sessions(bars.calendar, own.last, run.last)
    if own.last < run.last and len(missed[missed > bars.dates[-1]]):
        raise ParameterError(
            f"benchmark {bars.name} ends on {own.last}, and the run on {run.last}: set --end, or "
            "compare with another"
        )


def _covering(returns: pd.Series, dates: pd.DatetimeIndex, name: str) -> pd.Series:
    found = returns.reindex(dates)
    lacking = found.index[1:][found.iloc[1:].isna()]
    if len(lacking):
        shown = ", ".join(str(day.date()) for day in lacking[:3])
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        raise ParameterError(
            f"benchmark {name} has no return on {shown}{more}: it needs one for each day of the "
            f"run, {dates[1].date()} to {dates[-1].date()}"
        )
    return found.where(np.arange(len(found)) > 0)


def _interest(dates: pd.DatetimeIndex, settings: Settings) -> pd.Series:
    """Return the daily interest on cash, ACT/360, at the rate known on the day before."""
    days = [day.date() for day in dates]
    rate = settings.financing.cash
    earned = [rate_on(rate, before) * (day - before).days / 360.0 for before, day in pairwise(days)]
    return pd.Series([np.nan, *earned], index=dates)
