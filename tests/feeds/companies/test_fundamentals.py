"""Statements: what they say, when they were known, and for how long they count.

Laws: an answer never changes with what became known later, be it dropped, made up or appended;
the order of the rows does not count; `known_on` agrees with a scan of the table.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.fundamentals import Fundamentals, read_fundamentals
from btplaybook.feeds.errors import RequestError

NOTHING = [np.nan] * 5

ANNUAL = pd.DataFrame(
    [
        ("AAA", "2012-12-31", 10.0, 1.0, 2.0, 3.0, 0.5, 100.0),
        ("AAA", "2013-12-31", 20.0, 2.0, 4.0, 6.0, 1.0, 200.0),
        ("BRK.B", "2012-12-31", 7.0, 1.0, 2.0, 3.0, 0.0, 50.0),
    ],
    columns=["ticker", "period_end", "ebit", "cash", "short_term_debt", "long_term_debt",
             "minority_interest", "shares_outstanding"],
)  # fmt: skip


def _quarters(ebit: list[float], *, ends: list[str], filed: list[str]) -> pd.DataFrame:
    n = len(ebit)
    return pd.DataFrame(
        {"ticker": "QQQ", "period_end": ends, "filing_date": filed, "ebit": ebit,
         "cash": np.arange(n), "debt": 5.0, "minority_interest": 0.0, "shares_outstanding": 9.0}
    )  # fmt: skip


ENDS = ["2019-03-31", "2019-06-30", "2019-09-30", "2019-12-31", "2020-03-31"]
FILED = ["2019-05-01", "2019-08-01", "2019-11-01", "2020-02-20", "2020-05-01"]
QUARTERLY = _quarters([1.0, 2.0, 4.0, 8.0, 16.0], ends=ENDS, filed=FILED)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2013-03-30", NOTHING, id="within-the-lag"),
        pytest.param("2013-03-31", [10.0, 5.0, 0.5, 1.0, 100.0], id="known"),
        pytest.param("2014-03-30", [10.0, 5.0, 0.5, 1.0, 100.0], id="eve-of-the-next"),
        pytest.param("2014-03-31", [20.0, 10.0, 1.0, 2.0, 200.0], id="next"),
        pytest.param("2015-04-15", [20.0, 10.0, 1.0, 2.0, 200.0], id="470-days"),
        pytest.param("2015-04-16", NOTHING, id="stale"),
    ],
)
def test_annual_statements_with_a_lag(day: str, expected: list[float]) -> None:
    table = Fundamentals.from_frame(ANNUAL)
    np.testing.assert_array_equal(table.known_on(day, ["AAA"]), [expected])
    assert (table.frequency, str(table.first_known)) == ("annual", "2013-03-31")
    assert table.badges == (
        ("warn", "reporting lag of 90 days",
         "The statements have no filing date; known 90 days after their period's end."),
    )  # fmt: skip


@pytest.mark.parametrize(("short", "long"), [(-1.0, 3.0), (2.0, -3.0), (-2.0, -3.0)])
def test_a_negative_debt_is_not_known(short: float, long: float) -> None:
    parts = ANNUAL.assign(short_term_debt=[short, 4.0, 2.0], long_term_debt=[long, 6.0, 3.0])
    table = Fundamentals.from_frame(parts)
    known = [table.known_on(day, ["AAA"])[0].tolist() for day in ("2013-06-03", "2014-06-03")]
    np.testing.assert_equal(known, [[10, np.nan, 0.5, 1, 100], [20, 10, 1, 2, 200]])
    assert table.badges[-1][:2] == ("warn", "negative debts: 1")


def test_rows_of_an_answer_are_those_of_the_tickers() -> None:
    table = Fundamentals.from_frame(ANNUAL)
    found = table.known_on("2013-06-03", ["NONE", "brk.b", "AAA", "BRK-B"])
    np.testing.assert_array_equal(found[:, 0], [np.nan, 7.0, 10.0, 7.0])
    assert table.known_on("2013-06-03", []).shape == (0, 5)


def test_lag_and_age_are_parameters() -> None:
    slow = Fundamentals.from_frame(ANNUAL, lag_days=120)
    assert np.isnan(slow.known_on("2013-04-29", ["AAA"])).all()
    assert slow.known_on("2013-04-30", ["AAA"])[0, 0] == 10.0
    assert slow.known_on("2014-04-29", ["AAA"])[0, 0] == 10.0  # no hole before the next one
    assert [badge[1] for badge in slow.badges] == ["reporting lag of 120 days"]
    brief = Fundamentals.from_frame(ANNUAL, stale_after=100)
    assert np.isnan(brief.known_on("2013-04-11", ["AAA"])).all()


@pytest.mark.parametrize(
    ("day", "ebit", "cash"),
    [
        pytest.param("2019-05-01", np.nan, np.nan, id="filed-after-the-close"),
        pytest.param("2019-05-02", np.nan, 0.0, id="one-quarter-is-no-year"),
        pytest.param("2020-02-20", np.nan, 2.0, id="three-quarters"),
        pytest.param("2020-02-21", 15.0, 3.0, id="a-year"),
        pytest.param("2020-05-02", 30.0, 4.0, id="the-next"),
    ],
)
def test_quarters_are_added_up(day: str, ebit: float, cash: float) -> None:
    table = Fundamentals.from_frame(QUARTERLY)
    np.testing.assert_array_equal(table.known_on(day, ["QQQ"])[0, [0, 3]], [ebit, cash])
    assert (table.frequency, table.badges) == ("quarterly", ())


def test_a_missing_quarter_makes_no_year() -> None:
    holed = Fundamentals.from_frame(QUARTERLY.drop(index=2), frequency="quarterly")
    found = holed.known_on("2020-05-02", ["QQQ"])[0]
    np.testing.assert_array_equal(found, [np.nan, 5.0, 0.0, 4.0, 9.0])
    unknown = QUARTERLY.assign(ebit=QUARTERLY["ebit"].mask(QUARTERLY.index == 2))
    assert np.isnan(Fundamentals.from_frame(unknown).known_on("2020-05-02", ["QQQ"])[0, 0])


def test_trailing_statements_are_taken_as_they_are() -> None:
    for table in (
        Fundamentals.from_frame(QUARTERLY, frequency="trailing"),
        Fundamentals.from_frame(QUARTERLY.assign(frequency="TTM")),
    ):
        assert table.frequency == "trailing"
        assert table.known_on("2019-05-02", ["QQQ"])[0, 0] == 1.0


def test_a_restatement_counts_from_its_own_filing() -> None:
    restated = QUARTERLY.iloc[[0]].assign(filing_date="2020-03-02", ebit=-100.0)
    table = Fundamentals.from_frame(pd.concat([restated, QUARTERLY]))
    assert table.known_on("2020-03-02", ["QQQ"])[0, 0] == 15.0
    assert table.known_on("2020-03-03", ["QQQ"])[0, 0] == -86.0
    assert table.known_on("2020-05-02", ["QQQ"])[0, 0] == 30.0


def test_an_older_period_filed_late_is_not_the_newest() -> None:
    late = QUARTERLY.assign(filing_date=QUARTERLY["filing_date"].mask(QUARTERLY.index == 1,
                                                                     "2020-05-04"))  # fmt: skip
    table = Fundamentals.from_frame(late)
    np.testing.assert_array_equal(table.known_on("2020-05-04", ["QQQ"])[0, [0, 3]], [np.nan, 4.0])
    np.testing.assert_array_equal(table.known_on("2020-05-05", ["QQQ"])[0, [0, 3]], [30.0, 4.0])


def test_the_lag_of_a_filing_is_a_parameter() -> None:
    table = Fundamentals.from_frame(QUARTERLY, filing_lag_days=0)
    assert table.known_on("2019-05-01", ["QQQ"])[0, 3] == 0.0
    assert np.isnan(table.known_on("2019-04-30", ["QQQ"])[0, 3])


def test_without_some_filing_dates_the_lag_counts_for_those() -> None:
    some = QUARTERLY.assign(filing_date=["", *FILED[1:]])
    table = Fundamentals.from_frame(some)
    assert np.isnan(table.known_on("2019-06-28", ["QQQ"])[0, 3])
    assert table.known_on("2019-06-29", ["QQQ"])[0, 3] == 0.0
    assert table.badges[0][2].startswith("1 of 5 statements have no filing date; known 90 days")


def test_impossible_share_counts_are_not_known() -> None:
    table = Fundamentals.from_frame(ANNUAL.assign(shares_outstanding=[-1.0, 0.0, 50.0]))
    known = table.known_on("2014-06-02", ["AAA", "BRK-B"])
    np.testing.assert_array_equal(known[:, 4], [np.nan, np.nan])  # BRK-B's is stale by then
    assert table.known_on("2014-03-03", ["AAA", "BRK-B"])[1, 4] == 50.0
    assert table.badges[1][:2] == ("warn", "wrong share counts: 2")


def test_investments_are_no_cash() -> None:
    table = Fundamentals.from_frame(ANNUAL.assign(short_term_investments=1e9))
    assert table.known_on("2013-06-03", ["AAA"])[0, 3] == 1.0


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(ANNUAL.drop(columns=["ebit", "long_term_debt"]),
                     "no column ebit (accepted: ebit)\n"
                     "f.csv: no column long_term_debt (accepted: long_term_debt)", id="columns"),
        pytest.param(pd.concat([ANNUAL, ANNUAL.head(1)], ignore_index=True),
                     "AAA has two statements of 2012-12-31, in row 1 and row 4: give the restated "
                     "one its filing_date, or keep one", id="twice"),
        pytest.param(QUARTERLY.assign(filing_date="2019-06-29"),
                     "filing_date is before the period's end in row 2, row 3, row 4 and 1 more",
                     id="filed-too-early"),
        pytest.param(ANNUAL.assign(cash=["1", "much", ""]),
                     "cash is not a number: 'much' in row 2", id="text"),
        pytest.param(ANNUAL.assign(cash=np.inf),
                     "cash is not a number: 'inf' in row 1, 'inf' in row 2, 'inf' in row 3",
                     id="infinite"),
        pytest.param(ANNUAL.assign(frequency=["annual", "quarterly", "annual"]),
                     "both annual and quarterly statements, the first in row 1 and row 2: keep "
                     "one kind", id="mixed"),
        pytest.param(ANNUAL.assign(frequency="monthly"),
                     "frequency is none of annual, quarterly, trailing in row 1, row 2, row 3",
                     id="unknown-frequency"),
        pytest.param(pd.concat([ANNUAL.assign(ticker=name) for name in ("A", "B")]
                               + [QUARTERLY.drop(columns=["filing_date", "debt"]).assign(
                                   short_term_debt=1.0, long_term_debt=1.0).head(2)])
                     .drop_duplicates(["ticker", "period_end"]),
                     "the periods of QQQ look quarterly, most others annual: keep one kind",
                     id="other-periods"),
        pytest.param(ANNUAL.head(0), "no statements", id="empty"),
    ],
)  # fmt: skip
def test_faults(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(BarsError) as raised:
        Fundamentals.from_frame(table, source="f.csv")
    assert str(raised.value) == f"f.csv: {words}"


@pytest.mark.parametrize(
    ("table", "options", "words"),
    [
        pytest.param(ANNUAL, {"lag_days": -1}, "lag_days must be a whole number", id="lag"),
        pytest.param(ANNUAL, {"filing_lag_days": 10**24},
                     "filing_lag_days must be a whole number of days from 0 to 36,525, got 10{24}",
                     id="filing"),
        pytest.param(ANNUAL, {"stale_after": 0}, "stale_after must be a whole number of days",
                     id="age"),
        pytest.param(ANNUAL, {"frequency": "monthly"}, "frequency must be one of annual, quarterly",
                     id="frequency"),
        pytest.param(ANNUAL.tail(1), {}, "one period a company does not tell", id="one-period"),
        pytest.param(ANNUAL.assign(period_end=["2012-06-30", "2012-12-31", "2012-12-31"]), {},
                     "periods end 184 days apart, neither years nor quarters", id="half-years"),
    ],
)  # fmt: skip
def test_requests(table: pd.DataFrame, options: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Fundamentals.from_frame(table, **options)


def test_files_and_hash(tmp_path: Path) -> None:
    ANNUAL.to_csv(tmp_path / "f.csv", index=False)
    ANNUAL[::-1].to_parquet(tmp_path / "f.parquet")
    read = [read_fundamentals(tmp_path / name) for name in ("f.csv", "f.parquet")]
    assert read[0].sha256 == read[1].sha256 == Fundamentals.from_frame(ANNUAL).sha256
    assert read[0].source == str(tmp_path / "f.csv")
    changed = ANNUAL.assign(cash=[1.0, 2.0, 1.5])
    assert Fundamentals.from_frame(changed).sha256 != read[0].sha256


# -- laws ------------------------------------------------------------------------------------------

FIRST = np.datetime64("2019-03-31")
DAY = np.timedelta64(1, "D")


@st.composite
def any_statements(draw: st.DrawFn) -> pd.DataFrame:
    """Quarters of two companies, each filed within 200 days, some of them filed again."""
    rows = []
    for ticker in ("A", "B"):
        for quarter in draw(st.sets(st.integers(0, 6), min_size=1)):
            for lag in draw(st.sets(st.integers(0, 200), min_size=1, max_size=2)):
                end = FIRST + 91 * quarter * DAY
                rows.append((ticker, end, end + lag * DAY, draw(st.integers(-9, 9))))
    table = pd.DataFrame(rows, columns=["ticker", "period_end", "filing_date", "ebit"])
    others = {name: np.arange(len(table)) + 1.0 for name in
              ("cash", "debt", "minority_interest", "shares_outstanding")}  # fmt: skip
    return table.assign(**others).sample(frac=1, random_state=0)


def _scan(table: pd.DataFrame, day: np.datetime64, ticker: str) -> list[float]:
    """The answer as a reader of the filings would work it out."""
    known = table[(table["ticker"] == ticker) & (table["filing_date"] < day)]
    newest = known.sort_values("filing_date").groupby("period_end").last()
    if not len(newest) or day > newest.index[-1] + pd.Timedelta(days=470):
        return NOTHING
    year = newest["ebit"].iloc[-4:]
    whole = len(year) == 4 and (np.diff(year.index) == np.timedelta64(91, "D")).all()
    last = newest.iloc[-1]
    return [year.sum() if whole else np.nan, last["debt"], last["minority_interest"],
            last["cash"], last["shares_outstanding"]]  # fmt: skip


@given(any_statements(), st.integers(0, 1300))
def test_known_on_agrees_with_a_scan(table: pd.DataFrame, number: int) -> None:
    day = FIRST + number * DAY
    found = Fundamentals.from_frame(table, frequency="quarterly").known_on(day, ["A", "B"])
    np.testing.assert_array_equal(found, [_scan(table, day, ticker) for ticker in ("A", "B")])


@given(any_statements(), st.integers(0, 900), st.integers(0, 99))
def test_what_was_known_stays_when_the_future_goes(table, number: int, seed: int) -> None:
    cut, names = FIRST + number * DAY, ["A", "B"]
    whole = Fundamentals.from_frame(table, frequency="quarterly")
    others = [whole.until(cut), whole.scrambled_after(cut, np.random.default_rng(seed))]
    by_then = table[table["filing_date"] < cut]
    if len(by_then):  # the rows known later are appended to these in `whole`
        others.append(Fundamentals.from_frame(by_then, frequency="quarterly"))
        assert others[-1].sha256 == others[0].sha256
    for other in others:
        before = (cut - days * DAY for days in (0, 1, 30, 91))
        for day in {*before, *(table["filing_date"] + pd.Timedelta("1D"))}:
            if day <= cut:
                np.testing.assert_array_equal(
                    other.known_on(day, names), whole.known_on(day, names)
                )


def test_noise_is_noise() -> None:
    table = Fundamentals.from_frame(QUARTERLY, frequency="trailing")
    other = table.scrambled_after("2019-05-01", np.random.default_rng(0))
    assert not np.isclose(other.values, table.values).any()
    assert (other.known_from > np.datetime64("2019-05-01")).all()
    assert table.until("2019-05-01").first_known is None


@pytest.mark.realdata
def test_real_fundamentals(realdata: Path) -> None:
    table = read_fundamentals(realdata / "sector" / "fundamentals_annual.csv")
    assert table.frequency == "annual"
    assert [badge[1] for badge in table.badges] == [
        "reporting lag of 90 days", "wrong share counts: 4",
    ]  # fmt: skip
    panel = pd.read_parquet(realdata / "sector" / "health_care.parquet", columns=["ticker"])
    names = sorted(panel["ticker"].unique())
    known = {
        day: int(np.isfinite(table.known_on(day, names)).all(axis=1).sum())
        for day in ("2012-01-31", "2013-03-31", "2014-06-30")
    }
    assert known == {"2012-01-31": 0, "2013-03-31": 23, "2014-06-30": 42}


def test_shares_are_counted_on_the_filing_or_else_at_the_periods_end() -> None:
    day, nobody = "2019-11-15", "ZZZ"
    assert str(Fundamentals.from_frame(QUARTERLY).shares_on(day, ["QQQ"])[0]) == "2019-11-01"
    unfiled = Fundamentals.from_frame(ANNUAL)
    assert str(unfiled.shares_on("2013-04-15", ["AAA"])[0]) == "2012-12-31"
    assert np.isnat(unfiled.shares_on("2015-04-16", ["AAA", nobody])).all()
