"""Choose the evaluator of a search: a compiled kernel if the strategy has a rule, else runs."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...feeds.bars import Bars
from ...search.errors import SearchStopped
from ...search.evaluator import Evaluator
from ...search.kernels.chosen import Kernel, kernel_for
from ...search.kernels.general import GeneralEvaluator
from ...search.ledger import Terms
from ...search.screen import Screen
from ...search.space import Space
from ...strategies.rule_answer import computed_often
from ...strategies.rule_line import RuleCall
from ...strategies.sma_switch import SmaSwitch
from ..errors import ParameterError
from ..runs import registry
from ..runs.inputs import Inputs
from ..runs.settings import Settings
from ..runs.stages import Progress, part
from ..runs.traits import sends_orders
from .bar_by_bar import Attempt, RunEvaluator, keywords
from .own_objective import OwnObjective

OURS = f"{__name__.partition('.')[0]}."
"""What the names of this package's modules begin with."""

LOOKED_THROUGH = 1 << 12
"""Sets that are looked through for one that the constraints allow."""

TIMED = Space({"period": range(2, 66)})
"""Sets of the SMA switch that measure the speed of the kernel."""


def evaluator_for(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    space: Space,
    tables: Sequence[Bars],
    opens: datetime.date,
    settings: Settings,
    sample: int | None,
    say: Callable[[str], None],
    inputs: Inputs | None = None,
    objective: OwnObjective | None = None,
    progress: Progress | None = None,
) -> tuple[Evaluator, Screen | None]:
    """Return the evaluator of a search, and the screen that gives the equity of one set.

    A strategy with a rule on one feed gets a compiled kernel, unless the objective is a function of
    a whole run. Any other strategy is run bar by bar, without a screen, and `say` is called with
    the estimated time; `progress`, if any, is told of the run that it is estimated from.
    """
    kernel = None if objective else kernel_of(kind, params, space, tables, opens, settings)
    if kernel is None:
        given = keywords(settings)
        by_runs = RunEvaluator(
            _importable(kind), dict(params), space, tuple(tables), given, inputs, objective,
            registry.code_of(kind),
        )  # fmt: skip
        rule = _call_of(kind, params, space) is not None
        _say_time(kind, by_runs, sample, say, progress, rule=rule)
        return by_runs, None
    screen = Screen.of(
        tables[0],
        opens,
        settings.terms,
        rebalance=settings.rebalance,
        every=settings.every,
        risk_free_rate=settings.risk_free_rate,
    )
    defaults = {**registry.parameters(kind), **params}
    _check_ends(kind, defaults, space.set_at(space.first), space, screen)
    call = _call_of(kind, params, space)
    assert call is not None
    computed_often(call.rule)
    return kernel(tables), screen


@dataclass
class KernelOn:
    """From bars to the compiled kernel of a search; picklable, as `kernel_for` with its keywords.

    It keeps the last kernel, so that the next one's sets need not be checked again.

    Attributes
    ----------
    common : mapping
        Keywords of `kernel_for` but for the bars.
    """

    common: Mapping[str, Any]
    _made: Kernel | None = field(default=None, init=False, repr=False, compare=False)

    def __call__(self, tables: Sequence[Bars]) -> Kernel:
        """Return the kernel on one table of bars."""
        kernel = self._made = kernel_for(**self.common, bars=tables[0], like=self._made)
        return kernel

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone."""
        return {"common": self.common}

    def opened(self, opens: datetime.date) -> KernelOn:
        """Return what makes the kernel of an account that opens on another day."""
        return KernelOn({**self.common, "opens_on": opens})


def kernel_of(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    space: Space,
    tables: Sequence[Bars],
    opens: datetime.date,
    settings: Settings,
) -> KernelOn | None:
    """Return what makes the compiled kernel of a search; None where only runs have its figures."""
    defaults = {**registry.parameters(kind), **params}
    if (
        _call_of(kind, params, space) is None
        or len(tables) != 1
        or len(kind.sessions) != 1
        or defaults.get("short_via", "short") != "short"
    ):
        return None
    return KernelOn(
        {
            "strategy": kind,
            "defaults": defaults,
            "space": space,
            "opens_on": opens,
            "terms": settings.terms,
            "rebalance": settings.rebalance,
            "every": settings.every,
            "risk_free_rate": settings.risk_free_rate,
        }
    )


def _call_of(kind: registry.Strategy, params: Mapping[str, Any], space: Space) -> RuleCall | None:
    """Return the rule of a set; None for a strategy without one, or one that changes its answer."""
    if sends_orders(kind) or _answers_otherwise(kind):
        return None
    first = space.set_at(space.first)
    call: RuleCall | None = kind.rule_call({**registry.parameters(kind), **params, **first})
    return call


def _answers_otherwise(kind: registry.Strategy) -> bool:
    """Whether a class outside of this package makes other weights of its rule's positions."""
    makers = (
        next(each for each in kind.__mro__ if name in vars(each))
        for name in ("target_weights", "rule_position")
        if hasattr(kind, name)
    )
    return not all(maker.__module__.startswith(OURS) for maker in makers)


def _check_ends(
    kind: registry.Strategy,
    defaults: Mapping[str, Any],
    first: Mapping[str, Any],
    space: Space,
    screen: Screen,
) -> None:
    """Raise for values out of range, and for sets that could never decide on these bars."""
    largest = dict(first)
    for name in space.names:
        ends = _ends(space, name, first)
        for value in ends:
            kind.rule_call({**defaults, **first, name: value})  # raises if out of range
        largest[name] = ends[-1]
        _check_decides(kind, defaults, {**first, name: ends[-1]}, {name: ends[-1]}, screen)
    if space.allowed(np.array([space.index_of(largest)]))[0]:
        _check_decides(kind, defaults, largest, largest, screen)


