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
    parts: tuple[str, ...] = ()
    """Instruments whose mean return it is; empty for one instrument or a benchmark."""


def market_of(
    ran: Any, tables: Sequence[Bars], kind: str, name: str, benchmark: pd.Series
) -> Market:
    """Return the feeds that a strategy names, else the benchmark, and for cash the first feed.

    Of several feeds it is the mean of their returns, day by day, of those that have begun.

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
    feeds = feed if isinstance(feed, list) else [] if feed is None else [feed]
    wanted = [*dict.fromkeys(map(instrument, feeds))] or [tables[0].name]
    by_name = {table.name: table for table in tables}
    days = pd.DatetimeIndex(benchmark.index)
    held = [metrics.held_returns(by_name[name], days) for name in wanted]
    if len(wanted) == 1:
        return Market(wanted[0], held[0])
    return Market(f"the mean of {', '.join(wanted)}", mean_of(held), tuple(wanted))


def mean_of(held: Sequence[pd.Series]) -> pd.Series:
    """Return the mean of returns by day, of those that are known; NaN where none is."""
    return pd.concat(list(held), axis=1).mean(axis=1)


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
        ``to``, the market's name; ``to_mean_of``, the instruments whose mean it is, where these are
        several; ``alpha`` and ``alpha_error``, fractions a year, and ``alpha_t``,
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
        **({"to_mean_of": list(market.parts)} if market.parts else {}),
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
