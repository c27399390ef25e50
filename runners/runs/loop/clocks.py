"""The clocks of a run: feeds whose bars have the same dates share one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from .cursors import Cursor


class Clock(NamedTuple):
    """Feeds that tick together."""

    cursor: Cursor
    moments: np.ndarray
    """backtrader's dates of the bars, ascending, shape (n_bars,)."""
    feeds: list[Any]


Step = tuple[float, tuple[Cursor, ...]]
"""One bar of the run: backtrader's date, and the clocks that tick at it."""


def moments_of(feed: Any) -> np.ndarray:
    """Return a loaded feed's dates, without the room that `lookahead` adds after them."""
    line = feed.lines.datetime
    return np.frombuffer(line.array, dtype=np.float64)[: line.buflen()].copy()


def clocks_of(feeds: Sequence[Any]) -> list[Clock]:
    """Return the clocks of loaded feeds, in the order of their first feeds."""
    found: dict[bytes, Clock] = {}
    for feed in feeds:
        moments = moments_of(feed)
        clock = found.setdefault(moments.tobytes(), Clock(Cursor(), moments, []))
        clock.feeds.append(feed)
    return list(found.values())


def steps_of(clocks: Sequence[Clock]) -> Iterable[Step]:
    """Return the bars of a run: at each date, every clock that has it ticks."""
    if len(clocks) == 1:
        return zip(clocks[0].moments.tolist(), repeat((clocks[0].cursor,)))
    moments = np.unique(np.concatenate([clock.moments for clock in clocks]))
    ticks = np.stack([np.isin(moments, clock.moments) for clock in clocks], axis=1)
    patterns, numbers = np.unique(ticks, axis=0, return_inverse=True)
    ticking = [
        tuple(clock.cursor for clock, ticks_now in zip(clocks, row, strict=True) if ticks_now)
        for row in patterns.tolist()
    ]
    return zip(moments.tolist(), map(ticking.__getitem__, numbers.ravel().tolist()), strict=True)
