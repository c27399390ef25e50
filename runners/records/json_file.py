"""Read JSON files from untrusted origins: within limits, or refuse them with a one-line error."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from ...feeds.quoting import shortened
from ..errors import ParameterError

MOST_BYTES = 32_000_000
"""Size of the largest file that is read, in bytes: a hundred times that of a run of 60 stocks."""

DEEPEST = 50
"""Deepest nesting of tables and lists; a run.json has 8 levels."""

LONGEST_NUMBER = 300
"""Digits of the longest whole number; a longer one does not fit a float."""

LINE = 1_000
"""Longest line of a message, in characters."""


def read_json(file: Path) -> tuple[str, Any]:
    """Return the text of a JSON file and the value that it holds.

    Every number is finite and fits a float, every text can be written as UTF-8, and values are
    nested at most `DEEPEST` levels deep.

    Raises
    ------
    ParameterError
        The file cannot be read, is larger than `MOST_BYTES`, or is not such JSON. The message is
        one line.
    """
    named = shortened(str(file))
    try:
        if not os.path.isfile(file):
            _ = os.stat(file)  # raises an error that says why the file cannot be found
            raise ParameterError(f"cannot read {named}: it is no file")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ParameterError(f"cannot read {named}: {error.strerror or error}") from error
    except ValueError as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"cannot read {named!r}: {error}") from error  # the name holds a NUL
    if len(content) > MOST_BYTES:
        raise ParameterError(f"cannot read {named}: it is larger than {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8")
        plain = json.loads(text, parse_int=_whole, parse_float=_float, parse_constant=_no_number)
        _check(plain)
    except (ValueError, RecursionError) as error:
        words = shortened(str(error).replace("\n", " "))
        raise ParameterError(f"{named} is no JSON: {words}") from error
    return text, plain


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_NUMBER:
        raise ValueError(f"a whole number of more than {LONGEST_NUMBER} digits")
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{shortened(text, 40)} is too large a number")
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _check(plain: Any) -> None:
    """Raise ValueError for values nested too deeply and for texts that are not valid UTF-8."""
    level = [plain]
    for _ in range(DEEPEST):
        inside = []
        for value in level:
            if isinstance(value, dict):
                inside += [*value, *value.values()]
            elif isinstance(value, list):
                inside += value
            elif isinstance(value, str):
                value.encode("utf-8")  # UnicodeEncodeError is a ValueError
        if not inside:
            return
        level = inside
    raise ValueError(f"it is nested more than {DEEPEST} levels deep")
