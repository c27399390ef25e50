"""Cells of tables that a page's script sorts: their text, and the number behind it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from markupsafe import Markup


class Cell(NamedTuple):
    """A cell of a table."""

    text: str
    raw: str | None
    """The number for the attribute ``data-value``: empty if it is missing, so that the row comes
    last; None if the cell is sorted by its text."""

    @property
    def attribute(self) -> Markup:
        """The attribute with the number, after a space; empty for a text."""
        from markupsafe import Markup

        return Markup("" if self.raw is None else f' data-value="{self.raw}"')


def number_cell(text: str, value: Any) -> Cell:
    """Return the cell of a number; None, NaN and infinite ones are missing."""
    return Cell(text, "" if value is None or not math.isfinite(value) else repr(_plain(value)))


def value_cell(value: Any) -> Cell:
    """Return the cell of a value of any type; texts and truth values are sorted by their text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_cell(str(value), value)
    return Cell(str(value), None)


def _plain(value: Any) -> int | float:
    """Return a NumPy number as one of Python, which prints itself without its type."""
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
