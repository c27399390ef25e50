"""The cards of a run, of bars, of a search and of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...runs.labels.figures import FIGURES, IN_BRIEF
from ...runs.labels.formats import counted, number
from ...runs.labels.parameters_shown import worded
from ...searches.columns import cell, heading
from ..compare_verdict import comparison_verdict
from ..run_charts import days_of, growth_lines
from ..search.badges import badges
from ..search.verdict import search_verdict
from ..six_figures import six_figures
from ..svg.plot import Plot
from ..verdict import verdict
from .card import BETWEEN, Card, html_of, some

if TYPE_CHECKING:
    from ....feeds.bars import Bars
    from ...records.compare import Comparison
    from ...runs.result import RunResult
    from ...searches.result import SearchResult

BEST = 5
"""Sets of a search that its card shows."""

TERMS = 8
"""Parameters that a card names."""


def run_html(result: RunResult) -> str:
    """Return a run as a card: verdict, six figures beside the benchmark, growth, badges."""
    beside = result.has_benchmark
    rows = [
        (figure.name, f"{figure.value} {f'({figure.note})' if figure.note else ''}".strip())
        + ((figure.beside,) if beside else ())
        for figure in six_figures(result)
    ]
    plot = None
    if len(result.daily) > 1:
        plot = Plot("growth", "Growth of 1, compounded", height=190, log=True)
        plot.inside = True
        days = days_of(result)
        kept = some(len(days))
        for line in growth_lines(result)[1::-1]:
            dates = pd.DatetimeIndex(days[kept].astype("datetime64[D]"))
            plot.line(dates, line.values[kept], line.colour, line.label, width=1.5)
    return html_of(
        Card(
            result.heading,
            f"{result.window[0]} to {result.window[1]}{BETWEEN}{_terms(result)}",
            verdict(result).text,
            ("", result.title, *((result.benchmark_title,) if beside else ())),
            rows,
            plot,
            [badge.text for badge in result.badges],
            "result.show() opens the whole page; write_run(result, folder) keeps it",
        )
    )


def _terms(result: RunResult) -> str:
    """Return parameters and fill of a run, as its page says them."""
    words = [f"{name} {worded(value)}" for name, value in result.params.items()]
    if fill := result.settings.get("fill"):
        words.append(f"filled at the {str(fill).replace('_', ' ')}")
    return ", ".join(words[:TERMS]) + (", ..." if len(words) > TERMS else "")


def bars_html(bars: Bars) -> str:
    """Return bars as a card: what they are, the first and last rows, closes."""
    table = bars.frame()
    ends = table if len(table) <= 6 else pd.concat([table.head(3), table.tail(3)])
    columns = [name for name in table.columns if name != "volume" or bars.volume_known]
    rows = [
        (str(date.date()), *(number(float(row[name])) for name in columns))
        for date, row in zip(ends.index, ends.to_dict("records"), strict=True)
    ]
    plot = Plot("closes", f"Closes of {bars.name}", height=150, log=True)
    plot.inside = True
    kept = some(len(table))
    plot.line(table.index[kept], table["close"].to_numpy(dtype=float)[kept], "accent", width=1.2)
    frequency = f"{bars.frequency}s" if bars.frequency != "day" else "days"
    return html_of(
        Card(
            bars.title or bars.name,
            f"{len(bars):,} {frequency}, {bars.dates[0]} to {bars.dates[-1]}, {bars.prices} prices",
            "",
            ("", *columns),
            rows,
            plot,
            bars.warnings,
            "bars.frame() returns them as a DataFrame",
        )
    )


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison as a card: the figures of each run side by side."""
    runs = [*comparison.runs, *comparison.benchmarks]
    plot = Plot("growth", "Growth of 1 of each run", height=190, log=True)
    plot.inside = True
    for place, run in enumerate(comparison.runs):
        wealth = run.daily["equity"] / run.daily["equity"].iloc[0]
        kept = some(len(wealth))
        dates = pd.DatetimeIndex(wealth.index)[kept]
        plot.line(dates, wealth.to_numpy(dtype=float)[kept], f"run{place + 1}", run.key)
    names = [run.name if run in comparison.benchmarks else f"{run.key} {run.name}" for run in runs]
    rows = [
        (FIGURES[key].label, *(FIGURES[key].show(run.figures.get(key)) for run in runs))
        for key in IN_BRIEF
    ]
    return html_of(
        Card(
            f"Comparison of {len(comparison.runs)} runs",
            "",
            comparison_verdict(comparison).text,
            ("", *names),
            rows,
            plot,
            [heading for heading, _ in comparison.cautions],
            f"{counted(len(comparison.differences), 'difference')}; "
            "write_comparison(result, folder) keeps the page",
        )
    )


def search_html(result: SearchResult) -> str:
    """Return a search as a card: verdict, the best sets, holding, and the objective."""
    found = result.found
    names = result.space.names
    columns = list(dict.fromkeys((found.objective, "total_return", "sharpe", "max_drawdown")))
    rows = [
        (
            ", ".join(f"{name} {row[name]}" for name in names),
            *(cell(name, row[name]) for name in columns),
        )
        for row in found.top.head(BEST).to_dict("records")
    ]
    held = {**result.held_figures, found.objective: result.held_objective}
    rows.append(("held", *(cell(name, held.get(name)) for name in columns)))
    return html_of(
        Card(
            f"{result.heading}: best of {counted(found.evaluated, 'set')}",
            f"{result.window[0]} to {result.window[1]}",
            search_verdict(result).text,
            ("", *(heading(name) for name in columns)),
            rows,
            None,
            [badge.text for badge in badges(result)],
            "result.plot() draws it; write_search(result, folder) keeps the page",
        )
    )
