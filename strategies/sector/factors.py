"""The factors that rank stocks, and what a factor may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...feeds.arrays import Bools, Floats
from .momentum import LOOKBACKS
from .momentum import momentum as blended_momentum
from .value import Value, ebit_to_ev


@dataclass(frozen=True, eq=False)
class Seen:
    """What was known after one session's close.

    A factor sees the stocks of the universe only, so that a mean or a rank over them is the
    universe's.

    Attributes
    ----------
    day : datetime64[D]
        The session.
    tickers : tuple of str
        Of the m stocks, in alphabetical order.
    returns, residuals : ndarray of shape (n, m)
        Daily total returns and residual returns up to the session, oldest first; NaN where a stock
        was not listed.
    raw_price : ndarray of shape (m,)
        Closes as they were traded, before later splits; NaN where there is none.
    statements : ndarray of shape (m, 5)
        EBIT of the trailing year, debt, minority interest, cash, shares outstanding as reported;
        NaN where nothing was known.
    """

    day: np.datetime64
    tickers: tuple[str, ...]
    returns: Floats
    residuals: Floats
    raw_price: Floats
    statements: Floats

    def of(self, chosen: Bools) -> Seen:
        """Return the same data for some of the stocks; `chosen` is of bool, shape (m,)."""
        return _Some(self, chosen)

    def newest_residuals(self, rows: int) -> Floats:
        """Return the last rows of `residuals`, or all where there are fewer."""
        return self.residuals[-rows:]


class _Some(Seen):
    """What was known of some of the stocks; histories are cut when they are read."""

    _whole: Seen
    _chosen: Bools

    def __init__(self, whole: Seen, chosen: Bools) -> None:
        vars(self).update(
            day=whole.day,
            tickers=tuple(t for t, kept in zip(whole.tickers, chosen, strict=True) if kept),
            raw_price=whole.raw_price[chosen],
            statements=whole.statements[chosen],
            _whole=whole,
            _chosen=chosen,
        )

    @cached_property
    def returns(self) -> Floats:
        """The columns of the stocks."""
        columns: Floats = self._whole.returns[:, self._chosen]
        return columns

    @cached_property
    def residuals(self) -> Floats:
        """The columns of the stocks."""
        columns: Floats = self._whole.residuals[:, self._chosen]
        return columns

    def newest_residuals(self, rows: int) -> Floats:
        """Return the last rows of `residuals`, without the others."""
        columns: Floats = self._whole.newest_residuals(rows)[:, self._chosen]
        return columns


Factor = Callable[[Seen], Floats]
"""Function of what was known to one number a stock, (m,): larger is better, NaN is not known."""


def value(seen: Seen) -> Floats:
    """Return EBIT of the trailing year over enterprise value, (m,)."""
    return value_of(seen).ratio


def value_of(seen: Seen) -> Value:
    """Return EBIT over enterprise value, and the reason where a stock has none."""
    ebit, debt, minority, cash, shares = seen.statements.T
    return ebit_to_ev(ebit, debt, minority, cash, shares, seen.raw_price)


def momentum(seen: Seen) -> Floats:
    """Return the blend of 30, 60 and 90-day residual momentum and its consistency, (m,)."""
    residuals = seen.newest_residuals(max(LOOKBACKS))
    blend: Floats = blended_momentum(residuals, rows=np.array([len(residuals) - 1]))[0]
    return blend


FACTORS: Mapping[str, Factor] = {"value": value, "momentum": momentum}
"""The two factors of the source, of equal weight."""
