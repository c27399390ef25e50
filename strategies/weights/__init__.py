"""Weights of a basket of stocks: equal, from volatilities alone, or optimal under limits."""

from .groups import least_group_cap
from .limits import WeightsError
from .naive import equal, equal_variance, inverse_variance
from .optimal import covariance, mean_drawdown, mean_variance

__all__ = [
    "WeightsError",
    "covariance",
    "equal",
    "equal_variance",
    "inverse_variance",
    "least_group_cap",
    "mean_drawdown",
    "mean_variance",
]
