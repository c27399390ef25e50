"""The cross-sections of a factor, as the sector book would see them session by session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...feeds.arrays import Bools, Dates, Floats, Rows
from ...feeds.bars import Bars
from ...strategies.sector.size import market_caps
from ..runs.stages import Progress, Stage
from .book_view import BookView
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
    view = BookView(fund, stocks, inputs, params)
    dates = view.history.dates
    every = np.arange(len(dates), dtype=np.intp)
    first_row = max(first_row, int(params["min_history"]) - 1, view.first_traded)
    rows = every[(every % step == 0) & (every >= first_row)]
    shape = (rows.size, len(view.known.tickers))
    values, caps = np.full((2, *shape), np.nan)
    masks = np.zeros(shape, dtype=np.bool_)
    excluded: dict[str, int] = {}
    for place, row in enumerate(rows.tolist()):
        if progress is not None and place % TOLD_EVERY == 0:
            progress(Stage(MEASURING, dates[row].item(), place / rows.size))
        universe, seen = view.universe(row), view.seen(row)
        masks[place] = mask = view.scored(universe, row)
        caps[place] = market_caps(seen.raw_price, seen.statements[:, 4])
        excluded = {reason: count for reason, count in universe.excluded.items() if count}
        if mask.any():
            values[place, mask] = factor.of_session(SealedSeen(seen, mask))
    kept = _with_stocks(masks)
    rows = rows[kept]
    return CrossSections(
        dates,
        rows,
        view.known.tickers,
        values[kept],
        masks[kept],
        view.residuals,
        view.betas[rows],
        caps[kept],
        _known_groups([view.sectors(row) for row in rows.tolist()]),
        _known_groups([view.countries(row) for row in rows.tolist()]),
        excluded,
    )


def _with_stocks(universe: Bools) -> slice:
    """Return the dates from the first with a stock to the last; all where none has any."""
    some = np.flatnonzero(universe.any(axis=1))
    return slice(int(some[0]), int(some[-1]) + 1) if some.size else slice(None)


def _known_groups(groups: list[tuple[str, ...]]) -> Groups:
    return tuple(groups) if any(name for date in groups for name in date) else ()
