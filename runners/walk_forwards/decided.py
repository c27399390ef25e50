"""What the sets of a walk-forward decide, bar by bar, each on the bars up to the next refit."""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...feeds.arrays import Dates
from ...feeds.bars import Bars
from ...search.space import Space
from ...search.walk_forward import Stretch
from ...strategies.base.computed_once import computed_once
from ..errors import ParameterError
from ..garbage import collected_rarely
from ..runs import registry
from ..runs.cerebro import cerebro_of, strategy_that_ran
from ..runs.inputs import Inputs
from ..runs.quiet import without_prints
from ..runs.settings import Settings
from .replayed import Change, replaying


@dataclass(frozen=True, eq=False, kw_only=True)
class Deciding:
    """A strategy, and all that its sets decide on.

    Attributes
    ----------
    kind : class
    params : mapping
        Parameters that the space does not set.
    space : Space
    tables : sequence of Bars
        One for each feed.
    settings : Settings
    inputs : Inputs
    sessions : ndarray of datetime64[D], shape (n,)
        Days of the account from the earliest opening day on.
    """

    kind: registry.Strategy
    params: Mapping[str, Any]
    space: Space
    tables: Sequence[Bars]
    settings: Settings
    inputs: Inputs
    sessions: Dates

    @computed_once()
    @collected_rarely()
    def replaying(self, parts: Sequence[Stretch]) -> registry.Strategy:
        """Return the strategy that holds what the sets of stretches decide, one after another.

        Each set is run with the earlier bars as warm-up, its account opened at its first refit,
        and on no bar from the next set's refit on. Its first weights are those in force at its
        refit, also those that it decided before.

        Raises
        ------
        ParameterError
            The strategy sends orders of its own beside its target weights.
        RunStopped, StrategyStopped
            An order or a decision stopped a run.
        """
        sessions: tuple[str, ...] = self.kind.sessions
        changes: dict[str, list[Change]] = {name: [] for name in sessions}
        flat = (0.0,) * len(self.tables)
        sides: list[tuple[int, int]] | None = [(0, 1)] if len(self.tables) == 1 else None
        for part in parts:
            first = self.sessions[part.first].item()
            if part.held is None:
                for made in changes.values():
                    made.append(Change(first, flat))
                continue
            ran = self._ran(part)
            sides = _sides(ran)
            for name in sessions:
                decided = [
                    Change(each.date, each.weights)
                    for each in ran.decisions
                    if each.session == name
                ]
                newest = bisect_right([each.date for each in decided], first)
                before = decided[newest - 1] if newest else Change(first, flat)
                # The first set decided before its refit, on a bar that every feed of it has.
                begins = before if not changes[name] else before._replace(date=first)
                changes[name] += [begins, *decided[newest:]]
        return replaying(self.kind, changes, sides)

    def _ran(self, part: Stretch) -> Any:
        """Return the strategy that ran over a stretch, with its decisions."""
        assert part.held is not None
        last = self.sessions[part.end - 1].item()
        cerebro = cerebro_of(
            self.kind,
            [table.between(None, last) for table in self.tables],
            {**self.params, **self.space.set_at(part.held)},
            dataclasses.replace(self.settings, start=None, end=None),
            self.sessions[part.first].item(),
            inputs=self.inputs,
        )
        with without_prints():
            ran = strategy_that_ran(cerebro)
        own = [fill for fill in cerebro.broker.ledger.fills if math.isnan(fill.target)]
        if own:
            raise ParameterError(
                f"{registry.name_of(self.kind)} also sends orders of its own, the first filled on "
                f"{own[0].date} in {own[0].instrument}: a walk-forward takes strategies that state "
                "target weights alone"
            )
        return ran


def _sides(ran: Any) -> list[tuple[int, int]] | None:
    """Return the number and side of each feed of an index, the index first."""
    stated = ran.index_sides()
    if stated is None:
        return None
    places = {id(data): place for place, data in enumerate(ran.datas)}  # == of feeds is a line
    return [(places[id(data)], side) for data, side in stated.items()]
