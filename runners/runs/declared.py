"""The settings and sources of a run, each declared once.

The options of `run` and `search`, the keys of a TOML plan, the settings of a run.json and the
checks of `Settings` are made from these declarations. This module imports neither NumPy nor pandas,
so that the help of the command line is fast.
"""

# ruff: noqa: RUF009  what `setting` returns is a dataclass's field

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...brokers.costs import LIMITS
from ...feeds.conventions import FILLS, LARGEST_RATE, PERIODS, REBALANCES, SIZES_AT, period_named
from ...feeds.python_numbers import hold_python_numbers
from ...feeds.quoting import shown
from ...feeds.reading import GROUP
from ...feeds.setting import Range, Setting, declared, fault_of, setting
from ..errors import ParameterError

if TYPE_CHECKING:
    from ...brokers.financing import Rate

INPUTS = {
    "panel": Setting(
        kind="texts",
        default=(),
        metavar="FILE",
        help="Many tickers in one file: raw prices with split_factor; repeat",
    ),
    "fundamentals": Setting(
        kind="texts",
        metavar="FILE",
        help="Statements; or sec:FOLDER, as filed; yahoo:quarterly, yahoo:annual",
    ),
    "membership": Setting(
        kind="texts",
        metavar="FILE",
        help="An index's members: ticker, start and end date",
    ),
    "securities": Setting(
        kind="texts",
        metavar="FILE",
        help="GICS sectors: ticker, sector; perhaps sub_industry, country, cik",
    ),
    "holdings": Setting(
        kind="texts",
        default=(),
        metavar="FILE",
        help="A fund's holdings: table, SPDR or iShares file, repeat; or yahoo:ETF",
    ),
}
"""Inputs that a strategy reads besides its bars; default None: one file, empty tuple: several."""

SOURCES = {
    "bars": Setting(
        kind="texts",
        default=(),
        metavar="[NAME=]FILE[#TICKER]",
        help="CSV or Parquet; repeat for more feeds",
        table="bars",
    ),
    "sample": Setting(
        kind="texts",
        default=(),
        metavar="NAME",
        help="sp500, nasdaq, simulated, us20, simulated-sector or simulated-sector-b",
    ),
    "ticker": Setting(
        kind="texts",
        default=(),
        metavar="TICKER",
        help="Which instrument of a file; without files, from Yahoo, or as VENDOR:TICKER",
    ),
    **INPUTS,
}
"""Sources of a run's bars and inputs."""

LOOPS = ("auto", "fast", "stock")
"""The bar-by-bar loops: `FastCerebro`'s, backtrader's own, or the first where it can be taken."""

_MONEY = "account currency"
_PER_YEAR = "fraction a year"


def _cost(name: str) -> Range:
    """Return the range of a cost from `Costs`."""
    below, meaning = LIMITS[name]
    return Range(0.0, below, "[)", f">= 0 and < {below:g} ({meaning})")


def _positive(most: float) -> Range:
    return Range(0.0, most, "(]", f"a number > 0, and at most {most:g}")


def _rate(words: str) -> Range:
    return Range(-LARGEST_RATE, LARGEST_RATE, "()", f"{words} (0.05 is 5 %)")


