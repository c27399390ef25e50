"""Measure what the winner of a search is worth."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...search.driver import HELD, Progress
from ...search.engines.cores import cores
from ...search.engines.engine import Engine
from ...search.evaluator import DIFFERENCES, RUINED, Evaluator
from ...search.found import Found
from ...search.space import Space
from ...search.worth.of_trials import TrialStatistics, trial_statistics, winner_statistics
from ...search.worth.placebo import Placebo, PlaceboEvaluator, placebo
from ...search.worth.placebo_bars import KINDS
from ...search.worth.trial_returns import Returns, distinct_trials, trial_returns
from ..runs.stages import Progress as Stages
from ..runs.stages import part
from ..trials.ledger import Ever
from .effort import Effort, effort
from .result import Worth

Watch = Callable[[Progress], object]

NO_WINNER = "no set has an objective without being ruined, so that there is no winner to judge"
OF_A_WINNER = (
    "spa_p", "reality_check_p", "pbo", "dsr", "min_track_record_years", "years_to_tell_from_held",
    "bands", "haircut",
)  # fmt: skip
"""Parts of search.json that are None where there is no winner."""

TOO_LONG = "it would take more than some seconds beside the search: --worth full"


@dataclass(frozen=True, eq=False, kw_only=True)
class Searched:
    """A search that is over, as its worth is measured from it.

    Attributes
    ----------
    found : Found
    tables : sequence of Bars
    opens_on : date
        Day at whose close the account opens.
    space : Space
    objective : str
    kernel : str
        Name of the evaluator.
    family : bool
        Whether a family's kernel has the positions.
    sample : int or None
    seed : int
    risk_free_rate : float
        Per year.
    winner : ndarray of shape (n_days,) or None
        Daily returns of the best set; None where it cannot be run again.
    held : ndarray of shape (n_days,)
        Daily returns of buying and holding.
    returns : Returns or None
        What tells the daily returns of sets; None where each would have to be run for it.
    on : callable or None
        As for `PlaceboEvaluator`; None where there is no placebo.
    over_held : bool or None
        Whether the statistics judge returns less those of buying and holding; None: they do where
        the objective is such a difference.
    """

    found: Found
    tables: Sequence[Bars]
    opens_on: datetime.date
    space: Space
    objective: str
    kernel: str
    family: bool
    sample: int | None
    seed: int
    risk_free_rate: float
    winner: Floats | None
    held: Floats
    returns: Returns | None
    on: Callable[[Sequence[Bars]], Evaluator] | None
    over_held: bool | None = None


def worth_of(
    searched: Searched,
    level: str,
    ever: Ever | None,
    *,
    doing: Effort | None = None,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
    manifest: Mapping[str, Any] | None = None,
    watch: Callable[[str], Watch | None] | None = None,
    progress: Stages | None = None,
) -> Worth:
    """Return what the winner of a search is worth.

    Parameters
    ----------
    searched : Searched
    level : {"quick", "full"}
        "quick" takes some seconds and leaves out what would take longer; `Worth.reasons` says so.
    ever : Ever or None
        What was ever tried on these bars.
    doing : Effort or None
        How much is measured; None: what `effort` says of the level.
    engine, workers, scheduler, manifest
        As for `driver.search`.
    store : Path or None
        The search's; placebos are kept beside it and resumed.
    watch : callable or None
        From a kind of made-up market to what is called with the progress of their search.
    progress : callable or None
        Called with a `Stage` when the statistics begin.
    """
    found = searched.found
    reasons: dict[str, str] = {}
    if ever is None:
        reasons["ever"] = "the ledger of trials cannot be read or written"
    if doing is None:
        doing = effort(
            level,
            found.evaluated,
            len(searched.tables[0]),
            searched.kernel,
            searched.family,
        )
    placebos: dict[str, Placebo | None] = dict.fromkeys(KINDS)
    why = _no_placebo(searched, doing)
    if why:
        reasons["placebo"] = reasons["placebo_permuted"] = why
    for kind in () if why else KINDS:
        placebos[kind] = _placebo(
            searched, kind, doing, engine, workers, scheduler, store, manifest, watch
        )
    if doing.fewer and not why:
        reasons["placebo_runs"] = doing.fewer
    part(progress, "testing the winner")
    return Worth(
        level=level,
        raw=found.evaluated,
        distinct=found.distinct,
        ever=ever,
        signs=placebos["signs"],
        permutation=placebos["permutation"],
        statistics=_statistics(searched, doing, workers, reasons),
        reasons=reasons,
    )


def _no_placebo(searched: Searched, doing: Effort) -> str | None:
    if _best(searched) is None:
        return NO_WINNER
    if searched.on is None:
        return (
            "each set is run bar by bar: --worth full searches made-up markets, unless the "
            "strategy reads more than bars"
        )
    if not doing.placebo_runs:
        return TOO_LONG
    return None


def _best(searched: Searched) -> float | None:
    found = searched.found
    if found.evaluated == found.undefined + found.ruined:
        return None
    return float(found.top[searched.objective].iloc[0])


def _placebo(
    searched: Searched,
    kind: str,
    doing: Effort,
    engine: str | Engine,
    workers: int | None,
    scheduler: str | None,
    store: Path | None,
    manifest: Mapping[str, Any] | None,
    watch: Callable[[str], Watch | None] | None,
) -> Placebo:
    best = _best(searched)
    assert searched.on is not None
    assert best is not None
    evaluator = PlaceboEvaluator(
        kind=kind,
        on=searched.on,
        tables=tuple(searched.tables),
        opens_on=searched.opens_on,
        space=searched.space,
        objective=searched.objective,
        sample=searched.sample,
        seed=searched.seed,
        risk_free_rate=searched.risk_free_rate,
    )
    return placebo(
        evaluator,
        best,
        runs=doing.placebo_runs,
        at_once=doing.at_once,
        engine=engine,
        workers=workers,
        scheduler=scheduler,
        store=None if store is None else store.with_name(f"{store.name}-placebo-{kind}"),
        manifest=None if manifest is None else {**manifest, "placebo": kind},
        say=None if watch is None else watch(kind),
    )


def _statistics(
    searched: Searched, doing: Effort, workers: int | None, reasons: dict[str, str]
) -> TrialStatistics | None:
    if _best(searched) is None:
        for part in (*OF_A_WINNER, "statistics"):
            reasons[part] = NO_WINNER
        return None
    if searched.winner is None:
        reasons["statistics"] = "the best set cannot be run again"
        return None
    found = searched.found
    of = found.evaluated if found.distinct is None else found.distinct
    common: dict[str, Any] = {
        "over_held": _over_held(searched),
        "of": of,
        "periods_per_year": searched.tables[0].periods_per_year,
        "seed": searched.seed,
        "risk_free": math.expm1(
            math.log1p(searched.risk_free_rate) / searched.tables[0].periods_per_year
        ),
    }
    why = None
    if searched.returns is None:
        why = "each set is run bar by bar: --worth full runs them again for their daily returns"
    elif found.rows is None or found.evaluated > HELD:
        why = f"more than {HELD:,} sets: their rows are not kept"
    if why:
        for part in ("spa_p", "reality_check_p", "pbo", "effective", "dsr.effective"):
            reasons[part] = why
        return winner_statistics(
            searched.winner, searched.held, sharpe_variance=_sharpe_variance(searched), **common
        )
    assert searched.returns is not None
    assert found.rows is not None
    trials = distinct_trials(found.rows(), searched.objective, doing.sets, searched.seed)
    if trials.indices.size < trials.of:
        reasons["judged"] = (
            f"of {trials.of:,} rules the best {(doing.sets + 1) // 2:,}, and others at random"
        )
    returns = trial_returns(searched.returns, trials.indices, workers or cores())
    return trial_statistics(
        returns,
        searched.winner,
        searched.held,
        replicates=doing.replicates,
        null_samples=doing.null_samples,
        **common,
    )


def _over_held(searched: Searched) -> bool:
    if searched.over_held is None:
        return searched.objective in DIFFERENCES
    return searched.over_held


def _sharpe_variance(searched: Searched) -> float | None:
    """Return the variance of the sets' Sharpe ratios of one period, of those that have one.

    Only for objectives that judge returns themselves: those over holding have another ratio.
    """
    rows = searched.found.rows
    if rows is None or _over_held(searched):
        return None
    table = rows()
    if "sharpe" not in table:
        return None
    alive = table["sharpe"].notna() & (table[RUINED] < 0 if RUINED in table else True)
    ratios = table.loc[alive, "sharpe"].to_numpy(np.float64)
    if ratios.size < 2:
        return None
    return float(ratios.var(ddof=1)) / searched.tables[0].periods_per_year
