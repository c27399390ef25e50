"""The hedge: the fund's weight that brings the book of basket and fund to its target beta."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.conventions import FORGIVEN
from ..errors import StrategyError

_HAIR = 1e-12
"""Distance that a scaled book keeps below its gross limit, for the rounding of a sum."""

_UP = 1.0 + 2.0**-51
"""Factor of two roundings: raised by it, a weight gives back the whole shares it stands for."""


@dataclass(frozen=True, eq=False)
class Book:
    """What is ordered: the basket, and the fund against it; betas are to the fund.

    Attributes
    ----------
    weights : ndarray of shape (m,)
        Of the account's value, >= 0. With whole shares, the broker sizes each to exactly those that
        the hedge was computed from.
    hedge : float
        The fund's weight, below 0 where it is sold short.
    scale : float
        What the basket was multiplied by to stay within the limit on gross exposure, in [0, 1].
    beta_before : float
        Ex-ante beta of the basket alone, after rounding, on equity after costs.
    beta_after : float
        The same with the fund.
    rounding : float
        ``beta_after`` less its target, from rounding the fund to whole shares.
    gross : float
        Sum of absolute weights, the fund's included.
    """

    weights: Floats
    hedge: float
    scale: float
    beta_before: float
    beta_after: float
    rounding: float
    gross: float


def hedged_book(
    weights: Floats,
    betas: Floats,
    prices: Floats,
    etf_price: float,
    equity: float,
    *,
    target_beta: float,
    whole_shares: bool,
    max_gross: float,
    costs: float = 0.0,
) -> Book:
    """Return the basket beside the weight of its fund that brings the book to its target beta.

    Parameters
    ----------
    weights : ndarray of shape (m,)
        Of the basket, >= 0.
    betas : ndarray of shape (m,)
        To the fund; NaN only where the weight is 0.
    prices : ndarray of shape (m,)
        At which the shares are sized, account currency; NaN only where the weight is 0.
    etf_price : float
        The fund's price, account currency.
    equity : float
        The account's value at these prices, before the costs of what is ordered, > 0.
    target_beta : float
        Of the whole book, on equity after costs.
    whole_shares : bool
        Round the basket's shares towards zero, and the fund's to the nearest that then fits best.
    max_gross : float
        Largest gross exposure, above the target's size. A basket that would pass it with its hedge
        is scaled down, by the same factor for all names.
    costs : float
        What the orders will cost, account currency, in [0, equity). Shares are sized from equity
        before costs, and costs come on top.

    Returns
    -------
    Book
        ``rounding`` is at most half a share of the fund over equity after costs; without whole
        shares it is 0.

    Raises
    ------
    StrategyError
        A number out of its range, a name that is held without a beta or a price, or an account too
        small for whole shares.

    Notes
    -----
    With L the basket's weight, B its beta and T the target, each on equity before costs, a scale s
    has the gross exposure s L + |T - s B|, the larger of two straight lines in s: the largest scale
    is read off them. Whole shares can add to that a little where betas are far from 0; where they
    do, the limit is lowered by the most they can add.
    """
    held = _held(weights, betas, prices)
    net = _equity_after(equity, costs)
    if not abs(target_beta) < max_gross:
        raise StrategyError(
            f"target_beta must be smaller than max_gross, {max_gross!r}, got {target_beta!r}"
        )
    if not etf_price > 0.0:
        raise StrategyError(f"the fund's price must be > 0, got {etf_price!r}")
    target = target_beta * net / equity
    excess = float(prices[held] @ np.maximum(np.abs(betas[held]) - 1.0, 0.0))
    added = (0.5 * etf_price + excess) / equity if whole_shares else 0.0
    for limit in (max_gross, max_gross - added):
        scale = _scale(weights[held], betas[held], target, limit - _HAIR)
        basket = np.zeros(weights.shape)
        basket[held] = scale * weights[held]
        if whole_shares:
            basket[held] = _whole(basket[held], prices[held], equity)
        beta = float(basket[held] @ betas[held])
        hedge = _hedge(target - beta, etf_price, equity, whole_shares)
        gross = float(basket[held].sum()) + abs(hedge)
        if gross <= max_gross:
            break
    else:
        raise StrategyError(
            f"no book of whole shares keeps to max_gross, {max_gross!r}: a share of the fund is "
            f"{etf_price / equity:.3g} of the account's value"
        )
    after = (beta + hedge) * equity / net
    return Book(basket, hedge, scale, beta * equity / net, after, after - target_beta, gross)


def drifted(
    weights: Floats, betas: Floats, etf_weight: float, target_beta: float, band: float
) -> bool:
    """Return whether the book's beta has left the band around its target.

    Parameters
    ----------
    weights : ndarray of shape (m,)
        What the names are worth today as fractions of the account's value.
    betas : ndarray of shape (m,)
        To the fund; NaN only where the weight is 0.
    etf_weight : float
        What the fund is worth today, below 0 where it is short.
    target_beta : float
        Of the whole book.
    band : float
        Largest distance from the target that is not traded, >= 0.

    Raises
    ------
    StrategyError
        A negative band, or a name that is held without a beta.
    """
    if not band >= 0.0:
        raise StrategyError(f"band must be >= 0, got {band!r}")
    held = _held(weights, betas)
    return bool(abs(float(weights[held] @ betas[held]) + etf_weight - target_beta) > band)


class Trim(NamedTuple):
    """The fund's new weight; the basket is not traded."""

    hedge: float
    beta_after: float
    """Ex-ante, on equity after costs."""


