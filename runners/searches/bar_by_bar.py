"""Evaluate parameter sets by bar-by-bar runs, for strategies without a rule on arrays."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...feeds.bars import Bars
from ...search.evaluator import COLUMNS, DIFFERENCES, POSITIONS, RUINED
from ...search.space import Space
from ..runs.inputs import Inputs
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings

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
    """

    strategy: str
    params: Mapping[str, Any]
    space: Space
    bars: Sequence[Bars]
    settings: Mapping[str, Any]
    inputs: Inputs | None = None

    columns = COLUMNS

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of statistics for each set; NaN for a figure that does not exist."""
        return np.array([row_of(self.run(int(index))) for index in indices]).reshape(
            len(indices), len(COLUMNS)
        )

    def run(self, index: int) -> RunResult:
        """Run one set."""
        params = {**self.params, **self.space.set_at(index)}
        return run(
            self.strategy,
            self.bars,
            inputs=self.inputs,
            params=params,
            figures_only=True,
            **self.settings,
        )


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
    """Return a hash of the decided weights, day by day."""
    weights = result.decisions["weight"].to_numpy(np.float64) + 0.0
    days = result.decisions["date"].to_numpy("datetime64[D]").astype("<i8")
    digest = hashlib.sha256(days.tobytes() + weights.astype("<f8").tobytes()).digest()
    return float(int.from_bytes(digest[:8], "little") >> (64 - HASH_BITS))
