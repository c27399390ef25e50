"""Where commands write and print: lines for people on stderr, a result's folder, its page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console


Result = TypeVar("Result")


def say(line: str) -> None:
    """Print a line for people; stdout stays free for what `--json` prints."""
    typer.echo(line, err=True)


def console() -> Console:
    """Return the terminal that summaries are printed on."""
    from rich.console import Console

    return Console()


def write_result(write: Callable[[Result, Path], None], result: Result, folder: Path) -> None:
    """Write a result into a folder by a function of `records.write`.

    Raises
    ------
    ParameterError
        The folder cannot be written to.
    """
    from ..records.folder_lock import unwritable

    try:
        write(result, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written before a long search, not after it.

    Raises
    ------
    ParameterError
        A file stands in its place or above it, or the folder that is there is read-only.
    """
    from ..errors import ParameterError

    whole = folder.absolute()
    there = next(path for path in (whole, *whole.parents) if os.path.exists(path))
    if not there.is_dir():
        raise ParameterError(f"cannot write to {folder}: {there.name} is a file")
    if not os.access(there, os.W_OK):
        raise ParameterError(f"cannot write to {folder}: {there} is read-only")


def open_page(page: Path) -> None:
    """Show a page in the browser."""
    typer.launch(str(page.resolve()))
