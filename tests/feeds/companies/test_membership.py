"""Membership of an index: who on which day, and nothing that was decided later."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.companies.membership import Membership, read_membership

TABLE = pd.DataFrame(
    [
        ("AAA", "2000-01-03", "2005-06-01"),
        ("AAA", "2010-03-01", ""),
        ("BBB", "2005-06-01", ""),  # takes AAA's place
        ("BRK.B", "2010-02-16", "2020-01-02"),
    ],
    columns=["ticker", "start_date", "end_date"],
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2000-01-02", set(), id="before-all"),
        pytest.param("2000-01-03", {"AAA"}, id="first-day"),
        pytest.param("2005-05-31", {"AAA"}, id="eve-of-the-change"),
        pytest.param("2005-06-01", {"BBB"}, id="day-of-the-change"),
        pytest.param("2010-03-01", {"AAA", "BBB", "BRK-B"}, id="member-again"),
        pytest.param("2030-01-01", {"AAA", "BBB"}, id="still-members"),
    ],
)
def test_members(day: str, expected: set[str]) -> None:
    assert Membership.from_frame(TABLE).members_on(day) == expected


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param([("A", "2000-01-03", "2000-01-03")],
                     "end_date is not after start_date in row 1", id="no-day"),
        pytest.param([("A", "2000-01-03", ""), ("A", "2010-01-04", "")],
                     "A is a member again from 2010-01-04 (row 2), before its spell ended",
                     id="open-twice"),
        pytest.param([("A.B", "2010-01-04", ""), ("A-B", "2000-01-03", "2011-01-03")],
                     "A-B is a member again from 2010-01-04 (row 1), before its spell ended",
                     id="overlap-in-two-spellings"),
        pytest.param([("A", "", "2000-01-03")], "start_date is missing in row 1", id="no-start"),
        pytest.param([("", "2000-01-03", "")], "ticker is missing in row 1", id="no-ticker"),
        pytest.param([("A", "soon", "")],
                     "start_date is no date (write it YYYY-MM-DD): 'soon' in row 1", id="text"),
    ],
)  # fmt: skip
def test_faults(rows: list[tuple[str, str, str]], words: str) -> None:
    with pytest.raises(BarsError) as raised:
        Membership.from_frame(pd.DataFrame(rows, columns=TABLE.columns), source="m.csv")
    assert str(raised.value) == f"m.csv: {words}"


def test_a_missing_column_names_its_spellings() -> None:
    with pytest.raises(BarsError, match=r"no column end_date \(accepted: end_date, end, to, last_"):
        Membership.from_frame(TABLE.drop(columns="end_date"))


def test_files_and_hash(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "m.csv", index=False)
    TABLE.assign(end_date=TABLE["end_date"].replace("", None)).to_parquet(tmp_path / "m.parquet")
    read = [read_membership(tmp_path / name) for name in ("m.csv", "m.parquet")]
    backwards = Membership.from_frame(TABLE[::-1])
    assert {each.sha256 for each in (*read, backwards)} == {Membership.from_frame(TABLE).sha256}
    assert Membership.from_frame(TABLE.head(3)).sha256 != read[0].sha256
    assert (str(read[0].first_known), read[0].badges) == ("2000-01-03", ())


DAYS = st.integers(0, 40)


@st.composite
def any_membership(draw: st.DrawFn) -> pd.DataFrame:
    """Spells of a few names within 40 days, none of them overlapping."""
    rows = []
    for name in "ABC":
        bounds = sorted(draw(st.sets(DAYS, max_size=5)))
        for i in range(0, len(bounds), 2):
            end = bounds[i + 1] if i + 1 < len(bounds) else None
            rows.append((name, _day(bounds[i]), "" if end is None else _day(end)))
    return pd.DataFrame(rows, columns=TABLE.columns, dtype=object)


def _day(number: int) -> str:
    return str(np.datetime64("2020-01-01") + np.timedelta64(number, "D"))


@given(any_membership(), DAYS, st.integers(0, 99))
def test_what_was_known_stays_when_the_future_goes(table, cut: int, seed: int) -> None:
    whole, day = Membership.from_frame(table), _day(cut)
    told_later = table.assign(end_date=table["end_date"].mask(table["end_date"] > day, ""))
    for other in (
        whole.until(day),
        whole.scrambled_after(day, np.random.default_rng(seed)),
        Membership.from_frame(told_later[told_later["start_date"] <= day]),
    ):
        for number in range(cut + 1):
            assert other.members_on(_day(number)) == whole.members_on(_day(number))
    assert (
        whole.until(day).sha256
        == Membership.from_frame(told_later[told_later["start_date"] <= day]).sha256
    )


def test_noise_is_noise() -> None:
    table = pd.DataFrame(
        [(f"T{i}", "2000-01-03", "2010-01-04") for i in range(50)], columns=TABLE.columns
    )
    other = Membership.from_frame(table).scrambled_after("2005-01-03", np.random.default_rng(0))
    assert 0 < len(other.members_on("2006-06-01")) < 50
    assert other.members_on("2010-01-04")


@pytest.mark.realdata
def test_real_membership(realdata: Path) -> None:
    membership = read_membership(realdata / "sector" / "sp500_membership.csv")
    for year in range(1997, 2026):
        assert 480 <= len(membership.members_on(f"{year}-06-02")) <= 510
    assert "BRK-B" in membership.members_on("2015-06-01")


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    TABLE.head(0).to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(BarsError, match=r"none\.csv: the table has no rows"):
        read_membership(tmp_path / "none.csv")
