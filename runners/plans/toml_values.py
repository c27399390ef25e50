"""Check the TOML or JSON value of a setting by the kind of the setting."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from ...feeds.quoting import shown
from ...feeds.setting import Kind
from ..errors import ParameterError
from .parameter_values import checked_parameter

RATES = ("cash", "rebate", "debit")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise TypeError("text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    try:
        return tuple(map(_text, value if isinstance(value, list) else [value]))
    except TypeError:
        raise TypeError("text, or a list of texts") from None


def _date(value: object) -> str | datetime.date:
    if not isinstance(value, (str, datetime.date)):
        raise TypeError("a date like 2013-09-30")
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError("a number")
    try:
        return float(value)
    except OverflowError:
        raise TypeError("a number of less than 300 digits") from None


def _rates(value: object) -> float | dict[str, float]:
    try:
        if not isinstance(value, dict):
            return _number(value)
        return {name: _number(rate) for name, rate in value.items()}
    except TypeError:
        raise TypeError(f"a rate like 0.03, or a table of {', '.join(RATES)}") from None


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


_KINDS: dict[Kind, Callable[[object], Any]] = {
    "text": _text,
    "choice": _text,
    "texts": _texts,
    "date": _date,
    "number": _number,
    "rate": _number,
    "rates": _rates,
    "whole number": _whole,
    "flag": _flag,
}


def value_of(where: str, kind: Kind, value: object) -> Any:
    """Return a value of the given kind as a run takes it: a number as float, texts as a tuple.

    Raises
    ------
    ParameterError
        The value is of another kind; the message begins with `where`.
    """
    try:
        return _KINDS[kind](value)
    except TypeError as wanted:
        raise ParameterError(f"{where} must be {wanted}, got {shown(value)}") from None


def parameter_of(where: str, value: object) -> Any:
    """Return a strategy's parameter: a text, number, true or false, or a list of these.

    Raises
    ------
    ParameterError
        The value is something else, for example a date, which run.json cannot hold; see
        `checked_parameter`.
    """
    return checked_parameter(where, value)
