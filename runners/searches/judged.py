"""Enter a search into the ledger of trials, and measure what its winner is worth."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...search.engines.engine import Engine
from ...search.evaluator import Evaluator
from ...search.found import Found
from ...search.objectives import kernel_of as kernel_named
from ...search.space import Space
from ...search.worth.trial_returns import Returns
from ..errors import ParameterError
from ..runs import registry
from ..runs.result import RunResult
from ..runs.settings import Settings
from ..runs.stages import Progress
from ..trials.count import counted
from ..trials.ledger import Ever
from ..worth.measure import Searched, worth_of
from ..worth.result import LEVELS, Worth
from .bar_by_bar import RunEvaluator
from .by_runs import RunReturns, RunsOn
from .evaluators import kernel_of
from .telling import telling

MADE_UP = {"signs": "random signs", "permutation": "shuffled days"}
"""How progress calls a kind of made-up market."""


def check_level(level: str) -> None:
    """Raise for an unknown level.

    Raises
    ------
    ParameterError
        With the known ones.
    """
    if level not in LEVELS:
        raise ParameterError(f"worth must be one of {', '.join(LEVELS)}, got {level!r}")


def entered(
    kind: registry.Strategy,
    space: Space,
    tables: Sequence[Bars],
    found: Found,
    window: tuple[str, str],
    say: Callable[[str], None],
    *,
    command: str = "search",
) -> Ever | None:
    """Enter a search into this user's ledger; return what was ever tried on its bars."""
    content: dict[str, Any] = {} if found.rules else {"distinct": found.evaluated}
    return counted(
        tables,
        found.rules,
        say,
        command=command,
        strategy=registry.name_of(kind),
        objective=found.objective,
        space=in_brief(space),
        first=window[0],
        last=window[1],
        tried=found.evaluated,
        **content,
    )


def judged(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    space: Space,
    tables: Sequence[Bars],
    opens: datetime.date,
    settings: Settings,
    evaluator: Evaluator,
    found: Found,
    best: RunResult | None,
    held: pd.Series,
    sample: int | None,
    level: str,
    ever: Ever | None,
    *,
    own_objective: bool,
    engine: str | Engine,
    workers: int | None,
    scheduler: str | None,
    store: Path | None,
    manifest: Mapping[str, Any] | None,
    progress: Progress | None,
) -> Worth:
    """Return what the best set of a search is worth; the arguments are those of `run_search`."""
    on = kernel_of(kind, params, space, tables, opens, settings)
    kernel = None if on is None else on(tables)
    winner = None if best is None else best.returns.to_numpy(np.float64)
    made_up: Callable[[Sequence[Bars]], Evaluator] | None = None if own_objective else on
    returns: Returns | None = kernel
    if isinstance(evaluator, RunEvaluator) and level == "full":
        made_up = None if evaluator.inputs else RunsOn(evaluator)  # inputs know the real market
        returns = returns or RunReturns(evaluator)
    return worth_of(
        Searched(
            found=found,
            tables=tables,
            opens_on=opens,
            space=space,
            objective=found.objective,
            kernel=kernel_named(evaluator),
            family=getattr(kernel, "sides", None) is not None,
            sample=sample,
            seed=settings.seed,
            risk_free_rate=settings.risk_free_rate,
            winner=winner,
            held=held.to_numpy(np.float64)[1:],
            returns=returns,
            on=made_up,
        ),
        level,
        ever,
        engine=engine,
        workers=workers,
        scheduler=scheduler,
        store=store,
        manifest=manifest,
        watch=lambda kind: telling(
            None, progress, f"searching made-up markets, {MADE_UP[kind]}", "markets"
        ),
        progress=progress,
    )


def in_brief(space: Space) -> str:
    """Return a space in one line: "period=2..300 (299); M > d"."""
    names = zip(space.names, space.values, strict=True)
    told = [
        *(_in_brief(name, values) for name, values in names),
        *(each.text for each in space.constraints),
    ]
    return "; ".join(told)


def _in_brief(name: str, values: Sequence[Any]) -> str:
    """Return a parameter and its values in a few words: "period=2..300 (299)"."""
    if len(values) < 4:
        return f"{name}={'|'.join(map(str, values))}"
    return f"{name}={values[0]}..{values[-1]} ({len(values)})"
