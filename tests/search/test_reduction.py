"""The reduction against pandas over all rows, and its independence of order and cutting."""

import hashlib
from fractions import Fraction
from types import SimpleNamespace

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from btplaybook.search import distinct, histogram, marginals
from btplaybook.search.distinct import Distinct, spread
from btplaybook.search.found import Found
from btplaybook.search.marginals import Cells, Layout
from btplaybook.search.reduction import DEFINED, RUIN, UNDEFINED, Reduction, ranked, summary
from btplaybook.search.space import Space

SPACE = Space({"a": range(5), "side": ("long", "short"), "b": range(7)})
COLUMNS = ("points", "gain", "ruined", "positions_hash")
FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 0.5, -0.5, np.nan, np.inf, -np.inf, 1e-300, 3e9]),
    st.floats(-1e6, 1e6),
)


def rows_of(gains: np.ndarray, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = np.empty((gains.size, 4))
    rows[:, 0] = random.normal(size=gains.size)
    rows[:, 1] = gains
    rows[:, 2] = np.where(random.random(gains.size) < 0.1, 3, -1)
    rows[:, 3] = random.integers(0, 40, gains.size)
    return rows


def reduced(rows: np.ndarray, chunks: list[np.ndarray], top: int = 10) -> Reduction:
    """All rows, a chunk of indices at a time."""
    reduction = Reduction(Layout(SPACE), COLUMNS, "gain", top)
    for number, indices in enumerate(chunks):
        sets = (indices, SPACE.digits(indices))
        reduction.add(summary(number, reduction.layout, COLUMNS, "gain", top, sets, rows[indices]))
    return reduction


def fingerprint(reduction: Reduction) -> str:
    content = b"".join(array.tobytes() for array in reduction.arrays().values())
    return hashlib.sha256(content).hexdigest()


def plain_table(rows: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.insert(0, "index", np.arange(len(table)))
    for name in SPACE.names:
        table[name] = [SPACE.set_at(index)[name] for index in table["index"]]
    table["alive"] = (table["ruined"] < 0) & np.isfinite(table["gain"])
    return table


ALL = np.arange(SPACE.size)
GAINS = arrays(np.float64, SPACE.size, elements=FLOATS)


@given(GAINS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_neither_order_nor_cutting_matters(gains: np.ndarray, random) -> None:
    rows = rows_of(gains)
    whole = reduced(rows, [ALL])
    shuffled = ALL.copy()
    random.shuffle(shuffled)
    cuts = sorted(random.sample(range(SPACE.size + 1), 5))
    assert fingerprint(reduced(rows, np.split(shuffled, cuts))) == fingerprint(whole)


@given(GAINS, st.integers(1, 80))
@settings(max_examples=60)
def test_the_top_is_that_of_a_sorted_table(gains: np.ndarray, top: int) -> None:
    table = plain_table(rows_of(gains))
    table["class"] = np.where(table["ruined"] >= 0, 2, np.where(table["alive"], 0, 1))
    table["key"] = np.where(table["class"] == 0, -table["gain"] + 0.0, 0.0)
    expected = table.sort_values(["class", "key", "index"])["index"].head(top)
    found = Found.of(reduced(rows_of(gains), [ALL[:20], ALL[20:]], top), SPACE, None)
    assert found.top["index"].tolist() == expected.tolist()
    pd.testing.assert_frame_equal(
        found.top, table.loc[expected, ["index", *SPACE.names, *COLUMNS]].reset_index(drop=True),
        check_dtype=False,
    )  # fmt: skip


@given(GAINS)
@settings(max_examples=60)
def test_marginals_are_those_of_a_grouped_table(gains: np.ndarray) -> None:
    table = plain_table(rows_of(gains))
    found = Found.of(reduced(rows_of(gains), [ALL[:11], ALL[11:]]), SPACE, None)
    for row in found.marginals.itertuples():
        group = table[table[row.parameter] == row.value]
        alive = group[group["alive"]]
        fallen = group["ruined"] >= 0
        assert row.sets == len(group)
        assert row.ruined == fallen.sum()
        assert row.undefined == (~fallen & ~np.isfinite(group["gain"])).sum()
        assert row.count == len(alive)
        if alive.empty:
            assert row.best_index == -1
            assert np.isnan([row.mean, row.best, row.worst]).all()
            continue
        assert row.best == alive["gain"].max()
        assert row.worst == alive["gain"].min()
        assert row.best_index == alive.loc[alive["gain"] == row.best, "index"].min()
        if alive["gain"].abs().max() < 2**31:
            exact = sum(map(Fraction, alive["gain"])) / len(alive)
            assert row.mean == pytest.approx(float(exact), rel=1e-12, abs=2**-59)
        else:
            assert np.isnan(row.mean)


@given(arrays(np.float64, SPACE.size, elements=FLOATS))
def test_without_numba_marginals_have_the_same_bits(gains: np.ndarray) -> None:
    rows, chunks = rows_of(gains), [ALL[:9], ALL[9:40], ALL[40:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marginals, "sys", SimpleNamespace(modules={}))
        patch.setattr(marginals, "_steps", [0])
        plain = fingerprint(reduced(rows, chunks))
        assert marginals._steps[0] > 6 * SPACE.size  # three parameters and three pairs
        patch.setattr(marginals, "STEPS_IN_PYTHON", 0)
        assert fingerprint(reduced(rows, chunks)) == plain


def test_pairs_are_those_of_a_pivoted_table() -> None:
    gains = np.random.default_rng(3).normal(size=SPACE.size)
    table = plain_table(rows_of(gains))
    found = Found.of(reduced(rows_of(gains), [ALL]), SPACE, None)
    assert list(found.pairs) == [("a", "side"), ("a", "b"), ("side", "b")]
    for (first, second), pair in found.pairs.items():
        grouped = table[table["alive"]].groupby([first, second])["gain"]
        for measure, expected in (("best", grouped.max()), ("mean", grouped.mean())):
            ours = getattr(pair, measure).stack().rename_axis([first, second])
            pd.testing.assert_series_equal(
                ours.dropna().sort_index(), expected.sort_index(),
                rtol=1e-12, check_names=False, check_index_type=False,
            )  # fmt: skip
        assert int(pair.count.to_numpy().sum()) == int(table["alive"].sum())
        fallen = table[table["ruined"] >= 0].groupby([first, second]).size()
        ours = pair.ruined.stack().rename_axis([first, second])
        pd.testing.assert_series_equal(
            ours[ours > 0].sort_index(), fallen.sort_index(), check_names=False
        )


@given(GAINS)
@settings(max_examples=30)
def test_what_became_of_the_sets_adds_up_to_the_totals(gains: np.ndarray) -> None:
    found = Found.of(reduced(rows_of(gains), [ALL[:11], ALL[11:]]), SPACE, None)
    alive = found.evaluated - found.ruined - found.undefined
    totals = [found.evaluated, found.ruined, found.undefined, alive]
    kinds = ["sets", "ruined", "undefined", "count"]
    sums = found.marginals.groupby("parameter")[kinds].sum()
    assert sums.to_numpy().tolist() == [totals] * len(SPACE.names)
    assert int(found.histogram["count"].sum()) == alive
    for pair in found.pairs.values():
        assert [int(getattr(pair, kind).to_numpy().sum()) for kind in kinds] == totals
        parts = pair.ruined + pair.undefined + pair.count
        pd.testing.assert_frame_equal(parts, pair.sets)


def test_sums_are_exact_where_floats_are_not() -> None:
    gains = np.zeros(SPACE.size)
    gains[:3] = 1e9, 2.0**-50, -1e9  # in floats the second is lost
    rows = rows_of(gains)
    rows[:, 2] = -1
    mean = Found.of(reduced(rows, [ALL]), SPACE, None).marginals["mean"][0]
    assert mean == 2.0**-50 / 14


def test_a_small_loss_is_summed_exactly() -> None:
    gains = np.full(SPACE.size, -3.0 * 2.0**-60)  # one plus it would round
    rows = rows_of(gains)
    rows[:, 2] = -1
    means = Found.of(reduced(rows, [ALL[:9], ALL[9:]]), SPACE, None).marginals["mean"]
    assert means.tolist() == [-3.0 * 2.0**-60] * len(means)


def test_counts_and_distinct_rules() -> None:
    gains = np.random.default_rng(5).normal(size=SPACE.size)
    gains[[1, 5, 9]] = np.nan, np.inf, -np.inf
    rows = rows_of(gains)
    rows[[1, 5, 9], 2] = -1
    reduction = reduced(rows, [ALL[:30], ALL[30:]])
    found = Found.of(reduction, SPACE, SPACE.size)
    assert (found.evaluated, found.undefined) == (70, 3)
    assert found.ruined == (rows[:, 2] >= 0).sum() > 0
    assert found.distinct == len(set(rows[:, 3]))
    assert not found.distinct_is_estimate


def test_restored_it_goes_on_as_if_never_interrupted() -> None:
    rows = rows_of(np.random.default_rng(6).normal(size=SPACE.size))
    first = reduced(rows, [ALL[:25]])
    again = Reduction(first.layout, COLUMNS, "gain", 10)
    again.restore({name: array.copy() for name, array in first.arrays().items()})
    sets = (ALL[25:], SPACE.digits(ALL[25:]))
    again.add(summary(1, again.layout, COLUMNS, "gain", 10, sets, rows[25:]))
    assert fingerprint(again) == fingerprint(reduced(rows, [ALL]))


@pytest.mark.parametrize(
    ("values", "standing", "indices", "best"),
    [
        pytest.param([1.0, 3.0, 2.0], [DEFINED] * 3, [7, 8, 9], [8, 9], id="the largest"),
        pytest.param([1.0, 1.0, 1.0], [DEFINED] * 3, [9, 7, 8], [7, 8], id="ties by index"),
        pytest.param(
            [9.0, 1.0, 0.0], [RUIN, DEFINED, UNDEFINED], [1, 2, 3], [2, 3], id="ruin last"
        ),
        pytest.param([9.0, 8.0, 7.0], [RUIN] * 3, [3, 1, 2], [1, 2], id="all ruined: by index"),
    ],
)
def test_ranks(values, standing, indices, best) -> None:
    numbers = np.array(indices)
    places = ranked(np.array(values), np.array(standing, np.int8), numbers, 2)
    assert numbers[places].tolist() == best


@given(arrays(np.float64, st.integers(0, 50), elements=st.floats(-1e12, 1e12)))
def test_each_value_lies_in_its_bin(values: np.ndarray) -> None:
    counts = histogram.histogram(values)
    table = histogram.table(counts)
    assert counts.sum() == values.size
    for low, high, count in table.itertuples(index=False):
        if low < 0 < high:
            inside = (values > low) & (values < high)
        elif low >= 0:
            inside = (values >= low) & (values < high)
        else:
            inside = (values > low) & (values <= high)
        assert inside.sum() == count


def test_bins_are_three_percent_wide() -> None:
    edges = histogram.edges()
    assert edges.size == histogram.BINS + 1
    assert (np.diff(edges) > 0).all()
    positive = edges[(edges > 0) & np.isfinite(edges)]
    assert (positive[1:] / positive[:-1] - 1).max() == 1 / 32
    assert 1.0 in positive


def test_distinct_is_an_estimate_beyond_its_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "CAPACITY", 1000)
    hashes = np.random.default_rng(0).integers(0, 2**52, 50_000).astype(float)
    counted = []
    for order in (hashes, hashes[::-1], np.sort(hashes)):
        tally = Distinct()
        for part in np.array_split(order, 37):
            tally.add(spread(part))
        counted.append((tally.count, tally.halvings, tally.kept.tobytes()))
    assert counted[0] == counted[1] == counted[2]
    assert counted[0][1] > 0
    assert abs(counted[0][0] / len(set(hashes)) - 1) < 0.15  # 500 to 1,000 kept: 3 to 4.5 %, x 3


def test_distinct_leaves_out_what_has_no_hash() -> None:
    assert spread(np.array([np.nan, 1.0, 1.0, 0.0, -0.0])).size == 2


def test_large_tables_are_left_out() -> None:
    names = [
        table[:2]
        for table in Layout(Space({"a": range(50_000), "b": range(300), "c": range(200)})).tables
    ]
    assert names == [(1, -1), (2, -1)]  # 60,000 cells of b and c are too many


def test_cells_that_nothing_touched_have_no_mean() -> None:
    assert np.isnan(Cells.blank(3).means()).all()
