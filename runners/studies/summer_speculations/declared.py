"""Declaration of the study: the source, its window, and what it says."""

from __future__ import annotations

import datetime

from ..study import Chapter, Study
from .coefficient import coefficient
from .frequencies import frequencies
from .sentences import sentences
from .table_1 import as_published, estimated, table_1
from .trials import SETS_BY_RULE
from .worth import worth

SETS = sum(SETS_BY_RULE.values())

STUDY = Study(
    name="summer-speculations",
    title="Summer Speculations",
    source="D. Thomakos, Prognostikon",
    summary="sign rules S1 to S4: the best sets by direct search, and the source's sentences",
    start=datetime.date(2022, 1, 1),
    end=datetime.date(2024, 8, 20),
    tickers=("SPY", "QQQ", "GLD", "OIH", "TLT", "IWM", "BTC-USD"),
    inverses={},
    sample="sp500",
    convention="Nothing is charged; dividends are paid, and reinvested by who holds.",
    searched=f"Each ticker's best are of {SETS:,} sets with hindsight: no forecast.",
    chapters=(
        Chapter(
            "table_1",
            "Table 1: the best sets",
            "The best parameters (d, M, R) of S1 to S4 by direct search, and their total return "
            "over buying and holding, from 2022 on; daily, and weekly or monthly on request.",
            table_1,
        ),
        Chapter(
            "worth",
            "What the winners are worth",
            "The table is the best of many sets on the same days; the source does not ask what "
            "luck alone would have given.",
            worth,
        ),
        Chapter(
            "frequencies",
            "On weekly and monthly bars",
            "The method works for weekly and monthly rebalancing too, with parameters of its own.",
            frequencies,
        ),
        Chapter(
            "sentences",
            "What the source makes of it",
            "The best strategy is S2, followed by S1. It works well without estimating g. On "
            "Bitcoin and OIH all four work, on OIH with S4 on top.",
            sentences,
        ),
        Chapter(
            "fallback",
            "Where g cannot be estimated",
            "g is twice the share of losses over the share of negative z, by sample moments over R "
            "days. Of days without a negative z nothing is said.",
            estimated,
        ),
        Chapter(
            "coefficient",
            "Is 2 the centre of g?",
            "With z the return of d bars ago, g reduces to 2 under stationarity.",
            coefficient,
        ),
        Chapter(
            "script",
            "As the published script does it",
            "Table 1 was computed by a script that the author published.",
            as_published,
        ),
    ),
)
