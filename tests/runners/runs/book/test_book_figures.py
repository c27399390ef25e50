"""Whose a book's return and risk is, how alike its members are, and what run.json keeps of it."""

import json

import numpy as np
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.book.split import contributions_to_risk, correlation, overlap
from btplaybook.runners.runs.run import run

from members import Always, Drawn  # isort: skip

COSTS = {"slippage_bps": 4.0, "percent_fee": 0.0005, "borrow": 0.02, "interest": 0.03}


@pytest.fixture(scope="module")
def book(abc):
    members = [
        Member(Drawn, [abc["A"], abc["B"]], {"seed": 1}, name="pair"),
        Member(Drawn, abc["C"], {"seed": 2}, name="c", rebalance="daily"),
        Member(Drawn, abc["A"], {"seed": 3, "warm": 40}, name="late"),
    ]
    return Book(members, band=0.01, rebalance="band")


@pytest.fixture(scope="module", params=["close", "next_open", "next_close"])
def ran(request, book):
    return book.run(fill=request.param, strips=False, **COSTS)


@pytest.fixture(scope="module")
def whole(book):
    return book.run(fill="next_open", **COSTS)


def test_the_parts_sum_to_the_return_and_to_the_volatility(ran):
    book = ran.sections["book"].measured
    parts = [*(each["contribution"] for each in book["members"]), book["costs"]["contribution"]]
    whole = book["total"]["contribution"]
    for what, figure in (("return", "total_return"), ("risk", "volatility")):
        assert sum(each[what] for each in parts) == pytest.approx(whole[what], abs=1e-12)
        assert whole[what] == pytest.approx(ran.metrics[figure], abs=1e-9)


def test_what_is_no_members_is_costs_and_interest_alone(ran):
    pnl = ran.metrics["pnl"]
    costs = sum(pnl[name] for name in ("commission", "slippage", "borrow", "interest"))
    told = ran.sections["book"].measured["costs"]["contribution"]["return"]
    assert told == pytest.approx(costs / 1e6, abs=1e-9)
    assert abs(told) > 0.001


def test_strips_are_replayed_and_the_run_is_among_them(whole):
    own = [each for each in whole.strips["fill"] if each["total_return"] == pytest.approx(
        whole.metrics["total_return"], abs=1e-9)]  # fmt: skip
    assert own


def test_run_json_has_the_book_once_and_the_page_shows_its_members(whole):
    plain = json.loads(whole.to_json())
    assert [each["name"] for each in plain["book"]["members"]] == ["pair", "c", "late"]
    assert "sections" not in plain
    page = tearsheet(whole)
    assert "Curves(" not in page  # every picture is drawn
    assert page.index("<h2>Members") < page.index("Exposures</h2>")
    for text in ("Members", "Correlation of daily returns", "Share of return and of risk", "pair"):
        assert text in page


def test_a_member_alone_is_its_own_run(abc):
    own = run(Drawn, abc["C"], params={"seed": 2}, strips=False, **COSTS)
    members = [Member(Drawn, abc["C"], {"seed": 2}), Member(Always, abc["A"])]
    told = Book(members).run(strips=False, **COSTS).sections["book"].measured["members"]
    drawn = next(each for each in told if each["strategy"].endswith("Drawn"))
    for name in ("total_return", "cagr", "volatility", "sharpe"):
        assert drawn[name] == pytest.approx(own.metrics[name], abs=1e-12)


def test_days_of_sides_are_counted(abc):
    members = [Member(Always, abc[name], {"weight": w}) for name, w in (("A", 1.0), ("B", -0.5))]
    book = Book(members).run(strips=False).sections["book"].measured
    assert (book["days"], book["days_all_long"], book["days_all_short"]) == (210, 0, 0)
    assert book["overlap"] == [[1.0, 0.0], [0.0, 1.0]]
    both = [Member(Always, abc[name]) for name in "AB"]
    assert Book(both).run(strips=False).sections["book"].measured["days_all_long"] == 210


def test_risk_is_covariance_over_volatility():
    returns = np.random.default_rng(0).normal(size=(50, 3))
    parts, whole = contributions_to_risk(returns)
    matrix = np.cov(returns.T)
    expected = matrix.sum(axis=1) / np.sqrt(matrix.sum())
    np.testing.assert_allclose(parts, expected, rtol=1e-12)
    assert whole == pytest.approx(np.sqrt(matrix.sum()))
    np.testing.assert_array_equal(contributions_to_risk(np.zeros((5, 2)))[0], [0.0, 0.0])


def test_correlation_is_of_the_days_that_both_have():
    returns = np.random.default_rng(0).normal(size=(50, 3))
    returns[:20, 1] = np.nan
    returns[:, 2] = 0.0
    found = correlation(returns)
    assert found[0][1] == pytest.approx(np.corrcoef(returns[20:, 0], returns[20:, 1])[0, 1])
    assert found[0][2] is None
    assert found[2][2] is None


def test_overlap_counts_days_on_the_same_side_flat_days_not():
    assert overlap(np.array([[1, 1], [-1, -1], [1, -1], [0, 0]])) == [[0.75, 0.5], [0.5, 0.75]]


def test_a_window_that_no_member_fills_is_an_error_not_an_empty_book(abc):
    book = Book([Member(Always, abc["A"])], weights="inverse-volatility", window=5000)
    with pytest.raises(ParameterError, match="no member ever got a weight"):
        book.run(strips=False)
