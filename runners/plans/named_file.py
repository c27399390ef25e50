"""Name the file of a plan in what its members complain of while they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMBER = "member "
"""What an error of a book's member begins with."""


@contextmanager
def naming(file: Path | None) -> Iterator[None]:
    """Put a plan's file before the errors of its members.

    Parameters
    ----------
    file : Path or None
        The plan's file; None: nothing is named.
    """
    try:
        yield
    except (ValueError, RuntimeError) as error:
        text = str(error)
        if file is None or not hasattr(error, "exit_code") or not text.startswith(MEMBER):
            raise
        raise type(error)(f"{file}: {text}") from error
