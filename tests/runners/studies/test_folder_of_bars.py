"""The file of each ticker in a folder of bars."""

from pathlib import Path

import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.studies.folder_of_bars import by_ticker, files_in


@pytest.fixture
def folder(tmp_path):
    """Make empty files below a folder."""

    def made(*names):
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        return tmp_path

    return made


def test_every_file_below_is_listed_in_order(folder):
    root = folder("b.csv", "etf/usa/SPY.csv", "a.txt", "etf/notes.md")
    found = [path.relative_to(root).as_posix() for path in files_in(root)]
    assert found == ["a.txt", "b.csv", "etf/notes.md", "etf/usa/SPY.csv"]


@pytest.mark.parametrize("name", ["spy.csv", "SPY.csv.gz", "Spy.PARQUET", "deep/down/SPY.Csv"])
def test_a_file_is_its_tickers_in_any_case_and_of_any_kind(folder, name):
    root = folder(name, "other.csv")
    assert by_ticker(files_in(root), ["SPY", "QQQ"]) == {"SPY": root / name}


@pytest.mark.parametrize(
    "name", ["SPY_suspect_opens.csv", "XSPY.csv", "SPY.txt", "SPY", "SPY.csv.bak", "SPY.X.csv"]
)
def test_other_files_are_nobodys(folder, name):
    assert by_ticker(files_in(folder(name, "other.csv")), ["SPY"]) == {}


def test_tickers_with_signs_have_files_too(folder):
    root = folder("^GSPC.csv", "brk-b.csv", "BF.B.csv")
    found = by_ticker(files_in(root), ["^GSPC", "BRK-B", "BF.B"])
    assert {ticker: path.name for ticker, path in found.items()} == {
        "^GSPC": "^GSPC.csv",
        "BRK-B": "brk-b.csv",
        "BF.B": "BF.B.csv",
    }


@pytest.mark.parametrize(
    "names",
    [("SPY.csv", "old/SPY.csv"), ("SPY.csv", "SPY.parquet"), ("SPY.csv.gz", "etf/spy.csv")],
    ids=["two folders", "two kinds", "two spellings"],
)
def test_two_files_of_one_ticker_are_refused(folder, names):
    root = folder(*names)
    files = files_in(root)
    with pytest.raises(ParameterError) as refused:
        by_ticker(files, ["SPY"])
    words = str(refused.value)
    assert words.startswith("SPY stands twice in the data folder")
    assert all(str(root / name) in words for name in names)
    # Nobody asked for it: then it stands in nobody's way.
    assert by_ticker(files, ["QQQ"]) == {}


@pytest.mark.parametrize(
    ("names", "asked", "words"),
    [
        ((), "nowhere", "nowhere does not exist"),
        (("SPY.csv",), "SPY.csv", "SPY.csv is a file"),
        (("notes.txt",), ".", "no .csv, .csv.gz, .parquet file in it or below"),
        ((), ".", "leave --data out for the embedded sample"),
        (("deep/notes.txt",), "deep", "no .csv"),
    ],
    ids=["no folder", "a file", "no bars", "empty", "no bars deeper"],
)
def test_what_is_no_folder_of_bars_is_refused(folder, names, asked, words):
    path: Path = folder(*names) / asked
    with pytest.raises(ParameterError) as refused:
        files_in(path)
    assert words in str(refused.value)
    assert "--data" in str(refused.value)
