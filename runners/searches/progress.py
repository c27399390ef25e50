"""How far a search is, on a terminal: sets, rate, time left, the best so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
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


@contextmanager
def progress() -> Iterator[Callable[[Stage], None]]:
    """Show a bar on stderr for as long as the block lasts; yield what takes the progress.

    A file or a pipe gets no bar.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(), TextColumn("{task.fields[best]}"),
    )  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task("sets", total=None, best="")

        def watch(stage: Stage) -> None:
            best = "" if stage.best is None else f"best {stage.best:.4g} (set {stage.best_index})"
            shown.update(task, total=stage.of, completed=stage.places, best=best)

        yield watch
