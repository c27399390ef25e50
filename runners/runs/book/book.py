"""A book in Python: members, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....feeds.bars import Bars
from ....feeds.quoting import shown
from ...errors import ParameterError
from .. import registry
from ..audit import Audit, audit
from ..bars.any_bars import AnyBars, tables_from
from ..next.result import NextResult
from ..next.tomorrow import tomorrow
from ..result import BOOK, RunResult
from ..run import run
from .members import (
    OF_MEMBERS,
    MemberTerms,
    common_benchmark,
    common_fill,
    members_of,
    numbered,
    usual_name,
)
from .terms import BookTerms


@dataclass(frozen=True, eq=False)
class Member:
    """A member of a book: a strategy on instruments of its own.

    Parameters
    ----------
    strategy : class, str or Path
        As for `run`, one that states target weights once a bar.
    bars : Bars, DataFrame, Series, str or Path, or a sequence or mapping of them
        As for `run`: the member's feeds, in the strategy's order. Two members that trade one
        instrument name it the same and bring the same bars.
    params : mapping
        The strategy's parameters.
    name : str
        The member's name; empty: the strategy's name and the instruments, numbered from the second
        such member on.
    weight : float or None
        Fraction of the account's value, for fixed weights.
    rebalance, every : str or None
        As for `run`, of this member; None: the strategy's own.

    Examples
    --------
    >>> from btplaybook.feeds.samples import sample
    >>> Member("sma-switch", sample("sp500"), {"period": 50}).called
    'sma-switch SP500'
    """

    strategy: registry.Strategy | str | Path
    bars: AnyBars
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    weight: float | None = None
    rebalance: str | None = None
    every: str | None = None

    @property
    def called(self) -> str:
        """The member's name, or the one that its strategy and instruments make."""
        if self.name:
            return self.name
        given = self.strategy
        text = registry.name_of(given) if isinstance(given, type) else str(given)
        return usual_name(text, [table.name for table in tables_from(self.bars)])


class Book:
    """Several strategies on several instruments in one account.

    Parameters
    ----------
    members : sequence of Member
        At least one.
    weights, rebalance, band, window, max_gross
        As for `BookTerms`.

    Raises
    ------
    ParameterError
        As for `BookTerms` and `members_of`; or two members bring different bars of one name.

    Examples
    --------
    >>> import dataclasses
    >>> from btplaybook.feeds.samples import sample
    >>> from btplaybook.runners.runs.book.book import Book, Member
    >>> sp500, nasdaq = sample("sp500"), sample("nasdaq")
    >>> members = [Member("sma-switch", bars, {"period": 100}) for bars in (sp500, nasdaq)]
    >>> result = Book(members, weights="equal", rebalance="monthly").run(strips=False)
    >>> [each["name"] for each in result.sections["book"].measured["members"]]
    ['sma-switch NASDAQ', 'sma-switch SP500']
    """

    def __init__(self, members: Sequence[Member], **terms: Any) -> None:
        self.terms = BookTerms.of(terms)
        if not members:
            raise ParameterError("a book needs members: Book([Member(...), ...])")
        for each in members:
            if not isinstance(each, Member):
                raise ParameterError(f"a member of a book is a Member, got {shown(each)}")
        self._members = list(members)
        self.bars: list[Bars] = []
        self._instruments: list[list[str]] = []
        for each in self._members:
            own = tables_from(each.bars)
            self._instruments.append([table.name for table in own])
            for table in own:
                self._add(table)
        self._names = numbered([(each.called, bool(each.name)) for each in self._members])
        self.members_of({})

    def _add(self, table: Bars) -> None:
        known = next((each for each in self.bars if each.name == table.name), None)
        if known is None:
            self.bars.append(table)
        elif known.vintage != table.vintage:
            raise ParameterError(
                f"two members bring different bars called {table.name!r}: give one of them "
                "another name"
            )

    def members_of(self, settings: Mapping[str, Any]) -> list[MemberTerms]:
        """Return the members, where settings of a run say what they leave open."""
        given = []
        each_of = zip(self._members, self._names, self._instruments, strict=True)
        for each, name, instruments in each_of:
            told = {
                "name": name,
                "strategy": each.strategy,
                "instruments": instruments,
                "params": dict(each.params),
                "weight": each.weight,
                "rebalance": each.rebalance or settings.get("rebalance"),
                "every": each.every or settings.get("every"),
            }
            given.append({key: value for key, value in told.items() if value is not None})
        return members_of(given, self.terms)

    def run(self, **settings: Any) -> RunResult:
        """Run the book; keywords and errors are those of `run`.

        `rebalance` and `every` hold for the members that state none.
        """
        return run(BOOK, self.bars, **self._keywords(settings))

    def audit(self, **settings: Any) -> Audit:
        """Audit the book for look-ahead: all members run anew on cut and on other bars.

        Keywords and errors are those of `audit`.
        """
        return audit(BOOK, self.bars, **self._keywords(settings))

    def next(self, **settings: Any) -> NextResult:
        """Return the orders for the next session; keywords are those of `tomorrow`."""
        return tomorrow(BOOK, self.bars, **self._keywords(settings))

    def _keywords(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        members = self.members_of(settings)
        own = {name: value for name, value in settings.items() if name not in OF_MEMBERS}
        own.setdefault("fill", common_fill(members))
        if own.get("benchmark") is None:
            own["benchmark"] = common_benchmark(members)
        plain = [member.plain() for member in members]
        return {**own, "params": {"members": plain, "book": self.terms.plain()}}
