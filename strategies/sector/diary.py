"""What the sector book writes down at each decision: what it saw, what it chose, and why."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...feeds.arrays import Bools, Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class Decided:
    """One decision of the book; arrays over stocks have shape (m,), in the book's order.

    Attributes
    ----------
    date : date
        After whose close it was made.
    universe : ndarray of bool, shape (m,)
        Who could be chosen.
    excluded : mapping of str to int
        Reason to number of stocks that it kept out; each stock counts once.
    betas : ndarray of shape (m,)
        To the fund; NaN where not known.
    factors : tuple of str
        Those that counted on this day.
    missing : mapping of str to int
        Factor to number of stocks of the universe without it, which are neutral in it.
    loadings : ndarray of shape (m, n_factors)
        Winsorised z-scores of `factors`; NaN where not known.
    score : ndarray of shape (m,)
        1 to 100; NaN outside of the universe.
    premiums : ndarray of shape (n_factors,)
        Expected residual return a year for one unit of each loading; NaN where not known.
    premium_intervals : ndarray of shape (n_horizons, n_factors, 3)
        Estimate, lower and upper end of its 95 % interval, a year, for each horizon.
    forecast : ndarray of shape (m,)
        Expected residual return a year; NaN outside of the universe or without a forecast.
    method : str
        How the weights came about: "mean_variance", "equal_variance" ...; "flat": nobody was left.
    reason : str
        Why it is not the method that was asked for; else empty.
    mean_ic : float
        Of the forecasts that the gate judged; NaN where there are none.
    weights : ndarray of shape (m,)
        Long weights before the hedge; they sum to 1, or to 0 where nobody was left.
    tracking_error : float
        Of the basket against the factors' own long portfolio, a year; NaN where not known.
    target_beta : float
        Of the whole book to the fund.
    long : ndarray of shape (m,)
        Weights of the account's value that were ordered, whole shares where those are traded.
    hedge : float
        The fund's weight.
    scale : float
        What the long book was scaled by, for the limit on gross exposure.
    beta : float
        Ex-ante, of what was ordered.
    rounding : float
        How far whole shares keep the ex-ante beta from its target.
    """

    date: datetime.date
    universe: Bools
    excluded: Mapping[str, int]
    betas: Floats
    factors: tuple[str, ...]
    missing: Mapping[str, int]
    loadings: Floats
    score: Floats
    premiums: Floats
    premium_intervals: Floats
    forecast: Floats
    method: str
    reason: str
    mean_ic: float
    weights: Floats
    tracking_error: float
    target_beta: float
    long: Floats
    hedge: float
    scale: float
    beta: float
    rounding: float


class Trimmed(NamedTuple):
    """The hedge set right between two decisions."""

    date: datetime.date
    beta_before: float
    hedge_before: float
    hedge: float
    target_beta: float


class Settled(NamedTuple):
    """A stock that vanished while it was held, taken at its last close."""

    date: datetime.date
    ticker: str
    last_bar: datetime.date
    price: float


class Realised(NamedTuple):
    """How well one forecast that was made ranked what came."""

    made_on: datetime.date
    known_on: datetime.date
    ic: float
    """Spearman correlation with the residual returns of the horizon; NaN for too few names."""
