"""Weights of a basket of stocks: equal, from volatilities alone, or optimal under limits."""

from .limits import WeightsError
from .naive import equal, equal_variance, inverse_variance
from .optimal import covariance, mean_drawdown, mean_variance

__all__ = [
    "WeightsError",
    "covariance",
    "equal",
    "equal_variance",
    "inverse_variance",
    "mean_drawdown",
    "mean_variance",
]
