"""Files that the house does not read: by readers of installed packages, and by one handed over."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.kinds_of_files import GROUP, suffix_of, suffixes
from btplaybook.feeds.readers import name_of_file, read_bars
from btplaybook.feeds.reading import Reading

Install = Callable[..., None]

JSONL = "import pandas as pd\n\n\ndef read(path):\n    return pd.read_json(path, lines=True)\n"


@pytest.fixture
def file(week: pd.DataFrame, tmp_path: Path) -> Path:
    """Bars of two instruments as lines of JSON, with a vendor's names of columns."""
    two = pd.concat([week.assign(Symbol="AAA"), week.assign(Symbol="BBB", close=week["open"])])
    path = tmp_path / "Prices.JSONL"
    two.rename(columns={"dividend": "Ex Dividend"}).astype({"date": str}).to_json(
        path, orient="records", lines=True
    )
    return path


def test_what_a_guest_reads_is_tidied_and_checked_as_a_csv_is(
    install: Install, file: Path, week: pd.DataFrame
) -> None:
    install("playbook-extra", GROUP, JSONL, jsonl="guest:read")
    bars = read_bars(file, ticker="aaa")
    assert bars == Bars.from_frame(week, "AAA")
    assert bars.vintage == Bars.from_frame(week, "AAA").vintage
    assert bars.source == "Prices.JSONL"
    with pytest.raises(RequestError, match="2 instruments, choose one with ticker: AAA, BBB"):
        read_bars(file)
    weekly = pd.concat([week, week.assign(date=week["date"] + pd.Timedelta(days=7))])
    weekly.astype({"date": str}).to_json(file, orient="records", lines=True)
    assert read_bars(file, reading=Reading(resample="week")).frequency == "week"


def test_faults_of_a_guests_table_are_those_of_any_table(install: Install, file: Path) -> None:
    install("playbook-extra", GROUP, JSONL, jsonl="guest:read")
    file.write_text(file.read_text().replace('"high":104.0', '"high":1.0'))
    with pytest.raises(BarsError, match=r"AAA \(Prices.JSONL\): high is below .* on 2020-01-07"):
        read_bars(file, ticker="AAA")


@pytest.mark.parametrize("name", ["jsonl", ".jsonl", "JSONL"])
def test_a_suffix_with_or_without_its_dot(install: Install, file: Path, name: str) -> None:
    install("playbook-extra", GROUP, JSONL, **{name: "guest:read"})
    assert suffixes()[-1] == ".jsonl"
    assert len(read_bars(file, ticker="BBB")) == 5
    assert name_of_file(file) == "Prices"


def test_the_longest_suffix_decides(install: Install) -> None:
    install("playbook-extra", GROUP, JSONL, **{"l": "guest:read", "bars.l": "guest:read"})
    assert suffix_of("SPY.bars.L") == ".bars.l"
    assert suffix_of("SPY.l") == ".l"
    assert suffix_of("SPY.csv") == ".csv"
    assert suffix_of("SPY.xlsx") is None


def test_the_houses_readers_are_not_replaced(
    install: Install, week: pd.DataFrame, tmp_path: Path
) -> None:
    install("playbook-extra", GROUP, "1 / 0", csv="guest:read", gz="guest:read")
    week.to_csv(tmp_path / "WEEK.csv.gz", index=False)
    assert len(read_bars(tmp_path / "WEEK.csv.gz")) == 5


def test_of_two_distributions_the_first_by_name_counts(install: Install, file: Path) -> None:
    install("playbook-b", GROUP, "1 / 0", jsonl="gone:read")
    install("playbook-a", GROUP, JSONL, jsonl="guest:read")
    assert len(read_bars(file, ticker="AAA")) == 5


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def read(path):\n    raise ValueError('two\\nlines')", "failed (ValueError: two lines)"),
        ("def read(path):\n    raise SystemExit(3)", "failed (SystemExit: 3)"),
        ("def read(path):\n    return [1]", "returned list, not a DataFrame"),
        ("def read(path):\n    pass", "returned NoneType, not a DataFrame"),
        (
            "import pandas as pd\n\n\ndef read(path):\n    return pd.DataFrame({'close': []})",
            "returned a table without rows",
        ),
    ],
    ids=["raises", "exits", "a list", "nothing", "no rows"],
)
def test_a_reader_that_fails_is_named_with_its_file(
    install: Install, file: Path, source: str, fault: str
) -> None:
    install("playbook-extra", GROUP, source, jsonl="guest:read")
    with pytest.raises(BarsError) as failed:
        read_bars(file)
    assert str(failed.value) == (
        f"{file}: its reader, 'jsonl' of playbook-extra, {fault}: mend the file or its reader, or "
        "write the table as .csv or .parquet"
    )
    assert failed.value.exit_code == 4


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("read = 3", "is int, not a function that takes a path and returns a DataFrame"),
    ],
)
def test_a_reader_that_cannot_be_called_is_named(
    install: Install, file: Path, source: str, fault: str
) -> None:
    install("playbook-extra", GROUP, source, jsonl="guest:read")
    with pytest.raises(RequestError, match=r"'jsonl' of playbook-extra") as failed:
        read_bars(file)
    assert fault in str(failed.value)
    assert failed.value.exit_code == 2


def test_without_the_package_the_kinds_that_are_read_are_named(file: Path) -> None:
    with pytest.raises(RequestError, match=r"bars are read from \.csv, .*btplaybook\.readers"):
        read_bars(file)


def test_a_reader_handed_over_reads_any_file(week: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text("not read")
    seen: list[Path] = []

    def reader(file: Path) -> pd.DataFrame:
        seen.append(file)
        table = week.copy()
        table.attrs["notes"] = 3
        return table

    bars = read_bars(path, reader=reader)
    assert seen == [path]
    assert (len(bars), bars.name) == (5, "week")
    with pytest.raises(BarsError, match=r"week.csv: the reader <lambda> returned dict, not"):
        read_bars(path, reader=lambda _: {})
