"""What each input keeps of a day, worked by hand: the eve, the day itself, the day after.

`until(day)` keeps what was known by the end of the day, the day's own included; and
`scrambled_after(day)` makes up what came later, and only that. Each table has one event, and is
asked long after it: what answers then is what `until` and `scrambled_after` have let through.
"""

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.companies.holdings import Holdings
from btplaybook.feeds.companies.membership import Membership
from btplaybook.feeds.companies.securities import SECTORS, Securities
from btplaybook.feeds.panel import Panel

EVE, DAY, AFTER = "2019-06-02", "2019-06-03", "2019-06-04"
LONG_AFTER = "2025-01-02"
SEEDS = range(20)


def scrambles(source, day):
    """Return the source with its future made up, twenty times."""
    return [source.scrambled_after(day, np.random.default_rng(seed)) for seed in SEEDS]


# -- membership: AAA leaves and BBB comes on 3 June ----------------------------------------------

MEMBERSHIP = Membership.from_frame(
    pd.DataFrame(
        [("AAA", "2010-01-04", DAY), ("BBB", DAY, None)],
        columns=["ticker", "start_date", "end_date"],
    )
)


@pytest.mark.parametrize(
    ("cut", "then", "spells"),
    [
        (EVE, {"AAA"}, [("AAA", "2010-01-04", "NaT")]),
        (DAY, {"BBB"}, [("AAA", "2010-01-04", DAY), ("BBB", DAY, "NaT")]),
        (AFTER, {"BBB"}, [("AAA", "2010-01-04", DAY), ("BBB", DAY, "NaT")]),
    ],
)
def test_membership(cut, then, spells):
    known = MEMBERSHIP.until(cut)
    starts, ends = map(str, known.spells.start), map(str, known.spells.end)
    assert list(zip(known.tickers, starts, ends, strict=True)) == spells
    assert known.members_on(LONG_AFTER) == then
    for made_up in scrambles(MEMBERSHIP, cut):
        for day in (EVE, DAY, AFTER):
            if day <= cut:
                assert made_up.members_on(day) == MEMBERSHIP.members_on(day)
    moved = {str(made_up.spells.end[0]) for made_up in scrambles(MEMBERSHIP, cut)}
    began = {str(made_up.spells.start[1]) for made_up in scrambles(MEMBERSHIP, cut)}
    assert (moved == {DAY}, began == {DAY}) == ((False, False) if cut == EVE else (True, True))


@pytest.mark.parametrize(("day", "members"), [(EVE, {"AAA"}), (DAY, {"BBB"}), (AFTER, {"BBB"})])
def test_a_day_belongs_to_who_comes_and_not_to_who_leaves(day, members):
    for known in (MEMBERSHIP, MEMBERSHIP.until(AFTER)):
        assert known.members_on(day) == members


# -- securities: AAA changes its sector on 3 June --------------------------------------------------

SECURITIES = Securities.from_frame(
    pd.DataFrame(
        [("AAA", "Energy", "2010-01-04", DAY), ("AAA", "Utilities", DAY, None)],
        columns=["ticker", "sector", "start_date", "end_date"],
    )
)


@pytest.mark.parametrize(
    ("cut", "then", "ends"),
    [
        (EVE, "Energy", ["NaT"]),
        (DAY, "Utilities", [DAY, "NaT"]),
        (AFTER, "Utilities", [DAY, "NaT"]),
    ],
)
def test_securities(cut, then, ends):
    known = SECURITIES.until(cut)
    assert known.sectors_on(LONG_AFTER) == {"AAA": then}
    assert known.sectors_on(EVE) == {"AAA": "Energy"}
    assert list(map(str, known.spells.end)) == ends
    second = {made_up.sectors[1] for made_up in scrambles(SECURITIES, cut)}
    assert second <= {*SECTORS}
    assert (len(second) > 5) == (cut == EVE)
    assert {made_up.sectors[0] for made_up in scrambles(SECURITIES, cut)} == {"Energy"}


def test_sectors_without_dates_are_known_always():
    static = Securities.from_frame(pd.DataFrame({"ticker": ["AAA"], "sector": ["Energy"]}))
    for other in (static.until("1950-01-02"), *scrambles(static, "1950-01-02")):
        assert other.sectors_on(EVE) == {"AAA": "Energy"}


# -- holdings: dated 31 May, published 3 days later ------------------------------------------------

HOLDINGS = Holdings.from_frame(
    pd.DataFrame(
        [("2019-04-30", "XLE", "XOM", 100.0), ("2019-05-31", "XLE", "CVX", 100.0)],
        columns=["date", "etf", "ticker", "weight"],
    ),
    lag_days=3,
    today="2019-12-31",
)


