"""What a strategy gained in the years in which its market rose, and in those in which it fell."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from ..statistics import ROUNDING
from .inputs import checked_years


class YearsGain(NamedTuple):
    """The years of one kind, and what strategy and market gained in them."""

    years: tuple[int, ...]
    """Oldest first."""
    strategy: float
    """Sum of the strategy's gains; 0.0 without a year."""
    strategy_mean: float | None
    """Its mean a year; None without a year."""
    market: float
    market_mean: float | None

    @property
    def n_years(self) -> int:
        """Number of years."""
        return len(self.years)


class GainByMarket(NamedTuple):
    """Years by what the market did."""

    up: YearsGain
    down: YearsGain
    unchanged: YearsGain


def gain_in_up_and_down_years(
    strategy_by_year: pd.Series, market_by_year: pd.Series
) -> GainByMarket:
    """Return a strategy's gain in the years in which the market rose, fell, or did neither.

    Parameters
    ----------
    strategy_by_year, market_by_year : Series
        Gain of each year, the same years in both, in any order: uncompounded gains in one unit, or
        returns.

    Returns
    -------
    GainByMarket
        ``up`` and ``down``, and ``unchanged`` for years in which the market moved by no more than
        rounding explains: they count as neither.

    Raises
    ------
    ValueError
        For a series with a year twice, a figure that is missing, or different years.

    References
    ----------
    "Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, "Model Bias".
    """
    strategy = checked_years("strategy_by_year", strategy_by_year)
    market = checked_years("market_by_year", market_by_year)
    if alone := set(strategy.index) ^ set(market.index):
        year = min(alone)
        lacking = "market_by_year" if year in strategy.index else "strategy_by_year"
        raise ValueError(f"both series must have the same years, but {lacking} lacks {year}")
    dust = ROUNDING * max(1.0, market.abs().max()) if market.size else 0.0

    def gain(chosen: pd.Series) -> YearsGain:
        own, its = strategy[chosen], market[chosen]
        n = len(own)
        return YearsGain(
            years=tuple(int(year) for year in own.index),
            strategy=math.fsum(own),
            strategy_mean=math.fsum(own) / n if n else None,
            market=math.fsum(its),
            market_mean=math.fsum(its) / n if n else None,
        )

    return GainByMarket(
        up=gain(market > dust), down=gain(market < -dust), unchanged=gain(market.abs() <= dust)
    )
