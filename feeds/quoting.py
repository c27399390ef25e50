"""What a message quotes: values on one line, long texts cut, the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

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


def shortened(text: str, most: int = 120) -> str:
    """Return a text, or about `most` characters of it: the middle of a longer one left out."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}...{text[-(most // 2) :]}"


def cut(line: str, most: int = 800) -> str:
    """Return a line; of one longer than `most` characters both ends and how many there are."""
    if len(line) <= most:
        return line
    return f"{line[: most // 2]} ... {line[-most // 4 :]} ({len(line):,} characters)"


def listed(names: Sequence[object], most: int = 20) -> str:
    """Return the first names with commas between, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(str(name) for name in names[:most]) + more


def did_you_mean(asked: str, known: Iterable[str], *, or_known: bool = False) -> str:
    """Return what a message says behind a name that is not known.

    Parameters
    ----------
    asked : str
        The name that was given.
    known : iterable of str
        The names that there are. Upper and lower case count as the same.
    or_known : bool
        List all known names, sorted, where none is near.

    Returns
    -------
    str
        "; did you mean 'x'?" with the nearest known name; where none is near "; known: a, b"
        with `or_known`, else nothing.
    """
    names = sorted(known) if or_known else list(known)
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(asked.casefold(), folded, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {folded[near[0]]!r}?"
    return f"; known: {', '.join(names)}" if or_known else ""
