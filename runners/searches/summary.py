"""A search in one screen of a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...search.evaluator import DIFFERENCES
from .page import counted, first, shown, side_by_side, trials_words
from .result import SearchResult

ROWS = 10
FIGURES = ("excess", "total_return", "sharpe", "max_drawdown", "switches")


def print_search(result: SearchResult, page: Path, console: Console) -> None:
    """Print the best sets with the number of trials, and where the page is."""
    top = result.found.top
    ranking = result.found.objective
    also = DIFFERENCES if ranking in DIFFERENCES else ()
    figures = first(ranking, list(dict.fromkeys((ranking, *also, *FIGURES))))
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
    objective = result.found.objective.replace("_", " ")
    beside = ", ".join(
        f"{name} {figure}{f' ({other})' if other else ''}"
        for name, figure, other, _ in side_by_side(result)
    )
    console.print(f"{objective.capitalize()}: {beside}.", highlight=False)
    if result.found.undefined:
        words = f"{counted(result.found.undefined)} without {objective}, ranked behind the others."
        console.print(words, highlight=False)
    if result.found.ruined:
        console.print(f"{counted(result.found.ruined)} ruined, ranked last.", highlight=False)
    if result.confirmed:
        console.print(f"{result.confirmed} sets agree with their bar-by-bar runs.", highlight=False)
    console.print(Text(f"Page: {page}"), soft_wrap=True)
