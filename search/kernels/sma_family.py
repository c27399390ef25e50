"""The SMA switch for many periods: sums from a running sum, and the rule's own sum near a tie."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...feeds.compiling import compiled
from ...strategies.playbook_strategy import PlaybookStrategy
from ...strategies.rules.sma_switch import TIE, sma_side
from ..errors import LedgerDomainError
from ..evaluator import COLUMNS
from ..ledger import Terms
from ..space import Space
from .frictionless import Frictionless, Positions, check_every_day, check_names, check_terms

NEAR = 1e-9
"""Relative distance from the average below which the rule's own sum decides. A thousand times the
rule's `TIE`, far above the rounding of its sum up to a million bars, far below a tick."""

UNSURE = 2
"""Code for a side that the running sum is too inexact to tell."""

LONGEST = 1_000_000
"""Longest period for which `NEAR` is far above the rounding of the rule's own sum."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SmaFamilyEvaluator:
    """Sets of period and direction of the SMA switch, levelled daily and free of costs.

    Parameters
    ----------
    strategy : type
        `SmaSwitch`, or what else calls `sma_side`; `short_via` must be "short".
    defaults : mapping of str to value
        Every parameter of the strategy; a set's values override them.
    space : Space
        Names among period and direction.
    bars : Bars
        One instrument, from the first bar that warms up to the last that counts.
    opens_on : date
        Day at whose close the account opens.
    terms, rebalance, risk_free_rate
        As `Frictionless.of` takes them.

    Raises
    ------
    LedgerDomainError
        What only the general kernel or the run does: another rule or name, an inverse, other terms.
    StrategyError
        A value that the strategy refuses.
    """

    strategy: type[PlaybookStrategy]
    defaults: Mapping[str, Any]
    space: Space
    bars: Bars
    opens_on: datetime.date
    terms: Terms
    rebalance: str = "daily"
    risk_free_rate: float = 0.0

    columns = COLUMNS

    def __post_init__(self) -> None:
        check_terms(self.terms, self.rebalance)
        check_names(self.strategy, self.space.names, {"period", "direction"})
        check_every_day(self.defaults)
        if self.defaults.get("short_via", "short") != "short":
            raise LedgerDomainError("the kernels trade one feed, and an inverse is two")
        for name, values in zip(self.space.names, self.space.values, strict=True):
            for value in values:
                self._arguments({name: value})
        _ = self.market  # refuses the bars

    @cached_property
    def market(self) -> Frictionless:
        """Bars and terms that the sets are evaluated on."""
        return Frictionless.of(
            self.bars, self.opens_on, self.terms, self.rebalance, self.risk_free_rate
        )

    def positions(self, indices: NDArray[np.int64]) -> Positions:
        """Return the positions of sets from the opening day on, shape (n, n_bars)."""
        period, reversion = self._arguments({})
        columns = self.space.columns(indices)
        periods = columns["period"] if "period" in columns else np.full(len(indices), period)
        mirrored = np.full(len(indices), reversion)
        if "direction" in columns:
            mirrored = columns["direction"] == "reversion"
        counted = self.market.market.dates.size
        found = np.zeros((len(indices), counted), np.int8)
        compiled_fill()(self.bars.close, self._running, periods, mirrored, found)
        return found

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of `COLUMNS` for each set, shape (n, 15)."""
        rows = np.empty((len(indices), len(COLUMNS)))
        batch = self.market.batch
        for start in range(0, len(indices), batch):
            some = slice(start, start + batch)
            rows[some] = self.market.rows(self.positions(indices[some]))
        return rows

    def daily_returns(self, indices: NDArray[np.int64]) -> Floats:
        """Return the daily returns of sets, shape (n_bars - 1, n)."""
        return self.market.daily_returns(self.positions(indices))

    def on(self, bars: Bars) -> Self:
        """Return the evaluator of the same sets on other bars; the sets are not checked again.

        Raises
        ------
        LedgerDomainError
            Bars that only the general kernel is exact on.
        """
        other = copy(self)
        object.__setattr__(other, "bars", bars)
        _ = other.market
        return other

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone; the cached properties are computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _running(self) -> NDArray[np.float64]:
        """Sum of the closes before each bar, shape (n_bars + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.bars.close)])

    def _arguments(self, own: Mapping[str, Any]) -> tuple[int, bool]:
        """Return period and reversion of a set, and refuse another rule."""
        call = self.strategy.rule_call({**self.defaults, **own})
        if call is None or call.rule is not sma_side:
            raise LedgerDomainError(f"{self.strategy.__name__} is no SMA switch")
        period, reversion = call.arguments
        if period > LONGEST:
            raise LedgerDomainError(f"period {period}: the fast kernel goes up to {LONGEST}")
        return period, reversion


def fill(close: Any, running: Any, periods: Any, mirrored: Any, positions: Any) -> None:
    """Fill the positions of sets, one row a set, as `sma_side` decides them.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN.
    running : ndarray of shape (n_bars + 1,)
        Sum of the closes before each bar.
    periods : ndarray of int, shape (n_sets,)
        Bars in the average, >= 1.
    mirrored : ndarray of bool, shape (n_sets,)
        True for "reversion".
    positions : ndarray of int8, shape (n_sets, n_counted), written
        Those of the last bars. Zeros at first; they stay while there are too few bars.

    Notes
    -----
    A running sum of n closes is off by at most n 2^-53 times itself. Where twice that and `NEAR`
    leave a doubt, the sum is taken afresh, as the rule takes it.
    """
    n_bars = close.size
    opening = n_bars - positions.shape[1]
    doubt = 4.0 * n_bars * 2.0**-53 * running[n_bars]

    def fresh_side(t: int, period: int) -> int:
        """Return 1 above the average, -1 below it, 0 on it: word for word the rule."""
        total = 0.0
        for price in close[t - period + 1 : t + 1]:
            total += price
        average = total / period
        distance = close[t] - average
        if distance > TIE * average:
            return 1
        return -1 if distance < -TIE * average else 0

    for s in range(periods.size):
        period = periods[s]
        begin = max(period - 1, opening)
        size = n_bars - begin
        if size <= 0:
            continue
        above = -1 if mirrored[s] else 1
        side = positions[s, begin - opening :]
        newest = close[begin:]
        after = running[begin + 1 :]
        before = running[begin + 1 - period : begin + 1 - period + size]
        unsure = 0
        for j in range(size):
            level = newest[j] * period
            distance = level - (after[j] - before[j])
            bound = NEAR * level + doubt
            found = above if distance > 0.0 else -above
            near = abs(distance) <= bound
            side[j] = UNSURE if near else found
            unsure += near
        if not unsure:
            continue
        for j in range(size):
            if side[j] != UNSURE:
                continue
            fresh = fresh_side(begin + j, period)
            if fresh:
                side[j] = above * fresh
            elif j:
                side[j] = side[j - 1]
            else:  # a tie on the opening day keeps what was decided before it
                t = begin - 1
                while fresh == 0 and t >= period - 1:
                    fresh = fresh_side(t, period)
                    t -= 1
                side[j] = above * fresh


@cache
def compiled_fill() -> Any:
    """Return `fill` compiled."""
    return compiled(fill, nogil=True)
