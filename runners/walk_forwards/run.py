"""Run a walk-forward: fit again and again, trade each choice, confirm the account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...brokers.costs import Costs
from ...feeds.reading import Reading
from ...search.driver import Progress as Searched
from ...search.engines.engine import Engine
from ...search.evaluator import COLUMNS, check_objective
from ...search.objectives import DERIVED
from ...search.refits import Duration
from ...search.space import Space
from ..errors import ParameterError
from ..runs import registry
from ..runs.bars.any_bars import AnyBars
from ..runs.keywords import check_names
from ..runs.labels.figures import figure_of
from ..runs.own_costs import only_costs
from ..runs.prepared import Prepared, prepared
from ..runs.stages import Progress
from ..runs.traits import sends_orders, traits_of
from ..searches.bar_by_bar import keywords
from ..searches.judged import check_level
from ..searches.own_objective import OwnObjective
from ..worth.vault import Vault, kept_back
from .result import WalkForwardResult
from .walked import walked
from .whole_window import hindsight_of

OBJECTIVE, FIT, REFIT = "excess", "5y", "1y"
WORTH = "quick"


def run_walk_forward(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    space: Space | str,
    *,
    fit: Duration | str = FIT,
    refit: Duration | str = REFIT,
    anchored: bool = False,
    objective: str = OBJECTIVE,
    shifted: bool | None = None,
    strips: bool = True,
    worth: str = WORTH,
    holdout: Duration | str | None = None,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    sample: int | None = None,
    inputs: Mapping[str, Any] | None = None,
    costs: Costs | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    say: Callable[[str], None] = lambda line: None,
    watch: Callable[[Searched], object] | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> WalkForwardResult:
    """Choose a strategy's parameters at each refit from past bars alone, and trade them.

    At each refit all sets are evaluated on the fit, a window of bars that ends there. The best set
    is traded until the next refit. One account runs through: what a change of parameters trades is
    paid like any other order. It opens at the first refit's close.

    Parameters
    ----------
    strategy : class or str
        As for `run`, one that states target weights.
    bars, space
        As for `run_search`.
    fit, refit : Duration or str
        Length of a fit and time from one refit to the next: 5y, 6m, 26w (of the calendar) or 250d
        (bars).
    anchored : bool
        Every fit begins on the first day, so that fits grow and `fit` is the length of the first;
        else each is `fit` long.
    objective : str
        As for `run_search`; it ranks the sets within each fit. Ties go to the smaller number,
        ruined sets and those without the figure come last.
    shifted : bool or None
        Whether to make the walk-forward again with later refits (`Shifted`). None: where a kernel
        evaluates the sets, not where each of them is a run.
    strips : bool
        As for `run`, of the account.
    worth : {"quick", "full", "none"}
        How much is measured of what the best set of the whole window is worth, which hindsight
        would have chosen; as for `run_search`. "none" still enters the rules into the ledger.
    holdout : Duration or str, optional
        Length of the last part of the bars, such as "2y", that no fit and no account sees.
    engine, workers, scheduler
        Where fits are made, as for `search.driver.search`. The result is the same for each.
    sample : int or None
        Number of random sets that every fit tries, drawn with `seed`; None: all.
    inputs, costs, params, reading
        As for `run_search`.
    say : callable
        Called with each message to the user.
    watch : callable or None
        Called with the progress after each fit; its sets are fits.
    progress : callable or None
        Called with each `Stage`.
    **settings
        Fields of `Settings` and `Reading`, and parameters of the strategy. `start` is the first day
        that counts in a fit.

    Returns
    -------
    WalkForwardResult

    Raises
    ------
    ParameterError, StrategyError, SpaceError, SearchError
        A name or value is invalid, no refit fits into the bars, a set could never decide in the
        first fit, or the strategy sends its own orders or closes positions in feeds that end.
    SchedulerUnreachable, SearchStopped
        As for `search.driver.search`.
    Mismatch
        The account from arrays and the one bar by bar differ; the message names day and values.
    """
    check_level(worth)
    kind = registry.strategy_of(strategy)
    _check_kind(kind)
    lengths = Duration.parse(fit, "fit"), Duration.parse(refit, "refit")
    given = prepared(
        kind, bars, inputs=inputs, params=params, reading=reading,
        settings=only_costs(costs, settings),
    )  # fmt: skip
    vault = None
    if holdout is not None:
        vault = kept_back(given.tables, holdout, given.settings.start)
        given = _without(given, vault, inputs)
    space = Space.parse(space) if isinstance(space, str) else space
    check_names(kind, {**given.params, **dict.fromkeys(space.names)})
    if twice := sorted(given.params.keys() & set(space.names)):
        raise ParameterError(f"{', '.join(twice)}: set by --set and by the space as well")
    own = OwnObjective.of(objective)
    if own is None:
        check_objective(objective, COLUMNS, tuple(DERIVED))
    else:
        objective = own.name
    if figure_of(objective).best is not max:
        say(f"ranked by {objective}, the largest first, although more of it is not better")
    how: dict[str, Any] = {
        "own": own, "engine": engine, "workers": workers, "scheduler": scheduler,
        "sample": sample, "say": say, "progress": progress,
    }  # fmt: skip
    found = walked(
        given, space, lengths, objective, anchored=anchored, shifted=shifted, strips=strips,
        judged=worth != "none", watch=watch, **how,
    )  # fmt: skip
    hindsight = hindsight_of(
        found.making, found.on, found.screen, found.result.stitched, worth,
        objective=objective, **how,
    )  # fmt: skip
    return dataclasses.replace(found.result, hindsight=hindsight, vault=vault)


def _without(given: Prepared, vault: Vault, inputs: Mapping[str, Any] | None) -> Prepared:
    """Return what was prepared up to the hold-out: nothing later is known to anything."""
    cut = prepared(
        given.kind, given.tables, inputs=inputs, params=given.params,
        settings={**keywords(given.settings), "end": vault.end},
    )  # fmt: skip
    return cut._replace(reading=given.reading, lengths=given.lengths)


def _check_kind(kind: registry.Strategy) -> None:
    name = registry.name_of(kind)
    if sends_orders(kind):
        raise ParameterError(
            f"{name} sends its own orders, which a change of parameters would leave as they are: "
            "a walk-forward takes strategies that state target weights"
        )
    if traits_of(kind).feeds_come_and_go:
        raise ParameterError(
            f"{name} closes positions in feeds that end, which no walk-forward does yet: take a "
            "strategy whose feeds all last to the end"
        )
