"""The members of a book as plain data, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....feeds.conventions import PERIODS, REBALANCES, period_named
from ....feeds.python_numbers import python_number
from ....feeds.quoting import did_you_mean, shown
from ...errors import ParameterError
from .. import registry
from ..keywords import check_names
from ..result import BOOK
from ..traits import Traits, come_and_go, fund_of, traits_of
from .terms import DAILY, FIXED, BookTerms

KEYS = ("name", "strategy", "instruments", "params", "weight", "rebalance", "every")
"""What is kept of a member in the parameters of a run."""

OF_MEMBERS = ("rebalance", "every")
"""Settings of a run that each member of a book has for itself."""

TAKEN = (BOOK, "costs")
"""Names that no member may have: those of the other rows and curves of a book's figures."""

NAMED = 6
"""Instruments that the name of a member and its row on the page list."""

SUM = 1e-9
"""By how much the fixed weights of the members may miss 1."""


@dataclass(frozen=True, kw_only=True)
class MemberTerms:
    """A member of a book: a strategy, its parameters, and the instruments that it trades.

    Attributes
    ----------
    name : str
        Each member's own.
    kind : class
        The strategy.
    strategy : str or class
        Its name as the registry finds it; a class that no name finds stands for itself.
    instruments : tuple of str
        Names of its feeds, in the strategy's order.
    params : mapping
        The strategy's parameters; a parameter that is absent keeps its default.
    weight : float or None
        Fraction of the account's value with fixed weights.
    rebalance, every : str
        The member's own, as for `PlaybookStrategy`.
    """

    name: str
    kind: registry.Strategy
    strategy: Any
    instruments: tuple[str, ...]
    params: Mapping[str, Any]
    weight: float | None
    rebalance: str
    every: str

    @property
    def first(self) -> str:
        """Its fund or, without one, its first instrument: no decision comes before its bars."""
        return fund_of(self.params, self.instruments)

    @property
    def bound(self) -> tuple[str, ...]:
        """The instruments whose bars must reach to the run's end: all but stocks of a fund."""
        free = come_and_go(self.kind, self.params, self.instruments)
        return tuple(name for name in self.instruments if name not in free)

    def plain(self) -> dict[str, Any]:
        """Return the member as `members_of` takes it."""
        found = {key: getattr(self, key) for key in KEYS}
        return {**found, "instruments": list(self.instruments), "params": dict(self.params)}


