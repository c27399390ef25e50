"""The loadings that the simulated premiums are paid on, as the sector book measures them.

Written here again and not imported: a market made with the code that measures it would agree with
that code even where the code is wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..checks import Mask

LOOKBACKS = (30, 60, 90)  # sessions
_WINSOR = 0.025


def standardised(values: Floats) -> Floats:
    """Return winsorised cross-sectional z-scores along the last axis.

    Parameters
    ----------
    values : ndarray of shape (..., m)
        NaN where a name has no value.

    Returns
    -------
    ndarray of shape (..., m)
        Values clipped at their 2.5 % and 97.5 % quantiles (linear between two), less their mean,
        over their standard deviation (ddof 0). NaN stays NaN; all zero where fewer than 3 values
        are known or all are equal.
    """
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=-1, keepdims=True), 1)
    ordered = np.sort(values, axis=-1)  # NaN last
    low, high = (_quantile(ordered, count, q) for q in (_WINSOR, 1 - _WINSOR))
    clipped = np.where(known, np.minimum(np.maximum(values, low), high), 0.0)
    centred = np.where(known, clipped - clipped.sum(axis=-1, keepdims=True) / count, 0.0)
    spread = np.sqrt((centred * centred).sum(axis=-1, keepdims=True) / count)
    usable = (spread > 1e-12) & (count >= 3)
    scores: Floats = np.where(usable, centred / np.where(usable, spread, 1.0), 0.0)
    return np.where(known, scores, np.nan)


def _quantile(ordered: Floats, count: Floats, quantile: float) -> Floats:
    place = quantile * (count - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    lower, upper = _at(ordered, below), _at(ordered, above)
    found: Floats = lower + (place - below) * (upper - lower)
    return found


def _at(ordered: Floats, place: NDArray[np.int64]) -> Floats:
    """Return one value of each row, as `take_along_axis` does in several times the time."""
    rows = ordered.reshape(-1, ordered.shape[-1])
    return rows[np.arange(len(rows)), place.ravel()].reshape(place.shape)


class ResidualMomentum:
    """Momentum from residual returns that come in one session at a time.

    The blend of six z-scores: for 30, 60 and 90 sessions, the sum of residual returns and the
    share of days on which they were positive.
    """

    def __init__(self, n_sessions: int, n_stocks: int) -> None:
        """Begin without any session."""
        self._sums = np.zeros((n_sessions + 1, n_stocks))
        self._positive = np.zeros((n_sessions + 1, n_stocks))
        self._seen = 0

    def add(self, residuals: Floats) -> None:
        """Take the residual returns of the next session, shape (m,)."""
        row, self._seen = self._seen, self._seen + 1
        self._sums[row + 1] = self._sums[row] + residuals
        self._positive[row + 1] = self._positive[row] + (residuals > 0)

    def with_value(self, ratio: Floats, known: Mask) -> Floats:
        """Return the z-scores of a ratio and of the blend, shape (m, 2).

        Those of the blend are NaN where `known` is False, and before 90 sessions were added.
        """
        newest = self._seen
        if newest < max(LOOKBACKS):
            return np.stack((standardised(ratio), np.full(len(known), np.nan)), axis=-1)
        before = [newest - lookback for lookback in LOOKBACKS]
        moves = np.concatenate(
            (
                ratio[None],
                self._sums[newest] - self._sums[before],
                self._positive[newest] - self._positive[before],
            )
        )
        moves[1:, ~known] = np.nan
        value, *six = standardised(moves)
        blend = (six[0] + six[1] + six[2] + six[3] + six[4] + six[5]) / 6
        return np.stack((value, standardised(blend)), axis=-1)
