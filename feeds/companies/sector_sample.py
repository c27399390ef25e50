"""A whole market in one piece: an ETF, the stocks around it, and what was known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Dates, Floats
from ..bars import Bars
from ..panel import Panel
from .fundamentals import Fundamentals
from .holdings import Holdings
from .membership import Membership
from .securities import Securities
from .sheets import Badge


@dataclass(frozen=True, eq=False)
class Truth:
    """The parameters and hidden values of a simulated market; no strategy may read them.

    Rows are `dates`, columns are `tickers`.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Every session that was simulated, oldest first.
    tickers : tuple of str
        The stocks, alphabetical.
    premiums : ndarray of shape (n, 2)
        Expected residual return that was paid in each session for one unit of value and of
        momentum loading, annualised.
    loadings : ndarray of shape (n, m, 2)
        Value and momentum z-scores at each close, on which the premium of the next session is
        paid; NaN where not known or not listed.
    betas : ndarray of shape (n, m)
        Beta to the ETF of each session's return; NaN before the second bar and after the last.
    residuals : ndarray of shape (n, m)
        Total return less beta times the ETF's; NaN as for `betas`.
    paid : ndarray of shape (n, m)
        The part of `residuals` that the premiums made; NaN as for `betas`. Loadings fade, so that
        over h sessions less is earned on one than its daily premium: the slope that a regression
        of h-session residual returns on loadings estimates is that of the same sums of `paid`.
    delisted : dict of str to datetime64[D]
        Last bar of each stock that did not reach the last session.
    """

    dates: Dates
    tickers: tuple[str, ...]
    premiums: Floats
    loadings: Floats
    betas: Floats
    residuals: Floats
    paid: Floats
    delisted: dict[str, np.datetime64]


@dataclass(frozen=True, eq=False, repr=False)
class SectorSample:
    """A market for the sector book.

    Parameters
    ----------
    etf : Bars
        What the book is hedged with.
    panel : Panel
        The stocks.
    holdings, membership, sectors, fundamentals
        What was known of the stocks; None where the sample has no such table.
    truth : Truth, optional
        What a simulated market was made of; None for a real one.
    volumes_known : bool
        False where every volume stands at 0 because none is known: no floor on it can be judged.
    badges : tuple of (kind, text, why)
        Reasons to doubt a result from the sample as a whole; its tables have badges of their own.
    """

    etf: Bars
    panel: Panel
    holdings: Holdings | None = None
    membership: Membership | None = None
    sectors: Securities | None = None
    fundamentals: Fundamentals | None = None
    truth: Truth | None = None
    volumes_known: bool = True
    badges: tuple[Badge, ...] = ()

    def __repr__(self) -> str:
        """Show the ETF, its dates and the number of stocks."""
        return f"SectorSample({self.etf!r}, {len(self.panel.bars)} stocks)"

    @property
    def bars(self) -> tuple[Bars, ...]:
        """The ETF's bars, then each stock's."""
        return (self.etf, *self.panel.bars)
