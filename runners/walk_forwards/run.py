"""Run a walk-forward: fit again and again, trade each choice, confirm the account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...brokers.costs import Costs
from ...feeds.arrays import Dates
from ...feeds.reading import Reading
from ...search.driver import Progress as Searched
from ...search.engines.engine import Engine
from ...search.evaluator import COLUMNS, check_objective
from ...search.objectives import DERIVED, kernel_of, ranked_by
from ...search.refits import Duration
from ...search.space import Space
from ...search.walk_forward import Choice, FitEvaluator, fitted, in_force
from ..errors import ParameterError
from ..runs import registry
from ..runs.badges import data_badges
from ..runs.bars.any_bars import AnyBars
from ..runs.found import docstring
from ..runs.keywords import check_names
from ..runs.labels.badge_texts import TEXTS, badge, gravest_first
from ..runs.labels.figures import figure_of
from ..runs.own_costs import only_costs
from ..runs.prepared import Prepared, prepared
from ..runs.result import RunResult
from ..runs.stages import Progress, part
from ..runs.told_params import told
from ..runs.traits import sends_orders, traits_of
from ..runs.window import periods_per_year
from ..searches.own_objective import OwnObjective
from ..searches.telling import telling
from .accounts import ArrayAccounts
from .fits import ByKernel, fits_on
from .making import Making, Plan
from .path import difference, efficiency_of, path_of
from .result import Trials, WalkForwardResult

OBJECTIVE, FIT, REFIT = "excess", "5y", "1y"


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
    kind = registry.strategy_of(strategy)
    _check_kind(kind)
    lengths = Duration.parse(fit, "fit"), Duration.parse(refit, "refit")
    given = prepared(
        kind, bars, inputs=inputs, params=params, reading=reading,
        settings=only_costs(costs, settings),
    )  # fmt: skip
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
    sessions = _sessions(given)
    plan = Plan.of(sessions, *lengths, anchored=anchored)
    first = plan.windows[0]
    per_fit = sample or space.count or space.size
    on, inner = fits_on(
        given, space, (sessions[first.opens], sessions[first.refit]),
        per_fit * len(plan.fits(shifted is True)), own, say,
    )  # fmt: skip
    by_kernel = isinstance(on, ByKernel)
    shifted = by_kernel if shifted is None else shifted
    if not by_kernel and engine == "threads":
        engine = "processes"  # runs hold Python's interpreter lock, so that threads would not help
    fits = plan.fits(shifted)
    choices = fitted(
        FitEvaluator(
            on=on, tables=tuple(given.tables), sessions=sessions, fits=fits, space=space,
            objective=objective, sample=sample, seed=given.settings.seed,
        ),
        engine=engine, workers=workers, scheduler=scheduler,
        say=telling(watch, progress, "fitting", "fits"),
    )  # fmt: skip
    arrays = ArrayAccounts.of(given, space) if by_kernel else None
    part(progress, "trading the sets")
    making = Making(given, space, sessions, choices, arrays)
    parts = making.parts(plan.windows)
    stitched = making.run(parts, first.refit, strips=strips)
    if making.arrays is not None:
        making.arrays.confirm(parts, first.refit, stitched)
    chosen = [choices[window.opens, window.refit] for window in plan.windows]
    periods = periods_per_year(given.tables)
    held_returns, held = making.held(first.refit)
    excess, rate = (
        difference(stitched.metrics[name], held[name]) for name in ("total_return", "cagr")
    )
    path = path_of(
        plan.windows, chosen, in_force([choice.best for choice in chosen]), space, sessions,
        stitched.returns, held_returns.iloc[1:], periods,
    )  # fmt: skip
    return WalkForwardResult(
        strategy=registry.name_of(kind),
        title=traits_of(kind).title,
        space=space,
        params=_fixed(kind, given, space),
        settings=given.settings,
        fit=lengths[0],
        refit=lengths[1],
        anchored=anchored,
        objective=objective,
        sample=sample,
        kernel=kernel_of(ranked_by(inner, objective)),
        trials=_trials(chosen),
        path=path,
        stitched=_told(
            stitched, given, _fixed(kind, given, space),
            {"fit": str(lengths[0]), "refit": str(lengths[1]), "anchored": anchored,
             "objective": objective},
            len(path),
        ),
        confirmed=making.arrays is not None,
        held=held,
        excess=excess,
        excess_per_year=rate,
        efficiency=efficiency_of(rate, path),
        refit_shift=making.shifted(plan) if shifted else None,
        bars=list(given.tables),
        inputs=given.inputs.described(),
        own_objective=own,
        code=registry.code_of(kind),
    )  # fmt: skip


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


def _sessions(given: Prepared) -> Dates:
    """Return the days of the account, from the earliest opening day on."""
    days = np.unique(np.concatenate([table.dates for table in given.tables]))
    found: Dates = days[days >= np.datetime64(given.opens)]
    return found


def _fixed(kind: registry.Strategy, given: Prepared, space: Space) -> dict[str, Any]:
    """Return the parameters that the space does not set."""
    every = {**registry.parameters(kind), **given.params}
    return {name: told(value) for name, value in every.items() if name not in space.names}


def _trials(chosen: Sequence[Choice]) -> Trials:
    distinct = [each.distinct for each in chosen]
    return Trials(
        refits=len(chosen),
        sets=chosen[0].evaluated,
        evaluated=sum(each.evaluated for each in chosen),
        distinct=sum(each for each in distinct if each is not None) if all(distinct) else None,
        undefined=sum(each.undefined for each in chosen),
        ruined=sum(each.ruined for each in chosen),
    )


def _told(
    ran: RunResult, given: Prepared, params: dict[str, Any], how: dict[str, Any], refits: int
) -> RunResult:
    """Return the run of the account as one of the strategy that decided, with its badges."""
    opens = ran.daily.index[0].date()
    data = data_badges(given.tables, given.inputs, given.settings.every, opens, given.lengths)
    late = TEXTS["begins late"][1]  # than the first fit opens, and not than the account does
    more = [each for each in data if each not in ran.badges and each.text != late]
    return dataclasses.replace(
        ran,
        strategy=registry.name_of(given.kind),
        code=registry.code_of(given.kind),
        rule=docstring.parts(given.kind),
        params=params,
        settings={**ran.settings, "walk_forward": how},
        inputs=given.inputs.described(),
        badges=gravest_first([badge("walk-forward", refits=refits), *more, *ran.badges]),
    )
