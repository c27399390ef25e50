"""Convert and check the value of a strategy's parameter, which run.json must be able to hold."""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

from ...feeds.quoting import shown
from ..errors import ParameterError

LONGEST_TEXT = 1_000
"""Longest text that a parameter may be, in characters."""

MOST_ITEMS = 1_000
"""Most values that a list may hold, counting those of nested lists."""

LARGEST_WHOLE = 2**63 - 1


def parameter_from(where: str, text: str) -> Any:
    """Convert the text of a command line to the parameter's value.

    Parameters
    ----------
    where : str
        Name of the parameter in error messages.
    text : str
        A number, True, False, None, a quoted text, or a list of these as Python writes them; any
        other text is kept as it is.

    Raises
    ------
    ParameterError
        The text is too long or nested too deeply, or `checked_parameter` refuses its value.
    """
    if len(text) > LONGEST_TEXT:
        raise ParameterError(f"{where}: {len(text):,} characters; at most {LONGEST_TEXT:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of texts such as 1if
            value = ast.literal_eval(text)
    except (RecursionError, MemoryError):  # Python's parser raises these for deep nesting
        raise ParameterError(f"{where} is nested too deeply: {shown(text)}") from None
    except (ValueError, TypeError, SyntaxError):
        value = text
    return checked_parameter(where, value)


def checked_parameter(where: str, value: object) -> Any:
    """Return a strategy's parameter unchanged if run.json can hold it.

    Parameters
    ----------
    where : str
        Name of the parameter in error messages.
    value : object
        A text, a number, True, False or None, or a list of these.

    Raises
    ------
    ParameterError
        The value has another type, or is a whole number beyond 64 bits, a number that is not
        finite, a text that has more than `LONGEST_TEXT` characters or holds a NUL, or a list of
        more than `MOST_ITEMS` values.
    """
    left = MOST_ITEMS
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            left -= len(one)
            if left < 0:
                raise ParameterError(f"{where}: more than {MOST_ITEMS:,} values in a list")
            waiting.extend(one)
        else:
            _check(where, one)
    return value


def _check(where: str, value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            raise ParameterError(f"{where} must be within 64 bits (2**63 - 1), got {shown(value)}")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ParameterError(f"{where} must be a finite number, got {value}")
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ParameterError(f"{where}: {len(value):,} characters; at most {LONGEST_TEXT:,}")
        if "\0" in value or not _writable(value):
            raise ParameterError(f"{where} holds a character that is none, got {shown(value)}")
    else:
        raise ParameterError(
            f"{where} must be text, a number, true or false, or a list of these, got {shown(value)}"
        )


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # an unpaired surrogate
        return False
    return True
