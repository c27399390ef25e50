"""Bootstrap bands by hand, against the closed form, by their coverage, and where there are none."""

import numpy as np
import pytest

from btplaybook.analyzers.statistics import max_drawdown, sharpe_band, sharpe_ratio
from btplaybook.search.errors import SearchError
from btplaybook.search.worth import bands as module
from btplaybook.search.worth.bands import Bands, bands
from btplaybook.search.worth.bootstrap import drawn_days


def returns_of(n: int, seed: int = 0, mean: float = 0.0005, kept: float = 0.0) -> np.ndarray:
    """Normal returns; `kept` of each day's surprise comes again on the next."""
    news = np.random.default_rng(seed).standard_normal(n + 1)
    return mean + 0.01 * (news[1:] + kept * news[:-1]) / np.hypot(1.0, kept)


def ends(band: module.Band) -> tuple[float, float]:
    return band.low, band.high


@pytest.fixture(scope="module")
def found() -> Bands:
    return bands(returns_of(1500), None, 252, n_replicates=500)


def standard_error(influence: np.ndarray, length: float) -> float:
    """By Hansen's sum over lags."""
    n, q = influence.size, 1.0 - 1.0 / length
    x = influence - influence.mean()
    variance = x @ x / n
    for lag in range(1, n):
        kappa = (1 - lag / n) * q**lag + lag / n * q ** (n - lag)
        variance += 2 * kappa * (x[lag:] @ x[:-lag]) / n
    return float(np.sqrt(variance / n))


def test_bands_by_hand() -> None:
    returns, benchmark = returns_of(60, 1, kept=0.5), returns_of(60, 2)
    excess = returns - benchmark

    def sharpe(values: np.ndarray) -> tuple[float, float]:
        z = (values - values.mean()) / values.std()
        ratio = values.mean() / values.std()
        return ratio, standard_error(z - ratio * (z**2 - 1) / 2, 4.0)

    t_ratios, t_means, falls = [], [], []
    for days in drawn_days(60, 4.0, 80, 3):
        ratio, error = sharpe(returns[days])
        t_ratios.append((ratio - sharpe(returns)[0]) / error)
        drawn = excess[days]
        t_means.append((drawn.mean() - excess.mean()) / standard_error(drawn, 4.0))
        falls.append(max_drawdown(returns[days]))
    made = bands(returns, benchmark, 252, block_length=4.0, n_replicates=80, seed=3, confidence=0.9)

    ratio, error = sharpe_ratio(returns, 252), sharpe(returns)[1] * np.sqrt(252)
    expected = [ratio - error * q for q in np.quantile(t_ratios, (0.95, 0.05))]
    assert ends(made.sharpe) == pytest.approx(expected, rel=1e-9)
    mean, error = 252 * excess.mean(), 252 * standard_error(excess, 4.0)
    expected = [mean - error * q for q in np.quantile(t_means, (0.95, 0.05))]
    assert ends(made.mean_excess) == pytest.approx(expected, rel=1e-9)
    assert ends(made.max_drawdown) == pytest.approx(np.quantile(falls, (0.05, 0.95)), rel=1e-9)
    estimates = (made.sharpe.estimate, made.mean_excess.estimate, made.max_drawdown.estimate)
    assert estimates == pytest.approx((ratio, mean, max_drawdown(returns)))


def test_of_independent_normal_days_it_is_the_closed_form(found: Bands) -> None:
    low, high = sharpe_band(returns_of(1500), 252)
    assert found.block_length < 3.0
    assert ends(found.sharpe) == pytest.approx((low, high), abs=0.15 * (high - low))
    assert found.sharpe.low < found.sharpe.estimate < found.sharpe.high


def test_dependent_days_widen_it() -> None:
    returns = returns_of(1500, 4, kept=0.9)
    made = bands(returns, None, 252, n_replicates=300)
    low, high = sharpe_band(returns, 252)
    # The long-run variance is (1.9 / 1.345)**2 times the variance: half as wide again, or less
    # where the blocks are short.
    assert made.sharpe.high - made.sharpe.low > 1.15 * (high - low)


def test_coverage_of_dependent_days() -> None:
    covered = 0
    for seed in range(60):
        returns = returns_of(150, seed, mean=0.0006, kept=0.3)
        made = bands(returns, None, 1, n_replicates=120, seed=seed)
        covered += made.sharpe.low <= 0.06 <= made.sharpe.high
    # Binomial(60, 0.95) is 50 or more with a probability above 99.9 %.
    assert covered >= 50