@dataclass(frozen=True, kw_only=True)
class DeclaredSettings:
    """The settings of a run as declared: timing, fills, costs and financing; see `Settings`.

    Raises
    ------
    ParameterError
        A value is outside the range of its declaration, or `start` is not before `end`.
    """

    start: datetime.date | None = setting(
        "date", metavar="DATE", help="First day that counts; earlier bars warm up"
    )
    end: datetime.date | None = setting("date", metavar="DATE", help="Last day that counts")
    fill: str = setting(
        "choice",
        "close",
        choices=FILLS,
        metavar="WHEN",
        help="close, next_open or next_close; else the strategy's own",
    )
    size_at: str = setting(
        "choice",
        "fill",
        choices=SIZES_AT,
        metavar="WHEN",
        help="Size orders at the fill or at the decision",
    )
    rebalance: str = setting(
        "choice",
        "on_change",
        choices=REBALANCES,
        metavar="WHEN",
        help="on_change, daily or on_decision; else the strategy's own",
    )
    every: str = setting(
        "choice",
        "day",
        choices=PERIODS,
        metavar="PERIOD",
        help="Decide every day, week, month or quarter",
    )
    per_share: float = setting(
        "number",
        0.0,
        unit=f"{_MONEY} a share",
        range=_cost("per_share"),
        help="Commission a share",
        table="costs",
    )
    min_fee: float = setting(
        "number",
        0.0,
        unit=f"{_MONEY} an order",
        range=_cost("min_fee"),
        help="Least commission an order",
        table="costs",
    )
    percent_fee: float = setting(
        "number",
        0.0,
        unit="fraction of the traded value",
        range=_cost("percent_fee"),
        help="Commission as a fraction of value: 0.0005 is 5 bp",
        table="costs",
    )
    slippage_bps: float = setting(
        "number",
        0.0,
        unit="basis points of the price",
        range=_cost("slippage_bps"),
        help="Slippage in basis points of price",
        table="costs",
    )
    spread: float = setting(
        "number",
        0.0,
        unit=f"{_MONEY} a share",
        range=_cost("spread"),
        metavar="DOLLARS",
        help="Bid-ask spread a share: a buy pays half of it more, a sale gets half of it less",
        table="costs",
    )
    borrow: Rate = setting(
        "rate",
        0.0,
        unit=_PER_YEAR,
        range=_rate("a decimal fraction a year"),
        help="Fee for borrowed shares, a fraction a year: 0.03 is 3 %",
        table="costs",
    )
    interest: Rate | Mapping[str, Rate] = setting(
        "rates",
        0.0,
        unit=_PER_YEAR,
        range=_rate("a decimal fraction a year"),
        metavar="RATE",
        help="On cash, a fraction a year; or cash=0.03,rebate=0.02,debit=0.05",
        table="costs",
    )
    no_dividends: bool = setting(
        "flag", False, help="Ignore dividends, unknown ones too", group=GROUP
    )
    max_gross: float = setting(
        "number",
        2.5,
        unit="account value",
        range=_positive(1e9),
        help="Largest gross exposure that an order may aim at",
    )
    whole_shares: bool = setting("flag", False, help="Trade whole shares only")
    cash_check: bool = setting(
        "flag",
        False,
        help="Refuse orders that cash does not cover, for strategies that send their own orders",
    )
    cash: float = setting(
        "number",
        1_000_000.0,
        unit=_MONEY,
        range=_positive(1e15),
        help="Account at the start",
    )
    benchmark: Any = setting(
        "text",
        metavar="WHAT",
        help="What to compare with: a feed's name, a file, cash, or SPY=0.6,TLT.csv=0.4; "
        "else the first feed",
    )
    risk_free_rate: float = setting(
        "number",
        0.0,
        unit=_PER_YEAR,
        range=_rate("a fraction a year"),
        help="For Sharpe and Sortino ratios, a fraction a year",
    )
    seed: int = setting(
        "whole number",
        0,
        range=Range(0, 2**63, "[)", "a whole number >= 0", note="below 2**63"),
        help="For everything random",
    )

    loop: str = setting(
        "choice",
        "auto",
        choices=LOOPS,
        metavar="WHICH",
        help="auto: fast where the result is the same to the last bit; fast, or backtrader's stock",
    )

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            object.__setattr__(self, name, as_date(name, getattr(self, name)))
        hold_python_numbers(self)
        object.__setattr__(self, "every", period_named(self.every))
        if self.start and self.end and self.start >= self.end:
            raise ParameterError(f"start {self.start} must lie before end {self.end}")
        if (fault := fault_of(vars(self), SETTINGS)) is not None:
            raise ParameterError(fault)


SETTINGS = declared(DeclaredSettings)
"""Every setting of a run by name, in the order of run.json."""


def as_date(name: str, value: object) -> datetime.date | None:
    """Return a date from a date or from ISO text."""
    if value is None:
        return None
    try:
        return datetime.datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise ParameterError(f"{name} must be a date like 2013-09-30, got {shown(value)}") from None
