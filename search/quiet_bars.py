"""The accounting kernel in plain Python, for accounts that seldom trade: no numba is imported.

On a quiet bar nothing is ordered, filled or paid: holdings and cash stay, and all bars between two
others are filled in at once. Twenty years with 150 orders take 5 ms; numba takes 0.8 s to import
and to load the kernel, and 4 s to compile it.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import numpy as np

from ..feeds.arrays import Bools, Floats
from .walk import walk

BUSY_BARS = 600
"""Most bars of an account that are not quiet."""

BUSY_BARS_IN_ALL = 20_000
"""Such bars of all accounts of a process, from which on numba is worth its start."""

_walked = [0]
"""Such bars so far."""


class QuietRuin(Exception):
    """The account was ruined on a bar on which nothing was ordered."""


def walked_in_python(*arguments: Any) -> tuple[Any, Any, Any, int, Any] | None:
    """Return what `walk` returns, to the bit; None where the compiled kernel is to be asked.

    Parameters
    ----------
    *arguments
        As `walk` takes them, up to `cash`.

    Returns
    -------
    tuple or None
        None where interest or borrow is charged, since then no night is quiet; where more bars are
        busy than numba's start is worth, or numba is imported; where the account is ruined on a
        quiet bar; and where Python and numba may treat a number in two ways, such as a division
        by zero.
    """
    _, closes, dividends, _, *rates, _, due, delay = arguments[:11]
    if "numba" in sys.modules or any(rate.any() for rate in rates):
        return None
    ordered = due.any(axis=1)
    busy = ordered | (dividends != 0.0).any(axis=1)
    busy[delay:] |= ordered[: busy.size - delay]
    count = int(busy.sum())
    if count > BUSY_BARS or _walked[0] + count > BUSY_BARS_IN_ALL:
        return None
    _walked[0] += count
    quiet = _Quiet(busy, closes)
    try:
        with np.errstate(all="raise", under="ignore"):
            equity, held, invested, ruined, book = partial(walk, quiet=quiet.bar)(*arguments)
            quiet.fill(busy.size, held[quiet.done - 1], book, equity, held, invested)
    except (QuietRuin, FloatingPointError):
        return None
    return equity, held, invested, ruined, book


class _Quiet:
    """Fills in the quiet bars since the last busy one, before the next."""

    def __init__(self, busy: Bools, closes: Floats) -> None:
        self.busy = busy
        self.closes = closes
        self.done = 0
        """Bars that are filled in."""

    def bar(
        self, t: int, shares: Floats, book: Floats, equity: Floats, held: Floats, invested: Bools
    ) -> bool:
        """Return whether a bar is quiet; where it is not, fill in those before it."""
        if t and not self.busy[t]:
            return True
        self.fill(t, shares, book, equity, held, invested)
        self.done = t + 1
        return False

    def fill(
        self, end: int, shares: Floats, book: Floats, equity: Floats, held: Floats, invested: Bools
    ) -> None:
        """Fill in the bars from `done` to `end`, which is left out, in the order of `walk`."""
        if end == self.done:
            return
        bars = slice(self.done, end)
        closes = self.closes[bars]
        values = np.full(len(closes), book[0])
        for k, count in enumerate(shares):
            values += count * closes[:, k]
        if (values <= 0.0).any():
            raise QuietRuin
        gains = shares * (closes - self.closes[self.done - 1 : end - 1])
        book[4] = np.add.accumulate(np.append(book[4], gains))[-1]
        equity[bars] = values
        held[bars] = shares
        invested[bars] = (shares != 0.0).any()
