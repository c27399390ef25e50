"""Rank ICs and the pooled regression: by hand, against SciPy and statsmodels, and their laws.

Laws: what comes later changes no estimate; what moves all names alike is no skill; scaled returns
scale the premium and leave t; a rescaled loading rescales its own premium alone; a permutation of
names changes nothing; without noise the planted premium comes back. That the intervals hold it as
often as they say is measured by benchmarks/skill_calibration.py, and here on fewer markets.
"""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.newey_west import newey_west
from btplaybook.strategies.sector.residuals import labels
from btplaybook.strategies.sector.skill import pooled_regression, rank_ic

NAN = math.nan
ARRAYS = ("coefficients", "standard_errors", "t", "lower", "upper")


def market(seed, n=240, m=12, k=2, step=5):
    """Return loadings at each step, residual returns that they foretell a little, and the rows."""
    rng = np.random.default_rng(seed)
    rows = np.arange(0, n, step)
    loadings = rng.standard_normal((rows.size, m, k))
    daily = np.repeat(loadings, step, axis=0)[:n]
    residuals = rng.standard_normal((n, m)) * 0.015
    residuals[1:] += 0.002 * daily[:-1].sum(axis=2)
    loadings[rng.random(loadings.shape) < 0.1] = np.nan
    residuals[rng.random(residuals.shape) < 0.005] = np.nan
    return loadings, residuals, rows


def assert_same(one, other, **tolerance):
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), **tolerance)
    assert one[5:] == other[5:]


# -- rank IC ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "ic"),
    [
        (np.arange(10.0), 1.0),
        (-np.exp(np.arange(10.0)), -1.0),
        (np.array([1.0, 0, 2, 3, 4, 5, 6, 7, 8, 9]), 1 - 6 * 2 / (10 * 99)),
        (np.ones(10), NAN),
        (np.append(np.arange(9.0), NAN), NAN),
    ],
    ids=["same order", "opposite", "one pair swapped", "all alike", "nine names"],
)
def test_rank_ic_by_hand(label, ic):
    np.testing.assert_allclose(rank_ic(np.arange(10.0), label), ic, rtol=1e-14)


@given(seed=st.integers(0, 99))
def test_rank_ic_is_spearmans(seed):
    rng = np.random.default_rng(seed)
    score, label = rng.integers(0, 15, (2, 4, 30)).astype(float)
    score[rng.random(score.shape) < 0.2] = np.nan
    label[rng.random(label.shape) < 0.2] = np.nan
    found = rank_ic(score, label)
    for one, other, ic in zip(score, label, found, strict=True):
        both = ~np.isnan(one) & ~np.isnan(other)
        assert ic == pytest.approx(spearmanr(one[both], other[both]).statistic, abs=1e-12)


# -- the pooled regression ----------------------------------------------------------------------


def test_slopes_are_least_squares_with_date_effects():
    loadings, residuals, rows = market(1)
    found = pooled_regression(loadings, residuals, rows, horizon=20)
    label = labels(residuals, 20)[rows]
    kept = ~np.isnan(label) & ~np.isnan(loadings).all(axis=2)
    date = np.nonzero(kept)[0]
    effects = (date[:, None] == np.unique(date)).astype(float)
    design = np.column_stack([np.nan_to_num(loadings[kept]), effects])
    slopes = sm.OLS(label[kept], design).fit().params[:2]
    np.testing.assert_allclose(found.coefficients, slopes * 252 / 20, rtol=1e-10)
    assert found.n_pairs == kept.sum()
    assert found.n_dates == np.unique(date).size
    assert found.n_days == rows[np.unique(date)[-1]] - rows[np.unique(date)[0]] + 20


def test_labels_of_one_session_have_driscoll_and_kraays_errors():
    loadings, residuals, rows = market(2, step=1)
    loadings, residuals = np.nan_to_num(loadings), np.nan_to_num(residuals)
    found = pooled_regression(loadings, residuals, rows, horizon=1)
    y = residuals[1:] - residuals[1:].mean(axis=1, keepdims=True)
    x = loadings[:-1] - loadings[:-1].mean(axis=1, keepdims=True)
    fit = sm.OLS(y.ravel(), x.reshape(-1, 2)).fit(
        cov_type="hac-groupsum",
        cov_kwds={
            "time": np.repeat(np.arange(len(y)), y.shape[1]),
            "maxlags": found.lag,
            "use_correction": False,
        },
    )
    np.testing.assert_allclose(found.coefficients, fit.params * 252, rtol=1e-10)
    np.testing.assert_allclose(found.standard_errors, fit.bse * 252, rtol=1e-10)
    np.testing.assert_allclose(found.t, fit.tvalues, rtol=1e-10)


