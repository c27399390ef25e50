"""Sets of a search whose runs were stopped: how many, and why the first was."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...search.errors import SearchStopped
from ...search.found import Found
from .bar_by_bar import RunEvaluator


class Stopped(NamedTuple):
    """Sets without any figure, since their runs ended before the last bar."""

    sets: int
    params: dict[str, Any]
    """Of the first such set, in the order of the space."""
    why: str
    """Why it was stopped, in one line."""

    @property
    def first(self) -> str:
        """The first such set and why it was stopped."""
        return (
            f"{', '.join(f'{name} = {value}' for name, value in self.params.items())}: {self.why}"
        )


def stopped_in(found: Found, evaluator: RunEvaluator) -> Stopped | None:
    """Return the stopped sets of a search; None if there are none, or if no rows were kept.

    The reason is found by running the first of them once more: it is the same for any engine, and
    after an interruption.

    Raises
    ------
    SearchStopped
        Every set was stopped.
    """
    if found.rows is None:
        return None
    rows = found.rows()
    stopped = rows["index"].to_numpy()[np.isnan(rows["total_return"].to_numpy(float))]
    if not stopped.size:
        return None
    index = int(stopped.min())
    told = Stopped(int(stopped.size), evaluator.space.set_at(index), evaluator.attempt(index).why)
    if told.sets == found.evaluated:
        raise SearchStopped(f"no set could be run to its end; {told.first}")
    return told
