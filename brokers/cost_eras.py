"""Costs that change with the years: a table of first days, and the US tick as least spread."""

from __future__ import annotations

import bisect
import datetime
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .cost_model import CostModel, check_costs
from .costs import Costs
from .errors import BrokerError, RunStopped

Day = datetime.date | str
"""A date, or ISO text such as "2001-01-29"."""

US_TICKS: dict[str, dict[Day, float]] = {
    "NYSE": {
        datetime.date(1915, 10, 13): 1 / 8,
        datetime.date(1997, 6, 24): 1 / 16,
        datetime.date(2001, 1, 29): 0.01,
    },
    "Nasdaq": {
        datetime.date(1971, 2, 8): 1 / 8,
        datetime.date(1997, 6, 2): 1 / 16,
        datetime.date(2001, 4, 9): 0.01,
    },
}
"""First day of each tick for all stocks of an exchange, US dollars a share; see `us_tick`."""


@dataclass(frozen=True)
class Eras:
    """Costs by date: an order is charged by the newest era that has begun on the day of its fill.

    Parameters
    ----------
    table : tuple of (date, CostModel)
        First day and costs of each era, oldest first. An order before the first day stops the run.

    Raises
    ------
    BrokerError
        No era, days that do not ascend, or costs that cannot charge an order.

    Examples
    --------
    >>> from btplaybook.brokers.cost_eras import eras
    >>> from btplaybook.brokers.costs import Costs
    >>> fees = eras({"1990-01-02": Costs(min_fee=25.0), "2019-10-07": Costs()})
    >>> fees.on(datetime.date(2010, 6, 1), "SPY").commission(100, 50.0)
    25.0
    >>> fees.on(datetime.date(2020, 6, 1), "SPY").commission(100, 50.0)
    0.0
    """

    table: tuple[tuple[datetime.date, CostModel], ...]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "table", tuple((_day(first), costs) for first, costs in self.table)
        )
        days = [first for first, _ in self.table]
        if not days:
            raise BrokerError("a table of eras needs at least one first day and its costs")
        for older, newer in itertools.pairwise(days):
            if older >= newer:
                raise BrokerError(f"the first days of eras must ascend, got {newer} after {older}")
        for _, costs in self.table:
            check_costs(costs)

    @property
    def free(self) -> bool:
        """Whether no era costs anything."""
        return all(costs.free for _, costs in self.table)

    def on(self, date: datetime.date, instrument: str) -> CostModel:
        """Return the costs of a day.

        Raises
        ------
        RunStopped
            The day lies before the first era.
        """
        row = bisect.bisect_right(self.table, date, key=lambda era: era[0]) - 1
        if row < 0:
            raise RunStopped(
                f"{date}: {instrument}: no costs are known: the table of eras begins on "
                f"{self.table[0][0]}"
            )
        return self.table[row][1]


def eras(table: Mapping[Day, CostModel] | Iterable[tuple[Day, CostModel]]) -> Eras:
    """Return costs by date.

    Parameters
    ----------
    table : mapping or iterable of pairs
        First day (a date or ISO text) and costs of each era, oldest first.

    Raises
    ------
    BrokerError
        As for `Eras`; a text that is no date.
    """
    return Eras(_pairs(table))


def spread_eras(
    table: Mapping[Day, float] | Iterable[tuple[Day, float]],
    *,
    per_share: float = 0.0,
    min_fee: float = 0.0,
    percent_fee: float = 0.0,
    slippage_bps: float = 0.0,
) -> Eras:
    """Return costs whose spread changes with the years, and nothing else.

    Parameters
    ----------
    table : mapping or iterable of pairs
        First day (a date or ISO text) and spread in account currency a share, oldest first.
    per_share, min_fee, percent_fee, slippage_bps : float
        As for `Costs`, the same in every era.

    Raises
    ------
    BrokerError
        As for `Eras` and `Costs`.
    """
    costs = [
        (first, Costs(per_share, min_fee, percent_fee, slippage_bps, spread))
        for first, spread in _pairs(table)
    ]
    return eras(costs)


def us_tick(
    exchange: str = "NYSE",
    *,
    per_share: float = 0.0,
    min_fee: float = 0.0,
    percent_fee: float = 0.0,
    slippage_bps: float = 0.0,
) -> Eras:
    """Return costs whose spread is one tick of a US exchange, the least that it can be.

    An eighth of a dollar until June 1997, a sixteenth until all stocks were priced in decimals, one
    cent since. A real spread is one tick or more.

    Parameters
    ----------
    exchange : {"NYSE", "Nasdaq"}
        Sixteenths from 1997-06-24 or 1997-06-02; cents for all stocks from 2001-01-29 or
        2001-04-09. Stocks that came to either before the others, in pilots or for their low price,
        are charged as the others are.
    per_share, min_fee, percent_fee, slippage_bps : float
        As for `Costs`, the same in every era.

    Raises
    ------
    BrokerError
        Another exchange; as for `Costs`.

    References
    ----------
    Sixteenths: SEC Release 34-38678 (Nasdaq, bids of $10 and more), 62 FR 30363 (1997-06-03);
    Goldstein and Kavajecz, "Eighths, sixteenths, and market depth", Journal of Financial Economics
    56 (2000) 125-149 (NYSE). Decimals: SEC Release 34-42914 (2000-06-08) orders them by 2001-04-09;
    Bessembinder, "Trade execution costs and market quality after decimalization", Journal of
    Financial and Quantitative Analysis 38 (2003) 747-777, has the dates of both exchanges.

    Examples
    --------
    >>> from btplaybook.brokers.cost_eras import us_tick
    >>> us_tick().on(datetime.date(1996, 3, 1), "GE").slipped(+100, 80.0)
    80.0625
    """
    if exchange not in US_TICKS:
        raise BrokerError(f"exchange must be one of {', '.join(US_TICKS)}, got {exchange!r}")
    return spread_eras(
        US_TICKS[exchange],
        per_share=per_share,
        min_fee=min_fee,
        percent_fee=percent_fee,
        slippage_bps=slippage_bps,
    )


def _pairs(table: Any) -> tuple[tuple[Any, Any], ...]:
    """Return the rows of a table: of a mapping, a Series, or pairs."""
    try:
        return tuple((first, of) for first, of in getattr(table, "items", lambda: table)())
    except (TypeError, ValueError):
        raise BrokerError(
            f"a table of eras maps first days to costs, as {{'2001-01-29': 0.01}}, got a "
            f"{type(table).__name__}"
        ) from None


def _day(given: Day) -> datetime.date:
    try:
        if isinstance(given, datetime.datetime):  # a pandas Timestamp, too
            return given.date()
        return given if isinstance(given, datetime.date) else datetime.date.fromisoformat(given)
    except (TypeError, ValueError):
        raise BrokerError(
            f"the first day of an era must be a date like 2001-01-29, got {given!r}"
        ) from None
