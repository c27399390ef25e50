"""The cross-sections of a factor, as the sector book would see them session by session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from ...feeds.arrays import Bools, Dates, Floats, Rows
from ...feeds.bars import Bars
from ...strategies.sector.filters import Filters
from ...strategies.sector.history import History, Series, aligned
from ...strategies.sector.size import market_caps
from ...strategies.sector_account.known import SectorKnown
from ...strategies.sector_account.observed import (
    betas_to_fund,
    core_of,
    residuals_to_fund,
    seen_after,
    universe_after,
)
from ..runs.stages import Progress, Stage
from .factor import FactorUnderTest
from .sealed import SealedSeen

MEASURING = "measuring the factor"
TOLD_EVERY = 20
"""Cross-sections from one word about the progress to the next."""

Groups = tuple[tuple[str, ...], ...]
"""A name for each stock on each date, "" where it is not known."""


@dataclass(frozen=True, eq=False)
class CrossSections:
    """A factor at s dates over m stocks, and the returns that came.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        The fund's sessions, oldest first.
    rows : ndarray of int, shape (s,)
        The session of each cross-section.
    tickers : tuple of str
        The stocks, in alphabetical order.
    values : ndarray of shape (s, m)
        The factor; NaN where it is not known and outside of the universe.
    universe : ndarray of bool, shape (s, m)
        Stocks that could be chosen.
    residuals : ndarray of shape (n, m)
        Daily residual returns.
    betas, capitalisation : ndarray of shape (s, m)
        Trailing betas to the fund, and raw price times shares outstanding, as known at each date.
    sectors, countries : tuple of tuple of str
        Of each stock on each date; empty where no source knows any.
    excluded : dict of str to int
        Reason to number of stocks that it kept out of the universe on the last date.
    """

    dates: Dates
    rows: Rows
    tickers: tuple[str, ...]
    values: Floats
    universe: Bools
    residuals: Floats
    betas: Floats
    capitalisation: Floats
    sectors: Groups
    countries: Groups
    excluded: dict[str, int]


class _Delivered:
    """A fund and its stocks all of whose bars are there, for `SectorKnown`."""

    def __init__(self, fund: Bars, stocks: Sequence[Bars]) -> None:
        self.fund_name = fund.name
        self.tickers = tuple(bars.name for bars in stocks)
        self._stocks = stocks
        self.today = fund.dates[0]

    def first_day(self, column: int) -> np.datetime64 | None:
        """Return the day of a stock's first bar; None before it."""
        first: np.datetime64 = self._stocks[column].dates[0]
        return first if first <= self.today else None


def cross_sections(
    factor: FactorUnderTest,
    fund: Bars,
    stocks: Sequence[Bars],
    inputs: Mapping[str, Any],
    params: Mapping[str, Any],
    *,
    step: int,
    first_row: int,
    progress: Progress | None = None,
) -> CrossSections:
    """Return the cross-sections of a factor.

    Parameters
    ----------
    factor : FactorUnderTest
    fund : Bars
        What residual returns are measured against; its bars are the sessions.
    stocks : sequence of Bars
    inputs : mapping of str to Input
        As the sector book reads them.
    params : mapping
        All parameters of the sector book; those of the universe and of betas are read.
    step : int
        Sessions from one cross-section to the next. Their numbers, counted from the fund's first
        bar, are multiples of it.
    first_row : int
        No cross-section is taken before this session, nor before `min_history` sessions.
    progress : callable, optional
        Called with a `Stage` now and then.

    Returns
    -------
    CrossSections
        From the first date with a stock in the universe to the last. Row s reads nothing of later
        sessions.

    Raises
    ------
    FactorStopped
        The factor raised an error or returned what is no factor.
    """
    stocks = sorted(stocks, key=lambda bars: bars.name)
    history = aligned(_series(fund), [_series(bars) for bars in stocks])
    delivered = _Delivered(fund, stocks)
    known = SectorKnown(inputs, delivered, str(params["sector"]))
    known.check_filters(SimpleNamespace(**{"sub_industry_cap": 0.0} | dict(params)))
    floors = {
        "least_price": params["min_price"],
        "least_dollar_volume": params["min_dollar_volume"],
        "least_history": params["min_history"],
        "filters": Filters(
            params["country"],
            params["sub_industry"],
            params["min_market_cap"],
            params["max_market_cap"],
        ),
    }
    among = None
    if params["shrink_beta"]:
        among = np.stack(
            [
                core_of(
                    universe_after(history, row, known, **floors).mask, known, day, params["core"]
                )
                for row, day in enumerate(history.dates)
            ]
        )
    betas = betas_to_fund(history, params["beta_window"], among)
    residuals = residuals_to_fund(history, betas)
    rows = np.arange(len(history.dates), dtype=np.intp)
    first_row = max(first_row, int(params["min_history"]) - 1, _first_traded(history))
    rows = rows[(rows % step == 0) & (rows >= first_row)]
    shape = (rows.size, len(stocks))
    values, caps = np.full(shape, np.nan), np.full(shape, np.nan)
    masks = np.zeros(shape, dtype=np.bool_)
    reasons: list[str] = []
    sectors: list[tuple[str, ...]] = []
    countries: list[tuple[str, ...]] = []
    for place, row in enumerate(rows):
        day = history.dates[row]
        delivered.today = day
        if progress is not None and place % TOLD_EVERY == 0:
            progress(Stage(MEASURING, day.item(), place / rows.size))
        universe = universe_after(history, row, known, **floors)
        mask = core_of(universe.mask & ~np.isnan(residuals[row]), known, day, params["core"])
        seen = seen_after(history, residuals, row, known)
        masks[place] = mask
        caps[place] = market_caps(seen.raw_price, seen.statements[:, 4])
        sectors.append(_sectors(inputs, known.tickers, day))
        countries.append(known.countries(day))
        reasons = [reason for reason in universe.reasons if reason]
        if mask.any():
            values[place, mask] = factor.of_session(SealedSeen(seen, mask))
    kept = _with_stocks(masks)
    return CrossSections(
        history.dates,
        rows[kept],
        known.tickers,
        values[kept],
        masks[kept],
        residuals,
        betas[rows[kept]],
        caps[kept],
        _known_groups(sectors[kept]),
        _known_groups(countries[kept]),
        dict(Counter(reasons)),
    )


def _first_traded(history: History) -> int:
    """Return the first session with a bar of some stock; a fund may be much older than they."""
    return int(np.argmax(history.traded.any(axis=1)))


def _with_stocks(universe: Bools) -> slice:
    """Return the dates from the first with a stock to the last; all where none has any."""
    some = np.flatnonzero(universe.any(axis=1))
    return slice(int(some[0]), int(some[-1]) + 1) if some.size else slice(None)


def _series(bars: Bars) -> Series:
    return Series(bars.dates, bars.close, bars.volume, bars.dividend)


def _sectors(
    inputs: Mapping[str, Any], tickers: tuple[str, ...], day: np.datetime64
) -> tuple[str, ...]:
    source = inputs.get("sectors")
    known = {} if source is None else source.sectors_on(day)
    return tuple(known.get(ticker, "") for ticker in tickers)


def _known_groups(groups: list[tuple[str, ...]]) -> Groups:
    return tuple(groups) if any(name for date in groups for name in date) else ()
