"""Everything about a run except its strategy's parameters and its bars."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from ...brokers.costs import Costs
from ...brokers.financing import Financing, Rate
from ...feeds.bars import Bars
from ...feeds.quoting import shown
from ...search.ledger import Terms
from ..errors import ParameterError

CHOICES = {
    "fill": ("close", "next_open", "next_close"),
    "size_at": ("fill", "decision"),
    "rebalance": ("on_change", "daily", "on_decision"),
    "every": ("day", "week", "month"),
}
LARGEST = {"cash": 1e15, "max_gross": 1e9}
"""Beyond these an account's figures lose their digits."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run is timed, filled, charged and financed; the names are those of the options.

    Parameters
    ----------
    start, end : date, ISO text or None
        First and last day that count. Bars before `start` warm up; the position that `start`
        begins with was decided on the bar before it. None: as far as the bars go.
    fill, size_at, rebalance, every : str
        As for `PlaybookStrategy`.
    per_share, min_fee, percent_fee, slippage_bps : float
        As for `Costs`.
    borrow : float or Series
        Annual fee for borrowed shares, a decimal fraction of their market value.
    interest : float, Series or mapping
        Annual rate on cash; a mapping gives `cash`, `rebate` and `debit` apart.
    no_dividends : bool
        Ignore dividends.
    max_gross : float
        Largest gross exposure of an order's targets, in units of the account's value; up to 1,000.
    whole_shares : bool
        Trade whole shares only.
    cash : float
        Account currency at the start, > 0 and up to 1e15.
    benchmark : str, Path, Bars, DataFrame, Series, mapping or None
        What to compare with, as `benchmarks.benchmark_of` takes it; None: the first bars, or what
        the strategy declares.
    risk_free_rate : float
        Per year, for Sharpe and Sortino ratios.
    seed : int
        For everything random.

    Raises
    ------
    ParameterError, BrokerError
        A value out of range.
    """

    start: datetime.date | None = None
    end: datetime.date | None = None
    fill: str = "close"
    size_at: str = "fill"
    rebalance: str = "on_change"
    every: str = "day"
    per_share: float = 0.0
    min_fee: float = 0.0
    percent_fee: float = 0.0
    slippage_bps: float = 0.0
    borrow: Rate = 0.0
    interest: Rate | Mapping[str, Rate] = 0.0
    no_dividends: bool = False
    max_gross: float = 2.5
    whole_shares: bool = False
    cash: float = 1_000_000.0
    benchmark: Any = None
    risk_free_rate: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            object.__setattr__(self, name, as_date(name, getattr(self, name)))
        if self.start and self.end and self.start >= self.end:
            raise ParameterError(f"start {self.start} must lie before end {self.end}")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ParameterError(
                    f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}"
                )
        for name, most in LARGEST.items():
            value = getattr(self, name)
            if not (_is_number(value) and 0 < value <= most):
                raise ParameterError(
                    f"{name} must be a number > 0, and at most {most:g}, got {shown(value)}"
                )
        rate = self.risk_free_rate
        if not (_is_number(rate) and -1 < rate < 1):
            raise ParameterError(
                f"risk_free_rate must be a fraction a year (0.05 is 5 %), got {shown(rate)}"
            )
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**63:
            raise ParameterError(
                f"seed must be a whole number >= 0, got {shown(self.seed)} (below 2**63)"
            )
        _ = self.costs, self.financing  # out of range is said here, not in the middle of a run

    @property
    def costs(self) -> Costs:
        """What an order costs."""
        return Costs(self.per_share, self.min_fee, self.percent_fee, self.slippage_bps)

    @property
    def financing(self) -> Financing:
        """What a night costs."""
        return Financing.of(self.interest, self.borrow)

    @property
    def terms(self) -> Terms:
        """The same as the array ledger takes them."""
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
        """Return the settings as JSON takes them; a series of rates by its hash."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def as_date(name: str, value: object) -> datetime.date | None:
    """Return a date from a date or from ISO text."""
    if value is None:
        return None
    try:
        return datetime.datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise ParameterError(f"{name} must be a date like 2013-09-30, got {shown(value)}") from None


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


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
    """Return what run.json keeps of a series by date: its first and last day, and its hash."""
    content = pd.util.hash_pandas_object(series, index=True).to_numpy().tobytes()
    return {
        "first": str(series.index[0].date()),
        "last": str(series.index[-1].date()),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
