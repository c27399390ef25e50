"""What the sector book observes after a session, before it looks at its account.

Residual returns, the universe, and what a factor may see: functions of bars and of what was known.
The book takes its steps from here, and so does a test of a single factor.
"""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Bools, Floats
from ..sector.beta import trailing_betas, vasicek
from ..sector.factors import Seen
from ..sector.filters import ALL, Filters
from ..sector.history import History
from ..sector.residuals import residual_returns
from ..sector.universe import Universe, core, eligible
from .known import SectorKnown

VOLUME_SESSIONS = 60
"""Sessions whose median dollar volume is compared with the floor."""


def betas_to_fund(history: History, window: int, shrunk_among: Bools | None = None) -> Floats:
    """Return every stock's trailing beta to the fund at every session.

    Parameters
    ----------
    history : History
        n sessions, m stocks.
    window : int
        Sessions of the beta; half of them must be known.
    shrunk_among : ndarray of bool, shape (n, m), optional
        Shrink betas towards the mean of these stocks, after Vasicek; None: leave them.

    Returns
    -------
    ndarray of shape (n, m)
        Row t reads sessions up to t; NaN where not known.
    """
    found = trailing_betas(history.returns, history.market, window=window, least=window // 2)
    return found.betas if shrunk_among is None else vasicek(*found, shrunk_among)


def residuals_to_fund(history: History, betas: Floats) -> Floats:
    """Return the daily residual returns, (n, m); 0 for a stock that stopped trading."""
    found = residual_returns(history.returns, history.market, betas)
    return np.where(history.gone & ~np.isnan(found), 0.0, found)


def universe_after(
    history: History,
    row: int,
    known: SectorKnown,
    *,
    least_price: float,
    least_dollar_volume: float,
    least_history: int,
    filters: Filters = ALL,
) -> Universe:
    """Return which stocks can be chosen after a session.

    Parameters
    ----------
    history : History
        n sessions, m stocks.
    row : int
        The session.
    known : SectorKnown
        What the inputs tell of the same stocks.
    least_price, least_dollar_volume, least_history
        Floors, as in `eligible`.
    filters : Filters
        Countries, sub-industries and market values to keep to.

    Returns
    -------
    Universe
    """
    day = history.dates[row]
    past = slice(max(0, row + 1 - VOLUME_SESSIONS), row + 1)
    return eligible(
        ~np.isnan(history.close[row]),
        price=known.raw_prices(history, row),
        dollar_volume=history.dollar_volume[past],
        sessions=row + 1 - history.first_bar,
        trades=history.traded[row],
        member=known.members(day),
        of_sector=known.of_sector(day),
        held=known.held_by_fund(day),
        least_price=least_price,
        least_dollar_volume=least_dollar_volume,
        least_history=least_history,
        filters=filters,
        groups=known.groups(history, row, filters),
    )


def core_of(mask: Bools, known: SectorKnown, day: np.datetime64, n: int) -> Bools:
    """Return the n largest holdings of the fund among the stocks of a mask, (m,); all for n = 0."""
    return core(mask, known.weights_in_fund(day), n) if n else mask


def seen_after(history: History, residuals: Floats, row: int, known: SectorKnown) -> Seen:
    """Return what a factor may see of all m stocks after a session, which is a row."""
    day, past = history.dates[row], slice(0, row + 1)
    return Seen(
        day,
        known.tickers,
        history.returns[past],
        residuals[past],
        known.raw_prices(history, row),
        known.statements(day),
    )
