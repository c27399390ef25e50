"""The clauses of a verdict, each by a table of numbers worked by hand."""

import pytest

from btplaybook.runners.pages import clauses
from btplaybook.runners.runs.labels.bar_ends import FILLED_AT
from btplaybook.runners.runs.labels.formats import MINUS
from btplaybook.runners.runs.strips import SEARCH_BPS
from btplaybook.runners.runs.strips import break_even as replayed
from btplaybook.search.ledger import FILLS

BP = clauses.BP
NONE, BEYOND, STOPPED = (
    {"slippage_bps": None, "why": why} for why in ("no gain", "beyond", "stopped")
)


def at(level):
    return {"slippage_bps": level, "why": None}


@pytest.mark.parametrize(
    ("total", "theirs", "benchmark", "words"),
    [
        (0.245, 1.04, "holding SPY", "made 24.5%, holding SPY made 104%"),
        (-0.123, -0.4, "holding SPY", "lost 12.3%, holding SPY lost 40%"),
        (0.12, 0.03, "cash", "made 12%, cash made 3%"),
        (0.12, 0.0, "cash", "made 12%, cash made nothing"),
        (0.1, 0.2, "a mix (60 % SPY, 40 % TLT, monthly)",
         "made 10%, a mix (60 % SPY, 40 % TLT, monthly) made 20%"),
        (10.4, 1.04, "holding SPY", "grew to 11.4 times the stake, holding SPY to 2.04 times"),
        (10.4, -0.5, "peers", "grew to 11.4 times the stake, peers lost 50%"),
        (0.0, 0.1, "holding SPY", "made nothing, holding SPY made 10%"),
        (0.245, None, "", "made 24.5%"),
        (None, 1.04, "holding SPY", "what it made is not known"),
    ],
)  # fmt: skip
def test_result_against_benchmark(total, theirs, benchmark, words):
    assert clauses.result_clause(total, theirs, benchmark) == words


def test_the_benchmark_alone():
    assert clauses.benchmark_clause(1.04, "holding SPY") == "holding SPY made 104%"
    assert clauses.benchmark_clause(None, "holding SPY") == ""


def test_ruined():
    assert clauses.ruined_clause("2008-10-10") == "the account was ruined on 2008-10-10"
    alone = clauses.ruined_clause("2008-10-10", account=False)
    assert alone == "the value fell to zero on 2008-10-10"


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (0.0, "never traded: no order was filled"),
        (-1e-16, "never traded: no order was filled"),
        (None, "never traded: no order was filled"),
        (0.031, "never traded: no order was filled, cash alone made 3.1%"),
    ],
)
def test_never_traded(total, words):
    assert clauses.never_traded_clause(total) == words


@pytest.mark.parametrize(
    ("searched", "sets", "words"),
    [
        (False, None, ""),
        (False, 1, ""),
        (True, None, "its parameters were chosen on these bars, so the figures flatter"),
        (True, 12, "its parameters were chosen on these bars, so the figures flatter"),
        (False, 1200, "its parameters are one of 1,200 sets that were tried"),
    ],
)
def test_in_sample(searched, sets, words):
    assert clauses.in_sample_clause(searched, sets) == words


@pytest.mark.parametrize(
    ("sharpe", "band", "words"),
    [
        (0.148, [-0.29, 0.59], "Sharpe 0.15, its 95% band includes 0"),
        (0.9, [0.2, 1.6], "Sharpe 0.90, its 95% band is above 0 (0.20 to 1.60)"),
        (-0.9, [-1.6, -0.2],
         f"Sharpe {MINUS}0.90, its 95% band is below 0 ({MINUS}1.60 to {MINUS}0.20)"),
        (0.8, [0.0, 1.6], "Sharpe 0.80, its 95% band includes 0"),
        (0.8, [0.0018, 1.6], "Sharpe 0.80, its 95% band is above 0 (0.002 to 1.60)"),
        (-0.8, [-1.6, -0.0018],
         f"Sharpe {MINUS}0.80, its 95% band is below 0 ({MINUS}1.60 to {MINUS}0.002)"),
        (None, None, ""),
        (0.9, None, ""),
        (None, [0.2, 1.6], ""),
    ],
)  # fmt: skip
def test_sharpe_and_its_band(sharpe, band, words):
    assert clauses.sharpe_clause(sharpe, band) == words


