"""The summary of a search on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...search.evaluator import DIFFERENCES, RUINED
from ..pages.worth.elsewhere_rows import vault_words
from ..pages.worth.forward import forward_sentence
from ..pages.worth.sentences import sentences
from ..runs.labels.figures import figure_of
from ..runs.labels.formats import counted
from ..searches.columns import OTHER_EXCESS, cell, first, heading
from ..searches.result import SearchResult
from ..searches.side_by_side import side_by_side, trials

ROWS = 10
FIGURES = ("excess", "total_return", "sharpe", "max_drawdown", "switches")


def print_search(result: SearchResult, page: Path, console: Console) -> None:
    """Print the best sets, the number of trials and the path of the page."""
    top = result.found.top
    ranking = result.found.objective
    also = DIFFERENCES if ranking in DIFFERENCES else ()
    fell = (RUINED,) if (top.head(ROWS)[RUINED] >= 0).any() else ()
    figures = first(ranking, list(dict.fromkeys((ranking, *also, *fell, *FIGURES))))
    console.print(Text(f"{result.title}: best of {trials(result)}", style="bold"))
    table = Table(box=None, pad_edge=False)
    rows = [
        (
            *(str(row[name]) for name in result.space.names),
            *(cell(name, row[name]) for name in figures),
        )
        for row in top.head(ROWS).to_dict("records")
    ]
    for place, name in enumerate((*result.space.names, *map(heading, figures))):
        widest = max((len(row[place]) for row in rows), default=0)  # headings wrap, cells do not
        table.add_column(name, justify="right", min_width=widest)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    objective, sides = figure_of(ranking), side_by_side(result)
    figures_named = ", ".join(f"{side.name} {side.figure}" for side in sides)
    console.print(f"{objective.label}: {figures_named}.", highlight=False)
    if others := [f"{side.name} {side.other}" for side in sides if side.other]:
        label = figure_of(OTHER_EXCESS[ranking][0]).label
        console.print(f"{label}: {', '.join(others)}.", highlight=False)
    stopped = result.stopped.sets if result.stopped else 0
    if result.stopped:
        ended = f"{counted(stopped, 'set')} stopped, ranked behind the others"
        console.print(f"{ended}; {result.stopped.first}.", highlight=False, markup=False)
    if undefined := result.found.undefined - stopped:
        without = f"{counted(undefined, 'set')} without {objective.noun}"
        console.print(f"{without}, ranked behind the others.", highlight=False)
    if ruined := result.found.ruined:
        console.print(f"{counted(ruined, 'set')} ruined, ranked last.", highlight=False)
    if result.confirmed:
        console.print(f"{result.confirmed} sets agree with their bar-by-bar runs.", highlight=False)
    if result.worth is not None:
        said = sentences(result.worth, result.elsewhere, forward_sentence(result.forward))
        console.print(Text("What the winner is worth", style="bold"))
        for line in filter(None, (*said, vault_words(result.vault))):
            console.print(Text(line), soft_wrap=True)
    console.print(Text(f"Page: {page}"), soft_wrap=True)