def test_errors_are_those_of_the_sessions_own_terms():
    loadings, residuals, rows = market(3)
    horizon = 20
    found = pooled_regression(loadings, residuals, rows, horizon=horizon)
    slopes = found.coefficients * horizon / 252
    moments, scores = np.zeros((2, 2)), np.zeros((len(residuals), 2))
    for s, row in enumerate(rows):
        ahead = residuals[row + 1 : row + horizon + 1]
        if len(ahead) < horizon:
            continue
        known = ~np.isnan(loadings[s]).all(axis=1) & ~np.isnan(ahead).any(axis=0)
        x = np.nan_to_num(loadings[s][known])
        x -= x.mean(axis=0)
        moments += x.T @ x
        for day in range(horizon):
            scores[row + 1 + day] += x.T @ (ahead[day, known] - x @ slopes / horizon)
    scores = scores[1 : found.n_days + 1]
    np.testing.assert_allclose(scores.sum(axis=0), 0.0, atol=1e-10)
    bread = np.linalg.inv(moments)
    errors = np.sqrt(np.diag(bread @ newey_west(scores, found.lag + 1) @ bread)) * 252 / horizon
    np.testing.assert_allclose(found.standard_errors, errors, rtol=1e-9)
    np.testing.assert_allclose(found.t, found.coefficients / errors, rtol=1e-9)
    reach = found.critical_value * errors
    np.testing.assert_allclose(found.lower, found.coefficients - reach, rtol=1e-9)
    np.testing.assert_allclose(found.upper, found.coefficients + reach, rtol=1e-9)
    assert found.critical_value > 2.0


def test_without_noise_the_planted_premium_comes_back():
    rng = np.random.default_rng(0)
    loadings = rng.standard_normal((12, 2))  # the same at every date
    residuals = np.tile(loadings @ [0.04, -0.02] / 252, (300, 1))
    rows = np.arange(0, 300, 5)
    for horizon in (1, 30, 60):
        found = pooled_regression(np.tile(loadings, (60, 1, 1)), residuals, rows, horizon=horizon)
        np.testing.assert_allclose(found.coefficients, [0.04, -0.02], rtol=1e-10)
        np.testing.assert_allclose(found.standard_errors, 0.0, atol=1e-10)
        assert found.reason == ""


@given(seed=st.integers(0, 30), cut=st.integers(150, 239), horizon=st.sampled_from([7, 30]))
@settings(max_examples=30)
def test_what_comes_later_changes_nothing(seed, cut, horizon):
    loadings, residuals, rows = market(seed)
    known = rows < cut
    part = pooled_regression(loadings[known], residuals[:cut], rows[known], horizon=horizon)
    # dates whose label has not ended may hold anything
    wild = loadings[known].copy()
    wild[rows[known] + horizon >= cut] = 99.0
    assert_same(pooled_regression(wild, residuals[:cut], rows[known], horizon=horizon), part)


@given(seed=st.integers(0, 30))
@settings(max_examples=30)
def test_levels_scales_and_order(seed):
    loadings, residuals, rows = market(seed)
    found = pooled_regression(loadings, residuals, rows, horizon=20)
    close = {"rtol": 1e-7, "atol": 1e-12}

    together = np.random.default_rng(seed).standard_normal((len(residuals), 1))
    assert_same(pooled_regression(loadings, residuals + together, rows, horizon=20), found, **close)

    doubled = pooled_regression(loadings, 2.0 * residuals, rows, horizon=20)
    np.testing.assert_allclose(doubled.coefficients, 2.0 * found.coefficients, **close)
    np.testing.assert_allclose(doubled.t, found.t, **close)

    larger = pooled_regression(loadings * [1.0, 4.0], residuals, rows, horizon=20)
    np.testing.assert_allclose(larger.coefficients * [1.0, 4.0], found.coefficients, **close)
    np.testing.assert_allclose(larger.t, found.t, **close)

    order = np.random.default_rng(seed).permutation(12)
    permuted = pooled_regression(loadings[:, order], residuals[:, order], rows, horizon=20)
    assert_same(permuted, found, **close)


