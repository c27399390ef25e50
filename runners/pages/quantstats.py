"""Run quantstats behind one function: returns in, parts of its report out.

quantstats inserts titles into HTML without escaping them, adds dates and random identifiers to its
pictures, changes series whose dates differ, and fails on returns that do not vary. It is therefore
called with plain numbers and the fixed names "Strategy" and "Benchmark" only. Its report is
rendered with a template that holds markers alone, split at these markers, and returned as pictures
and tables. Everything that it changes in the process (matplotlib's settings and backend, warnings,
a log filter) is restored.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pandas as pd

from ..runs.labels.units import unit_of
from . import period_pictures, periods, plots
from .as_quantstats.deviations import deviations as deviations  # the page finds both of them here
from .as_quantstats.deviations import of_single_returns
from .as_quantstats.process import agg, imported, quiet
from .as_quantstats.reportable import reportable
from .as_quantstats.reportable import why_no_body as why_no_body

CHARTS = {
    "vol_returns": "Cumulative returns with the benchmark at the strategy's volatility",
    "dd_plot": "Drawdown from the highest value so far",
    "dd_periods": "Cumulative returns with the five worst drawdowns shaded",
    "rolling_sharpe": "Rolling six-month Sharpe ratio",
    "rolling_sortino": "Rolling six-month Sortino ratio",
    "rolling_vol": "Rolling six-month volatility",
    "rolling_beta": "Rolling six- and twelve-month beta to the benchmark",
    "monthly_dist": "Number of months by their return",
    "returns_dist": "Quantiles of returns, by length of the period",
    "monthly_heatmap": "Return of each month, %",
}
"""Pictures of the report that the page shows, in its order, each with a description.