def members_of(given: Any, terms: BookTerms) -> list[MemberTerms]:
    """Return checked members, in the order given.

    Parameters
    ----------
    given : sequence of mapping
        For each member its `name`, `strategy`, `instruments` and, where needed, `params`,
        `weight`, `rebalance` and `every`. `rebalance` is otherwise "daily" in a book that is
        rebalanced daily, else the strategy's own; `every` is otherwise the strategy's own.
    terms : BookTerms
        The terms of the book.

    Raises
    ------
    ParameterError
        There are no members, two have one name, a strategy or parameter is unknown, a member names
        no instrument, fixed weights do not sum to 1, or a strategy states no target weights or
        trades twice a day.
    """
    if isinstance(given, (str, Mapping)) or not isinstance(given, Sequence) or not given:
        raise ParameterError(
            "a book needs members: [[member]] tables in a TOML file, or Book([Member(...), ...])"
        )
    members = [_member(each, terms) for each in given]
    names = [member.name for member in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ParameterError(f"two members are called {shown(twice[0])}: give each its own name")
    _check_weights(members, terms)
    return members


def _member(given: Any, terms: BookTerms) -> MemberTerms:
    if not isinstance(given, Mapping):
        raise ParameterError(f"a member is a table of {', '.join(KEYS)}, got {shown(given)}")
    name = given.get("name")
    if not (isinstance(name, str) and name.strip() and name.isprintable() and len(name) <= 60):
        raise ParameterError(
            f"a member's name is a text of 1 to 60 characters on one line, got {shown(name)}"
        )
    where = f"member {shown(name)}"
    if name.casefold() in TAKEN:
        raise ParameterError(
            f"{where}: {' and '.join(TAKEN)} stand for the whole and for its costs; take another "
            "name"
        )
    for key in given:
        if key not in KEYS:
            near = did_you_mean(str(key), KEYS, or_known=True)
            raise ParameterError(f"{where}: there is no key {shown(key)}{near}")
    strategy = given.get("strategy")
    if strategy is None or strategy == BOOK:
        raise ParameterError(f"{where} needs a strategy of its own, got {shown(strategy)}")
    params = given.get("params") or {}
    if not isinstance(params, Mapping):
        raise ParameterError(f"{where}: params must be a table, got {shown(params)}")
    params = {name: python_number(value) for name, value in params.items()}
    try:
        kind = registry.strategy_of(strategy)
        check_names(kind, params)
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    found = registry.name_of(kind)
    traits = traits_of(kind)
    _check_kind(where, kind, traits)
    instruments = given.get("instruments") or ()
    instruments = (instruments,) if isinstance(instruments, str) else tuple(instruments)
    if not instruments:
        raise ParameterError(f"{where} names no instrument: say bars, ticker or sample")
    level = DAILY if terms.rebalance == DAILY else traits.settings["rebalance"]
    return MemberTerms(
        name=name,
        kind=kind,
        strategy=found if registry.loaded_class(found) is kind else kind,
        instruments=instruments,
        params=params,
        weight=_weight(where, given.get("weight"), terms),
        rebalance=_chosen(where, "rebalance", given.get("rebalance") or level, REBALANCES),
        every=_chosen(
            where, "every", period_named(given.get("every") or traits.settings["every"]), PERIODS
        ),
    )


def _check_kind(where: str, kind: registry.Strategy, traits: Traits) -> None:
    name = registry.name_of(kind)
    if traits.sends_orders:
        raise ParameterError(
            f"{where}: {name} sends its own orders; a member of a book states target weights: "
            "subclass PlaybookStrategy"
        )
    if len(traits.sessions) > 1:
        raise ParameterError(
            f"{where}: {name} trades at the close and at the open; a member of a book decides once "
            "a bar"
        )


def _weight(where: str, weight: Any, terms: BookTerms) -> float | None:
    if weight is None:
        if terms.weights == FIXED:
            raise ParameterError(f'{where} needs a weight, as [book] weights = "fixed"')
        return None
    if terms.weights != FIXED:
        raise ParameterError(
            f'{where}: weight is for [book] weights = "fixed"; they are "{terms.weights}"'
        )
    weight = python_number(weight)
    number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    if not (number and math.isfinite(weight) and 0.0 < weight <= 1.0):
        raise ParameterError(
            f"{where}: weight must be a fraction of the account's value, > 0 and <= 1, got "
            f"{shown(weight)}"
        )
    return float(weight)


def _check_weights(members: Sequence[MemberTerms], terms: BookTerms) -> None:
    if terms.weights != FIXED:
        return
    total = math.fsum(member.weight or 0.0 for member in members)
    if abs(total - 1.0) > SUM:
        told = ", ".join(f"{member.name} {member.weight:g}" for member in members)
        raise ParameterError(f"the weights of the members must sum to 1, got {total:.10g} ({told})")


def _chosen(where: str, name: str, value: Any, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ParameterError(
            f"{where}: {name} must be one of {', '.join(choices)}, got {shown(value)}"
        )
    return str(value)


def lag_days_of(given: Sequence[Mapping[str, Any]], otherwise: int) -> int:
    """Return the one `lag_days` of the members that have this parameter.

    Raises
    ------
    ParameterError
        Two members have different ones, and the statements are read once for all of them.
    """
    found: dict[str, int] = {}
    for each in given:
        declared = registry.parameters(registry.strategy_of(each["strategy"]))
        if "lag_days" in declared:
            found[each["name"]] = (each.get("params") or {}).get("lag_days", declared["lag_days"])
    if len(set(found.values())) > 1:
        told = ", ".join(f"{name} {days}" for name, days in found.items())
        raise ParameterError(
            f"the members have different lag_days ({told}), and share one table of statements: "
            "give all of them the same"
        )
    return next(iter(found.values()), otherwise)


def usual_name(strategy: str, instruments: Sequence[str]) -> str:
    """Return the name of a member that states none: its strategy and its instruments."""
    own = strategy.rpartition(":")[2].rpartition("/")[2]
    return f"{own} {in_short(instruments, between=' ')}"[:60].strip()


def in_short(instruments: Sequence[str], between: str = ", ") -> str:
    """Return names of instruments; of more than `NAMED` the first and the number of the others."""
    if len(instruments) <= NAMED:
        return between.join(instruments)
    return f"{instruments[0]} and {len(instruments) - 1} others"


def numbered(names: Sequence[tuple[str, bool]]) -> list[str]:
    """Return names, with a number from the second of those on that nobody gave.

    Parameters
    ----------
    names : sequence of (str, bool)
        Each name, and whether somebody gave it.
    """
    found: list[str] = []
    for name, given in names:
        count = sum(other == name for other, _ in names[: len(found)])
        found.append(name if given or not count else f"{name} {count + 1}")
    return found


def common_benchmark(members: Sequence[MemberTerms]) -> str | None:
    """Return what a book is compared with if nothing is said: what all of its strategies name."""
    named = {traits_of(member.kind).benchmark for member in members}
    return named.pop() if len(named) == 1 else None


def common_fill(members: Sequence[MemberTerms]) -> str:
    """Return where the orders of a book fill if nothing is said: where those of its members do.

    Raises
    ------
    ParameterError
        The strategies of two members fill at different moments.
    """
    fills = {member.name: str(traits_of(member.kind).settings["fill"]) for member in members}
    if len(set(fills.values())) > 1:
        told = ", ".join(f"{name} {fill}" for name, fill in fills.items())
        raise ParameterError(
            f"the strategies of the members fill at different moments ({told}): say where the "
            "book's orders fill, as fill = 'close'"
        )
    return next(iter(fills.values()))
