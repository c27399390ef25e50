"""The value of an account at every bar, as backtrader's broker computes it at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

Change = tuple[int, Any, Any]
"""Bar, cash, and shares of the account from that bar on."""


class Held(NamedTuple):
    """What is held of one instrument, from one change of the account to the next."""

    since: int
    """Number of the first change at which the account knows the instrument."""
    rows: list[tuple[Any, Any, Any, Any]]
    """Signed shares, average price, multiplier and leverage after each change from `since` on."""


class Worth(NamedTuple):
    """An account bar by bar."""

    cash: np.ndarray
    """After the fills of each bar, shape (n_bars,)."""
    values: np.ndarray
    """Value after the fills of each bar, at the bar's closes, shape (n_bars,)."""
    fund_values: np.ndarray
    """Value of one share of the account, shape (n_bars,)."""
    are_floats: bool
    """Whether backtrader's values are floats of Python's own."""
    changes: Sequence[Change]
    noted: Sequence[tuple[Any, Any, Any, Any]]
    """Cash, value, value of a share, and shares at each of the last bars, in backtrader's types."""

    @property
    def newest_cash(self) -> Any:
        """Cash at the last bar, in backtrader's type."""
        return self.noted[-1][0] if self.noted else self.changes[-1][1]

    def told(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Yield cash, value, value of a share, and shares at each bar, in backtrader's types."""
        computed = len(self.values) - len(self.noted)
        values, fund_values = self.values[:computed].tolist(), self.fund_values[:computed].tolist()
        stops = [*(change[0] for change in self.changes), computed][1:]
        for (start, cash, shares), stop in zip(self.changes, stops, strict=True):
            for bar in range(start, stop):
                yield cash, values[bar], fund_values[bar], shares
        yield from self.noted


def worth_of(
    changes: Sequence[Change],
    held: Mapping[Any, Held],
    moments: np.ndarray,
    noted: Sequence[tuple[Any, Any, Any, Any]] = (),
) -> Worth:
    """Return an account whose value is computed at some bars and was noted at those after them.

    Parameters
    ----------
    changes : sequence of Change
        The first at bar 0, if there is a bar to compute.
    held : mapping of feed to Held
        In the order in which the broker adds up.
    moments : ndarray of shape (n_computed,)
        backtrader's dates of the bars to compute, ascending.
    noted : sequence of (cash, value, value of a share, shares)
        Those of the bars after them.

    Notes
    -----
    Every operation is backtrader's, element by element and in its order, so the bits are the same.
    """
    starts = np.array([change[0] for change in changes], dtype=np.int64)
    lengths = np.diff(starts, append=len(moments))
    net = np.zeros(len(moments))  # positions, without what their leverage lends
    with np.errstate(all="ignore"):
        for feed, (since, rows) in held.items():
            if since < len(starts):
                table = np.array(rows[: len(starts) - since], dtype=np.float64)
                size, price, multiplier, leverage = table.T.repeat(lengths[since:], axis=1)
                first = starts[since]
                close = np.frombuffer(feed.lines.close.array)[places_in(feed, moments[first:])]
                value = size * close
                gain = size * (close - price) * multiplier
                long = value > 0
                net[first:] += np.where(long, (value - gain) / leverage, value)
                net[first:] += np.where(long, gain, 0.0)
        cash, shares = (
            np.array([change[field] for change in changes], dtype=np.float64).repeat(lengths)
            for field in (1, 2)
        )
        values = cash + net
        fund_values = values / shares
    if noted:
        late = np.array([row[:3] for row in noted], dtype=np.float64)
        cash, values, fund_values = np.hstack([(cash, values, fund_values), late.T])
    floats = all(type(row[1]) is float and type(row[2]) is float for row in noted)
    return Worth(cash, values, fund_values, floats, changes, noted)


def places_in(feed: Any, moments: np.ndarray) -> np.ndarray:
    """Return the number of a feed's newest bar at each date; -1 before its first, as a cursor."""
    dates = np.frombuffer(feed.lines.datetime.array, dtype=np.float64)
    return np.searchsorted(dates[: feed.lines.datetime.buflen()], moments, side="right") - 1
