"""The sign rules S1 to S4 for many sets; running counts that sets share are computed once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...feeds.compiling import compiled
from ...strategies.playbook_strategy import PlaybookStrategy
from ...strategies.rules.sign_rule import TIE, sign_positions
from ..errors import LedgerDomainError
from ..evaluator import COLUMNS
from ..ledger import Terms
from ..space import Space
from .frictionless import Frictionless, Positions, check_every_day, check_names, check_terms

Counts = NDArray[np.int32]


class Running(NamedTuple):
    """Counts from the first bar on: entry t is that of the bars before bar t."""

    losses: Counts
    """Returns below 0, shape (n_bars + 1,)."""
    windows: NDArray[np.int64]
    """M, rising, shape (n_windows,)."""
    negative: Counts
    """Sums of M returns, up to the bar, below 0; shape (n_windows, n_bars + 1)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SignFamilyEvaluator:
    """Sets of d, M and R of one sign rule, held at +1, 0 or -1, levelled daily and free of costs.

    Parameters
    ----------
    strategy : type
        `SignS1` to `SignS4`, or what else calls `sign_positions`.
    defaults : mapping of str to value
        Every parameter of the strategy; a set's values override them. `sizing` must be "sign".
    space : Space
        Names among d, M and R. The values of M are kept as running counts, 4 bytes for each and
        bar.
    bars : Bars
        One instrument, from the first bar that warms up to the last that counts.
    opens_on : date
        Day at whose close the account opens.
    terms, rebalance, risk_free_rate
        As `Frictionless.of` takes them.

    Raises
    ------
    LedgerDomainError
        What only the general kernel does: another rule, name, sizing, or other terms.
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
        own = {"d", "M", "R"} & self.defaults.keys()
        check_names(self.strategy, self.space.names, own)
        check_every_day(self.defaults)
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

    @cached_property
    def running(self) -> Running:
        """Running counts that all sets share."""
        return running_counts(self.bars.close, self.bars.dividend, self._values("M", 1))

    def positions(self, indices: NDArray[np.int64]) -> Positions:
        """Return the positions of sets from the opening day on, shape (n, n_bars)."""
        _, window, memory, estimated, fallback, _ = self._arguments({})
        columns = self.space.columns(indices)
        whole = {
            name: columns[name] if name in columns else np.full(len(indices), fixed)
            for name, fixed in (("d", self.defaults["d"]), ("M", window), ("R", memory))
        }
        counted = self.market.market.dates.size
        found = np.zeros((len(indices), counted), np.int8)
        _compiled("fill")(
            self.running.losses,
            self.running.negative,
            np.searchsorted(self.running.windows, whole["M"]),
            whole["d"],
            whole["M"],
            whole["R"],
            estimated,
            int(np.sign(1.0 - fallback)),
            len(self.bars) - counted,
            found,
        )
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

    def _values(self, name: str, otherwise: int) -> NDArray[np.int64]:
        if name in self.space.names:
            return np.unique(self.space.values[self.space.names.index(name)]).astype(np.int64)
        return np.array([self.defaults.get(name, otherwise)], np.int64)

    def _arguments(self, own: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the rule's arguments for a set, and refuse another rule."""
        call = self.strategy.rule_call({**self.defaults, **own})
        if call is None or call.rule is not sign_positions:
            raise LedgerDomainError(f"{self.strategy.__name__} is no sign rule")
        if call.arguments[-1]:
            raise LedgerDomainError("sizing forecast: the fast kernels hold +1, 0 or -1")
        return call.arguments


def running_counts(close: Floats, dividend: Floats, windows: NDArray[np.int64]) -> Running:
    """Return the counts that the positions of all sets are read from.

    Parameters
    ----------
    close, dividend : ndarray of shape (n_bars,)
        As for `sign_positions`; no NaN.
    windows : ndarray of int64, shape (n_windows,)
        M, rising, >= 1.
    """
    returns = np.zeros(close.size)
    returns[1:] = (close[1:] + dividend[1:]) / close[:-1] - 1.0
    losses = np.zeros(close.size + 1, np.int32)
    np.cumsum(returns < -TIE, out=losses[1:])
    negative = np.zeros((windows.size, close.size + 1), np.int32)
    _compiled("count_sums")(returns, windows, negative)
    return Running(losses, windows, negative)


def count_sums(returns: Any, windows: Any, negative: Any) -> None:
    """Fill the running counts of sums below 0, one row for each window.

    Each sum is taken afresh and in the rule's order, oldest first, for all bars at once: so it has
    the rule's every bit, and lies on the rule's side of `TIE`.
    """
    n_bars = returns.size
    totals = np.zeros(n_bars)
    for row in range(windows.size):
        window = windows[row]
        if window >= n_bars:
            continue
        sums = totals[window:]  # entry k is the sum up to bar window + k
        sums[:] = 0.0
        for k in range(window):
            past = returns[k + 1 : k + 1 + sums.size]
            for j in range(sums.size):
                sums[j] += past[j]
        count = 0
        for j in range(sums.size):
            count += sums[j] < -TIE
            negative[row, window + j + 1] = count


def fill(
    losses: Any,
    negative: Any,
    window_rows: Any,
    delays: Any,
    windows: Any,
    memories: Any,
    estimated: bool,
    fallback_side: int,
    opening: int,
    positions: Any,
) -> None:
    """Fill the positions of sets, one row a set, as `sign_positions` decides them.

    Parameters
    ----------
    losses, negative
        As in `Running`.
    window_rows, delays, windows, memories : ndarray of int, shape (n_sets,)
        The window's row in `negative`, then d, M and R.
    estimated : bool
        Whether g is.
    fallback_side : int
        Sign of 1 - g where g is the fallback.
    opening : int
        Bar of the first column of `positions`.
    positions : ndarray of int8, shape (n_sets, n_counted), written
        Zeros at first; they stay before the first decision.
    """
    n_bars = losses.size - 1
    for s in range(delays.size):
        delay = delays[s]
        memory = memories[s] if estimated else 0
        begin = max(delay + windows[s] + memory, opening)
        size = n_bars - begin
        if size <= 0:
            continue
        count = negative[window_rows[s]]
        newest = begin - delay
        with_z = count[newest + 1 : newest + 1 + size]
        before_z = count[newest : newest + size]
        side = positions[s, begin - opening :]
        if estimated:
            before_pairs = count[newest - memory : newest - memory + size]
            y = losses[begin + 1 : begin + 1 + size]
            before_y = losses[begin + 1 - memory : begin + 1 - memory + size]
            for j in range(size):
                negative_z = before_z[j] - before_pairs[j]
                forecast = negative_z - 2 * (y[j] - before_y[j])
                sign = np.int32(forecast > 0) - np.int32(forecast < 0)
                decided = fallback_side if negative_z == 0 else sign
                side[j] = 1 if with_z[j] == before_z[j] else decided
        else:
            for j in range(size):
                side[j] = 1 if with_z[j] == before_z[j] else -1


@cache
def _compiled(name: str) -> Any:
    """Return `count_sums` or `fill` compiled."""
    return compiled(fill if name == "fill" else count_sums, nogil=True)
