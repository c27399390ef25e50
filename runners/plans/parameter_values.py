"""What a strategy's parameter may be, typed or in a plan: what run.json can hold."""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

from ...feeds.quoting import shown
from ..errors import ParameterError

LONGEST_TEXT = 1_000
"""Characters of a parameter."""

MOST_ITEMS = 1_000
"""Values in a parameter that is a list, those of lists in it among them."""

LARGEST_WHOLE = 2**63 - 1


def parameter_from(where: str, text: str) -> Any:
    """Return the parameter that a text of the command line stands for.

    Parameters
    ----------
    where : str
        What the parameter is called in messages.
    text : str
        A number, True, False, None, a quoted text, or a list of these as Python writes them;
        anything else is a text as it stands.

    Raises
    ------
    ParameterError
        The text is too long or nested too deeply, or stands for what `checked_parameter` refuses.
    """
    if len(text) > LONGEST_TEXT:
        raise ParameterError(f"{where}: {len(text):,} characters; at most {LONGEST_TEXT:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's on texts such as 1if
            value = ast.literal_eval(text)
    except (RecursionError, MemoryError):  # so says Python's reader where it gets too deep
        raise ParameterError(f"{where} is nested too deeply: {shown(text)}") from None
    except (ValueError, TypeError, SyntaxError):
        value = text
    return checked_parameter(where, value)


def checked_parameter(where: str, value: object) -> Any:
    """Return a strategy's parameter as it is, if run.json can hold it.

    Parameters
    ----------
    where : str
        What the parameter is called in messages.
    value : object
        A text, a number, True, False or None, or a list of these.

    Raises
    ------
    ParameterError
        Anything else; a whole number beyond 64 bits, a number that is not finite, a text of more
        than `LONGEST_TEXT` characters or with a NUL, more than `MOST_ITEMS` values in lists.
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
    except UnicodeEncodeError:  # half a character
        return False
    return True
