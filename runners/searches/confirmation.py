"""Confirm a search: run the best sets and some random sets again bar by bar."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...feeds.bars import Bars
from ...search.confirm import confirm
from ...search.evaluator import POSITIONS, Evaluator
from ...search.found import Found
from ...search.objectives import derived
from ...search.screen import Screen
from ...search.space import Space
from ..runs import registry
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings
from .bar_by_bar import extras, keywords

DRAWS = 1 << 14
"""Sets drawn at a time; a space with fewer sets is walked through instead."""
ROUNDS = 64
"""Most draws: constraints may leave too few sets to find one by chance."""


class Confirmed(NamedTuple):
    """The runs that confirm a search."""

    sets: int
    best: RunResult
    """The run of the best set."""


def confirm_found(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    space: Space,
    tables: Sequence[Bars],
    settings: Settings,
    evaluator: Evaluator,
    screen: Screen,
    found: Found,
    at_random: int,
    say: Callable[[str], None],
) -> Confirmed:
    """Run the best sets and some random ones bar by bar; raise if any result differs."""
    best = [int(index) for index in found.top["index"]]
    drawn = _drawn(space, at_random, settings.seed, set(best))
    indices = [*best, *drawn]
    rows = evaluator(np.array(indices, dtype=np.int64))
    defaults = {**registry.parameters(kind), **params}
    given = keywords(settings)
    first: RunResult | None = None
    for place, (index, row) in enumerate(zip(indices, rows, strict=True)):
        own = space.set_at(index)
        call = kind.rule_call({**defaults, **own})
        ran = run(
            kind, list(tables), params={**params, **own}, strips=False, figures_only=place > 0,
            **given,
        )  # fmt: skip
        figures = {
            name: _figure(value)
            for name, value in zip(evaluator.columns, row, strict=True)
            if name != POSITIONS
        }
        measured = {**ran.metrics, **extras(ran), **derived(ran.metrics)}
        assert call is not None
        confirm(
            f"set {index} {own}",
            screen.market.dates,
            screen.account(call).equity,
            figures,
            ran.equity,
            {name: _figure(measured[name]) for name in figures},
            settings.cash,
        )
        first = ran if first is None else first
        if place % 10 == 9:
            say(f"{place + 1} of {len(indices)} sets confirmed bar by bar")
    assert first is not None
    return Confirmed(len(indices), first)


def _drawn(space: Space, count: int, seed: int, known: set[int]) -> list[int]:
    """Return random sets that are not yet known: `count`, or fewer if no more are found."""
    random = np.random.default_rng(seed)
    drawn: set[int] = set()
    rounds = 1 if space.size <= DRAWS else ROUNDS
    for _ in range(rounds):
        tried = random.integers(0, space.size, DRAWS) if rounds > 1 else np.arange(space.size)
        allowed = [int(i) for i in np.unique(tried[space.allowed(tried)])]
        fresh = [index for index in allowed if index not in known | drawn]
        random.shuffle(fresh)
        drawn |= {*fresh[: count - len(drawn)]}
        if len(drawn) >= count:
            break
    return sorted(drawn)


def _figure(value: float | int | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
