"""What a book would hold after a session that has not been, from its members' answers alone."""

from __future__ import annotations

import bisect
import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ....brokers.ledger import instrument
from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.calendars import last_of_period
from ....feeds.next_bars import with_close
from ..next.triggers import speaks_for
from .allocations import allocations_of
from .alone import DAILY as MEMBER_DAILY
from .alone import ON_CHANGE, Alone, Wanted
from .path import Path, path_of
from .terms import ENDS, BookTerms

RunAgain = Callable[[Alone, Mapping[str, Bars]], Any]
"""A member and the bars by name to what it decided last there: a decision, or None."""


class Laid(NamedTuple):
    """A book up to its last bar; rows are all its days, oldest first, warm-up included."""

    dates: Dates
    wanted: Sequence[Wanted]
    """What each member wants, shape (n_days, n_instruments)."""
    gained: Sequence[Floats]
    """Each member's returns, shape (n_days,)."""
    held: Sequence[Any]
    """Whether a member held something over a day."""
    first: int
    """Row of the day on which the account opened."""
    path: Path
    """The book from that row on."""


class BookAfter:
    """A book's targets after the next session, by its closes.

    A member is run again for each range of closes in which its targets are the same, where it
    states these ranges (`triggers`), else for each close of its own instruments; allocations and
    netting are the book's own functions over the rows since its last rebalance.

    Parameters
    ----------
    terms : BookTerms
        The terms of the book.
    alone : sequence of Alone
        Its members, as they ran.
    tables : sequence of Bars
        Its instruments, up to the last bar.
    laid : Laid
        The book up to the last bar.
    run_again : callable
        Runs a member alone on longer bars.
    """

    def __init__(
        self,
        terms: BookTerms,
        alone: Sequence[Alone],
        tables: Sequence[Bars],
        laid: Laid,
        run_again: RunAgain,
    ) -> None:
        self._terms, self._tables, self._laid = terms, list(tables), laid
        self._answers = [_Answers(each, tables, run_again) for each in alone]
        self._fixed = [each.member.weight for each in alone]
        self._begin = self._first_row()

    @property
    def most_runs(self) -> int | None:
        """How many runs of members answer everything, at most; None if it is not known."""
        counts = [each.most for each in self._answers]
        return None if None in counts else sum(count or 0 for count in counts)

    def targets(self, closes: Mapping[str, float], day: datetime.date) -> tuple[list[float], bool]:
        """Return the weights by instrument, and whether only what changed is ordered.

        Parameters
        ----------
        closes : mapping of str to float
            Instrument to its close on the day; those that are absent have no bar.
        day : date
            The next session.
        """
        longer = [
            with_close(table, day, closes[table.name]) if table.name in closes else table
            for table in self._tables
        ]
        begin, laid = self._begin, self._laid
        newest = np.append(laid.dates[begin:], np.datetime64(day, "D"))
        wanted, gained, held = [], [], []
        returns = self._returns(longer)
        for place, answers in enumerate(self._answers):
            old = laid.wanted[place]
            row = answers.row(old, longer, day)
            wanted.append(_appended(old, row, begin))
            before = old.weights[-1]
            gained.append(np.append(laid.gained[place][begin:], (before * returns).sum()))
            held.append(np.append(laid.held[place][begin:], (before != 0.0).any()))
        allocations, _ = allocations_of(wanted, gained, held, self._fixed, self._terms)
        start = self._last_whole() - begin
        ends, period = np.zeros(len(newest), dtype=bool), ENDS.get(self._terms.rebalance, "month")
        ends[-1] = any(
            last_of_period(table.calendar, [day.isoformat()], period, table.frequency).all()
            for table in longer
            if table.dates[-1].item() == day
        )
        allocations[start] = laid.path.allocations[start + begin - laid.first]
        path = path_of(
            np.stack([each.weights for each in wanted], axis=1)[start:],
            np.stack([each.ordered for each in wanted], axis=1)[start:],
            np.stack(gained, axis=1)[start:],
            allocations[start:],
            ends[start:],
            self._terms,
        )
        return path.targets[-1].tolist(), not path.whole[-1]

    def _returns(self, longer: Sequence[Bars]) -> Floats:
        """Return what the instruments gain on the added day; 0 without a bar."""
        found = np.zeros(len(longer))
        for place, (table, old) in enumerate(zip(longer, self._tables, strict=True)):
            if len(table) > len(old):
                found[place] = table.close[-1] / old.close[-1] - 1.0
        return found

    def _last_whole(self) -> int:
        """Return the row of the last day on which the book was brought back to its weights."""
        return self._laid.first + int(np.flatnonzero(self._laid.path.whole)[-1])

    def _first_row(self) -> int:
        """Return the first row of what the volatilities since the last rebalance look at."""
        rows, window = [self._last_whole()], self._terms.window
        # Equal risk reads days on which all members held something.
        together = np.logical_and.reduce(self._laid.held)
        for held in (*self._laid.held, together):
            days = np.flatnonzero(held[: self._last_whole() + 1])
            rows.append(int(days[-window]) if len(days) >= window else 0)
        return min(rows)


