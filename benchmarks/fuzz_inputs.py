"""Valid inputs of every reader, their mutations, and inputs made to exhaust a reader (bombs)."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from btplaybook.feeds.companies.fundamentals import read_fundamentals
from btplaybook.feeds.companies.holdings import read_holdings
from btplaybook.feeds.companies.membership import read_membership
from btplaybook.feeds.companies.securities import read_securities
from btplaybook.feeds.panel import read_panel
from btplaybook.feeds.readers import read_bars
from btplaybook.runners.plans.parameter_values import parameter_from
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.search.space import Space

Mutation = Callable[[np.random.Generator], bytes]

ABSURD = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "", "nan", "inf", "-inf", "1e400", "-1e306", "1e-320", "0", "-1", "9" * 400, "9" * 5000,
        "0x1p3", "1_000", "1,5", "true", "None", "NaT", "0001-01-01", "9999-12-31", "2020-02-30",
        "20200230", "2100-01-01", "12/31/99", "2020-01-01T25:00", "\0", "\n", "\r\n", '"', '""',
        "'", ";", "\t", ",", ",,,,", "\ufeff", "\u202e", "\ud800", "x" * 10_000, "[1]", "{}",
        "=1+1", "(" * 200, "-" * 500, "..", "1..", ":", "9**9**9", "__class__", "#", "=",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A reader, a valid input of it, and the function that mutates the input."""

    read: Callable[[Path], object]
    suffix: str
    sound: Callable[[], bytes]
    change: Callable[[bytes, np.random.Generator], bytes]
    bombs: tuple[Callable[[], bytes], ...] = ()

    def mutated(self, rng: np.random.Generator) -> bytes:
        """Return the valid input after one to four mutations."""
        content = self.sound()
        for _ in range(int(rng.integers(1, 5))):
            content = self.change(content, rng)
        return content


# -- how bytes are changed -------------------------------------------------------------------------


def changed_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Return bytes with some of them flipped, removed, repeated, swapped or inserted."""
    if not content:
        return bytes(rng.integers(0, 256, 8, dtype=np.uint8))
    first, last = sorted(rng.integers(0, len(content) + 1, 2).tolist())
    match int(rng.integers(6)):
        case 0:
            at = int(rng.integers(len(content)))
            return (
                content[:at] + bytes([content[at] ^ 1 << int(rng.integers(8))]) + content[at + 1 :]
            )
        case 1:
            return content[:first] + content[last:]
        case 2:
            return content[:first] + content[first:last] * 3 + content[last:]
        case 3:
            return content[:first]
        case 4:
            return content[first:] + content[:first]
    some = bytes(rng.integers(0, 256, int(rng.integers(1, 9)), dtype=np.uint8))
    return content[:first] + some + content[first:]


def changed_text(content: bytes, rng: np.random.Generator) -> bytes:
    """Return text with a word, cell or line replaced by an extreme one, or with mutated bytes."""
    words = list(re.finditer(rb"[^,\s=\"|;:]+", content))
    choice = int(rng.integers(8))
    if choice == 0 or not words:
        return changed_bytes(content, rng)
    word = words[int(rng.integers(len(words)))]
    if choice == 1:  # replace it by another word of the text
        other = words[int(rng.integers(len(words)))]
        return content[: word.start()] + other[0] + content[word.end() :]
    lines = content.split(b"\n")
    line = int(rng.integers(len(lines)))
    if choice == 2:
        return b"\n".join(lines[:line] + lines[line + 1 :])
    if choice == 3:
        return b"\n".join([*lines[: line + 1], *lines[line:]])
    absurd = ABSURD[int(rng.integers(len(ABSURD)))]
    return content[: word.start()] + absurd + content[word.end() :]


def changed_gzip(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a .gz file with mutated text or mutated bytes."""
    try:
        text = gzip.decompress(content)
    except Exception:  # the input is already broken
        return changed_bytes(content, rng)
    if rng.random() < 0.3:
        return changed_bytes(content, rng)
    return gzip.compress(changed_text(text, rng), 1)


