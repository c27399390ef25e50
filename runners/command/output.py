"""Write results to folders, print messages on stderr, and open pages in the browser."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ..runs.stages import Progress


Result = TypeVar("Result")


_STDOUT: list[IO[str]] = []
"""The stdout of a command whose figures stand alone on it."""


@contextlib.contextmanager
def figures_alone() -> Iterator[None]:
    """Send everything that is printed to stderr, but for what `echo` writes.

    Strategies, scripts and objectives of a user print as they please, and solvers that are written
    in C print below Python; with `--json` or `--csv` stdout holds the figures alone.
    """
    with _stdout_kept() as kept:
        _STDOUT.append(kept)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                yield
        finally:
            _STDOUT.pop()


@contextlib.contextmanager
def _stdout_kept() -> Iterator[IO[str]]:
    """Yield stdout, while the process's own writes to stderr; where it has none, as it is."""
    try:
        own = sys.stdout.fileno() == 1
    except (AttributeError, OSError, ValueError):
        own = False
    if not own:
        yield sys.stdout
        return
    sys.stdout.flush()
    with open(os.dup(1), "w", encoding=sys.stdout.encoding, newline="") as kept:
        os.dup2(2, 1)
        try:
            yield kept
        finally:
            kept.flush()
            os.dup2(kept.fileno(), 1)


def echo(text: str) -> None:
    """Write figures to stdout as they are."""
    typer.echo(text, file=_STDOUT[-1] if _STDOUT else None, nl=False)


_ABOVE: list[Callable[[str], object]] = []
"""What prints a message above the progress that a terminal shows."""


@contextlib.contextmanager
def above(print_above: Callable[[str], object]) -> Iterator[None]:
    """Within the block, let messages be printed above a line of a terminal that is written over."""
    _ABOVE.append(print_above)
    try:
        yield
    finally:
        _ABOVE.remove(print_above)


def say(line: str) -> None:
    """Print a message on stderr, so that stdout holds only the output of `--json`."""
    if _ABOVE:
        _ABOVE[-1](line)
    else:
        typer.echo(line, err=True)


def console() -> Console:
    """Return the terminal on which summaries are printed."""
    from rich.console import Console

    return Console(markup=False, emoji=False)  # a name may hold [brackets] and :colons:


def write_result(
    write: Callable[[Result, Path], None], result: Result, folder: Path, progress: Progress
) -> None:
    """Write a result into a folder with a function of `records.write`, and tell that it is written.

    Raises
    ------
    ParameterError
        The folder cannot be written to.
    """
    from ..records.folder_lock import unwritable
    from ..runs.stages import Stage

    progress(Stage("writing the page"))
    try:
        write(result, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def check_folder(folder: Path) -> None:
    """Raise if a folder cannot be written, before a long search starts.

    Raises
    ------
    ParameterError
        The path or one of its parents is a file, or the existing folder is read-only.
    """
    from ..errors import ParameterError

    whole = folder.absolute()
    there = next(path for path in (whole, *whole.parents) if os.path.exists(path))
    if not there.is_dir():
        raise ParameterError(f"cannot write to {folder}: {there.name} is a file")
    if not os.access(there, os.W_OK):
        raise ParameterError(f"cannot write to {folder}: {there} is read-only")


def open_page(page: Path) -> None:
    """Open a page in the browser."""
    typer.launch(str(page.resolve()))
