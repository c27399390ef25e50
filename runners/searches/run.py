"""Run a search: choose the evaluator and engine, rank the sets and confirm the best."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...brokers.costs import Costs
from ...feeds.reading import Reading
from ...search.driver import Progress as Searched
from ...search.evaluator import COLUMNS, check_objective
from ...search.objectives import DERIVED, kernel_of
from ...search.refits import Duration
from ...search.space import Space
from ..errors import ParameterError
from ..runs import registry
from ..runs.badges import data_badges
from ..runs.bars.any_bars import AnyBars, reading_in, tables_from
from ..runs.bars.closes_alone import check_opens
from ..runs.bars.lengths import late_badges, same_end
from ..runs.inputs import Inputs, check_read
from ..runs.keywords import check_names, funds_of, settings_and_params
from ..runs.labels.figures import figure_of
from ..runs.metrics import buy_and_hold
from ..runs.own_costs import only_costs
from ..runs.stages import Progress, part
from ..runs.told_params import told
from ..runs.traits import sends_orders, traits_of
from ..runs.window import opening_day, tables_of
from ..worth.elsewhere import elsewhere, later_tables
from ..worth.vault import kept_back
from .best import told_as_best
from .compared import compared
from .confirmation import Confirms
from .evaluators import evaluator_for
from .forward import walked_forward
from .judged import check_level
from .median import excess_of, median_of
from .neighbours import neighbours
from .own_objective import OwnObjective
from .result import SearchResult
from .side_by_side import trials
from .sweep import Sweep

OBJECTIVE = "excess"
TOP = 20
WORTH = "quick"
AT_RANDOM = 20
"""Random sets that are run again bar by bar in addition to the best."""


def run_search(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    space: Space | str,
    *,
    objective: str = OBJECTIVE,
    engine: str = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    sample: int | None = None,
    store: str | Path | None = None,
    top: int = TOP,
    at_random: int = AT_RANDOM,
    worth: str = WORTH,
    also: AnyBars | None = None,
    later: AnyBars | None = None,
    holdout: Duration | str | None = None,
    inputs: Mapping[str, Any] | None = None,
    costs: Costs | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    say: Callable[[str], None] = lambda line: None,
    watch: Callable[[Searched], object] | None = None,
    confirms: Confirms | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> SearchResult:
    """Search a strategy's parameters and confirm the result bar by bar.

    Parameters
    ----------
    strategy : class or str
        As for `run`.
    bars : Bars, DataFrame, Series, str or Path, or a sequence or mapping of them
        As for `run`.
    space : Space or str
        The parameter sets; a text is read by `Space.parse`.
    objective : str
        The statistic that ranks the sets, larger is better. "excess" is the total return minus that
        of buying and holding, "excess_per_year" the difference of the growth rates per year;
        `search.objectives.DERIVED` has "calmar" and "profit_factor". ``module:function`` or
        ``path/file.py:function`` names a function from a `RunResult` to a number, for which every
        set is run bar by bar.
    engine, workers, scheduler, sample, store
        As for `search.driver.search`.
    top, at_random : int
        Number of the best sets, and of other sets drawn at random, that are run again bar by bar.
    worth : {"quick", "full", "none"}
        How much is measured of what the best set is worth: see `Worth`. "none" still enters the
        search into the ledger of trials.
    also : bars, optional
        As for `run`: other instruments, on each of which the best set is run unchanged.
    later : bars, optional
        The bars that are searched with those after the window's end, on which the best set is run
        unchanged; None: those of `bars` itself, where they are tables and go on.
    holdout : Duration or str, optional
        Length of the last part of the bars, such as "2y", that the search does not see.
    inputs : mapping, optional
        As for `run`.
    costs : Costs, optional
        Costs of an order; their fields may also be given as keywords.
    params : mapping, optional
        Parameters that the space does not set; they may also be given as keywords.
    reading : Reading, optional
        Options for reading files and frames that do not state them; they may also be given as
        keywords.
    say : callable
        Called with each message to the user.
    watch : callable or None
        Called after each chunk with how far the search is, as `search.driver.Progress`.
    confirms : callable or None
        Called with two numbers after each set that is run again: how many are confirmed, and of how
        many. None: `progress` is told, or where there is none `say` gets a line after every ten.
    progress : callable or None
        Called with a `Stage` for each part, as by `run`: what is done beside the search too.
    **settings
        Fields of `Settings` and `Reading`, and parameters of the strategy.

    Returns
    -------
    SearchResult

    Raises
    ------
    ParameterError, StrategyError, SpaceError, SearchError
        A name or value is invalid, or a set could never decide on these bars.
    SchedulerUnreachable, StoreError, SearchStopped
        As for `search.driver.search`; and `SearchStopped` if every set was stopped.
    Mismatch
        The kernel and the bar-by-bar run give different results for a set; the message names the
        set, the day and both values.
    """
    check_level(worth)
    if also is not None and worth == "none":
        raise ParameterError(
            "also: the best set is run on other instruments as a part of what it is worth, which "
            'worth "none" leaves out: ask for quick or full'
        )
    kind = registry.strategy_of(strategy)
    read, settings = reading_in(kind, reading, only_costs(costs, settings))
    chosen, given = settings_and_params(kind, settings, params or {})
    space = Space.parse(space) if isinstance(space, str) else space
    check_names(kind, {**given, **dict.fromkeys(space.names)})
    if twice := sorted(given.keys() & set(space.names)):
        raise ParameterError(f"{', '.join(twice)}: set by --set and by the space as well")
    tables = tables_of(bars, chosen, read)
    vault = None
    if holdout is not None:
        vault = kept_back(tables, holdout, chosen.start)
        chosen = dataclasses.replace(chosen, end=vault.end)
        tables = [table.between(None, vault.end) for table in tables]
    inputs = Inputs.of(inputs)
    check_read(kind, inputs, funds_of(kind, given, tables), tables[0].dates[-1].item(), given)
    tables, lengths = same_end(kind, tables, chosen, given)
    opens = opening_day(tables, chosen)
    lengths += late_badges(kind, tables, opens, given)
    check_opens(kind, tables, chosen)
    own = OwnObjective.of(objective)
    if own is None:
        check_objective(objective, COLUMNS, tuple(DERIVED))
        _check_exists(kind, objective)
    inner, screen = evaluator_for(
        kind, given, space, tables, opens, chosen, sample, say, inputs, own, progress
    )
    if own is not None:
        objective = own.name
    if figure_of(objective).best is not max:
        say(f"ranked by {objective}, the largest first, although more of it is not better")
    sweep = Sweep(
        kind=kind, params=given, space=space, tables=tables, opens=opens, settings=chosen,
        inputs=inputs, inner=inner, screen=screen, objective=objective, own=own, sample=sample,
        engine=engine, workers=workers, scheduler=scheduler, store=Path(store) if store else None,
        say=say, progress=progress,
    )  # fmt: skip
    swept = sweep.run(top, at_random, watch, confirms)
    found, best = swept.found, swept.best
    dates = pd.DatetimeIndex(tables[0].dates[tables[0].dates >= np.datetime64(opens)])
    hold_returns, held = buy_and_hold(
        tables[0], dates, chosen.cash, tables[0].periods_per_year,
        chosen.risk_free_rate,
    )  # fmt: skip
    window = (str(dates[1].date()), str(dates[-1].date()))
    worthy = sweep.judged(swept, hold_returns, worth, sweep.entered(found, window))
    forward, why = None, ""
    if worth != "none":
        forward, why = walked_forward(
            kind, given, space, tables, chosen, objective, sample, found.evaluated,
            len(hold_returns) / tables[0].periods_per_year, worth, kernel=kernel_of(inner),
            family=getattr(inner, "sides", None) is not None, by_kernel=screen is not None,
            progress=progress,
        )  # fmt: skip
    others = []
    has_winner = found.evaluated > found.undefined + found.ruined
    if best is not None and has_winner and worth != "none":
        part(progress, "running the best set elsewhere")
        after = None if vault else later_tables(bars if later is None else later, chosen, read)
        others = elsewhere(
            kind, {**given, **space.set_at(int(found.top["index"].iloc[0]))}, chosen,
            [] if also is None else tables_from(also, dividends=not chosen.no_dividends,
                                                reading=read),
            after, tables, until=vault.end if vault else None,
        )  # fmt: skip
    median = median_of(found)
    result = SearchResult(
        strategy=registry.name_of(kind),
        title=traits_of(kind).title,
        space=space,
        params={
            name: told(value)
            for name, value in {**registry.parameters(kind), **given}.items()
            if name not in space.names
        },
        settings=chosen,
        seed=chosen.seed,
        sample=sample,
        kernel=kernel_of(inner),
        found=found,
        confirmed=swept.confirmed,
        neighbours=neighbours(space, sweep.evaluator, found, known=screen is None),
        median=median,
        median_excess=excess_of(found, median, held, (len(dates) - 1) / tables[0].periods_per_year),
        held=held,
        bars=list(tables),
        inputs=inputs.described(),
        badges=data_badges(tables, inputs, chosen.every, opens, lengths),
        window=window,
        twice_a_day=len(traits_of(kind).sessions) > 1,
        sends_orders=sends_orders(kind),
        own_objective=own,
        stopped=swept.stopped,
        worth=worthy,
        elsewhere=others,
        vault=vault,
        forward=forward,
        no_forward=why,
        compared=[]
        if worth == "none"
        else compared(
            found,
            best,
            hold_returns,
            sweep.daily_returns,
            None if forward is None else forward.stitched,
            tables[0].periods_per_year,
            chosen.risk_free_rate,
        ),
    )
    if best is not None:
        result = dataclasses.replace(result, best=told_as_best(best, trials(result)))
    return result


def _check_exists(kind: registry.Strategy, objective: str) -> None:
    if sends_orders(kind) and objective in ("points", "percent"):
        raise ParameterError(
            f"objective {objective}: {registry.name_of(kind)} sends its own orders, of so many "
            "shares; a gain of one share exists for strategies that state target weights"
        )
