"""Other futures: bars and inputs that end on a day, or go on as noise."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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

    Whatever depends on the sign of a later return differs in one of the two walks.
    """
    yield Future("truncated", [table.between(None, cut) for table in tables], inputs.until(cut))
    for side in (1.0, -1.0):
        rng = np.random.default_rng([seed, cut.toordinal()])  # the same steps for both sides
        noisy = [_scrambled(table, cut, rng, side) for table in tables]
        draws = np.random.default_rng([seed, cut.toordinal(), side < 0])
        yield Future("scrambled", noisy, inputs.scrambled_after(cut, draws))


def _scrambled(bars: Bars, cut: datetime.date, rng: np.random.Generator, side: float) -> Bars:
    """Return bars that continue after the cut as a volatile random walk without dividends."""
    known = int(np.searchsorted(bars.dates, np.datetime64(cut), side="right"))
    return noise_after(bars, known, rng, side=side)
