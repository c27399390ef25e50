"""All settings of a run; the strategy's parameters and the bars are not among them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from ...brokers.costs import LIMITS, Costs
from ...brokers.financing import Financing
from ...feeds.bars import Bars
from ...search.ledger import Terms
from .declared import DeclaredSettings


@dataclass(frozen=True, kw_only=True)
class Settings(DeclaredSettings):
    """Settings of a run: timing, fills, costs and financing; the names are those of the options.

    Parameters
    ----------
    start, end : date, ISO text or None
        First and last day that count. Bars before `start` are warm-up; the position at the start
        was decided on the last bar before it. None: the first or last day of the bars.
    fill, size_at, rebalance, every : str
        As for `PlaybookStrategy`.
    per_share, min_fee, percent_fee, slippage_bps, spread : float
        As for `Costs`.
    borrow : float or Series
        Annual fee for borrowed shares, a decimal fraction of their market value.
    interest : float, Series or mapping
        Annual rate on cash, a decimal fraction; a mapping gives separate rates `cash`, `rebate` and
        `debit`.
    no_dividends : bool
        Ignore dividends.
    max_gross : float
        Largest gross exposure of an order's targets, in units of the account's value, > 0 and
        up to 1e9.
    whole_shares : bool
        Trade whole shares only.
    cash_check : bool
        Refuse orders that cash does not cover, for strategies that send their own orders.
    cash : float
        Starting cash in account currency, > 0 and up to 1e15.
    benchmark : str, Path, Bars, DataFrame, Series, mapping or None
        The benchmark, in any form that `benchmarks.benchmark_of` takes; None: the one that the
        strategy declares, else the first feed.
    risk_free_rate : float
        Per year, a decimal fraction in (-1, 1), for Sharpe and Sortino ratios.
    seed : int
        Seed of all random numbers, in [0, 2**63).
    loop : {"auto", "fast", "stock"}
        The bar-by-bar loop: the fast one where it gives the same bits as backtrader's own.

    Raises
    ------
    ParameterError, BrokerError
        A value is out of range.

    Examples
    --------
    >>> from btplaybook.runners.runs.settings import Settings
    >>> settings = Settings(start="2015-01-02", fill="next_open", slippage_bps=2.0, borrow=0.005)
    >>> settings.start, settings.costs.slippage_bps, settings.financing.borrow
    (datetime.date(2015, 1, 2), 2.0, 0.005)
    >>> Settings(fill="tomorrow")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    btplaybook.runners.errors.ParameterError: fill must be one of close, next_open, ...
    """

    def __post_init__(self) -> None:
        """Check every value; `Costs` and `Financing` check costs and rates."""
        _ = self.costs, self.financing
        super().__post_init__()

    @property
    def costs(self) -> Costs:
        """The costs of an order."""
        return Costs(**{name: getattr(self, name) for name in LIMITS})

    @property
    def financing(self) -> Financing:
        """The interest on cash and the fees for borrowed shares."""
        return Financing.of(self.interest, self.borrow)

    @property
    def terms(self) -> Terms:
        """The costs and settings in the form that the array ledger takes."""
        return Terms(
            fill=self.fill,
            size_at=self.size_at,
            whole_shares=self.whole_shares,
            costs=self.costs,
            financing=self.financing,
            max_gross=self.max_gross,
            cash=self.cash,
        )

    def plain(self) -> dict[str, Any]:
        """Return the settings as JSON values; a series of rates becomes its hash."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(rate) for key, rate in value.items()}
    if isinstance(value, pd.Series):
        return hashed(value)
    if isinstance(value, Bars):
        return {"name": value.name, "sha256": value.vintage}
    if isinstance(value, pd.DataFrame):
        content = pd.util.hash_pandas_object(value, index=True).to_numpy().tobytes()
        return {"sha256": hashlib.sha256(content).hexdigest()}
    if isinstance(value, Path):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def hashed(series: pd.Series) -> dict[str, str]:
    """Return what run.json keeps of a series by date: first day, last day and hash."""
    content = pd.util.hash_pandas_object(series, index=True).to_numpy().tobytes()
    return {
        "first": str(series.index[0].date()),
        "last": str(series.index[-1].date()),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
