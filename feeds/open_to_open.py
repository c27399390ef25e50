"""Bars from one open to the next, out of daily ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from .bars_like import BarsLike, SomeBars
from .errors import RequestError

EVERY = "open"
"""Name of such bars among what `resample` makes."""

CLOSE, OPEN = "close", "open"
"""Prices of a session that a bar may end at."""

NOTE = "bars from one open to the next"
"""What the notes of such bars begin with: they come back unchanged."""


def open_to_open(bars: SomeBars) -> SomeBars:
    """Make bars that end at a session's open.

    Parameters
    ----------
    bars : Bars
        Daily bars, with opens.

    Returns
    -------
    Bars
        One bar less. A bar of date t spans the time from the open of the session before to that of
        t: it closes at O_t, and its highest and lowest price are those of session t - 1 and of O_t.
        It opens at C_{t-1}, the first price after O_{t-1} that an order can be sure of: so fill
        "next_open" is the close of the session at whose open it was decided. Volume is that of
        session t - 1. A dividend stays on its ex-date t: who holds over the night gets it. Name,
        source, calendar and frequency are kept.

    Raises
    ------
    RequestError
        The bars are not daily, or fewer than 3.

    Notes
    -----
    A run on such bars decides and fills at the open: what is called close there is a session's
    opening price. No bar holds anything that is later than its open.
    """
    if bars.frequency != "day":
        raise RequestError(f"{bars.name}: bars from open to open are made of daily ones")
    if runs_open_to_open(bars):
        return bars
    if len(bars) < 3:
        raise RequestError(f"{bars.name}: bars from open to open need at least 3 daily ones")
    note = f"{NOTE}: a close is the day's opening price"
    return replace(
        bars,
        dates=bars.dates[1:],
        open=bars.close[:-1],
        high=np.maximum(bars.high[:-1], bars.open[1:]),
        low=np.minimum(bars.low[:-1], bars.open[1:]),
        close=bars.open[1:],
        volume=bars.volume[:-1],
        dividend=bars.dividend[1:],
        origin=replace(bars.origin, notes=(*bars.origin.notes, note)),
    )


def runs_open_to_open(bars: BarsLike) -> bool:
    """Return whether bars were made by `open_to_open`."""
    return close_of(bars.origin.notes) == OPEN


def close_of(notes: Iterable[str]) -> str:
    """Return which price of a session the close of bars with these notes is: "close" or "open"."""
    return OPEN if any(note.startswith(NOTE) for note in notes) else CLOSE
