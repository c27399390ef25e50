"""The summary of a study on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..pages.study_verdict import study_bottom_line
from ..studies.result import StudyResult
from ..studies.study import FINDINGS
from ..studies.verdicts import as_printed, printed

STYLES = {"reproduced": "green", "near": "cyan", "mirror": "yellow", "differs": "red"}


def print_study(result: StudyResult, page: Path, console: Console) -> None:
    """Print each published figure next to the measured one, and the path of the page.

    If the source prints no figures, each chapter is printed with its finding.
    """
    console.print(_figures(result) if result.published() else _chapters(result))
    for chapter, why in result.not_carried():
        console.print(f"Not carried: {chapter.title}: {why}", highlight=False, markup=False)
    verdict = study_bottom_line(result).text
    console.print(verdict, highlight=False, markup=False)
    console.print(f"Page: {page}", highlight=False, markup=False, soft_wrap=True)


def _chapters(result: StudyResult) -> Table:
    table = _table(result)
    table.add_column("", style="bold")
    table.add_column("")
    conclusion = result.conclusion()
    for chapter, told in result.told():
        if told == conclusion:  # it is printed below, as the bottom line
            continue
        table.add_row(Text(chapter.title), Text(f"{told[:1].upper()}{told[1:]}"))
    return table


def _table(result: StudyResult) -> Table:
    return Table(
        title=result.study.title, title_justify="left", box=None, pad_edge=False, show_header=True
    )


def _figures(result: StudyResult) -> Table:
    table = _table(result)
    table.add_column("")
    table.add_column("")
    table.add_column("published", justify="right")
    table.add_column("measured", justify="right")
    table.add_column("")
    for figure in result.published():
        word = Text(FINDINGS[figure.finding], style=STYLES.get(figure.finding, ""))
        table.add_row(
            Text(figure.ticker),  # rich would read [brackets] in a name as markup
            Text(figure.name),
            as_printed(figure.published, figure.unit),
            printed(figure.measured, figure.unit),
            word,
        )
    return table
