"""Confirm a search: run the best sets and some random sets again bar by bar."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

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
from ...strategies.rule_answer import computed_often
from ..garbage import IN_MANY_RUNS, collect_rarely, collected_rarely
from ..runs import registry
from ..runs.again.outcomes import can_be_imported
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings
from .bar_by_bar import RunEvaluator, extras, keywords

DRAWS = 1 << 14
"""Sets drawn at a time; a space with fewer sets is walked through instead."""
BLOCK = 10
"""Sets that are confirmed from one message to the next."""
WORTH_PROCESSES = 60_000
"""Bars of all sets from which on they are run in processes: about two seconds of runs."""
SHORT = 1 << 30
"""Bars of all sets of a search that is over in seconds, while processes for its confirmation start.

Before a longer one they would only hold memory.
"""
ROUNDS = 64
"""Most draws: constraints may leave too few sets to find one by chance."""


class Confirmed(NamedTuple):
    """The runs that confirm a search."""

    sets: int
    best: RunResult
    """The run of the best set."""


Confirms = Callable[[int, int], object]
"""Called after each set: how many are confirmed, and of how many."""


def lines(say: Callable[[str], None]) -> Confirms:
    """Return what says a line after every ten sets."""

    def confirmed(done: int, of: int) -> None:
        if done and done % BLOCK == 0:
            say(f"{done} of {of} sets confirmed bar by bar")

    return confirmed


class Confirmation:
    """Runs the best sets of a search and some random ones bar by bar; `close` ends its processes.

    Parameters
    ----------
    kind, params, space, tables, settings
        The strategy, the parameters that the space does not set, the space, bars and settings.
    evaluator : Evaluator
        The kernel of the search.
    screen : Screen
        It gives the equity of one set.
    most : int
        Most sets that will be confirmed.
    """

    def __init__(
        self,
        kind: registry.Strategy,
        params: Mapping[str, Any],
        space: Space,
        tables: Sequence[Bars],
        settings: Settings,
        evaluator: Evaluator,
        screen: Screen,
        most: int,
    ) -> None:
        self._kind, self._evaluator, self._screen = kind, evaluator, screen
        runs = RunEvaluator(
            registry.name_of(kind), params, space, tables, keywords(settings),
            code=registry.code_of(kind),
        )  # fmt: skip
        self._check = _Check(runs, screen.market.dates, settings.cash)
        self._seed = settings.seed
        self._most = min(most, space.size)
        self._calls: Calls | None = None

    def __enter__(self) -> Self:
        """Return the confirmation."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, if any were started."""
        self.close()

    def begin(self, searched: int) -> None:
        """Start processes before a search of so many sets, if that is worth it."""
        if searched * len(self._screen.bars) <= SHORT:
            self._start(self._most)

    @collected_rarely(IN_MANY_RUNS)
    def __call__(self, found: Found, at_random: int, confirms: Confirms) -> Confirmed:
        """Confirm what a search found.

        Raises
        ------
        Mismatch
            A run differs from the kernel.
        """
        asked = self._asked(found, at_random)
        confirms(0, len(asked))
        self._start(len(asked))
        space, runs = self._check.runs.space, self._check.runs
        first = run(
            self._kind, list(runs.bars), params={**runs.params, **space.set_at(asked[0].number)},
            strips=False, **runs.settings,
        )  # fmt: skip
        self._check.compare(asked[0], first)
        confirms(1, len(asked))
        others = asked[1:]
        if self._calls is not None:
            try:
                self._calls(others, lambda done: confirms(1 + done, len(asked)))
                others = []
            except NotSent:
                self.close()
        for done, each in enumerate(others, 2):
            self._check.compare(each, runs.run(each.number, self._kind))
            confirms(done, len(asked))
        return Confirmed(len(asked), first)

    def close(self) -> None:
        """End the processes."""
        if self._calls is not None:
            self._calls.close()
            self._calls = None

    def _start(self, sets: int) -> None:
        """Start processes, if confirming so many sets is worth it and none were started."""
        worth = sets * len(self._screen.bars) > WORTH_PROCESSES
        if self._calls is None and worth and cores() > 1 and can_be_imported(self._kind):
            with contextlib.suppress(NotSent):
                self._calls = Calls(self._check, min(cores(), sets), _ready)

    def _asked(self, found: Found, at_random: int) -> list[_Asked]:
        """Return the sets to confirm, with what the kernel says of them."""
        space, params = self._check.runs.space, self._check.runs.params
        best = [int(index) for index in found.top["index"]]
        indices = [*best, *_drawn(space, at_random, self._seed, set(best))]
        rows = self._evaluator(np.array(indices, dtype=np.int64))
        defaults = {**registry.parameters(self._kind), **params}
        asked = []
        for index, row in zip(indices, rows, strict=True):
            call = self._kind.rule_call({**defaults, **space.set_at(index)})
            assert call is not None
            figures = {
                name: _figure(value)
                for name, value in zip(self._evaluator.columns, row, strict=True)
                if name != POSITIONS
            }
            asked.append(_Asked(index, figures, self._screen.account(call).equity))
        return asked


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


def _ready(check: _Check) -> None:
    """Load in another process what every run needs."""
    collect_rarely(IN_MANY_RUNS)
    runs = check.runs
    kind = runs.strategy_here()
    first = runs.space.set_at(runs.space.first)
    call = kind.rule_call({**registry.parameters(kind), **runs.params, **first})
    if call is not None:
        computed_often(call.rule)
        call.positions(runs.bars[0])


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
