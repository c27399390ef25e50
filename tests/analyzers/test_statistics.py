import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from btplaybook.analyzers import statistics as st

NONE_FOR = {
    "empty": [],
    "one return": [0.01],
    "all zero": [0.0, 0.0, 0.0],
    "constant": [0.001] * 50,
    "constant but for rounding": list(np.diff(1.001 ** np.arange(50)) / 1.001 ** np.arange(49)),
    "ruined": [0.01, -1.0, 0.0],
    "more than ruined": [0.01, -1.3, 0.0],
}

daily = arrays(
    np.float64,
    some.integers(3, 60),
    elements=some.floats(-0.2, 0.2, allow_subnormal=False).map(lambda r: round(r, 4)),
)


def rng_returns(seed=0, n=500):
    return np.random.default_rng(seed).normal(0.0006, 0.012, n)


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param([], 0.0, id="empty"),
        pytest.param([0.1, -0.1], -0.01, id="up and down"),
        pytest.param([0.5, -1.2, 0.3], 1.5 * -0.2 - 1.0, id="stays where it was ruined"),
    ],
)
def test_total_return(returns, expected):
    assert st.total_return(np.array(returns)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "periods", "expected"),
    [
        pytest.param([0.1, 0.1], 2, 0.21, id="two half years"),
        pytest.param([0.21, 0.0], 1, 0.1, id="two years"),
        pytest.param([0.0, 0.0], 252, 0.0, id="flat"),
        pytest.param([], 252, None, id="empty"),
        pytest.param([-1.0], 252, None, id="ruined"),
        pytest.param([1e9], 252, None, id="beyond floats"),
    ],
)
def test_cagr(returns, periods, expected):
    answer = st.cagr(np.array(returns), periods)
    assert answer is None if expected is None else answer == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("returns", NONE_FOR.values(), ids=NONE_FOR.keys())
@pytest.mark.parametrize(
    "figure", [st.sharpe_ratio, st.sharpe_band], ids=["sharpe_ratio", "sharpe_band"]
)
def test_no_sharpe_without_variance(figure, returns):
    assert figure(np.array(returns), 252) is None


def test_sharpe_by_hand():
    # Mean 0.01, deviations -0.02, 0, 0.02: standard deviation 0.02 with ddof 1.
    assert st.sharpe_ratio(np.array([-0.01, 0.01, 0.03]), 4) == pytest.approx(1.0, rel=1e-12)


def test_risk_free_rate_is_deducted_geometrically():
    returns = np.array([-0.01, 0.01, 0.03])
    periodic = 1.04**0.25 - 1.0
    assert st.sharpe_ratio(returns, 4, 0.04) == pytest.approx(
        (0.01 - periodic) / 0.02 * 2.0, rel=1e-12
    )


def test_sharpe_band_by_hand():
    # Returns +-1 % around 1 %: population moments 1e-4, no skew, kurtosis 1, so the error is
    # sqrt(1 / (n - 1)) whatever the ratio.
    returns = np.array([0.0, 0.02] * 8)
    low, high = st.sharpe_band(returns, 1)
    ratio = 0.01 / (0.01 * math.sqrt(16 / 15))
    assert (low + high) / 2 == pytest.approx(ratio, rel=1e-12)
    assert (high - low) / 2 == pytest.approx(1.959963984540054 / math.sqrt(15), rel=1e-9)


def test_sharpe_band_covers_the_true_ratio():
    """95 % of the bands of 2,000 samples with a skewed law hold the true ratio."""
    generator = np.random.default_rng(7)
    samples = generator.gamma(4.0, 0.01, (2000, 250)) - 0.037
    truth = (0.04 - 0.037) / (0.01 * 2.0)
    bands = np.array([st.sharpe_band(sample, 1) for sample in samples])
    covered = np.mean((bands[:, 0] <= truth) & (truth <= bands[:, 1]))
    assert covered == pytest.approx(0.95, abs=0.015)  # three standard errors of 2,000 draws


@pytest.mark.parametrize("confidence", [0.0, 1.0, 1.5, -0.1])
def test_confidence_out_of_range(confidence):
    with pytest.raises(ValueError, match="confidence"):
        st.sharpe_band(rng_returns(), 252, confidence=confidence)
    with pytest.raises(ValueError, match="confidence"):
        st.value_at_risk(rng_returns(), confidence)


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param([0.03, -0.01], 0.01 / math.sqrt(1e-4 / 2), id="over all n"),
        pytest.param([0.01, 0.02], None, id="no downside"),
        pytest.param([-0.01], None, id="one return"),
        pytest.param([0.5, -1.0], None, id="ruined"),
    ],
)
def test_sortino(returns, expected):
    answer = st.sortino_ratio(np.array(returns), 1)
    assert answer is None if expected is None else answer == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param([], 0.0, id="empty"),
        pytest.param([0.1, 0.1], 0.0, id="never down"),
        pytest.param([-0.2, 0.5], -0.2, id="from the start"),
        pytest.param([1.0, -0.5, 0.2, -0.5], -0.7, id="deepest below the peak"),
        pytest.param([0.1, -1.4], -1.0, id="ruined"),
    ],
)
def test_max_drawdown(returns, expected):
    assert st.max_drawdown(np.array(returns)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "held", "expected"),
    [
        pytest.param(
            [0.02, 0.0, -0.03, 0.5], [1, 1, 1, 0], (2 / 3, 0.01, -0.03), id="zero is a win"
        ),
        pytest.param([0.02, -0.02], [0, 0], (None, None, None), id="never held"),
        pytest.param([-0.01, -0.03], [1, 1], (0.0, None, -0.02), id="only losses"),
    ],
)
def test_win_loss(returns, held, expected):
    answer = st.win_loss(np.array(returns), np.array(held, dtype=bool))
    figures = (answer.win_rate, answer.average_win, answer.average_loss)
    for figure, value in zip(figures, expected, strict=True):
        assert figure is None if value is None else figure == pytest.approx(value, rel=1e-12)


