"""Alpha and beta of a run of several instruments, to its benchmark or to what it hedges with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...analyzers.relative_statistics import beta_with_error, jensen_alpha
from ...analyzers.statistics import is_ruined, standard_deviation
from ...brokers.ledger import instrument
from ...feeds.bars import Bars
from ...strategies.playbook_strategy import PlaybookStrategy
from . import metrics
from .benchmarks import CASH


class Market(NamedTuple):
    """What alpha and beta are measured against."""

    name: str
    returns: pd.Series
    """By day of the account, the first NaN; NaN before its first bar."""


def market_of(
    ran: Any, tables: Sequence[Bars], kind: str, name: str, benchmark: pd.Series
) -> Market:
    """Return the feed that a strategy names, else the benchmark, and for cash the first feed.

    Parameters
    ----------
    ran : Strategy
        The strategy that ran.
    tables : sequence of Bars
        The run's feeds.
    kind, name : str
        Of the benchmark.
    benchmark : Series
        Its returns by day of the account, the first NaN.
    """
    feed = ran.measured_against() if isinstance(ran, PlaybookStrategy) else None
    if feed is None and kind != CASH:
        return Market(name, benchmark)
    wanted = tables[0].name if feed is None else instrument(feed)
    (bars,) = (table for table in tables if table.name == wanted)
    return Market(wanted, metrics.held_returns(bars, pd.DatetimeIndex(benchmark.index)))


def relative(
    returns: pd.Series,
    market: Market,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
    cash: pd.Series | None = None,
) -> dict[str, Any] | None:
    """Return alpha and beta with their Newey-West standard errors.

    Parameters
    ----------
    returns : Series
        The account's daily simple returns, oldest first, no NaN.
    market : Market
        What they are regressed on; an intercept is fitted.
    periods_per_year : int
        To state alpha a year.
    risk_free_rate : float
        Per year; taken from both sides, so that alpha is Jensen's.
    cash : Series, optional
        What cash earned day by day, of a run that is compared with cash. If it earned something, it
        is taken from both sides instead: the interest of a hedged book is no alpha.

    Returns
    -------
    dict or None
        ``to``, the market's name; ``alpha`` and ``alpha_error``, fractions a year, and ``alpha_t``,
        one over the other, None without an error; ``beta`` and ``beta_error``; ``correlation``;
        ``residual_volatility``, a year; ``lags`` and ``days`` of the estimate. None for a ruined
        account, fewer than three days, or a market whose returns do not vary or are not known.
    """
    ours = returns.to_numpy(dtype=float)
    theirs = market.returns.reindex(returns.index).to_numpy(dtype=float)
    if pd.isna(theirs).any() or pd.isna(ours).any():
        return None
    earned = np.zeros(ours.size)
    if cash is not None:
        earned = cash.reindex(returns.index).to_numpy(dtype=float)
    rate = 0.0 if earned.any() else risk_free_rate
    alpha = None
    if not is_ruined(ours):
        alpha = jensen_alpha(ours - earned, theirs - earned, periods_per_year, rate)
    slope = beta_with_error(ours, theirs)
    if alpha is None or slope is None:
        return None
    spread = standard_deviation(ours)
    rest = standard_deviation(ours - slope.beta * theirs)
    return {
        "to": market.name,
        "alpha": alpha.alpha,
        "alpha_error": alpha.standard_error,
        "alpha_t": alpha.t_statistic,
        "beta": slope.beta,
        "beta_error": slope.standard_error,
        "correlation": slope.beta * standard_deviation(theirs) / spread if spread > 0.0 else None,
        "residual_volatility": rest * periods_per_year**0.5,
        "lags": alpha.lags,
        "days": len(ours),
    }
