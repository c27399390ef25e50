"""The sets over the whole window of a walk-forward: what hindsight would have chosen of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..runs.result import RunResult
from ..searches.compared import Compared
from ..searches.median import Median
from ..worth.result import Worth


@dataclass(frozen=True, eq=False)
class Hindsight:
    """The search over the whole window, fits and traded days alike.

    Attributes
    ----------
    window : tuple of (str, str)
        First and last day that count in it.
    set : dict or None
        Parameters of the ex-post best set; None if no set has an objective.
    objective : float or None
        Its objective.
    best : RunResult or None
        Its bar-by-bar run; None also if it differs each time it is run.
    evaluated : int
        Sets.
    distinct : int or None
        Different position series among them.
    median : Median
        The set in the middle.
    compared : list of Compared
        Best, median, walk-forward, and buying and holding, on the days of the walk-forward.
    worth : Worth or None
        What the ex-post best is worth; None if it was not to be measured.
    """

    window: tuple[str, str]
    set: dict[str, Any] | None
    objective: float | None
    best: RunResult | None
    evaluated: int
    distinct: int | None
    median: Median
    compared: list[Compared]
    worth: Worth | None

    def plain(self) -> dict[str, Any]:
        """Return the `ex_post` of walk_forward.json."""
        return {
            "window": {"first": self.window[0], "last": self.window[1]},
            "set": self.set,
            "objective": self.objective,
            "evaluated": self.evaluated,
            "distinct": self.distinct,
            "median": self.median._asdict(),
        }
