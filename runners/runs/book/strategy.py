"""The strategy that holds a book: the netted targets of its members, in one account."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....analyzers.attribution import HEDGE
from ....brokers.ledger import instrument
from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.conventions import PERIODS
from ....strategies.base.targets import last_sessions
from ....strategies.errors import StrategyError
from ....strategies.playbook_strategy import Decision, PlaybookStrategy
from ..next.sessions import ends_at
from ..next.triggers import speaks_for
from ..next.what_if import Answer
from ..traits import reads_of
from . import weighting
from .after import BookAfter, Laid
from .allocations import allocations_of
from .alone import Alone, opening_row, run_alone, wanted_by
from .members import MemberTerms, members_of
from .path import Path, path_of
from .section import BookSection
from .sectors import is_sector
from .terms import BAND, DAILY, ENDS, MEASURED, BookTerms
from .whole_panels import with_instruments

REBALANCED = {
    DAILY: "Every {at}",
    **{name: f"The last {{at}} of a {period}" for name, period in ENDS.items()},
    BAND: "The {at} at which a member has drifted further than the band",
}
"""When all holdings are brought back, in words."""


class BookStrategy(PlaybookStrategy):
    """Several strategies on several instruments in one account.

    Rule
    ----
    Each member is a strategy with parameters and instruments of its own. It runs alone, bar by
    bar, as if it had an account of its own, and its target weights w_mi are recorded. The book
    holds W_i(t) = sum_m a_m(t) w_mi(t) of instrument i, where a_m is the fraction of the account's
    value that member m decides over: equal, inversely proportional to the member's volatility, of
    equal contribution to the variance of all, or fixed. Where two members hold one instrument, one
    order trades the net.

    Timing
    ------
    Members and book decide at the same bar t, from bars up to t; orders fill as `fill` says. The
    volatility at t is that of the member's returns up to and including t. Allocations are set at
    the opening, when a member begins to count, and at each rebalance: the last session of a month,
    every bar, or when an allocation has drifted by more than a band. Then all holdings are brought
    back to their targets. Between, an instrument is traded when a member's own account would trade
    it: also where it trims a hedge between two decisions. A position in an instrument that has no
    bars any more is settled at its last close when the members that held it settle theirs.

    Sizing
    ------
    Fractions of the account's value. A member that has not decided yet, because its instrument is
    not listed or its indicator lacks bars, holds nothing. With equal weights the others share its
    part; so they do with inverse volatility and equal risk, until it has held a position on
    `window` days. With fixed weights its part stays in cash. `max_gross` of the book scales all
    weights down.

    Parameters
    ----------
    members : list of dict
        For each member its `name`, `strategy`, `instruments` and, where needed, `params`, `weight`,
        `rebalance` and `every`: what ``[[member]]`` of a TOML file and `Member` say.
    book : dict
        `weights`, `rebalance`, `band`, `window` and `max_gross`: what ``[book]`` of a TOML file and
        `Book` say; see `BookTerms`.

    Attributes
    ----------
    knows_its_run : bool
        True: the run hands over what it is made of, so that the members can run on the same bars.
    earliest_first : bool
        True: the feed that begins first is the first one, whatever the order of the members.

    Raises
    ------
    ParameterError
        As for `members_of` and `BookTerms`; or there are no bars of an instrument.
    StrategyError
        `rebalance` or `every` is set for the book, or it runs in a cerebro of the user's own.
    """

    title = "Book"
    sections = (BookSection,)
    orders_by_name = True
    knows_its_run = True
    earliest_first = True
    params = (
        ("members", ()),
        ("book", None),
        ("rebalance", "on_decision"),  # all holdings on the days of `Path.whole`
    )

    def __init__(self) -> None:
        self.terms = BookTerms.of(self.p.book or {})
        given = members_of(self.p.members, self.terms)
        self.in_order = [member.name for member in given]  # for readers
        # Sums are taken by name, so that the order of the members changes no bit of them.
        self.members = sorted(given, key=lambda member: member.name)
        made_of = getattr(self.cerebro, "made_of", None)
        if made_of is None:
            raise StrategyError("a book is run by run(), Book.run() or btplaybook run")
        self.tables: list[Bars] = list(made_of.tables)
        self.settings = made_of.settings
        self._made_of = made_of
        by_name = {table.name: table for table in self.tables}
        self.alone: list[Alone] = [run_alone(member, made_of, by_name) for member in self.members]
        self._lay(made_of.opens)

    def _lay(self, opens: datetime.date) -> None:
        """Lay the path of the targets from what the members decided."""
        dates: Dates = np.unique(np.concatenate([table.dates for table in self.tables]))
        wanted = [wanted_by(each, dates, self.tables) for each in self.alone]
        returns = weighting.instrument_returns(*_prices(dates, self.tables))
        gained, held = zip(
            *(weighting.member_returns(each.weights, returns) for each in wanted), strict=True
        )
        fixed = [member.weight for member in self.members]
        allocations, fell_back = allocations_of(wanted, gained, held, fixed, self.terms)
        first = opening_row(dates, opens)
        self._whole_of = dates, wanted, gained, held, first
        ends = last_sessions(self.datas, ENDS.get(self.terms.rebalance, "month"))
        self.dates = dates[first:]
        self.wanted: Floats = np.stack([each.weights for each in wanted], axis=1)[first:]
        settles: NDArray[np.bool_] = np.logical_or.reduce([each.settled for each in wanted])[first:]
        self._settles = settles
        self._to_settle: set[int] = set()
        self.gained: Floats = np.stack(gained, axis=1)[first:]
        self.path: Path = path_of(
            self.wanted,
            np.stack([each.ordered for each in wanted], axis=1)[first:],
            self.gained,
            allocations[first:],
            np.array([day in ends for day in self.dates.tolist()], dtype=bool),
            self.terms,
        )
        self.fell_back = fell_back[first:] & self.path.whole
        self._rows = {day: row for row, day in enumerate(self.dates.tolist())}
        self._row = 0

    @classmethod
    def reads_with(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the inputs that any member reads."""
        read = [name for each in _members(params) for name in reads_of(each.kind, each.params)]
        return tuple(dict.fromkeys(read))

    @classmethod
    def params_on(
        cls, params: Mapping[str, Any], tables: Sequence[Bars], inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return parameters whose members name instruments, where they named whole panels."""
        members = params.get("members")
        if not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
            return dict(params)
        return {**params, "members": with_instruments(members, tables, inputs)}

    @classmethod
    def kinds_with(cls, params: Mapping[str, Any]) -> tuple[type, ...]:
        """Return the strategy of each member."""
        return tuple(each.kind for each in _members(params))

    @classmethod
    def parts_with(cls, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the parameters of each member."""
        return [each.params for each in _members(params)]

    @classmethod
    def periods_with(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Return by what members decide and the book is brought back; nothing if all is daily."""
        decided = tuple(each.every for each in _members(params) if each.every != "day")
        rebalance = BookTerms.of(params.get("book") or {}).rebalance
        return (*decided, *([ENDS[rebalance]] if decided and rebalance in ENDS else []))

    @classmethod
    def params_every(cls, params: Mapping[str, Any], every: str) -> dict[str, Any]:
        """Return parameters in which the members that do not decide daily decide so often.

        A book that is brought back at the end of a period is brought back at the end of this one.
        """
        members = [
            {**each.plain(), "every": each.every if each.every == "day" else every}
            for each in _members(params)
        ]
        book = dict(params.get("book") or {})
        named = next((name for name, period in ENDS.items() if period == every), None)
        if named and BookTerms.of(book).rebalance in ENDS:
            book["rebalance"] = named
        return {**params, "members": members, "book": book}

    @classmethod
    def come_and_go_with(cls, params: Mapping[str, Any]) -> frozenset[str]:
        """Return the instruments that may begin late and end early: stocks of funds alone."""
        members = _members(params)
        bound = {name for each in members for name in each.bound}
        return frozenset(name for each in members for name in each.instruments) - bound

    @classmethod
    def funds_with(cls, params: Mapping[str, Any]) -> list[str]:
        """Return the funds whose holdings members read, each once."""
        found = {
            each.first: None
            for each in _members(params)
            if "holdings" in reads_of(each.kind, each.params)
        }
        return list(found)

    def measured_against(self) -> Any | None:
        """Return the funds that the members are hedged with; None unless all are sector books."""
        if not all(map(is_sector, self.alone)):
            return None
        own = {each.member.name: instrument(each.ran.fund) for each in self.alone}
        funds = dict.fromkeys(own[name] for name in self.in_order)
        by_name = {instrument(data): data for data in self.datas}
        return [by_name[name] for name in funds]

    def remarks(self) -> Mapping[Any, Mapping[str, Any]]:
        """Return which instruments hedge: those that every member with them calls a hedge."""
        roles: dict[str, list[Any]] = {}
        for each in self.alone:
            told = {instrument(data): words for data, words in each.ran.remarks().items()}
            for name in each.member.instruments:
                roles.setdefault(name, []).append(told.get(name, {}).get("role"))
        by_name = {instrument(data): data for data in self.datas}
        return {
            by_name[name]: {"role": HEDGE}
            for name, found in roles.items()
            if name in by_name and set(found) == {HEDGE}
        }

    def begun(self) -> bool:
        """Return True: the members know when they can decide."""
        return True

    def words_for_next(self) -> Sequence[str]:
        """Return when all holdings are brought back, also where no order is named."""
        when = REBALANCED[self.terms.rebalance].format(at=ends_at(self.tables))
        return [f"{when} brings all holdings back to the weights: also where no order is named."]

    @property
    def decides_every(self) -> str:
        """The shortest period after which the book may decide: a member's, or its rebalance."""
        own = ENDS.get(self.terms.rebalance, PERIODS[0])
        return min([*(member.every for member in self.members), own], key=PERIODS.index)

    def what_if(self, told: Callable[[int, int | None], object]) -> Answer:
        """Return what answers the book's targets after the next session, by its closes.

        Parameters
        ----------
        told : callable
            Called before each run of a member with its number, and with the most runs that there
            will be, or None where that is not known.

        Returns
        -------
        callable
            Closes by instrument and the day to the weights in the order of the feeds, and whether
            only what changed is ordered; None where the gross limit of the run would stop it.
        """
        by_name = {table.name: table for table in self.tables}
        numbers = itertools.count(1)

        def run_again(alone: Alone, own: Mapping[str, Bars]) -> Any:
            told(next(numbers), after.most_runs)
            made = run_alone(alone.member, self._made_of, {**by_name, **own}).decisions
            return made[-1] if made else None

        after = BookAfter(
            self.terms, self.alone, self.tables, Laid(*self._whole_of, self.path), run_again
        )

        def answer(
            closes: Mapping[str, float], day: datetime.date
        ) -> tuple[list[float], bool] | None:
            weights, partial = after.targets(closes, day)
            gross = math.fsum(map(abs, weights))
            return None if gross > self.settings.max_gross * (1.0 + 1e-9) else (weights, partial)

        return answer

    def triggers(self) -> Mapping[Any, tuple[float, ...]] | None:
        """Return the closes at which a member's targets change, where each member states its own.

        None with weights by volatility or covariance and with a band: there the book's targets, or
        what of them is ordered, depend on every close.
        """
        if self.terms.weights in MEASURED or self.terms.rebalance == BAND:
            return None
        feeds = {instrument(data): data for data in self.datas}
        found: dict[Any, set[float]] = {}
        for each in self.alone:
            stated = each.ran.triggers() if speaks_for(each.member.kind) else None
            if stated is None:
                return None
            for data, prices in stated.items():
                found.setdefault(feeds[instrument(data)], set()).update(prices)
        return {data: tuple(sorted(prices)) for data, prices in found.items()}

    def index_sides(self) -> dict[Any, int] | None:
        """Return the side of the one instrument, as its members say; None of several."""
        if len(self.datas) > 1:
            return None
        return {self.data: 1}

    def due_at(self, dates: Dates) -> NDArray[np.bool_]:
        """Return what is ordered on days of the account, shape (n_days, n_feeds), for a replay."""
        found: NDArray[np.bool_] = self.path.ordered[np.searchsorted(self.dates, dates)]
        return found

    def _cannot(self) -> str | None:
        if self.p.rebalance != "on_decision":
            return (
                "[book] rebalance says when a book is brought back to its weights; say "
                f"rebalance = {self.p.rebalance!r} in each [[member]] that is to trade so"
            )
        if self.p.every != "day":
            return f"a book decides at every bar; say every = {self.p.every!r} in each [[member]]"
        return super()._cannot()

    def _decide(self, session: str, today: datetime.date) -> None:
        """Record the targets of a day of the account."""
        row = self._rows.get(today)
        if row is None:
            return  # warm-up
        self._row = row
        self._settle_ended(row, today)
        targets = dict(zip(self.datas, self.path.targets[row].tolist(), strict=True))
        self._targets[session] = targets
        partial = not self.path.whole[row]
        self.decisions.append(Decision(today, tuple(targets.values()), session, partial=partial))

    def _settle_ended(self, row: int, today: datetime.date) -> None:
        """Settle what members settled, once none of them wants it and unless it trades again."""
        self._to_settle |= {*np.flatnonzero(self._settles[row]).tolist()}
        for column in sorted(self._to_settle, key=lambda each: str(self.datas[each]._name)):
            data = self.datas[column]
            if data.datetime.date(0) == today:
                self._to_settle.discard(column)
            elif not self.wanted[row, :, column].any():
                self._to_settle.discard(column)
                if self.broker.getposition(data).size:
                    self.settle(data)

    def _due(
        self, targets: dict[Any, float], today: datetime.date, decides: bool
    ) -> dict[Any, float]:
        """Return the targets that have to be ordered now, of those that the path orders."""
        due = dict(zip(self.datas, self.path.ordered[self._row].tolist(), strict=True))
        return {
            data: weight
            for data, weight in targets.items()
            if due[data]
            and (
                weight != self._ordered[data]
                or (weight and len(data) and data.datetime.date(0) == today)
            )
        }


def _members(params: Mapping[str, Any]) -> list[MemberTerms]:
    """Return the members that the parameters of a book name."""
    return members_of(params.get("members", ()), BookTerms.of(params.get("book") or {}))


def _prices(dates: Dates, tables: list[Bars]) -> tuple[Floats, Floats]:
    """Return last known closes, NaN before the first bar, and dividends, 0 on other days."""
    closes = np.full((len(dates), len(tables)), np.nan)
    dividends = np.zeros_like(closes)
    for column, table in enumerate(tables):
        newest = np.searchsorted(table.dates, dates, side="right") - 1
        known = newest >= 0
        closes[known, column] = table.close[newest[known]]
        dividends[np.searchsorted(dates, table.dates), column] = table.dividend
    return closes, dividends
