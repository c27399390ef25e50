"""A search in one screen of a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...search.evaluator import DIFFERENCES, RUINED
from ..pages.search.numbers import OTHER_EXCESS, counted, first, shown
from ..pages.search.page import side_by_side, trials_words
from ..searches.result import SearchResult

ROWS = 10
FIGURES = ("excess", "total_return", "sharpe", "max_drawdown", "switches")


def print_search(result: SearchResult, page: Path, console: Console) -> None:
    """Print the best sets with the number of trials, and where the page is."""
    top = result.found.top
    ranking = result.found.objective
    also = DIFFERENCES if ranking in DIFFERENCES else ()
    fell = (RUINED,) if (top.head(ROWS)[RUINED] >= 0).any() else ()
    figures = first(ranking, list(dict.fromkeys((ranking, *also, *fell, *FIGURES))))
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
    objective = ranking.replace("_", " ")
    beside = side_by_side(result)
    words = ", ".join(f"{name} {figure}" for name, figure, _, _ in beside)
    console.print(f"{objective.capitalize()}: {words}.", highlight=False)
    if others := [f"{name} {other}" for name, _, other, _ in beside if other]:
        told = OTHER_EXCESS[ranking][0].replace("_", " ").capitalize()
        console.print(f"{told}: {', '.join(others)}.", highlight=False)
    if result.found.undefined:
        words = f"{counted(result.found.undefined)} without {objective}, ranked behind the others."
        console.print(words, highlight=False)
    if result.found.ruined:
        console.print(f"{counted(result.found.ruined)} ruined, ranked last.", highlight=False)
    if result.confirmed:
        console.print(f"{result.confirmed} sets agree with their bar-by-bar runs.", highlight=False)
    console.print(Text(f"Page: {page}"), soft_wrap=True)
