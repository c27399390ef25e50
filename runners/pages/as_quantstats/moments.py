"""Moments of the distribution of returns, and the law of losses."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from ....feeds.arrays import Floats
from .sample import no_zeros

TAIL = 1.0 - 0.95
"""Share of returns in the lower tail."""


def skewness(values: Floats) -> Floats:
    """Return the skewness of each row, corrected for the number of returns."""
    return pd.DataFrame(values.T).skew().to_numpy(dtype=float)


def kurtosis(values: Floats) -> Floats:
    """Return the excess kurtosis of each row, corrected for the number of returns."""
    return pd.DataFrame(values.T).kurt().to_numpy(dtype=float)


def value_at_risk(mean: Floats, deviation: Floats) -> Floats:
    """Return the normal law's quantile of `TAIL`."""
    return deviation * NormalDist().inv_cdf(TAIL) + mean


def shortfall(mean: Floats, deviation: Floats) -> Floats:
    """Return the normal law's mean below its quantile of `TAIL`."""
    law = NormalDist()
    return mean - deviation * law.pdf(law.inv_cdf(TAIL)) / TAIL


def quantile(values: Floats, share: float) -> Floats:
    """Return the empirical quantile of each row, linearly interpolated."""
    return np.asarray(np.percentile(values, share * 100.0, axis=1))


def tail_ratio(values: Floats) -> Floats:
    """Return the size of the upper 5 % quantile over that of the lower; NaN where that is zero."""
    return np.abs(quantile(values, 0.95) / no_zeros(quantile(values, TAIL)))