@pytest.mark.parametrize(
    ("cut", "then"),
    [
        ("2019-05-02", None),  # the first is dated 30 April, and known on 3 May
        ("2019-05-03", {"XOM": 1.0}),
        (EVE, {"XOM": 1.0}),
        (DAY, {"CVX": 1.0}),
        (AFTER, {"CVX": 1.0}),
    ],
)
def test_holdings(cut, then):
    assert HOLDINGS.until(cut).weights_on(LONG_AFTER, "XLE") == then
    newest = [made_up.weights_on(LONG_AFTER, "XLE") for made_up in scrambles(HOLDINGS, cut)]
    assert all(weights == {"CVX": 1.0} for weights in newest) == (cut >= DAY)
    for made_up in scrambles(HOLDINGS, cut):
        assert made_up.weights_on(cut, "XLE") == then


def test_holdings_without_a_date_are_known_always():
    static = Holdings.from_frame(
        pd.DataFrame({"etf": ["XLE"], "ticker": ["XOM"], "weight": [100.0]})
    )
    for other in (static.until("1950-01-02"), *scrambles(static, "1950-01-02")):
        assert other.weights_on(EVE, "XLE") == {"XOM": 1.0}


# -- fundamentals: the year 2018, filed on 2 June, known a day later -------------------------------

FUNDAMENTALS = Fundamentals.from_frame(
    pd.DataFrame(
        [
            ("AAA", "2017-12-31", "2018-03-01", 10.0, 1.0, 5.0, 0.0, 100.0),
            ("AAA", "2018-12-31", EVE, 20.0, 2.0, 6.0, 0.0, 200.0),
        ],
        columns=["ticker", "period_end", "filing_date", "ebit", "cash", "debt",
                 "minority_interest", "shares_outstanding"],
    ),
    stale_after=36_525,
)  # fmt: skip
OLD, NEW = [10.0, 5.0, 0.0, 1.0, 100.0], [20.0, 6.0, 0.0, 2.0, 200.0]
UNKNOWN = [np.nan] * 5


@pytest.mark.parametrize(
    ("cut", "then"),
    [("2018-03-01", UNKNOWN), ("2018-03-02", OLD), (EVE, OLD), (DAY, NEW), (AFTER, NEW)],
)
def test_fundamentals(cut, then):
    known = FUNDAMENTALS.until(cut)
    np.testing.assert_array_equal(known.known_on(LONG_AFTER, ["AAA"]), [then])
    assert len(known.tickers) == {"2018-03-01": 0, "2018-03-02": 1, EVE: 1}.get(cut, 2)
    newest = [made_up.known_on(LONG_AFTER, ["AAA"])[0] for made_up in scrambles(FUNDAMENTALS, cut)]
    assert all(list(values) == NEW for values in newest) == (cut >= DAY)
    for made_up in scrambles(FUNDAMENTALS, cut):
        np.testing.assert_array_equal(made_up.known_on(cut, ["AAA"]), [then])


# -- panel: 4 for 1, ex-date 5 June; bars on 3, 4 and 5 June ---------------------------------------

DAYS = ["2019-06-03", "2019-06-04", "2019-06-05"]
RAW = pd.DataFrame(
    {
        "ticker": "AAA", "date": DAYS, "open": [40.0, 44.0, 12.0], "high": [44.0, 48.0, 13.0],
        "low": [40.0, 44.0, 11.0], "close": [44.0, 48.0, 11.0], "volume": 100.0,
        "split_factor": [4.0, 4.0, 1.0],
    }
)  # fmt: skip
PANEL = Panel.from_frame(RAW)


@pytest.mark.parametrize(
    ("cut", "closes", "factor"),
    [
        ("2019-06-03", None, np.nan),  # one bar is no table of bars
        ("2019-06-04", [11.0, 12.0], 4.0),
        ("2019-06-05", [11.0, 12.0, 11.0], 1.0),
        ("2019-06-06", [11.0, 12.0, 11.0], 1.0),
    ],
)
def test_panel_and_split_factors(cut, closes, factor):
    known = PANEL.until(cut)
    assert [list(bars.close) for bars in known.bars] == ([] if closes is None else [closes])
    np.testing.assert_array_equal(known.split_factors(LONG_AFTER, ["AAA"]), [factor])


@pytest.mark.parametrize(
    ("cut", "kept"),
    [("2019-06-02", 0), ("2019-06-03", 1), ("2019-06-04", 2), ("2019-06-05", 3), ("2019-06-06", 3)],
)
def test_a_scrambled_panel(cut, kept):
    closes, factors = [11.0, 12.0, 11.0], [4.0, 4.0, 1.0]
    for made_up in scrambles(PANEL, cut):
        (bars,) = made_up.bars
        assert [str(day) for day in bars.dates] == DAYS
        assert [same for same in bars.close == closes] == [place < kept for place in range(3)]
        same = made_up.factors[0] == factors
        assert list(same) == [place < kept for place in range(3)]
        np.testing.assert_array_equal(
            made_up.split_factors(cut, ["AAA"]), PANEL.split_factors(cut, ["AAA"])
        )
