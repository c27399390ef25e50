"""Which clock each indicator of a strategy ticks with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import backtrader as bt

from .cursors import Cursor
from .eligible import STEPS_OF_A_LINE

LineBuffer = bt.linebuffer.LineBuffer
USUAL_ADVANCES = (LineBuffer.advance, bt.lineseries.LineSeries.advance, bt.Indicator.advance)
"""How an indicator moves one bar on, in each of the three ways that come to the same."""


class NoClock(Exception):
    """An indicator ticks with something that is no feed."""


def cursors_of(indicators: Iterable[Any], feeds: Mapping[int, Cursor]) -> list[tuple[Any, Cursor]]:
    """Return every line of the indicators with the cursor that moves it.

    Parameters
    ----------
    indicators : iterable
        Those that a strategy owns, in the order in which backtrader moves them.
    feeds : mapping of int to Cursor
        By the `id` of each feed, and of each of its lines.

    Raises
    ------
    NoClock
        An indicator, or a line of one, moves in a way of its own.
    """
    known = dict(feeds)
    found: list[tuple[Any, Cursor]] = []
    for indicator in indicators:
        cursor = _clock_of(indicator, known)
        known[id(indicator)] = cursor
        if type(indicator).advance not in USUAL_ADVANCES:
            raise NoClock(f"{_name(indicator)} has its own advance")
        for line in indicator.lines:
            if known.setdefault(id(line), cursor) is not cursor:
                raise NoClock(f"{_name(indicator)} shares a line with another clock")
            if not _is_usual(line):
                raise NoClock(f"{_name(indicator)} has a line of class {type(line).__name__}")
            found.append((line, cursor))
    return found


def _clock_of(indicator: Any, known: Mapping[int, Cursor]) -> Cursor:
    clock = getattr(indicator, "_clock", None)
    if isinstance(clock, bt.lineseries.LineSeriesStub):
        clock = clock.lines[0]
    cursor = known.get(id(clock))
    if cursor is None:
        raise NoClock(f"{_name(indicator)} ticks with {_name(clock)}, which is no feed")
    return cursor


def _is_usual(line: Any) -> bool:
    """Return whether a line stands at its beginning and moves as backtrader's lines do."""
    return (
        isinstance(line, LineBuffer)
        and line.mode == LineBuffer.UnBounded
        and line._idx == -1
        and line.lencount == 0
        and all(getattr(type(line), step) is getattr(LineBuffer, step) for step in STEPS_OF_A_LINE)
    )


def _name(thing: Any) -> str:
    return str(getattr(thing, "_name", "") or type(thing).__name__)
