"""How far a run is: its stage, the day reached, and the share of the days behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ...feeds.bars import Bars
from ...strategies.base.reached import told_to

FIRST = "run"
"""The stage of the run itself; a variant's is named after the parameters that it changes."""


class Stage(NamedTuple):
    """The day that a run has reached."""

    name: str
    day: datetime.date
    share: float
    """Part of the days from the first bar to the last that lie behind it, 0 to 1."""


Progress = Callable[[Stage], None]


@contextmanager
def stage(progress: Progress | None, name: str, tables: Sequence[Bars]) -> Iterator[None]:
    """Within the block, call `progress` with each day that the strategy reaches.

    Parameters
    ----------
    progress : callable or None
        None: nobody is told.
    name : str
        Name of the stage.
    tables : sequence of Bars
        The bars that are run; at least one table.
    """
    if progress is None:
        yield
        return
    first = min(table.dates[0] for table in tables).item()
    days = max((max(table.dates[-1] for table in tables).item() - first).days, 1)

    def reached(day: datetime.date) -> None:
        progress(Stage(name, day, min((day - first).days / days, 1.0)))

    with told_to(reached):
        yield
