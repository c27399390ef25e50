"""A session's scores: cross-sections over its universe, whoever else is in the panel."""

import numpy as np
import pytest
from scipy import stats

from btplaybook.strategies.sector.cross_section import summed
from btplaybook.strategies.sector.factors import FACTORS, Seen, momentum
from btplaybook.strategies.sector.scoring import scored

DAY = np.datetime64("2015-06-30")
EVEN = {"value": 1.0, "momentum": 1.0}


def seen(m=20, n=120, seed=0):
    rng = np.random.default_rng(seed)
    daily = rng.normal(0.0, 0.01, (n, m))
    statements = rng.uniform(1.0, 2.0, (m, 5))
    tickers = tuple(f"S{k:02}" for k in range(m))
    return Seen(DAY, tickers, daily, daily, np.full(m, 50.0), statements)


def test_loadings_are_z_scores_over_the_universe():
    """Momentum worked out with scipy, on the stocks of the universe alone."""
    everybody, universe = seen(), np.arange(20) % 3 != 0
    everybody.residuals[:, ~universe] += 1.0  # the others ran far ahead
    found = scored(everybody, universe, FACTORS, EVEN, {})

    def standard(x):
        low, high = np.quantile(x, [0.025, 0.975])
        return stats.zscore(np.clip(x, low, high))

    own = everybody.residuals[:, universe]
    six = [
        standard(figure[-lookback:].sum(axis=0))
        for lookback in (30, 60, 90)
        for figure in (own, (own > 0.0).astype(float))
    ]
    expected = standard(np.mean(six, axis=0))
    assert found.loadings[universe, 1] == pytest.approx(expected, abs=1e-12)
    assert np.isnan(found.loadings[~universe]).all()
    assert np.isnan(found.score[~universe]).all()
    assert sorted(found.score[universe]) == pytest.approx(np.linspace(1, 100, universe.sum()))


def test_a_factor_is_shown_the_universe_alone():
    asked = []
    universe = np.array([True, False, True, True, False, True])

    def counts(shown):
        asked.append((shown.tickers, shown.returns.shape, shown.statements.shape))
        return momentum(shown)

    scored(seen(m=6), universe, {"own": counts}, {"own": 1.0}, {})
    assert asked == [(("S00", "S02", "S03", "S05"), (120, 4), (4, 5))]


def test_nobody_to_score():
    def never(shown):
        raise AssertionError("there is nobody to ask about")

    found = scored(seen(m=4), np.zeros(4, bool), {"own": never}, {"own": 1.0}, {})
    assert np.isnan(found.score).all()
    assert found.missing == {"own": 0}
    assert not found.counts.any()


def test_a_factor_of_another_shape_is_named():
    with pytest.raises(ValueError, match=r"factor 'own' returns shape \(1,\), not \(2,\)"):
        scored(seen(m=3), np.array([True, True, False]), {"own": lambda _: np.ones(1)}, EVEN, {})


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_does_not_hang_on_the_zeros_between(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((4, 37))
    apart = np.zeros((4, 300))
    apart[:, np.sort(rng.choice(300, 37, replace=False))] = x
    assert summed(apart).tobytes() == summed(x).tobytes()
    assert summed(x)[:, 0] == pytest.approx(x.sum(axis=1), rel=1e-12)
    assert summed(np.empty((2, 0))).tolist() == [[0.0], [0.0]]
