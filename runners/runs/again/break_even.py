"""The slippage at which a result is used up, found by runs in which the strategy decides again."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Any

TOLERANCE_BPS = 0.25
"""Largest distance of a break-even from the crossing that it stands for, in basis points."""

Search = Generator[tuple[float, ...], None, dict[str, Any]]
"""Yields the levels that must be run before it goes on; returns what `Break-even` says."""


def break_even(
    total_return: Callable[[float], float | None], target: float, levels: Sequence[float]
) -> Search:
    """Search the smallest of some levels of slippage at which a total return is used up.

    A strategy that decides again need not gain less at each higher level: what is found is the
    first crossing between two neighbouring levels, refined between these two.

    Parameters
    ----------
    total_return : callable
        Function from a level in basis points that was run to the total return; None if that run
        was stopped.
    target : float
        Total return that counts as none left.
    levels : sequence of float
        The levels, rising; the first is 0.

    Returns
    -------
    generator
        Yields the levels that must be run next. It returns ``slippage_bps``, to `TOLERANCE_BPS`,
        or None, and ``why``: "no gain" (there is none without slippage), "beyond" (it outlasts the
        highest level) or "stopped" (a run on the way was stopped).
    """
    yield (levels[0],)
    lead = _lead(total_return(levels[0]), target)
    if lead is None:
        return _none("stopped")
    if lead <= 0.0:
        return _none("no gain")
    below = levels[0]
    for place, above in enumerate(levels[1:], 1):
        if place % 2:
            yield tuple(levels[place : place + 2])
        lead = _lead(total_return(above), target)
        if lead is None:
            return _none("stopped")
        if lead <= 0.0:
            break
        below = above
    else:
        return _none("beyond")
    rounds = 0
    while above - below > 2.0 * TOLERANCE_BPS:
        tried = _thirds(below, above)
        if rounds % 2 == 0:
            lead, lag = (_lead(total_return(level), target) for level in (below, above))
            assert lead is not None  # both ends were run, and not stopped
            assert lag is not None
            tried = _around_the_root(below, above, lead, lag)
        yield tried
        for level in tried:
            lead = _lead(total_return(level), target)
            if lead is None:
                return _none("stopped")
            if lead <= 0.0:
                above = level
                break
            below = level
        rounds += 1
    return {"slippage_bps": round(0.5 * (below + above), 2), "why": None}


def together(searches: Sequence[Search], run: Callable[[list[float]], None]) -> list[Any]:
    """Run searches side by side and return what they found; `run` runs the levels of a round."""
    found: dict[int, Any] = {}
    waiting = dict(enumerate(searches))
    while waiting:
        wanted: list[float] = []
        for number, each in list(waiting.items()):
            try:
                wanted += next(each)
            except StopIteration as ended:
                found[number] = ended.value
                del waiting[number]
        if wanted:
            run(wanted)
    return [found[number] for number in range(len(searches))]


def _lead(total_return: float | None, target: float) -> float | None:
    """Return the logarithm of wealth over the target's; the plain difference after ruin."""
    if total_return is None:
        return None
    if min(total_return, target) <= -1.0:
        return total_return - target
    return math.log1p(total_return) - math.log1p(target)


def _thirds(below: float, above: float) -> tuple[float, ...]:
    return tuple(round(below + (above - below) * part / 3.0, 4) for part in (1, 2))


def _around_the_root(below: float, above: float, lead: float, lag: float) -> tuple[float, ...]:
    """Return two levels on either side of the root of the line between two ends."""
    root = below + (above - below) * lead / (lead - lag)
    root = min(max(root, below + TOLERANCE_BPS), above - TOLERANCE_BPS)
    near = {round(root + side * TOLERANCE_BPS, 4) for side in (-1.0, 1.0)}
    return tuple(sorted(level for level in near if below < level < above))


def _none(why: str) -> dict[str, Any]:
    return {"slippage_bps": None, "why": why}
