"""Statements as filed: worked by hand on each day that matters, and what cannot be used."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filings import CASH, COVER, LONG, OPERATING, SHORT, Company, example
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.companies.fundamentals import FIELDS
from btplaybook.feeds.errors import BarsError, RequestError
from btplaybook.feeds.sec.facts import company_facts_of
from btplaybook.feeds.sec.filed import statements_of
from btplaybook.feeds.sec.folder import read_facts

PAGE = Path(__file__).parents[3] / "docs" / "pages" / "facts.md"
TABLE = re.findall(
    r"^\| (\d{4}-\d\d-\d\d) " + r"\| ([-\d]+) " * 5 + r"\| (.*?) \|",
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("facts")
    example().write(place, ["AAA"])
    return place


@pytest.fixture(scope="module")
def books(folder):
    return read_facts(folder, ["AAA"])


def test_the_table_was_found():
    assert len(TABLE) == 13


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_what_was_known_on_each_day(books, row):
    day, *figures, counted = row
    (known,) = books.known_on(day, ["AAA"])
    expected = [np.nan if figure == "-" else float(figure) for figure in figures]
    np.testing.assert_array_equal(known, expected)
    (counted_on,) = books.shares_on(day, ["AAA"])
    assert str(counted_on) == ("NaT" if counted == "-" else counted)


def test_the_badges_count_tags_and_restatements(books):
    (made, restated) = books.badges
    assert made[:2] == ("info", "statements as filed")
    assert (
        f"Of 6 statements of 1 companies, EBIT: {OPERATING} (6); debt: {LONG} + {SHORT} (6)"
        in (made[2])
    )
    assert restated[:2] == ("info", "restated figures: 2")
    assert f"the first {CASH} of AAA for 2018-12-31, on 2019-06-17" in restated[2]
    assert books.source.startswith("sec:")
    assert str(books.first_known) == "2019-02-21"


@given(st.dates(pd.Timestamp("2019-02-18").date(), pd.Timestamp("2020-03-01").date()),
       st.integers(0, 99))  # fmt: skip
def test_what_was_known_stays_when_the_future_goes_or_is_made_up(books, cut, seed):
    for other in (books.until(cut), books.scrambled_after(cut, np.random.default_rng(seed))):
        for day in ("2019-02-21", "2019-05-03", "2019-06-17", "2019-06-18", "2019-10-01", cut):
            if np.datetime64(day, "D") <= np.datetime64(cut, "D"):
                np.testing.assert_array_equal(
                    other.known_on(day, ["AAA"]), books.known_on(day, ["AAA"])
                )


@pytest.mark.parametrize("last", ["2019-02-20", "2019-05-02", "2019-06-17", "2019-09-30"])
def test_a_file_that_ends_earlier_says_the_same_of_the_days_before(books, tmp_path, last):
    """What a file downloaded on that day would have said: no later filing has a part in it."""
    company = example()
    for taxonomy in company.facts.values():
        for stated in taxonomy.values():
            for unit, rows in stated["units"].items():
                stated["units"][unit] = [row for row in rows if row["filed"] <= last]
    company.write(tmp_path, ["AAA"])
    then = read_facts(tmp_path)
    assert then.sha256 == books.until(np.datetime64(last) + np.timedelta64(1, "D")).sha256


def test_the_order_in_the_file_does_not_matter(books, tmp_path):
    company = example()
    for taxonomy in company.facts.values():
        for stated in taxonomy.values():
            for rows in stated["units"].values():
                rows.reverse()
    company.write(tmp_path, ["AAA"])
    assert read_facts(tmp_path).sha256 == books.sha256


def known(company, day, folder, **options):
    company.write(folder, ["AAA"])
    return dict(
        zip(FIELDS, read_facts(folder, **options).known_on(day, ["AAA"])[0].tolist(), strict=True)
    )


def annual(filed="2019-02-20", end="2018-12-31", **rest):
    start = f"{end[:4]}-01-01"
    return Company().file(filed, "10-K", spans=[(OPERATING, start, end, 10)], **rest)


DAY = "2018-12-31"


@pytest.mark.parametrize(
    ("stated", "debt"),
    [
        pytest.param({"LongTermDebtNoncurrent": 50, "DebtCurrent": 10, "LongTermDebtCurrent": 6,
                      "ShortTermBorrowings": 4}, 60, id="current-holds-both"),
        pytest.param({"LongTermDebtNoncurrent": 50, "LongTermDebtCurrent": 6,
                      "ShortTermBorrowings": 4, "CommercialPaper": 4}, 60, id="three-parts"),
        pytest.param({"LongTermDebt": 56, "LongTermDebtNoncurrent": 50}, 56, id="current-within"),
        pytest.param({"LongTermDebt": 56, "CommercialPaper": 4}, 60, id="paper"),
        pytest.param({"LongTermDebtNoncurrent": 50}, 50, id="noncurrent-alone"),
        pytest.param({"LongTermDebtAndCapitalLeaseObligations": 52,
                      "LongTermDebtAndCapitalLeaseObligationsCurrent": 7}, 59, id="leases"),
        pytest.param({"DebtLongtermAndShorttermCombinedAmount": 61, "LongTermDebt": 56}, 61,
                     id="all-in-one"),
        pytest.param({"ShortTermBorrowings": 4}, 4, id="short-alone"),
        pytest.param({"ShortTermBorrowings": 0}, 0, id="stated-as-0"),
        pytest.param({"ShortTermBorrowings": 4, "LongTermDebtCurrent": 6}, 10, id="all-current"),
        pytest.param({"LongTermDebtAndCapitalLeaseObligations": 52, "LongTermDebtCurrent": 6,
                      "ShortTermBorrowings": 4}, 62, id="leases-and-current"),
        pytest.param({}, np.nan, id="none"),
    ],
)  # fmt: skip
def test_debt_counts_nothing_twice(tmp_path, stated, debt):
    days = [(tag, DAY, value) for tag, value in stated.items()]
    found = known(annual(days=days), "2019-03-01", tmp_path)
    np.testing.assert_equal(found["debt"], debt)


UNUSABLE = {
    "contradicted": [("USD", 30), ("USD", 90)],
    "null": [("USD", None)],
    "in EUR": [("EUR", 30)],
    "a text": [("USD", "30")],
}


def with_amounts(company, tag, amounts, filed="2019-02-20", **days):
    """State amounts of a tag in the filing of a day."""
    accession = f"{company.cik:010d}-{filed}"
    for unit, value in amounts:
        row = {"end": DAY, **days, "val": value, "accn": accession, "filed": filed, "form": "10-K"}
        company.add("us-gaap", tag, unit, row)
    return company


@pytest.mark.parametrize("amounts", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize(
    ("tag", "beside", "field"),
    [
        pytest.param("MinorityInterest", {}, "minority_interest", id="not-0"),
        pytest.param("MinorityInterest", {"NoncontrollingInterestIncludingRedeemable": 5},
                     "minority_interest", id="no-other-minority"),
        pytest.param("ShortTermBorrowings", {"LongTermDebt": 56}, "debt", id="optional"),
        pytest.param("DebtCurrent", {"LongTermDebtNoncurrent": 50}, "debt", id="next-recipe"),
        pytest.param("LongTermDebtCurrent", {"ShortTermBorrowings": 4}, "debt", id="last-recipe"),
        pytest.param(CASH, {"Cash": 7}, "cash", id="no-other-cash"),
    ],
)  # fmt: skip
def test_what_is_stated_and_cannot_be_used_is_not_left_away(tmp_path, amounts, tag, beside, field):
    stated = {LONG: 50, SHORT: 10, CASH: 20, "MinorityInterest": 3}
    if field == "debt":
        del stated[LONG], stated[SHORT]
    stated = {name: value for name, value in (stated | beside).items() if name != tag}
    company = annual(days=[(name, DAY, value) for name, value in stated.items()])
    found = known(with_amounts(company, tag, amounts), "2019-03-01", tmp_path)
    names = [name for name in ("ebit", "debt", "minority_interest", "cash") if name != field]
    assert np.isnan(found[field])
    assert not np.isnan([found[name] for name in names if not (name == "debt" and beside)]).any()
    badges = {text: why for _, text, why in read_facts(tmp_path).badges}
    assert f"{field.replace('_', ' ')} in 1 (AAA 1)" in badges["statements with gaps"]
    assert "facts left out: 1" in badges


@pytest.mark.parametrize("amounts", UNUSABLE.values(), ids=UNUSABLE)
def test_what_an_earlier_filing_says_stays_and_a_later_one_mends(tmp_path, amounts):
    company = annual(days=[(CASH, DAY, 20)])
    with_amounts(company, "MinorityInterest", amounts)
    with_amounts(company, CASH, amounts, filed="2019-03-20")
    with_amounts(company, "MinorityInterest", [("USD", 4)], filed="2019-04-20")
    company.write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    found = [books.known_on(day, ["AAA"])[0, 2:4].tolist() for day in ("2019-04-20", "2019-04-21")]
    np.testing.assert_equal(found, [[np.nan, 20], [4, 20]])
    assert not any(text.startswith("restated") for _, text, _ in books.badges)


@pytest.mark.parametrize("amounts", UNUSABLE.values(), ids=UNUSABLE)
def test_ebit_that_is_stated_and_cannot_be_used_is_not_made_otherwise(tmp_path, amounts):
    year = ("2018-01-01", DAY)
    company = Company().file("2019-02-20", "10-K", spans=[
        (PRETAX[0], *year, 70), ("InterestExpense", *year, 5),
    ])  # fmt: skip
    with_amounts(company, OPERATING, amounts, start="2018-01-01")
    assert np.isnan(known(company, "2019-03-01", tmp_path)["ebit"])
    halves = [("2018-01-01", "2018-06-30", 30), ("2018-07-01", DAY, 40)]
    company.file("2019-03-10", "10-K/A", spans=[(OPERATING, *half) for half in halves])
    assert known(company, "2019-03-11", tmp_path)["ebit"] == 70


def test_an_amount_in_two_currencies_counts_in_usd(tmp_path):
    company = with_amounts(annual(), CASH, [("EUR", 30), ("USD", 33)])
    assert known(company, "2019-03-01", tmp_path)["cash"] == 33
    assert not any(text.startswith("facts left out") for _, text, _ in read_facts(tmp_path).badges)


PRETAX = [
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
    "MinorityInterestAndIncomeLossFromEquityMethodInvestments",
]


def test_of_two_tags_that_say_the_same_the_newest_filing_counts(tmp_path):
    year = ("2018-01-01", DAY)
    company = Company().file("2019-02-20", "10-K", spans=[
        (PRETAX[0], *year, 70), ("InterestExpense", *year, 5),
    ])  # fmt: skip
    assert known(company, "2019-03-01", tmp_path)["ebit"] == 75
    company.file("2019-04-01", "10-K/A", spans=[(PRETAX[1], *year, 60)])
    assert known(company, "2019-04-01", tmp_path)["ebit"] == 75
    assert known(company, "2019-04-02", tmp_path)["ebit"] == 65


def test_income_before_taxes_without_interest_is_no_ebit(tmp_path):
    company = Company().file("2019-02-20", "10-K", spans=[(PRETAX[0], "2018-01-01", DAY, 70)])
    assert np.isnan(known(company, "2019-03-01", tmp_path)["ebit"])


def test_a_minority_that_was_stated_lately_is_not_0(tmp_path):
    company = annual(days=[("MinorityInterest", DAY, 5)])
    for year in ("2019", "2020"):
        end, filed = f"{year}-12-31", f"{int(year) + 1}-02-20"
        company.file(filed, "10-K", spans=[(OPERATING, f"{year}-01-01", end, 10)])
    found = {
        year: known(company, f"{year}-03-02", tmp_path)["minority_interest"]
        for year in (2019, 2020, 2021)
    }
    assert found == {2019: 5, 2020: pytest.approx(np.nan, nan_ok=True), 2021: 0}


def test_shares_of_the_cover_or_of_the_balance_sheet(tmp_path):
    company = annual(days=[("CommonStockSharesOutstanding", DAY, 90_000)])
    company.write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    # Balance sheets hold the splits up to their filing.
    assert books.known_on("2019-03-01", ["AAA"])[0, 4] == 90_000
    assert str(books.shares_on("2019-03-01", ["AAA"])[0]) == "2019-02-20"
    company.file("2019-03-10", "10-K/A", cover=("2019-03-05", 91_000))
    company.write(tmp_path)
    books = read_facts(tmp_path)
    assert books.known_on("2019-03-10", ["AAA"])[0, 4] == 90_000
    assert books.known_on("2019-03-11", ["AAA"])[0, 4] == 91_000
    assert str(books.shares_on("2019-03-11", ["AAA"])[0]) == "2019-03-05"


def test_an_old_cover_does_not_stand_for_a_new_period(tmp_path):
    """A company with several classes stops stating a number without a class."""
    company = annual(cover=("2019-02-01", 90_000))
    company.file("2020-02-20", "10-K", spans=[(OPERATING, "2019-01-01", "2019-12-31", 11)])
    assert known(company, "2020-03-01", tmp_path)["shares_outstanding"] != 90_000
    assert known(company, "2019-03-01", tmp_path)["shares_outstanding"] == 90_000


def test_classes_of_share_are_added(tmp_path):
    company = annual(cover=[("2019-02-01", 90_000), ("2019-02-01", 10_000), ("2019-02-01", 90_000)])
    company.write(tmp_path, ["AAA", "AAA.B"])
    books = read_facts(tmp_path)
    np.testing.assert_array_equal(books.known_on("2019-03-01", ["AAA", "AAA-B"])[:, 4], 100_000)
    assert ("warn", "classes of share added: 2") in [badge[:2] for badge in books.badges]


@pytest.mark.parametrize(
    ("stated", "shares", "badges"),
    [
        pytest.param([10**9, 1_000_123_456], 1_000_123_456, ["shares stated twice: 1"],
                     id="rounded"),
        pytest.param([90_000, 90_000], 90_000, ["shares stated twice: 1"], id="equal"),
        pytest.param([1_000_000, 1_006_000], 2_006_000, ["classes of share added: 1"],
                     id="beyond-rounding"),
        pytest.param([10**9, 5 * 10**7, 1_000_123_456], 1_050_123_456,
                     ["classes of share added: 1", "shares stated twice: 1"], id="both"),
        pytest.param([90_000], 90_000, [], id="one"),
    ],
)  # fmt: skip
def test_a_number_and_the_same_one_rounded_are_one(tmp_path, stated, shares, badges):
    company = annual(cover=[("2019-02-01", value) for value in stated])
    assert known(company, "2019-03-01", tmp_path)["shares_outstanding"] == shares
    told = [text for kind, text, _ in read_facts(tmp_path).badges if "share" in text]
    assert told == badges


COVERS = {
    "in thousands": ([90_000_000, 90_100, 90_200_000], {}, [1, 0, 1]),
    "a thousand times": ([90_000_000, 91_000_000_000, 91_000_000], {}, [1, 0, 1]),
    "in hundreds": ([90_000_000, 901_000], {}, [1, 0]),
    "the first one": ([90_000, 90_100_000, 90_200_000, 90_300_000], {}, [1, 0, 1, 1]),
    "1:100, as the balance sheet says": ([90_000_000, 901_000], {1: 900_000}, [1, 1]),
    "ten times": ([90_000_000, 900_000_000], {}, [1, 1]),
    "250 times": ([90_000_000, 22_500_000_000], {}, [1, 1]),
}


@pytest.mark.parametrize("case", COVERS)
def test_a_cover_in_another_unit_is_left_out(tmp_path, case):
    shares, balances, counts = COVERS[case]
    company = Company()
    days = [f"{2018 + year}-02-10" for year in range(len(shares))]
    for number, (day, value) in enumerate(zip(days, shares, strict=True)):
        end = f"{2017 + number}-12-31"
        company.file(f"{day[:4]}-02-20", "10-K", cover=(day, value),
                     spans=[(OPERATING, f"{end[:4]}-01-01", end, 10)],
                     days=[("CommonStockSharesOutstanding", end, balances[number])]
                     if number in balances else [])  # fmt: skip
    company.write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    found = [books.known_on(f"{day[:4]}-03-01", ["AAA"])[0, 4] for day in days]
    expected = [value if kept else np.nan for value, kept in zip(shares, counts, strict=True)]
    np.testing.assert_array_equal(found, expected)
    told = {text: why for _, text, why in books.badges}
    n = counts.count(0)
    assert ("shares a power of ten off" in told.get(f"facts left out: {n}", "")) == (n > 0)


ONE_NUMBER = {
    "shares": ([(COVER, 1_000_000), (COVER, 3_000_000)],
               "shares_outstanding", 1_000_000, 3_000_000),
    "nearly equal": ([(OPERATING, 100.0), (OPERATING, 100.37)], "ebit", 100.0, 100.37),
    "apart": ([(OPERATING, 100), (OPERATING, 90)], "ebit", 100, 90),
    "a balance sheet": ([(CASH, 20), (CASH, 30)], "cash", 20, 30),
    "EUR first": ([("EUR", 20), (CASH, 30)], "cash", np.nan, 30),
    "in thousands": ([(COVER, 90_000_000), (COVER, 90_000), ("shares", 90_000)],
                     "shares_outstanding", 90_000_000, 90_000_000),
}  # fmt: skip


@pytest.mark.parametrize("order", [1, -1], ids=["as filed", "the newest first"])
@pytest.mark.parametrize("case", ONE_NUMBER)
def test_two_days_of_filing_under_one_number_are_two_filings(tmp_path, case, order):
    """What came later under the number of an earlier filing is known from its own day."""
    rows, field, first, then = ONE_NUMBER[case]
    company = annual("2019-02-20", days=[("Cash", DAY, 1)] if field != "cash" else ())
    if field == "ebit":
        company = Company()
    for number, (tag, value) in list(enumerate(rows))[::order]:
        head = {"filed": f"2019-0{2 + 3 * min(number, 2)}-20", "form": "10-K",
                "accn": f"{company.cik:010d}-2019-02-20", "end": DAY, "val": value}  # fmt: skip
        if tag == COVER:
            company.add("dei", COVER, "shares", {**head, "end": "2019-02-08"})
        elif tag == "shares":
            company.add("us-gaap", "CommonStockSharesOutstanding", "shares", head)
        elif tag == "EUR":
            company.add("us-gaap", CASH, "EUR", head)
        else:
            company.add("us-gaap", tag, "USD", {**head, "start": "2018-01-01"})
    company.write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    column = FIELDS.index(field)
    found = [
        books.known_on(day, ["AAA"])[0, column]
        for day in ("2019-02-21", "2019-05-20", "2019-05-21", "2019-08-21")
    ]
    np.testing.assert_equal(found, [first, first, then, then])
    assert not any(text.startswith("classes of share") for _, text, _ in books.badges)


ROW = st.fixed_dictionaries(
    {
        "tag": st.sampled_from([OPERATING, CASH, LONG, "CommonStockSharesOutstanding", COVER]),
        "unit": st.sampled_from(["USD", "USD", "EUR"]),
        "start": st.sampled_from(["2018-01-01", "2018-10-01"]),
        "end": st.sampled_from([DAY, "2018-09-30"]),
        "val": st.sampled_from([2_000, 2_001, 3_000, 2_000_000, 2_010_000, None]),
        "accn": st.sampled_from(["A", "B", None]),
        "filed": st.sampled_from(["2019-02-20", "2019-03-20", "2019-05-20"]),
    }
)


@given(st.lists(ROW, max_size=12), st.sampled_from(["2019-02-20", "2019-03-20"]), st.randoms())
def test_no_file_says_today_what_is_filed_later(tmp_path_factory, rows, last, random):
    """Any rows: cut at a day the file says the same of the days before, in any order of rows."""

    def read(kept):
        company = annual("2019-02-19")
        for row in kept:
            fact = {**row, "form": "10-K"}
            tag, unit = fact.pop("tag"), fact.pop("unit")
            unit = "shares" if tag.endswith("SharesOutstanding") else unit
            company.add("dei" if tag == COVER else "us-gaap", tag, unit, fact)
        folder = tmp_path_factory.mktemp("cut")
        company.write(folder, ["AAA"])
        return read_facts(folder)

    then = read([row for row in rows if row["filed"] <= last])
    whole = read(rows)
    assert then.sha256 == whole.until(np.datetime64(last) + np.timedelta64(1, "D")).sha256
    assert read(random.sample(rows, len(rows))).sha256 == whole.sha256


def test_other_forms_and_currencies_do_not_count(tmp_path):
    company = annual()
    for form in ("8-K", "S-1", "6-K"):
        company.file(f"2019-03-0{len(form)}", form, spans=[(OPERATING, "2018-01-01", DAY, 99)])
    row = {"end": DAY, "val": 7, "accn": "x", "filed": "2019-02-20", "form": "10-K"}
    company.add("us-gaap", CASH, "EUR", row)
    found = known(company, "2019-04-01", tmp_path)
    assert (found["ebit"], np.isnan(found["cash"])) == (10, True)


BAD_ROWS = {
    "negative shares": ("dei", COVER, "shares", {"end": "2019-02-01", "val": -5},
                        "not a positive number of shares: 1, the first CIK0000000001.json: "
                        f"{COVER} of '2019-02-01' in 'B'"),
    "placeholder": ("us-gaap", "CommonStockSharesOutstanding", "shares", {"end": DAY, "val": 1000},
                    "a thousand shares or fewer, which stand for another number: 1"),
    "a thousand digits": ("us-gaap", CASH, "USD", {"end": DAY, "val": 10**1000},
                          "beyond what a company has: 1"),
    "infinite": ("us-gaap", CASH, "USD", {"end": DAY, "val": float("inf")}, "beyond what a"),
    "nan": ("us-gaap", CASH, "USD", {"end": DAY, "val": float("nan")}, "not a number and two"),
    "absurd": ("us-gaap", CASH, "USD", {"end": DAY, "val": 1e18}, "beyond what a company has: 1"),
    "text": ("us-gaap", CASH, "USD", {"end": DAY, "val": "7"}, "not a number and two dates: 1"),
    "true": ("us-gaap", CASH, "USD", {"end": DAY, "val": True}, "not a number and two dates: 1"),
    "no day": ("us-gaap", CASH, "USD", {"end": None, "val": 7}, "not a number and two dates: 1"),
    "backwards": ("us-gaap", OPERATING, "USD",
                  {"start": "2019-01-01", "end": DAY, "val": 7}, "not a number and two dates: 1"),
    "negative debt": ("us-gaap", "LongTermDebt", "USD", {"end": DAY, "val": -7},
                      "a negative debt: 1"),
    "early": ("us-gaap", CASH, "USD", {"end": "2019-12-31", "val": 7},
              "filed before its period ended: 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_fact_is_left_out_and_told(tmp_path, case):
    taxonomy, tag, unit, row, words = BAD_ROWS[case]
    company = annual()
    company.add(taxonomy, tag, unit, {**row, "accn": "B", "filed": "2019-02-20", "form": "10-K"})
    company.write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    told = {text: why for _, text, why in books.badges}
    assert told["facts left out: 1"].startswith(words)
    np.testing.assert_array_equal(
        books.known_on("2019-03-01", ["AAA"]), [[10, np.nan, 0, np.nan, np.nan]]
    )


@pytest.mark.parametrize(
    ("second", "cash"),
    [pytest.param(26_917, 26_917, id="rounded"), pytest.param(30_000, np.nan, id="contradicted")],
)
def test_two_values_of_one_figure_in_one_filing(tmp_path, second, cash):
    company = annual(days=[(CASH, DAY, 26_900), (CASH, DAY, second), (CASH, DAY, 26_900)])
    np.testing.assert_equal(known(company, "2019-03-01", tmp_path)["cash"], cash)
    told = [text for _, text, _ in read_facts(tmp_path).badges]
    assert ("facts left out: 1" in told) == np.isnan(cash)


BAD_FILES = {
    "no json": ("{", "not a JSON file"),
    "nothing": ("", "not a JSON file"),
    "deep": ("[" * 100_000, "not a JSON file"),
    "a list": ("[]", "no companyfacts of the SEC"),
    "other json": ('{"facts": {}}', "no companyfacts of the SEC"),
    "facts are a list": ('{"cik": 1, "facts": []}', "no companyfacts of the SEC"),
    "no facts": ('{"cik": 1, "facts": {"us-gaap": {}}}', "holds no facts of CIK 1"),
    "other company": (Company(2).file("2019-02-20", "10-K", cover=(DAY, 1)).text(),
                      "holds the facts of CIK 2, not of 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_one_line(tmp_path, case):
    text, words = BAD_FILES[case]
    example().write(tmp_path, ["AAA"])
    Company(2).file("2019-02-20", "10-K", cover=(DAY, 1)).write(tmp_path, ["BBB"])
    file = tmp_path / "CIK0000000001.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BarsError) as raised:
        read_facts(tmp_path, ["AAA"])
    assert str(raised.value).startswith(f"{file}: {words}")
    assert "\n" not in str(raised.value)


def test_older_files_write_the_cik_as_a_text(folder, tmp_path):
    document = {**example().document(), "cik": "0000000001"}
    (tmp_path / "CIK0000000001.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "tickers.csv").write_text("ticker,cik\nAAA,0000000001\n", encoding="utf-8")
    assert read_facts(tmp_path).sha256 == read_facts(folder).sha256


# -- whose facts they are --------------------------------------------------------------------------


def test_ciks_come_from_securities_then_the_users_table_then_the_secs(tmp_path):
    for cik, value in ((1, 10), (2, 20), (3, 30)):
        company = Company(cik)
        company.file("2019-02-20", "10-K", spans=[(OPERATING, "2018-01-01", DAY, value)])
        company.write(tmp_path)
    sec = {"0": {"cik_str": 1, "ticker": "AAA", "title": "A"},
           "1": {"cik_str": 1, "ticker": "BRK-B", "title": "B"}}  # fmt: skip
    (tmp_path / "company_tickers.json").write_text(json.dumps(sec), encoding="utf-8")

    def ebit(*tickers, securities=None):
        found = read_facts(tmp_path, tickers, securities=securities)
        return found.known_on("2019-03-01", tickers)[:, 0].tolist()

    assert ebit("AAA", "brk.b") == [10, 10]
    (tmp_path / "tickers.csv").write_text("symbol,CIK\nAAA,2\n", encoding="utf-8")
    assert ebit("AAA", "BRK-B") == [20, 10]
    table = tmp_path / "securities.csv"
    table.write_text("ticker,sector,cik\nAAA,Energy,3\nBRK.B,Energy,\n", encoding="utf-8")
    assert ebit("AAA", "BRK-B", securities=table) == [30, 10]
    table.write_text("ticker,sector\nAAA,Energy\n", encoding="utf-8")
    assert ebit("AAA", securities=table) == [20]


def test_stocks_without_a_cik_or_a_file_are_told(folder, tmp_path):
    table = tmp_path / "securities.csv"
    table.write_text("ticker,cik\nAAA,1\nBBB,7\n", encoding="utf-8")
    books = read_facts(folder, ["AAA", "BBB", "CCC"], securities=table)
    assert [badge for badge in books.badges if badge[1].startswith("no ")] == [
        ("warn", "no CIK: 1", "CCC: of none of the tables."),
        ("warn", "no file: 1", "BBB: not in the folder."),
    ]
    assert np.isnan(books.known_on("2020-03-02", ["BBB", "CCC"])).all()


def test_what_is_missing_is_said_in_one_line(folder, tmp_path):
    with pytest.raises(RequestError, match="no such folder"):
        read_facts(tmp_path / "nowhere")
    with pytest.raises(RequestError, match=r"no file CIK#+\.json in it; `btplaybook fetch-facts`"):
        read_facts(tmp_path)
    example().write(tmp_path)
    with pytest.raises(RequestError, match=r"give --securities with a column cik, or put the SEC"):
        read_facts(tmp_path, ["AAA"])
    with pytest.raises(RequestError, match="no CIK is known of BBB"):
        read_facts(folder, ["BBB"])
    Company(5).write(tmp_path, ["BBB"]).file("2019-02-20", "8-K", cover=(DAY, 1)).write(tmp_path)
    with pytest.raises(RequestError, match="BBB: without a 10-K or 10-Q"):
        read_facts(tmp_path, ["BBB"])


@pytest.mark.parametrize(
    ("names", "words"),
    [
        pytest.param(["CIK0000000001.json.gz"], "in it, but 'CIK0000000001.json.gz'; unpack them",
                     id="gz"),
        pytest.param(["AAPL.json", "b.csv"], "in it, but 'AAPL.json', 'b.csv'; `btplaybook fetch",
                     id="others"),
        pytest.param([f"{n}.json" for n in range(9)], "'4.json' and 4 more; `", id="many"),
        pytest.param(["companyfacts.zip"], "'companyfacts.zip'; unpack them", id="zip-within"),
    ],
)  # fmt: skip
def test_a_folder_without_a_file_of_facts_says_what_is_there(tmp_path, names, words):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(RequestError, match=re.escape(words)):
        read_facts(tmp_path)


@pytest.mark.parametrize("name", ["CIK1.json", "cik0000000001.json", "Cik01.JSON"])
def test_a_file_may_be_named_more_plainly(books, tmp_path, name):
    example().write(tmp_path, ["AAA"])
    (tmp_path / "CIK0000000001.json").rename(tmp_path / name)
    assert read_facts(tmp_path).sha256 == books.sha256
    (tmp_path / name).write_text("{", encoding="utf-8")
    example().write(tmp_path)  # of two, the one that is named as the SEC names it
    assert read_facts(tmp_path).sha256 == books.sha256


@pytest.mark.parametrize(
    ("name", "words"),
    [("companyfacts.zip", "an archive: unpack it; name the"), ("a.json", "a file; name the")],
)
def test_a_file_is_no_folder(tmp_path, name, words):
    file = tmp_path / name
    file.touch()
    with pytest.raises(RequestError) as raised:
        read_facts(file)
    assert str(raised.value) == f"{file}: {words} folder of the unpacked files"


def test_a_company_that_reports_in_euro_is_told_with_its_currency(folder, tmp_path):
    company = Company(2).file("2019-02-20", "10-K", cover=("2019-02-01", 90_000))
    with_amounts(company, OPERATING, [("EUR", 10)], start="2018-01-01")
    company.write(tmp_path, ["EEE"])
    words = "EEE (amounts in EUR, not in USD): without a 10-K or 10-Q whose figures can be read"
    with pytest.raises(RequestError, match=re.escape(words)):
        read_facts(tmp_path)
    example().write(tmp_path, ["AAA"])
    books = read_facts(tmp_path)
    assert ("warn", "no report: 1", f"{words}.") in books.badges
    assert np.isnan(books.known_on("2019-03-01", ["EEE"])).all()


SPAN = {"start": "2018-01-01", "end": DAY, "val": 100, "accn": "B", "filed": "2019-02-20",
        "form": "10-K"}  # fmt: skip
NOT_A_FACT = f"not written as facts are: CIK0000000002.json: {OPERATING}"
NO_NUMBER = f"not a number and two dates: CIK0000000002.json: {OPERATING} of '2018-12-31' in 'B'"
UNREADABLE = {
    "a text": ({"units": {"USD": [{**SPAN, "val": "100"}]}}, NO_NUMBER),
    "too large": ({"units": {"USD": [{**SPAN, "val": 1e30}]}}, "beyond what a company has: CIK"),
    "400 digits": ({"units": {"USD": [{**SPAN, "val": 10**400}]}}, "beyond what a company has"),
    "nan": ({"units": {"USD": [{**SPAN, "val": float("nan")}]}}, NO_NUMBER),
    "true": ({"units": {"USD": [{**SPAN, "val": True}]}}, NO_NUMBER),
    "no day": ({"units": {"USD": [{**SPAN, "end": "2018-02-31"}]}}, "not a number and two dates"),
    "backwards": ({"units": {"USD": [{**SPAN, "start": "2019-01-01"}]}}, NO_NUMBER),
    "null": ({"units": None}, NOT_A_FACT),
    "no units": (None, NOT_A_FACT),
    "no list": ({"units": {"USD": SPAN}}, NOT_A_FACT),
    "a list for a fact": ({"units": {"USD": [[1, 2]]}}, NOT_A_FACT),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_company_without_a_usable_fact_is_told_with_its_first_fault(folder, tmp_path, case):
    stated, words = UNREADABLE[case]
    company = Company(2)
    company.facts = {"us-gaap": {OPERATING: stated}, "dei": {}}
    company.write(tmp_path, ["BAD"])
    with pytest.raises(RequestError) as raised:
        read_facts(tmp_path)
    assert f"{tmp_path}: BAD (facts left out: 1, the first {words}" in str(raised.value)
    assert str(raised.value).endswith("): without a 10-K or 10-Q whose figures can be read.")
    example().write(tmp_path, ["AAA"])
    told = {text: why for _, text, why in read_facts(tmp_path).badges}
    assert words in told["no report: 1"]


def test_a_taxonomy_that_is_none_is_told(tmp_path):
    company = annual()
    company.facts["dei"] = None
    company.write(tmp_path, ["AAA"])
    told = {text: why for _, text, why in read_facts(tmp_path).badges}
    assert told["facts left out: 1"] == (
        "not written as facts are: 1, the first CIK0000000001.json: dei."
    )


def test_a_later_filing_in_usd_does_not_change_what_was_known_before(tmp_path):
    company = Company(2).file("2019-02-20", "10-K", cover=("2019-02-01", 90_000))
    with_amounts(company, OPERATING, [("EUR", 10)], start="2018-01-01")
    company.file("2020-02-20", "10-K", cover=("2020-02-01", 91_000),
                 spans=[(OPERATING, "2019-01-01", "2019-12-31", 11)])  # fmt: skip
    company.write(tmp_path, ["EEE"])
    books = read_facts(tmp_path)
    found = [books.known_on(day, ["EEE"])[0, [0, 4]] for day in ("2019-03-01", "2020-03-01")]
    np.testing.assert_array_equal(found, [[np.nan, np.nan], [11, 91_000]])


def test_what_is_filed_after_today_is_left_out(books, tmp_path):
    example().file("2020-03-20", "10-K/A", days=[(CASH, DAY, 99)]).write(tmp_path, ["AAA"])
    found = {day: read_facts(tmp_path, today=day) for day in ("2020-03-18", "2020-03-19")}
    told = {text: why for _, text, why in found["2020-03-18"].badges}
    assert told["facts left out: 1"].startswith("filed after today: 1, the first CIK0000000001")
    assert found["2020-03-18"].sha256 == books.sha256
    assert not [text for _, text, _ in found["2020-03-19"].badges if text.startswith("facts left")]
    far = example().file("2999-03-20", "10-K/A", days=[(CASH, DAY, None)])
    far.write(tmp_path)
    assert read_facts(tmp_path).sha256 == books.sha256


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param("AAA,1\nAAA,2\n", "AAA has two CIKs, 1 and 2 (line 3)", id="two"),
        pytest.param("AAA,1.5\n", "cik is no whole number above 0: '1.5' in line 2", id="fraction"),
        pytest.param("AAA,-1\n", "cik is no whole number above 0", id="negative"),
        pytest.param("AAA,x\n", "cik is not a number: 'x' in line 2", id="text"),
    ],
)  # fmt: skip
def test_bad_tables_of_ciks(folder, tmp_path, rows, words):
    table = tmp_path / "securities.csv"
    table.write_text(f"ticker,cik\n{rows}", encoding="utf-8")
    with pytest.raises(BarsError) as raised:
        read_facts(folder, ["AAA"], securities=table)
    assert str(raised.value).startswith(f"{table}: {words}")


@pytest.mark.parametrize(
    "text", ["[", "[1]", '{"0": {"ticker": "A"}}', '{"0": {"ticker": 1, "cik_str": 1}}']
)
def test_a_bad_table_of_the_sec(tmp_path, text):
    example().write(tmp_path)
    (tmp_path / "company_tickers.json").write_text(text, encoding="utf-8")
    with pytest.raises(BarsError, match="not the SEC's table of tickers"):
        read_facts(tmp_path, ["AAA"])


WORDS = st.sampled_from(["2019-02-20", "10-K", "us-gaap", OPERATING, CASH, "USD"])
SHORT_TEXT = st.text(max_size=5)
NUMBERS = st.integers(-(10**400), 10**400) | st.floats()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | SHORT_TEXT | WORDS,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(SHORT_TEXT, each, max_size=3),
    max_leaves=4,
)


@given(st.data())
def test_any_json_is_read_or_refused_in_one_line(data):
    """Any value in the place of any other: nothing but a BarsError of one line comes out."""
    document = {"us-gaap": {}, **example().document()}
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        child = node[key]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            node[key] = data.draw(JSON)
            break
        node = child
    content, refused = json.dumps(document).encode(), ""
    try:
        found = statements_of(company_facts_of(content, "CIK0000000001.json"))[0]
    except BarsError as error:
        found, refused = [], str(error)
    assert "\n" not in refused
    assert all(len(statement.values) == len(FIELDS) for statement in found)
