"""Parameter sets run bar by bar: for strategies without a rule that arrays can be read from."""

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
"""What a float holds exactly."""


@dataclass(frozen=True, eq=False)
class RunEvaluator:
    """Judges a set by its bar-by-bar run.

    Parameters
    ----------
    strategy : str
        What `registry.resolve` takes: a worker resolves it anew.
    params : mapping
        The parameters that the space does not set.
    space : Space
        From a set's number to its parameters.
    bars : sequence of Bars
        One table for each feed.
    settings : mapping
        Those of `Settings`.
    inputs : Inputs or None
        What the strategy reads beside its bars.
    """

    strategy: str
    params: Mapping[str, Any]
    space: Space
    bars: Sequence[Bars]
    settings: Mapping[str, Any]
    inputs: Inputs | None = None

    columns = COLUMNS

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a row of statistics for each set; NaN where a figure does not exist."""
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
    """Return settings as `run` takes them."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {name: value for name, value in values.items() if value is not None}


def row_of(result: RunResult) -> list[float]:
    """Return a run's statistics as a search has them: `COLUMNS`."""
    figures = {**result.metrics, **extras(result)}
    return [np.nan if figures[name] is None else float(figures[name]) for name in COLUMNS]


def extras(result: RunResult) -> dict[str, float | None]:
    """Return what a search has beyond a run's metrics."""
    ruined_on = result.metrics["ruined_on"]
    days = pd.DatetimeIndex(result.daily.index)
    row = int(days.searchsorted(pd.Timestamp(ruined_on))) if ruined_on else -1
    return {
        **{name: _difference(result, own) for name, own in DIFFERENCES.items()},
        RUINED: float(row),
        POSITIONS: _positions_hash(result),
    }


def _difference(result: RunResult, name: str) -> float | None:
    """Return a metric less that of buying and holding; None where either has none."""
    own, held = result.metrics[name], result.hold_return
    if held is not None and name == "cagr":
        years = len(result.returns) / result.periods_per_year
        held = None if held <= -1.0 else math.expm1(math.log1p(held) / years)
    return None if own is None or held is None else float(own) - held


def _positions_hash(result: RunResult) -> float:
    """Return a hash of the weights that were decided, day by day."""
    weights = result.decisions["weight"].to_numpy(np.float64) + 0.0
    days = result.decisions["date"].to_numpy("datetime64[D]").astype("<i8")
    digest = hashlib.sha256(days.tobytes() + weights.astype("<f8").tobytes()).digest()
    return float(int.from_bytes(digest[:8], "little") >> (64 - HASH_BITS))
