"""A whole search made again on markets without any pattern: what its best set shows by luck."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ..best_value import best_value
from ..driver import Progress, search
from ..engines.engine import Engine
from ..evaluator import COLUMNS, DIFFERENCES, Evaluator
from ..kernels.general import held_row
from ..market import Market
from ..objectives import DERIVED, ranked_by
from ..space import Space
from .placebo_bars import KINDS, MadeUpMarkets

RUNS = 200
"""Made-up markets; the smallest p value is 1 / (RUNS + 1)."""

ROUNDING = 1e-9
"""By how much another value may be less and still count as good, as a share of the value, or of 1
where that is more: a made-up market that repeats the real one does so but for rounding."""

OVER_HELD, BEST, HELD = "over_held", "best", "held"


class Placebo(NamedTuple):
    """What the best sets of made-up markets came to, beside that of the real one."""

    kind: str
    """See `placebo_bars`."""
    runs: int
    p: float
    """(1 + number of made-up markets whose best set is at least as good) / (1 + runs), by
    `over_held`, up to `ROUNDING`; the chance of a winner like this one where there is nothing to
    find."""
    real: float
    """Objective of the real market's best set less that of buying and holding it."""
    over_held: Floats
    """The same of each made-up market, shape (runs,), by their number; -inf where no set has an
    objective."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PlaceboEvaluator:
    """Made-up markets instead of parameter sets: each of them is searched as the real one was.

    As it is an `Evaluator`, every engine runs it, and a store makes it resumable.

    Parameters
    ----------
    kind : {"signs", "permutation"}
        See `placebo_bars`.
    on : callable
        From bars, one table for each feed, to the evaluator of the sets on them; picklable.
    tables : sequence of Bars
        The real market.
    opens_on : date
        Day at whose close the account opens.
    space, objective, sample, seed
        The search, as `driver.search` takes it. The seed is also that of the made-up markets.
    risk_free_rate : float
        Per year.
    """

    kind: str
    on: Callable[[Sequence[Bars]], Evaluator]
    tables: Sequence[Bars]
    opens_on: datetime.date
    space: Space
    objective: str
    sample: int | None = None
    seed: int = 0
    risk_free_rate: float = 0.0

    columns = (OVER_HELD, BEST, HELD)

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of `columns` for each made-up market, shape (n, 3)."""
        return np.array([self._searched(int(number)) for number in indices]).reshape(-1, 3)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone; what follows from them is computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _markets(self) -> MadeUpMarkets:
        return MadeUpMarkets.of(self.kind, self.tables, self.opens_on)

    def _searched(self, number: int) -> tuple[float, float, float]:
        generator = np.random.default_rng([self.seed, KINDS.index(self.kind), number])
        tables = self._markets.drawn(generator)
        best = best_value(
            self.space,
            ranked_by(self.on(tables), self.objective),
            self.objective,
            sample=self.sample,
            seed=self.seed,
        )
        held = held_objective(tables[0], self.opens_on, self.objective, self.risk_free_rate)
        return over(best, held), best, held


def held_objective(
    bars: Bars, opens_on: datetime.date, objective: str, risk_free_rate: float = 0.0
) -> float:
    """Return what an objective is of buying and holding; NaN where it has no such value."""
    if objective in DIFFERENCES:
        return 0.0
    market = Market.of([bars], opens_on)
    row = held_row(market, periods_per_year=bars.periods_per_year, risk_free_rate=risk_free_rate)
    known: Mapping[str, Any] = dict(zip(COLUMNS, row[:, None], strict=True))
    if objective in DERIVED:
        return float(DERIVED[objective](known)[0])
    return float(known[objective][0]) if objective in known else math.nan


def over(best: float, held: float) -> float:
    """Return the best objective less that of holding; the best alone where holding has none."""
    return best if math.isnan(held) else best - held


def placebo(
    evaluator: PlaceboEvaluator,
    real_best: float,
    *,
    runs: int = RUNS,
    engine: str | Engine = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
    manifest: Mapping[str, Any] | None = None,
    say: Callable[[Progress], object] | None = None,
    at_once: int = 1,
) -> Placebo:
    """Search `runs` made-up markets.

    Parameters
    ----------
    evaluator : PlaceboEvaluator
    real_best : float
        Objective of the real market's best set.
    runs : int
        >= 1; 200 or more give p values down to half a per cent.
    engine, workers, scheduler, store, manifest, say
        As for `driver.search`. The outcome is the same for each of them.
    at_once : int
        Markets that are searched at one go and stored together, >= 1: several where one takes a
        few milliseconds. The outcome is the same.

    Returns
    -------
    Placebo

    Raises
    ------
    SearchError, StoreError, SchedulerUnreachable, SearchStopped
        As for `driver.search`.
    """
    found = search(
        Space({"run": range(runs)}),
        evaluator,
        OVER_HELD,
        engine=engine,
        workers=workers,
        scheduler=scheduler,
        store=store,
        manifest=manifest,
        top=1,
        chunk=at_once,
        say=say,
    )
    assert found.rows is not None
    rows = found.rows().sort_values("run")
    values = rows[OVER_HELD].to_numpy(np.float64)
    values = np.where(np.isnan(values), -np.inf, values)
    held = held_objective(
        evaluator.tables[0], evaluator.opens_on, evaluator.objective, evaluator.risk_free_rate
    )
    real = over(real_best, held)
    return Placebo(evaluator.kind, runs, _p(values, real), real, values)


def _p(values: Floats, real: float) -> float:
    less = values < real - ROUNDING * max(1.0, abs(real))
    return (1 + int(np.count_nonzero(~less))) / (1 + values.size)
