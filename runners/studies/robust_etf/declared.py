"""Declaration of the study: the source, its window, and what each graph says."""

from __future__ import annotations

import datetime

from ..study import Chapter, Study
from .history import graph_4
from .inverse import graph_1
from .movement import graph_5
from .one_book import graphs_8_to_10
from .own_model import BOOK, HISTORY, LUCK, SHAPE, SWITCHES, with_own_model
from .sessions import graph_6, graph_7
from .sma import graph_2, graph_3
from .sweeps import DIRECTIONS, PERIODS
from .trading import ex_dates_and_wins, graph_11
from .worth import worth

SETS = len(PERIODS) * len(DIRECTIONS)

STUDY = Study(
    name="robust-etf",
    title="Developing A Robust ETF Trading Algorithm",
    source="Seeking Alpha, 1 November 2013, by the CTO of FLHP Trading Systems",
    summary="SMA switch, nights and days, inverse ETFs: eleven graphs of 2013, measured again",
    start=datetime.date(1993, 1, 29),
    end=datetime.date(2013, 9, 30),
    tickers=("SPY", "QQQ", "IWM", "DIA", "TLT", "GLD"),
    inverses={"SPY": "SH", "QQQ": "PSQ", "IWM": "RWM", "DIA": "DOG"},
    sample="sp500",
    convention="Nothing is charged, and prices are without dividends, unless a table says so.",
    searched=f"Each best period is the best of {SETS} sets with hindsight: no forecast.",
    chapters=(
        Chapter(
            "graph_1",
            "Graph 1: how accurate inverse ETFs are",
            "SPY and SH together stay near zero until the end of 2008, and lose a little over 14% "
            "from January 2009 to September 2013, about 0.75% a quarter; two thirds of that is the "
            "dividend, and what is left is in the order of 1% a year.",
            graph_1,
        ),
        Chapter(
            "graph_2",
            "Graph 2: which average is best",
            "Long SPY above its simple moving average and short below, at every close: the best "
            "period is nowhere near 200 but 8, and gains about 1.7 times what SPY does.",
            graph_2,
        ),
        Chapter(
            "worth",
            "What the best periods are worth",
            "The period is the best of all on the same days; the source does not ask what luck "
            "alone would have given.",
            worth,
        ),
        Chapter(
            "graph_3",
            "Graph 3: the 8-day model",
            "The 8-day model from 1993 to September 2013 against the dividend-adjusted ETF, "
            "without compounding: 1.7 to 1 overall.",
            graph_3,
        ),
        Chapter(
            "graph_4",
            "Graph 4: how much history a model needs",
            "The source's own model, fitted on the first 3, 10 and 15 years and run on to the end, "
            "makes 2.0, 3.1 and 3.73 times the ETF's gain.",
            with_own_model("graph_4", graph_4, HISTORY, LUCK),
        ),
        Chapter(
            "graph_5",
            "Graph 5: when the market moves",
            "The movement of SPY, up and down, was largest in 2000, 2002 and 2008, all of them "
            "bearish: a model fitted to movement inherits a bearish bias.",
            graph_5,
        ),
        Chapter(
            "graph_6",
            "Graph 6: nights against days, SPY",
            "Buying the close and selling the next open makes 9.61% a year from 1993 to 2013, "
            "buying the open and selling the close loses 0.44%; 500 trades a year make costs a "
            "major factor. Whether a model trades closes or opens was studied first.",
            graph_6,
        ),
        Chapter(
            "graph_7",
            "Graph 7: nights against days, gold",
            "Gold shows the same, although its open to close is slightly positive.",
            graph_7,
        ),
        Chapter(
            "graphs_8_10",
            "Graphs 8 to 10: other funds, and all together",
            "The source has such models for several index funds, gold and Treasury bonds, and "
            "combines them for diversification. It prints no figures.",
            with_own_model("graphs_8_10", graphs_8_to_10, BOOK),
        ),
        Chapter(
            "graph_11",
            "Graph 11: how often a model trades",
            "The source's own model trades 81 times a year, more often when volatility is high; "
            "commissions are 0.005 a share.",
            with_own_model("graph_11", graph_11, SWITCHES),
        ),
        Chapter(
            "wins",
            "Ex-dates and win rate",
            "The source's own model is long on 46 of 80 ex-dates and wins on 53.42% of its days, "
            "zero days among them, by 0.89% on average; it loses 0.79% on the others.",
            with_own_model("wins", ex_dates_and_wins, SHAPE),
        ),
    ),
)
