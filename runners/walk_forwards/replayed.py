"""A strategy that holds what others decided: one account through all changes of parameters."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from ...strategies.playbook_strategy import PlaybookStrategy, Weights
from ..runs import registry


class Change(NamedTuple):
    """New weights, from a day's decision on."""

    date: datetime.date
    weights: tuple[float, ...]
    """In the order of the feeds."""


class Replayed(PlaybookStrategy):
    """Holds weights that are written down: at each bar the newest that are not of a later day.

    Before the first of them it is flat. A change on a day that `every` leaves out is an order of
    that day, as a change of parameters is.

    Attributes
    ----------
    changes : mapping of str to sequence of Change
        Session to its weights, oldest first.
    sides : sequence of pair of int, or None
        Number of a feed to +1 (index) or -1 (inverse), the index first; None where the feeds are
        not one index.
    """

    changes: ClassVar[Mapping[str, Sequence[Change]]] = {}
    sides: ClassVar[Sequence[tuple[int, int]] | None] = None

    def __init__(self) -> None:
        self._days = {name: [each.date for each in made] for name, made in self.changes.items()}
        self._session = self.sessions[0]
        self._stated: dict[str, tuple[float, ...]] = {}

    def target_weights(self, session: str = "close") -> Weights:
        """Return the newest weights of a session."""
        self._stated[session] = self._newest(session)
        return self._by_feed(self._stated[session])

    def between_decisions(self) -> Weights | None:
        """Return weights that are new at a bar that `every` leaves out."""
        newest = self._newest(self._session)
        if newest == self._stated.get(self._session):
            return None
        self._stated[self._session] = newest
        return self._by_feed(newest)

    def index_sides(self) -> dict[Any, int] | None:
        """Return feed to +1 (index) or -1 (inverse), as the strategy that decided says."""
        if self.sides is None:
            return None
        return {self.datas[feed]: side for feed, side in self.sides}

    def _adjust(self, session: str, today: datetime.date) -> None:
        self._session = session
        super()._adjust(session, today)

    def _newest(self, session: str) -> tuple[float, ...]:
        place = bisect_right(self._days[session], self.datetime.date(0))
        return self.changes[session][place - 1].weights if place else (0.0,) * len(self.datas)

    def _by_feed(self, weights: Sequence[float]) -> Weights:
        return dict(zip(self.datas, weights, strict=True))


def replaying(
    kind: registry.Strategy,
    written: Mapping[str, Sequence[Change]],
    of_feeds: Sequence[tuple[int, int]] | None,
) -> registry.Strategy:
    """Return a strategy that holds weights in the way of the strategy that decided them.

    Parameters
    ----------
    kind : class
        That strategy: its sessions, benchmark and order of the orders.
    written, of_feeds
        `Replayed.changes` and `Replayed.sides`.
    """
    own: Any = kind

    class Stitched(Replayed):
        """Another class for each account: backtrader makes the strategy itself."""

        changes = written
        sides = of_feeds
        sessions = own.sessions
        benchmark = own.benchmark
        orders_by_name = own.orders_by_name
        title = f"{own.title}, walk-forward"

    return Stitched
