"""Declaration of the study: the model of the source, its window, and what it says of it."""

from __future__ import annotations

import datetime

from ..study import Chapter, Study
from .bottom_line import bottom_line
from .coefficients import coefficients
from .diversified import diversified
from .fits import SETS
from .forward import frozen, walk_forward
from .history import graph_4
from .luck import luck
from .model_bias import model_bias
from .opens import closes_or_opens
from .shape import shape
from .switches import switches
from .top_sets import gold

STUDY = Study(
    name="pivot",
    title="The pivot model",
    source="Developing A Robust ETF Trading Algorithm, Seeking Alpha, 1 November 2013",
    summary="the source's complex model, reconstructed: fitted, walked forward, frozen in 2013",
    start=datetime.date(1994, 1, 3),
    end=datetime.date(2013, 9, 30),
    tickers=("SPY", "QQQ", "IWM", "DIA", "GLD", "TLT"),
    sample="sp500",
    convention="Nothing is charged, and gains are of prices without dividends, not compounded, "
    "unless a table says so.",
    searched=f"Each fit is the best of {SETS:,} sets with hindsight: no forecast.",
    chapters=(
        Chapter(
            "coefficients",
            "Two competing forces",
            "Day by day the model weighs a medium-term trend against a short-term reversion to the "
            "mean. For most equity indexes reversion is quite strong; for gold it is very weak.",
            coefficients,
        ),
        Chapter(
            "gold",
            "Gold by its best sets",
            "For gold the pivot to switch to short, when long, is often below the price: trend, "
            "not reversion.",
            gold,
        ),
        Chapter(
            "graph_4",
            "Graph 4: how much history the model needs",
            "The model fitted on the first 3, 10 and 15 years and run on to the end makes 2.0, 3.1 "
            "and 3.73 times the ETF's gain.",
            graph_4,
        ),
        Chapter(
            "luck",
            "What luck finds",
            "The source ran 2.5 billion trials so that the solution be optimal; it does not ask "
            "what they would have found where there is nothing.",
            luck,
        ),
        Chapter(
            "walk_forward",
            "Refitted each year",
            "How many years of data are needed to be confident that the model captures the "
            "market's behaviour? The source runs its sets on without updating.",
            walk_forward,
        ),
        Chapter(
            "frozen",
            "Frozen in 2013",
            "The article appeared in November 2013; the years after it nobody could fit.",
            frozen,
        ),
        Chapter(
            "shape",
            "Graph 11 and the win rate: the model's shape",
            "81 switches a year; it wins on 53.42% of its days, zero days among them, by 0.89% on "
            "average, and loses 0.79% on the others; it is long on 46 of 80 ex-dates.",
            shape,
        ),
        Chapter(
            "bias",
            "Model bias",
            "The model has a bearish bias, since it is told to make the gain of twenty years as "
            "large as possible, and the years that move most are bearish.",
            model_bias,
        ),
        Chapter(
            "switches",
            "Switches against movement",
            "The model switches more often when volatility is high.",
            switches,
        ),
        Chapter(
            "opens",
            "Closing price against opening price",
            "Whether close to close or open to open gives the best results was studied first.",
            closes_or_opens,
        ),
        Chapter(
            "diversified",
            "Graphs 8 to 10: six funds in one book",
            "Models of index funds, gold and Treasury bonds are combined for diversification. The "
            "source prints no figures.",
            diversified,
        ),
        Chapter(
            "bottom_line",
            "What is left",
            "A robust timing algorithm, for equity indexes, gold and Treasury bonds.",
            bottom_line,
        ),
    ),
)
