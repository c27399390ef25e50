"""How far a search is, on a terminal: sets, rate, time left, the best so far; lines above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ...search.driver import Progress as Stage


class Rate(ProgressColumn):
    """Sets a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, a dash before there is one."""
        rate = task.finished_speed or task.speed
        return Text("-" if rate is None else f"{rate:,.0f} sets/s")


class Bar:
    """A bar that takes the progress, and lines that stand above it."""

    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown, self._task = shown, task

    def __call__(self, stage: Stage) -> None:
        """Show how far the search is."""
        best = "" if stage.best is None else f"best {stage.best:.4g} (set {stage.best_index})"
        self._shown.update(self._task, total=stage.of, completed=stage.places, best=best)

    def say(self, line: str) -> None:
        """Print a line where the bar stands, and the bar below it; the line is not broken."""
        self._shown.console.print(Text(line), soft_wrap=True)


@contextmanager
def progress(console: Console | None = None) -> Iterator[Bar]:
    """Show a bar on stderr for as long as the block lasts; yield what takes progress and lines.

    A file or a pipe gets no bar, and the lines alone.

    Parameters
    ----------
    console : Console or None
        None: stderr.
    """
    console = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(), TextColumn("{task.fields[best]}"),
    )  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        yield Bar(shown, shown.add_task("sets", total=None, best=""))
