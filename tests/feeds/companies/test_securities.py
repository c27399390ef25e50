"""Sectors of companies: GICS names only, and on their own days where there are dates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.securities import SECTORS, Securities, read_securities

STATIC = pd.DataFrame(
    [("GOOGL", "communication services"), ("brk.b", "Financials")], columns=["ticker", "sector"]
)
DATED = pd.DataFrame(
    [
        ("GOOGL", "Information Technology", "2004-08-19", "2018-09-28"),
        ("GOOGL", "Communication Services", "2018-09-28", ""),
        ("T", "Telecommunications Services", "1999-01-04", "2018-09-28"),
    ],
    columns=["Symbol", "GICS Sector", "start", "end"],
)


def test_without_dates_a_badge() -> None:
    table = Securities.from_frame(STATIC)
    for day in ("1950-01-03", "2050-01-03"):
        assert table.sectors_on(day) == {"GOOGL": SECTORS[0], "BRK-B": "Financials"}
    assert [badge[:2] for badge in table.badges] == [("warn", "static sectors")]
    assert table.first_known is None
    rng = np.random.default_rng(0)
    for other in (table.until("1950-01-03"), table.scrambled_after("1950-01-03", rng)):
        assert other.sectors_on("2000-01-03") == table.sectors_on("2000-01-03")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("1998-01-05", {}, id="before"),
        pytest.param("2018-09-27", {"GOOGL": "Information Technology",
                                    "T": "Telecommunication Services"}, id="eve"),
        pytest.param("2018-09-28", {"GOOGL": "Communication Services"}, id="change"),
    ],
)  # fmt: skip
def test_with_dates(day: str, expected: dict[str, str]) -> None:
    table = Securities.from_frame(DATED)
    assert table.sectors_on(day) == expected
    assert (table.badges, str(table.first_known)) == ((), "1999-01-04")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(STATIC.assign(sector=["Healthcare", "Banks"]),
                     "no GICS sector: 'Healthcare' in row 1; did you mean 'Health Care'?\n"
                     "s.csv: no GICS sector: 'Banks' in row 2; they are Communication", id="names"),
        pytest.param(STATIC.assign(ticker="A"), "A has two sectors (row 2)", id="twice"),
        pytest.param(STATIC.assign(sector=["", "Energy"]), "sector is missing in row 1",
                     id="blank"),
        pytest.param(DATED.assign(end=""), "GOOGL has two sectors on 2018-09-28 (row 2)",
                     id="both"),
        pytest.param(DATED.drop(columns="start"), "no column start_date", id="end-alone"),
    ],
)  # fmt: skip
def test_faults(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(BarsError) as raised:
        Securities.from_frame(table, source="s.csv")
    assert str(raised.value).startswith(f"s.csv: {words}")


@given(st.dates(pd.Timestamp("1998-01-01").date(), pd.Timestamp("2020-01-01").date()),
       st.integers(0, 99))  # fmt: skip
def test_what_was_known_stays_when_the_future_goes(cut, seed: int) -> None:
    whole, rng = Securities.from_frame(DATED), np.random.default_rng(seed)
    for other in (whole.until(cut), whole.scrambled_after(cut, rng)):
        for day in ("1999-01-04", "2004-08-18", "2004-08-19", "2018-09-27", "2018-09-28", cut):
            if np.datetime64(day, "D") <= np.datetime64(cut, "D"):
                assert other.sectors_on(day) == whole.sectors_on(day)


def test_hash_is_of_the_content(tmp_path: Path) -> None:
    DATED.to_csv(tmp_path / "s.csv.gz", index=False)
    hashes = {Securities.from_frame(table).sha256 for table in (DATED, DATED[::-1])}
    assert hashes == {read_securities(tmp_path / "s.csv.gz").sha256}
    assert Securities.from_frame(STATIC).sha256 not in hashes


GROUPED = DATED.assign(
    **{
        "GICS Sub-Industry": ["Internet", "Interactive Media", "Carriers"],
        "Domicile": ["US", "IE", ""],
    }
)


def test_sub_industries_and_countries_have_the_days_of_the_sector() -> None:
    table = Securities.from_frame(GROUPED)
    eve, day = "2018-09-27", "2018-09-28"
    assert table.sub_industries_on(eve) == {"GOOGL": "Internet", "T": "Carriers"}
    assert table.countries_on(eve) == {"GOOGL": "US", "T": ""}
    assert table.sub_industries_on(day) == {"GOOGL": "Interactive Media"}
    assert table.until(eve).countries_on("2030-01-02") == {"GOOGL": "US", "T": ""}
    plain = Securities.from_frame(DATED)
    assert (plain.sub_industries_on(day), plain.countries_on(day)) == (None, None)
    assert len({plain.sha256, table.sha256, Securities.from_frame(GROUPED[::-1]).sha256}) == 2
    one = GROUPED.drop(columns="Domicile")
    assert Securities.from_frame(one).sha256 not in {plain.sha256, table.sha256}


@given(st.sampled_from(("1999-01-03", "2010-01-04", "2018-09-27", "2018-09-28")),
       st.integers(0, 99))  # fmt: skip
def test_groups_known_stay_when_the_future_is_made_up(cut: str, seed: int) -> None:
    whole = Securities.from_frame(GROUPED)
    other = whole.scrambled_after(cut, np.random.default_rng(seed))
    for day in ("1999-01-04", "2004-08-19", "2018-09-27", "2018-09-28"):
        if day <= cut:
            assert other.countries_on(day) == whole.countries_on(day)
            assert other.sub_industries_on(day) == whole.sub_industries_on(day)
    assert {*other.countries} <= {"US", "IE", ""}


def test_groups_that_are_not_known_yet_are_made_up() -> None:
    whole, rng = Securities.from_frame(GROUPED), np.random.default_rng(0)
    drawn = [whole.scrambled_after("2010-01-04", rng) for _ in range(30)]
    assert {each.sub_industries[1] for each in drawn} == {*whole.sub_industries}
    assert {each.sub_industries[0] for each in drawn} == {"Internet"}
    assert {each.countries[1] for each in drawn} == {*whole.countries}


@pytest.mark.realdata
def test_real_securities(realdata: Path) -> None:
    sectors = read_securities(realdata / "sector" / "securities.csv").sectors_on("2016-01-04")
    assert len(sectors) == 505
    assert (sectors["BRK-B"], sectors["XOM"]) == ("Financials", "Energy")


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    STATIC.head(0).to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(BarsError, match=r"none\.csv: the table has no rows"):
        read_securities(tmp_path / "none.csv")
