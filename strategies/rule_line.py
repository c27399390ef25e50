"""A pure rule as a backtrader indicator: the bar-by-bar run reads what a search would compute."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

from .errors import StrategyError
from .rule_answer import Rule, positions_of


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
        self.check()
        columns = [_column(bars, name) for name in self.arrays]
        return positions_of(self.rule, columns, self.arguments)

    def check(self) -> None:
        """Raise StrategyError where a field is of no use."""
        if not callable(self.rule):
            raise StrategyError(f"RuleCall: rule must be a function, got {self.rule!r}")
        for name, example in (("arguments", "(20,)"), ("arrays", '("close",)')):
            if not isinstance(given := getattr(self, name), (tuple, list)):
                raise StrategyError(
                    f"RuleCall: {name} must be a tuple, as {example}, got {given!r}"
                )
        if not self.arrays:
            raise StrategyError('RuleCall: arrays names no column: say ("close",)')
        needed = self.bars_needed
        if not isinstance(needed, (int, np.integer)) or isinstance(needed, bool) or needed < 1:
            raise StrategyError(
                f"RuleCall: bars_needed must be a whole number >= 1, got {needed!r}"
            )


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
        The run keeps fewer bars than the rule reads (``exactbars``); the rule does not answer a
        position for each bar, see `positions_of`.

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
        bars = [np.array(source.array[:end]) for source in self.sources()]
        positions = positions_of(self.p.rule, bars, self.p.arguments)
        self.lines.position.array[start:end] = array("d", positions[start:].tobytes())

    def next(self) -> None:
        """Append the newest entry."""
        if any(source.buflen() < len(self.data) for source in self.sources()):
            raise StrategyError("a rule reads all bars so far: run without exactbars")
        bars = [np.array(source.get(size=len(self.data))) for source in self.sources()]
        self.lines.position[0] = positions_of(self.p.rule, bars, self.p.arguments)[-1]

    def _plotlabel(self) -> list[Any]:
        return [self.p.rule.__name__, *self.p.arguments]

    def sources(self) -> list[Any]:
        """Return the lines that the rule reads; dividends are 0 where the feed has none.

        Such a feed has no line `dividend`, or was resampled by backtrader, which leaves the line
        empty.
        """
        lines = self.data.lines
        told = hasattr(lines, "dividend") and not self.data.resampling
        return [
            _column(lines, name) if told or name != "dividend" else NoDividends(lines.close)
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


def _column(source: Any, name: str) -> Any:
    """Return a column by its name."""
    if not hasattr(source, name):
        raise StrategyError(
            f"RuleCall: the bars have no column {name!r}: arrays takes open, high, low, close, "
            "volume and dividend"
        )
    return getattr(source, name)
