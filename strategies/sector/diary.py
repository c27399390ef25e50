"""The sector book's diary: what each decision read, what it chose, and why."""

from __future__ import annotations

import datetime
import math
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
        Day after whose close it was made.
    universe : ndarray of bool, shape (m,)
        Stocks that could be chosen.
    excluded : mapping of str to int
        Reason to number of stocks that it excluded; each stock counts once.
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
        Method that gave the weights: "mean_variance", "equal_variance" ...; "flat": no stock was
        left.
    reason : str
        Why it is not the method that the parameters name; else empty.
    mean_ic : float
        Mean rank information coefficient of the forecasts that the gate judged; NaN without any.
    weights : ndarray of shape (m,)
        Long weights before the hedge; they sum to 1, or to 0 where no stock was left.
    tracking_error : float
        Tracking error of the basket against the factors' own long portfolio, a year; NaN where not
        known.
    tracking_by_size : mapping of int to float
        Number of the best-ranked stocks to the smallest tracking error a year that a long basket
        of them can have, without a cap; empty where the factors' portfolio is not known.
    target_beta : float
        Target of the whole book's beta to the fund.
    long : ndarray of shape (m,)
        Weights of the account's value that were ordered, whole shares where those are traded.
    hedge : float
        The fund's weight.
    scale : float
        Factor by which the long book was scaled to keep the limit on gross exposure.
    beta : float
        Ex-ante beta of the book that was ordered.
    rounding : float
        Ex-ante beta less its target, from rounding to whole shares.
    countries, sub_industries : tuple of str, length m
        The stocks' own on that day, "" where not known; empty where they are not written down.
    market_caps : ndarray of shape (m,), or None
        Their market values, account currency; NaN where not known.
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
    tracking_by_size: Mapping[int, float]
    target_beta: float
    long: Floats
    hedge: float
    scale: float
    beta: float
    rounding: float
    countries: tuple[str, ...] = ()
    sub_industries: tuple[str, ...] = ()
    market_caps: Floats | None = None


class Trimmed(NamedTuple):
    """A change of the hedge between two decisions, back to the target beta."""

    date: datetime.date
    beta_before: float
    hedge_before: float
    hedge: float
    target_beta: float
    scale: float = 1.0
    """What the basket was multiplied by, for the limit on gross exposure; 1: it is not traded."""


class Settled(NamedTuple):
    """A position in a stock that stopped trading, closed at its last close."""

    date: datetime.date
    ticker: str
    last_bar: datetime.date
    price: float


class Realised(NamedTuple):
    """How well one forecast ranked the residual returns that followed."""

    made_on: datetime.date
    known_on: datetime.date
    ic: float
    """Spearman correlation with the residual returns of the horizon; NaN for too few names."""
    other_ic: float = math.nan
    """The same of the forecast by the other reading of the past."""
