"""The evaluators of a walk-forward's fits: a kernel, or runs bar by bar."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...feeds.bars import Bars
from ...search.evaluator import Evaluator
from ...search.space import Space
from ..errors import ParameterError
from ..runs.prepared import Prepared
from ..searches.bar_by_bar import RunEvaluator
from ..searches.evaluators import KernelOn, evaluator_for, kernel_of
from ..searches.own_objective import OwnObjective


@dataclass(frozen=True, eq=False)
class ByKernel:
    """From the bars of one feed and an opening day to a kernel.

    Attributes
    ----------
    kernel : KernelOn
        That of some fit.
    """

    kernel: KernelOn

    def __call__(self, tables: Sequence[Bars], opens: np.datetime64) -> Evaluator:
        """Return the kernel of a fit."""
        return self.kernel.opened(date_of(opens))(tables)


@dataclass(frozen=True, eq=False)
class ByRuns:
    """From bars and an opening day to an evaluator that runs every set.

    Attributes
    ----------
    evaluator : RunEvaluator
        That of some fit.
    """

    evaluator: RunEvaluator

    def __call__(self, tables: Sequence[Bars], opens: np.datetime64) -> Evaluator:
        """Return the evaluator of a fit: its account opens on the last day before its start."""
        settings = {**self.evaluator.settings, "start": day_after(opens)}
        return dataclasses.replace(self.evaluator, bars=tuple(tables), settings=settings)


def fits_on(
    given: Prepared,
    space: Space,
    first: tuple[np.datetime64, np.datetime64],
    sets: int,
    objective: OwnObjective | None,
    say: Callable[[str], None],
) -> tuple[ByKernel | ByRuns, Evaluator]:
    """Return what makes the evaluator of each fit, and the evaluator of the first fit.

    Parameters
    ----------
    given : Prepared
        Strategy, bars and settings.
    space : Space
    first : pair of datetime64[D]
        Opening and refit of the first fit.
    sets : int
        Sets of all fits, for the estimated time.
    objective : OwnObjective or None
        A user's own objective.
    say : callable
        Called with the estimated time where every set is run.

    Raises
    ------
    ParameterError
        A feed has fewer than 2 bars up to the first refit; a set could never decide in the first
        fit; and as for `evaluator_for`.
    """
    kind, opens, refit = given.kind, *first
    for table in given.tables:
        if len(table) < 2 or table.dates[1] > refit:
            raise ParameterError(
                f"{table.name} begins on {table.dates[0]}, and the first refit is on {refit}: it "
                "needs two bars up to there; move --start, or make the fit longer"
            )
    settings = dataclasses.replace(given.settings, start=day_after(opens), end=None)
    inner, _ = evaluator_for(
        kind,
        given.params,
        space,
        [table.between(None, str(refit)) for table in given.tables],
        date_of(opens),
        settings,
        sets,
        say,
        given.inputs,
        objective,
    )
    if isinstance(inner, RunEvaluator):
        return ByRuns(inner), inner
    kernel = kernel_of(kind, given.params, space, given.tables, date_of(opens), settings)
    assert kernel is not None
    return ByKernel(kernel), inner


def date_of(day: np.datetime64) -> datetime.date:
    """Return a day as a date."""
    return datetime.date.fromisoformat(str(day))


def day_after(day: np.datetime64) -> datetime.date:
    """Return the date after a day: a window that starts there opens its account on that day."""
    return date_of(day) + datetime.timedelta(days=1)
