"""Why a run cannot take the fast loop: each reason is one line for the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import backtrader as bt
import numpy as np

from .clocks import moments_of

Strategy, Feed, LineBuffer = bt.Strategy, bt.feed.AbstractDataBase, bt.linebuffer.LineBuffer

STEPS_OF_A_STRATEGY = (
    "_oncepost", "_getminperstatus", "_next_analyzers", "_next_observers",
    "_once", "clear", "forward", "advance", "reset", "__len__",
)  # fmt: skip
STEPS_OF_A_FEED = (
    "advance", "advance_peek", "_tick_fill", "_tick_nullify", "rewind", "forward", "home",
    "__len__", "buflen",
)  # fmt: skip
STEPS_OF_A_LINE = ("advance", "home", "__len__", "__getitem__", "get")


def reasons(cerebro: Any, strategies: Sequence[Any]) -> list[str]:
    """Return why loaded feeds and started strategies need backtrader's own loop; empty: none do."""
    found = [*_settings(cerebro)]
    for feed in cerebro.datas:
        found += _of_feed(feed)
    for strategy in strategies:
        found += _of_strategy(strategy)
    return found


def row_by_row(cerebro: Any, strategies: Sequence[Any]) -> Iterator[str]:
    """Return why the bars of a run come one by one, and not all at once before it."""
    if not cerebro.p.preload:
        yield "preload=False loads the bars one by one"
    if not cerebro.p.runonce:
        yield "runonce=False computes indicators bar by bar"
    if cerebro._exactbars > 0:
        yield "exactbars keeps only the newest bars"
    for feed in cerebro.datas:
        if feed.islive():
            yield f"{feed._name or type(feed).__name__} is a live feed"
        if feed.replaying:
            yield f"{feed._name or type(feed).__name__} is replayed"
    for strategy in strategies:
        for indicator in strategy.getindicators():
            if getattr(indicator, "_nextforce", False):
                yield f"{type(indicator).__name__} is computed bar by bar"


def _settings(cerebro: Any) -> Iterator[str]:
    if cerebro.p.cheat_on_open:
        yield "cheat_on_open asks the strategy before the open"
    if cerebro.p.oldsync:
        yield "oldsync moves all feeds with the first"
    if cerebro._exactbars:
        yield "exactbars keeps only the newest bars"
    if cerebro.runwriters:
        yield "a writer writes every bar"
    for name in ("_brokernotify", "_check_timers"):
        if getattr(type(cerebro), name) is not getattr(bt.Cerebro, name):
            yield f"{type(cerebro).__name__} has its own {name}"


def _of_feed(feed: Any) -> Iterator[str]:
    name = feed._name or type(feed).__name__
    for step in STEPS_OF_A_FEED:
        if getattr(type(feed), step, None) is not getattr(Feed, step, None):
            yield f"{name}: {type(feed).__name__} has its own {step}"
    moments = moments_of(feed)
    if not (np.diff(moments) > 0).all() or np.isnan(moments).any():
        yield f"{name}: two of its bars have the same date, or they are out of order"
    if any(len(line.array) != len(feed.lines.datetime.array) for line in feed.lines):
        yield f"{name}: its lines have different lengths"


def _of_strategy(strategy: Any) -> Iterator[str]:
    kind = type(strategy)
    for step in STEPS_OF_A_STRATEGY:
        if getattr(kind, step) is not getattr(Strategy, step):
            yield f"{kind.__name__} has its own {step}"
    if strategy._oldsync:
        yield f"{kind.__name__} moves with the first feed alone (_oldsync)"
    for line in strategy.lines:
        if type(line) is not LineBuffer or line.bindings:
            yield f"a line of {kind.__name__} is bound to another"