def test_mirrored_returns_mirror_their_bands(found: Bands) -> None:
    mirrored = bands(-returns_of(1500), None, 252, n_replicates=500)
    assert ends(mirrored.sharpe) == pytest.approx((-found.sharpe.high, -found.sharpe.low))
    expected = (-found.mean_excess.high, -found.mean_excess.low)
    assert ends(mirrored.mean_excess) == pytest.approx(expected)


def test_scale_and_periods(found: Bands) -> None:
    half = bands(0.5 * returns_of(1500), None, 63, n_replicates=500)
    assert ends(half.sharpe) == pytest.approx(tuple(end / 2 for end in ends(found.sharpe)))
    expected = tuple(end / 8 for end in ends(found.mean_excess))
    assert ends(half.mean_excess) == pytest.approx(expected)
    assert half.max_drawdown.low > found.max_drawdown.low


def test_a_lower_confidence_lies_within(found: Bands) -> None:
    narrow = bands(returns_of(1500), None, 252, n_replicates=500, confidence=0.5)
    for name in ("sharpe", "mean_excess", "max_drawdown"):
        inner, outer = getattr(narrow, name), getattr(found, name)
        assert outer.low < inner.low < inner.high < outer.high


def test_chunks_and_repetition_change_no_bit(found: Bands, monkeypatch: pytest.MonkeyPatch) -> None:
    returns = returns_of(1500)
    before = returns.copy()
    assert bands(returns, None, 252, n_replicates=500) == found
    monkeypatch.setattr(module, "REPLICATES_AT_ONCE", 499)
    cut = bands(returns, None, 252, n_replicates=500)
    assert ends(cut.sharpe) == pytest.approx(ends(found.sharpe), rel=1e-12)
    assert ends(cut.max_drawdown) == pytest.approx(ends(found.max_drawdown), rel=1e-12)
    np.testing.assert_array_equal(returns, before)


def test_the_benchmark_is_drawn_with_the_set() -> None:
    benchmark = returns_of(300, 5)
    ahead = bands(benchmark + 0.001 * returns_of(300, 6), benchmark, 252, n_replicates=100)
    assert ahead.mean_excess.high - ahead.mean_excess.low < 0.002
    equal = bands(benchmark, benchmark, 252, n_replicates=100)
    assert equal.mean_excess is None
    assert equal.sharpe is not None


def test_returns_that_never_change_have_a_drawdown_alone() -> None:
    for level in (0.0, 0.001, -0.001):
        made = bands(np.full(50, level), None, 252, n_replicates=50)
        assert made.sharpe is made.mean_excess is made.reason is None
        fall = min(0.0, (1.0 + level) ** 50 - 1.0)
        assert ends(made.max_drawdown) == pytest.approx((fall, fall), abs=1e-12)


def test_a_single_day_that_moves_leaves_finite_bands() -> None:
    """In some replicates that day is not drawn, and nothing varies."""
    returns = np.zeros(30)
    returns[4] = 0.01
    made = bands(returns, None, 252, n_replicates=60)
    for band in (made.sharpe, made.mean_excess, made.max_drawdown):
        assert np.isfinite([band.low, band.high]).all()
    alone = [bands(returns, None, 252, n_replicates=1, seed=seed) for seed in range(20)]
    assert {one.sharpe is None for one in alone} == {True, False}


@pytest.mark.parametrize(
    ("returns", "why"),
    [
        (np.array([0.01, -0.01]), "2 days are too few"),
        (np.append(returns_of(40), -1.0), "the account is ruined"),
    ],
)
def test_where_there_is_no_band_the_reason_is_given(returns: np.ndarray, why: str) -> None:
    made = bands(returns, None, 252, n_replicates=20)
    assert made.sharpe is made.mean_excess is made.max_drawdown is None
    assert made.reason.startswith(why)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"confidence": 1.0}, r"confidence must be in \(0, 1\), got 1.0"),
        ({"n_replicates": 0}, "replicates must be >= 1, got 252 and 0"),
        ({"periods_per_year": 0}, "periods a year"),
        ({"block_length": 0.9}, "blocks must be of a day or more, got 0.9"),
        ({"benchmark": np.zeros(29)}, "benchmark must be one series of"),
        ({"returns": np.zeros((30, 1)), "benchmark": None}, "returns must be one series"),
        ({"benchmark": np.append(np.zeros(29), np.nan)}, "benchmark .* got nan on day 29"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], why: str) -> None:
    good = {"returns": returns_of(30), "benchmark": np.zeros(30), "periods_per_year": 252}
    with pytest.raises(SearchError, match=why):
        bands(**good | given)
