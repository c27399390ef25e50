"""Blended residual momentum: sums of residual returns, and shares of days with a positive one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ..errors import StrategyError
from .score import z_scores

LOOKBACKS = (30, 60, 90)


def momentum(
    residuals: Floats,
    lookbacks: Sequence[int] = LOOKBACKS,
    *,
    rows: NDArray[np.intp] | None = None,
) -> Floats:
    """Return the blended momentum of each stock.

    Two figures for each look-back: the sum of the residual returns, and the share of days on which
    they were positive ("consistency"). Each is winsorised and standardised over the stocks of its
    session; the blend is the mean of them all.

    Parameters
    ----------
    residuals : ndarray of shape (n, m)
        Daily residual returns, oldest first; NaN where not known.
    lookbacks : sequence of int
        Sessions, each >= 1; at least one.
    rows : ndarray of int, optional
        Rows of `residuals` to return, counted from 0; None: all.

    Returns
    -------
    ndarray of shape (n, m), or (len(rows), m)
        In standard deviations, before the standardisation that makes a loading of it. NaN for a
        stock whose longest look-back holds an unknown residual; those are in no cross-section.

    Raises
    ------
    StrategyError
        For no look-back, or one below 1.

    References
    ----------
    The source asks for "blended momentum factor - say 30, 60 and 90 day momentum as well as
    'consistency of' momentum". On residuals: Blitz, D., Huij, J. and Martens, M. (2011). Residual
    momentum. Journal of Empirical Finance 18(3), 506-521.
    """
    if not lookbacks or min(lookbacks) < 1:
        raise StrategyError(f"lookbacks must be one or more sessions, each >= 1, got {lookbacks}")
    asked = np.arange(residuals.shape[0]) if rows is None else np.asarray(rows)
    longest = max(lookbacks)
    if asked.size:  # the sessions that no look-back reaches need no sums
        first = max(0, int(asked.min()) - longest + 1)
        residuals, asked = residuals[first : int(asked.max()) + 1], asked - first
    unknown = np.isnan(residuals)
    start = np.maximum(asked + 1 - longest, 0)
    gaps = _running(unknown, np.int64)
    known = (gaps[asked + 1] == gaps[start]) & (asked + 1 >= longest)[:, None]
    figures = [
        _running(np.where(unknown, 0.0, figure), np.float64)
        for figure in (residuals, residuals > 0.0)
    ]
    sums = np.full((2 * len(lookbacks), *known.shape), np.nan)
    for place, lookback in enumerate(lookbacks):
        for number, figure in enumerate(figures):
            since = figure[asked + 1] - figure[np.maximum(asked + 1 - lookback, 0)]
            sums[2 * place + number][known] = since[known]
    blend = np.zeros(known.shape)
    for loadings in z_scores(sums):
        blend += loadings
    return blend / (2 * len(lookbacks))


def _running(x: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return the sums of the rows before each row, and of all: one row more than `x` has."""
    running = np.zeros((x.shape[0] + 1, *x.shape[1:]), dtype=kind)
    np.cumsum(x, axis=0, out=running[1:])
    return running
