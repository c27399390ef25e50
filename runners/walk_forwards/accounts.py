"""The account of a walk-forward from arrays: the sets' targets in turn, and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ...search.confirm import confirm
from ...search.figures import figures
from ...search.ledger import Account, account, orders_due
from ...search.market import Market
from ...search.screen import Screen
from ...search.space import Space
from ...search.walk_forward import Stretch, stitched
from ..runs import registry
from ..runs.prepared import Prepared
from ..runs.result import RunResult


@dataclass(frozen=True, eq=False)
class ArrayAccounts:
    """Accounts of a strategy with a rule on one feed, without the event loop.

    Attributes
    ----------
    kind : class
    defaults : mapping
        Every parameter of the strategy; a set's values override them.
    space : Space
    screen : Screen
        Bars and terms, from the earliest opening day on.
    """

    kind: registry.Strategy
    defaults: Mapping[str, Any]
    space: Space
    screen: Screen
    _known: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Prepared, space: Space) -> ArrayAccounts:
        """Return the accounts of a strategy and its bars."""
        settings = given.settings
        screen = Screen.of(
            given.tables[0],
            given.opens,
            settings.terms,
            rebalance=settings.rebalance,
            every=settings.every,
            risk_free_rate=settings.risk_free_rate,
        )
        defaults = {**registry.parameters(given.kind), **given.params}
        return cls(given.kind, defaults, space, screen)

    def targets(self, index: int) -> Floats:
        """Return the weights of a set in force at each session, shape (n_sessions, 1)."""
        if index not in self._known:
            call = self.kind.rule_call({**self.defaults, **self.space.set_at(index)})
            self._known[index] = self.screen.targets(call)
        return self._known[index]

    def account(
        self, parts: Sequence[Stretch], opens: int
    ) -> tuple[Market, Account, dict[str, Any]]:
        """Return market, account and metrics of stretches, from an opening session on."""
        screen = self.screen
        market = Market.of([screen.bars], screen.market.dates[opens].item())
        targets = stitched(parts, self.targets, opens)
        came_to = account(market, targets, orders_due(targets, screen.rebalance), screen.terms)
        measured = figures(
            market,
            targets,
            came_to,
            screen.terms,
            sides=np.ones(1),
            periods_per_year=screen.bars.periods_per_year,
            risk_free_rate=screen.risk_free_rate,
        )
        return market, came_to, measured

    def confirm(self, parts: Sequence[Stretch], opens: int, ran: RunResult) -> None:
        """Raise unless the account from arrays is that of the bar-by-bar run.

        Raises
        ------
        Mismatch
            With the day or the figure, and both values.
        """
        market, came_to, measured = self.account(parts, opens)
        confirm(
            "walk-forward",
            market.dates,
            came_to.equity,
            measured,
            ran.equity,
            ran.metrics,
            self.screen.terms.cash,
        )
