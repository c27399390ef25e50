"""What works on any run works on a book: audit, what to do tomorrow; and what is refused."""

import dataclasses

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook.brokers.errors import RunStopped
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.book.terms import BookTerms
from btplaybook.runners.runs.run import run
from btplaybook.strategies.errors import StrategyError

from members import Always, Calm, Cheat, Drawn, Sells  # isort: skip


def refusal(call, *arguments, **named):
    with pytest.raises((ParameterError, StrategyError)) as caught:
        call(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize("weights", ["equal", "inverse-volatility"])
def test_an_honest_book_passes_the_audit(abc, weights):
    members = [Member("sma-switch", abc["A"], {"period": 9}), Member(Drawn, abc["B"])]
    assert Book(members, weights=weights, window=10).audit(cuts=2).passed


def test_one_member_that_knows_the_future_fails_the_audit(abc):
    members = [Member("sma-switch", abc["A"], {"period": 9}), Member(Cheat, abc["B"])]
    found = Book(members).audit(cuts=2)
    assert not found.passed
    assert "B at" in found.words()


def test_a_member_reads_an_input_as_in_its_own_run(abc):
    days = pd.DatetimeIndex(abc["A"].dates)
    vix = pd.Series(15.0 + 10.0 * (np.arange(len(days)) % 7 > 3), days)
    own = run(Calm, abc["A"], inputs={"vix": vix}, strips=False)
    book = Book([Member(Calm, abc["A"])])
    assert len(own.trades) > 10
    np.testing.assert_array_equal(book.run(inputs={"vix": vix}, strips=False).equity, own.equity)
    assert "reads the input 'vix'" in refusal(book.run)
    plain = Book([Member(Always, abc["A"])])
    assert "book reads no vix" in refusal(plain.run, inputs={"vix": vix})


def test_members_cut_at_a_day_decide_as_over_all_days(abc):
    members = [Member(Drawn, abc[name], {"seed": n}) for n, name in enumerate("ABC")]
    book = Book(members, weights="inverse-volatility", window=12, rebalance="band", band=0.03)
    whole = book.run(strips=False).decisions
    cut = book.run(strips=False, end="2005-06-30").decisions
    assert len(cut) > 300
    np.testing.assert_array_equal(cut["weight"], whole["weight"][: len(cut)])


def test_tomorrow_orders_only_the_instrument_whose_member_changes(abc):
    members = [Member("sma-switch", abc[name], {"period": 9}) for name in "AB"]
    found = Book(members).next(end="2005-10-20")
    assert {each.instrument for each in found.orders} == {"A", "B"}
    for order in found.orders:
        assert {each.of for each in order.conditions} == {order.instrument}
        assert abs(order.weight) == 0.5


def test_tomorrow_of_a_month_end_brings_all_back(abc):
    members = [Member("sma-switch", abc[name], {"period": 9}) for name in "AB"]
    found = Book(members).next(end="2005-09-29")
    base = [each for each in found.orders if all(c.met for c in each.conditions)]
    assert {each.instrument for each in base} == {"A", "B"}


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (
            {"weights": "risk"},
            "[book] weights must be one of equal, inverse-volatility, equal-risk, fixed",
        ),
        ({"rebalance": "yearly"}, "[book] rebalance must be one of daily, weekly, monthly"),
        ({"band": 0.0}, "[book] band must be a fraction of the account's value"),
        ({"window": 1}, "[book] window must be a whole number of bars from 2"),
        ({"max_gross": 0.0}, "[book] max_gross must be a multiple of the account's value"),
        ({"max_gros": 1.0}, "[book] max_gros: there is no such key; did you mean 'max_gross'?"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_terms_out_of_range_are_refused(abc, terms, words):
    assert words in refusal(Book, [Member(Always, abc["A"])], **terms)


def test_numpy_numbers_are_as_good_as_pythons(abc):
    terms = {"weights": "inverse-volatility", "window": 20, "band": 0.25, "max_gross": 1}
    of_numpy = {**terms, "window": np.int64(20), "band": np.float32(0.25), "max_gross": np.int8(1)}
    assert BookTerms.of(of_numpy).plain() == BookTerms.of(terms).plain()

    def weighted(half):
        members = [Member(Always, abc[name], name=name, weight=half) for name in "AB"]
        return Book(members, weights="fixed").run().to_json()

    assert weighted(np.float32(0.5)) == weighted(0.5)


def test_members_that_make_no_book_are_refused(abc):
    one = Member(Always, abc["A"], name="one", weight=0.5)
    equal = dataclasses.replace(one, weight=None)
    assert "a book needs members" in refusal(Book, [])
    assert "a book needs members" in refusal(run, "book", abc["A"])
    assert "must sum to 1, got 0.5 (one 0.5)" in refusal(Book, [one], weights="fixed")
    assert 'weight is for [book] weights = "fixed"' in refusal(Book, [one])
    assert "'one' needs a weight" in refusal(Book, [equal], weights="fixed")
    assert "two members are called 'one'" in refusal(Book, [equal, equal])
    taken = dataclasses.replace(equal, name="Costs")
    assert "member 'Costs': book and costs stand for the whole" in refusal(Book, [taken])
    unknown = dataclasses.replace(equal, strategy="sma-swich")
    assert "member 'one': no strategy is called 'sma-swich'; did you mean 'sma-switch'?" in refusal(
        Book, [unknown]
    )
    named = dataclasses.replace(equal, params={"wieght": 1.0})
    assert "has no parameter 'wieght'; did you mean 'weight'?" in refusal(Book, [named])
    other = Member(Always, dataclasses.replace(abc["B"], name="A"))
    assert "two members bring different bars called 'A'" in refusal(Book, [equal, other])
    assert "sends its own orders" in refusal(Book, [Member(bt.strategies.MA_CrossOver, abc["A"])])
    twice = Member("session-switch", abc["A"])
    assert "trades at the close and at the open" in refusal(Book, [twice])


def test_what_shows_only_in_the_run_is_refused_there(abc):
    sells = Book([Member(Sells, abc["A"], name="s")])
    assert "member 's': " in refusal(sells.run)
    wrong = Book([Member("sma-switch", abc["A"], {"period": 0}, name="w")])
    assert refusal(wrong.run) == "member 'w': period must be a whole number >= 1, got 0"
    slow = Book([Member("sma-switch", abc["A"], {"period": 500}, name="slow")])
    assert "member 'slow' never decided: it needs 500 bars, and A has 210" in refusal(
        slow.run, strips=False
    )
    params = {"members": [{"name": "m", "strategy": "sma-switch", "instruments": ["Z"]}]}
    assert "member 'm': there are no bars of 'Z'; the bars are A" in refusal(
        run, "book", abc["A"], params=params
    )
    assert "say rebalance = 'daily' in each [[member]]" in refusal(
        run, "book", abc["A"], params={"members": [{**params["members"][0], "instruments": ["A"]}]},
        rebalance="daily",
    )  # fmt: skip


def test_the_days_of_members_are_told_too(abc):
    told = []
    Book([Member(Always, abc[name]) for name in "AB"]).run(strips=False, progress=told.append)
    days = [stage for stage in told if stage.name == ""]
    assert len(days) == 3 * 210


def test_the_account_opens_with_the_instrument_that_begins_first(abc):
    late = dataclasses.replace(abc["B"].between(abc["B"].dates[30].item(), None), name="late")
    result = Book([Member(Always, late), Member(Always, abc["A"])]).run(strips=False)
    assert [each["name"] for each in result.data] == ["A", "late"]
    assert result.daily.index[0] == pd.Timestamp(abc["A"].dates[0])
    assert result.benchmark_name == "A"


def test_members_stand_in_the_order_given(abc):
    members = [
        Member("sma-switch", abc["A"], {"period": 9}, name="z"),
        Member(Drawn, abc["B"], name="a"),
    ]
    found = Book(members).run(strips=False).sections["book"].measured
    assert [each["name"] for each in found["members"]] == ["z", "a"]


def test_a_key_is_refused_as_it_was_typed():
    assert "[book] max-gross must be" in refusal(BookTerms.of, {"max-gross": 0.0})
    assert "[book] max_gross must be" in refusal(BookTerms.of, {"max_gross": 0.0})
    assert "[book] band must be" in refusal(BookTerms.of, {"band": 2.0})


def test_a_member_that_is_too_large_names_the_setting_of_the_run(abc):
    with pytest.raises(RunStopped) as caught:
        Book([Member(Always, abc["A"], {"weight": 3.0}, name="big")]).run(strips=False)
    assert "member 'big': " in str(caught.value)
    assert "max-gross of [run]" in str(caught.value)
