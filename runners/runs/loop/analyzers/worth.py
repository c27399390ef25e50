"""The value of an account at every bar, as backtrader's broker computes it at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np


class Held(NamedTuple):
    """What is held of one instrument, from one change of the account to the next."""

    since: int
    """Number of the first change at which the account knows the instrument."""
    rows: list[tuple[Any, Any, Any, Any]]
    """Signed shares, average price, multiplier and leverage after each change from `since` on."""


def worth_of(
    changes: Sequence[tuple[int, Any, Any]], held: Mapping[Any, Held], moments: np.ndarray
) -> tuple[list[Any], list[float], list[float], list[Any]]:
    """Return cash, value, value of a share and shares of an account at every bar.

    Parameters
    ----------
    changes : sequence of (int, number, number)
        Bar, cash, and shares of the account from that bar on; the first at bar 0.
    held : mapping of feed to Held
        In the order in which the broker adds up.
    moments : ndarray of shape (n_bars,)
        backtrader's dates of the bars, ascending.

    Notes
    -----
    Every operation is backtrader's, element by element and in its order, so the bits are the same.
    """
    if not changes:
        return [], [], [], []
    starts = np.array([change[0] for change in changes])
    lengths = np.diff(starts, append=len(moments))
    net = np.zeros(len(moments))  # positions, without what their leverage lends
    for feed, (since, rows) in held.items():
        if since >= len(starts):
            continue
        first = starts[since]
        table = np.array(rows[: len(starts) - since], dtype=np.float64).repeat(
            lengths[since:], axis=0
        )
        size, price, multiplier, leverage = table.T
        close = _closes(feed, moments[first:])
        with np.errstate(all="ignore"):
            value = size * close
            gain = size * (close - price) * multiplier
            long = value > 0
            net[first:] += np.where(long, (value - gain) / leverage, value)
            net[first:] += np.where(long, gain, 0.0)
    cash = [change[1] for change in changes]
    shares = [change[2] for change in changes]
    with np.errstate(all="ignore"):
        values = np.array(cash, dtype=np.float64).repeat(lengths) + net
        fund_values = values / np.array(shares, dtype=np.float64).repeat(lengths)
    return (
        _repeated(cash, lengths),
        values.tolist(),
        fund_values.tolist(),
        _repeated(shares, lengths),
    )


def _closes(feed: Any, moments: np.ndarray) -> np.ndarray:
    """Return a feed's newest close at each date; as backtrader's, its last one before its first."""
    dates = np.frombuffer(feed.lines.datetime.array, dtype=np.float64)
    closes = np.frombuffer(feed.lines.close.array, dtype=np.float64)
    bars = feed.lines.datetime.buflen()
    return closes[np.searchsorted(dates[:bars], moments, side="right") - 1]


def _repeated(numbers: Sequence[Any], lengths: np.ndarray) -> list[Any]:
    return [
        number
        for number, length in zip(numbers, lengths.tolist(), strict=True)
        for _ in range(length)
    ]
