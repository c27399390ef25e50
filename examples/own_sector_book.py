"""A sector book with a factor and a market view of one's own.

    btplaybook run examples/own_sector_book.py --sample simulated-sector
    btplaybook factor-test examples/own_sector_book.py:calm --sample simulated-sector

A factor is a function of what was known after a session to one number a stock; larger is better.
A view is a step of the book: it returns the beta that the whole book is to have, from -0.2 to 0.2.
"""

from __future__ import annotations

import numpy as np

from btplaybook.strategies.sector.factors import FACTORS
from btplaybook.strategies.sector_long_short import SectorLongShort

HALF_YEAR, MONTH = 126, 21


def calm(seen):
    """Prefer stocks whose residual returns have varied little over half a year."""
    newest = seen.newest_residuals(HALF_YEAR)
    known = np.isfinite(newest)
    counts = np.maximum(known.sum(axis=0), 2)
    centred = np.where(known, newest - np.nansum(newest, axis=0) / counts, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / (counts - 1))
    return np.where(known.sum(axis=0) >= MONTH, -spread, np.nan)


class CalmSector(SectorLongShort):
    """The sector book with calm as a third factor, and a view by the fund's own volatility."""

    title = "Calm sector book"
    factors = {**FACTORS, "calm": calm}  # noqa: RUF012

    def market_view(self, history):
        """Return 0.1 in markets calmer than the half year before, else -0.1."""
        returns = history.market[-HALF_YEAR:]
        return 0.1 if np.nanstd(returns[-MONTH:]) < np.nanstd(returns) else -0.1
