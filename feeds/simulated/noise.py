"""Bars whose future is noise, to find out who reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..bars import Bars
from ..checks import Floats


def noise_after(bars: Bars, known: int, rng: np.random.Generator) -> Bars:
    """Return bars whose first `known` stay, and whose others are noise on the same dates.

    Prices go on from the last known close as a wild random walk, or begin one between 10 and 100
    where none is known; known volumes are drawn anew, and nothing is
    paid.
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