def test_win_loss_needs_one_mark_per_return():
    with pytest.raises(ValueError, match="has_position"):
        st.win_loss(np.zeros(3), np.ones(2, dtype=bool))


def test_tail_by_hand():
    returns = np.arange(-10, 11) / 100.0  # 21 values: the 5 % quantile is exactly the second
    assert st.value_at_risk(returns) == pytest.approx(-0.09, rel=1e-12)
    assert st.expected_shortfall(returns) == pytest.approx(-0.095, rel=1e-12)
    assert st.value_at_risk(returns[:1]) is None
    assert st.expected_shortfall(returns[:1]) is None


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param([1.0, -0.5, 0.5], 0.5 / 0.5, id="total over drawdown"),
        pytest.param([0.1], None, id="no drawdown"),
        pytest.param([-1.0], None, id="ruined"),
    ],
)
def test_recovery_factor(returns, expected):
    answer = st.recovery_factor(np.array(returns))
    assert answer is None if expected is None else answer == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "figure", [st.total_return, st.max_drawdown, st.recovery_factor, st.value_at_risk]
)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_gaps_are_refused(figure, bad):
    with pytest.raises(ValueError, match="index 1"):
        figure(np.array([0.1, bad, 0.2]))


def test_two_dimensions_are_refused():
    with pytest.raises(ValueError, match="one-dimensional"):
        st.volatility(np.zeros((3, 2)), 252)


def test_volatility():
    assert st.volatility(np.array([-0.01, 0.01, 0.03]), 4) == pytest.approx(0.04, rel=1e-12)
    assert st.volatility(np.array([0.1] * 9), 252) == 0.0
    assert st.volatility(np.array([0.1]), 252) is None


def test_impossible_rate():
    with pytest.raises(ValueError, match="risk_free_rate"):
        st.sharpe_ratio(rng_returns(), 252, -1.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (st.cagr, "cagr", {"periods": 252}),
        (st.volatility, "volatility", {"periods": 252}),
        (st.sharpe_ratio, "sharpe", {"periods": 252}),
        (st.sortino_ratio, "sortino", {"periods": 252}),
    ],
    ids=["cagr", "volatility", "sharpe", "sortino"],
)
def test_quantstats_agrees(ours, theirs, options):
    pd = pytest.importorskip("pandas")
    quantstats = pytest.importorskip("quantstats.stats")
    returns = rng_returns()
    series = pd.Series(returns, index=pd.bdate_range("2010-01-04", periods=len(returns)))
    answer = getattr(quantstats, theirs)(series, **options)
    assert ours(returns, 252) == pytest.approx(float(answer), rel=1e-9)


@given(daily)
def test_laws(returns):
    """Drawdown lies in [-1, 0]; the tail's mean is no better than its quantile; the band holds the
    ratio; mirrored returns mirror it; input is not changed."""
    before = returns.copy()
    assert -1.0 <= st.max_drawdown(returns) <= 0.0
    assert st.expected_shortfall(returns) <= st.value_at_risk(returns) + 1e-15
    ratio, band = st.sharpe_ratio(returns, 252), st.sharpe_band(returns, 252)
    assert (ratio is None) == (band is None)
    if ratio is not None:
        assert band[0] <= ratio <= band[1]
        assert st.sharpe_ratio(-returns, 252) == pytest.approx(-ratio, rel=1e-9, abs=1e-12)
    np.testing.assert_array_equal(returns, before)


@given(daily)
def test_growth_over_one_year_is_the_total_return(returns):
    assert st.cagr(returns, len(returns)) == pytest.approx(
        st.total_return(returns), rel=1e-9, abs=1e-12
    )


@given(daily)
def test_drawdown_oracle(returns):
    wealth = np.concatenate(([1.0], np.cumprod(1.0 + returns)))
    expected = min(wealth[k] / wealth[: k + 1].max() - 1.0 for k in range(len(wealth)))
    assert st.max_drawdown(returns) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_rounding_below_zero_is_no_loss():
    found = st.win_loss(np.array([0.0, -2e-16, -1e-9, 0.01]), np.ones(4, dtype=bool))
    assert found.win_rate == 0.75
    assert found.average_loss == -1e-9
