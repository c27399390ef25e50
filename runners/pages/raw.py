"""Cells of tables that a page's script sorts: their text, and the number behind it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ..runs.labels.formats import MINUS, NONE, POINTS

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


def text_cell(text: str) -> Cell:
    """Return the cell of a printed figure; a text that is not a number alone stays a text.

    The number is that of the text: of "12.5%" it is 12.5.
    """
    if text == NONE:
        return Cell(text, "")
    found = re.fullmatch(rf"([-{MINUS}]?)([\d,]*\d(?:\.\d+)?)(?:%|{POINTS})?", text)
    if found is None:
        return Cell(text, None)
    return Cell(text, ("-" if found[1] else "") + found[2].replace(",", ""))


def _plain(value: Any) -> int | float:
    """Return a NumPy number as one of Python, which prints itself without its type."""
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