Not shown are `returns`, `log_returns` and `eoy_returns`, which the page draws itself (the last
because quantstats' bars are not aligned with their years), and `daily_returns`, which has thousands
of bars and little information.
"""

NOT_DRAWN = {
    "day": (),
    "week": (),
    "month": ("rolling_sharpe", "rolling_sortino", "rolling_vol", "rolling_beta"),
}
"""Pictures that are not shown for a frequency, such as six-month figures of monthly returns."""

OURS = ("monthly_dist", "returns_dist", "monthly_heatmap")
"""Pictures that are drawn here instead of by quantstats.

quantstats' quantiles keep only periods whose last calendar day is a session, its table prints 0.00
for missing months, and the axes of its two distributions show whole percents only.
"""

_RENAMED = {"CAGR\N{SMALL PERCENT SIGN}": "CAGR", "R^2": "R\N{SUPERSCRIPT TWO}"}

_TABLES = ("metrics", "eoy_table", "dd_info")

_COLOURS = {
    "#fedd78": plots.BENCHMARK,
    "#348dc1": plots.ACCENT,
    "#af4b64": plots.LOSS,
    "#ba516b": plots.LOSS,
    "#4fa487": plots.GAIN,
    "#003366": plots.ACCENT,
    "#ff0000": plots.LOSS,
    "#000000": plots.INK,
}


@dataclass(frozen=True)
class Body:
    """quantstats' report, split into pictures and tables.

    Attributes
    ----------
    charts : dict of str to str
        Name of the picture in quantstats to an ``<svg>`` element.
    metrics : list of list of tuple of str
        Groups of rows: name, strategy, benchmark (missing without a benchmark).
    years : list of tuple of str
        Year, strategy, benchmark (missing without a benchmark), as percentages.
    drawdowns : list of tuple of str
        Start, end, depth in percent, calendar days; the deepest first. The end is empty if the
        drawdown has not been recovered.
    version : str
        quantstats' version.
    """

    charts: dict[str, str]
    metrics: list[list[tuple[str, ...]]]
    years: list[tuple[str, ...]]
    drawdowns: list[tuple[str, ...]]
    version: str


def quantstats_body(
    returns: pd.Series,
    benchmark: pd.Series | None,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
    begins: pd.Timestamp | None = None,
) -> Body:
    """Run quantstats and split its report.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns, oldest first, for which `why_no_body` returns None.
    benchmark : Series of float or None
        The benchmark's returns on the same dates; left out where `reportable` leaves it out.
    periods_per_year : int
        252 for exchange days, 365 for calendar days, 52 for weeks, 12 for months.
    risk_free_rate : float
        Fraction per year.
    begins : Timestamp, optional
        Day of the first decision. Months and years that end by then are blank, since no position
        was possible in them.

    Returns
    -------
    Body
        Equal input gives equal text, in any process.

    Raises
    ------
    ValueError
        As for `reportable`.
    """
    strategy, market = reportable(returns, benchmark)
    pieces = _report(strategy, market, periods_per_year, risk_free_rate)
    unit = unit_of(periods_per_year)
    metrics = of_single_returns(_metric_groups(pieces["metrics"], market is not None), unit)
    ours = _ours(strategy, market, periods_per_year, begins)
    return Body(
        charts={
            name: ours.get(name) or plots.tidy_svg(pieces[name], name, label, _COLOURS)
            for name, label in CHARTS.items()
            if (name in ours or "<svg" in pieces[name]) and name not in NOT_DRAWN[unit]
        },
        metrics=metrics,
        years=_blank(_years(pieces["eoy_table"], market is not None), strategy, begins),
        drawdowns=_drawdowns(pieces["dd_info"], strategy),
        version=pieces["version"],
    )


def _ours(
    strategy: pd.Series,
    benchmark: pd.Series | None,
    periods_per_year: int,
    begins: pd.Timestamp | None,
) -> dict[str, str]:
    """Draw the pictures in `OURS`, which replace quantstats' own."""
    market = None if benchmark is None else periods.compounded(benchmark, "M")
    months = periods.compounded(strategy, "M")
    drawn = (
        period_pictures.monthly_distribution(months, market),
        period_pictures.quantiles(periods.by_unit(strategy, periods_per_year)),
        period_pictures.heat_map_of_months(periods.table_of_months(strategy, begins)),
    )
    return dict(zip(OURS, drawn, strict=True))


def _blank(
    years: list[tuple[str, ...]], strategy: pd.Series, begins: pd.Timestamp | None
) -> list[tuple[str, ...]]:
    """Return years in which the strategy's cell is empty if no position was possible."""
    held = {str(date.year) for date in periods.held_from(strategy, begins).index}
    return [row if row[0] in held else (row[0], "", *row[2:]) for row in years]


def _report(
    strategy: pd.Series, benchmark: pd.Series | None, periods_per_year: int, risk_free_rate: float
) -> dict[str, str]:
    """Run quantstats on a template of markers; return the parts of its report by name."""
    names = (*(name for name in CHARTS if name not in OURS), *_TABLES)
    template = "\n".join(f"<!--piece:{name}-->{{{{{name}}}}}<!--/piece-->" for name in names)
    with quiet(), tempfile.TemporaryDirectory() as folder:
        quantstats = imported()
        template_path, output = Path(folder, "template.html"), Path(folder, "report.html")
        template_path.write_text(template, encoding="utf-8")
        with plots.look(), agg(), _whole_labels():
            quantstats.reports.html(
                strategy,
                benchmark,
                rf=risk_free_rate,
                periods_per_year=periods_per_year,
                output=str(output),
                template_path=str(template_path),
                # True would remove the leading days without a position from both series.
                match_dates=False,
                strategy_title="Strategy",
                benchmark_title="Benchmark",
            )
        report = output.read_text(encoding="utf-8")
    pieces = dict(re.findall(r"<!--piece:(\w+)-->(.*?)<!--/piece-->", report, flags=re.S))
    return {**pieces, "version": str(quantstats.__version__)}


@contextmanager
def _whole_labels() -> Iterator[None]:
    """Make quantstats label its axes with as many decimals as the distance of labels needs.

    quantstats rounds percentages to whole numbers and ratios to hundredths, so that two labels of
    an axis may be equal.
    """
    from matplotlib.ticker import PercentFormatter, ScalarFormatter
    from quantstats._plotting import core

    ours = {
        "_FuncFormatter": lambda _: PercentFormatter(xmax=1.0),  # it only receives percentages
        "_FormatStrFormatter": lambda _: ScalarFormatter(useOffset=False),
    }
    before = {name: vars(core)[name] for name in ours}
    vars(core).update(ours)
    try:
        yield
    finally:
        vars(core).update(before)


def _rows(table: str) -> list[tuple[str, ...]]:
    """Return the cells of an HTML table's body, row by row; a separator row has one empty cell."""
    body = table[table.index("<tbody>") :]
    return [
        tuple(unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row))
        for row in re.findall(r"<tr>.*?</tr>", body, flags=re.S)
    ]


def _metric_groups(table: str, has_benchmark: bool) -> list[list[tuple[str, ...]]]:
    """Return rows of name, strategy and benchmark, in the groups that quantstats separates."""
    groups: list[list[tuple[str, ...]]] = [[]]
    for row in _rows(table):
        if not any(row[1:]):
            groups.append([])
            continue
        name, *values = row
        # quantstats puts the benchmark first.
        values = values[::-1] if has_benchmark else values
        groups[-1].append((_RENAMED.get(name, name), *values))
    return [group for group in groups if group]


def _years(table: str, has_benchmark: bool) -> list[tuple[str, ...]]:
    """Return year, strategy and benchmark, compounded.

    quantstats also prints the quotient of the two, which is meaningless if their signs differ;
    without a benchmark, its first column holds uncompounded sums. Both are left out.
    """
    if has_benchmark:
        return [(year, strategy, market) for year, market, strategy, *_ in _rows(table)]
    return [(year, compounded) for year, _, compounded in _rows(table)]


def _drawdowns(table: str, strategy: pd.Series) -> list[tuple[str, ...]]:
    """Return the drawdowns; one that lasts until the last day has no end."""
    wealth = (1.0 + strategy).cumprod()
    is_open = bool(wealth.iloc[-1] < max(1.0, wealth.max()))
    last = f"{strategy.index[-1]:%Y-%m-%d}"
    return [
        (start, "" if is_open and end == last else end, depth, days)
        for start, end, depth, days in _rows(table)
    ]
