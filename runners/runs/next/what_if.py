"""What a strategy would hold after a session that has not been: runs with one more bar."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ....brokers.errors import RunStopped
from ....feeds.bars import Bars
from ....feeds.next_bars import next_dates, with_close

LATE = 5
"""Sessions after its last bar within which a feed is taken to go on."""

Targets = dict[str, float]


class Partial(dict[str, float]):
    """Targets of which only those that changed are ordered, although the strategy decides."""


Answer = Callable[[Mapping[str, float], datetime.date], "tuple[list[float], bool] | None"]
"""Closes by instrument and a day to weights, and whether only what changed is ordered."""

Run = Callable[[Sequence[Bars]], Any]
"""Tables to the strategy that ran."""


class WhatIf:
    """A strategy's targets after the next session, by its closes.

    Parameters
    ----------
    run : callable
        Runs the strategy over tables.
    tables : sequence of Bars
        The bars so far.
    day : date
        The next session.
    answer : callable, optional
        The strategy's own answer, which takes the place of running it.
    """

    def __init__(
        self, run: Run, tables: Sequence[Bars], day: datetime.date, answer: Answer | None = None
    ) -> None:
        self._answer = answer
        self._run, self._tables, self._day = run, list(tables), day
        self._known: dict[tuple[float, ...], Targets | None] = {}
        self.closes = {
            table.name: float(table.close[-1]) for table in tables if goes_on(table, day)
        }
        self.runs = 0

    def of_newest(self, rows: int) -> WhatIf | None:
        """Return the same over the newest bars alone, which runs faster; None if there are fewer.

        Its answers are guesses: the strategy may remember more.
        """
        if self._answer is not None or len(self._tables[0]) <= rows:
            return None
        first = self._tables[0].dates[-rows].item()
        if any(table.dates[-2].item() < first for table in self._tables):
            return None
        shorter = [table.between(first, None) for table in self._tables]
        return WhatIf(self._run, shorter, self._day)

    def targets(self, of: str, close: float) -> Targets | None:
        """Return instrument to weight where one closes at a price and the others do not move.

        None where the strategy decides nothing, or the run would be stopped.
        """
        closes = {**self.closes, of: close}
        key = tuple(closes.values())
        if key not in self._known:
            self._known[key] = self._targets(closes)
        return self._known[key]

    def _targets(self, closes: Mapping[str, float]) -> Targets | None:
        if self._answer is not None:
            return self._answered(closes)
        self.runs += 1
        longer = [
            with_close(table, self._day, closes[table.name]) if table.name in closes else table
            for table in self._tables
        ]
        try:
            ran = self._run(longer)
        except RunStopped:
            return None
        made = [d for d in ran.decisions if d.date == self._day and d.session == "close"]
        if not made:
            return None
        names = [table.name for table in self._tables]
        kind = Partial if made[-1].partial else dict
        return kind(zip(names, made[-1].weights, strict=True))

    def _answered(self, closes: Mapping[str, float]) -> Targets | None:
        assert self._answer is not None
        try:
            found = self._answer(closes, self._day)
        except RunStopped:
            return None
        if found is None:
            return None
        weights, partial = found
        names = [table.name for table in self._tables]
        return (Partial if partial else dict)(zip(names, weights, strict=True))


def goes_on(table: Bars, day: datetime.date) -> bool:
    """Return whether a table is expected to have a bar on a later day."""
    return day in next_dates(table)[:LATE].tolist()
