"""p-values of many tests, adjusted for their number.

Bonferroni, Sidak and Holm bound the chance of one false discovery or more; Benjamini-Hochberg and
Benjamini-Yekutieli the share of false ones among all discoveries. An adjusted p-value at or below
a level means: significant at that level, among all tests.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...feeds.arrays import Floats
from ..errors import SearchError
from .expected_maximum import checked_trials


def bonferroni(p_value: float, n_tests: float) -> float:
    """Return the p-value of one among many tests: ``min(1, n p)``, whatever their dependence.

    Parameters
    ----------
    p_value : float
        In [0, 1].
    n_tests : float
        >= 1; an effective number may be no integer.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    SearchError
        For a p-value outside [0, 1] or fewer tests than one.
    """
    return min(1.0, _checked(p_value) * checked_trials(n_tests))


def sidak(p_value: float, n_tests: float) -> float:
    """Return the p-value of the best of independent tests: ``1 - (1 - p)**n``.

    Parameters
    ----------
    p_value : float
        In [0, 1].
    n_tests : float
        >= 1; an effective number may be no integer.

    Returns
    -------
    float
        In [0, 1], exact for small p-values.

    Raises
    ------
    SearchError
        For a p-value outside [0, 1] or fewer tests than one.

    References
    ----------
    Sidak, Z. (1967). Rectangular confidence regions for the means of multivariate normal
    distributions. JASA 62(318), 626-633.
    """
    if _checked(p_value) == 1.0:
        return 1.0
    return -math.expm1(checked_trials(n_tests) * math.log1p(-p_value))


def holm(p_values: Any) -> Floats:
    """Return p-values that bound the chance of any false discovery, whatever their dependence.

    In rising order, number j from 0 of n: the largest of ``(n - i) p_i`` with i <= j, at most 1.

    Parameters
    ----------
    p_values : ndarray of shape (n_tests,)
        In [0, 1], in any order.

    Returns
    -------
    ndarray of shape (n_tests,)
        In the order of the input. Empty for no test.

    Raises
    ------
    SearchError
        For a NaN or a p-value outside [0, 1]: it names the place; and for another shape.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6(2), 65-70.
    """
    values, order = _rising(p_values)
    factors = np.arange(values.size, 0, -1)
    return _in_order(np.maximum.accumulate(values * factors), order)


def benjamini_hochberg(p_values: Any) -> Floats:
    """Return p-values that bound the share of false discoveries of independent tests.

    In rising order, number j from 1 of n: the least of ``n p_i / i`` with i >= j, at most 1. Holds
    for positively dependent tests too.

    Parameters
    ----------
    p_values : ndarray of shape (n_tests,)
        In [0, 1], in any order.

    Returns
    -------
    ndarray of shape (n_tests,)
        In the order of the input. Empty for no test.

    Raises
    ------
    SearchError
        For a NaN or a p-value outside [0, 1]: it names the place; and for another shape.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57(1), 289-300.
    """
    return _false_discovery(p_values, 1.0)


def benjamini_yekutieli(p_values: Any) -> Floats:
    """Return p-values that bound the share of false discoveries, whatever the dependence.

    Those of `benjamini_hochberg`, before they are cut at 1, times ``1 + 1/2 + ... + 1/n``.

    Parameters
    ----------
    p_values : ndarray of shape (n_tests,)
        In [0, 1], in any order.

    Returns
    -------
    ndarray of shape (n_tests,)
        In the order of the input. Empty for no test.

    Raises
    ------
    SearchError
        For a NaN or a p-value outside [0, 1]: it names the place; and for another shape.

    References
    ----------
    Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple
    testing under dependency. Annals of Statistics 29(4), 1165-1188, theorem 1.3.
    """
    return _false_discovery(p_values, float((1.0 / np.arange(1, np.size(p_values) + 1)).sum()))


def _false_discovery(p_values: Any, factor: float) -> Floats:
    values, order = _rising(p_values)
    scaled = values * (factor * values.size) / np.arange(1, values.size + 1)
    return _in_order(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _rising(p_values: Any) -> tuple[Floats, np.ndarray]:
    """Return p-values in rising order, and where each stood."""
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1:
        raise SearchError(f"p_values must have the shape (n_tests,), got {values.shape}")
    outside = np.flatnonzero(~((values >= 0.0) & (values <= 1.0)))
    if outside.size:
        place = int(outside[0])
        raise SearchError(f"p_values must be in [0, 1], got {values[place]} at place {place}")
    order = np.argsort(values, kind="stable")
    return values[order], order


def _in_order(adjusted: Floats, order: np.ndarray) -> Floats:
    found = np.empty_like(adjusted)
    found[order] = np.minimum(adjusted, 1.0)
    return found


def _checked(p_value: float) -> float:
    if not 0.0 <= p_value <= 1.0:
        raise SearchError(f"p_value must be in [0, 1], got {p_value}")
    return p_value
