"""White's, Hansen's and Romano's and Wolf's tests against arch, by hand, and by their laws."""

import numpy as np
import pytest
from arch.bootstrap import SPA, StepM

from btplaybook.search.errors import SearchError
from btplaybook.search.worth import trials
from btplaybook.search.worth.bootstrap import bootstrap_variances, day_counts
from btplaybook.search.worth.reality_check import RECENTRINGS, reality_check

LENGTH, REPLICATES = 7, 300


@pytest.fixture(scope="module", params=[0, 1, 2])
def sets(request: pytest.FixtureRequest) -> np.ndarray:
    """250 days of 14 sets whose true means differ, some poor, with correlated days."""
    random = np.random.default_rng(request.param)
    noise = random.standard_normal((251, 14))
    means = 0.15 * random.standard_normal(14) - 0.02
    return 0.01 * ((noise[1:] + 0.3 * noise[:-1]) * np.geomspace(0.3, 3.0, 14) + means)


def of_arch(sets: np.ndarray, seed: int = 0) -> SPA:
    """arch's test: it takes losses, and never studentises, so what it is given decides."""
    found = SPA(
        np.zeros(len(sets)), -sets, block_size=LENGTH, reps=REPLICATES, studentize=False, seed=seed
    )
    found.compute()
    return found


def studentised(sets: np.ndarray) -> np.ndarray:
    return sets / np.sqrt(bootstrap_variances(sets - sets.mean(axis=0), LENGTH))


def ours(sets: np.ndarray, seed: int = 0, **given: float):
    return reality_check(
        sets, **{"block_length": LENGTH, "n_replicates": REPLICATES, "seed": seed} | given
    )


def test_reality_check_equals_arch(sets: np.ndarray) -> None:
    assert ours(sets).reality_check == of_arch(sets).pvalues["upper"]


@pytest.mark.parametrize("recentring", RECENTRINGS)
def test_superior_ability_equals_arch_of_studentised_returns(
    sets: np.ndarray, recentring: str
) -> None:
    for seed in (0, 5):
        expected = of_arch(studentised(sets), seed).pvalues[recentring]
        assert getattr(ours(sets, seed), recentring) == expected


@pytest.mark.parametrize("size", [0.05, 0.2, 0.5])
def test_superior_sets_equal_arch(sets: np.ndarray, size: float) -> None:
    step = StepM(
        np.zeros(len(sets)), -studentised(sets), size=size, block_size=LENGTH, reps=REPLICATES,
        studentize=False, seed=0,
    )  # fmt: skip
    step.compute()
    assert ours(sets).superior(size).tolist() == [int(column) for column in step.superior_models]


def test_arch_finds_some_and_not_all(sets: np.ndarray) -> None:
    """Else the comparison above would say nothing."""
    assert 0 < len(ours(sets).superior(0.5)) < sets.shape[1]


@pytest.mark.parametrize("recentring", RECENTRINGS)
def test_adjusted_p_values_by_steps(sets: np.ndarray, recentring: str) -> None:
    """Remove the best set again and again, and test what remains."""
    z = np.sqrt(250) * studentised(sets).mean(axis=0)
    drawn = day_counts(250, LENGTH, REPLICATES, 0).astype(float) @ studentised(sets) / 250
    kept = {
        "lower": np.maximum(z, 0.0),
        "consistent": np.where(z >= -np.sqrt(2 * np.log(np.log(250))), z, 0.0),
        "upper": z,
    }[recentring]
    statistics = np.sqrt(250) * drawn - kept
    remaining, last = list(range(14)), 0.0
    adjusted = ours(sets).adjusted[RECENTRINGS.index(recentring)]
    while remaining:
        best = max(remaining, key=lambda column: z[column])
        last = max(last, np.mean(statistics[:, remaining].max(axis=1) >= z[best]))
        assert adjusted[best] == pytest.approx(last, abs=1e-12)
        remaining.remove(best)


def test_recentrings_are_ordered(sets: np.ndarray) -> None:
    found = ours(sets)
    assert found.lower <= found.consistent <= found.upper
    assert (np.diff(found.adjusted, axis=0) >= 0.0).all()


