"""Other futures: bars and inputs that end on a day, or go on as noise."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ....feeds.bars import Bars
from ....feeds.simulated.noise import noise_after
from ..inputs import Inputs


class Future(NamedTuple):
    """Bars and inputs that are those of the run up to a day."""

    how: str
    tables: list[Bars]
    inputs: Inputs


def futures(
    tables: Sequence[Bars], inputs: Inputs, cut: datetime.date, seed: int
) -> Iterator[Future]:
    """Yield a truncated future, a random walk, and the walk with every step reversed.

    Whatever depends on the sign of a later return, or on the side of its mean that a later number
    of the inputs is on, differs in one of the two.
    """
    yield Future("truncated", [table.between(None, cut) for table in tables], inputs.until(cut))
    for side in (1.0, -1.0):
        rng = Draws(seed, cut, side)
        noisy = [_scrambled(table, cut, rng) for table in tables]
        yield Future("scrambled", noisy, inputs.scrambled_after(cut, rng))


def other_closes(tables: Sequence[Bars], day: datetime.date) -> Iterator[list[Bars]]:
    """Yield bars that end on a day: its open is as it was, its close above it, and then below."""
    for change in (1.05, 0.95):
        yield [_closing(table.between(None, day), day, change) for table in tables]


def _closing(bars: Bars, day: datetime.date, change: float) -> Bars:
    if bars.dates[-1].item() != day:
        return bars
    first = bars.open[-1]
    last = {
        "high": 1.01 * first * max(1.0, change),
        "low": 0.99 * first * min(1.0, change),
        "close": first * change,
    }
    changed: dict[str, Any] = {
        name: np.append(getattr(bars, name)[:-1], value) for name, value in last.items()
    }
    return replace(bars, **changed)


def another_market(tables: Sequence[Bars], seed: int) -> list[Bars]:
    """Return noise on the dates of the bars, from the third bar of each table on."""
    rng = np.random.default_rng(seed)
    return [noise_after(table, 2, rng) for table in tables]


class Draws(np.random.Generator):
    """Random draws whose normal ones are the opposite of those of the other side."""

    def __init__(self, seed: int, cut: datetime.date, side: float) -> None:
        super().__init__(np.random.PCG64([seed, cut.toordinal(), int(side < 0)]))
        self._side = side
        self._normal = np.random.default_rng([seed, cut.toordinal()])

    def standard_normal(self, *arguments: Any, **named: Any) -> Any:
        """Return normal draws; with side -1 the opposite of those with side 1."""
        return self._side * self._normal.standard_normal(*arguments, **named)


def _scrambled(bars: Bars, cut: datetime.date, rng: np.random.Generator) -> Bars:
    """Return bars that continue after the cut as a volatile random walk without dividends."""
    known = int(np.searchsorted(bars.dates, np.datetime64(cut), side="right"))
    return noise_after(bars, known, rng)
