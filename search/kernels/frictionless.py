"""The market of accounts at +1, 0 or -1, levelled at every close, without costs or rates."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analyzers.return_figures import return_figures
from ...analyzers.statistics import ROUNDING, win_loss
from ...brokers.costs import Costs
from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...strategies.playbook_strategy import PlaybookStrategy
from ..errors import LedgerDomainError
from ..evaluator import COLUMNS
from ..ledger import Terms
from ..market import Market
from .excess import add_excess, buy_and_hold
from .packed import EVEN, LANES, NO_SIDE, ODD, PERCENT, POINTS, RETURN, STEPS, compiled_packed
from .position_hash import bar_codes, finished

Positions = NDArray[np.int8]

BATCH_BYTES = 1 << 20
"""Number of positions in memory at one time; they fit a core's cache."""

_NEAR_ZERO = 1e-9
_LARGEST_GROWTH = 700.0
"""Logarithm of a growth that a float still holds."""


@dataclass(frozen=True, eq=False)
class Frictionless:
    """Gains of positions from each close to the next, and the figures of accounts that hold them.

    Attributes
    ----------
    market : Market
        One instrument, from the day on which the account opens.
    returns : ndarray of shape (n_bars - 1,)
        Total returns, (C_t + D_t) / C_{t-1} - 1: a dividend comes in overnight and is at work from
        the ex-date's close on, as the account is levelled there.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year, for the Sharpe ratio.
    """

    market: Market
    returns: Floats
    periods_per_year: int
    risk_free_rate: float
    _ahead: Floats
    _losing: NDArray[np.int8]
    _codes: NDArray[np.uint64]
    _ruinous: NDArray[np.intp]

    @classmethod
    def of(
        cls,
        bars: Bars,
        opens_on: datetime.date,
        terms: Terms,
        rebalance: str = "daily",
        risk_free_rate: float = 0.0,
    ) -> Frictionless:
        """Return the market of bars from `opens_on` on.

        Parameters
        ----------
        bars : Bars
            One instrument.
        opens_on : date
            Day at whose close the account opens.
        terms : Terms
            Fill at the close; no costs, no rates, fractional shares.
        rebalance : {"daily"}
        risk_free_rate : float
            Per year.

        Raises
        ------
        LedgerDomainError
            Other terms, or prices on which the short way of reckoning and the ledger might differ:
            fewer than two bars, a close that doubles to the last bit (whether a short is ruined,
            rounding decides), moves that could carry an account beyond floating point.
        """
        check_terms(terms, rebalance)
        market = Market.of([bars], opens_on)
        closes, dividends = market.closes[:, 0], market.dividends[:, 0]
        if closes.size < 2:
            raise LedgerDomainError(f"an account takes two bars or more, {opens_on} leaves one")
        returns = (closes[1:] + dividends[1:]) / closes[:-1] - 1.0
        doubled = np.abs(returns - 1.0) < _NEAR_ZERO
        if doubled.any():
            raise LedgerDomainError(
                f"{market.dates[1:][doubled][0]}: the price doubles, and whether a short is ruined "
                "depends on rounding; the general kernel follows the ledger's"
            )
        ruinous = np.flatnonzero(returns > 1.0)
        up, down = np.log1p(returns), np.log1p(-np.where(returns < 1.0, returns, 0.0))
        if np.maximum(np.abs(up), np.abs(down)).sum() > _LARGEST_GROWTH:
            raise LedgerDomainError("moves so large that an account could pass floating point")
        n_days = returns.size
        n_steps = -(-closes.size // STEPS) * STEPS
        ahead = np.zeros((n_steps, 5))
        steps = np.diff(closes)
        ahead[:n_days, ODD], ahead[:n_days, EVEN] = (up - down) / 2.0, (up + down) / 2.0
        ahead[:n_days, RETURN], ahead[:n_days, POINTS] = returns, steps
        ahead[:n_days, PERCENT] = steps / closes[:-1]
        losing = np.full(n_steps, NO_SIDE, np.int8)
        losing[:n_days][returns < -ROUNDING] = 1
        losing[:n_days][returns > ROUNDING] = -1
        return cls(
            market,
            returns,
            bars.periods_per_year,
            risk_free_rate,
            ahead,
            losing,
            _side_codes(n_steps),
            ruinous,
        )

    @property
    def batch(self) -> int:
        """Number of sets that a call takes, a multiple of the kernel's lanes."""
        return max(LANES, BATCH_BYTES // self.market.dates.size // LANES * LANES)

    def rows(self, positions: Positions) -> Floats:
        """Return the figures of accounts.

        Parameters
        ----------
        positions : ndarray of int8, shape (n_sets, n_bars)
            +1, 0 or -1 in force after each bar's decision from the opening day on, oldest first.

        Returns
        -------
        ndarray of shape (n_sets, 15)
            `search.evaluator.COLUMNS`; NaN where a figure does not exist.
        """
        rows = np.empty((len(positions), len(COLUMNS)))
        sums = np.empty(len(positions), np.uint64)
        again = np.empty(len(positions), np.bool_)
        compiled_packed()(
            np.ascontiguousarray(positions),  # one layout, compiled once
            self._ahead,
            self._losing,
            self._codes,
            self._ruinous,
            self.periods_per_year,
            math.expm1(math.log1p(self.risk_free_rate) / self.periods_per_year),
            rows,
            sums,
            again,
        )
        for row in np.flatnonzero(again):
            self._measure_again(rows[row], positions[row])
        add_excess(rows, self._held)
        rows[:, COLUMNS.index("positions_hash")] = finished(sums)
        return rows

    def daily_returns(self, positions: Positions) -> Floats:
        """Return the daily returns of accounts, shape (n_bars - 1, n_sets); 0 after ruin.

        Parameters
        ----------
        positions : ndarray of int8, shape (n_sets, n_bars)
            As for `rows`.
        """
        returns: Floats = positions[:, :-1].T * self.returns[:, None]
        if self._ruinous.size:
            over = np.maximum.accumulate(returns <= -1.0, axis=0)
            returns[1:][over[:-1]] = 0.0
        return returns

    @cached_property
    def _held(self) -> dict[str, float]:
        closes, dividends = self.market.closes[:, 0], self.market.dividends[:, 0]
        return buy_and_hold(closes, dividends, self.periods_per_year)

    def _measure_again(self, row: Floats, positions: Positions) -> None:
        """Overwrite what follows from the returns, as the run measures it."""
        ruin = int(row[COLUMNS.index("ruined")])
        weights = positions[:-1].astype(np.float64)
        if ruin >= 0:
            weights[ruin:] = 0.0
        returns = weights * self.returns
        measured = return_figures(returns, self.periods_per_year, self.risk_free_rate)
        counted = win_loss(returns, weights != 0.0)
        found = {**measured, **vars(counted)}
        for column, name in enumerate(COLUMNS):
            if name in found:
                row[column] = np.nan if found[name] is None else found[name]


@lru_cache(maxsize=8)
def _side_codes(n_steps: int) -> NDArray[np.uint64]:
    """Return what +1 and -1 add to the hash at each bar, shape (n_steps, 2), read-only."""
    codes = np.column_stack([bar_codes(1.0, n_steps), bar_codes(-1.0, n_steps)])
    codes.flags.writeable = False
    return codes


def check_names(strategy: type[PlaybookStrategy], names: tuple[str, ...], own: set[str]) -> None:
    """Refuse sets that vary what the fast kernel of a strategy holds fixed.

    Raises
    ------
    LedgerDomainError
        With the names.
    """
    beyond = [name for name in names if name not in own]
    if beyond:
        raise LedgerDomainError(
            f"{strategy.__name__}: the fast kernel varies {', '.join(sorted(own))} alone, not "
            f"{', '.join(beyond)}"
        )


def check_every_day(defaults: Mapping[str, Any]) -> None:
    """Refuse decisions that are not those of every bar.

    Raises
    ------
    LedgerDomainError
        With what was asked.
    """
    if defaults.get("every", "day") != "day":
        raise LedgerDomainError(f"the kernels decide every day, not every {defaults['every']}")


def check_terms(terms: Terms, rebalance: str) -> None:
    """Refuse accounts that are not levelled daily at the close, free of costs and rates.

    Raises
    ------
    LedgerDomainError
        With what was asked.
    """
    settled = {
        f"rebalance {rebalance}": rebalance == "daily",
        f"fill {terms.fill}": terms.fill == "close",
        "whole shares": not terms.whole_shares,
        "costs": type(terms.costs) is Costs and terms.costs.free,
        "rates": terms.financing.free,
        f"max_gross {terms.max_gross:g}": terms.max_gross >= 1.0,
    }
    beyond = [name for name, inside in settled.items() if not inside]
    if beyond:
        raise LedgerDomainError(
            f"the fast kernels know accounts levelled daily at the close, free of costs and rates: "
            f"not {', '.join(beyond)}"
        )
