"""Find the closes of the next session at which a strategy's targets change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ....feeds.bars import Bars
from ....strategies.playbook_strategy import PlaybookStrategy
from ....strategies.rule_line import RuleCall
from ....strategies.rule_strategy import RuleStrategy
from .regions import PRECISION, Region, around, nearest_changes, regions
from .what_if import Targets, WhatIf

CLOSED, BISECTED = "closed form", "bisection"

FURTHEST = 0.2
"""How far from the last close a trigger is searched, as a fraction of it."""

FINE = tuple(np.arange(1, 201) / 1000.0)
"""Distances at which a rule of arrays is read, as fractions of the last close."""

COARSE = (0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, FURTHEST)
"""Distances at which a strategy is run, which takes longer."""

PROBES = (0.01, 0.05, FURTHEST)
"""Distances at which what a class says of its triggers is checked, if a subclass changed it."""

ROWS = 250
"""Newest bars, beside twice those that it needs, on which a strategy is first searched."""

MOST_FEEDS = 4
"""Feeds whose closes are searched, at most."""

MANY = 4
"""Different weights at five neighbouring closes from which on they move with the close."""

BAR = "opens at the last close, trades between it and the close, without a dividend"
"""The bar that is assumed of the next session."""


class Found(NamedTuple):
    """The ranges of one feed's next close, and how they were found."""

    of: str
    regions: list[Region[Targets | None]]
    how: str
    """"closed form" or "bisection"."""
    moves: bool = False
    """Whether the weights move with the close, and only their signs were looked at."""
    distances: tuple[float, ...] = ()
    """Distances from the last close that were searched."""

    def plain(self) -> dict[str, Any]:
        """Return what was searched, as JSON values."""
        told: dict[str, Any] = {"of": self.of, "found": self.how}
        if self.how == CLOSED:
            return told
        steps = np.diff((0.0, *self.distances))
        return {
            **told,
            "from": -self.distances[-1],
            "to": self.distances[-1],
            "step": float(steps.max().round(6)),
            "bar": BAR,
            "weights_move": self.moves,
        }


def found_for(ran: PlaybookStrategy, tables: Sequence[Bars], what_if: WhatIf) -> list[Found]:
    """Return for each feed whose close matters how the targets depend on it.

    Parameters
    ----------
    ran : PlaybookStrategy
        The strategy after a run over the tables.
    tables : sequence of Bars
        Its bars, in the order of its feeds.
    what_if : WhatIf
        Its targets after the next session.
    """
    stated = ran.triggers()
    if stated is not None:
        names = {data: table.name for data, table in zip(ran.datas, tables, strict=True)}
        points = {names[data]: tuple(prices) for data, prices in stated.items()}
        found = [_stated(name, points.get(name, ()), what_if) for name in what_if.closes]
        if speaks_for(type(ran)) or all(_holds(each, what_if) for each in found):
            return found
    if isinstance(ran, RuleStrategy) and _reads_rule_alone(type(ran)):
        return [_of_rule(ran.call, tables[0], what_if)]
    quick = what_if.of_newest(2 * ran.bars_needed() + ROWS)
    return [_searched(name, what_if, quick) for name in what_if.closes]


def _stated(of: str, points: Sequence[float], what_if: WhatIf) -> Found:
    now = what_if.closes[of]
    found = regions(points, now, lambda price: what_if.targets(of, price))
    return Found(of, around(found, now, what_if.targets(of, now)), CLOSED)


def _holds(found: Found, what_if: WhatIf) -> bool:
    """Return whether the ranges that a class states are those of a subclass, where it is probed."""
    now = what_if.closes[found.of]
    for distance in (*PROBES, *(-each for each in PROBES)):
        price = now * (1.0 + distance)
        inside = [region for region in found.regions if region.holds(price)]
        if inside and what_if.targets(found.of, price) != inside[0].answer:
            return False
    return True


def _of_rule(call: RuleCall, table: Bars, what_if: WhatIf) -> Found:
    """Search the closes at which a rule's position changes, from the arrays alone."""
    now = what_if.closes[table.name]
    found = _looked_up(AppendedRule(call, table).position, now, FINE)
    return _bisected(table.name, found, FINE, what_if)