def test_a_factor_that_is_never_known_is_named():
    loadings, residuals, rows = market(4)
    alone = pooled_regression(loadings[:, :, 1:], residuals, rows, horizon=20)
    loadings[:, :, 0] = np.nan
    found = pooled_regression(loadings, residuals, rows, horizon=20)
    assert found.reason == "no variation in factor 0"
    for name in ARRAYS:
        assert np.isnan(getattr(found, name)[0])
        np.testing.assert_allclose(getattr(found, name)[1:], getattr(alone, name), rtol=1e-10)


@pytest.mark.parametrize(
    ("n", "horizon", "reason"),
    [
        (125, 30, "labels cover 120 sessions, 126 are needed"),
        (160, 80, "labels cover 155 sessions, 160 are needed"),
        (20, 30, "labels cover 0 sessions, 126 are needed"),
    ],
)
def test_too_short_a_past(n, horizon, reason):
    rng = np.random.default_rng(0)
    rows = np.arange(0, n, 5)
    loadings, residuals = rng.standard_normal((rows.size, 6, 1)), rng.standard_normal((n, 6))
    found = pooled_regression(loadings, residuals, rows, horizon=horizon)
    assert found.reason == reason
    assert all(np.isnan(getattr(found, name)).all() for name in ARRAYS)


def test_few_sessions_give_slopes_where_they_are_asked_for():
    """One date: the slope of its own cross-section, without an error until two horizons passed."""
    rng = np.random.default_rng(0)
    loadings, residuals = rng.standard_normal((1, 8, 1)), 0.01 * rng.standard_normal((40, 8))
    found = pooled_regression(loadings, residuals, np.array([4]), horizon=30, few=True)
    x, y = loadings[0, :, 0], residuals[5:35].sum(axis=0)
    assert found.coefficients == pytest.approx(np.polyfit(x, y, 1)[0] * 252 / 30)
    assert np.isnan(found.standard_errors).all()
    assert (found.reason, found.n_days) == ("", 30)
    rows = np.arange(0, 10, 5)
    two = pooled_regression(np.repeat(loadings, 2, axis=0), residuals, rows, horizon=5, few=True)
    assert np.isfinite(two.standard_errors).all()
    nothing = pooled_regression(loadings[:0], residuals, rows[:0], horizon=30, few=True)
    assert nothing.reason == "labels cover 0 sessions, 126 are needed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda x: np.repeat(x[:, :, :1], 2, axis=2), "the factors are collinear"),
        (lambda x: np.full_like(x, NAN), "labels cover 0 sessions, 126 are needed"),
        (lambda x: np.ones_like(x), "no factor varies"),
    ],
    ids=["twice the same", "nothing known", "all alike"],
)
def test_factors_that_say_nothing(change, reason):
    loadings, residuals, rows = market(0)
    found = pooled_regression(change(loadings), residuals, rows, horizon=20)
    assert found.reason == reason
    assert np.isnan(found.coefficients).all()
    assert np.isnan(found.standard_errors).all()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.arange(0, 240, 5)[::-1], "rows must increase"),
        (np.arange(5, 245, 5), r"lie in 0\.\.239"),
        (np.arange(0, 200, 5), "do not fit"),
    ],
)
def test_rows_that_cannot_be(rows, words):
    loadings, residuals, _ = market(0)
    with pytest.raises(ValueError, match=words):
        pooled_regression(loadings, residuals, rows, horizon=20)


def test_a_horizon_of_no_session():
    loadings, residuals, rows = market(0)
    with pytest.raises(StrategyError, match="horizon must be >= 1, got 0"):
        pooled_regression(loadings, residuals, rows, horizon=0)


def test_intervals_hold_what_was_planted():
    """300 markets of overlapping 60-session labels and lasting loadings, 2 years each."""
    inside, n, m = 0, 504, 20
    rows = np.arange(0, n, 5)
    for seed in range(300):
        rng = np.random.default_rng(seed)
        loadings = np.tile(rng.standard_normal(m), (n, 1))
        theme = rng.standard_normal((n, 1)) * 0.003  # unpriced, along the loadings
        residuals = loadings * (0.05 / 252 + theme) + rng.standard_normal((n, m)) * 0.015
        found = pooled_regression(loadings[rows, :, None], residuals, rows, horizon=60)
        inside += int(found.lower[0] <= 0.05 <= found.upper[0])
    assert 0.92 <= inside / 300 <= 0.98
