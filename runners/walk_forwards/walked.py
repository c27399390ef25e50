"""Walk forward over prepared bars: fit again and again, trade each choice, confirm the account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...feeds.arrays import Dates
from ...feeds.bars import Bars
from ...search.driver import Progress as Searched
from ...search.engines.engine import BY_RUNS, Engine
from ...search.evaluator import Evaluator
from ...search.objectives import kernel_of, ranked_by
from ...search.refits import Duration
from ...search.screen import Screen
from ...search.space import Space
from ...search.walk_forward import Choice, FitEvaluator, fitted, in_force
from ..runs import registry
from ..runs.badges import data_badges
from ..runs.found import docstring
from ..runs.labels.badge_texts import TEXTS, badge, gravest_first
from ..runs.prepared import Prepared
from ..runs.result import RunResult
from ..runs.stages import Progress, part
from ..runs.told_params import told
from ..runs.traits import traits_of
from ..runs.window import periods_per_year
from ..searches.own_objective import OwnObjective
from ..searches.telling import telling
from .accounts import ArrayAccounts
from .fits import ByKernel, fits_on
from .making import Making, Plan
from .path import difference, efficiency_of, path_of
from .result import Trials, WalkForwardResult


class Walked(NamedTuple):
    """A walk-forward, and what evaluates its sets."""

    result: WalkForwardResult
    making: Making
    on: Callable[[Sequence[Bars], np.datetime64], Evaluator]
    """From bars and an opening day to the evaluator of the sets."""
    screen: Screen | None
    """It gives the equity of one set; None where each set is run."""


def walked(
    given: Prepared,
    space: Space,
    lengths: tuple[Duration, Duration],
    objective: str,
    *,
    anchored: bool = False,
    own: OwnObjective | None = None,
    shifted: bool | None = None,
    strips: bool = True,
    judged: bool = False,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    sample: int | None = None,
    say: Callable[[str], None] = lambda line: None,
    watch: Callable[[Searched], object] | None = None,
    progress: Progress | None = None,
) -> Walked:
    """Return a walk-forward without what hindsight would have chosen.

    Parameters
    ----------
    given : Prepared
        Strategy, bars and settings.
    lengths : pair of Duration
        Of a fit, and from one refit to the next.
    objective : str
        The column that ranks; the name of `own`, if there is one.
    judged : bool
        Whether the sets are searched over the whole window too, which the estimated time counts.
    space, anchored, own, shifted, strips, engine, workers, scheduler, sample, say, watch, progress
        As for `run_walk_forward`.
    """
    kind = given.kind
    sessions = _sessions(given)
    plan = Plan.of(sessions, *lengths, anchored=anchored)
    first = plan.windows[0]
    per_fit = sample or space.count or space.size
    whole = len(sessions) // (first.refit - first.opens) if judged else 0  # in fits of its length
    on, inner = fits_on(
        given, space, (sessions[first.opens], sessions[first.refit]),
        per_fit * (len(plan.fits(shifted is True)) + whole), own, say,
    )  # fmt: skip
    by_kernel = isinstance(on, ByKernel)
    shifted = by_kernel if shifted is None else shifted
    if not by_kernel and engine == "threads":
        engine = BY_RUNS  # runs hold Python's interpreter lock, so that threads would not help
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
    result = WalkForwardResult(
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
    return Walked(result, making, on, None if arrays is None else arrays.screen)


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
