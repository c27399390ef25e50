"""Walk-forward: which set each fit chooses, and the targets of the sets in force in turn.

A fit is a whole search on bars that end with its refit, so that it cannot read a later one. Its
account is valued at the refit's close: what its last bar decides is filled later, where fills come
later, and counts for nothing. So a set that is chosen at bar t may decide at t.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..feeds.arrays import Dates, Floats
from ..feeds.bars import Bars
from .driver import HELD, Progress, search
from .engines.engine import Engine
from .engines.here import Here
from .errors import SearchError
from .evaluator import Evaluator
from .objectives import ranked_by
from .refits import Window
from .space import Space

SET, IN_SAMPLE, EXCESS = "set", "in_sample", "in_sample_excess_per_year"


class Choice(NamedTuple):
    """What one fit came to."""

    best: int | None
    """Number of the best set; None: no set has an objective."""
    in_sample: float | None
    """Its objective in the fit."""
    excess_per_year: float | None
    """Its growth rate in the fit less that of buying and holding; None where there is none."""
    evaluated: int
    """Sets that were tried."""
    distinct: int | None
    """Different position series among them; None where they are not counted."""
    undefined: int
    """Sets without an objective."""
    ruined: int
    """Ruined sets, which rank last."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FitEvaluator:
    """Fits instead of parameter sets: each is a search on the bars up to its refit.

    As it is an `Evaluator`, every engine runs it.

    Parameters
    ----------
    on : callable
        From bars, one table for each feed, and the day at whose close the account opens to the
        evaluator of the sets; picklable.
    tables : sequence of Bars
        All bars; a fit is given those up to its refit alone.
    sessions : ndarray of datetime64[D], shape (n,)
        Days of the account, which the windows count.
    fits : sequence of pair of int
        Session on which the account of the fit opens, and session of its refit.
    space, objective, sample, seed
        As `driver.search` takes them; the same for every fit.
    """

    on: Callable[[Sequence[Bars], np.datetime64], Evaluator]
    tables: Sequence[Bars]
    sessions: Dates
    fits: Sequence[tuple[int, int]]
    space: Space
    objective: str
    sample: int | None = None
    seed: int = 0

    columns = (SET, IN_SAMPLE, EXCESS, "evaluated", "distinct", "undefined", "ruined_sets")

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of `columns` for each fit, shape (n, 7); NaN for what does not exist."""
        rows = [self._fitted(*self.fits[int(number)]) for number in indices]
        return np.array(rows, dtype=np.float64).reshape(-1, len(self.columns))

    def _fitted(self, opens: int, refit: int) -> tuple[float, ...]:
        last = str(self.sessions[refit])
        tables = [table.between(None, last) for table in self.tables]
        found = search(
            self.space,
            ranked_by(self.on(tables, self.sessions[opens]), self.objective),
            self.objective,
            engine=Here(),
            sample=self.sample,
            seed=self.seed,
            top=1,
        )
        best: tuple[float, ...] = (math.nan, math.nan, math.nan)
        if found.evaluated > found.undefined + found.ruined:
            winner = found.top.iloc[0]
            figures = ("index", self.objective, "excess_per_year")
            best = tuple(float(winner[name]) for name in figures)
        distinct = math.nan if found.distinct is None else found.distinct
        return (*best, found.evaluated, distinct, found.undefined, found.ruined)


def fitted(
    evaluator: FitEvaluator,
    *,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    say: Callable[[Progress], object] | None = None,
) -> dict[tuple[int, int], Choice]:
    """Make every fit and return what each came to.

    Parameters
    ----------
    evaluator : FitEvaluator
        Its fits, each once.
    engine, workers, scheduler
        As for `driver.search`. The outcome is the same for each of them.
    say : callable or None
        Called after each fit; its sets are fits, and none of them is the best.

    Returns
    -------
    dict of pair of int to Choice
        By opening and refit, as in `FitEvaluator.fits`.

    Raises
    ------
    SearchError, SchedulerUnreachable, SearchStopped
        As for `driver.search`; SearchError also for more than 65,536 fits.
    """
    if len(evaluator.fits) > HELD:
        raise SearchError(
            f"{len(evaluator.fits):,} refits, and {HELD:,} are the most: refit less often"
        )

    def without_best(progress: Progress) -> None:
        if say is not None:
            say(progress._replace(best_index=None, best=None))

    found = search(
        Space({"fit": range(len(evaluator.fits))}),
        evaluator,
        IN_SAMPLE,
        engine=engine,
        workers=workers,
        scheduler=scheduler,
        top=1,
        chunk=1,
        say=without_best,
    )
    assert found.rows is not None
    rows = found.rows().sort_values("fit")[list(evaluator.columns)].to_numpy(np.float64)
    return dict(zip(evaluator.fits, map(_choice, rows), strict=True))


def _choice(row: Floats) -> Choice:
    best, in_sample, excess, evaluated, distinct, undefined, ruined = row.tolist()
    return Choice(
        None if math.isnan(best) else int(best),
        None if math.isnan(in_sample) else in_sample,
        None if math.isnan(excess) else excess,
        int(evaluated),
        None if math.isnan(distinct) else int(distinct),
        int(undefined),
        int(ruined),
    )


def in_force(chosen: Sequence[int | None]) -> list[int | None]:
    """Return the set that each window trades: the chosen one, or where there is none the last.

    Parameters
    ----------
    chosen : sequence of int or None
        Window by window, oldest first.

    Returns
    -------
    list of int or None
        None before the first choice: the account is flat.
    """
    found: list[int | None] = []
    for index in chosen:
        found.append(index if index is not None or not found else found[-1])
    return found


class Stretch(NamedTuple):
    """Windows one after another that trade one set."""

    held: int | None
    """Number of the set; None: the account is flat."""
    first: int
    """Session of the refit from which on it decides."""
    end: int
    """Session of the refit from which on the next one does; one after the last session if none."""


def stretches(of_windows: Sequence[Window], held: Sequence[int | None]) -> list[Stretch]:
    """Return which set decides on which sessions, from the first refit on.

    Parameters
    ----------
    of_windows : sequence of Window
        Oldest first, at least one.
    held : sequence of int or None
        The set in force in each, as `in_force` returns it.
    """
    found: list[Stretch] = []
    for window, index in zip(of_windows, held, strict=True):
        if found and found[-1].held == index:
            found[-1] = found[-1]._replace(end=window.last)
        else:
            found.append(Stretch(index, window.refit, window.last))
    found[-1] = found[-1]._replace(end=found[-1].end + 1)
    return found


def stitched(parts: Sequence[Stretch], targets: Callable[[int], Floats], opens: int) -> Floats:
    """Return the targets of one account that trades the sets one after another.

    Parameters
    ----------
    parts : sequence of Stretch
        Oldest first, without gaps.
    targets : callable
        From the number of a set to its weights in force after the decision of every session,
        shape (n_sessions, n_feeds).
    opens : int
        Session on which the account opens, not before the first stretch.

    Returns
    -------
    ndarray of shape (n_sessions - opens, n_feeds)
        At each session those of the set that decides there. At a refit they go from the old set's
        to the new one's, on any day of `every`.
    """
    blocks: list[Floats] = []
    width = next((targets(part.held).shape[1] for part in parts if part.held is not None), 1)
    for part in parts:
        first = max(part.first, opens)
        if part.end <= first:
            continue
        if part.held is None:
            blocks.append(np.zeros((part.end - first, width)))
        else:
            blocks.append(targets(part.held)[first : part.end])
    return np.ascontiguousarray(np.concatenate(blocks))
