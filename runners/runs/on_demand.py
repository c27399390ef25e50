"""What a result asks of `runners/pages` and `runners/records`: its page, its figures, its files.

A result knows no page, and what measures imports none. The page's function is found by its name
when a result is asked for it, as an entry point would be.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = __name__.rpartition(".runs.")[0]
PAGES = f"{ROOT}.pages"
"""The package of pages."""


def from_pages(module: str, name: str) -> Any:
    """Return a function of a module of `runners/pages`, which is imported now."""
    return getattr(import_module(f"{PAGES}.{module}"), name)


def from_records(module: str, name: str) -> Any:
    """Return a function of a module of `runners/records`, which is imported now."""
    return getattr(import_module(f"{ROOT}.records.{module}"), name)


class OnPage:
    """A result that has a page."""

    def show(self) -> Path | None:
        """Show the page: within a notebook below the cell, else in the browser.

        Returns
        -------
        Path or None
            The temporary file that the browser opens; None within a notebook.
        """
        path: Path | None = from_pages("showing", "show")(self)
        return path
