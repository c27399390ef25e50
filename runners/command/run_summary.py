"""The summary of a run on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...brokers.exact_broker import NO_BAR_LEFT
from ..pages import recorded_rows
from ..runs.labels.decided_every import decided_every
from ..runs.labels.figures import FIGURES, ON_SCREEN
from ..runs.labels.formats import counted, percent
from ..runs.labels.parameters_shown import shown_params
from ..runs.labels.units import in_units, unit_of
from ..runs.result import BOOK, RunResult

SHOWN = 6
"""Warnings about the data that are printed, at most."""

NEED_SIDES = ("points", "percent", "switches_per_year")
"""Figures of one side, which neither a book of stocks nor a strategy with own orders has."""

STYLES = {"bad": "bold red", "warn": "yellow", "info": "cyan"}


def print_summary(result: RunResult, folder: Path, console: Console) -> None:
    """Print the strategy, its figures and the benchmark's, its badges and the path of the page."""
    heading = Text(result.title, style="bold")
    heading.append(f"  {result.window[0]} to {result.window[1]}", style="not bold")
    console.print(heading)
    if result.knows_orders:
        console.print(_parameters(result), style="dim")
    console.print(_figures(result))
    if result.strategy == BOOK and BOOK in result.sections:
        console.print(_members(result.sections[BOOK].measured))
    if words := _trades(result):
        console.print(words, highlight=False)
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
    waiting = [order for order in result.unfilled if order["reason"] == NO_BAR_LEFT]
    for orders, what in ((waiting, "without a bar left"), (result.unfilled, "unfilled in all")):
        if orders and (orders is waiting or len(orders) > len(waiting)):
            console.print(f"{counted(len(orders), 'order')} {what}; run.json lists them")
    console.print(f"Page: {folder / 'tearsheet.html'}", soft_wrap=True, highlight=False)


def _figures(result: RunResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    table.add_column(result.title, justify="right")
    sides = [result.metrics]
    if result.has_benchmark:
        table.add_column(result.benchmark_title, justify="right")
        sides.append(result.benchmark)
    unit = unit_of(result.periods_per_year)
    for figure in (FIGURES[key] for key in ON_SCREEN):
        if result.sends_orders and figure.key in NEED_SIDES:
            continue
        values = [side[figure.key] for side in sides]
        of_sides = figure.key in NEED_SIDES or not result.knows_orders
        if values[0] is None and (of_sides or all(value is None for value in values)):
            continue
        table.add_row(in_units(figure.label, unit), *map(figure.show, values))
    return table


def _members(book: Mapping[str, Any]) -> Table:
    """Return whose the return and the risk of a book was."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("Member")
    for heading in ("Mean weight", "Return alone", "To return", "To volatility"):
        table.add_column(heading, justify="right")
    for each in book["members"]:
        own = (percent(each["weight_mean"], 1), percent(each["total_return"]))
        table.add_row(each["name"], *own, *_parts(each))
    table.add_row("Costs and interest", "", "", *_parts(book["costs"]))
    table.add_row("Book", "", "", *_parts(book["total"]))
    return table


def _parts(of: Mapping[str, Any]) -> tuple[str, str]:
    return percent(of["contribution"]["return"]), percent(of["contribution"]["risk"])


def _trades(result: RunResult) -> str:
    """Return the count of round trips, how many were won, and the profit factor; empty for none."""
    figures = result.trade_figures
    if not figures.get("count"):
        return ""
    won, factor = FIGURES["trades.win_rate"], FIGURES["trades.profit_factor"]
    still = f", {figures['open']:,} still open" if figures["open"] else ""
    words = (
        f"{counted(figures['count'], 'round trip')}{still}; {won.show(figures['win_rate'])} won, "
        f"{factor.noun} {factor.show(figures['profit_factor'])}"
    )
    if figures["positions"] in (0, figures["count"]):
        return words
    return (
        f"{words}; {counted(figures['positions'], 'position')}, "
        f"{won.show(figures['positions_win_rate'])} won"
    )


def _parameters(result: RunResult) -> str:
    if result.is_recorded:
        return recorded_rows.heading(result.strategy, result.params, result.settings)
    names = ("fill",) if result.sends_orders else ("fill", "size_at", "rebalance")
    words = shown_params(result.strategy, result.params)
    words += [f"{name} {result.settings[name]}" for name in names]
    if not result.sends_orders:
        whose = "members " if result.strategy == BOOK else ""
        words.append(f"{whose}every {' or '.join(decided_every(result))}")
    return ", ".join(words)
