"""Check whether the intervals of a factor's premium contain it as often as they claim.

Markets are simulated with a known premium, or none: 60 stocks, seven years, daily noise of 1.5 %
whose volatility changes for all stocks together, sub-themes that move groups of stocks together,
and an unpriced theme that moves stocks in proportion to the loadings that the regression uses. A
premium is added every day. Since loadings fade, the return over h sessions per unit of loading at
their start is the premium times the mean of what is left of a unit over those sessions; the
interval must contain this value.

Two loadings are simulated (half-lives of 60 and 252 sessions). Two others are measured as the book
measures them, on returns that cannot be forecast: momentum from residuals of estimated betas, and a
value factor with the price as denominator, so that a stock's past returns are part of its loading.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from btplaybook.feeds.arrays import Floats
from btplaybook.strategies.sector.beta import trailing_betas
from btplaybook.strategies.sector.momentum import momentum
from btplaybook.strategies.sector.residuals import labels, residual_returns
from btplaybook.strategies.sector.score import z_scores
from btplaybook.strategies.sector.skill import YEAR, pooled_regression

COVERAGE = (0.92, 0.98)
REJECTIONS = (0.03, 0.08)
N_SESSIONS = 1764
N_NAMES = 60
N_THEMES = 5
TRAILING = 756
WARM_UP = 378  # sessions for the betas, and then for the longest look-back
STEP = 5
HORIZONS = (30, 60)
HALF_LIVES = (60, 252)
PREMIUMS = (0.04, 0.04)
NOISE = 0.015
THEME = 0.005  # per day, of each sub-theme
UNPRICED = 0.04  # per year, of the theme along each loading


def measure(seeds: int = 200) -> list[dict[str, Any]]:
    """Count the intervals that contain the true value, over markets of seeds 0 .. seeds - 1.

    Parameters
    ----------
    seeds : int
        Number of markets of each kind.

    Returns
    -------
    list of dict
        `name`, `target` (lowest and highest), `measured` (a share of intervals) and `met`. Results
        without a target are for comparison: intervals from overlapping labels without correction,
        with the usual Newey-West lag and 1.96 ("naive"), and each measured loading alone, whose
        share among 200 intervals varies by 3 points either way in 19 of 20 cases.
    """
    counts: dict[str, list[bool]] = defaultdict(list)
    for seed in range(seeds):
        for window, n_sessions in (("3 years", TRAILING), ("7 years", N_SESSIONS)):
            _count_planted(counts, seed, n_sessions, window)
            _count_measured(counts, seed, n_sessions, window)
    return [_result(name, shares) for name, shares in sorted(counts.items())]


def _result(name: str, hits: list[bool]) -> dict[str, Any]:
    target = COVERAGE if name.startswith("coverage") else REJECTIONS
    measured = float(np.mean(hits))
    if name.endswith(("naive", "alone")):
        return {"name": name, "target": None, "measured": round(measured, 4), "met": None}
    return {
        "name": name,
        "target": target,
        "measured": round(measured, 4),
        "met": target[0] <= measured <= target[1],
    }


def _count_planted(counts: dict[str, list[bool]], seed: int, n_sessions: int, window: str) -> None:
    for premiums in (PREMIUMS, (0.0, 0.0)):
        loadings, returns = _planted(
            np.random.default_rng([seed, n_sessions]), n_sessions, premiums
        )
        rows = np.arange(0, n_sessions, STEP)
        for horizon in HORIZONS:
            found = pooled_regression(loadings[rows], returns, rows, horizon=horizon)
            left = [_mean_left(half_life, horizon) for half_life in HALF_LIVES]
            truth = np.array(premiums) * left
            inside = (found.lower <= truth) & (truth <= found.upper)
            case = f"{horizon} sessions ahead, {window}"
            if any(premiums):
                counts[f"coverage of the planted premium, {case}"] += inside.tolist()
                naive = _naive_inside(loadings, returns, rows, horizon, truth)
                counts[f"coverage of the planted premium, {case}, naive"] += naive.tolist()
            else:
                counts[f"rejections of no premium, {case}"] += (~inside).tolist()


def _count_measured(counts: dict[str, list[bool]], seed: int, n_sessions: int, window: str) -> None:
    rng = np.random.default_rng([seed, n_sessions, 1])
    loadings, residuals = _measured(rng, n_sessions + WARM_UP)
    rows = np.arange(WARM_UP, n_sessions + WARM_UP, STEP)
    for horizon in HORIZONS:
        found = pooled_regression(loadings[rows], residuals, rows, horizon=horizon)
        outside = (found.lower > 0.0) | (found.upper < 0.0)
        for name, rejected in zip(("momentum", "value"), outside, strict=True):
            case = f"{horizon} sessions ahead, {window}"
            counts[f"rejections of no premium, measured loadings, {case}"].append(bool(rejected))
            counts[f"rejections of no premium, {case}, {name} alone"].append(bool(rejected))


def _planted(
    rng: np.random.Generator, n_sessions: int, premiums: tuple[float, ...]
) -> tuple[Floats, Floats]:
    """Return loadings (n, m, 2), standardised each session, and residual returns (n, m)."""
    loadings = np.stack(
        [_standardised(_fading(rng, n_sessions, half_life)) for half_life in HALF_LIVES], axis=2
    )
    returns = _noise(rng, n_sessions)
    unpriced = rng.standard_normal((n_sessions, 2)) * UNPRICED / np.sqrt(YEAR)
    paid = unpriced[1:] + np.array(premiums) / YEAR
    returns[1:] += np.einsum("nmk,nk->nm", loadings[:-1], paid)
    return loadings, returns


def _measured(rng: np.random.Generator, n_sessions: int) -> tuple[Floats, Floats]:
    """Return measured momentum and value (n, m, 2) and measured residuals (n, m) of pure noise."""
    market = rng.standard_normal(n_sessions) * 0.012 + 0.0003
    noise = _noise(rng, n_sessions)
    betas = 1.0 + 0.3 * rng.standard_normal(N_NAMES)
    returns = betas * market[:, None] + noise
    residuals = residual_returns(returns, market, trailing_betas(returns, market).betas)
    quarter = np.arange(n_sessions) // 63
    earned = np.cumsum(0.1 * rng.standard_normal((quarter[-1] + 1, N_NAMES)), axis=0)
    earned += 0.5 * rng.standard_normal(N_NAMES)
    cheap = np.exp(earned[quarter] - np.cumsum(noise, axis=0))
    value = np.where(np.isnan(residuals), np.nan, cheap)
    return np.stack([z_scores(momentum(residuals)), z_scores(value)], axis=2), residuals


def _noise(rng: np.random.Generator, n_sessions: int) -> Floats:
    """Return noise of shape (n, m), correlated within groups, with changing volatility."""
    group = rng.integers(0, N_THEMES, N_NAMES)
    themes = rng.standard_normal((n_sessions, N_THEMES))[:, group]
    own = rng.standard_normal((n_sessions, N_NAMES))
    storm = np.exp(0.4 * _fading(rng, n_sessions, 60, 1))
    noise: Floats = storm * (NOISE * own + THEME * themes)
    return noise


def _fading(
    rng: np.random.Generator, n_sessions: int, half_life: float, columns: int = N_NAMES
) -> Floats:
    """Return stationary AR(1) series of variance 1, shape (n, columns)."""
    from scipy.signal import lfilter

    kept = 0.5 ** (1.0 / half_life)
    news = rng.standard_normal((n_sessions, columns))
    news[1:] *= np.sqrt(1.0 - kept**2)
    series: Floats = lfilter([1.0], [1.0, -kept], news, axis=0)
    return series


def _standardised(x: Floats) -> Floats:
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


def _mean_left(half_life: float, horizon: int) -> float:
    """Return the part of a unit of loading that is left, averaged over the sessions of a label."""
    return float(np.mean(0.5 ** (np.arange(horizon) / half_life)))


def _naive_inside(
    loadings: Floats, returns: Floats, rows: NDArray[np.intp], horizon: int, truth: Floats
) -> NDArray[np.bool_]:
    """Return which 95 % intervals contain the true value if overlap is not corrected for."""
    from statsmodels.regression.linear_model import OLS

    rows = rows[rows + horizon < returns.shape[0]]
    label = labels(returns, horizon)[rows]
    x = loadings[rows].reshape(-1, loadings.shape[2])
    y = (label - label.mean(axis=1, keepdims=True)).ravel()
    fit = OLS(y, x).fit(
        cov_type="hac-groupsum",
        cov_kwds={
            "time": np.repeat(np.arange(rows.size), returns.shape[1]),
            "maxlags": -(-horizon // STEP) - 1,
            "use_correction": False,
        },
    )
    annual = YEAR / horizon
    reach = 1.96 * fit.bse * annual
    inside: NDArray[np.bool_] = np.abs(fit.params * annual - truth) <= reach
    return inside


if __name__ == "__main__":
    for result in measure():
        print(result)
