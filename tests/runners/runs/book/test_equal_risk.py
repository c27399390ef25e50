"""Equal risk: closed forms, brute force, laws, and the book whose members contribute the same."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.book.equal_risk import equal_risk, equal_risk_allocations

from members import Always, Drawn  # isort: skip


def covariance_of(spreads, *correlations):
    size = len(spreads)
    matrix = np.eye(size)
    matrix[np.triu_indices(size, 1)] = correlations
    matrix = matrix + np.triu(matrix, 1).T
    return matrix * np.outer(spreads, spreads)


def weights_of(*matrices):
    found, usable = equal_risk(np.array(matrices))
    assert usable.all()
    return found


def brute(matrix):
    """Return the weights whose contributions differ least, by a search without derivatives."""

    def apart(logs):
        weights = np.exp(np.append(logs, 0.0))
        weights /= weights.sum()
        parts = weights * (matrix @ weights)
        return np.square(parts / parts.sum() - 1.0 / len(parts)).sum()

    options = {"xatol": 1e-10, "fatol": 1e-20, "maxiter": 20_000}
    found = minimize(apart, np.zeros(len(matrix) - 1), method="Nelder-Mead", options=options)
    assert found.fun < 1e-15
    weights = np.exp(np.append(found.x, 0.0))
    return weights / weights.sum()


@pytest.mark.parametrize("correlation", [-0.99, -0.3, 0.0, 0.5, 1.0])
def test_two_parts_are_the_inverse_of_their_volatilities(correlation):
    (weights,) = weights_of(covariance_of([0.01, 0.03], correlation))
    np.testing.assert_allclose(weights, [0.75, 0.25], rtol=1e-9)


def test_parts_of_one_correlation_are_the_inverse_of_their_volatilities():
    (weights,) = weights_of(covariance_of([0.01, 0.02, 0.04], 0.4, 0.4, 0.4))
    np.testing.assert_allclose(weights, np.array([4, 2, 1]) / 7, rtol=1e-9)


@pytest.mark.parametrize(
    "correlations", [(0.9, 0.1, -0.2), (-0.5, -0.4, 0.3), (0.0, 0.99, 0.0)], ids=str
)
def test_three_parts_are_those_that_a_search_finds(correlations):
    matrix = covariance_of([0.01, 0.02, 0.015], *correlations)
    (weights,) = weights_of(matrix)
    np.testing.assert_allclose(weights, brute(matrix), atol=1e-6)
    assert np.ptp(weights * (matrix @ weights)) < 1e-9 * (weights @ matrix @ weights)
    inverse = (1 / np.sqrt(np.diag(matrix))) / (1 / np.sqrt(np.diag(matrix))).sum()
    assert np.abs(weights - inverse).max() > 0.01


@given(
    arrays(float, (40, 4), elements=st.floats(-0.05, 0.05)),
    st.permutations(range(4)),
    st.floats(0.1, 10.0),
)
def test_laws(noise, order, factor):
    """Parts contribute the same, follow their member, and shrink as its volatility grows."""
    drawn = noise + np.random.default_rng(0).normal(0.0, 0.01, (40, 4))
    matrix = np.cov(drawn.T)
    (weights,) = weights_of(matrix)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights > 0.0).all()
    parts = weights * (matrix @ weights)
    np.testing.assert_allclose(parts, parts.mean(), rtol=1e-7)
    np.testing.assert_allclose(
        weights_of(matrix[np.ix_(order, order)])[0], weights[order], rtol=1e-6
    )
    scaled = np.array([factor, 1.0, 1.0, 1.0])
    found = weights_of(matrix * np.outer(scaled, scaled))[0] * scaled
    np.testing.assert_allclose(found / found.sum(), weights, rtol=1e-6)


def test_what_cannot_contribute_the_same_is_told():
    matrices = [
        covariance_of([0.01, 0.02], -1.0),  # one hedges the other away
        covariance_of([0.01, 0.0], 0.0),
        np.full((2, 2), np.nan),
        covariance_of([0.01, 0.02], -0.9),
    ]
    weights, usable = equal_risk(np.array(matrices))
    assert usable.tolist() == [False, False, False, True]
    assert np.isnan(weights[:3]).all()


def test_a_day_without_enough_common_days_keeps_the_fallback():
    rng = np.random.default_rng(3)
    returns = rng.normal(0.0, [0.01, 0.03, 0.02], (30, 3))
    held = np.ones((30, 3), dtype=bool)
    held[:12, 2] = False
    counts = held.copy()
    counts[:10] = False
    fallback = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    found, fell_back = equal_risk_allocations(returns, held, counts, fallback, 10)
    assert np.flatnonzero(fell_back).tolist() == [*range(12, 21)]
    np.testing.assert_array_equal(found[fell_back], fallback[fell_back])
    np.testing.assert_array_equal(found[:10], 0.0)
    for day, members in ((11, [0, 1]), (25, [0, 1, 2])):
        matrix = np.cov(returns[day - 9 : day + 1, members].T)
        np.testing.assert_allclose(found[day, members], brute(matrix), atol=1e-6)


def test_members_of_a_book_contribute_the_same_over_the_window(abc):
    tables = list(abc.values())
    book = Book(
        [Member(Always, each, name=each.name) for each in tables],
        weights="equal-risk", window=30, rebalance="daily",
    )  # fmt: skip
    result = book.run(strips=False)
    closes = pd.DataFrame({each.name: each.close for each in tables}, tables[0].dates)
    gains = closes.pct_change()
    held = result.decisions.pivot_table(index="date", columns="instrument", values="weight")
    for day in (60, 150, 209):
        weights = held.loc[closes.index[day]].to_numpy()
        np.testing.assert_allclose(
            weights, brute(gains.iloc[day - 29 : day + 1].cov().to_numpy()), atol=1e-6
        )
    measured = result.sections["book"].measured
    assert measured["rebalances_by_volatility"] == 0
    page = tearsheet(result)
    assert "contribute the same to the variance of their last 30 common days" in page


def test_where_members_cancel_the_weights_are_those_of_inverse_volatility(abc):
    members = [Member(Always, abc["A"], {"weight": w}, name=str(w)) for w in (1.0, -0.5)]
    members.append(Member(Drawn, abc["B"], {"seed": 1}, name="b"))
    terms = {"window": 20, "rebalance": "weekly"}
    equal_risk_book = Book(members[:2], weights="equal-risk", **terms).run(strips=False)
    other = Book(members[:2], weights="inverse-volatility", **terms).run(strips=False)
    np.testing.assert_array_equal(equal_risk_book.equity, other.equity)
    measured = equal_risk_book.sections["book"].measured
    assert measured["rebalances_by_volatility"] == measured["rebalances"] > 0
    assert "the covariance could not be used" in tearsheet(equal_risk_book)