def trimmed_hedge(
    weights: Floats,
    betas: Floats,
    etf_price: float,
    equity: float,
    *,
    target_beta: float,
    whole_shares: bool,
    costs: float = 0.0,
) -> Trim:
    """Return the weight of the fund that brings the book back to its target beta.

    Parameters
    ----------
    weights, betas
        As for `drifted`.
    etf_price, equity, target_beta, whole_shares, costs
        As for `hedged_book`. No limit on gross exposure is looked at: where the basket and its new
        hedge would pass it, both are scaled down by `hedged_book`.

    Raises
    ------
    StrategyError
        A number out of its range, or a name that is held without a beta.
    """
    held = _held(weights, betas)
    net = _equity_after(equity, costs)
    beta = float(weights[held] @ betas[held])
    exact = target_beta * net / equity - beta
    hedge = _hedge(exact, etf_price, equity, whole_shares)
    return Trim(hedge, (beta + hedge) * equity / net)


def _scale(weights: Floats, betas: Floats, target: float, limit: float) -> float:
    """Return the largest share of a basket that fits the limit together with its hedge."""
    long, beta = float(weights.sum()), float(weights @ betas)
    scale = 1.0
    for slope, room in ((long - beta, limit - target), (long + beta, limit + target)):
        if slope > 0.0:
            scale = min(scale, room / slope)
    return max(scale, 0.0)


def _hedge(weight: float, price: float, equity: float, whole: bool) -> float:
    """Return the fund's weight, of the nearest number of shares where it is whole shares."""
    size = abs(weight)
    if whole:
        shares = math.floor(size * equity / price + 0.5)
        size = float(_sized(np.array([float(shares)]), np.array([price]), equity)[0])
    return math.copysign(size, weight) if size else 0.0


def _whole(weights: Floats, prices: Floats, equity: float) -> Floats:
    """Return weights >= 0 rounded towards zero to whole shares."""
    return _sized(np.floor(weights * equity / prices + FORGIVEN), prices, equity)


def _sized(shares: Floats, prices: Floats, equity: float) -> Floats:
    """Return the weights that a broker rounds to these whole shares."""
    weights = shares * prices / equity
    short = np.floor(weights * equity / prices + FORGIVEN) < shares
    return np.asarray(np.where(short, weights * _UP, weights), dtype=np.float64)


def _held(weights: Floats, betas: Floats, prices: Floats | None = None) -> NDArray[np.bool_]:
    """Return which names are held; refuse one without a beta or a price."""
    if not (weights >= 0.0).all():
        raise StrategyError("the weights of the basket must be >= 0, and none may be NaN")
    held = weights > 0.0
    if np.isnan(betas[held]).any():
        columns = np.flatnonzero(held & np.isnan(betas)).tolist()
        raise StrategyError(f"names are held whose beta is not known: columns {columns}")
    if prices is not None and not (prices[held] > 0.0).all():
        columns = np.flatnonzero(held & ~(prices > 0.0)).tolist()
        raise StrategyError(f"names are held whose price is not above 0: columns {columns}")
    return held


def _equity_after(equity: float, costs: float) -> float:
    """Return what the account is worth once the orders are paid for."""
    if not 0.0 < equity < math.inf:
        raise StrategyError(f"equity must be > 0, got {equity!r}")
    if not 0.0 <= costs < equity:
        raise StrategyError(f"costs must be >= 0 and below equity, {equity!r}, got {costs!r}")
    return equity - costs
