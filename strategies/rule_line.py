"""A pure rule as a backtrader indicator: the bar-by-bar run reads what a search would compute."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, cast

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

from .errors import StrategyError

Rule = Callable[..., NDArray[np.float64]]
"""``rule(*arrays, *arguments)``: positions of shape (n_bars,), entry t from bars <= t."""


class RuleCall(NamedTuple):
    """A rule and its arguments; a run, a search and a test call it in the same way."""

    rule: Rule
    arguments: tuple[Any, ...]
    """What follows the arrays."""
    arrays: tuple[str, ...] = ("close",)
    """Names of the bars' columns that the rule reads, in its order."""
    bars_needed: int = 1
    """Bars up to the first decision, that bar included, >= 1."""

    def positions(self, bars: Any) -> NDArray[np.float64]:
        """Return the position at each bar.

        Parameters
        ----------
        bars : Bars
            Anything with the columns as attributes, each of shape (n_bars,), oldest first.

        Returns
        -------
        ndarray of shape (n_bars,)
            Signed weight of the account's value. NaN, or 0 for a rule that is never flat, before
            the first decision; no NaN after it.
        """
        columns = [getattr(bars, name) for name in self.arrays]
        return compiled(self.rule)(*columns, *self.arguments)


class RuleLine(bt.Indicator):
    """One line: the position that a rule calls for at each bar.

    Parameters
    ----------
    rule : callable
        From `strategies.rules`: ``rule(*arrays, *arguments) -> ndarray of shape (n_bars,)``. It is
        compiled by numba.
    arrays : tuple of str
        Names of the feed's lines that the rule reads, in its order.
    arguments : tuple
        What follows the arrays.
    bars_needed : int
        Not read: here so that the fields of a `RuleCall` are the parameters of its line,
        ``RuleLine(data, **call._asdict())``.

    Raises
    ------
    StrategyError
        The run keeps fewer bars than the rule reads (``exactbars``).

    Notes
    -----
    `once` computes the whole line in one call; `next` calls the rule on the bars so far and takes
    its last entry. That the two agree is what makes a rule causal, and is tested for every rule.
    """

    lines: Any = ("position",)
    params: Any = (
        ("rule", None),
        ("arrays", ("close",)),
        ("arguments", ()),
        ("bars_needed", 1),
    )

    def once(self, start: int, end: int) -> None:
        """Fill the line up to bar `end` in one call."""
        bars = [np.array(source.array[:end]) for source in self._sources()]
        positions = compiled(self.p.rule)(*bars, *self.p.arguments)
        self.lines.position.array[start:end] = array("d", positions[start:].tobytes())

    def next(self) -> None:
        """Append the newest entry."""
        if any(source.buflen() < len(self.data) for source in self._sources()):
            raise StrategyError("a rule reads all bars so far: run without exactbars")
        bars = [np.array(source.get(size=len(self.data))) for source in self._sources()]
        self.lines.position[0] = compiled(self.p.rule)(*bars, *self.p.arguments)[-1]

    def _plotlabel(self) -> list[Any]:
        return [self.p.rule.__name__, *self.p.arguments]

    def _sources(self) -> list[Any]:
        """Return the lines that the rule reads; dividends are 0 where the feed has none.

        Such a feed has no line `dividend`, or was resampled by backtrader, which leaves the line
        empty.
        """
        lines = self.data.lines
        told = hasattr(lines, "dividend") and not self.data.resampling
        return [
            getattr(lines, name) if told or name != "dividend" else NoDividends(lines.close)
            for name in self.p.arrays
        ]


class NoDividends:
    """Zeros in place of a line of dividends that the feed does not have, one for each close."""

    def __init__(self, close: Any) -> None:
        self.close = close

    @property
    def array(self) -> Any:
        """Zeros for all bars."""
        return np.zeros(len(self.close.array))

    def buflen(self) -> int:
        """Return how many bars are kept."""
        return int(self.close.buflen())

    def get(self, size: int) -> Any:
        """Return zeros for the newest bars."""
        return np.zeros(size)


@cache
def compiled(rule: Rule) -> Rule:
    """Return a rule compiled by numba, which is slow to import and hence imported only here."""
    import numba

    try:
        return cast(Rule, numba.njit(cache=True, nogil=True)(rule))
    except RuntimeError:  # no folder that numba may write its cache to
        return cast(Rule, numba.njit(nogil=True)(rule))