ODD_COLUMNS: tuple[Callable[[int], pa.Array], ...] = (
    lambda n: pa.array([[1.0, 2.0]] * n),
    lambda n: pa.array([{"a": 1}] * n),
    lambda n: pa.array([b"\0\xff"] * n),
    lambda n: pa.array([True] * n),
    lambda n: pa.nulls(n),
    lambda n: pa.array(["a\0b"] * n),
    lambda n: pa.array(["x"] * n).dictionary_encode(),
    lambda n: pa.array([10**18] * n, pa.decimal128(38, 3)),
    lambda n: pa.array([2**63 - 1] * n, pa.timestamp("s")),
    lambda n: pa.array([-(2**62)] * n, pa.timestamp("ns", tz="UTC")),
    lambda n: pa.array([2**31 - 1] * n, pa.date32()),
    lambda n: pa.array([1] * n, pa.time64("us")),
    lambda n: pa.array([1] * n, pa.duration("s")),
    lambda n: pa.array([2**64 - 1] * n, pa.uint64()),
    lambda n: pa.array([1e306] * n),
    lambda n: pa.array([float("inf")] * n),
    lambda n: pa.array([float("nan")] * n),
    lambda n: pa.array([1.5] * n, pa.float16()),
    lambda n: pa.array([["A", "B"]] * n),
    lambda n: pa.array([None, *["A"] * (n - 1)]),
    lambda n: pa.array(["9" * 5000] * n),
)


