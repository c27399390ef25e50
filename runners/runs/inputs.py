"""Inputs of a strategy besides its bars: a mapping of sources that know their state on each day."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from ...feeds.quoting import shown
from ..errors import ParameterError
from . import registry
from .dated_values import DatedValues
from .known_groups import check_groups
from .labels.badge_texts import KINDS, is_badge
from .result import Badge
from .traits import reads_of

if TYPE_CHECKING:
    from ...feeds.companies.sector_sample import SectorSample


class Input(Protocol):
    """An input: a source that knows what was known on each day.

    Only the attributes and methods below are required. A strategy that reads ``inputs["vix"]``
    calls that object's own methods for its values.
    """

    @property
    def source(self) -> str:
        """Its origin, for run.json."""

    @property
    def sha256(self) -> str:
        """Hash of its whole content: equal content gives equal hashes."""

    @property
    def badges(self) -> tuple[tuple[str, str, str], ...]:
        """Its badges, each a tuple of kind ("info", "warn", "bad"), text and reason."""

    @property
    def first_known(self) -> Any:
        """First day on which it holds a value; None if it never does."""

    def until(self, day: np.datetime64) -> Input:
        """Return a copy without what became known after a day; what the day itself tells stays."""

    def scrambled_after(self, day: np.datetime64, rng: np.random.Generator) -> Input:
        """Return a copy with noise instead of what became known after a day.

        A method with one parameter is called without the generator.
        """


OPTIONS = {
    "split_factors": "panel",
    "fundamentals": "fundamentals",
    "membership": "membership",
    "sectors": "securities",
    "holdings": "holdings",
}
"""Inputs that are read from files, and the option that names the files."""

PARTS = ("source", "sha256", "badges", "first_known", "until", "scrambled_after")
"""Names that an input must have."""


SPLIT_FACTORS = "split_factors"
"""Name of the input that comes with every panel, whether a strategy reads it or not."""


class MissingInput(ParameterError, KeyError):
    """A strategy reads an input that the run was not given."""

    def __str__(self) -> str:
        """Return a message that tells how to pass the input."""
        name = self.args[0]
        return (
            f"the strategy reads the input {shown(name)}: give it, as inputs={{{name!r}: series}}"
        )


class Inputs(Mapping[str, Any]):
    """The inputs of a run: a mapping of name to source.

    Parameters
    ----------
    given : mapping of str to Input, Series or DataFrame
        A Series or DataFrame is wrapped in `DatedValues`: its index gives the day from which each
        row is known.
    badges : tuple of (kind, text, why)
        Badges of the inputs as a whole.

    Raises
    ------
    ParameterError
        A source is not an input; the message names what it lacks.
    """

    def __init__(
        self, given: Mapping[str, Any], badges: tuple[tuple[str, str, str], ...] = ()
    ) -> None:
        if not isinstance(given, Mapping):
            raise ParameterError(
                f"inputs must map names to sources, as {{'vix': series}}, got {shown(given)}"
            )
        self._given = {name: _input(name, source) for name, source in given.items()}
        self.badges = badges

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Inputs:
        """Return inputs as they are, or from a mapping; none of them from None."""
        return given if isinstance(given, Inputs) else cls({} if given is None else given)

    def __getitem__(self, name: str) -> Any:
        try:
            return self._given[name]
        except KeyError:
            raise MissingInput(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def read_by(self, strategy: registry.Strategy, params: Mapping[str, Any]) -> Inputs:
        """Return the inputs without those that a strategy does not read; all badges stay."""
        reads = {*reads_of(strategy, params), SPLIT_FACTORS}
        return Inputs({name: one for name, one in self.items() if name in reads}, self.badges)

    def until(self, day: datetime.date) -> Inputs:
        """Return the inputs without what became known after a day."""
        return self._each(lambda source: source.until(np.datetime64(day, "D")))

    def scrambled_after(self, day: datetime.date, rng: np.random.Generator) -> Inputs:
        """Return the inputs with noise instead of what became known after a day."""
        return self._each(lambda source: _scrambled(source, np.datetime64(day, "D"), rng))

    def described(self) -> list[dict[str, Any]]:
        """Return what run.json keeps of each input: name, source, hash, first day known, badges."""
        return [
            {
                "name": name,
                "source": str(source.source),
                "sha256": str(source.sha256),
                "first": None if source.first_known is None else str(source.first_known)[:10],
                "badges": [list(badge) for badge in source.badges],
            }
            for name, source in self.items()
        ]

    def all_badges(self) -> list[Badge]:
        """Return the badges of all inputs."""
        each = (badge for source in self.values() for badge in source.badges)
        return [Badge(*badge) for badge in (*self.badges, *each)]

    def _each(self, change: Callable[[Any], Any]) -> Inputs:
        return Inputs({name: change(source) for name, source in self.items()}, self.badges)


def inputs_of_market(market: SectorSample) -> Inputs:
    """Return what is known of a market beside its bars, as the inputs of a strategy."""
    known = {
        SPLIT_FACTORS: market.panel,
        "holdings": market.holdings,
        "membership": market.membership,
        "sectors": market.sectors,
        "fundamentals": market.fundamentals,
    }
    return Inputs({name: one for name, one in known.items() if one is not None}, market.badges)


def check_read(
    strategy: registry.Strategy,
    inputs: Inputs,
    funds: Sequence[str],
    end: datetime.date,
    params: Mapping[str, Any],
) -> None:
    """Raise if the strategy does not read one of the inputs, or if holdings are known too late.

    Parameters
    ----------
    strategy : type
        The strategy class.
    inputs : Inputs
        The inputs of the run.
    funds : sequence of str
        Names of the funds whose holdings are read.
    end : date
        Last day of the run.
    params : mapping of str to object
        The strategy's parameters.

    Raises
    ------
    ParameterError
        The strategy does not read one of them, or one of its filters names a group that no stock
        ever has; see `check_groups`.
    RequestError
        No holdings of a fund are known by the end of the run.
    """
    reads = reads_of(strategy, params)
    for name in inputs:
        if name != SPLIT_FACTORS and name not in reads:
            left_out = f"leave --{OPTIONS[name]} out" if name in OPTIONS else "leave it out"
            raise ParameterError(
                f"{registry.name_of(strategy)} reads no {name}: {left_out}, or name it in the "
                "strategy's `reads`"
            )
    if hasattr(inputs.get("holdings"), "check"):
        for fund in funds:
            inputs["holdings"].check(fund, end)
    if "sectors" in inputs:
        parts = getattr(strategy, "parts_with", None)
        for part in [params] if parts is None else parts(params):
            check_groups(inputs["sectors"], part)


def _input(name: object, source: Any) -> Any:
    if not isinstance(name, str):
        raise ParameterError(f"inputs must map names to sources, got the name {shown(name)}")
    if isinstance(source, (pd.Series, pd.DataFrame)):
        return DatedValues.of(name, source)
    if lacking := [part for part in PARTS if not hasattr(source, part)]:
        raise ParameterError(
            f"the input {shown(name)} is a {type(source).__name__} without {', '.join(lacking)}: "
            "hand over a Series or DataFrame by date, or an object that has them"
        )
    if fault := _fault_of(source):
        raise ParameterError(f"the input {shown(name)} is a {type(source).__name__} whose {fault}")
    return source


def _fault_of(source: Any) -> str | None:
    """Return what is wrong with the attributes of a caller's own input, or None."""
    for part in ("source", "sha256"):
        if not isinstance(found := getattr(source, part), str):
            return f"{part} must be a text, got {shown(found)}"
    for part in ("until", "scrambled_after"):
        if not callable(found := getattr(source, part)):
            return f"{part} must be a method, got {shown(found)}"
    first = source.first_known
    try:
        known = first is None or not np.isnat(np.datetime64(first, "D"))
    except (TypeError, ValueError):
        known = False
    if not known:
        return f"first_known must be a day or None, got {shown(first)}"
    badges = source.badges
    if not isinstance(badges, (tuple, list)):
        return f"badges must be a tuple, got {shown(badges)}"
    for badge in badges:
        if not is_badge(badge):
            return f"badges hold a kind ({', '.join(KINDS)}), a text and why; got {shown(badge)}"
    return None


def _scrambled(source: Any, day: np.datetime64, rng: np.random.Generator) -> Any:
    """Scramble an input with its own generator if it has one, else with the given generator."""
    takes = inspect.signature(source.scrambled_after).parameters.values()
    alone = len(takes) == 1 and next(iter(takes)).kind is not inspect.Parameter.VAR_POSITIONAL
    return source.scrambled_after(day) if alone else source.scrambled_after(day, rng)
