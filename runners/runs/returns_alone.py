"""Report a series of returns or equity alone: figures and a page without trades, costs or fills."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...analyzers import statistics
from ...analyzers.return_figures import return_figures
from ...feeds.reading import PLAIN, Reading
from ...feeds.return_series.series import ReturnSeries, read_return_series
from . import metrics
from .badges import price_badges, warning_badges
from .benchmarks import Benchmark
from .declared import as_date
from .labels.badge_texts import badge, gravest_first
from .labels.benchmark_names import NONE
from .provenance import versions
from .result import REPORT, Badge, RunResult
from .series_benchmark import SeriesBenchmark, described_series, series_benchmark
from .settings import Settings
from .tables import trades_table

OPTIONS = ("calendar", "timezone", "dates", "decimal", "drop_bad_rows")
"""Options of reading that a series of returns has."""


def report(
    returns: pd.Series | pd.DataFrame | str | Path,
    benchmark: Any = None,
    *,
    name: str | None = None,
    kind: str | None = None,
    column: str | None = None,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    risk_free_rate: float = 0.0,
    reading: Reading | None = None,
    **options: Any,
) -> RunResult:
    """Measure a series of returns or equity, without knowing how it came about.

    Parameters
    ----------
    returns : Series, DataFrame, str or Path
        Simple returns by date, or an account's value by date; a path names a CSV or Parquet file.
        See `read_return_series`.
    benchmark : str, Path, Bars, Series, DataFrame or mapping, optional
        A column of the same table, a file of bars or of returns, a sample ("sp500"), "cash", a mix
        of files, or any bars that a run takes. None: the column beside the returns that is called
        benchmark, or no benchmark.
    name : str, optional
        The title; default: the file's name, or the Series'.
    kind : {"returns", "percent", "equity"}, optional
        What the numbers are: fractions (0.01 is 1 %), per cent, or the account's value; None works
        it out, and raises if it cannot be told.
    column : str, optional
        Which column to read if there are several.
    start, end : date or ISO text, optional
        First and last day whose return counts.
    risk_free_rate : float
        Fraction per year, for Sharpe and Sortino ratios.
    reading : Reading, optional
        How the file is read where it does not say so itself.
    **options
        Fields of `Reading`: calendar, timezone, dates, decimal, drop_bad_rows.

    Returns
    -------
    RunResult
        `write_run` puts it and its page into a folder. It has no trades, decisions or bars, and no
        figures that are made of them; without a benchmark `benchmark` is empty.

    Raises
    ------
    ParameterError, RequestError
        A setting is out of range, a column or kind must be named, or the benchmark does not cover
        the days.
    BarsError
        The rows cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from btplaybook.runners.runs.returns_alone import report
    >>> days = pd.bdate_range("2024-01-02", periods=4)
    >>> equity = pd.Series([100.0, 110.0, 99.0, 108.9], index=days, name="mine")
    >>> round(report(equity, kind="equity").metrics["total_return"], 12)
    0.089
    """
    read = dataclasses.replace(reading or PLAIN, **options)
    settings = Settings(
        start=as_date("start", start), end=as_date("end", end), risk_free_rate=risk_free_rate
    )
    series = read_return_series(
        returns,
        name=name,
        kind=kind,
        column=column,
        beside=None if benchmark is None else str(benchmark) if _is_text(benchmark) else "",
        start=settings.start,
        end=settings.end,
        reading=read,
    )
    compared = series_benchmark(benchmark, series, settings, read)
    kept = {
        "start": settings.plain()["start"],
        "end": settings.plain()["end"],
        "kind": kind,
        "column": column,
        "benchmark": None if compared is None else compared.setting,
        "risk_free_rate": settings.risk_free_rate,
    }
    return result_of_returns(
        series.frame(),
        title=series.name,
        periods_per_year=series.periods_per_year,
        data=[described_series(series)],
        settings=kept,
        benchmark=compared,
        ruined_on=None if series.ruined_on is None else str(series.ruined_on),
        badges=_badges(series, compared),
    )


def result_of_returns(
    daily: pd.DataFrame,
    *,
    title: str,
    periods_per_year: int,
    data: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any],
    benchmark: Benchmark | None = None,
    ruined_on: str | None = None,
    badges: Sequence[Badge] = (),
    strategy: str = REPORT,
) -> RunResult:
    """Build the result of an account of which only the daily value is known.

    Parameters
    ----------
    daily : DataFrame
        Columns equity and return, indexed by date, oldest first; the first row is the day on which
        the account opened, its return NaN.
    title : str
        Its name for readers.
    periods_per_year : int
        Returns a year: 252 or 365 days, 52 weeks, 12 months.
    data, settings : sequence of mappings, mapping
        What run.json keeps of the source and of the settings; ``settings["risk_free_rate"]`` is
        used.
    benchmark : Benchmark, optional
        The benchmark; None: none. Cash earns the risk-free rate.
    ruined_on : str, optional
        First day on which the account was worth nothing.
    badges : sequence of Badge
        Statements about the account.
    strategy : str
        Its name in run.json.

    Returns
    -------
    RunResult
        Empty tables of trades and decisions, no bars; `dataclasses.replace` adds what is known.
    """
    rate = float(settings.get("risk_free_rate") or 0.0)
    told = list(badges)
    theirs: dict[str, Any] = {}
    if benchmark is not None:
        terms = Settings(cash=1.0, risk_free_rate=rate, interest=rate)
        days = pd.DatetimeIndex(daily.index)
        beside, theirs = benchmark.measured(days, terms, periods_per_year)
        daily = daily.assign(benchmark_return=beside)
        told += [*benchmark.badges(days), *price_badges(list(benchmark.parts))]
    return RunResult(
        strategy=strategy,
        title=title,
        rule={},
        params={},
        settings=dict(settings),
        versions=versions(),
        data=[dict(each) for each in data],
        window=(str(daily.index[1].date()), str(daily.index[-1].date())),
        periods_per_year=periods_per_year,
        metrics=of_returns_alone(daily["return"].to_numpy()[1:], periods_per_year, rate, ruined_on),
        benchmark=theirs,
        benchmark_name="" if benchmark is None else benchmark.name,
        benchmark_kind=NONE if benchmark is None else benchmark.kind,
        benchmark_data=[] if benchmark is None else benchmark.data(),
        unfilled=[],
        badges=gravest_first(told),
        daily=daily,
        trades=trades_table([]),
        decisions=pd.DataFrame(
            {
                "date": pd.to_datetime([]),
                "instrument": pd.Series([], dtype=object),
                "weight": np.empty(0),
            }
        ),
    )


def of_returns_alone(
    returns: statistics.Returns,
    periods_per_year: int,
    risk_free_rate: float,
    ruined_on: str | None = None,
) -> dict[str, Any]:
    """Return the metrics of returns alone; None for those that are made of trades and positions.

    Every day up to a ruin counts for the winning days, since it is not known on which a position
    was held.
    """
    days = np.append(True, np.cumprod(1.0 + returns > 0.0)[:-1] > 0)
    known = return_figures(returns, periods_per_year, risk_free_rate)
    known |= dataclasses.asdict(statistics.win_loss(returns, days)) | {"ruined_on": ruined_on}
    return {key: known.get(key) for key in metrics.ORDER}


def _is_text(benchmark: Any) -> bool:
    return isinstance(benchmark, str | Path)


def _badges(series: ReturnSeries, compared: Benchmark | None) -> list[Badge]:
    others: list[Any] = list(compared.others) if compared else []
    if isinstance(compared, SeriesBenchmark):
        others.append(compared.series)
    found = [badge("returns alone"), *warning_badges([series, *others])]
    if series.ruined_on is not None:
        found.append(badge("ruined", day=series.ruined_on))
    return found
