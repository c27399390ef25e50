"""The evaluator of a search: numbers of parameter sets in, rows of statistics out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..feeds.quoting import did_you_mean
from .errors import SearchError

COLUMNS = (
    "total_return", "cagr", "volatility", "sharpe", "max_drawdown", "points", "percent", "win_rate",
    "average_win", "average_loss", "switches", "ruined", "excess", "excess_per_year",
    "positions_hash",
)  # fmt: skip
"""Statistics of this package's evaluators, in this order; conventions are those of run.json.

`ruined` is the row of the ruin in the Market, or -1; `excess` the total return less that of buying
and holding; `excess_per_year` the same of the compound annual growth rates, over the same days;
`positions_hash` 52 bits of a hash of the positions in force, as an exact float."""

DIFFERENCES = {"excess": "total_return", "excess_per_year": "cagr"}
"""Statistics that are a difference to buying and holding, and what each is the difference of."""

RUINED = "ruined"
POSITIONS = "positions_hash"


class Evaluator(Protocol):
    """Picklable and pure: equal numbers give equal bytes in any process and any thread.

    It releases the interpreter's lock where it works, else threads wait for one another.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the statistics.

        `ruined` and `positions_hash` are understood wherever they are: a set with `ruined` >= 0
        ranks last, equal hashes are one distinct rule. Without them no set is ruined, and distinct
        rules are not counted.
        """
        ...

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Evaluate sets.

        Parameters
        ----------
        indices : ndarray of int64, shape (n,)
            Numbers of sets in the space.

        Returns
        -------
        ndarray of float64, shape (n, n_columns)
            NaN: the figure does not exist.
        """
        ...


def objectives(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that a search may maximise."""
    return tuple(name for name in columns if name not in (RUINED, POSITIONS))


def check_objective(objective: str, columns: tuple[str, ...], more: tuple[str, ...] = ()) -> None:
    """Refuse what cannot be maximised; `more` are names that are known beside the columns.

    Raises
    ------
    SearchError
        With the near miss, or with what there is.
    """
    known = (*objectives(columns), *(name for name in more if name not in columns))
    if objective not in known:
        hint = did_you_mean(objective, known) or f"; known: {', '.join(known)}"
        raise SearchError(f"no objective {objective!r}{hint}")
