"""How a value is quoted in a message: on one line, and never long."""

from __future__ import annotations

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
