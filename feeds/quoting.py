"""How a value is quoted in a message: on one line, and never long."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 80


def shown(value: object) -> str:
    """Return a value as Python writes it, or its first characters and how many there are.

    Parameters
    ----------
    value : object
        Anything; a text may hold line ends or NUL, a number thousands of digits.

    Returns
    -------
    str
        One line of at most about 100 characters.
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # Python writes no integer of more than 4,300 digits
        return f"a very large {type(value).__name__}"
    if not text.isprintable():
        text = ascii(text)[1:-1]
    if len(text) > _LONGEST:
        return f"{text[:_LONGEST]}... ({len(text):,} characters)"
    return text


def cut(line: str, most: int = 800) -> str:
    """Return a line, or its beginning and end where it is longer than `most` characters."""
    if len(line) <= most:
        return line
    return f"{line[: most // 2]} ... {line[-most // 4 :]} ({len(line):,} characters)"


def listed(names: Sequence[object], most: int = 20) -> str:
    """Return the first names with commas between, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(str(name) for name in names[:most]) + more
