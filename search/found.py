"""The outcome of a search."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import histogram
from .distinct import Distinct
from .marginals import BEST, BEST_INDEX, DEFINED, RUINED, SETS, WORST
from .reduction import Reduction
from .space import Space


@dataclass(frozen=True, eq=False)
class Pair:
    """A table of two parameters: rows are values of the first, columns values of the second.

    A cell's `sets` are its `count`, its `ruined` and its `undefined`; a cell without sets is one
    that the constraints rule out, or that a sample missed.
    """

    best: pd.DataFrame
    """Objective of the best set with these two values; NaN where none has one."""
    mean: pd.DataFrame
    """Mean objective of the sets that have one."""
    count: pd.DataFrame
    """How many these are."""
    sets: pd.DataFrame
    """How many were tried."""
    ruined: pd.DataFrame
    """How many of those were ruined."""
    undefined: pd.DataFrame
    """How many of those were not ruined and have no objective."""


@dataclass(frozen=True, eq=False)
class Found:
    """The outcome of a search; equal for any engine, number of workers, chunking or interruption.

    Attributes
    ----------
    objective : str
    sets : int or None
        Sets that the constraints allow; None: a sample of a space too large to count them.
    evaluated : int
        Sets that were tried: all of them, or the sample.
    undefined : int
        Sets whose objective is not a finite number.
    ruined : int
        Sets that were ruined.
    distinct : int or None
        Different position series among the evaluated; None where the evaluator tells no hashes.
    distinct_is_estimate : bool
        More than 2**20: see `distinct.Distinct`.
    top : DataFrame
        The best sets, the best first (see `reduction.Best` for ties and ruin): `index`, the
        parameters, the statistics.
    histogram : DataFrame
        Of the objective, over the sets that have one and were not ruined: `low`, `high`, `count`;
        see `histogram`. Empty bins are left out.
    marginals : DataFrame
        One row a value of each parameter (parameters of more than 40,000 values are left out):
        `parameter`, `value`, `sets`, `ruined`, `undefined` (not ruined, without an objective),
        `count` (with an objective, not ruined), `mean`, `best`, `best_index` (-1: none), `worst`.
        `ruined`, `undefined` and `count` add up to `sets`; those of one parameter's values to the
        search's totals.
    pairs : dict
        From two names, in the space's order, to a `Pair`; large ones are left out, see `marginals`.
    rows : callable or None
        Returns every set's row as a DataFrame: `index`, the parameters, the statistics, in the
        order of the search; None where they were not kept.
    rules : Distinct or None
        The hashes of the distinct rules; None where the evaluator tells none.
    """

    objective: str
    sets: int | None
    evaluated: int
    undefined: int
    ruined: int
    distinct: int | None
    distinct_is_estimate: bool
    top: pd.DataFrame
    histogram: pd.DataFrame
    marginals: pd.DataFrame
    pairs: dict[tuple[str, str], Pair]
    rows: Callable[[], pd.DataFrame] | None = None
    rules: Distinct | None = None

    @classmethod
    def of(
        cls,
        reduction: Reduction,
        space: Space,
        sets: int | None,
        rows: Callable[[], pd.DataFrame] | None = None,
    ) -> Found:
        """Return the outcome that a reduction of a space holds."""
        distinct, best = reduction.distinct, reduction.best
        marginals, pairs = _tables(reduction, space)
        statistics = dict(zip(reduction.columns, best.rows.T, strict=True))
        return cls(
            objective=reduction.objective,
            sets=sets,
            evaluated=reduction.evaluated,
            undefined=reduction.undefined,
            ruined=reduction.ruined,
            distinct=None if distinct is None else distinct.count,
            distinct_is_estimate=distinct is not None and distinct.halvings > 0,
            top=with_parameters(space, pd.DataFrame({"index": best.indices, **statistics})),
            histogram=histogram.table(reduction.histogram),
            marginals=marginals,
            pairs=pairs,
            rows=rows,
            rules=distinct,
        )

    def plain(self) -> dict[str, Any]:
        """Return everything but rows and rules as JSON takes it; NaN becomes None."""
        return {
            "objective": self.objective,
            "sets": self.sets,
            "evaluated": self.evaluated,
            "undefined": self.undefined,
            "ruined": self.ruined,
            "distinct": self.distinct,
            "distinct_is_estimate": self.distinct_is_estimate,
            "top": _plain(self.top),
            "histogram": _plain(self.histogram),
            "marginals": _plain(self.marginals),
            "pairs": [
                {
                    "names": list(names),
                    **{
                        name: [[_number(value) for value in row] for row in table.values.tolist()]
                        for name, table in vars(pair).items()
                    },
                }
                for names, pair in self.pairs.items()
            ],
        }


def with_parameters(space: Space, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the parameters of their sets between `index` and the statistics."""
    parameters = space.columns(rows["index"].to_numpy())
    return pd.concat(
        [rows[["index"]], pd.DataFrame(parameters), rows.drop(columns="index")], axis=1
    )


def _tables(reduction: Reduction, space: Space) -> tuple[pd.DataFrame, dict[tuple[str, str], Pair]]:
    cells = reduction.cells
    seen = cells.tally[:, DEFINED] > 0
    measures: Mapping[str, NDArray[Any]] = {
        "sets": cells.tally[:, SETS],
        "ruined": cells.tally[:, RUINED],
        "undefined": cells.tally[:, SETS] - cells.tally[:, RUINED] - cells.tally[:, DEFINED],
        "count": cells.tally[:, DEFINED],
        "mean": cells.means(),
        "best": np.where(seen, cells.extremes[:, BEST], np.nan),
        "best_index": cells.tally[:, BEST_INDEX],
        "worst": np.where(seen, cells.extremes[:, WORST], np.nan),
    }
    singles, pairs = [], {}
    for table in reduction.layout.tables:
        part = slice(table.offset, table.offset + table.cells)
        name, values = space.names[table.first], space.values[table.first]
        if table.second < 0:
            columns = {key: measure[part] for key, measure in measures.items()}
            singles.append(
                pd.DataFrame(
                    {"parameter": name, "value": pd.Series(values, dtype=object)} | columns
                )
            )
        else:
            other, others = space.names[table.second], space.values[table.second]
            rows, across = pd.Index(values, name=name), pd.Index(others, name=other)
            frames = (
                pd.DataFrame(measures[key][part].reshape(len(values), len(others)), rows, across)
                for key in ("best", "mean", "count", "sets", "ruined", "undefined")
            )
            pairs[name, other] = Pair(*frames)
    empty = pd.DataFrame(columns=["parameter", "value", *measures])
    return pd.concat(singles, ignore_index=True) if singles else empty, pairs


def _plain(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): [_number(v) for v in table[name].tolist()] for name in table.columns}


def _number(value: Any) -> Any:
    """Return a value as JSON has it: no NaN, and the ends of the histogram as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value
