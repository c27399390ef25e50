"""Quarterly statements of the simulated companies, filed weeks later, a few of them corrected.

A statement follows the price and never leads it: earnings drift towards a share of the company's
value, so that nothing about a later price can be read from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Dates, Floats
from .companies import Companies

_BEFORE = 5  # quarters reported before the first session: a trailing year is known from it
_FASTEST, _SLOWEST = 30, 80  # days from the end of a quarter to its filing
_PULL = 0.10  # part of the way that a quarter's earnings go towards the yield
_YIELD, _YIELD_MEMORY, _YIELD_NOISE = 0.07, 0.85, 0.012  # EBIT over enterprise value, a quarter
_RESTATED = 0.7  # EBIT of a corrected filing over EBIT as first filed
_CORRECTED_AFTER = 100  # days from the filing to its correction


class Statements:
    """Statements that are written while the market is simulated, and read as they were filed.

    Parameters
    ----------
    rng : numpy.random.Generator
        Its normals and integers are drawn at once, so that the statements depend on the market
        through its prices alone.
    companies : Companies
        Whose books they are.
    dates : ndarray of datetime64[D], shape (n,)
        Sessions, oldest first.
    """

    def __init__(self, rng: np.random.Generator, companies: Companies, dates: Dates) -> None:
        """Report the quarters before the first session at the first price."""
        self._companies, self._dates = companies, dates
        first = dates[0].astype("datetime64[M]").astype(np.int64) // 3 - _BEFORE
        last = dates[-1].astype("datetime64[M]").astype(np.int64) // 3
        quarters = np.arange(first, last + 1)
        next_begins: Dates = ((quarters + 1) * 3).astype("datetime64[M]").astype("datetime64[D]")
        #: Last day of each quarter, shape (q,).
        self.period_ends: Dates = (next_begins - np.timedelta64(1, "D")).astype("datetime64[D]")
        shape = len(quarters), len(companies.tickers)
        lags = rng.integers(_FASTEST, _SLOWEST - 2, shape)
        filed = np.busday_offset(self.period_ends[:, None] + lags, 0, roll="forward")
        #: Day of each filing, shape (q, m).
        self.filed: Dates = filed
        # (q, m): a filing is known on the day after; n for what is never known.
        self._known_at = np.searchsorted(dates, filed + np.timedelta64(1, "D"))
        self._newest = self._newest_known()
        self._noise = rng.standard_normal((4, *shape))

        self.ebit = np.full(shape, np.nan)
        self.debt, self.minority, self.cash = (np.full(shape, np.nan) for _ in range(3))
        self._trailing = np.full(shape, np.nan)
        worth = companies.price * companies.shares
        self._yield = companies.earnings_yield.copy()
        self._rate = self._yield * worth  # EBIT a year
        self._leverage = 0.10 + 0.30 * rng.random(shape[1])
        self.corrections = self._draw_corrections(rng)
        self._reported = 0
        while self.period_ends[self._reported] < dates[0]:
            self._report(worth)

    def close_quarter(self, session: int, price: Floats) -> None:
        """Write the quarters that end after `session` and before the next one.

        `price` is split-adjusted, shape (m,): the close of that session.
        """
        following = session + 1
        until = self._dates[following] if following < len(self._dates) else self._dates[-1]
        while self._reported < len(self.period_ends) and (self.period_ends[self._reported] < until):
            self._report(price * self._companies.shares)

    def ebit_to_ev(self, session: int, price: Floats) -> Floats:
        """Return EBIT of the trailing year over enterprise value, as known at a close.

        `price` is split-adjusted, shape (m,), and so is the result; NaN where the enterprise
        value is not positive or the number of shares is not reported.
        """
        for quarter, company, _, known_at in self.corrections:
            if known_at == session:
                self.ebit[quarter, company] *= _RESTATED
                for later in range(quarter, min(quarter + 4, self._reported)):
                    self._sum_year(later)
        newest = self._newest[session], np.arange(len(price))
        value = price * self._companies.shares + self.debt[newest] + self.minority[newest]
        value = value - self.cash[newest]
        ratio: Floats = np.full(len(price), np.nan)
        np.divide(self._trailing[newest], value, out=ratio, where=value > 0)
        ratio[self._companies.without_shares] = np.nan
        return ratio

    def rows(self) -> dict[str, NDArray[Any]]:
        """Return every filing that was made by the last session, as the columns of a table."""
        companies, end = self._companies, self._dates[-1]
        begins = self._dates[companies.listed] - np.timedelta64(500, "D")
        made = (self.filed <= np.minimum(end, self._dates[companies.ended])) & (
            self.period_ends[:, None] >= begins
        )
        quarter, company = np.nonzero(made)
        ebit, filed = self.ebit[quarter, company], self.filed[quarter, company]
        for at, whom, day, known_at in self.corrections:
            row = np.flatnonzero((quarter == at) & (company == whom))
            if known_at < len(self._dates) and len(row):
                ebit[row] /= _RESTATED  # as it was first filed
                quarter, company = np.append(quarter, at), np.append(company, whom)
                ebit, filed = np.append(ebit, self.ebit[at, whom]), np.append(filed, day)
        return {
            "ticker": np.array(companies.tickers)[company],
            "period_end": self.period_ends[quarter],
            "filing_date": filed,
            "frequency": np.full(len(quarter), "quarterly"),
            "ebit": ebit.round(-3),
            "debt": self.debt[quarter, company],
            "minority_interest": self.minority[quarter, company],
            "cash": self.cash[quarter, company],
            "shares_outstanding": self._shares_as_filed(company, filed),
        }

    def _report(self, worth: Floats) -> None:
        quarter, companies = self._reported, self._companies
        chance = self._noise[:, quarter]
        self._yield = (
            _YIELD_MEMORY * self._yield + (1 - _YIELD_MEMORY) * _YIELD + _YIELD_NOISE * chance[0]
        )
        self._rate = self._rate + _PULL * (self._yield * worth - self._rate)
        self.ebit[quarter] = (0.25 * self._rate * (1 + 0.15 * chance[1])).round(-3)
        self.debt[quarter] = (self._leverage * worth * (1 + 0.05 * chance[2])).round(-3)
        self.minority[quarter] = (0.01 * worth).round(-3)
        self.cash[quarter] = (0.08 * worth * (1 + 0.05 * chance[3])).round(-3)
        if len(self.period_ends) // 2 <= quarter < len(self.period_ends) // 2 + 4:
            self.cash[quarter, companies.rich] = (2.5 * worth[companies.rich]).round(-3)
        self._sum_year(quarter)
        self._reported += 1

    def _sum_year(self, quarter: int) -> None:
        if quarter >= 3:
            a, b, c, d = self.ebit[quarter - 3 : quarter + 1]
            self._trailing[quarter] = a + b + c + d

    def _newest_known(self) -> NDArray[np.int64]:
        """Return the newest quarter that was filed by each session, shape (n, m)."""
        n, m = len(self._dates), self.filed.shape[1]
        arrivals = np.zeros((n + 1, m), dtype=np.int64)
        np.add.at(arrivals, (self._known_at, np.arange(m)[None, :]), 1)
        newest: NDArray[np.int64] = arrivals.cumsum(axis=0)[:n] - 1
        return newest

    def _draw_corrections(
        self, rng: np.random.Generator
    ) -> tuple[tuple[int, int, np.datetime64, int], ...]:
        """Draw (quarter, company, day, session of that day) of each correction."""
        drawn = []
        for company in self._companies.restated.tolist():
            quarter = int(rng.integers(_BEFORE, len(self.period_ends) - 4))
            day = self.filed[quarter, company] + np.timedelta64(_CORRECTED_AFTER, "D")
            day = np.busday_offset(day, 0, roll="forward")
            known_at = int(np.searchsorted(self._dates, day + np.timedelta64(1, "D")))
            drawn.append((quarter, company, day, known_at))
        return tuple(drawn)

    def _shares_as_filed(self, company: NDArray[np.int64], filed: Dates) -> Floats:
        # The cover of a filing states the shares of its day, in the units of that day's price.
        session = np.maximum(np.searchsorted(self._dates, filed, side="right") - 1, 0)
        factors = self._companies.split_factors[session, company]
        shares: Floats = self._companies.shares[company] / factors
        shares[np.isin(company, self._companies.without_shares)] = np.nan
        return shares
