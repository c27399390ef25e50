"""What a run has to know of a strategy class before it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import backtrader as bt

from ...strategies.playbook_strategy import PlaybookStrategy, in_words
from .declared import SETTINGS

SENT_ORDERS = {"fill": "next_open", "size_at": "decision", "rebalance": "on_change", "every": "day"}
"""Timing of a strategy that sends its own orders: backtrader's own way to fill them."""

CHOICES = {name: SETTINGS[name].choices for name in SENT_ORDERS}
"""The settings that a strategy may set itself, and their allowed values."""


class Traits(NamedTuple):
    """What a strategy class says of itself; the attributes are those of `PlaybookStrategy`."""

    sends_orders: bool
    """Whether it is a backtrader strategy that sends its own orders, instead of target weights."""
    title: str
    benchmark: str | None
    sections: tuple[Any, ...]
    reads: tuple[str, ...]
    sessions: tuple[str, ...]
    feeds_come_and_go: bool
    settings: Mapping[str, Any]
    """Its own values of `CHOICES`."""


def sends_orders(kind: type[bt.Strategy]) -> bool:
    """Return whether a strategy sends its own orders, instead of stating target weights."""
    return not issubclass(kind, PlaybookStrategy)


def reads_of(kind: type[bt.Strategy], params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the inputs that a strategy reads with its parameters.

    These are its `reads`. A strategy made of others, as a book is, says it of its parameters, by a
    class method ``reads_with(params)``.
    """
    with_params = getattr(kind, "reads_with", None)
    reads: Any = traits_of(kind).reads if with_params is None else with_params(params)
    return (reads,) if isinstance(reads, str) else tuple(reads or ())


def come_and_go(
    kind: type[bt.Strategy], params: Mapping[str, Any], names: Iterable[str]
) -> frozenset[str]:
    """Return the feeds that may begin late and end early, since the strategy sees to them.

    All of a class with `feeds_come_and_go`, but the fund of one with a parameter `etf`; else none.
    A strategy made of others, as a book is, says it of its parameters, by a class method
    ``come_and_go_with(params)``.
    """
    with_params = getattr(kind, "come_and_go_with", None)
    if with_params is not None:
        return frozenset(with_params(params))
    if not traits_of(kind).feeds_come_and_go:
        return frozenset()
    all_of_them = list(names)
    fund = {fund_of(params, all_of_them)} if hasattr(kind.params, "etf") else set()
    return frozenset(all_of_them) - fund


def fund_of(params: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the name of the fund whose holdings are read: the parameter etf, else the first feed.

    The strategy itself refuses a value of `etf` that is no name.
    """
    etf = params.get("etf")
    return etf if isinstance(etf, str) and etf else names[0]


def traits_of(kind: type[bt.Strategy]) -> Traits:
    """Return what a strategy class says of itself; a plain backtrader strategy says its name."""
    if not issubclass(kind, PlaybookStrategy):
        stated = vars(kind).get("title")
        title = stated if isinstance(stated, str) else in_words(kind.__name__)
        return Traits(True, title, None, (), (), ("close",), False, SENT_ORDERS)
    own = {name: getattr(kind.params, name) for name in CHOICES}
    return Traits(
        False,
        kind.title,
        kind.benchmark,
        kind.sections,
        kind.reads,
        kind.sessions,
        kind.feeds_come_and_go,
        own,
    )
