"""Progress of searches and runs on the terminal: how far, at which rate, how long still."""

from __future__ import annotations

import sys
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
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ...search.driver import Progress as Stage

CONFIRMS = "confirmed bar by bar"
"""What the bar of a search says once the sets are ranked."""


class Rate(ProgressColumn):
    """Column of the progress bar with the rate, in parameter sets per second."""

    def render(self, task: Task) -> Text:
        """Return the rate as text; a dash while it is not known yet."""
        rate = task.finished_speed or task.speed
        if rate is None:
            return Text("-")
        return Text(f"{rate:,.{0 if rate >= 10 else 1}f} sets/s")


class Bar:
    """A progress bar of a search, and messages printed above it."""

    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown, self._task = shown, task

    def __call__(self, stage: Stage) -> None:
        """Update the bar with the progress of the search."""
        best = "" if stage.best is None else f"best {stage.best:.4g} (set {stage.best_index})"
        self._shown.update(self._task, total=stage.of, completed=stage.places, best=best)

    @property
    def drawn(self) -> bool:
        """Whether there is a bar: not in a file or a pipe."""
        return not self._shown.disable

    def confirms(self, done: int, of: int) -> None:
        """Show how many sets are confirmed bar by bar; the bar begins anew with the first call."""
        if self._shown.tasks[0].description != CONFIRMS:
            self._shown.reset(self._task, total=of, description=CONFIRMS)
        self._shown.update(self._task, completed=done)

    def say(self, line: str) -> None:
        """Print a message above the bar, on one line that is not wrapped."""
        self._shown.console.print(Text(line), soft_wrap=True)


class DayBar:
    """A progress bar of a run, by days; drawn only when it is told something."""

    def __init__(self, console: Console | None = None) -> None:
        columns = (
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
            TextColumn("{task.fields[day]}"), TimeRemainingColumn(),
        )  # fmt: skip
        prints = sys.stdout.isatty()  # what is piped must stay in its pipe
        self._shown = Progress(
            *columns,
            console=console or Console(stderr=True, markup=False),
            transient=True,
            auto_refresh=False,
            redirect_stdout=prints,
            redirect_stderr=prints,
        )
        self._shown.start()
        self._task = self._shown.add_task("", total=1.0, day="")

    def show(self, what: str, day: str, share: float) -> None:
        """Draw a day; a new description begins anew."""
        if what != self._shown.tasks[0].description:
            self._shown.reset(self._task, total=1.0, description=what, day=day)
        self._shown.update(self._task, completed=share, day=day, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        self._shown.stop()


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
