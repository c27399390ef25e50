"""The standard normal law for single numbers, exact in both tails and quick to import."""

from __future__ import annotations

import math
from statistics import NormalDist

_STANDARD = NormalDist()


def normal_cdf(z: float) -> float:
    """Return the probability that a standard normal number is at most z."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_quantile(probability: float) -> float:
    """Return the z that a standard normal number does not exceed with a probability in (0, 1).

    Of a probability near 1 ask for the negative quantile of its complement, which a float holds
    exactly.
    """
    return _STANDARD.inv_cdf(probability)
