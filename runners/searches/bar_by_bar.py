"""Evaluate parameter sets by bar-by-bar runs, for strategies without a rule on arrays.

A set whose run is stopped, or in whose run the strategy raises, has no figures; the search goes on.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...feeds.bars import Bars
from ...search.evaluator import COLUMNS, DIFFERENCES, POSITIONS, RUINED
from ...search.space import Space
from ..errors import CheckFailed, ParameterError
from ..runs import registry
from ..runs.found.user_files import in_a_line
from ..runs.inputs import Inputs
from ..runs.quiet import without_prints
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings
from ..runs.stages import Progress
from .own_objective import OwnObjective, score

HASH_BITS = 52
"""Bits of a hash: a float holds that many exactly."""


@dataclass(frozen=True, eq=False)
class RunEvaluator:
    """Evaluator that runs each parameter set bar by bar.

    Parameters
    ----------
    strategy : str
        A text that `registry.resolve` takes; each worker process resolves it again.
    params : mapping
        Parameters that the space does not set.
    space : Space
        The space; it gives the parameters of each set's number.
    bars : sequence of Bars
        One table for each feed.
    settings : mapping
        Fields of `Settings`.
    inputs : Inputs or None
        The strategy's other inputs.
    objective : OwnObjective or None
        A user's own objective; it is the last column.
    code : dict or None
        The strategy's code, as `registry.code_of` returns it; a process with other code refuses.
    """

    strategy: str
    params: Mapping[str, Any]
    space: Space
    bars: Sequence[Bars]
    settings: Mapping[str, Any]
    inputs: Inputs | None = None
    objective: OwnObjective | None = None
    code: Mapping[str, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """`COLUMNS`, and the user's own objective."""
        return COLUMNS if self.objective is None else (*COLUMNS, self.objective.name)

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of statistics for each set; NaN for a figure that does not exist."""
        rows = np.full((len(indices), len(self.columns)), np.nan)
        rows[:, COLUMNS.index(RUINED)] = -1.0
        for place, index in enumerate(indices):
            tried = self.attempt(int(index))
            if tried.error is None:
                rows[place] = tried.row
        return rows

    def attempt(self, index: int, progress: Progress | None = None) -> Attempt:
        """Run one set; whatever its strategy raises ends that set alone.

        `progress`, if any, is called with a `Stage` at each day.

        Raises
        ------
        ParameterError
            This process cannot import the strategy or the objective, or its code is another.
        CheckFailed
            The account of a run does not add up.
        """
        kind = self.strategy_here()
        function = None if self.objective is None else self.objective.function()
        module = kind.__module__
        try:
            with without_prints():
                result = self.run(index, kind, progress)
                if function is None:
                    return Attempt(row_of(result))
                module = function.__module__
                return Attempt([*row_of(result), score(function, result)])
        except (CheckFailed, MemoryError):
            raise
        except Exception as error:
            return Attempt(error=error, why=in_a_line(error, module))

    def run(
        self, index: int, kind: registry.Strategy, progress: Progress | None = None
    ) -> RunResult:
        """Run one set."""
        params = {**self.params, **self.space.set_at(index)}
        return run(
            kind,
            self.bars,
            inputs=self.inputs,
            params=params,
            figures_only=True,
            progress=progress,
            **self.settings,
        )

    def strategy_here(self) -> registry.Strategy:
        """Return the strategy; a file that this process has loaded is not executed again."""
        kind = registry.loaded_class(self.strategy)
        if kind is None or registry.code_of(kind) != self.code:
            kind = registry.resolve(self.strategy)
        if registry.code_of(kind) != self.code:
            raise ParameterError(f"the code of {self.strategy} has changed since the search began")
        return kind


@dataclass(frozen=True)
class Attempt:
    """What became of one set: its row, or the error that ended it."""

    row: Sequence[float] = field(default_factory=tuple)
    error: Exception | None = None
    why: str = ""
    """The error in one line, with the line of the user's file where it has one."""


def keywords(settings: Settings) -> dict[str, Any]:
    """Return settings as keyword arguments of `run`."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {name: value for name, value in values.items() if value is not None}


def row_of(result: RunResult) -> list[float]:
    """Return the statistics of a run in the columns of a search, `COLUMNS`."""
    figures = {**result.metrics, **extras(result)}
    return [np.nan if figures[name] is None else float(figures[name]) for name in COLUMNS]


def extras(result: RunResult) -> dict[str, float | None]:
    """Return the statistics of a search that a run's metrics do not hold."""
    ruined_on = result.metrics["ruined_on"]
    days = pd.DatetimeIndex(result.daily.index)
    row = int(days.searchsorted(pd.Timestamp(ruined_on))) if ruined_on else -1
    return {
        **{name: _difference(result, own) for name, own in DIFFERENCES.items()},
        RUINED: float(row),
        POSITIONS: _positions_hash(result),
    }


def _difference(result: RunResult, name: str) -> float | None:
    """Return a metric minus that of buying and holding; None if either is missing."""
    own, held = result.metrics[name], result.hold_return
    if held is not None and name == "cagr":
        years = len(result.returns) / result.periods_per_year
        held = None if held <= -1.0 else math.expm1(math.log1p(held) / years)
    return None if own is None or held is None else float(own) - held


def _positions_hash(result: RunResult) -> float:
    """Return a hash of the decided weights, day by day; without decisions, of all fills."""
    table, column, more = result.decisions, "weight", b""
    if table.empty:
        table, column = result.trades, "size"
        more = "|".join(table["instrument"] + table["moment"]).encode()
    amounts = table[column].to_numpy(np.float64) + 0.0
    days = table["date"].to_numpy("datetime64[D]").astype("<i8")
    digest = hashlib.sha256(days.tobytes() + amounts.astype("<f8").tobytes() + more).digest()
    return float(int.from_bytes(digest[:8], "little") >> (64 - HASH_BITS))
