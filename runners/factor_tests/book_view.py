"""The market as the sector book sees it after each session, without its engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from ...feeds.arrays import Bools
from ...feeds.bars import Bars
from ...strategies.sector.checks import check_daily
from ...strategies.sector.factors import Seen
from ...strategies.sector.filters import Filters
from ...strategies.sector.history import Series, aligned
from ...strategies.sector.universe import Universe
from ...strategies.sector_account.known import SectorKnown
from ...strategies.sector_account.observed import (
    betas_to_fund,
    core_of,
    residuals_to_fund,
    seen_after,
    universe_after,
)


class BookView:
    """What the sector book would observe of a fund and its stocks.

    Parameters
    ----------
    fund : Bars
        Its bars are the sessions.
    stocks : sequence of Bars
    inputs : mapping of str to Input
        As the sector book reads them.
    params : mapping
        All parameters of the sector book.

    Attributes
    ----------
    history : History
        n sessions, m stocks in alphabetical order.
    known : SectorKnown
    betas, residuals : ndarray of shape (n, m)
        Trailing betas to the fund, and daily residual returns.
    """

    def __init__(
        self,
        fund: Bars,
        stocks: Sequence[Bars],
        inputs: Mapping[str, Any],
        params: Mapping[str, Any],
    ) -> None:
        check_daily({bars.name: bars.frequency for bars in (fund, *stocks)})
        stocks = sorted(stocks, key=lambda bars: bars.name)
        self._params, self._sectors = params, inputs.get("sectors")
        self._delivered = _Delivered(fund, stocks)
        self.history = aligned(series_of(fund), [series_of(bars) for bars in stocks])
        self.known = SectorKnown(inputs, self._delivered, str(params["sector"]))
        self.known.check_filters(SimpleNamespace(**{**params, "sub_industry_cap": 0.0}))
        self._filters = Filters(
            params["country"],
            params["sub_industry"],
            params["min_market_cap"],
            params["max_market_cap"],
        )
        among = self._universes() if params["shrink_beta"] else None
        self.betas = betas_to_fund(self.history, params["beta_window"], among)
        self.residuals = residuals_to_fund(self.history, self.betas)

    @property
    def first_traded(self) -> int:
        """The first session with a bar of some stock; a fund may be much older than they."""
        return int(np.argmax(self.history.traded.any(axis=1)))

    def universe(self, row: int) -> Universe:
        """Return which stocks could be chosen after a session, before the core is taken."""
        return universe_after(
            self.history,
            row,
            self.known,
            least_price=self._params["min_price"],
            least_dollar_volume=self._params["min_dollar_volume"],
            least_history=self._params["min_history"],
            filters=self._filters,
        )

    def scored(self, universe: Universe, row: int) -> Bools:
        """Return which stocks of a session's universe are scored, (m,)."""
        mask = universe.mask & ~np.isnan(self.residuals[row])
        return core_of(mask, self.known, self.history.dates[row], self._params["core"])

    def seen(self, row: int) -> Seen:
        """Return what was known of all stocks after a session."""
        self._delivered.today = self.history.dates[row]
        return seen_after(self.history, self.residuals, row, self.known)

    def sectors(self, row: int) -> tuple[str, ...]:
        """Return the stocks' sectors after a session, length m; "" where not known."""
        known = {} if self._sectors is None else self._sectors.sectors_on(self.history.dates[row])
        return tuple(known.get(ticker, "") for ticker in self.known.tickers)

    def countries(self, row: int) -> tuple[str, ...]:
        """Return the stocks' countries after a session, length m; "" where not known."""
        return self.known.countries(self.history.dates[row])

    def _universes(self) -> Bools:
        """Return which stocks could be chosen after each session, (n, m), the core alone."""
        core = self._params["core"]
        return np.stack(
            [
                core_of(self.universe(row).mask, self.known, day, core)
                for row, day in enumerate(self.history.dates)
            ]
        )


class _Delivered:
    """A fund and its stocks whose bars are all there, up to today."""

    def __init__(self, fund: Bars, stocks: Sequence[Bars]) -> None:
        self.fund_name = fund.name
        self.tickers = tuple(bars.name for bars in stocks)
        self.today = fund.dates[0]
        self._stocks = stocks

    def first_day(self, column: int) -> np.datetime64 | None:
        """Return the day of a stock's first bar; None before it."""
        first: np.datetime64 = self._stocks[column].dates[0]
        return first if first <= self.today else None


def series_of(bars: Bars) -> Series:
    """Return bars as the steps of the sector book read them."""
    return Series(bars.dates, bars.close, bars.volume, bars.dividend)
