"""Which returns quantstats can describe, and how they are handed to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

MINIMUM_RETURNS = 10
"""Fewest returns for a report; fewer get a sentence, since annualised figures would be noise."""

SPREAD = 1e-12
"""Range of returns up to which they count as equal: risk figures divide by it."""


def why_no_body(returns: pd.Series) -> str | None:
    """Return why quantstats cannot describe these returns; None if it can.

    Parameters
    ----------
    returns : Series of float
        Simple returns, oldest first; the sentence calls them daily.

    Returns
    -------
    str or None
        A sentence if there are too few returns, missing or ruinous returns, returns that do not
        vary, or returns that quantstats would take for prices.
    """
    values = returns.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        return "The daily returns have gaps, so no statistics are drawn from them."
    if values.size < MINIMUM_RETURNS:
        return (
            f"The window holds {values.size} daily return{'' if values.size == 1 else 's'}; "
            f"with fewer than {MINIMUM_RETURNS}, yearly figures and distributions say nothing."
        )
    if (values <= -1.0).any():
        return "The account was ruined: growth rates and distributions end with it."
    if not values.any():
        return "The account's value never changed, so there is nothing to describe."
    if np.ptp(values) <= SPREAD:
        return "Every day's return is the same, so risk figures do not exist."
    if _looks_like_prices(values):
        return "No day lost anything and one at least doubled the account: no statistics hold."
    return None


def reportable(
    returns: pd.Series, benchmark: pd.Series | None
) -> tuple[pd.Series, pd.Series | None]:
    """Return both series as quantstats takes them: checked, and dated by day without a time zone.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns, oldest first, for which `why_no_body` returns None.
    benchmark : Series of float or None
        The benchmark's returns on the same dates.

    Returns
    -------
    tuple of (Series, Series or None)
        New series, named "Strategy" and "Benchmark". The benchmark is None too where its returns do
        not vary, since quantstats cannot regress on them, and where they would be taken for prices:
        none is below zero, and one is at least 1.

    Raises
    ------
    ValueError
        quantstats cannot describe the returns, their dates are not oldest first and each once, or
        the benchmark has other dates or NaN.
    """
    reason = why_no_body(returns)
    if reason is not None:
        raise ValueError(reason)
    dates = pd.DatetimeIndex(returns.index).tz_localize(None).normalize()
    if not (dates.is_monotonic_increasing and dates.is_unique):
        raise ValueError("the dates of the returns must be oldest first and each once")
    strategy = pd.Series(returns.to_numpy(dtype=float), index=dates, name="Strategy")
    if benchmark is None:
        return strategy, None
    if not benchmark.index.equals(returns.index):
        raise ValueError("the benchmark's dates are not those of the returns")
    values = benchmark.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("the benchmark's returns have gaps")
    if np.ptp(values) <= SPREAD or _looks_like_prices(values):
        return strategy, None
    return strategy, pd.Series(values, index=dates, name="Benchmark")


def _looks_like_prices(values: np.ndarray) -> bool:
    """Return whether quantstats would take returns for prices."""
    return bool(values.min() >= 0.0 and values.max() >= 1.0)
