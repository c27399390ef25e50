"""A search in one screen of a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .page import shown, trials_words
from .result import SearchResult

ROWS = 10
FIGURES = ("excess", "total_return", "sharpe", "max_drawdown", "switches")


def print_search(result: SearchResult, page: Path, console: Console) -> None:
    """Print the best sets with the number of trials, and where the page is."""
    top = result.found.top
    figures = [result.found.objective, *(n for n in FIGURES if n != result.found.objective)]
    console.print(Text(f"{result.title}: best of {trials_words(result)}", style="bold"))
    table = Table(box=None, pad_edge=False)
    for name in (*result.space.names, *figures):
        table.add_column(name.replace("_", " "), justify="right")
    for row in top.head(ROWS).to_dict("records"):
        table.add_row(
            *(str(row[name]) for name in result.space.names),
            *(shown(name, row[name]) for name in figures),
        )
    console.print(table)
    if result.found.ruined:
        console.print(f"{result.found.ruined:,} sets were ruined and rank last.", highlight=False)
    if result.confirmed:
        console.print(f"{result.confirmed} sets agree with their bar-by-bar runs.", highlight=False)
    console.print(Text(f"Page: {page}"), soft_wrap=True)
