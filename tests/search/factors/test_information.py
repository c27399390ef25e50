"""Rank information coefficients against SciPy's, their laws, and the sharing over sessions."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy.stats import spearmanr

from btplaybook.search.errors import SearchError
from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.strategies.sector.skill import rank_ic

HORIZON = 20


def found_of(values, residuals, rows, horizon=HORIZON):
    return information(labelled(values, residuals, rows, horizon))


def test_by_hand():
    """Ten names; one label of two sessions; two pairs of neighbours change places."""
    values = np.arange(10.0)[None, :]
    came = np.array([2.0, 1, 3, 4, 5, 6, 7, 8, 10, 9]) / 100
    residuals = np.stack([np.zeros(10), came / 2, came / 2])
    found = found_of(values, residuals, np.array([0]), 2)
    assert found.ics == pytest.approx([1 - 6 * 4 / (10 * 99)], rel=1e-12)


def test_each_coefficient_is_scipys(noise):
    values, residuals, rows = noise
    found = found_of(*noise)
    for row, ic in zip(found.rows, found.ics, strict=True):
        x, y = values[rows == row][0], residuals[row + 1 : row + 1 + HORIZON].sum(axis=0)
        both = ~(np.isnan(x) | np.isnan(y))
        assert ic == pytest.approx(spearmanr(x[both], y[both]).statistic, abs=1e-12)


def test_the_series_is_that_of_alphalens(noise):
    """``factor_information_coefficient``: Spearman's by date, written with pandas alone.

    Labels are sums here, and compounded returns there; the correlation is the same function.
    """
    values, residuals, rows = noise
    ahead = pd.DataFrame(residuals).rolling(HORIZON).sum().shift(-HORIZON)
    table = pd.DataFrame(
        {
            "factor": pd.DataFrame(values, index=rows).stack(),
            "ahead": ahead.loc[rows].stack(),
        }
    ).dropna()
    by_date = table.groupby(level=0)[["factor", "ahead"]].apply(
        lambda date: date["factor"].rank().corr(date["ahead"].rank())
    )
    found = found_of(*noise)
    assert found.rows.tolist() == by_date.index.tolist()
    assert found.ics == pytest.approx(by_date.to_numpy(), abs=1e-12)


def test_the_books_own_function_finds_the_same(noise):
    dates = labelled(*noise, HORIZON)
    found = information(dates)
    assert found.ics == pytest.approx(rank_ic(dates.values, dates.label), abs=1e-12)


def test_dates_with_fewer_than_ten_names_or_an_open_label_are_left_out(noise):
    values, residuals, rows = noise
    values = values.copy()
    values[4, 9:] = np.nan
    found = found_of(values, residuals, rows)
    assert rows[4] not in found.rows
    assert found.rows[-1] + HORIZON <= len(residuals) - 1 < found.rows[-1] + 5 + HORIZON


def test_a_constant_factor_has_no_coefficient(noise):
    values, residuals, rows = noise
    found = found_of(np.zeros(values.shape), residuals, rows)
    assert not found.ics.size
    assert found.mean.reason == "no date has the figure"


@settings(max_examples=20)
@given(st.permutations(range(24)))
def test_the_order_of_the_names_does_not_matter(noise, order):
    values, residuals, rows = noise
    there, here = found_of(*noise), found_of(values[:, order], residuals[:, order], rows)
    assert here.ics == pytest.approx(there.ics, abs=1e-12)
    assert here.mean[:5] == pytest.approx(there.mean[:5], rel=1e-9)


@pytest.mark.parametrize("transform", [np.exp, np.cbrt, lambda x: 3 * x - 7])
def test_a_rising_transform_of_the_factor_changes_nothing(noise, transform):
    values, residuals, rows = noise
    assert found_of(transform(values), residuals, rows).mean == found_of(*noise).mean


def test_the_reversed_factor_has_the_reversed_figures(noise):
    values, residuals, rows = noise
    there, here = found_of(*noise).mean, found_of(-values, residuals, rows).mean
    assert here.mean == pytest.approx(-there.mean, rel=1e-12)
    assert here.error == pytest.approx(there.error, rel=1e-9)
    assert here.p_value == pytest.approx(there.p_value, rel=1e-9)


@pytest.mark.parametrize("factor", [0.1, 40.0])
def test_scaling_all_returns_changes_nothing(noise, factor):
    values, residuals, rows = noise
    scaled = found_of(values, factor * residuals, rows).mean
    assert scaled[:5] == pytest.approx(found_of(*noise).mean[:5], rel=1e-9)


def test_later_returns_change_no_earlier_coefficient(noise):
    values, residuals, rows = noise
    there, cut = found_of(*noise), 400
    scrambled = residuals.copy()
    scrambled[cut:] = np.random.default_rng(0).permutation(scrambled[cut:], axis=1) * -3.0
    here = found_of(values, scrambled, rows)
    before = there.rows + HORIZON < cut
    assert before.sum() > 50
    assert (here.ics[before] == there.ics[before]).all()


def test_perfect_foresight_has_coefficient_one(noise):
    _, residuals, rows = noise
    ahead = labelled(np.tile(np.arange(24.0), (rows.size, 1)), residuals, rows, HORIZON).label
    perfect = np.full((rows.size, 24), np.nan)
    perfect[: len(ahead)] = ahead
    assert found_of(perfect, residuals, rows).ics == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v, r, rows: (v[:, 1:], r, rows), "do not fit"),
        (lambda v, r, rows: (v, r, rows[::-1]), "must increase"),
        (lambda v, r, rows: (v, r[:500], rows), "must increase and lie in 0..499"),
        (lambda v, r, rows: (np.where(v > 3, np.inf, v), r, rows), "infinite"),
    ],
)
def test_what_does_not_fit_is_refused(noise, change, words):
    with pytest.raises(SearchError, match=words):
        labelled(*change(*noise), HORIZON)
