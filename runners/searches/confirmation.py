"""Confirm a search: run the best sets and some random sets again bar by bar."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.bars import Bars
from ...search.confirm import confirm
from ...search.engines.calls import Calls, NotSent
from ...search.engines.cores import cores
from ...search.evaluator import POSITIONS, Evaluator
from ...search.found import Found
from ...search.objectives import derived
from ...search.screen import Screen
from ...search.space import Space
from ..runs import registry
from ..runs.again.outcomes import WORTH_PROCESSES, can_be_imported
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings
from .bar_by_bar import RunEvaluator, extras, keywords

DRAWS = 1 << 14
"""Sets drawn at a time; a space with fewer sets is walked through instead."""
BLOCK = 10
"""Sets that are confirmed from one message to the next."""
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
    indices = [*best, *_drawn(space, at_random, settings.seed, set(best))]
    rows = evaluator(np.array(indices, dtype=np.int64))
    defaults = {**registry.parameters(kind), **params}
    check = _Check(
        RunEvaluator(
            registry.name_of(kind), params, space, tables, keywords(settings),
            code=registry.code_of(kind),
        ),
        screen.market.dates,
        settings.cash,
    )  # fmt: skip
    asked = []
    for index, row in zip(indices, rows, strict=True):
        call = kind.rule_call({**defaults, **space.set_at(index)})
        assert call is not None
        figures = {
            name: _figure(value)
            for name, value in zip(evaluator.columns, row, strict=True)
            if name != POSITIONS
        }
        asked.append(_Asked(index, figures, screen.account(call).equity))
    began = time.perf_counter()
    first = run(
        kind, list(tables), params={**params, **space.set_at(best[0])}, strips=False,
        **check.runs.settings,
    )  # fmt: skip
    check.compare(asked[0], first)
    took = time.perf_counter() - began
    _check_all(check, kind, asked[1:], took, say)
    return Confirmed(len(indices), first)


class _Asked(NamedTuple):
    """One set to confirm, as the kernel has it."""

    number: int
    figures: dict[str, float | None]
    equity: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Check:
    """Runs a set bar by bar and raises `Mismatch` where it differs; other processes call it too."""

    runs: RunEvaluator
    dates: NDArray[np.datetime64]
    cash: float

    def __call__(self, asked: _Asked) -> None:
        self.compare(asked, self.runs.run(asked.number, self.runs.strategy_here()))

    def compare(self, asked: _Asked, ran: RunResult) -> None:
        measured = {**ran.metrics, **extras(ran), **derived(ran.metrics)}
        confirm(
            f"set {asked.number} {self.runs.space.set_at(asked.number)}",
            self.dates,
            asked.equity,
            asked.figures,
            ran.equity,
            {name: _figure(measured[name]) for name in asked.figures},
            self.cash,
        )


def _check_all(
    check: _Check,
    kind: registry.Strategy,
    asked: Sequence[_Asked],
    took: float,
    say: Callable[[str], None],
) -> None:
    """Check sets, on all cores if that is worth it; `took` is the seconds of one."""
    calls = None
    if took * len(asked) > WORTH_PROCESSES and cores() > 1 and can_be_imported(kind):
        with contextlib.suppress(NotSent):
            calls = Calls(check, min(cores(), len(asked)))
    try:
        for start in range(-1, len(asked), BLOCK):  # one set was confirmed before
            block = asked[max(start, 0) : start + BLOCK]
            if calls is not None:
                try:
                    calls(block)
                except NotSent:
                    calls.close()
                    calls = None
            if calls is None:
                for each in block:
                    check.compare(each, check.runs.run(each.number, kind))
            if start + BLOCK <= len(asked):
                say(f"{start + BLOCK + 1} of {len(asked) + 1} sets confirmed bar by bar")
    finally:
        if calls is not None:
            calls.close()


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
