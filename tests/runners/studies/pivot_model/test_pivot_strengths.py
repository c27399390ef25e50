"""Slopes on trend and stretch, and the side of the best hundredth of all sets."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.studies.pivot_model import top_sets
from btplaybook.runners.studies.pivot_model.closes import closes_of
from btplaybook.runners.studies.pivot_model.coefficients import coefficients
from btplaybook.runners.studies.pivot_model.strengths import forces_of, regressed, strengths_of
from btplaybook.runners.studies.pivot_model.top_sets import gold, reversion_shares, top_of
from btplaybook.runners.studies.study import NotCarried


def plain_forces(close, slow=100, fast=5, span=40):
    """T, R and s by the formulas alone."""
    returns = pd.Series(close).pct_change()
    deviation = np.sqrt((returns**2).ewm(span=span, adjust=True).mean())
    step = deviation.shift() * pd.Series(close).shift()
    forces = []
    for k in (slow, fast):
        average = pd.Series(close).rolling(k).mean().shift()
        forces.append((close - average) / (np.sqrt((k + 1) * (2 * k + 1) / (6 * k)) * step))
    forces[1][forces[0].isna()] = np.nan
    return forces[0].to_numpy(), forces[1].to_numpy(), deviation.to_numpy()


def test_forces_are_those_of_the_formulas(funds):
    close = funds["SPY"]["close"].to_numpy()
    for found, plain in zip(forces_of(close, 40), plain_forces(close), strict=True):
        there = np.isfinite(plain)
        there[:100] = False
        np.testing.assert_allclose(found[there], plain[there], rtol=1e-8, atol=1e-10)


def test_slopes_and_t_values_are_those_of_statsmodels(evidence_of):
    api = pytest.importorskip("statsmodels.api")
    evidence = evidence_of()
    _, close, last = closes_of(evidence, "SPY")
    trend, stretch, deviation = plain_forces(close)
    outcome = np.append((close[1:] / close[:-1] - 1.0) / deviation[:-1], np.nan)
    for found, rows in zip(
        strengths_of(evidence, "SPY", 40), (slice(100, last), slice(last, -1)), strict=True
    ):
        design = api.add_constant(np.column_stack([trend[rows], stretch[rows]]))
        fit = api.OLS(outcome[rows], design).fit(
            cov_type="HAC", cov_kwds={"maxlags": found.lags, "use_correction": False}
        )
        assert found.days == design.shape[0]
        assert (found.trend, found.stretch) == pytest.approx(tuple(fit.params[1:]), rel=1e-8)
        assert (found.trend_t, found.stretch_t) == pytest.approx(tuple(fit.tvalues[1:]), rel=1e-8)


def test_few_days_have_no_slope():
    n = 249
    values = np.linspace(-1.0, 1.0, n)
    assert regressed(values, values**2, values**3, np.ones(n, bool)) is None


def test_a_planted_reversion_is_found_and_told(evidence_of):
    evidence = evidence_of()
    rng = np.random.default_rng(5)
    changes = rng.normal(0.0, 0.01, 2000)
    changes[1:] -= 0.3 * changes[:-1]
    bars = evidence.bars["IWM"]
    price = 100.0 * np.exp(np.cumsum(changes))[: len(bars)]
    made = dataclasses.replace(bars, open=price, high=price, low=price, close=price)
    evidence = dataclasses.replace(evidence, bars={**evidence.bars, "IWM": made}, whole=None)
    found = coefficients(evidence)
    figures = {(one.id, one.ticker): one for one in found.figures}
    own = figures["coefficients.reversion", "IWM"]
    assert own.measured < -5.0
    assert own.finding == "reproduced"
    assert "IWM" in found.words[0].partition("negative")[0]
    assert not any("_after" in one.id for one in found.figures)


def test_a_window_too_short_is_not_carried(evidence_of):
    evidence = evidence_of(later=False)
    short = {name: bars.between(None, "2005-09-30") for name, bars in evidence.bars.items()}
    evidence = dataclasses.replace(evidence, bars=short)
    with pytest.raises(NotCarried, match="250 days"):
        coefficients(evidence)


# -- the best hundredth ----------------------------------------------------------------------------


def test_the_top_is_that_of_all_sets_one_by_one(funds, small_space):
    space = dataclasses.replace(small_space, slow=(20, 100), span=(40,), regime=(0.0,))
    close = funds["SPY"]["close"].to_numpy()[:420]
    first = 120
    found = top_of(close, first, space, len(space.lines), 0)
    changes = close[1:] / close[:-1] - 1.0
    gains, angles, reverts = [], [], []
    for line in space.lines:
        trend, stretch, _ = plain_forces(close, line.slow, line.fast)
        radians = np.radians(line.angle)
        score = np.cos(radians) * trend - np.sin(radians) * stretch
        q_slow, q_fast = (np.sqrt((k + 1) * (2 * k + 1) / (6 * k)) for k in line[:2])
        for number in range(space.sets_per_line):
            own = space.parameters(line, number)
            held, gain = 0.0, 0.0
            for t in range(line.slow, close.size - 1):
                value = score[t] + own["bias"]
                held = 1.0 if value > own["band_long"] else held
                held = -1.0 if value < -own["band_short"] else held
                gain += held * changes[t] if t >= first else 0.0
            gains.append(gain)
            angles.append(line.angle)
            reverts.append(np.sin(radians) / q_fast > np.cos(radians) / q_slow)
    gains, angles, reverts = np.array(gains), np.array(angles), np.array(reverts)
    assert gains.size == space.n_sets
    best = np.sort(gains)[::-1][: int(np.ceil(0.01 * gains.size))]
    top = gains >= best[-1] - 1e-12
    assert found.angle == pytest.approx(angles[top].mean())
    assert found.on_reversion == pytest.approx(reverts[top].mean())
    assert found.angle_all == pytest.approx(angles.mean())
    assert found.on_reversion_all == pytest.approx(reverts.mean())
    assert found.gain_reversion == pytest.approx(gains[reverts].mean(), abs=1e-12)
    assert found.gain_trend == pytest.approx(gains[~reverts].mean(), abs=1e-12)
    assert found.best_on_reversion == reverts[gains.argmax()]


def test_the_side_of_a_line_is_the_slope_of_its_score(funds, small_space):
    close = funds["IWM"]["close"].to_numpy()[:600]
    lines = [line for line in small_space.lines if line.slow == 60]
    shares = reversion_shares(close, 200, lines)
    for line, share in list(zip(lines, shares, strict=True))[::5]:
        options = (line.angle, line.regime, 0.0, 0.0, 0.0, 0, 0.0)
        days = top_sets.pivot_days(close, False, line.slow, line.fast, line.span, *options)
        assert share == pytest.approx(np.mean(days.slope[200 : close.size - 1] < 0.0), abs=1e-12)


def test_gold_is_told_by_the_best_hundredth(evidence_of, small_space, monkeypatch):
    monkeypatch.setattr(top_sets, "published_space", lambda: small_space)
    found = gold(evidence_of())
    figures = {(one.id, one.ticker): one.measured for one in found.figures}
    assert set(figures) == {
        (f"gold.{id}", ticker)
        for id in ("on_reversion", "angle", "estimated")
        for ticker in ("SPY", "IWM", "GLD")
    }
    assert all(0.0 <= value <= 100.0 for value in figures.values())
    assert "not read off its one best set" in found.words[0]
    assert "GLD is" in found.words[1]
    assert len(found.tables[0].rows) == 3
