"""Files: the kinds that are read, and one clear line for each that is not."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars, BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.reading import Reading

Write = Callable[[pd.DataFrame, Path], Path]


def _csv(week: pd.DataFrame, folder: Path) -> Path:
    week.to_csv(folder / "WEEK.csv", index=False)
    return folder / "WEEK.csv"


def _csv_gz(week: pd.DataFrame, folder: Path) -> Path:
    week.to_csv(folder / "WEEK.csv.gz", index=False)
    return folder / "WEEK.csv.gz"


def _csv_with_index(week: pd.DataFrame, folder: Path) -> Path:
    week.set_index("date").to_csv(folder / "WEEK.CSV")
    return folder / "WEEK.CSV"


def _csv_with_nameless_index(week: pd.DataFrame, folder: Path) -> Path:
    week.set_index("date").rename_axis(None).to_csv(folder / "WEEK.csv")
    return folder / "WEEK.csv"


def _csv_with_row_numbers(week: pd.DataFrame, folder: Path) -> Path:
    week.to_csv(folder / "WEEK.csv")
    return folder / "WEEK.csv"


def _csv_with_mark_and_blank_lines(week: pd.DataFrame, folder: Path) -> Path:
    text = week.to_csv(index=False, lineterminator="\r\n") + "\r\n\r\n"
    (folder / "WEEK.csv").write_bytes(text.encode("utf-8-sig"))
    return folder / "WEEK.csv"


def _yfinance(week: pd.DataFrame) -> pd.DataFrame:
    table = week.rename(columns=str.title).rename(columns={"Dividend": "Dividends"})
    table["Adj Close"] = table["Close"] * 0.99  # without it, dividends would be inside the prices
    wide = pd.concat({"WEEK": table.set_index("Date")}, axis=1, names=["Ticker", "Price"])
    return wide


def _csv_fields_first(week: pd.DataFrame, folder: Path) -> Path:
    _yfinance(week).swaplevel(axis=1).to_csv(folder / "WEEK.csv")
    assert (folder / "WEEK.csv").read_text().splitlines()[2].startswith("Date,")
    return folder / "WEEK.csv"


def _csv_ticker_first(week: pd.DataFrame, folder: Path) -> Path:
    _yfinance(week).to_csv(folder / "WEEK.csv")
    return folder / "WEEK.csv"


def _semicolons(week: pd.DataFrame, folder: Path) -> Path:
    week.to_csv(folder / "WEEK.csv", sep=";", index=False)
    return folder / "WEEK.csv"


def _tabs_in_capitals(week: pd.DataFrame, folder: Path) -> Path:
    named = week.rename(columns=lambda name: f"<{name.upper()}>")
    named.to_csv(folder / "WEEK.TSV", sep="\t", index=False)
    return folder / "WEEK.TSV"


def _txt_gz_in_german(week: pd.DataFrame, folder: Path) -> Path:
    named = week.set_axis(["Datum", "Erster", "Hoch", "Tief", "Schlusskurs", "Stücke",
                           "Dividende"], axis=1)  # fmt: skip
    text = named.to_csv(sep=";", decimal=",", index=False, date_format="%d.%m.%Y")
    (folder / "WEEK.txt.gz").write_bytes(gzip.compress(text.encode("cp1252")))
    return folder / "WEEK.txt.gz"


def _parquet(week: pd.DataFrame, folder: Path) -> Path:
    week.to_parquet(folder / "WEEK.parquet")
    return folder / "WEEK.parquet"


def _parquet_with_index(week: pd.DataFrame, folder: Path) -> Path:
    week.set_index("date").to_parquet(folder / "WEEK.parquet")
    return folder / "WEEK.parquet"


@pytest.mark.parametrize(
    "write",
    [
        _csv,
        _csv_gz,
        _csv_with_index,
        _csv_with_nameless_index,
        _csv_with_row_numbers,
        _csv_with_mark_and_blank_lines,
        _csv_fields_first,
        _csv_ticker_first,
        _semicolons,
        _tabs_in_capitals,
        _parquet,
        _parquet_with_index,
    ],
)
def test_kind_of_file_is_read(week: pd.DataFrame, tmp_path: Path, write: Write) -> None:
    file = write(week, tmp_path)
    bars = read_bars(file)
    assert bars == Bars.from_frame(week, "WEEK")
    assert bars.source == file.name


def test_the_user_says_what_the_file_does_not(week: pd.DataFrame, tmp_path: Path) -> None:
    # All five days are up to the 12th: either field may be the month.
    file = _txt_gz_in_german(week, tmp_path)
    bars = read_bars(file, reading=Reading(dates="dmy", calendar="24/7"))
    assert bars == Bars.from_frame(week, "WEEK", calendar="24/7")
    with pytest.raises(BarsError, match=r"'06\.01\.2020' in line 2 may begin with the day"):
        read_bars(file)
    assert read_bars(file, reading=Reading(dates="dmy", calendar="24/7"), calendar="XNYS") == (
        Bars.from_frame(week, "WEEK")
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_ticker_selects_and_names(week: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"panel{suffix}"
    both = pd.concat([week.assign(ticker="WEEK"), week.assign(ticker="NA", volume=1.0)])
    both.to_csv(file, index=False) if suffix == ".csv" else both.to_parquet(file)
    assert read_bars(file, ticker="week") == Bars.from_frame(week, "WEEK")
    assert read_bars(file, ticker="week", name="mine").name == "mine"


def test_options_reach_the_bars(week: pd.DataFrame, tmp_path: Path) -> None:
    bars = read_bars(_csv(week, tmp_path), start="2020-01-07", end="2020-01-09",
                     dividends=False, calendar="24/7")  # fmt: skip
    assert (len(bars), bars.price_only, bars.calendar) == (3, True, "24/7")


def test_cells_are_named_by_their_line(week: pd.DataFrame, tmp_path: Path) -> None:
    file = _csv(week, tmp_path)
    lines = file.read_text().splitlines()
    lines[3] = lines[3].replace("101.0", "1o1.0")
    lines.insert(2, "")
    file.write_text("\n".join(lines))
    with pytest.raises(BarsError, match=r"^WEEK \(WEEK.csv\): close is not a .*'1o1.0' in line 5$"):
        read_bars(file)


def test_lines_of_two_levels_are_counted_from_the_top(week: pd.DataFrame, tmp_path: Path) -> None:
    file = _csv_ticker_first(week, tmp_path)
    file.write_text(file.read_text().replace("104.0,20.0", "?,20.0"))
    assert "?" in file.read_text().splitlines()[4]
    with pytest.raises(BarsError, match="close is not a number: '\\?' in line 5"):
        read_bars(file)


def _missing(_: pd.DataFrame, folder: Path) -> Path:
    return folder / "WEEK.csv"


def _folder(_: pd.DataFrame, folder: Path) -> Path:
    return folder


def _spreadsheet(_: pd.DataFrame, folder: Path) -> Path:
    (folder / "WEEK.xlsx").touch()
    return folder / "WEEK.xlsx"


def _empty(_: pd.DataFrame, folder: Path) -> Path:
    (folder / "WEEK.csv").touch()
    return folder / "WEEK.csv"


def _header_alone(week: pd.DataFrame, folder: Path) -> Path:
    return _csv(week.head(0), folder)


def _binary(_: pd.DataFrame, folder: Path) -> Path:
    (folder / "WEEK.csv").write_bytes(bytes(range(256)))
    return folder / "WEEK.csv"


def _ragged(week: pd.DataFrame, folder: Path) -> Path:
    file = _csv(week, folder)
    file.write_text(file.read_text().replace("104.0,20.0", "104.0,20.0,20.0,20.0"))
    return file


def _not_zipped(week: pd.DataFrame, folder: Path) -> Path:
    return _csv(week, folder).rename(folder / "WEEK.csv.gz")


def _cut_short(week: pd.DataFrame, folder: Path) -> Path:
    (folder / "WEEK.csv.gz").write_bytes(gzip.compress(week.to_csv().encode())[:-20])
    return folder / "WEEK.csv.gz"


def _not_parquet(week: pd.DataFrame, folder: Path) -> Path:
    return _csv(week, folder).rename(folder / "WEEK.parquet")


@pytest.mark.parametrize(
    ("write", "error", "words"),
    [
        pytest.param(_missing, RequestError, "WEEK.csv: no such file", id="missing"),
        pytest.param(_folder, RequestError, "is a folder; name a file", id="folder"),
        pytest.param(_spreadsheet, RequestError, "bars are read from .csv, .csv.gz, .parquet",
                     id="suffix"),
        pytest.param(_empty, BarsError, "not a readable CSV file", id="empty"),
        pytest.param(_header_alone, BarsError, "at least 2 bars are needed, found 0",
                     id="header-alone"),
        pytest.param(_binary, BarsError, "not a readable CSV file", id="binary"),
        pytest.param(_ragged, BarsError, "line 3 has 9 cells, and there are 7", id="ragged"),
        pytest.param(_not_zipped, BarsError, "not a whole gzip file", id="not-zipped"),
        pytest.param(_cut_short, BarsError, "not a whole gzip file", id="cut-short"),
        pytest.param(_not_parquet, BarsError, "not a readable Parquet file", id="not-parquet"),
    ],
)  # fmt: skip
def test_unreadable(
    week: pd.DataFrame, tmp_path: Path, write: Write, error: type[ValueError], words: str
) -> None:
    file = write(week, tmp_path)
    with pytest.raises(error, match=words) as raised:
        read_bars(file)
    assert file.name in str(raised.value).splitlines()[0]


def test_a_request_names_the_file(week: pd.DataFrame, tmp_path: Path) -> None:
    file = _csv(week, tmp_path)
    with pytest.raises(RequestError, match=r"WEEK\.csv: 0 bars from 2021-01-01"):
        read_bars(file, start="2021-01-01")
    with pytest.raises(RequestError, match=r"WEEK\.csv: no ticker column"):
        read_bars(file, ticker="SPY")


@pytest.mark.realdata
def test_panel_of_stocks(realdata: Path) -> None:
    bars = read_bars(realdata / "sector" / "energy.parquet", ticker="xom")
    assert (bars.name, len(bars), str(bars.dates[-1])) == ("XOM", 3008, "2020-12-11")
