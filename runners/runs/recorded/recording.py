"""What a recorder keeps of a strategy that ran: plain data that travels between processes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ....feeds.arrays import Dates
from ..lines.asked import Lines


class Moment(NamedTuple):
    """The account after one bar, as the broker stated it."""

    time: datetime.datetime
    value: float
    cash: float
    fund_value: float
    """Value of one share of the account, which deposits do not change."""
    fund_shares: float
    sizes: tuple[float, ...]
    """Signed shares or contracts held, in the order of the feeds."""
    opens: tuple[float, ...]
    closes: tuple[float, ...]
    """Newest opens and closes in the same order; NaN before a feed's first bar."""


class Execution(NamedTuple):
    """One execution of an order."""

    bar: int
    """Place of the bar in `Recording.moments` at which the broker booked it."""
    date: datetime.date
    """Date of the price."""
    feed: int
    moment: str
    """"open" or "close" of a bar, "during" for other orders."""
    size: float
    price: float
    reference: float
    """The market's price; that of the execution where the broker has no slippage."""
    commission: float


@dataclass
class Feed:
    """One feed, and its bars as the strategy saw them."""

    name: str
    source: str
    described: dict[str, Any]
    """Calendar, frequency, `price_only`, `prices` and `title`, where the feed states them."""
    has_dividends: bool
    mult: float
    """Money per point and unit; 1 for shares."""
    interest: bool
    """Whether the broker's commission scheme charges interest."""
    rows: list[tuple[datetime.datetime, tuple[float, ...]]] = field(default_factory=list)
    """Time, and open, high, low, close, volume and dividend of each bar, oldest first."""

    def dates(self) -> Dates:
        """Return the date of each bar, of shape (n_bars,), oldest first."""
        return np.array([time.date() for time, _ in self.rows], dtype="datetime64[D]")


@dataclass(repr=False)
class Recording:
    """A strategy that ran in a cerebro.

    Attributes
    ----------
    name, title : str
        ``module:Class`` or ``file.py:Class``; the name for readers.
    rule, params, code : dict
        Parts of the docstring; parameters as JSON; file and hash of the strategy, or None.
    settings : dict
        The account's settings as JSON: cash, broker, sizer.
    feeds : list of Feed
        The feeds, in their order.
    moments : list of Moment
        The account after each bar, oldest first.
    executions : list of Execution
        Executions of the strategy's own orders, oldest first.
    unfilled, sent : list
        `ledger.Unfilled` and `ledger.Sent` of its orders.
    starting_cash, fund_shares : float
        Cash at the start, and into how many fund's shares backtrader divides it.
    cash_was_set : bool
        Whether the script set the cash anew while it ran.
    lines : dict
        Feed to label to values by date, as `lines.asked.lines_of` returns them.
    lines_fault : str
        What was wrong with the strategy's `plot_lines`; empty where nothing was.
    ledger : object or None
        The ledger of a broker that keeps one.
    """

    name: str
    title: str
    rule: dict[str, str]
    params: dict[str, Any]
    code: dict[str, str] | None
    settings: dict[str, Any]
    feeds: list[Feed]
    moments: list[Moment]
    executions: list[Execution]
    unfilled: list[Any]
    sent: list[Any]
    starting_cash: float
    fund_shares: float
    cash_was_set: bool
    lines: Lines = field(default_factory=dict)
    lines_fault: str = ""
    ledger: Any = None

    def __repr__(self) -> str:
        """Return one short line: backtrader's writers print it."""
        return f"Recording({self.name}: {len(self.moments)} bars, {len(self.executions)} fills)"
