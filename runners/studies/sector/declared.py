"""Declaration of the study: the letter, the sectors and the window that it is held against."""

from __future__ import annotations

import datetime

from ..study import Chapter, Study
from .bottom_line import bottom_line
from .every_etf import every_etf
from .factor_tests import factor_tests, persistent
from .forecasts import gate, readings
from .hedging import hedging
from .names import names
from .neutral import neutral, view
from .timeframes import timeframes
from .universe import universe
from .weightings import weightings

STUDY = Study(
    name="sector",
    title="A sector long/short system, sentence by sentence",
    source="A reader's letter to the author of a blog, by Tom",
    summary="a letter on sector long/short books: factors, weights, hedge and safeguards, measured",
    start=datetime.date(2011, 1, 3),
    end=datetime.date(2020, 12, 11),
    tickers=("XLV", "XLK", "XLF", "XLY", "XLE"),
    sample="simulated-sector#SECTOR",
    chapters=(
        Chapter(
            "universe",
            "(a) The universe",
            "Prepare a universe of stocks that meet core liquidity requirements and are core "
            "holdings of a sector ETF.",
            universe,
        ),
        Chapter(
            "beta",
            "(b) Beta to the sector fund",
            "Calculate the trailing beta of these stocks to that sector ETF, not to SPY.",
            hedging,
        ),
        Chapter(
            "factors",
            "(c) The factors, each alone",
            "Test single factors on baskets of similar stocks: EBIT over EV, and blended momentum "
            "of 30, 60 and 90 days with its consistency.",
            factor_tests,
        ),
        Chapter(
            "persistence",
            "Recent factor performance",
            "Use just the recent factor performance, assuming momentum and persistence of factors.",
            persistent,
        ),
        Chapter(
            "readings",
            "The past 30 and 60 days",
            "Check how well those scores have predicted excess performance in the past 30 and 60 "
            "days. This module would work really well.",
            readings,
        ),
        Chapter(
            "names",
            "(d) Thirty names",
            "Select enough of these stocks, say 30, so that the basket tracks the factors' return "
            "indexes. This is very important for the system to work.",
            names,
        ),
        Chapter(
            "weights",
            "(e) Optimal weights",
            "Weight by mean-variance optimisation with constraints, on excess returns above the "
            "sector ETF, while minimising variance and/or drawdown.",
            weightings,
        ),
        Chapter(
            "neutral",
            "(f) Short the fund",
            "Short the ETF in an amount that makes the betas of the book neutral.",
            neutral,
        ),
        Chapter(
            "view",
            "(g) A market view",
            "Let the market exposure vary within constraints, from a beta of 0.2 to -0.2.",
            view,
        ),
        Chapter(
            "gate",
            "When forecasts were poor",
            "If the forecasts have been poor of late, use equal-variance weights.",
            gate,
        ),
        Chapter(
            "timeframes",
            "Various rebalance time frames",
            "These factors should work well at various rebalance time frames.",
            timeframes,
        ),
        Chapter(
            "every_etf",
            "All ETFs",
            "This could then be extended to all ETFs.",
            every_etf,
        ),
        Chapter(
            "bottom_line",
            "What is left",
            "This module would work really well.",
            bottom_line,
        ),
    ),
)