def _check_decides(
    kind: registry.Strategy,
    defaults: Mapping[str, Any],
    one: Mapping[str, Any],
    named: Mapping[str, Any],
    screen: Screen,
) -> None:
    """Raise if a set has too few bars to decide: it would stay flat, and might win."""
    call = kind.rule_call({**defaults, **one})
    if call is None:
        return
    positions = call.positions(screen.bars)
    if not positions[~np.isnan(positions)].any():
        raise ParameterError(
            f"{', '.join(f'{name} = {value}' for name, value in named.items())}: "
            f"{registry.name_of(kind)} would never decide on {screen.bars.name}'s "
            f"{len(screen.bars)} bars up to {screen.bars.dates[-1]}"
        )


def _ends(space: Space, name: str, first: Mapping[str, Any]) -> list[Any]:
    """Return the smallest and largest allowed value of a parameter next to `first`; all texts."""
    values = space.values[space.names.index(name)]
    numbers = [space.index_of({**first, name: values[place]}) for place in (0, -1)]
    stride = (numbers[1] - numbers[0]) // max(1, len(values) - 1)
    indices = numbers[0] + stride * np.arange(len(values))
    beside = [values[place] for place in np.flatnonzero(space.allowed(indices))]
    return beside if isinstance(values[0], str) else sorted({min(beside), max(beside)})


def _importable(kind: registry.Strategy) -> str:
    """Return the text by which other processes find a strategy."""
    name = registry.name_of(kind)
    if kind.__module__ == "__main__":
        raise ParameterError(
            f"{kind.__name__} is defined in __main__, where other processes cannot find it, and "
            f"has no rule that threads could read: move it into a module or a file"
        )
    if registry.loaded_class(name) is not kind:
        raise ParameterError(
            f"{kind.__qualname__} is defined inside a function or has been loaded anew, so that "
            "other processes cannot find it: move it to the top of a module or a file"
        )
    return name


def _say_time(
    kind: registry.Strategy,
    evaluator: RunEvaluator,
    sample: int | None,
    say: Callable[[str], None],
    progress: Progress | None,
    *,
    rule: bool,
) -> None:
    """Say why every set is run, and how long it takes by the first that is not stopped."""
    space = evaluator.space
    took = _seconds(evaluator, progress)
    sets = sample or space.count or space.size
    name = registry.name_of(kind)
    if rule:
        why = f"{name} has a rule that a kernel reads, but the objective is a function of a run"
        if evaluator.objective is None:
            why = f"{name} trades several feeds here, and the kernels trade one"
    elif sends_orders(kind):
        why = f"{name} sends its own orders, so that it has neither a kernel nor points"
    else:
        why = f"{name} has no rule that arrays can be read from"
    times = ""
    if not sends_orders(kind) and took:
        kernel = _kernel_seconds(evaluator.bars[0])
        times = f", {took / kernel:,.0f} times as long as the kernel of a rule takes on these bars"
    each = f"{_duration(took)} each or {_duration(sets * took)} of one core for {sets:,} sets"
    say(f"{why}: every set is run bar by bar, {each}{times}")


def _seconds(evaluator: RunEvaluator, progress: Progress | None) -> float:
    """Return the seconds of a run; raise what ends the first set, the middle and the last alike."""
    space = evaluator.space
    stopped: list[Attempt] = []
    for index in _spread(space):
        began = time.perf_counter()
        told = part(progress, f"timing set {index}")
        tried = evaluator.attempt(index, told)
        if tried.error is None:
            return time.perf_counter() - began
        stopped.append(tried)
    first = stopped[0]
    assert first.error is not None
    if getattr(first.error, "exit_code", None) == 2:
        if len({type(each.error) for each in stopped}) == 1:
            raise first.error
    elif not hasattr(first.error, "exit_code") and len({each.why for each in stopped}) == 1:
        raise SearchStopped(
            f"every set tried ended alike, {space.set_at(space.first)}: {first.why}"
        )
    return time.perf_counter() - began


def _spread(space: Space) -> list[int]:
    """Return an allowed set at the beginning, in the middle and at the end, each once."""
    middle = space.first + (space.size - space.first) // 2
    stretch = np.arange(middle, min(middle + LOOKED_THROUGH, space.size))
    end = np.arange(max(space.first, space.size - LOOKED_THROUGH), space.size)
    found = [space.first, *stretch[space.allowed(stretch)][:1], *end[space.allowed(end)][-1:]]
    return list(dict.fromkeys(map(int, found)))


def _duration(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.2g} s"
    return (
        f"{seconds / 60.0:,.0f} minutes" if seconds < 7200.0 else f"{seconds / 3600.0:,.0f} hours"
    )


def _kernel_seconds(bars: Bars) -> float:
    """Return the seconds of a kernel per set of the SMA switch, including its averages."""
    evaluator = GeneralEvaluator(
        strategy=SmaSwitch,
        defaults=registry.parameters(SmaSwitch),
        space=TIMED,
        bars=bars,
        opens_on=bars.dates[0].item(),
        terms=Terms(),
    )
    indices = np.arange(TIMED.size)
    evaluator(indices)  # the first call compiles
    began = time.perf_counter()
    evaluator(indices)
    return (time.perf_counter() - began) / TIMED.size
