"""How the simulated sector moves: an ETF, the companies in it, and premiums of known size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from .companies import N_THEMES, SECTOR, Companies
from .loadings import ResidualMomentum
from .statements import Statements

PERIODS = 252

ETF_DRIFT = 0.07 / PERIODS
ETF_VOLATILITY = 0.011
THEME_VOLATILITY = 0.004
OVERNIGHT = 0.3  # share of a day's variance that falls between close and open

# Fat tails from products alone: a mixture of two normals, of variance 1 together, kurtosis 10.
_WILD_SHARE, _WILD, _CALM = 0.05, 2.8, 0.8
_LARGEST = 0.25  # no company's own move in a day is larger
_BETA_MEMORY, _BETA_SHOCK = 0.997, 0.008  # half-life of 231 sessions, a spread of 0.10


@dataclass(frozen=True, eq=False)
class Walk:
    """A market's path over n sessions of m companies; row 0 is before the first return.

    Row t of every array but `loadings` is of session t. `loadings` row t is what was known at
    the close of t, which the premium is paid on in t + 1.
    """

    price: Floats  # (n, m) split-adjusted closes
    dividend: Floats  # (n, m) split-adjusted
    returns: Floats  # (n, m) total
    market: Floats  # (n,) total return of the ETF
    betas: Floats  # (n, m) to the ETF, of the day
    residuals: Floats  # (n, m) returns - betas * market
    paid: Floats  # (n, m) the part of the residual that the premiums make
    loadings: Floats  # (n, m, 2) value, momentum
    weights: Floats  # (n, m) of the ETF, at the close


def walk(
    rng: np.random.Generator,
    companies: Companies,
    statements: Statements,
    premiums: Floats,
) -> Walk:
    """Walk the market from close to close.

    With x the day's common move, chosen so that the cap-weighted basket returns exactly what was
    drawn for the ETF,

        r_i = beta_i x + premium . loading_i / 252 + noise_i,    sum of w_i r_i = r_ETF.

    Parameters
    ----------
    rng : numpy.random.Generator
        Its normals and uniforms are drawn at once: markets with other premiums, and the same
        seed, see the same noise.
    companies : Companies
        The stocks of the market.
    statements : Statements
        Their statements, which are written as the walk reaches the end of each quarter.
    premiums : ndarray of shape (n, 2)
        Of value and momentum in each session, a year per unit of loading.

    Returns
    -------
    Walk
        The path.
    """
    n, m = companies.trades.shape
    market = ETF_DRIFT + ETF_VOLATILITY * _fat_tailed(rng, (n, 1))[:, 0]
    market[0] = 0.0
    noise = companies.volatility * _fat_tailed(rng, (n, m))
    noise += THEME_VOLATILITY * rng.standard_normal((n, N_THEMES))[:, companies.theme]
    noise = np.minimum(np.maximum(noise, -_LARGEST), _LARGEST)
    beta = _betas(rng, companies, n)

    price, dividend, returns = (np.zeros((n, m)) for _ in range(3))
    betas, residuals, paid, weights = (np.zeros((n, m)) for _ in range(4))
    loadings = np.full((n, m, 2), np.nan)
    momentum = ResidualMomentum(n, m)
    in_sector = np.array([sector == SECTOR for sector in companies.sectors])
    session = np.arange(n)[:, None]
    listed = (session >= companies.listed) & (session <= companies.ended)
    seasoned = listed & (session - companies.listed >= 90)
    moves = np.full((n, m), np.nan)
    for company, (day, move) in companies.jumps.items():
        moves[day, company] = move

    price[0] = companies.price
    for t in range(n):
        if t:
            held, lone = weights[t - 1], np.isfinite(moves[t])
            drift = (premiums[t] * np.nan_to_num(loadings[t - 1])).sum(axis=-1) / PERIODS
            drift = np.where(lone, 0.0, drift)
            own = drift + noise[t]
            others = np.where(lone, 0.0, held)
            apart = (held * np.where(lone, moves[t], 0.0)).sum() + (others * own).sum()
            common = (market[t] - apart) / (others * beta[t]).sum()
            returns[t] = np.where(lone, moves[t], beta[t] * common + own)
            betas[t] = beta[t] / (held * beta[t]).sum()
            residuals[t] = returns[t] - betas[t] * market[t]
            paid[t] = drift - betas[t] * (held * drift).sum()
            momentum.add(residuals[t])
            price[t], dividend[t] = _closes(companies, t, price[t - 1], returns[t])
        statements.close_quarter(t, price[t])
        value = statements.ebit_to_ev(t, price[t])
        ratio = np.where(listed[t], value, np.nan)
        loadings[t] = momentum.with_value(ratio, seasoned[t])
        following = listed[min(t + 1, n - 1)]  # a stock that ends today is paid out at the close
        cap = np.where(companies.member[t] & in_sector & following, price[t] * companies.shares, 0)
        weights[t] = cap / cap.sum()
    return Walk(
        price=price,
        dividend=dividend,
        returns=returns,
        market=market,
        betas=betas,
        residuals=residuals,
        paid=paid,
        loadings=loadings,
        weights=weights,
    )


def _closes(companies: Companies, t: int, before: Floats, returns: Floats) -> tuple[Floats, Floats]:
    """Return the closes and the dividends of session t, split-adjusted."""
    factors = companies.split_factors[t]
    paid = np.where(companies.pays[t], companies.dividend_yield * before, 0.0)
    paid = (paid * factors).round(4) / factors
    return before * (1 + returns) - paid, paid


def _betas(rng: np.random.Generator, companies: Companies, n: int) -> Floats:
    shocks = _BETA_SHOCK * rng.standard_normal((n, len(companies.beta)))
    beta = np.empty_like(shocks)
    away = np.zeros(len(companies.beta))
    for t in range(n):
        away = _BETA_MEMORY * away + shocks[t]
        beta[t] = companies.beta + away
    return beta


def _fat_tailed(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    scale = np.where(rng.random(shape) < _WILD_SHARE, _WILD, _CALM)
    drawn: Floats = scale * rng.standard_normal(shape)
    return drawn
