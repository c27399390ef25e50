"""A run in one screen of a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..pages.summary import NONE, number, percent, shown_params
from ..pages.units import in_units, unit_of
from ..runs.result import RunResult

SHOWN = 6
"""Warnings about the data that are printed."""

STYLES = {"bad": "bold red", "warn": "yellow", "info": "cyan"}


def band(ends: list[float] | None) -> str:
    """Print the two ends of a confidence band; a dash for None."""
    return NONE if ends is None else f"{number(ends[0])} to {number(ends[1])}"


ROWS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("Total return", "total_return", percent),
    ("CAGR", "cagr", percent),
    ("Volatility", "volatility", percent),
    ("Sharpe ratio", "sharpe", number),
    ("  its 95 % band", "sharpe_band", band),
    ("Maximum drawdown", "max_drawdown", percent),
    ("Uncompounded, points", "points", number),
    ("Uncompounded, percent", "percent", percent),
    ("Winning days", "win_rate", percent),
    ("Switches a year", "switches_per_year", number),
)


def print_summary(result: RunResult, folder: Path, console: Console) -> None:
    """Print what was run, its figures beside the benchmark's, its badges and where the page is."""
    heading = Text(result.title, style="bold")
    heading.append(f"  {result.window[0]} to {result.window[1]}", style="not bold")
    console.print(heading)
    console.print(_parameters(result), style="dim")
    console.print(_figures(result))
    if result.badges:
        badges = [Text(badge.text, style=STYLES[badge.kind]) for badge in result.badges]
        console.print(Text(" \N{MIDDLE DOT} ").join(badges))
    read = [*result.data, *result.benchmark_data]
    warnings = [f"{table['name']}: {text}" for table in read for text in table["warnings"]]
    for line in warnings[:SHOWN]:
        console.print(line, style="yellow", highlight=False)
    if len(warnings) > SHOWN:
        more = f"and {len(warnings) - SHOWN} more warnings about the data, on the page"
        console.print(more, style="yellow", highlight=False)
    if result.unfilled:
        console.print(f"{len(result.unfilled)} orders never filled; run.json lists them")
    console.print(f"Page: {folder / 'tearsheet.html'}", soft_wrap=True, highlight=False)


def _figures(result: RunResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    table.add_column(result.title, justify="right")
    table.add_column(result.benchmark_title, justify="right")
    unit = unit_of(result.periods_per_year)
    for name, key, show in ROWS:
        table.add_row(in_units(name, unit), show(result.metrics[key]), show(result.benchmark[key]))
    return table


def _parameters(result: RunResult) -> str:
    names = ("fill", "size_at", "rebalance", "every")
    words = shown_params(result.strategy, result.params)
    return ", ".join([*words, *(f"{name} {result.settings[name]}" for name in names)])
