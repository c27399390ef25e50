"""Account and figures of a rule on one table of bars, without the event loop."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..feeds.arrays import Floats
from ..feeds.bars import Bars
from ..feeds.calendars import last_of_period
from ..feeds.conventions import PERIODS, REBALANCES
from ..strategies.rule_line import RuleCall
from .errors import LedgerDomainError
from .figures import figures
from .ledger import Account, Terms, account, orders_due
from .market import Market

REBALANCE = tuple(each for each in REBALANCES if each != "on_decision")


@dataclass(frozen=True, eq=False, kw_only=True)
class Screen:
    """Bars and terms that many sets of parameters are evaluated on.

    Attributes
    ----------
    bars : Bars
        One instrument, from the first bar that warms up to the last that counts.
    market : Market
        The same from the opening day on.
    terms : Terms
        Fill, size, costs and rates.
    rebalance : {"on_change", "daily"}
    every : {"day", "week", "month", "quarter"}
        As for a run.
    risk_free_rate : float
        Per year.
    """

    bars: Bars
    market: Market
    terms: Terms
    rebalance: str = "on_change"
    every: str = "day"
    risk_free_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.every not in PERIODS:
            raise LedgerDomainError(
                f"every must be one of {', '.join(PERIODS)}, got {self.every!r}"
            )
        if self.rebalance not in REBALANCE:
            raise LedgerDomainError(
                f"rebalance must be one of {', '.join(REBALANCE)}, got {self.rebalance!r}"
            )

    @classmethod
    def of(cls, bars: Bars, opens_on: datetime.date, terms: Terms, **settings: Any) -> Screen:
        """Return the screen of bars whose account opens at the close of `opens_on`."""
        return cls(bars=bars, market=Market.of([bars], opens_on), terms=terms, **settings)

    @cached_property
    def deciding_days(self) -> NDArray[np.bool_]:
        """Which of the bars decide, shape (n_bars,): the last one of each period."""
        bars = self.bars
        return last_of_period(bars.calendar, bars.dates, self.every, bars.frequency)

    def targets(self, call: RuleCall) -> Floats:
        """Return the weight in force after each bar's decision, shape (n_bars, 1).

        Before the first decision it is 0. The rule reads the bars before the opening day too.

        Raises
        ------
        LedgerDomainError
            The rule has no position on some day after its first decision.
        """
        positions = call.positions(self.bars)
        undecided = np.isnan(positions)
        first = int(undecided.argmin()) if not undecided.all() else positions.size
        if undecided[first:].any():
            row = first + int(undecided[first:].argmax())
            raise LedgerDomainError(
                f"{call.rule.__name__}{call.arguments}: no position at {self.bars.dates[row]}, "
                "after its first decision"
            )
        counted = positions.size - self.market.dates.size
        if self.every == "day":
            in_force = positions[counted:].copy()
            in_force[: max(0, first - counted)] = 0.0
            return in_force[:, None]
        decides = ~undecided & self.deciding_days
        newest = np.maximum.accumulate(np.where(decides, np.arange(positions.size), -1))
        in_force = np.where(newest < 0, 0.0, positions[newest])
        return np.ascontiguousarray(in_force[counted:, None])

    def due(self, targets: Floats) -> NDArray[np.bool_]:
        """Return at which bars a target is ordered."""
        return orders_due(targets, self.rebalance)

    def account(self, call: RuleCall) -> Account:
        """Return the account that follows from a rule."""
        targets = self.targets(call)
        return account(self.market, targets, self.due(targets), self.terms)

    def figures(self, call: RuleCall) -> dict[str, Any]:
        """Return the figures of run.json, as the bar-by-bar run would measure them."""
        targets = self.targets(call)
        came_to = account(self.market, targets, self.due(targets), self.terms)
        return figures(
            self.market,
            targets,
            came_to,
            self.terms,
            sides=np.ones(1),
            periods_per_year=self.bars.periods_per_year,
            risk_free_rate=self.risk_free_rate,
        )
