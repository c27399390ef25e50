"""The sector book of each market, run bar by bar in the ways that the letter leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ....brokers.costs import Costs
from ....strategies.base.computed_once import computed_once
from ...errors import ParameterError
from ...runs.result import RunResult
from ...runs.run import run
from ..study import Evidence, NotCarried
from .markets import Market, markets_of

STRATEGY = "sector-long-short"
CASH = 1e7
COSTS = Costs(percent_fee=0.0005)
BORROW = 0.005
"""5 basis points an order, half a percent a year for borrowed shares; nothing on cash."""

WAYS: dict[str, dict[str, Any]] = {
    "as asked": {},
    "never gated": {"gate": False},
    "equal variance": {"weighting": "equal_variance"},
    "drawdown": {"weighting": "mean_drawdown"},
    "variance and drawdown": {"weighting": "mean_variance_drawdown"},
    "within 5 % of the factors": {"tracking_limit": 0.05},
    "view of a 200-day average": {"view": "sma:200"},
    "one score": {"equation": "score"},
    "one score, recent weights": {"equation": "score", "factor_weights": "recent"},
}
"""Name of a way to run the book to its changed parameters; the first is the letter's, as read.

Weights of the factors move forecasts that are linear in one score alone; those that are linear in
each factor's loading find premiums of their own.
"""


LEAST_VALUE = 30
"""Stocks that must have EBIT/EV for value to count in a large sector: the book's default."""


def params_of(market: Market, way: str = "as asked") -> dict[str, Any]:
    """Return the parameters of a way of the book in a market.

    The letter weighs value with a half. Value counts at a decision where half of the sector's
    stocks have EBIT/EV, or `LEAST_VALUE` of them: in a sector of 26 stocks, 30 never have it.
    """
    half = max((len(market.panel.bars) + 1) // 2, 3)
    return {**WAYS[way], "least_value": min(LEAST_VALUE, half)}


@dataclass(frozen=True)
class Ran:
    """A book that ran."""

    result: RunResult
    plain: Mapping[str, Any]
    """Figures of the sector section; empty for ways of which only the account is measured."""

    @property
    def returns(self) -> pd.Series:
        """Daily returns that count."""
        return self.result.returns

    @property
    def metrics(self) -> Mapping[str, Any]:
        """The metrics of run.json."""
        return self.result.metrics


Books = Mapping[str, Mapping[str, Ran]]
"""Ticker of the fund to way to book."""


def books_of(evidence: Evidence) -> Books:
    """Return every way of every market, each run once for all chapters.

    Raises
    ------
    NotCarried
        No market has bars enough for a decision in the window.
    """
    return evidence.once("books", lambda: _run(evidence))


def _run(evidence: Evidence) -> Books:
    markets = markets_of(evidence)
    todo = [(ticker, way) for ticker in markets for way in WAYS]
    found: dict[str, dict[str, Ran]] = {}
    told = evidence.each(todo, "running books", ", ".join)
    for market in markets.values():
        # Ways on the same bars share what depends on no account: betas, scores and forecasts.
        with computed_once():
            for _ in WAYS:
                ticker, way = next(told)
                found.setdefault(ticker, {})[way] = _ran(evidence, market, way)
    return found


def _ran(evidence: Evidence, market: Market, way: str) -> Ran:
    first = next(iter(WAYS))
    try:
        result = run(
            STRATEGY,
            market.bars,
            inputs=market.inputs,
            params=params_of(market, way),
            start=str(evidence.start),
            cash=CASH,
            whole_shares=True,
            strips=False,
            figures_only=way != first,
            costs=COSTS,
            borrow=BORROW,
        )
    except ParameterError as error:
        raise NotCarried(f"{market.ticker}: {error}") from error
    plain = result.sections["sector"].measured if way == first else {}
    return Ran(result, plain)