@pytest.mark.parametrize(
    ("gain", "lead", "over_zero", "over_held", "more", "words"),
    [
        (0.2, -0.8, at(7.351), NONE, {}, f"the gain is gone at 7.35{BP} of slippage an order"),
        (0.2, None, at(7.351), at(1.88), {}, f"the gain is gone at 7.35{BP} of slippage an order"),
        (0.2, 0.1, at(7.351), at(1.88), {},
         f"the lead over holding is gone at 1.88{BP} of slippage an order"),
        (-0.1, 0.1, NONE, at(1.88), {},
         f"the lead over holding is gone at 1.88{BP} of slippage an order"),
        (0.2, -0.8, at(0.0), NONE, {},
         f"the gain is gone at less than 0.01{BP} of slippage an order"),
        (0.2, -0.8, at(123.4), NONE, {}, f"the gain is gone at 123{BP} of slippage an order"),
        (0.2, -0.8, BEYOND, NONE, {}, f"999{BP} of slippage an order do not take the gain"),
        (0.2, 0.1, BEYOND, BEYOND, {},
         f"999{BP} of slippage an order do not take the lead over holding"),
        (0.2, -0.8, STOPPED, NONE, {}, ""),
        (-0.2, -0.8, NONE, NONE, {}, ""),
        (-0.2, -0.8, at(2.0), NONE, {"own_bps": 5.0}, ""),
        (0.0, -1.0, NONE, NONE, {}, ""),
        (0.5, 1e-16, at(3.0), at(0.01), {}, f"the gain is gone at 3{BP} of slippage an order"),
        (None, None, NONE, NONE, {}, ""),
        (0.2, -0.8, at(2.0), NONE, {"own_bps": 5.0}, ""),
        (0.2, -0.8, at(7.0), NONE, {"own_bps": 5.0},
         f"the gain is gone at 7{BP} of slippage an order"),
        (0.2, -0.8, at(7.38), NONE, {"tolerance_bps": 0.25},
         f"the gain is gone at about 7.4{BP} of slippage an order"),
        (0.2, -0.8, at(7.38), NONE, {"on_top": True},
         f"the gain is gone at 7.38{BP} more an order"),
    ],
    ids=[
        "gain", "another benchmark", "lead", "loses less", "at once", "three digits", "beyond",
        "lead beyond", "stopped", "loss", "loss by its own slippage", "nothing made",
        "as much as holding", "not known", "not evenly", "above its own", "run again", "own costs",
    ],
)  # fmt: skip
def test_costs(gain, lead, over_zero, over_held, more, words):
    more = {"own_bps": 0.0} | more
    assert clauses.cost_clause(gain, lead, over_zero, over_held, **more) == words


def test_the_highest_level_is_that_of_the_search():
    assert SEARCH_BPS[-1] == clauses.LARGEST_BP
    assert replayed(lambda _: 1.0) == BEYOND


@pytest.mark.parametrize(
    ("own", "totals", "words"),
    [
        ("close", [0.2, -0.05, 0.1, 0.1], "filled at the next open it would have lost 5%"),
        ("close", [0.2, 0.05, -0.1, -0.3], "filled at the next close it would have lost 10%"),
        ("close", [0.2, 0.05, 0.1, -0.3], "filled at the close after next it would have lost 30%"),
        ("close", [0.2, -1.02, 0.1, 0.1], "filled at the next open it would have been ruined"),
        ("close", [0.2, None, 0.1, -0.3], "filled at the close after next it would have lost 30%"),
        ("close", [0.2, -1e-16, 0.1, 0.0], ""),
        ("close", [0.2, 0.05, 0.1, 0.3], ""),
        ("close", [-0.2, -0.05, 0.1, 0.3], ""),
        ("close", [None, -0.05, 0.1, 0.3], ""),
        ("next_open", [-0.2, 0.05, 0.1, 0.3], "filled at the close it would have lost 20%"),
        ("next_open", [-0.2, 0.05, 0.1, -0.3],
         "filled at the close after next it would have lost 30%"),
    ],
)  # fmt: skip
def test_fills(own, totals, words):
    assert clauses.fill_clause(own, list(zip(FILLS, totals, strict=True))) == words


@pytest.mark.parametrize("at", FILLED_AT)
def test_every_fill_has_its_words(at):
    assert set(FILLED_AT[at]) == set(FILLS)
    assert len(set(FILLED_AT[at].values())) == len(FILLS)


def test_fills_of_bars_that_end_at_the_open():
    totals = [("close", 0.2), ("next_open", -0.1), ("next_close", 0.1)]
    words = "filled at the same day's close it would have lost 10%"
    assert clauses.fill_clause("close", totals, "open") == words


def test_an_order_that_is_late():
    totals = [("next_open", 0.1), ("one_bar_late", -0.1)]
    assert clauses.fill_clause("next_open", totals) == "ordered one bar late it would have lost 10%"


@pytest.mark.parametrize(
    ("alpha", "error", "beta", "words"),
    [
        (0.021, 0.03, 0.0104,
         "alpha 2.1% a year with a standard error of 3%, beta 0.010 to XLK"),
        (-0.0537, 0.0472, -0.0321,
         f"alpha {MINUS}5.37% a year with a standard error of 4.72%, beta {MINUS}0.032 to XLK"),
        (None, None, 0.01, "beta 0.010 to XLK"),
        (0.021, 0.03, None, "alpha 2.1% a year with a standard error of 3%"),
        (None, None, None, ""),
    ],
)  # fmt: skip
def test_a_neutral_book(alpha, error, beta, words):
    assert clauses.neutral_clause(alpha, error, beta, "XLK") == words


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (None, ""),
        (0.0, ""),
        (0.003, "it never held more than 0.3% of the account"),
        (0.05, ""),
        (1.0, ""),
    ],
)
def test_a_run_that_held_next_to_nothing_says_so(most, words):
    assert clauses.exposure_clause(most) == words
