"""Capacity: the account's value at which its orders reach a given share of a day's volume."""

from __future__ import annotations

import math

import pandas as pd

from ..ledger_analyzer import Book
from .diary import Decisions, dates_of, in_force

SESSIONS = 60
PARTICIPATION = 0.01


def capacity(
    book: Book,
    decisions: Decisions,
    dollar_volume: pd.DataFrame,
    fund: str,
    *,
    at_close: bool,
    participation: float = PARTICIPATION,
    sessions: int = SESSIONS,
) -> pd.DataFrame:
    """Return the account at which a decision's largest order is `participation` of the volume.

    Parameters
    ----------
    book : Book
        The ledger.
    decisions : sequence of decisions
        `date`, oldest first.
    dollar_volume : DataFrame
        Index: sessions, oldest first; a column for each instrument: value of the shares traded,
        account currency, 0 on a day without a bar, NaN where it is not known.
    fund : str
        Name of the fund, which stands apart: shares of it can be made and redeemed.
    at_close : bool
        Orders fill at the close that decides, so that a fill belongs to the decision of its own
        day; else to the one before.
    participation : float
        Share of the median daily volume, in (0, 1).
    sessions : int
        Sessions up to the decision over which the median volume is taken.

    Returns
    -------
    DataFrame
        Index ``date``, the decisions that led to an order of a stock:

        - ``account``: account currency. Orders grow with the account, so it is the smallest over
          stocks of participation x volume over the order as a fraction of equity;
        - ``ticker``: whose order that is; ``order``: its fraction of equity;
        - ``hedge``: the same account for the orders of the fund; NaN where there was none.

        ``account`` is NaN and ``ticker`` None where an order's volume is not known on half of the
        sessions or more, and so is ``hedge``. Of several orders of one instrument until the next
        decision, the largest counts.
    """
    dates = dates_of(decisions)
    rows: list[tuple[pd.Timestamp, float, str | None, float, float]] = []
    for number, orders in _largest_orders(book, decisions, at_close).items():
        known = dollar_volume.loc[: dates[number]].tail(sessions)
        median = known.median().where(known.notna().sum() > len(known) / 2)
        accounts = {
            name: participation * float(median[name]) / order for name, order in orders.items()
        }
        hedge = accounts.pop(fund, math.nan)
        if not accounts:
            continue
        binding = min(accounts, key=accounts.__getitem__)
        if any(math.isnan(account) for account in accounts.values()):
            rows.append((dates[number], math.nan, None, math.nan, hedge))
        else:
            rows.append((dates[number], accounts[binding], binding, orders[binding], hedge))
    table = pd.DataFrame(rows, columns=["date", "account", "ticker", "order", "hedge"])
    table = table.astype(dict.fromkeys(("account", "order", "hedge"), float))
    return table.set_index(pd.DatetimeIndex(table.pop("date"), name="date"))


def _largest_orders(
    book: Book, decisions: Decisions, at_close: bool
) -> dict[int, dict[str, float]]:
    """Return each decision's largest order of each instrument, as a fraction of equity."""
    equity = {day.date: day.equity for day in book.days}
    fills = [f for f in book.fills if f.moment != "settled" and equity[f.date] > 0.0]
    days = pd.DatetimeIndex([fill.date for fill in fills])
    largest: dict[int, dict[str, float]] = {}
    for fill, number in zip(fills, in_force(days, decisions, on_its_day=at_close), strict=True):
        if number >= 0:
            orders = largest.setdefault(int(number), {})
            order = abs(fill.size) * fill.reference / equity[fill.date]
            orders[fill.instrument] = max(order, orders.get(fill.instrument, 0.0))
    return largest
