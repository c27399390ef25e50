"""How much was traded a year, the stocks and the fund apart."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..ledger_analyzer import Book


class Turnover(NamedTuple):
    """One-way turnover a year, as fractions of the account's mean value."""

    long: float | None
    hedge: float | None


def turnover(book: Book, fund: str, periods_per_year: int = 252) -> Turnover:
    """Return half of what was bought and sold, a year, over the account's mean value.

    Parameters
    ----------
    book : Book
        The ledger; the first purchase counts like all others.
    fund : str
        Name of the fund; everything else is the long book.
    periods_per_year : int
        Days in a year.

    Returns
    -------
    Turnover
        At market prices, without slippage. None for an account without a day of returns, or one
        whose mean value is not above 0.
    """
    equity = [day.equity for day in book.days]
    years = (len(equity) - 1) / periods_per_year
    if years <= 0 or math.fsum(equity) <= 0.0:
        return Turnover(None, None)
    base = 2.0 * years * math.fsum(equity) / len(equity)
    traded = {True: 0.0, False: 0.0}
    for fill in book.fills:
        traded[fill.instrument == fund] += abs(fill.size) * fill.reference
    return Turnover(traded[False] / base, traded[True] / base)