def changed_parquet(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a Parquet file with a column changed, renamed or removed, or with mutated bytes."""
    try:
        table = pq.read_table(io.BytesIO(content))
    except Exception:  # the input is already broken
        return changed_bytes(content, rng)
    choice = int(rng.integers(5))
    column = int(rng.integers(max(table.num_columns, 1)))
    if choice == 0 or not table.num_columns:
        return changed_bytes(content, rng)
    if choice == 1:
        table = table.remove_column(column)
    elif choice == 2:
        table = table.append_column(table.column_names[column], table.column(column))
    elif choice == 3:
        table = table.slice(0, int(rng.integers(table.num_rows + 1)))
    elif table.num_rows:
        odd = ODD_COLUMNS[int(rng.integers(len(ODD_COLUMNS)))](table.num_rows)
        table = table.set_column(column, table.column_names[column], odd)
    file = io.BytesIO()
    try:
        pq.write_table(table, file)
    except pa.ArrowException:  # Parquet cannot hold the value
        return changed_bytes(content, rng)
    return file.getvalue()


def changed_workbook(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a workbook with a part changed or removed, or with a broken zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
    except Exception:  # the input is already broken
        return changed_bytes(content, rng)
    if rng.random() < 0.2 or not parts:
        return changed_bytes(content, rng)
    name = sorted(parts)[int(rng.integers(len(parts)))]
    if rng.random() < 0.1:
        del parts[name]
    else:
        parts[name] = changed_text(parts[name].replace(b"<", b"\n<"), rng).replace(b"\n<", b"<")
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return file.getvalue()


# -- sound inputs ----------------------------------------------------------------------------------

_DAYS = [str(day) for day in np.busday_offset("2020-01-06", np.arange(40))]


def _bars() -> pd.DataFrame:
    close = 100.0 + np.arange(40) % 7
    return pd.DataFrame(
        {"date": _DAYS, "open": close - 0.5, "high": close + 1, "low": close - 1, "close": close,
         "volume": 1000.0, "dividend": 0.0}
    )  # fmt: skip


def _panel() -> pd.DataFrame:
    named = [_bars().assign(ticker=name, split_factor=1.0) for name in ("AAA", "BBB", "CCC")]
    return pd.concat(named, ignore_index=True)


def _two_levels() -> bytes:
    table = _bars().set_index("date")
    table.columns = pd.MultiIndex.from_product(
        [[name.capitalize() for name in table.columns], ["SPY"]], names=["Price", "Ticker"]
    )
    table.index.name = "Date"
    return table.to_csv().encode()


def _holdings() -> pd.DataFrame:
    rows = [(day, "XLV", *row) for day in _DAYS[:3] for row in (
        ("LLY", "ELI LILLY + CO", 60.25), ("JNJ", "JOHNSON + JOHNSON", 39.5), ("-", "CASH", 0.25)
    )]  # fmt: skip
    return pd.DataFrame(rows, columns=["date", "etf", "ticker", "name", "weight"])


def _statements() -> pd.DataFrame:
    rows = [
        {"ticker": name, "period_end": f"{year}-12-31", "filing_date": f"{year + 1}-02-20",
         "ebit": 5e9, "cash": 1e9, "debt": 2e9, "minority_interest": 0.0,
         "shares_outstanding": 3e9}
        for name in ("LLY", "JNJ") for year in range(2015, 2020)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _membership() -> pd.DataFrame:
    return pd.DataFrame(
        {"ticker": ["LLY", "JNJ", "LLY"], "start_date": ["2001-01-02", "2003-05-05", "2010-03-01"],
         "end_date": ["2008-07-01", "", ""]}
    )  # fmt: skip


def _securities() -> pd.DataFrame:
    return pd.DataFrame(
        {"ticker": ["LLY", "JNJ", "XOM"], "sector": ["Health Care", "Health Care", "Energy"],
         "start_date": ["2001-01-02"] * 3}
    )  # fmt: skip


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (
        ["Fund Name:", "The Health Care Select Sector SPDR Fund"], ["Ticker Symbol:", "XLV"],
        ["Holdings:", "As of 12-Mar-2024"], [],
        ["Name", "Ticker", "Identifier", "SEDOL", "Weight", "Sector"],
        ["ELI LILLY + CO", "LLY", "532457108", "2516152", 60.25, "-"],
        ["JOHNSON + JOHNSON", "JNJ", "478160104", "2475833", "39.5", "-"],
        ["US DOLLAR", "-", "999USDZ92", "-", 0.25, "-"], [], ["Small print."],
    ):  # fmt: skip
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


PLAN = b"""\
[run]
strategy = "sma-switch"
start = 2013-01-01
fill = "next_open"
cash = 1000000
seed = 1
whole-shares = false
sample = ["sp500"]

[params]
period = 50
direction = "trend"

[bars]
SPY = "spy.csv"

[costs]
per-share = 0.005
interest = {cash = 0.03, debit = 0.05}
"""


# -- bombs -----------------------------------------------------------------------------------------


def _gzip_of(piece: bytes, times: int) -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1) as packed:
        for _ in range(times):
            packed.write(piece)
    return file.getvalue()


def _workbook_with(sheet: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(_workbook())) as book:
        parts = {each: book.read(each) for each in book.namelist()}
    return _zip(parts | {name: sheet})


def _sheet(rows: bytes, dimension: bytes = b"") -> bytes:
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return start + dimension + b"<sheetData>" + rows + b"</sheetData></worksheet>"


_GZIP_BOMBS = (
    lambda: _gzip_of(bytes(2**20), 1_000),
    lambda: _gzip_of(b"1," * 2**19, 1_000),
    lambda: _gzip_of(b"\n" * 2**20, 200),
    lambda: gzip.compress(b"a\n") * 20_000,
)
_TEXT_BOMBS = (
    lambda: b"",
    lambda: b"," * 2**20,
    lambda: b'"' + b"x" * 2**24,
    lambda: b"\n" * 2**22,
    lambda: b"date," + b",".join(b"c%d" % n for n in range(100_000)),
)
_WORKBOOK_BOMBS = (
    lambda: _workbook_with(b" " * 10**9),
    lambda: _workbook_with(b"<si/>" * 2**21, "xl/sharedStrings.xml"),
    lambda: _workbook_with(_sheet(b"<row/>", b'<dimension ref="A1:XFD1048576"/>')),
    lambda: _workbook_with(_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    lambda: _workbook_with(_sheet(b'<row><c r="XFD1"><v>1</v></c></row>' * 60_000)),
    lambda: _zip({f"{n}.xml": b"" for n in range(60_000)}),
)
_PLAN_BOMBS = (
    lambda: b"[params]\n" + b".".join([b"a"] * 20_000) + b" = 1\n",
    lambda: (
        b"[params]\n"
        + b"\n".join(b".".join([b"k%d" % n, *[b"a"] * 299]) + b"=1" for n in range(300))
    ),
    lambda: b"a = " + b"[" * 190_000,
    lambda: b"[[run]]\n" * 20_000,
)
_SPACE_BOMBS = (
    lambda: b"x=1.." + b"9" * 5000,
    lambda: b"x=1..2:1e-999999",
    lambda: b",".join(b"k%d=1" % n for n in range(10_000)),
    lambda: b",".join(b"k%d=1..1000000" % n for n in range(90)),
    lambda: b",".join(b"k%d=1..1000" % n for n in range(90)),
)
_WHERE_BOMBS = (
    lambda: b"(" * 10_000 + b"d" + b")" * 10_000 + b" < M",
    lambda: b"d" + b" < d" * 10_000,
    lambda: b"-" * 990 + b"d < M",
    lambda: b"d < 9**9**9**9",
)
_SET_BOMBS = (
    lambda: b"-" * 100_000 + b"1",
    lambda: b"(" * 999,
    lambda: b"[" * 480 + b"]" * 480,
    lambda: b"9" * 5_000,
    lambda: b"9**9**9**9",
)


# -- the kinds -------------------------------------------------------------------------------------


def _csv(table: Callable[[], pd.DataFrame]) -> Callable[[], bytes]:
    return lambda: table().to_csv(index=False).encode()


def _parquet(table: Callable[[], pd.DataFrame]) -> Callable[[], bytes]:
    def written() -> bytes:
        file = io.BytesIO()
        table().to_parquet(file)
        return file.getvalue()

    return written


def _tables(
    name: str, read: Callable[[Path], object], table: Callable[[], pd.DataFrame]
) -> dict[str, Kind]:
    return {
        name: Kind(read, ".csv", _csv(table), changed_text, _TEXT_BOMBS),
        f"{name}.gz": Kind(read, ".csv.gz", lambda: gzip.compress(_csv(table)()), changed_gzip,
                           _GZIP_BOMBS),
        f"{name}.pq": Kind(read, ".parquet", _parquet(table), changed_parquet),
    }  # fmt: skip


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")


def _read_where(file: Path) -> Any:
    return Space.parse("d=1..5,M=1..14,side=long|short", [_text(file)]).count


KINDS: dict[str, Kind] = {
    **_tables("bars", read_bars, _bars),
    "yfinance": Kind(read_bars, ".csv", _two_levels, changed_text, _TEXT_BOMBS),
    **_tables("panel", read_panel, _panel),
    **_tables("holdings", read_holdings, _holdings),
    "workbook": Kind(read_holdings, ".xlsx", _workbook, changed_workbook, _WORKBOOK_BOMBS),
    **_tables("statements", read_fundamentals, _statements),
    **_tables("membership", read_membership, _membership),
    **_tables("securities", read_securities, _securities),
    "plan": Kind(read_plan, ".toml", lambda: PLAN, changed_text, _PLAN_BOMBS),
    "space": Kind(lambda file: Space.parse(_text(file)).count, ".txt",
                  lambda: b"d=1..5,M=1..14,R=2..21:3,x=0.5..2.0:0.25,side=long|short",
                  changed_text, _SPACE_BOMBS),
    "where": Kind(_read_where, ".txt", lambda: b"M > d * 2 + 1 < 30", changed_text, _WHERE_BOMBS),
    "set": Kind(lambda file: parameter_from("--set x", _text(file)), ".txt",
                lambda: b"[1, -2.5, 'trend', True, None]", changed_text, _SET_BOMBS),
}  # fmt: skip
"""Name to reader and input."""
