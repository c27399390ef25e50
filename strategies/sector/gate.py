"""The gate: whether recent forecasts were good enough to set the weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import StrategyError


class Verdict(NamedTuple):
    """Whether forecasts may set the weights, and why."""

    optimise: bool
    """False: weigh without forecasts."""
    mean_ic: float
    """Mean of the newest information coefficients; NaN where none is known."""
    n: int
    """Number of coefficients in the mean."""
    reason: str
    """Why, as a sentence for the report."""


def verdict(
    realised_ics: Sequence[float], *, window: int = 6, least: int = 3, threshold: float = 0.0
) -> Verdict:
    """Return whether past forecasts ranked the residual returns that followed well enough.

    Parameters
    ----------
    realised_ics : sequence of float
        Information coefficients of the forecasts that were made and whose horizon is over, oldest
        first. NaN, of a forecast that could not be judged, does not count.
    window : int
        How many of the newest count, >= 1.
    least : int
        Coefficients needed before forecasts may set the weights, from 1 to `window`.
    threshold : float
        Smallest mean with which they may, in [-1, 1].

    Returns
    -------
    Verdict
        A mean equal to the threshold is good enough.

    Raises
    ------
    StrategyError
        A parameter out of range.
    """
    if not 1 <= least <= window:
        raise StrategyError(f"least must be from 1 to window, {window!r}, got {least!r}")
    if not -1.0 <= threshold <= 1.0:
        raise StrategyError(f"threshold must be in [-1, 1], got {threshold!r}")
    known = [ic for ic in realised_ics if not math.isnan(ic)][-window:]
    n = len(known)
    mean = math.fsum(known) / n if n else math.nan
    forecasts = "forecast" if n == 1 else "forecasts"
    if n < least:
        return Verdict(False, mean, n, f"{n or 'no'} {forecasts} judged so far, {least} needed")
    good = mean >= threshold
    place = "not below" if good else "below"
    reason = f"mean IC of the last {n} {forecasts} is {mean:+.3f}, {place} {threshold:g}"
    return Verdict(good, mean, n, reason)