def test_blocks_of_sets_change_nothing(sets: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ours(sets)
    monkeypatch.setattr(trials, "SETS_AT_ONCE", 4)
    cut = ours(sets)
    np.testing.assert_array_equal(cut.adjusted, whole.adjusted)
    assert cut.reality_check == whole.reality_check


def test_order_and_scale_of_sets_change_nothing(sets: np.ndarray) -> None:
    found = ours(sets)
    backwards = ours(sets[:, ::-1])
    np.testing.assert_allclose(backwards.adjusted[:, ::-1], found.adjusted, atol=1e-12)
    assert backwards.reality_check == found.reality_check
    assert 13 - backwards.best_mean == found.best_mean == np.argmax(sets.mean(axis=0))
    larger = ours(8.0 * sets)
    np.testing.assert_array_equal(larger.adjusted, found.adjusted)


def test_same_seed_same_bits_and_inputs_stay(sets: np.ndarray) -> None:
    before = sets.copy()
    np.testing.assert_array_equal(ours(sets).adjusted, ours(sets).adjusted)
    np.testing.assert_array_equal(sets, before)


def test_single_precision_is_taken(sets: np.ndarray) -> None:
    single = ours(sets.astype(np.float32))
    assert single.consistent == pytest.approx(ours(sets).consistent, abs=2 / REPLICATES)


def test_a_good_set_is_found_among_many() -> None:
    random = np.random.default_rng(3)
    sets = 0.01 * random.standard_normal((500, 200))
    sets[:, 17] += 0.0025
    found = reality_check(sets, n_replicates=200)
    assert found.consistent < 0.01
    assert found.reality_check < 0.01
    assert found.superior().tolist() == [17]
    assert found.best_mean == found.best_studentised == 17


def test_poor_sets_weaken_the_upper_test_more() -> None:
    random = np.random.default_rng(4)
    sets = 0.01 * random.standard_normal((500, 40))
    sets[:, 0] += 0.0006
    alone = reality_check(sets[:, :1], block_length=1, n_replicates=400)
    sets[:, 1:] -= 0.003
    among = reality_check(sets, block_length=1, n_replicates=400)
    assert among.consistent == pytest.approx(alone.consistent, abs=0.02)
    assert among.upper > alone.upper + 0.05


def test_size_at_the_least_favourable_null() -> None:
    """All true means zero: p-values of 100 samples are uniform but for luck."""
    random = np.random.default_rng(9)
    rejected = np.zeros(2)
    for seed in range(100):
        sets = 0.01 * random.standard_normal((120, 20))
        found = reality_check(sets, block_length=2, n_replicates=99, seed=seed)
        rejected += [found.reality_check <= 0.1, found.consistent <= 0.1]
    # Binomial(100, 0.1) lies in [2, 21] with a probability above 99.9 %.
    assert (rejected >= 2).all()
    assert (rejected <= 21).all()


def test_one_set() -> None:
    random = np.random.default_rng(1)
    returns = 0.01 * random.standard_normal((100, 1)) + 0.0005
    found = ours(returns)
    assert found.consistent == found.upper == found.reality_check == found.adjusted[2, 0]


def test_equal_sets_are_as_good_as_one() -> None:
    one = 0.01 * np.random.default_rng(2).standard_normal((100, 1)) + 0.001
    found, alone = ours(np.repeat(one, 6, axis=1)), ours(one)
    assert found.consistent == alone.consistent
    np.testing.assert_allclose(found.adjusted, np.repeat(alone.adjusted, 6, axis=1))


@pytest.mark.parametrize("level", [0.0, 0.001, -0.001])
def test_a_set_that_never_moves_is_left_out(level: float) -> None:
    sets = 0.01 * np.random.default_rng(2).standard_normal((100, 3)) + 0.0005
    found, without = ours(np.insert(sets, 1, level, axis=1)), ours(sets)
    assert found.left_out == 1
    np.testing.assert_array_equal(np.delete(found.adjusted, 1, axis=1), without.adjusted)
    assert found.adjusted[:, 1].tolist() == [1.0, 1.0, 1.0]
    if level == 0.0:
        assert found.reality_check == without.reality_check


@pytest.mark.parametrize(
    ("sets", "why"),
    [
        (np.array([[0.1, -0.1], [0.2, 0.0]]), "2 days are too few"),
        (np.zeros((50, 3)), "no set's returns"),
        (np.full((50, 3), 0.01), "no set's returns"),
    ],
    ids=["two days", "all at the benchmark", "all constant"],
)
def test_where_there_is_nothing_to_test_the_reason_is_given(sets: np.ndarray, why: str) -> None:
    found = ours(sets)
    assert found.reality_check is found.consistent is found.adjusted is None
    assert found.reason.startswith(why)
    assert found.superior().size == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e9])
def test_what_is_no_return_is_named(bad: float) -> None:
    sets = np.zeros((300, 5))
    sets[260, 3] = bad
    with pytest.raises(SearchError, match=r"on day 260 in set 3 \(both from 0\)"):
        reality_check(sets)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"block_length": 0.5}, "blocks of a day or more"),
        ({"n_replicates": 0}, "needs a replicate"),
    ],
)
def test_numbers_out_of_range_are_refused(given: dict[str, float], why: str) -> None:
    with pytest.raises(SearchError, match=why):
        reality_check(np.zeros((20, 2)), **given)
    with pytest.raises(SearchError, match="the size of a test"):
        ours(np.zeros((20, 2))).superior(0.0)
    with pytest.raises(SearchError, match="recentring must be one of"):
        ours(np.zeros((20, 2))).superior(recentring="middle")


@pytest.mark.parametrize(
    ("returns", "why"),
    [
        (np.zeros(5), "shape"),
        (np.zeros((0, 3)), "not empty"),
        (np.zeros((5, 2), dtype=int), "float32 or float64, got int64"),
    ],
)
def test_other_arrays_are_refused(returns: np.ndarray, why: str) -> None:
    with pytest.raises(SearchError, match=why):
        reality_check(returns)
