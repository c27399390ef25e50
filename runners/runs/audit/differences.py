"""The first thing in which two traces of a strategy differ, in words."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ....brokers.ledger import Sent
from ....brokers.sent_orders import CANCEL, TARGET
from .trace import Stated, Trace, Value

ROUNDING = 1e-9
"""Largest difference that rounding explains: absolute in a weight, else relative."""


class Difference(NamedTuple):
    """The first difference, and its day."""

    date: datetime.date
    what: str


def first_difference(
    whole: Trace, other: Trace, until: datetime.date | None = None
) -> Difference | None:
    """Return the first difference of two traces up to a day, or None.

    Of one day a decision comes before the orders, and these before the account's value. A trace
    that an error ended differs on its day by the error.
    """
    last = datetime.date.max if until is None else until
    errors = list(_errors(whole, other))
    bound = min((error.date for error in errors), default=datetime.date.max)
    found = [
        difference
        for difference in (
            _first("decision", whole.stated, other.stated, last, _same_weight, _weight),
            _first("order", whole.sent, other.sent, last, _same_order, order_in_words),
            _first("equity", whole.values, other.values, last, _same_value, _value),
        )
        if difference is not None and difference.date < bound
    ]
    return min([*found, *errors], key=lambda difference: difference.date, default=None)


def _errors(whole: Trace, other: Trace) -> Iterator[Difference]:
    if other.failed is None:
        if whole.failed is not None:
            yield Difference(_day_of(whole, other), "no error is raised")
        return
    if whole.failed is not None and repr(whole.failed) == repr(other.failed):
        return
    day = _day_of(other, whole)
    yield Difference(day, failure_in_words(other, day))


def failure_in_words(trace: Trace, day: datetime.date) -> str:
    """Return what ended a trace, and on which day."""
    kind = type(trace.failed).__name__
    if trace.missing is not None:
        return f"{trace.missing} is read on {day}, a bar that is not there ({kind})"
    if isinstance(trace.failed, LookupError):
        return f"a bar is read on {day} that is not there ({kind})"
    return f"it fails on {day}: {kind}: {' '.join(str(trace.failed).split())[:200]}"


def _day_of(failed: Trace, other: Trace) -> datetime.date:
    if failed.failed_on is not None:
        return failed.failed_on
    return other.values[0].date if other.values else datetime.date.min


def _first(
    name: str,
    whole: Sequence[Any],
    other: Sequence[Any],
    until: datetime.date,
    same: Callable[[Any, Any], bool],
    words: Callable[[Any], str],
) -> Difference | None:
    """Return the first entry up to a day that is not the same in both."""
    ours, theirs = ([one for one in each if one.date <= until] for each in (whole, other))
    for one, two in zip(ours, theirs, strict=False):
        if not same(one, two):
            if one.date == two.date:
                what = f"the {name} of {one.date} changes: {words(two)}, not {words(one)}"
                return Difference(one.date, what)
            return _missing(name, one, words) if one.date < two.date else _more(name, two, words)
    if len(ours) > len(theirs):
        return _missing(name, ours[len(theirs)], words)
    if len(ours) < len(theirs):
        return _more(name, theirs[len(ours)], words)
    return None


def _missing(name: str, one: Any, words: Callable[[Any], str]) -> Difference:
    return Difference(one.date, f"the {name} of {one.date} is missing: {words(one)}")


def _more(name: str, one: Any, words: Callable[[Any], str]) -> Difference:
    return Difference(one.date, f"the {name} of {one.date} is new: {words(one)}")


def _same_weight(one: Stated, two: Stated) -> bool:
    return one[:3] == two[:3] and _close(one.weight, two.weight, absolute=ROUNDING)


def _same_value(one: Value, two: Value) -> bool:
    return one.date == two.date and _close(one.equity, two.equity)


def _same_order(one: Sent, two: Sent) -> bool:
    return all(
        _close(ours, theirs, absolute=ROUNDING if name == "target" else 0.0)
        if isinstance(ours, float) and isinstance(theirs, float)
        else ours == theirs
        for name, ours, theirs in zip(Sent._fields, one, two, strict=True)
    )


def _close(one: float, two: float, *, absolute: float = 0.0) -> bool:
    if math.isnan(one) or math.isnan(two):
        return math.isnan(one) and math.isnan(two)
    return math.isclose(one, two, rel_tol=ROUNDING, abs_tol=absolute)


def _weight(stated: Stated) -> str:
    when = "" if stated.session == "close" else f" at the {stated.session}"
    return f"{stated.instrument} at {_number(stated.weight)}{when}"


def _value(value: Value) -> str:
    return f"{value.equity:.10f}".rstrip("0").rstrip(".")


def order_in_words(order: Sent) -> str:
    """Return an order as it was sent: "buy 100 SPY (Limit at 99.5, valid to 2020-01-31)"."""
    if order.kind == TARGET:
        return f"{order.instrument} to {_number(order.target)} ({order.fill})"
    side = "buy" if order.size > 0 else "sell"
    terms = [
        f"{word} {_number(value)}"
        for word, value in (
            ("at", order.price),
            ("limit", order.limit),
            ("trail", order.trail),
        )
        if not math.isnan(value)
    ]
    kind = " ".join([order.kind, *terms]) + (f", valid to {order.valid}" if order.valid else "")
    if order.kind == CANCEL:
        kind = " ".join(terms)
        side = f"cancel {side}"
    where = f" ({kind})" if kind else ""
    return f"{side} {_number(abs(order.size))} {order.instrument}{where}"


def _number(value: float) -> str:
    return f"{value:.12g}"
