"""What kind of value each key of a plan takes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from ...feeds.quoting import shown
from ..errors import ParameterError
from .input_files import INPUTS
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


_KINDS: dict[str, Callable[[object], Any]] = {
    **dict.fromkeys(("strategy", "out", "fill", "size_at", "rebalance", "every"), _text),
    **dict.fromkeys(("sample", "ticker", *INPUTS), _texts),
    **dict.fromkeys(("start", "end"), _date),
    **dict.fromkeys(("per_share", "min_fee", "percent_fee", "slippage_bps", "borrow"), _number),
    **dict.fromkeys(("max_gross", "cash", "risk_free_rate"), _number),
    **dict.fromkeys(("no_dividends", "whole_shares", "quick"), _flag),
    **dict.fromkeys(("prices", "calendar", "timezone", "dates", "decimal", "resample"), _text),
    **dict.fromkeys(("drop_bad_rows", "keep_all_rows"), _flag),
    "split": _texts,
    "benchmark": _text,
    "interest": _rates,
    "seed": _whole,
}


def value_of(where: str, key: str, value: object) -> Any:
    """Return a key's value as a run takes it: numbers as floats, names as a tuple.

    Raises
    ------
    ParameterError
        A value of another kind; `where` begins the message.
    """
    try:
        return _KINDS[key](value)
    except TypeError as wanted:
        raise ParameterError(f"{where} must be {wanted}, got {shown(value)}") from None


def parameter_of(where: str, value: object) -> Any:
    """Return a strategy's parameter: text, a number, true or false, or a list of these.

    Raises
    ------
    ParameterError
        Anything else, as a date: run.json could not hold it. See `checked_parameter`.
    """
    return checked_parameter(where, value)
