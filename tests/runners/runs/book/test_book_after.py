"""A book's targets after the next session, against whole runs with that session's bar.

Law: whatever the closes, weights and what is ordered are to the last bit those of a run of the book
on bars that have them. And the members are run a few times only.
"""

import datetime

import numpy as np
import pytest

from btplaybook.feeds.next_bars import next_date, with_close
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.next import regions, triggers
from btplaybook.runners.runs.next import tomorrow as tomorrow_module
from btplaybook.runners.runs.next.words import words_of

from members import Drawn  # isort: skip

TERMS = {
    "inverse": {"weights": "inverse-volatility", "window": 12},
    "daily": {"weights": "inverse-volatility", "window": 12, "rebalance": "daily"},
    "band": {"weights": "inverse-volatility", "window": 12, "rebalance": "band", "band": 0.04},
    "equal band": {"rebalance": "band", "band": 0.02},
    "gross": {"weights": "inverse-volatility", "window": 12, "max_gross": 0.5},
    "equal": {},
}


def members(tables):
    """Two members share A; one decides weekly, one daily back to its target, one begins late."""
    return [
        Member("sma-switch", tables["A"], {"period": 9}, name="a"),
        Member("sign-s2", tables["B"], {"d": 0, "M": 4}, name="b", every="week"),
        Member(Drawn, tables["A"], {"seed": 3, "hold": 4}, name="drawn", rebalance="daily"),
        Member("pivot", tables["C"], {"slow": 20, "fast": 3, "mode": "fixed"}, name="c"),
    ]


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
@pytest.mark.parametrize("last", ["2005-06-15", "2005-06-29"])
def test_the_answer_is_that_of_a_whole_run(abc, terms, last):
    first, day = datetime.date(2005, 3, 14), datetime.date.fromisoformat(last)
    short = {name: bars.between(first, day) for name, bars in abc.items()}
    book = Book(members(short), **terms)
    seen = []

    def watched(kind, tables, *arguments, **named):
        ran, broker = run_cerebro(kind, tables, *arguments, **named)
        seen.append((ran, tables, arguments))
        return ran, broker

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tomorrow_module, "run_cerebro", watched)
        for module in (regions, triggers):  # how exact triggers are is not read here
            patched.setattr(module, "PRECISION", 1e-3)
        book.next()
    (first, *others) = seen
    assert others == []  # no run of the whole book but the one up to the last bar
    ran, tables, arguments = first
    counted = []
    answer = ran.what_if(lambda number, most: counted.append((number, most)))
    session = next_date(tables[0])
    rng = np.random.default_rng(0)
    for moved in [np.ones(3), *(1.0 + rng.normal(0.0, 0.02, (2, 3)))]:
        closes = {t.name: float(t.close[-1]) * by for t, by in zip(tables, moved, strict=True)}
        longer = [with_close(table, session, closes[table.name]) for table in tables]
        whole, _ = run_cerebro(type(ran), longer, *arguments)
        (made,) = [each for each in whole.decisions if each.date == session]
        weights, partial = answer(closes, session)
        assert weights == list(made.weights)
        assert partial == made.partial


def test_members_that_state_their_triggers_are_run_once_a_range(abc):
    """Two members with one trigger each: four ranges, however often the book is asked."""
    book = Book(
        [Member("sma-switch", abc[name], {"period": 9}) for name in "AB"],
        weights="inverse-volatility", window=12,
    )  # fmt: skip
    stages, said = [], []
    found = book.next(progress=stages.append, say=said.append)
    told = [each for each in stages if each.name == "at other closes"]
    assert 0 < len(told) <= 4
    assert told[0].at == "run 1 of at most 4"
    assert [each.share for each in told] == [place / 4 for place in range(len(told))]
    (line,) = said
    assert line.startswith(f"Book, as of {found.as_of}: ")
    assert line.removesuffix(" Orders follow.").partition(": ")[2] in words_of(found)[0]


@pytest.mark.parametrize(
    ("every", "terms", "days"),
    [
        (("month", "month"), {}, ["2005-06-30", "2005-06-30"]),
        (("week", "month"), {}, ["2005-06-17", "2005-06-24"]),
        (("day", "month"), {}, ["2005-06-16", "2005-06-20"]),
        (("month", "month"), {"rebalance": "daily"}, ["2005-06-16", "2005-06-20"]),
    ],
)
def test_a_book_names_the_session_that_decides_next(abc, every, terms, days):
    """The shortest period of its members, and its own rebalances."""
    for last, day in zip(("2005-06-15", "2005-06-17"), days, strict=True):
        pair = [
            Member("sma-switch", abc[name], {"period": 9}, every=each)
            for name, each in zip("AB", every, strict=True)
        ]
        found = Book(pair, **terms).next(end=last)
        assert str(found.decides_next) == day
        told = f"It decides next at the close of {day}." in words_of(found)
        assert told == (day != str(found.session))