def _searched(of: str, what_if: WhatIf, quick: WhatIf | None) -> Found:
    """Search the closes at which the targets change, by runs of the strategy.

    They are searched on the newest bars, and kept if runs over all bars confirm them.
    """
    now = what_if.closes[of]
    if quick is not None and quick.targets(of, now) == what_if.targets(of, now):
        guessed = _looked_up(_weights(quick, of), now, COARSE)
        if all(_changes_at(point, of, what_if) for point in guessed.points):
            found = _bisected(of, guessed, COARSE, what_if)
            if found.moves or _holds(found, what_if):
                return found
    found_at = _looked_up(_weights(what_if, of), now, COARSE)
    return _bisected(of, found_at, COARSE, what_if)


def _weights(what_if: WhatIf, of: str) -> Callable[[float], tuple[float, ...] | None]:
    def weights(price: float) -> tuple[float, ...] | None:
        found = what_if.targets(of, price)
        return None if found is None else tuple(found.values())

    return weights


def _changes_at(point: float, of: str, what_if: WhatIf) -> bool:
    """Return whether the targets change within twice the precision of a price."""
    below, above = (what_if.targets(of, point * (1.0 + e * PRECISION)) for e in (-2.0, 2.0))
    return below != above


class _Points(NamedTuple):
    """The nearest closes at which an answer changes."""

    points: list[float]
    moves: bool
    """Whether the answer moves with the close, and its sign alone was looked at."""


def _looked_up(answer: Callable[[float], Any], now: float, distances: tuple[float, ...]) -> _Points:
    near = [now * (1.0 + distance) for distance in (-0.02, -0.01, 0.0, 0.01, 0.02)]
    moves = len({answer(price) for price in near}) >= MANY
    return _Points(nearest_changes(_signs(answer) if moves else answer, now, distances), moves)


def _bisected(of: str, searched: _Points, distances: tuple[float, ...], what_if: WhatIf) -> Found:
    now = what_if.closes[of]
    found = regions(searched.points, now, lambda price: what_if.targets(of, price))
    here = what_if.targets(of, now)
    return Found(of, around(found, now, here), BISECTED, searched.moves, distances)


def _signs(answer: Callable[[float], Any]) -> Callable[[float], Any]:
    def signs(price: float) -> Any:
        found = answer(price)
        return None if found is None else tuple(np.sign(np.atleast_1d(found)).tolist())

    return signs


class AppendedRule:
    """A rule over the bars so far and one more, whose close is set again and again."""

    def __init__(self, call: RuleCall, table: Bars) -> None:
        self._call = call
        self._opens = float(table.close[-1])
        newest = {"open": self._opens, "volume": table.volume[-1], "dividend": 0.0}
        for name in ("open", "high", "low", "close", "volume", "dividend"):
            column = np.append(getattr(table, name), newest.get(name, np.nan))
            setattr(self, name, column)

    def position(self, close: float) -> float | None:
        """Return the rule's entry for the added bar; None where it has none."""
        columns: Mapping[str, Any] = vars(self)
        columns["close"][-1] = close
        columns["high"][-1] = max(self._opens, close)
        columns["low"][-1] = min(self._opens, close)
        position = float(self._call.positions(self)[-1])
        return position if position == position else None


def speaks_for(kind: type[Any]) -> bool:
    """Return whether the class that states `triggers` is the one that decides, or below it."""
    return _place(kind, "triggers") <= min(_place(kind, name) for name in DECIDING)


def _reads_rule_alone(kind: type[Any]) -> bool:
    """Return whether nothing but the rule of `RuleStrategy` decides, as this package has it."""
    package = RuleStrategy.__module__.partition(".")[0]
    places = (_place(kind, name) for name in ("target_weights", "rule_position"))
    return all(kind.__mro__[place].__module__.startswith(f"{package}.") for place in places)


DECIDING = ("target_weights", "rule_position", "between_decisions", "next")


def _place(kind: type[Any], name: str) -> int:
    """Return how far up a class's ancestry an attribute is defined."""
    order = kind.__mro__
    return next((i for i, each in enumerate(order) if name in vars(each)), len(order))
