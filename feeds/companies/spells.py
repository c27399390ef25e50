"""Spells: what was so from a first day on, and until it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from ..arrays import Dates
from ..checks import Mask

#: Spellings of a spell's two dates.
SPELLINGS = {
    "start_date": ("start", "from", "first_date"),
    "end_date": ("end", "to", "last_date"),
}


@dataclass(frozen=True, eq=False)
class Spells:
    """From when until when each of n things was so, half-open.

    Parameters
    ----------
    start : ndarray of datetime64[D], shape (n,)
        First day of each; NaT where it was always so.
    end : ndarray of datetime64[D], shape (n,)
        First day on which it was so no more; NaT while that is not known.
    """

    start: Dates
    end: Dates

    def __len__(self) -> int:
        """Count the spells."""
        return len(self.start)

    def on(self, day: np.datetime64) -> Mask:
        """Tell which hold on a day, shape (n,): start <= day < end."""
        return ~(self.start > day) & ~(self.end <= day)

    def begun_by(self, day: np.datetime64) -> Mask:
        """Tell which have begun by the end of a day, shape (n,)."""
        return ~(self.start > day)

    def take(self, mask: Mask) -> Self:
        """Return the spells of a mask."""
        return type(self)(self.start[mask], self.end[mask])

    def until(self, day: np.datetime64) -> Self:
        """Return the same spells, none of which is known to end after a day."""
        return type(self)(self.start, np.where(self.end > day, np.datetime64("NaT", "D"), self.end))

    def scrambled_after(self, day: np.datetime64, rng: np.random.Generator) -> Self:
        """Return the spells with every start and end after a day moved to another day after it.

        Spells that go on at the day may end after it, or not.
        """
        n = len(self)
        start, later = self.start.copy(), self.start > day
        start[later] = day + rng.integers(1, 1000, later.sum())
        end, open_ended = self.end.copy(), ~(self.end <= day)
        begun = np.where(later, start, day)
        ends = np.where(
            rng.random(n) < 0.5, np.datetime64("NaT", "D"), begun + rng.integers(1, 1000, n)
        )
        end[open_ended] = ends[open_ended]
        return type(self)(start, end)

    def first(self) -> np.datetime64 | None:
        """Return the first day of all; None where there is none, or one was always so."""
        if not len(self) or np.isnat(self.start).any():
            return None
        earliest: np.datetime64 = self.start.min()
        return earliest

    def ended_before_begun(self) -> Mask:
        """Tell which end on their first day or before, shape (n,)."""
        return self.end <= self.start

    def overlapping(self, names: Sequence[str]) -> Mask:
        """Tell which begin while another spell of the same name still holds, shape (n,)."""
        found = np.zeros(len(self), dtype=np.bool_)
        # NaT is the smallest integer: what was always so comes first.
        starts = self.start.astype(np.int64).tolist()
        order = sorted(range(len(self)), key=lambda row: (names[row], starts[row]))
        for earlier, later in pairwise(order):
            if names[earlier] == names[later]:
                found[later] = not self.end[earlier] <= self.start[later]
        return found
