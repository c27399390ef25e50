"""The line of a terminal on which a command shows how far it is."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TextColumn
from rich.table import Column
from rich.text import Text

from . import output


class Shortened(TextColumn):
    """A column of text that is cut short where the terminal is too narrow for the line."""

    def __init__(self, text: str) -> None:
        super().__init__(text, markup=False, table_column=Column())

    def render(self, task: Task) -> Text:
        """Return the text, to be cut rather than wrapped."""
        text = super().render(task)
        text.no_wrap, text.overflow = True, "ellipsis"
        return text


class ProgressLine:
    """One line on stderr that is written over, and goes away when it is closed.

    What is printed meanwhile stands above it.

    Parameters
    ----------
    console : Console or None
        None: stderr.
    """

    def __init__(self, console: Console | None = None) -> None:
        prints = sys.stdout.isatty()  # what is piped must stay in its pipe
        self._shown = Progress(
            Shortened("{task.description}"), BarColumn(bar_width=16),
            TextColumn("{task.fields[much]}"), Shortened("{task.fields[at]}"),
            TextColumn("{task.fields[spent]}"),
            console=console or Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
            auto_refresh=False,
            redirect_stdout=prints,
            redirect_stderr=prints,
        )  # fmt: skip
        self._task = self._shown.add_task("", total=None, much="", at="", spent="")
        self._above = output.above(self.say)
        self._above.__enter__()

    def show(self, what: str, share: float | None, much: str, at: str, spent: str) -> None:
        """Draw a state; a bar without a share moves to and fro."""
        self._shown.tasks[0].total = None if share is None else 1.0
        self._shown.update(
            self._task, description=what, completed=share or 0.0, much=much, at=at, spent=spent,
        )  # fmt: skip
        self._shown.start()  # the first time; what it draws is known by now
        self._shown.refresh()

    def say(self, line: str) -> None:
        """Print a message above the line, in one piece that is not wrapped."""
        self._shown.console.print(Text(line), soft_wrap=True)

    def close(self) -> None:
        """Take the line away."""
        self._above.__exit__(None, None, None)
        self._shown.stop()
