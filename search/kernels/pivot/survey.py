"""What a whole space of the pivot rule comes to: its best sets, its top, how many beat holding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....feeds.arrays import Floats
from ....feeds.compiling import compiled
from .bit_lanes import SWITCHES
from .line_sums import LineSums

RESERVE = 16
"""Lines whose rules a list of the top has room for beyond its length, before it is cut again."""


class Found(NamedTuple):
    """What some lines of a space come to."""

    rules: int
    """Sets that differ by more than rounding in a level."""
    beating: NDArray[np.int64]
    """Sets that gain more than holding, those that act alike counted each; shape (n_kinds,)."""
    best: Floats
    """Gain, line and set on it; shape (n_kinds + 1, 3). Row k is of the highest gain of kind k, the
    last row of the highest gain of kind 0 among sets with a number of switches within limits. -inf:
    there is none."""
    top: NDArray[np.void]
    """Rules of the highest gains of kind 0, the highest first: fields ``gain``, ``line``, ``set``
    (the lowest of the sets that act alike)."""


TOP = np.dtype([("gain", np.float64), ("line", np.int32), ("set", np.int32)])


def survey(
    sums: LineSums,
    numbers: Sequence[int],
    *,
    held: Floats,
    switches: tuple[float, float],
    keep: int,
    floor: float = -np.inf,
) -> Found:
    """Evaluate lines of a space up to the layout's last end.

    Parameters
    ----------
    sums : LineSums
        Of the market and the space.
    numbers : sequence of int
        Places of the lines in ``space.lines``.
    held : ndarray of shape (n_kinds,)
        What holding gains of each kind.
    switches : tuple of float
        Least and most switches for the last row of `Found.best`.
    keep : int
        Rules in the top.
    floor : float
        Rules with a lower gain are not in the top: the lowest gain of a full top of other lines.
    """
    space = sums.space
    n_kinds = held.size
    room = keep + RESERVE * max(len(space.levels.long_level), 1)
    top = np.empty(room, TOP)
    best = np.full((n_kinds + 1, 3), -np.inf)
    beating = np.zeros(n_kinds, np.int64)
    count = 0
    rules = 0
    for number in numbers:
        found = sums(space.lines[number])
        gains, counts = found.gains[-1], found.counts[-1]
        n_rules = gains.shape[1]
        if count + n_rules > top.size:
            top[: min(count, keep)] = _cut(top[:count], keep)
            if count >= keep:
                floor = max(floor, float(top["gain"][keep - 1]))
            count = min(count, keep)
            if count + n_rules > top.size:
                top = np.concatenate([top, np.empty(n_rules, TOP)])
        count = compiled_tally()(
            gains,
            counts[SWITCHES],
            found.levels.n_sets,
            found.levels.first_set,
            held,
            *switches,
            number,
            floor,
            best,
            beating,
            top["gain"],
            top["line"],
            top["set"],
            count,
        )
        rules += space.levels.long_level.size
    return Found(rules, beating, best, _cut(top[:count], keep))


def merged(parts: Sequence[Found], keep: int) -> Found:
    """Return what parts of a space come to together, whatever their order.

    Parameters
    ----------
    parts : sequence of Found
        Of lines that differ.
    keep : int
        Rules in the top, at most as many as in each part.
    """
    rows = np.stack([part.best for part in parts])
    gains, lines, sets = np.moveaxis(rows, -1, 0)
    first = np.lexsort((sets, lines, -gains), axis=0)[0]
    return Found(
        sum(part.rules for part in parts),
        reduce(np.add, [part.beating for part in parts]),
        rows[first, np.arange(rows.shape[1])],
        _cut(np.concatenate([part.top for part in parts]), keep),
    )


def _cut(top: NDArray[np.void], keep: int) -> NDArray[np.void]:
    order = np.lexsort((top["set"], top["line"], -top["gain"]))
    return top[order[:keep]]


def tally(
    gains: Any,
    switches: Any,
    n_sets: Any,
    first_set: Any,
    held: Any,
    least: float,
    most: float,
    line: int,
    floor: float,
    best: Any,
    beating: Any,
    top_gain: Any,
    top_line: Any,
    top_set: Any,
    count: int,
) -> int:
    """Add a line to what was found; return how many rules the list of the top has then.

    Parameters
    ----------
    gains : ndarray of shape (n_kinds, n_rules)
    switches, n_sets, first_set : ndarray of int64, shape (n_rules,)
        Of each rule: switches, how many sets act like it, and the lowest of them.
    held, least, most, line, floor
        As for `survey`.
    best, beating : ndarray, written
        As in `Found`.
    top_gain, top_line, top_set : ndarray of shape (room,), written
        The list from `count` on, which has room for all rules of the line.
    count : int
        Length of the list.
    """
    n_kinds, n_rules = gains.shape
    for row in range(n_kinds + 1):
        own = gains[row if row < n_kinds else 0]
        gain, number, at = best[row, 0], best[row, 1], best[row, 2]
        for p in range(n_rules):
            if own[p] < gain or (row == n_kinds and not least <= switches[p] <= most):
                continue
            if own[p] > gain or (line == number and first_set[p] < at):
                gain, number, at = own[p], float(line), float(first_set[p])
        best[row, 0], best[row, 1], best[row, 2] = gain, number, at
    for kind in range(n_kinds):
        for p in range(n_rules):
            if gains[kind, p] > held[kind]:
                beating[kind] += n_sets[p]
    for p in range(n_rules):
        if gains[0, p] >= floor:
            top_gain[count], top_line[count], top_set[count] = gains[0, p], line, first_set[p]
            count += 1
    return count


@cache
def compiled_tally() -> Any:
    """Return `tally` compiled."""
    return compiled(tally, nogil=True)
