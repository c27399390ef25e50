"""The stocks that can be chosen: with a price, enough history and enough volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Bools, Floats
from ..errors import StrategyError
from .filters import ALL, NOTHING, Filters, KnownGroups, outside_of_groups, outside_of_sizes
from .selection import best

REASONS = (
    "not in the index",
    "of another sector",
    "not held by the fund",
    "country not known",
    "of another country",
    "sub-industry not known",
    "of another sub-industry",
    "no bar today",
    "too little history",
    "price not known",
    "price below the floor",
    "volume below the floor",
    "market value not known",
    "market value below the floor",
    "market value above the ceiling",
)
"""Why a stock is excluded, in the order of the checks; the first that it fails counts."""

LEAST_HISTORY = 253
"""Sessions: the fewest after which a residual covariance can be estimated. They hold 252 returns;
126 of them make the first beta, and the 126 after those have a residual."""


@dataclass(frozen=True, eq=False)
class Universe:
    """The stocks that can be chosen on a day, and why the others are excluded.

    Attributes
    ----------
    mask : ndarray of bool, shape (m,)
        The stocks that can be chosen.
    reasons : tuple of str, length m
        One of `REASONS` for a candidate that is excluded, else empty.
    volume_unknown : ndarray of bool, shape (m,)
        Stocks that are in although their volume is known on half of the sessions or fewer.
    """

    mask: Bools
    reasons: tuple[str, ...]
    volume_unknown: Bools

    @property
    def excluded(self) -> dict[str, int]:
        """Reason to number of candidates that it excluded, in the order of `REASONS`."""
        return {reason: self.reasons.count(reason) for reason in REASONS}


def eligible(
    candidates: Bools,
    *,
    price: Floats,
    dollar_volume: Floats,
    sessions: NDArray[np.int64],
    trades: Bools,
    member: Bools | None = None,
    of_sector: Bools | None = None,
    held: Bools | None = None,
    least_price: float = 5.0,
    least_dollar_volume: float = 10e6,
    least_history: int = LEAST_HISTORY,
    filters: Filters = ALL,
    groups: KnownGroups = NOTHING,
) -> Universe:
    """Return which candidates can be chosen.

    Parameters
    ----------
    candidates : ndarray of bool, shape (m,)
        Stocks to check; the others are neither in the universe nor counted as excluded.
    price : ndarray of shape (m,)
        Today's raw closes: as they were quoted, without later splits. NaN where not known.
    dollar_volume : ndarray of shape (n_rows, m)
        Value of the shares traded on each of the newest sessions, usually 60; 0 on days without a
        bar, NaN where the volume is not known.
    sessions : ndarray of int, shape (m,)
        Sessions since the stock's first bar, today's included.
    trades : ndarray of bool, shape (m,)
        Whether it has a bar today.
    member, of_sector, held : ndarray of bool, shape (m,), or None
        Whether it is in the index, of the fund's sector and among the fund's holdings, as known
        today; None: there is no such source, and the check is skipped.
    least_price : float
        Floor of the raw close, account currency; a close at the floor passes.
    least_dollar_volume : float
        Floor of the median daily dollar volume over the rows that are known, account currency.
    least_history : int
        Floor of `sessions`.
    filters : Filters
        Countries, sub-industries and market values to keep to.
    groups : KnownGroups
        The stocks' own, where a filter reads them.

    Returns
    -------
    Universe
        A stock whose volume is known on half of the rows or fewer cannot be compared with the
        floor: it is in, and flagged.

    Raises
    ------
    StrategyError
        A floor that is negative or no number, or a filter without what it reads.
    """
    m = candidates.size
    for name, floor in (
        ("least_price", least_price),
        ("least_dollar_volume", least_dollar_volume),
        ("least_history", least_history),
    ):
        if not 0.0 <= floor < np.inf:
            raise StrategyError(f"{name} must be >= 0, got {floor!r}")
    median_volume, volume_unknown = _median_known(dollar_volume)
    all_of_them = np.ones_like(candidates)
    objections = (
        ~(all_of_them if member is None else member),
        ~(all_of_them if of_sector is None else of_sector),
        ~(all_of_them if held is None else held),
        *outside_of_groups("country", filters.country, groups.countries, m),
        *outside_of_groups("sub_industry", filters.sub_industry, groups.sub_industries, m),
        ~trades,
        sessions < least_history,
        np.isnan(price),
        price < least_price,
        median_volume < least_dollar_volume,  # False where it is NaN
        *outside_of_sizes(filters.least_market_cap, filters.most_market_cap, groups.market_caps, m),
    )
    mask = candidates & ~np.logical_or.reduce(objections)
    first = np.argmax(objections, axis=0)
    reasons = tuple(
        REASONS[number] if kept_out else ""
        for number, kept_out in zip(first, candidates & ~mask, strict=True)
    )
    return Universe(mask, reasons, mask & volume_unknown)


def core(mask: Bools, etf_weights: Floats, n: int | None) -> Bools:
    """Return the fund's largest holdings among those that can be chosen.

    Parameters
    ----------
    mask : ndarray of bool, shape (m,)
        The stocks that can be chosen.
    etf_weights : ndarray of shape (m,)
        Fractions of the fund; a stock with NaN is never core.
    n : int or None
        How many, >= 1; of equal weights the earlier columns. None: all that can be chosen, and the
        weights are not read.

    Returns
    -------
    ndarray of bool, shape (m,)
        At most n names.

    Raises
    ------
    StrategyError
        n below 1, or no weight is known although there are names to choose from.
    """
    if n is None:
        return mask.copy()
    if n < 1:
        raise StrategyError(f"the core must be 1 name or more, got {n!r}")
    if mask.any() and np.isnan(etf_weights[mask]).all():
        raise StrategyError(
            f"the core {n} are the fund's largest holdings, and of none is the weight known: "
            "give holdings, or take all names"
        )
    return best(etf_weights, mask, n)


def _median_known(rows: Floats) -> tuple[Floats, Bools]:
    """Return each column's median over its known rows, and which columns have too few of them."""
    known = (~np.isnan(rows)).sum(axis=0)
    unknown = 2 * known <= len(rows)
    if unknown.all():
        return np.full(rows.shape[1], np.nan), unknown
    ordered = np.sort(rows, axis=0)  # NaN comes last
    columns, last = np.arange(rows.shape[1]), np.maximum(known - 1, 0)
    middle = ordered[last // 2, columns], ordered[(last + 1) // 2, columns]
    return np.where(unknown, np.nan, (middle[0] + middle[1]) / 2.0), unknown
