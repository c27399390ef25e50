"""The growth of a search's best set, beside buying and holding."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from ...records.files import BEST
from ...runs.metrics import buy_and_hold
from ...searches.result import SearchResult
from ..svg.plot import Plot
from .pictures import Picture

LABEL = "Compounded growth of 1, logarithmic scale"

PAGE = f"{BEST}/tearsheet.html"
"""The page of the best set, seen from the page of the search."""


def growth_of(result: SearchResult) -> Picture | None:
    """Return the growth of the best set's account day by day; None if its run was not kept.

    The line ends before the day on which the account fell to zero or below.
    """
    if result.best is None:
        return None
    bars, equity = result.bars[0], result.best.equity
    settings = result.settings
    returns, _ = buy_and_hold(
        bars,
        pd.DatetimeIndex(equity.index),
        settings.cash,
        bars.periods_per_year,
        settings.risk_free_rate,
    )
    wealth = equity / equity.iloc[0]
    plot = Plot("winner", f"{LABEL}: the best set, and buying and holding {bars.name}", log=True)
    held = (1.0 + returns.fillna(0.0)).cumprod()
    plot.line(held.index, held, "benchmark", "buy and hold")
    plot.line(wealth.index, wealth.where((wealth > 0.0).cummin()), "accent", "best set")
    return Picture(LABEL, Markup(plot.html()))
