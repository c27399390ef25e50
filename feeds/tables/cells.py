"""What one cell of a table says: a text, or none."""

from __future__ import annotations

import re

import numpy as np

LONGEST_TEXT = 500
"""Characters of a text: the longest name of a security has about a hundred."""

# NUL and other control characters, and halves of a character; not tabs and line ends.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_BLANKS = str.maketrans(dict.fromkeys("\t\n\r\v\f", " "))


def text_of(cell: object) -> str | None:
    """Return the text of a cell, on one line and without blanks around it.

    Parameters
    ----------
    cell : object
        A text or a whole number, as some tickers are; not a missing value.

    Returns
    -------
    str or None
        None for a truth value, a list, bytes and whatever else is no text, and for a text with
        control characters or of more than `LONGEST_TEXT` characters.
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)  # a column of whole numbers, some of them missing
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | np.integer):
        return str(cell) if abs(int(cell)) < 2**63 else None
    if not isinstance(cell, str) or len(cell) > LONGEST_TEXT or _CONTROL.search(cell):
        return None
    return cell.translate(_BLANKS).strip()
