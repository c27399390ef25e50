"""Scores of the pivot rule with fixed strengths, for many lines that share their forces."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from ....feeds.arrays import Floats
from ....feeds.compiling import compiled
from ....strategies.rule_answer import compiled as compiled_rule
from ....strategies.rules.pivot import (
    CONSTANT,
    LEAST_SLOPE,
    NO_PIVOT,
    ON_STRETCH,
    ON_TREND,
    SEEN,
    STRETCH,
    TREND,
    pivot_side,
)
from .space import Line

ROOM = 1 << 28
"""Bytes of forces that are kept; then all are computed again."""


class Forces:
    """Trend, stretch and regime of a market, each computed once and kept.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN.

    Notes
    -----
    All numbers are the rule's own, to the last bit.
    """

    def __init__(self, close: Floats) -> None:
        self.close = close
        self._columns: dict[tuple[int, int, int, int, float], Floats] = {}

    def prepare(self, lines: Iterable[Line]) -> None:
        """Compute what lines need, so that threads only read it afterwards."""
        for line in lines:
            self._of(line)

    def scores(self, line: Line) -> Floats:
        """Return the scores without bias, shape (n_bars,), oldest first.

        NaN where there is none: before the trend exists, and on a bar without a pivot.
        """
        scores = np.empty(self.close.size)
        angle = math.radians(line.angle)
        compiled_line_scores()(
            *self._of(line),
            0.0 if line.angle == 90.0 else math.cos(angle),
            -math.sin(angle),
            *map(root_of_variance, (line.slow, line.fast)),
            scores,
        )
        return scores

    def _of(self, line: Line) -> tuple[Floats, Floats, Floats]:
        span = line.span
        return (
            self._kept(TREND, line.slow, 1, span, 0.0),
            self._kept(STRETCH, line.fast + 1, line.fast, span, 0.0),
            self._kept(ON_STRETCH, 2, 1, span, line.regime),
        )

    def _kept(self, column: int, slow: int, fast: int, span: int, regime: float) -> Floats:
        """Return a column of what the rule sees, computed once while there is room."""
        key = (column, slow, fast, span, float(regime))
        found = self._columns.get(key)
        if found is None:
            found = self._seen(slow, fast, span, regime)[column].copy()
            if len(self._columns) * found.nbytes > ROOM:
                self._columns.clear()
            self._columns[key] = found
        return found

    def _seen(self, slow: int, fast: int, span: int, regime: float) -> Floats:
        """Return what the rule sees of each bar at 90 degrees, shape (SEEN, n_bars)."""
        seen = np.full((self.close.size + 1, SEEN), np.nan)
        strengths = (90.0, float(regime), 0.0, 0.0, 0.0, 0, 0.0)
        compiled_rule(pivot_side)(self.close, False, slow, fast, span, *strengths, seen)
        return seen[:-1].T


def estimated_scores(
    close: Floats, slow: int, fast: int, span: int, *, window: int, penalty: float
) -> tuple[Floats, Floats]:
    """Return what the forces add to the score with estimated strengths, and its constant.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN.
    slow, fast, span, window, penalty
        As for `pivot_side`.

    Returns
    -------
    tuple of ndarray of shape (n_bars,)
        NaN before the first strengths; the first also on a bar without a pivot. The score of a
        bias c is ``forces + (constant + c)``, in this order to the last bit.
    """
    seen = np.full((close.size + 1, SEEN), np.nan)
    thresholds = (0.0, 0.0, 0.0, 0.0, 0.0)
    compiled_rule(pivot_side)(close, True, slow, fast, span, *thresholds, window, penalty, seen)
    columns = seen[:-1].T
    forces = columns[ON_TREND] * columns[TREND] + columns[ON_STRETCH] * columns[STRETCH]
    return np.where(columns[NO_PIVOT] == 1.0, np.nan, forces), columns[CONSTANT].copy()


def root_of_variance(bars: int) -> float:
    """Return q(k), the deviation of a price from the mean of the k before it, in daily steps."""
    return math.sqrt((bars + 1.0) * (2.0 * bars + 1.0) / (6.0 * bars))


def line_scores(
    trend: Any,
    stretch: Any,
    power: Any,
    on_trend: float,
    minus_sine: float,
    q_slow: float,
    q_fast: float,
    scores: Any,
) -> None:
    """Write the scores of a line, word for word as `pivot_side` computes them.

    Parameters
    ----------
    trend, stretch : ndarray of shape (n_bars,)
        T and R; NaN before they exist.
    power : ndarray of shape (n_bars,)
        The ratio of volatilities to the power of the regime, negative.
    on_trend, minus_sine : float
        Strength of the trend, and the negative strength of the stretch at a ratio of 1.
    q_slow, q_fast : float
        `root_of_variance` of both averages.
    scores : ndarray of shape (n_bars,), written
        NaN on a bar without a pivot.
    """
    per_trend = on_trend / q_slow
    for t in range(trend.size):
        on_stretch = minus_sine * -power[t]
        pivot = abs(per_trend + on_stretch / q_fast) >= LEAST_SLOPE
        score = on_trend * trend[t] + on_stretch * stretch[t]
        scores[t] = score if pivot else np.nan


@cache
def compiled_line_scores() -> Any:
    """Return `line_scores` compiled."""
    return compiled(line_scores, nogil=True, error_model="numpy")
