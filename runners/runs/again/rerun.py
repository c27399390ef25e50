"""One run, to be made again with other fills, costs or cash."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ....analyzers import statistics
from ....brokers.cost_model import AnyCosts, MovedMarket
from ....brokers.exact_broker import ExactBroker
from ....feeds.bars import Bars
from ...errors import ParameterError
from .. import registry
from ..cerebro import run_cerebro
from ..found.user_files import in_a_line
from ..inputs import Inputs
from ..quiet import without_prints
from ..settings import Settings
from ..stages import Days
from ..traits import sends_orders
from ..window import periods_per_year

Variant = tuple[tuple[str, Any], ...]
"""What differs from the run, by name in alphabetical order: settings, and `bars_late`."""


class Outcome(NamedTuple):
    """The result of one run."""

    figures: Mapping[str, Any]
    """``points``, None for a strategy that sends its own orders, ``total_return``, ``gain`` in
    account currency, ``cagr``, ``sharpe``, ``ruined_on``."""
    commission: float | None
    """Account currency."""
    orders: int | None
    """Number of filled orders."""
    stopped: str | None = None
    """Why the run was stopped, in one line; every figure is then None."""


STOPPED: dict[str, Any] = dict.fromkeys(
    ("points", "total_return", "gain", "cagr", "sharpe", "ruined_on")
)


@dataclass(frozen=True, eq=False)
class Rerun:
    """A run that can be made again; another process imports the strategy anew.

    Attributes
    ----------
    kind : class
        The strategy.
    tables : sequence of Bars
        One for each feed, in order.
    params : mapping
        The strategy's parameters.
    settings : Settings
        The settings of the run.
    opens : date
        Day at whose close the account opened.
    inputs : Inputs or None
        The strategy's other inputs.
    costs : CostModel, DatedCostModel or None
        The run's own cost model; None: the costs of the settings.
    """

    kind: registry.Strategy
    tables: Sequence[Bars]
    params: Mapping[str, Any]
    settings: Settings
    opens: datetime.date
    inputs: Inputs | None = None
    costs: AnyCosts | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the strategy's name and the hash of its code in place of the class."""
        fields = (getattr(self, field.name) for field in dataclasses.fields(self)[1:])
        return _unpacked, (registry.name_of(self.kind), registry.code_of(self.kind), *fields)

    def variant(self, **changes: Any) -> Variant:
        """Return a variant; what is as in the run is left out."""
        own = {**{name: getattr(self.settings, name, 0) for name in changes}}
        if self.costs is not None:
            own["slippage_bps"] = 0.0
        return tuple(sorted((name, to) for name, to in changes.items() if to != own[name]))

    def __call__(self, variant: Variant) -> Outcome:
        """Run once, without what the strategy prints; whatever it raises stops that run alone."""
        try:
            with without_prints():
                ran, broker = self._run(dict(variant))
            return self.outcome(ran, broker)
        except Exception as error:
            return Outcome(STOPPED, None, None, in_a_line(error, self.kind.__module__))

    def outcome(self, ran: Any, broker: ExactBroker) -> Outcome:
        """Return the result of a run from the strategy that ran and its broker."""
        measured = {
            name: getattr(ran.analyzers, name).get_analysis()
            for name in ("daily", "uncompounded", "waterfall")
        }
        book, pnl = broker.ledger, measured["waterfall"]
        returns = measured["daily"]["daily"]["return"].to_numpy()[1:]
        periods = periods_per_year(self.tables)
        return Outcome(
            {
                "points": None if sends_orders(self.kind) else measured["uncompounded"]["points"],
                "total_return": statistics.total_return(returns),
                "gain": pnl["total"],
                "cagr": statistics.cagr(returns, periods),
                "sharpe": statistics.sharpe_ratio(returns, periods, self.settings.risk_free_rate),
                "ruined_on": book.ruined_on.isoformat() if book.ruined_on else None,
            },
            0.0 - pnl["commission"],
            len(book.fills),
        )

    def account(self, *, reached: Days | None = None, **changes: Any) -> tuple[Any, ExactBroker]:
        """Run with other settings; return the strategy that ran and its broker.

        `every` of a strategy made of others, as a book is, is what its method `params_every` makes
        of it. `reached` is called with each day. What the strategy raises rises.
        """
        return self._run(dict(changes), reached)

    def _run(self, changes: dict[str, Any], reached: Days | None = None) -> tuple[Any, ExactBroker]:
        late = changes.pop("bars_late", 0)
        params = self.params
        if "every" in changes and hasattr(self.kind, "params_every"):
            params = self.kind.params_every(params, changes.pop("every"))
        costs = self.costs
        if costs is not None and "slippage_bps" in changes:
            costs = MovedMarket(costs, changes.pop("slippage_bps"))
        settings = dataclasses.replace(self.settings, **changes)
        return run_cerebro(
            self.kind, self.tables, params, settings, self.opens,
            inputs=self.inputs, costs=costs, bars_late=late, reached=reached,
        )  # fmt: skip


def _unpacked(name: str, code: dict[str, str] | None, *fields: Any) -> Rerun:
    kind = registry.resolve(name)
    if registry.code_of(kind) != code:
        raise ParameterError(f"the code of {name} has changed since it was loaded")
    return Rerun(kind, *fields)
