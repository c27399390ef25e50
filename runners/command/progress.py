"""Progress of a search on the terminal: sets, rate, time left and best value so far."""

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
    """Column of the progress bar with the rate, in parameter sets per second."""

    def render(self, task: Task) -> Text:
        """Return the rate as text; a dash while it is not known yet."""
        rate = task.finished_speed or task.speed
        return Text("-" if rate is None else f"{rate:,.0f} sets/s")


class Bar:
    """A progress bar of a search, and messages printed above it."""

    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown, self._task = shown, task

    def __call__(self, stage: Stage) -> None:
        """Update the bar with the progress of the search."""
        best = "" if stage.best is None else f"best {stage.best:.4g} (set {stage.best_index})"
        self._shown.update(self._task, total=stage.of, completed=stage.places, best=best)

    def say(self, line: str) -> None:
        """Print a message above the bar, on one line that is not wrapped."""
        self._shown.console.print(Text(line), soft_wrap=True)


@contextmanager
def progress(console: Console | None = None) -> Iterator[Bar]:
    """Show a progress bar on stderr within the block; yield the functions that update it.

    If stderr is a file or a pipe, only the messages are printed.

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
