"""Positions whose marks are computed when somebody reads them."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

import backtrader as bt


class LeanPosition(bt.Position):
    """A position that knows its feed; backtrader marks every open one at every bar.

    Attributes
    ----------
    adjbase : float or None
        Newest close of an open position.
    datetime : datetime or None
        Date of the feed's newest bar, while the position is open.
    """

    def __init__(self, data: Any) -> None:
        self._data = data
        self.marked_at = -math.inf  # backtrader's date of the newest fill
        self._adjbase: float | None = None
        super().__init__()

    @property
    def adjbase(self) -> float | None:
        """Newest close of an open position; what it was at the end for a closed one."""
        return self._data.close[0] if self.size else self._adjbase

    @adjbase.setter
    def adjbase(self, price: float | None) -> None:
        self._adjbase = price

    @property
    def datetime(self) -> dt.datetime | None:
        """Date of the newest bar of an open position, or of the last fill of a closed one."""
        if self.size:
            moment: dt.datetime = self._data.datetime.datetime()
            return moment
        try:
            return self._datetime
        except AttributeError:
            raise AttributeError("datetime") from None  # backtrader sets none before a fill

    @datetime.setter
    def datetime(self, moment: dt.datetime | None) -> None:
        self._datetime = moment

    def before_fill(self, moment: float) -> None:
        """Mark the position as backtrader did at the end of the bar before, once a bar."""
        if self.size and self.marked_at != moment:
            ticked = self._data.datetime[0] == moment
            self._adjbase = self._data.close[-1 if ticked else 0]
        self.marked_at = moment


def after_fill(
    held: float, entry: float, size: float, price: float
) -> tuple[float, float, float, float]:
    """Return a position after a fill, as `Position.update` does.

    Parameters
    ----------
    held, entry : float
        Signed shares before, and their average price.
    size, price : float
        Signed shares of the fill, and its price.

    Returns
    -------
    tuple of four floats
        Signed shares after, their average price, and of `size` the part that opens and the part
        that closes.
    """
    after = held + size
    if not after:
        return after, 0.0, 0, size
    if not held:
        return after, price, size, 0
    if (held > 0) == (size > 0):
        return after, (entry * held + size * price) / after, size, 0
    if (after > 0) == (held > 0):
        return after, entry, 0, size
    return after, price, after, -held


class LeanPositions(defaultdict[Any, Any]):
    """Positions by feed; a feed that is asked for the first time has none."""

    def __missing__(self, data: Any) -> LeanPosition:
        position = self[data] = LeanPosition(data)
        return position


def lean(positions: Any) -> LeanPositions:
    """Return positions as lean ones; the objects stay what they are for who holds them."""
    found = LeanPositions()
    for data, position in positions.items():
        kept = dict(vars(position))
        position.__class__ = LeanPosition
        vars(position).clear()
        position.__init__(data)
        for name, value in kept.items():
            setattr(position, name, value)
        found[data] = position
    return found


def plain(positions: LeanPositions) -> Any:
    """Return lean positions as backtrader's own, marked as they stand."""
    found: defaultdict[Any, Any] = defaultdict(bt.Position)
    for data, position in positions.items():
        marks = {"adjbase": position.adjbase}
        if hasattr(position, "datetime"):
            marks["datetime"] = position.datetime
        position.__class__ = bt.Position
        for name in ("_data", "marked_at", "_adjbase", "_datetime"):
            vars(position).pop(name, None)
        vars(position).update(marks)
        found[data] = position
    return found
