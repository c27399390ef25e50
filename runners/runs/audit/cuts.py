"""The days after which an audit takes the future away."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence, Set

import numpy as np

from ...errors import ParameterError

Kind = Callable[[datetime.date, datetime.date], bool]
"""Whether a day is of a kind, given the session after it."""

KINDS: tuple[Kind, ...] = (
    lambda day, after: day.weekday() == 0,
    lambda day, after: day.month != after.month,  # the last of its month
    lambda day, after: day.weekday() == 2,
    lambda day, after: day.weekday() == 4,
    lambda day, after: day.day <= 3,
    lambda day, after: day.weekday() == 1,
    lambda day, after: day.weekday() == 3,
    lambda day, after: 13 <= day.day <= 17,
)
"""A cut of each kind in turn: a strategy may look ahead on one weekday, or one day a month."""


def cut_dates(
    days: Sequence[datetime.date], cuts: int, acted: Set[datetime.date]
) -> list[datetime.date]:
    """Return days to cut at, oldest first.

    Parameters
    ----------
    days : sequence of date
        The days after the first action, oldest first.
    cuts : int
        How many are wanted. The days are divided into as many stretches; of each one day is taken.
    acted : set of date
        Days on which the strategy acted. Such a day, or the one before it, is preferred, and among
        these one of the kind whose turn it is.

    Raises
    ------
    ParameterError
        `cuts` is below 1, or there are fewer than `cuts` + 3 days.
    """
    if cuts < 1:
        raise ParameterError(f"cuts must be >= 1, got {cuts}")
    if len(days) < cuts + 3:
        raise ParameterError(
            f"{len(days)} days after the first decision are too few for {cuts} cuts"
        )
    inner = range(2, len(days) - 1)
    telling = {i for i in inner if days[i] in acted or days[i + 1] in acted}
    found = []
    for number, stretch in enumerate(np.array_split(np.array(inner), cuts)):
        kind = KINDS[number % len(KINDS)]
        of_kind = {i for i in stretch if kind(days[i], days[i + 1])}
        # The middle of a stretch first: its ends are next to another stretch's day.
        middle = sorted(stretch.tolist(), key=lambda i: abs(i - stretch[len(stretch) // 2]))
        ranked = sorted(middle, key=lambda i: (i not in telling, i not in of_kind))
        found.append(days[ranked[0]])
    return found
