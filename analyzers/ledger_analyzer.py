"""The base of the analyzers here: they read the broker's book once, when the run is over."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Protocol

import backtrader as bt


class Book(Protocol):
    """What an analyzer reads of a ledger; the broker's satisfies it by shape."""

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments, in the order of a day's closes."""

    @property
    def starting_cash(self) -> float:
        """Account currency before the first fill."""

    @property
    def days(self) -> Sequence[Any]:
        """The account after each close, oldest first."""

    @property
    def fills(self) -> Sequence[Any]:
        """Every fill, oldest first."""

    @property
    def aims(self) -> Sequence[Any]:
        """Every target that came into force, oldest first."""

    @property
    def ex_dates(self) -> Sequence[Any]:
        """Every ex-date of an instrument, oldest first."""

    @property
    def ruined_on(self) -> datetime.date | None:
        """First day on which the account was worth nothing."""


Sides = dict[str, int]
"""Instrument to +1 or -1: how it moves with the one index that all of them stand for."""


class LedgerAnalyzer(bt.Analyzer):
    """Measures the ledger after the last bar, so that its result travels between processes.

    A subclass writes `measure`. It reads no position inside a strategy's ``next``, where the fills
    of that close are still to come.

    Raises
    ------
    TypeError
        The broker keeps no ledger.
    """

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the analysis as plain data.

        Parameters
        ----------
        book : Book
            The ledger.
        sides : dict or None
            Set where all feeds stand for one index, as the strategy's `index_sides` says.
        """
        raise NotImplementedError(f"{type(self).__name__} measures nothing")

    def stop(self) -> None:
        """Measure."""
        book = getattr(self.strategy.broker, "ledger", None)
        if book is None:
            raise TypeError(
                f"{type(self).__name__} reads a ledger, which "
                f"{type(self.strategy.broker).__name__} does not keep: set "
                "cerebro.broker = PlaybookBroker()"
            )
        self.rets = self.measure(book, _sides(self.strategy))


def in_force(aims: Sequence[Any], sides: Sides) -> list[tuple[Any, int]]:
    """Return each aim with the side of the index that holds from it on: +1, 0 or -1."""
    weights = dict.fromkeys(sides, 0.0)
    sequence = []
    for aim in aims:
        weights[aim.instrument] = aim.weight
        exposure = sum(sides[name] * weight for name, weight in weights.items())
        sequence.append((aim, (exposure > 0) - (exposure < 0)))
    return sequence


def _sides(strategy: Any) -> Sides | None:
    if hasattr(strategy, "index_sides"):
        sides = strategy.index_sides()
    else:
        sides = {strategy.data: 1} if len(strategy.datas) == 1 else None
    if sides is None:
        return None
    names = strategy.broker.ledger.instruments
    by_feed = dict(zip(strategy.datas, names, strict=True))
    return {by_feed[data]: side for data, side in sides.items()}