class _Row(NamedTuple):
    """What a member wants after the added day."""

    weights: Floats
    ordered: Any
    begun: bool


class _Answers:
    """What one member wants after the next session, run again no oftener than needed."""

    def __init__(self, alone: Alone, tables: Sequence[Bars], run_again: RunAgain) -> None:
        self._alone, self._run = alone, run_again
        names = [table.name for table in tables]
        self._columns = [names.index(instrument(data)) for data in alone.ran.datas]
        self._own = [names[column] for column in self._columns]
        self._points = self._stated()
        self._known: dict[tuple[Any, ...], Any] = {}

    @property
    def most(self) -> int | None:
        """How many ranges of closes there are; None where the member states none."""
        if self._points is None:
            return None
        return math.prod(len(points) + 1 for points in self._points.values())

    def _stated(self) -> dict[str, list[float]] | None:
        if not speaks_for(self._alone.member.kind):
            return None
        stated = self._alone.ran.triggers()
        if stated is None:
            return None
        points = {name: [] for name in self._own} | {
            instrument(data): sorted(prices) for data, prices in stated.items()
        }
        return points

    def row(self, old: Wanted, longer: Sequence[Bars], day: datetime.date) -> _Row:
        """Return the member's row for the added day."""
        made = self._decision(longer, day)
        weights = old.weights[-1].copy()
        begun = bool(old.begun[-1])
        if made is not None:
            weights[self._columns] = made.weights
            begun = True
        ordered = weights != old.weights[-1]
        level = self._alone.member.rebalance
        again = level == MEMBER_DAILY or (
            level != ON_CHANGE and made is not None and not made.partial
        )
        for column in self._columns if again else ():
            trades = longer[column].dates[-1].item() == day
            ordered[column] |= trades and weights[column] != 0.0
        return _Row(weights, ordered, begun)

    def _decision(self, longer: Sequence[Bars], day: datetime.date) -> Any:
        own = {table.name: table for table in longer if table.name in self._own}
        key = tuple(
            self._place(name, float(own[name].close[-1]))
            for name in self._own
            if own[name].dates[-1].item() == day
        )
        if not key:
            return None
        if key not in self._known:
            made = self._run(self._alone, own)
            self._known[key] = made if made is not None and made.date == day else None
        return self._known[key]

    def _place(self, name: str, close: float) -> Any:
        """Return the range of a close, or the close itself on a border or without ranges."""
        if self._points is None:
            return close
        points = self._points[name]
        place = bisect.bisect_left(points, close)
        return close if place < len(points) and points[place] == close else ("range", place)


def _appended(old: Wanted, row: _Row, begin: int) -> Wanted:
    return Wanted(
        np.vstack([old.weights[begin:], row.weights]),
        np.vstack([old.ordered[begin:], row.ordered]),
        np.append(old.begun[begin:], row.begun),
        np.vstack([old.settled[begin:], np.zeros_like(old.settled[-1])]),
    )
