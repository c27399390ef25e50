"""The benchmark of a series of returns: as for a run, or a file, column or Series of returns."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import pandas as pd

from ...feeds.calendars import periods_between
from ...feeds.errors import BarsError
from ...feeds.kinds_of_files import read_table, suffix_of
from ...feeds.quoting import did_you_mean, shown
from ...feeds.reading import Reading
from ...feeds.return_series.kinds import OF_A_BENCHMARK
from ...feeds.return_series.series import ReturnSeries, read_return_series
from ...feeds.samples import MARKETS, SAMPLES, sample
from ...feeds.tables.spellings import column_names
from ..errors import ParameterError
from . import metrics
from .benchmarks import CASH, Benchmark, benchmark_of, lacking_badges, mix_of
from .result import Badge
from .settings import Settings


@dataclasses.dataclass(frozen=True, eq=False)
class SeriesBenchmark(Benchmark):
    """A series of returns as benchmark, compounded to the days of the account that it is beside.

    Attributes
    ----------
    series : ReturnSeries
        Its returns; those of its days between two days of the account count on the later one.
    own_table : bool
        Whether it is a table of its own, and no column beside the account.
    """

    series: ReturnSeries = None  # type: ignore[assignment]
    own_table: bool = True

    def data(self) -> list[dict[str, Any]]:
        """Return what run.json keeps of its table; nothing of a column beside the account."""
        return [described_series(self.series)] if self.own_table else []

    def measured(
        self, dates: pd.DatetimeIndex, settings: Settings, periods_per_year: int
    ) -> tuple[pd.Series, dict[str, Any]]:
        """Return the returns and metrics on the days of an account; see `Benchmark.measured`.

        Raises
        ------
        ParameterError
            The series begins after the account opened, or ends before it.
        """
        frame = self.series.frame()
        days = frame.index
        if days[0] > dates[0] and days[1] > dates[1]:
            raise ParameterError(
                f"benchmark {self.name} begins on {days[1].date()}, after the account opened on "
                f"{dates[0].date()}: set --start, or compare with another"
            )
        rest = (self.series.calendar, days[-1].date(), dates[-1].date(), self.series.frequency)
        if days[-1] < dates[-1] and periods_between(*rest):
            raise ParameterError(
                f"benchmark {self.name} ends on {days[-1].date()}, and the account on "
                f"{dates[-1].date()}: set --end, or compare with another"
            )
        inside = frame["return"].loc[: dates[-1]]
        early = int((inside.index <= dates[0]).sum())
        counted = metrics.on_days(inside.iloc[max(early - 1, 0) :], dates)
        return metrics.of_returns(counted, settings.cash, periods_per_year, settings.risk_free_rate)

    def badges(self, dates: pd.DatetimeIndex) -> list[Badge]:
        """Return a badge on days of the account without a return of the benchmark, if any."""
        return lacking_badges(dates, {self.name: self.series.dates})


def series_benchmark(
    given: Any, account: ReturnSeries, settings: Settings, reading: Reading
) -> Benchmark | None:
    """Return the benchmark of a series of returns; None for none.

    Parameters
    ----------
    given : object
        None takes the benchmark beside the account in its table, if there is one. A text is cash, a
        sample, a mix of files, or a file of bars or of one series; a Series or a frame of one
        column holds returns or equity; other objects are bars, as for a run.
    account : ReturnSeries
        The account.
    settings : Settings
        Cash, interest and window.
    reading : Reading
        How files and frames are read.

    Raises
    ------
    ParameterError, RequestError, BarsError
        The benchmark is none of these, or cannot be read.
    """
    if (beside := account.benchmark) is not None:
        return SeriesBenchmark(
            "returns", beside.name, beside.column, series=beside, own_table=False
        )
    if given is None:
        return None
    if isinstance(given, str | Path):
        return _of_text(str(given), settings, reading)
    if isinstance(given, pd.Series) or (
        isinstance(given, pd.DataFrame) and not _holds_closes(given)
    ):
        series = read_return_series(given, end=settings.end, reading=reading, remedy=OF_A_BENCHMARK)
        setting = {
            "name": series.name,
            "first": str(series.dates[0]),
            "last": str(series.dates[-1]),
            "sha256": series.sha256,
        }
        return SeriesBenchmark("returns", series.name, setting, series=series)
    return benchmark_of([], dataclasses.replace(settings, benchmark=given), reading=reading)


def _of_text(text: str, settings: Settings, reading: Reading) -> Benchmark:
    if text in SAMPLES and text not in MARKETS:
        held = benchmark_of([], dataclasses.replace(settings, benchmark=sample(text)))
        return dataclasses.replace(held, setting=text)
    is_file = os.path.isfile(text) and suffix_of(text) is not None
    if is_file and not _is_file_of_closes(text):
        series = read_return_series(text, end=settings.end, reading=reading, remedy=OF_A_BENCHMARK)
        return SeriesBenchmark("returns", series.name, text, series=series)
    if not is_file and text.casefold() != CASH and mix_of(text) is None:
        known = [CASH, *(name for name in SAMPLES if name not in MARKETS)]
        raise ParameterError(
            f"there is no benchmark {shown(text)}{did_you_mean(text, known)}: name a column beside "
            "the returns, a file of bars or of returns, sp500, nasdaq, cash, a mix such as "
            "SPY.csv=0.6,TLT.csv=0.4, or yahoo:SPY"
        )
    return benchmark_of([], dataclasses.replace(settings, benchmark=text), reading=reading)


def described_series(series: ReturnSeries) -> dict[str, Any]:
    """Return what a result keeps of a series: name, hash, dates, warnings and the like."""
    return {
        "name": series.name,
        "source": series.source,
        "sha256": series.sha256,
        "first": str(series.first),
        "last": str(series.last),
        "rows": series.rows,
        "prices": series.kind,
        "prices_why": series.why,
        "calendar": series.calendar,
        "frequency": series.frequency,
        **({"column": series.column} if series.column else {}),
        **({"reading": reading} if (reading := series.reading.plain()) else {}),
        "notes": list(series.notes),
        "warnings": list(series.warnings),
    }


def _is_file_of_closes(text: str) -> bool:
    """Tell whether a file is one of bars."""
    try:
        return _holds_closes(read_table(text))
    except BarsError:  # no column names of bars
        return False


def _holds_closes(frame: pd.DataFrame) -> bool:
    levels = (frame.columns.get_level_values(level) for level in range(frame.columns.nlevels))
    return any("close" in column_names(level) for level in levels)
