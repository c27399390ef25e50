"""The general kernel: any rule of one instrument, under any terms."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ...brokers.cost_model import name_of
from ...brokers.costs import Costs
from ...brokers.financing import DAYS_A_YEAR
from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import LedgerDomainError
from ..evaluator import COLUMNS
from ..figures import figures
from ..ledger import FILLS, Terms, account, known_rates, orders_due
from ..market import Market
from ..screen import REBALANCE, Screen
from ..space import Space
from .excess import add_excess, buy_and_hold
from .lane_figures import compiled_lane_figures
from .lanes import LANES, SUMS, compiled_lanes
from .position_hash import finished, multipliers

BATCH = LANES
"""Number of sets whose positions are in memory at one time."""


class Sides(Protocol):
    """What knows the positions of many sets without their rule: a kernel of its family."""

    def positions(self, indices: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return +1, 0 or -1 in force after each bar from the opening day on, (n, n_bars)."""
        ...


class Sets(Protocol):
    """What an evaluator needs of a space."""

    def set_at(self, index: int) -> Mapping[str, Any]:
        """Return the parameters of a set."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class GeneralEvaluator:
    """Sets of a strategy's parameters, with the figures of a bar-by-bar run of one instrument.

    Parameters
    ----------
    strategy : type
        A `PlaybookStrategy` with a `rule_call`, of a module that a worker can import.
    defaults : mapping of str to value
        Every parameter of the strategy; a set's values override them.
    space : Sets
        From the number of a set to its parameters.
    bars : Bars
        One instrument, from the first bar that warms up to the last that counts.
    opens_on : date
        Day at whose close the account opens.
    terms : Terms
        Fill, size, costs and rates; values of these among `defaults` are not read.
    rebalance : {"on_change", "daily"}
    every : {"day", "week", "month", "quarter"}
        As for a run.
    risk_free_rate : float
        Per year, for the Sharpe ratio.
    sides : Sides or None
        Where a family has the same positions in fewer steps than the rule.

    Raises
    ------
    LedgerDomainError
        The strategy has no rule over one feed's bars, decides twice a bar or trades two feeds, or
        a set gives what is one for all sets: fill, size_at, rebalance, every, account_from.
    """

    strategy: type[PlaybookStrategy]
    defaults: Mapping[str, Any]
    space: Sets
    bars: Bars
    opens_on: datetime.date
    terms: Terms
    rebalance: str = "on_change"
    every: str = "day"
    risk_free_rate: float = 0.0
    sides: Sides | None = None

    columns = COLUMNS

    def __post_init__(self) -> None:
        if tuple(self.strategy.sessions) != ("close",):
            raise LedgerDomainError(
                f"{self.strategy.__name__} decides twice a bar: the kernels know one decision a bar"
            )
        first = self.space.first if isinstance(self.space, Space) else 0
        self.positions(first)  # says at once what no set can do

    @cached_property
    def screen(self) -> Screen:
        """Bars and terms that the sets are evaluated on."""
        return Screen.of(
            self.bars,
            self.opens_on,
            self.terms,
            rebalance=self.rebalance,
            every=self.every,
            risk_free_rate=self.risk_free_rate,
        )

    def positions(self, index: int) -> Floats:
        """Return the weights of one set after each bar from the opening day on, (n_bars,)."""
        own = self.space.set_at(int(index))
        settled = dict(PlaybookStrategy.params._getpairs()).keys() & own.keys()
        if settled:
            raise LedgerDomainError(
                f"{', '.join(sorted(settled))} cannot be a set's: one search has one"
            )
        params = {**self.defaults, **own}
        name = self.strategy.__name__
        if params.get("short_via", "short") != "short":
            raise LedgerDomainError(f"{name}: the kernels trade one feed, and an inverse is two")
        call = self.strategy.rule_call(params)
        if call is None:
            raise LedgerDomainError(f"{name} has no rule that reads one feed's bars alone")
        return self.screen.targets(call)[:, 0]

    def daily_returns(self, indices: NDArray[np.int64]) -> Floats:
        """Return the daily returns of sets, shape (n_bars - 1, n)."""
        market, cash = self.screen.market, self.terms.cash
        returns = np.empty((market.dates.size - 1, len(indices)))
        positions = np.empty((len(indices), market.dates.size))
        self._fill(indices, positions)
        for place in range(len(indices)):
            targets = positions[place][:, None]
            came_to = account(market, targets, orders_due(targets, self.rebalance), self.terms)
            returns[:, place] = came_to.returns(cash)
        return returns

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of `COLUMNS` for each set, shape (n, 15)."""
        rows = np.empty((len(indices), len(COLUMNS)))
        # One piece of memory for all batches: to ask for it again keeps other threads waiting.
        positions = np.empty((min(BATCH, len(indices)), self.screen.market.dates.size))
        for start in range(0, len(indices), BATCH):
            batch = indices[start : start + BATCH]
            self._fill(batch, positions)
            rows[start : start + BATCH] = account_rows(
                self.screen.market,
                positions[: len(batch)],
                self.terms,
                self.rebalance,
                periods_per_year=self.bars.periods_per_year,
                risk_free_rate=self.risk_free_rate,
            )
        return rows

    def _fill(self, indices: NDArray[np.int64], positions: Floats) -> None:
        """Write the weights of sets into the first rows."""
        if self.sides is not None:
            positions[: len(indices)] = self.sides.positions(indices)
            return
        for place, index in enumerate(indices):
            positions[place] = self.positions(index)

    def on(self, bars: Bars, sides: Sides | None) -> Self:
        """Return the evaluator of the same sets on other bars, without trying a set first."""
        other = copy(self)
        object.__setattr__(other, "bars", bars)
        object.__setattr__(other, "sides", sides)
        return other

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone; the cached properties are computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def account_rows(
    market: Market,
    positions: Floats,
    terms: Terms,
    rebalance: str,
    *,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
) -> Floats:
    """Return the figures of accounts that follow from positions.

    Parameters
    ----------
    market : Market
        One instrument, from the day on which the account opens.
    positions : ndarray of shape (n_sets, n_bars)
        Weights in force after each bar's decision, oldest first; no NaN.
    terms : Terms
        Fill, size, costs and rates.
    rebalance : {"on_change", "daily"}
        As for a run.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year.

    Returns
    -------
    ndarray of shape (n_sets, 15)
        `search.evaluator.COLUMNS`; NaN where a figure does not exist.

    Raises
    ------
    RunStopped
        A weight passes `max_gross`; slippage and half the spread leave nothing of the price of a
        sale.
    LedgerDomainError
        Several feeds, an unknown `rebalance`, another number of bars, a weight that is NaN or
        infinite, prices that are none, or an account whose value is not known on some day.
    """
    _check(market, positions, rebalance)
    bars = _bars(market, terms)
    settings = _settings(terms, rebalance)
    _check_sales(market, positions, terms, rebalance)
    factors = multipliers(len(market.dates))
    rows = np.empty((len(positions), len(COLUMNS)))
    last = np.empty(len(positions))
    sums = np.empty((-(-len(positions) // LANES), SUMS))
    hashes, largest = np.empty(len(positions), np.uint64), np.empty(len(positions), np.int64)
    weights = np.ascontiguousarray(positions, dtype=np.float64)
    compiled_lanes()(weights, *bars, *settings, factors, sums, hashes, largest)
    risk_free = math.expm1(math.log1p(risk_free_rate) / periods_per_year)
    compiled_lane_figures()(
        sums, len(market.dates), float(terms.cash), periods_per_year, risk_free, rows, last
    )
    for row in np.flatnonzero(~(largest.view(np.float64) <= terms.max_gross)):
        _refuse(market, weights[row], terms, rebalance)
    rows[:, COLUMNS.index("positions_hash")] = finished(hashes)
    _check_known(market, positions, terms, rebalance, periods_per_year, rows, last)
    held = buy_and_hold(market.closes[:, 0], market.dividends[:, 0], periods_per_year)
    add_excess(rows, held)
    return rows


def held_row(market: Market, *, periods_per_year: int, risk_free_rate: float = 0.0) -> Floats:
    """Return the figures of buying and holding, shape (15,), as `account_rows` has them.

    Bought at the first close without costs; dividends are reinvested at the ex-date's close.
    """
    always = np.ones((1, market.dates.size))
    held: Floats = account_rows(
        market,
        always,
        Terms(),
        "daily",
        periods_per_year=periods_per_year,
        risk_free_rate=risk_free_rate,
    )[0]
    return held


def _bars(market: Market, terms: Terms) -> tuple[Floats, ...]:
    """Return what `lanes` reads of each bar, in its order."""
    opens, closes, dividends = (
        np.ascontiguousarray(column[:, 0])
        for column in (market.opens, market.closes, market.dividends)
    )
    years = np.diff(market.dates, prepend=market.dates[:1]).astype(np.float64) / DAYS_A_YEAR
    financing = terms.financing
    rates = (financing.cash, financing.debit, financing.rebate, financing.borrow)
    return (
        opens,
        closes,
        dividends,
        years,
        *(known_rates(rate, market.dates) for rate in rates),
        *_ahead(closes, opens if FILLS[terms.fill][1] == "open" else closes),
    )


def _settings(terms: Terms, rebalance: str) -> tuple[Any, ...]:
    """Return what `lanes` takes after the bars, in its order, up to the opening cash."""
    delay, moment = FILLS[terms.fill]
    costs = _searchable(terms)
    return (
        delay,
        moment == "open",
        terms.size_at == "fill",
        rebalance == "daily",
        terms.whole_shares,
        float(costs.per_share),
        float(costs.min_fee),
        float(costs.percent_fee),
        costs.slippage_bps * 1e-4,
        0.5 * costs.spread,
        float(terms.cash),
    )


def _ahead(closes: Floats, prices: Floats) -> tuple[Floats, Floats]:
    """Return what one share gains from the fill at each bar to the fill at the next bar.

    In points, and as a fraction of the close before. After the last close nothing is gained, and
    the opening day has no close before it.
    """
    later = closes - prices  # from the fill to the close
    night = np.append(prices[1:] - closes[:-1], 0.0)  # from the close to the next fill
    before = np.concatenate([[np.inf], closes[:-1]])
    return later + night, later / before + night / closes


def _check(market: Market, positions: Floats, rebalance: str) -> None:
    n_bars, n_feeds = market.closes.shape
    if n_feeds != 1:
        raise LedgerDomainError(f"the kernels trade one feed, got {n_feeds}")
    if rebalance not in REBALANCE:
        raise LedgerDomainError(
            f"rebalance must be one of {', '.join(REBALANCE)}, got {rebalance!r}"
        )
    if positions.ndim != 2 or positions.shape[1] != n_bars:
        raise LedgerDomainError(
            f"positions must have shape (n_sets, {n_bars}), got {positions.shape}"
        )
    prices = np.column_stack([market.opens, market.closes])
    if not ((prices > 0.0) & np.isfinite(prices)).all() or not (market.dividends >= 0.0).all():
        good = ((prices > 0.0) & np.isfinite(prices) & (market.dividends >= 0.0)).all(axis=1)
        raise LedgerDomainError(f"{market.dates[good.argmin()]}: a price or dividend is none")


def _refuse(market: Market, weights: Floats, terms: Terms, rebalance: str) -> None:
    """Replay one set through the ledger, which raises; it may let a rounding pass."""
    targets = np.ascontiguousarray(weights[:, None])
    account(market, targets, orders_due(targets, rebalance), terms)


def _searchable(terms: Terms) -> Costs:
    """Return the costs that the kernels know.

    Raises
    ------
    LedgerDomainError
        Costs that are not `Costs` itself.
    """
    if type(terms.costs) is not Costs:
        raise LedgerDomainError(f"the kernels know Costs alone, got {name_of(terms.costs)}")
    return terms.costs


def _check_sales(market: Market, positions: Floats, terms: Terms, rebalance: str) -> None:
    """Replay every set through the ledger if some price is too low to sell at.

    Raises
    ------
    RunStopped
        A set sells where slippage and half the spread leave a price of 0 or less.
    """
    lowest = min(market.opens.min(), market.closes.min())
    if _searchable(terms).slipped(-1.0, lowest) <= 0.0:
        for weights in positions:
            _refuse(market, np.asarray(weights, np.float64), terms, rebalance)


def _check_known(
    market: Market,
    positions: Floats,
    terms: Terms,
    rebalance: str,
    periods_per_year: int,
    rows: Floats,
    last: Floats,
) -> None:
    """Refuse an account whose value is not known; `search.figures` raises and says why."""
    known = np.isfinite(last) & np.isfinite(rows[:, [0, 4, 5, 6]]).all(axis=1)
    for row in np.flatnonzero(~known):
        targets = np.ascontiguousarray(positions[row][:, None])
        came_to = account(market, targets, orders_due(targets, rebalance), terms)
        figures(
            market,
            targets,
            came_to,
            terms,
            sides=np.ones(1),
            periods_per_year=periods_per_year,
        )
        raise LedgerDomainError(f"positions {row}: the account is beyond floating point")
