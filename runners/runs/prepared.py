"""What a run needs, from what a caller hands over: tables, settings, parameters, opening day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from ...brokers.cost_model import AnyCosts
from ...feeds.bars import Bars
from ...feeds.reading import Reading
from ..errors import ParameterError
from . import registry, told_params
from .bars.any_bars import AnyBars, reading_in
from .bars.closes_alone import check_opens
from .bars.lengths import late_badges, same_end
from .inputs import Inputs, check_read
from .keywords import check_names, funds_of, params_on, settings_and_params
from .own_costs import costs_in
from .result import Badge
from .settings import Settings
from .traits import traits_of
from .window import in_order, opening_day, tables_of


class Prepared(NamedTuple):
    """A run before its first bar; everything in it is checked."""

    kind: registry.Strategy
    tables: list[Bars]
    """One for each feed, up to the window's end."""
    params: dict[str, Any]
    """Those that were given; the others keep their defaults."""
    settings: Settings
    opens: datetime.date
    """Day at whose close the account opens."""
    inputs: Inputs
    costs: AnyCosts | None
    """A cost model of the caller's own; None: those of the settings."""
    reading: Reading
    lengths: list[Badge]
    """Badges of feeds that end early or begin late."""

    def check_bars_needed(self, ran: Any) -> None:
        """Raise if a strategy that states weights has run without ever being able to decide."""
        if traits_of(self.kind).sends_orders:
            return
        first = self.tables[0]
        if len(first) < ran.bars_needed():
            raise ParameterError(
                f"{registry.name_of(self.kind)} needs {ran.bars_needed()} bars before it can "
                f"decide, and {first.name} has {len(first)} up to {first.dates[-1]}"
            )


def prepared(
    kind: registry.Strategy,
    bars: AnyBars,
    *,
    inputs: Mapping[str, Any] | None = None,
    costs: AnyCosts | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    aligned: bool = True,
    settings: Mapping[str, Any],
) -> Prepared:
    """Read and check the arguments of `run`; `settings` holds its keywords.

    Raises
    ------
    ParameterError, BarsError, RequestError, BrokerError
        As for `run`.
    """
    given, own_costs = costs_in(costs, settings)
    read, given = reading_in(kind, reading, given)
    chosen, own = settings_and_params(kind, given, params)
    check_names(kind, own)
    if traits_of(kind).sends_orders:
        own = told_params.as_declared(kind, own)
    tables, known = tables_of(bars, chosen, read), Inputs.of(inputs)
    own = params_on(kind, own, tables, known)
    tables = in_order(kind, tables, own)
    check_read(kind, known, funds_of(kind, own, tables), tables[0].dates[-1].item(), own)
    lengths: list[Badge] = []
    if aligned:
        tables, lengths = same_end(kind, tables, chosen, own)
    opens = opening_day(tables, chosen)
    lengths += late_badges(kind, tables, opens, own)
    check_opens(kind, tables, chosen)
    return Prepared(kind, tables, own, chosen, opens, known, own_costs, read, lengths)
