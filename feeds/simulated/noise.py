"""Bars whose later part is replaced by noise, to find strategies that look ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..arrays import Floats
from ..bars import Bars


def noise_after(bars: Bars, known: int, rng: np.random.Generator) -> Bars:
    """Return bars whose first `known` stay, and whose others are noise on the same dates.

    The noise is a random walk of large steps from the last known close, or from a price between
    10 and 100 where no close is known. Volumes are random where they are known; dividends are 0.
    """
    n = len(bars) - known
    if not n:
        return bars
    steps: Floats = np.clip(0.05 * rng.standard_normal((n, 2)), -0.3, 0.3)
    begin = bars.close[known - 1] if known else rng.uniform(10.0, 100.0)
    path = np.asarray(begin * np.cumprod(1.0 + steps.ravel()), dtype=np.float64)
    opens, closes = path[::2], path[1::2]
    volumes = rng.lognormal(14.0, 1.0, n)

    def then(past: Floats, future: Floats) -> Floats:
        return np.concatenate([past[:known], future])

    return replace(
        bars,
        open=then(bars.open, opens),
        high=then(bars.high, np.maximum(opens, closes) * 1.01),
        low=then(bars.low, np.minimum(opens, closes) * 0.99),
        close=then(bars.close, closes),
        volume=then(bars.volume, volumes if bars.volume_known else np.full(n, np.nan)),
        dividend=then(bars.dividend, np.zeros(n)),
    )
