"""How fast a factor's forecasts fade: the same figures for horizons from one session to ninety."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...feeds.arrays import Floats, Rows
from ...strategies.sector.skill import YEAR
from .estimate import Estimate
from .information import information
from .labelled import labelled
from .quantiles import quantile_returns

HORIZONS = (*range(1, 11), *range(15, 91, 5))
"""Sessions ahead that a decay is measured at."""

FIRST = 5
"""Horizon that the others are compared with: of fewer sessions the noise is too large."""


class Faded(NamedTuple):
    """The figures of one horizon."""

    horizon: int
    ic: Estimate
    spread_per_day: Estimate
    """Top less bottom quantile, mean of a session within the horizon, as a fraction."""


def decay(
    values: Floats,
    residuals: Floats,
    rows: Rows,
    quantiles: int = 5,
    horizons: Iterable[int] = HORIZONS,
) -> list[Faded]:
    """Return mean IC and spread a session for each horizon that the data reach.

    Parameters
    ----------
    values : ndarray of shape (s, m)
        The factor at each of `rows`; NaN where not known.
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    rows : ndarray of int, shape (s,)
        Sessions, increasing.
    quantiles : int
        2 to 20.
    horizons : iterable of int
        Sessions ahead, each >= 1.

    Returns
    -------
    list of Faded
        In rising order of the horizons; a horizon whose labels never end is left out.
    """
    found = []
    for horizon in sorted(set(horizons)):
        dates = labelled(values, residuals, rows, horizon)
        if dates.rows.size:
            spread = quantile_returns(dates, quantiles).spread.scaled(1.0 / YEAR)
            found.append(Faded(horizon, information(dates).mean, spread))
    return found


def half_life(faded: Iterable[Faded]) -> int | None:
    """Return the first horizon at which the spread a session is half of that over 5 sessions.

    Parameters
    ----------
    faded : iterable of Faded
        As `decay` returns them.

    Returns
    -------
    int or None
        Sessions. None where the spread over 5 sessions cannot be told from 0 (its interval holds
        0): what is not there cannot fade; and where it has not halved by the last horizon.
    """
    after = [each for each in faded if each.horizon >= FIRST]
    if not after or after[0].horizon != FIRST:
        return None
    start = after[0].spread_per_day
    if not (start.lower > 0.0 or start.upper < 0.0):
        return None
    halved = (each.horizon for each in after if each.spread_per_day.mean / start.mean <= 0.5)
    return next(halved, None)
