"""How far the price went against a position, and in its favour, while it was held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Columns = pd.DataFrame | Mapping[str, NDArray[Any]]

_READ = (
    "instrument", "side", "entry_date", "entry_moment", "entry_price", "exit_date", "exit_moment",
    "exit_price", "open",
)  # fmt: skip


class Prices(Protocol):
    """What is read of an instrument's bars; `Bars` satisfies it by shape."""

    @property
    def name(self) -> str:
        """The instrument, as the ledger writes it."""

    @property
    def dates(self) -> Any:
        """Dates of the bars, oldest first, each once."""

    @property
    def open(self) -> Any:
        """Opening prices."""

    @property
    def high(self) -> Any:
        """Highest prices."""

    @property
    def low(self) -> Any:
        """Lowest prices."""

    @property
    def close(self) -> Any:
        """Closing prices."""


def excursions(trips: Columns, bars: Iterable[Prices]) -> tuple[Floats, Floats, Floats]:
    """Return bars held, largest adverse and largest favourable excursion of each round trip.

    Parameters
    ----------
    trips : DataFrame or mapping of str to ndarray of shape (n_trips,)
        The columns instrument, side, entry_date, entry_moment, entry_price and the same for the
        exit, and open, as in `round_trips`.
    bars : iterable of Prices
        The bars of the instruments.

    Returns
    -------
    bars_held, mae, mfe : ndarray of shape (n_trips,)
        Excursions are fractions of the entry price, positive in favour of the position: mae <= 0,
        mfe >= 0, of the price alone. NaN without the instrument's bars.

    Notes
    -----
    Only prices count that came while the position was held. Of the bars between entry and exit
    these are high and low. Of the entry's bar: high and low if the entry was at the open, else the
    close alone. Of the exit's bar: high and low if the exit was at the close, else the open alone.
    The prices paid count too. So a limit or stop order inside a bar leaves that bar's high and low
    out, because nobody knows which of them came first.
    """
    of = {name: np.asarray(trips[name]) for name in _READ}
    held, lowest, highest = (np.full(len(of["side"]), np.nan) for _ in range(3))
    by_name = {table.name: table for table in bars}
    codes, names = pd.factorize(of["instrument"])
    for code, name in enumerate(names):
        table = by_name.get(str(name))
        if table is not None:
            rows = np.flatnonzero(codes == code)
            some = {name: values[rows] for name, values in of.items()}
            held[rows], lowest[rows], highest[rows] = _extremes(some, table)
    entry, side = of["entry_price"], of["side"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.sort([side * (price / entry - 1.0) for price in (lowest, highest)], axis=0)
    return held, np.minimum(ends[0], 0.0), np.maximum(ends[1], 0.0)


def _extremes(of: dict[str, NDArray[Any]], bars: Prices) -> tuple[Floats, Floats, Floats]:
    """Return bars held, lowest and highest price of the round trips of one instrument."""
    dates = np.asarray(bars.dates, dtype="datetime64[s]")
    opens, closes = np.asarray(bars.open), np.asarray(bars.close)
    entered = _place(dates, of["entry_date"])
    left = np.where(of["open"], len(dates) - 1, _place(dates, of["exit_date"]))
    first = np.where(of["entry_moment"] == "open", entered, entered + 1)
    inside = (of["exit_moment"] == "open") | (of["exit_moment"] == "during")
    last = np.where(inside, left - 1, left)
    over_night = left > entered
    paid = of["exit_price"]
    found = []
    for prices, pick in ((bars.low, np.fmin), (bars.high, np.fmax)):
        extreme = pick(paid, _range(np.asarray(prices), first, last, pick))
        for seen in (closes[entered], opens[left]):
            extreme = np.where(over_night, pick(extreme, seen), extreme)
        found.append(extreme)
    return (left - entered).astype(float), found[0], found[1]


def _place(dates: NDArray[np.datetime64], days: NDArray[np.datetime64]) -> Places:
    """Return the place of the last bar on or before each day; 0 for none."""
    wanted = days.astype("datetime64[s]")
    return np.maximum(np.searchsorted(dates, wanted, side="right") - 1, 0)


def _range(values: Floats, first: Places, last: Places, pick: Any) -> Floats:
    """Return the extreme of ``values[first : last + 1]`` for each pair; NaN for an empty range."""
    found = np.full(len(first), np.nan)
    length = last - first + 1
    level = np.frexp(length.astype(float))[1] - 1  # 2 ** level <= length
    step = 1
    for power in range(int(level.max(initial=-1)) + 1):
        rows = np.flatnonzero((level == power) & (length > 0))
        found[rows] = pick(values[first[rows]], values[last[rows] - step + 1])
        values = pick(values[:-step], values[step:])
        step *= 2
    return found
