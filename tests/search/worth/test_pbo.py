"""The probability of overfitting by brute force, by its laws, and where there is none."""

from itertools import combinations

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.worth import symmetric_splits
from btplaybook.search.worth.pbo import Overfitting, probability_of_overfitting
from btplaybook.search.worth.symmetric_splits import halves


def noise(n_days: int, n_sets: int, seed: int = 0) -> np.ndarray:
    return 0.01 * np.random.default_rng(seed).standard_normal((n_days, n_sets))


def plain(returns: np.ndarray, n_blocks: int, **given: float) -> Overfitting:
    return probability_of_overfitting(returns, n_blocks, **{"null_samples": 0} | given)


def brute_force(returns: np.ndarray, n_blocks: int) -> np.ndarray:
    """Rows of (rank, n_sets, in-sample ratio, out-of-sample ratio), one for each half."""
    edges = [block * len(returns) // n_blocks for block in range(n_blocks + 1)]
    found = []
    for chosen in combinations(range(n_blocks), n_blocks // 2):
        inside = np.concatenate([np.arange(edges[b], edges[b + 1]) for b in chosen])
        past, future = returns[inside], np.delete(returns, inside, axis=0)
        ratios = past.mean(axis=0) / past.std(axis=0, ddof=1)
        later = future.mean(axis=0) / future.std(axis=0, ddof=1)
        best = int(np.argmax(ratios))
        rank = 1 + int(np.sum(later < later[best]))
        found.append((rank, ratios[best], later[best]))
    return np.array(found)


@pytest.mark.parametrize(("n_days", "n_sets", "n_blocks"), [(203, 13, 8), (60, 2, 6), (41, 30, 4)])
def test_equals_brute_force(n_days: int, n_sets: int, n_blocks: int) -> None:
    returns = noise(n_days, n_sets, seed=n_days)
    returns[:, 1] += 0.004
    rank, past, future = brute_force(returns, n_blocks).T
    found = plain(returns, n_blocks)
    middle = (n_sets + 1) / 2
    assert found.pbo == pytest.approx(np.mean(rank < middle) + 0.5 * np.mean(rank == middle))
    logits = np.log(rank / (n_sets + 1 - rank))
    np.testing.assert_allclose(np.sort(found.logits), np.sort(logits), atol=1e-12)
    np.testing.assert_allclose(np.sort(found.in_sample), np.sort(past), rtol=1e-9)
    np.testing.assert_allclose(np.sort(found.out_of_sample), np.sort(future), atol=1e-9)
    assert found.slope == pytest.approx(np.polyfit(past, future, 1)[0], rel=1e-9)
    assert found.probability_of_loss == np.mean(future < 0)
    assert found.all_splits == len(rank)


@pytest.mark.parametrize("n_blocks", [2, 8, 16])
def test_without_means_it_is_exactly_one(n_blocks: int) -> None:
    returns = noise(400, 40)
    found = plain(returns - returns.mean(axis=0), n_blocks)
    assert found.pbo == 1.0
    assert found.probability_of_loss == 1.0
    assert n_blocks == 2 or found.slope < 0.0


def test_error_without_skill_is_that_of_simulations() -> None:
    """20 independent sets of 1,000 days in 10 blocks: mean 0.51 and standard deviation 0.20."""
    found = probability_of_overfitting(noise(1000, 20), 10, block_length=1.0)
    assert found.null_mean == pytest.approx(0.51, abs=0.05)
    assert found.null_sd == pytest.approx(0.20, abs=0.035)
    assert 1 / 201 <= found.null_share <= 1.0


def test_its_error_holds_what_fresh_samples_show() -> None:
    pbos = [plain(noise(300, 20, seed), 8).pbo for seed in range(60)]
    found = probability_of_overfitting(noise(300, 20), 8, block_length=1.0)
    assert np.std(pbos) == pytest.approx(found.null_sd, rel=0.3)
    assert np.mean(pbos) == pytest.approx(0.5, abs=4 * found.null_sd / np.sqrt(60))


def test_planted_skill_leaves_little_doubt() -> None:
    returns = noise(1000, 200)
    returns[:, :20] += 0.0015  # 0.15 of the standard deviation of a day
    found = probability_of_overfitting(returns, null_samples=50)
    assert found.pbo < 0.02
    assert found.null_share == 1 / 51
    assert len(found.logits) == found.all_splits == 12_870


def test_equal_seeds_give_equal_bits_and_inputs_stay() -> None:
    returns = noise(200, 12)
    before = returns.copy()
    one, two = (probability_of_overfitting(returns, 8, null_samples=20) for _ in range(2))
    assert (one.pbo, one.null_mean, one.null_sd) == (two.pbo, two.null_mean, two.null_sd)
    np.testing.assert_array_equal(returns, before)


def test_how_it_is_cut_up_for_computing_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    returns = noise(100, 37)
    whole = plain(returns, 8)
    monkeypatch.setattr(symmetric_splits, "TILE", (3, 5))
    monkeypatch.setattr(symmetric_splits, "CELLS_AT_ONCE", 200)
    cut = plain(returns, 8)
    np.testing.assert_array_equal(cut.logits, whole.logits)
    np.testing.assert_allclose(cut.out_of_sample, whole.out_of_sample, rtol=1e-12)


def test_scale_order_and_precision_do_not_matter() -> None:
    returns = noise(150, 11)
    expected = plain(returns, 6).logits
    for changed in (4.0 * returns, returns[:, ::-1], returns.astype(np.float32)):
        np.testing.assert_array_equal(plain(changed, 6).logits, expected)


def test_some_splits_are_among_all() -> None:
    returns = noise(150, 11)
    every, some = plain(returns, 10), plain(returns, 10, most_splits=40, seed=3)
    assert len(some.logits) == 40
    assert every.all_splits == some.all_splits == len(every.logits) == 252
    assert set(np.round(some.out_of_sample, 9)) <= set(np.round(every.out_of_sample, 9))


def test_halves_are_all_ways_with_the_first_block_once() -> None:
    every = halves(6, 100, 0)
    assert every.shape == (10, 6)
    assert every[:, 0].tolist() == [1.0] * 10
    assert every.sum(axis=1).tolist() == [3.0] * 10
    assert len({tuple(row) for row in every}) == 10
    drawn = halves(20, 30, 5)
    assert len({tuple(row) for row in drawn}) == 30
    assert drawn.sum(axis=1).tolist() == [10.0] * 30
    assert (halves(20, 30, 6) != drawn).any()


def test_copies_of_a_set_share_their_rank() -> None:
    returns = noise(80, 3)
    returns[:, 1] += 0.02
    copied = plain(returns[:, [0, 1, 1, 1, 2]], 4)
    # The best set and its two copies rank 3, 4 and 5 of five: on average 4 of 5 + 1.
    np.testing.assert_allclose(copied.logits, np.log(2.0))
    assert copied.pbo == 0.0


def test_a_set_that_does_not_move_has_the_ratio_zero() -> None:
    returns = noise(80, 2) - 0.03
    returns = np.column_stack((returns, np.zeros(80)))
    found = plain(returns, 4)
    assert found.in_sample.tolist() == found.out_of_sample.tolist() == [0.0] * 6
    assert found.pbo == found.probability_of_loss == 0.0
    assert found.slope is None  # in sample it is always the same
    held = np.where(np.arange(80) < 40, 0.003, returns[:, 0])  # moves in the second half alone
    assert np.isfinite(plain(np.column_stack((returns, held)), 2).out_of_sample).all()


def test_blocks_that_are_not_longer_than_what_is_held_are_told() -> None:
    returns = noise(160, 3)
    assert plain(returns, 16, holding_days=9.5).warning is None
    assert (
        "blocks of 10 days are not longer than the 10 days"
        in plain(returns, 16, holding_days=10).warning
    )


@pytest.mark.parametrize(
    ("returns", "why"),
    [
        (noise(100, 1), "one set alone"),
        (noise(2, 5), "2 days are too few for 4 blocks"),
        (np.zeros((100, 4)), "all sets are equal"),
        (np.repeat(noise(100, 1), 3, axis=1), "all sets are equal"),
        (np.full((100, 4), 0.01), "all sets are equal"),
    ],
    ids=["one set", "two days", "zero", "copies", "constant"],
)
def test_where_there_is_nothing_to_choose_the_reason_is_given(
    returns: np.ndarray, why: str
) -> None:
    found = plain(returns, 4)
    assert found.pbo is found.slope is found.logits is None
    assert found.reason.startswith(why)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"n_blocks": 5}, "even number in"),
        ({"n_blocks": 0}, "even number in"),
        ({"n_blocks": 22}, "even number in"),
        ({"most_splits": 1}, "2 splits or more"),
        ({"null_samples": -1}, "no less than 0 samples"),
        ({"block_length": 0.0}, "blocks of a day or more"),
    ],
)
def test_numbers_out_of_range_are_refused(given: dict[str, float], why: str) -> None:
    with pytest.raises(SearchError, match=why):
        probability_of_overfitting(noise(60, 3), **given)


def test_a_gap_is_named() -> None:
    returns = noise(60, 3)
    returns[59, 2] = np.nan
    with pytest.raises(SearchError, match="got nan on day 59 in set 2"):
        probability_of_overfitting(returns)
