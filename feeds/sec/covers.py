"""Numbers of shares on covers that are in another unit than those before."""

from __future__ import annotations

import math
from collections.abc import Sequence

#: Powers of ten from which on a jump is a slip: 100, 1,000, 10,000 times as many, or as few.
SMALLEST_POWER = 2

#: Times by which numbers of one unit may differ from one cover to the next.
NEAR = 1.5


def slips(covers: Sequence[tuple[float, float | None]]) -> list[bool]:
    """Return which covers state their shares in thousands or the like, where the others do not.

    Parameters
    ----------
    covers : sequence of (float, float or None)
        Numbers of shares > 0 in the order of filing, each with that of the balance sheet of its
        filing, None where it states none.

    Returns
    -------
    list of bool
        True for a number about a power of ten, 100 or more, times or under the last one that
        counts. One counts after all if the balance sheet says as much, as after a split, or if
        the cover before it was left out and does. No later cover has a part in it.

    Examples
    --------
    >>> slips([(90_000_000, None), (90_100, None), (90_200_000, None)])
    [False, True, False]
    """
    found: list[bool] = []
    counts: float | None = None  # the last one that does
    doubted: float | None = None  # the one before, where it does not
    for shares, of_the_balance in covers:
        agrees = any(other and _near(shares, other) for other in (of_the_balance, doubted))
        slip = counts is not None and not agrees and _jumps(counts, shares)
        found.append(slip)
        counts, doubted = (counts, shares) if slip else (shares, None)
    return found


def _near(one: float, other: float) -> bool:
    return max(one, other) <= NEAR * min(one, other)


def _jumps(before: float, after: float) -> bool:
    powers = abs(math.log10(after / before))
    nearest = round(powers)
    return nearest >= SMALLEST_POWER and abs(powers - nearest) <= math.log10(NEAR)
