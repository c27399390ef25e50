"""The days after which an audit takes the future away."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Sequence, Set

import numpy as np

from ...errors import ParameterError

Kind = Callable[[datetime.date, datetime.date], bool]
"""Whether a day is of a kind, given the session after it."""


def _on(weekday: int) -> Kind:
    return lambda day, after: day.weekday() == weekday


WEEKDAYS = tuple(map(_on, range(5)))
OF_A_MONTH: tuple[Kind, ...] = (
    lambda day, after: day.month != after.month,  # its last session
    lambda day, after: day.day <= 3,
    lambda day, after: 13 <= day.day <= 17,
)
KINDS = tuple(
    kind
    for pair in itertools.zip_longest(WEEKDAYS, OF_A_MONTH)
    for kind in pair
    if kind is not None
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
        # A kind of which a month has few days is taken where the strategy did not act on it, too.
        first, second = (of_kind, telling) if kind in OF_A_MONTH else (telling, of_kind)
        # The middle of a stretch first: its ends are next to another stretch's day.
        middle = sorted(stretch.tolist(), key=lambda i: abs(i - stretch[len(stretch) // 2]))
        found.append(days[min(middle, key=lambda i: (i not in first, i not in second))])
    return found
