"""Numbers as people write them: which mark is the decimal one, and what each cell comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from ..arrays import Floats
from ..checks import Mask
from ..errors import BarsError
from .places import quoted_first

#: What stands for no value among numbers and dates, in any case.
NOTHING = frozenset(
    ("", "-", "--", "---", "\u2013", "\u2014", ".", "na", "n/a", "#n/a", "<na>", "nan", "nat",
     "none", "null", "nil")
)  # fmt: skip

_BLANK = " \u00a0\u2009\u202f"  # no-break, thin and narrow no-break ones separate thousands too
_APOSTROPHE = "'\u2019"
_SIGN = "+\\-\u2212"
_MONEY = r"(?:[$€£¥₹]|USD|EUR|GBP|JPY|CHF)"
_SCALES = {"k": 3, "m": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12}

# Around the digits: a sign, a currency, brackets for a negative; a scale, a per cent sign.
_BEFORE = rf"\(?[{_SIGN}]?[{_BLANK}]*{_MONEY}?[{_BLANK}]*[{_SIGN}]?"
_AFTER = rf"(?:[eE][+\-]?\d+)?[{_BLANK}]*(?:[KkMmBbTt]|Mio|Mrd|[Bb]n)?\.?[{_BLANK}]*"
_AFTER += rf"(?:%|{_MONEY})?\)?"
_PARTS = re.compile(
    rf"(?P<bracket>\()?(?P<sign>[{_SIGN}])?[{_BLANK}]*{_MONEY}?[{_BLANK}]*(?P<later>[{_SIGN}])?"
    rf"(?P<digits>(?:\d|[.,]\d)[\d.,{_APOSTROPHE}{_BLANK}]*?)(?P<power>[eE][+\-]?\d+)?[{_BLANK}]*"
    rf"(?:(?P<scale>k|m|mio|b|bn|mrd|t)\.?)?[{_BLANK}]*(?:%|{_MONEY})?(?P<end>\))?",
    re.IGNORECASE,
)


def _grouped(marks: str) -> str:
    # Groups of three; of two as well, as in India: 12,34,567.
    return rf"[1-9]\d{{0,2}}(?:[{marks}]\d{{2,3}})*[{marks}]\d{{3}}"


def _only_as_decimal(mark: str, other: str) -> str:
    """Write the pattern of digits that can be read only where `mark` is the decimal mark."""
    thousands = "|".join((_grouped(re.escape(other)), _grouped(_BLANK), _grouped(_APOSTROPHE)))
    dot, comma = re.escape(mark), re.escape(other)
    forms = (
        rf"(?:{thousands}){dot}\d*",  # 1,234.5
        rf"[1-9]\d{{0,2}}(?:{comma}\d{{2,3}})+{comma}\d{{3}}",  # 1,234,567: the comma stands twice
        rf"(?:0\d*)?{dot}\d+",  # 0.125
        rf"\d{{4,}}{dot}\d*",  # 1234.567
        rf"\d+{dot}\d{{0,2}}",  # 1.25
        rf"\d+{dot}\d{{4,}}",  # 1.2345
    )
    return rf"^{_BEFORE}(?:{'|'.join(forms)}){_AFTER}$"


_EVIDENCE = {".": _only_as_decimal(".", ","), ",": _only_as_decimal(",", ".")}
_NEEDED = {".": r"\.|,.*,", ",": r",|\..*\."}  # without which no cell is such evidence
_OPEN = rf"^{_BEFORE}[1-9]\d{{0,2}},\d{{3}}{_AFTER}$"  # 1,234: a thousand, or a little over one

_LONGEST = 400  # characters: no double needs more, and patterns take the square of a length

_INFINITE = re.compile(r"[+\-]?inf(?:inity)?", re.IGNORECASE)
_OTHER = {".": ",", ",": "."}
_USUAL = {
    decimal: rf"^[+\-]?(?:\d+|[1-9]\d{{0,2}}(?:[{group}]\d{{3}})+)(?:[{decimal}]\d*)?$"
    for decimal, group in _OTHER.items()
}
_PLAIN = {
    decimal: re.compile(rf"(?:[+\-]?[0-9]++(?:[{decimal}][0-9]*+)?\n)++") for decimal in _OTHER
}
_WHOLE = {
    decimal: re.compile(
        rf"(?P<whole>\d+|{_grouped(re.escape(group))}|{_grouped(_BLANK)}|{_grouped(_APOSTROPHE)})?"
        rf"(?:{re.escape(decimal)}(?P<part>\d*))?"
    )
    for decimal, group in _OTHER.items()
}
_GROUPS = str.maketrans(dict.fromkeys(".," + _BLANK + _APOSTROPHE))


@dataclass(frozen=True)
class WrittenNumbers:
    """A column of numbers.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        The double nearest to what is written; NaN where nothing is, or no number.
    wrong : ndarray of bool, shape (n,)
        True where something is written that is no number.
    """

    values: Floats
    wrong: Mask


def decimal_mark(
    columns: Iterable[pd.Series], decimal: str | None = None, separator: str | None = None
) -> str:
    """Tell which mark of a file is the decimal one.

    The whole file decides: 1,5 and 1.234,5 and 1.234.567 can be read with a decimal comma
    only, 1.5 and 1,234.5 with a decimal dot only. 1.234 says nothing.

    Parameters
    ----------
    columns : iterable of pandas.Series
        The file's columns of numbers, as written; a column whose type is numeric says nothing.
    decimal : {".", ","}, optional
        What the user says; it is taken.
    separator : str, optional
        What stands between the file's cells: beside semicolons 1,234 is a little over one.

    Returns
    -------
    {".", ","}
        The dot where nothing but 1.234 is written.

    Raises
    ------
    BarsError
        When 1,234 is all there is, or cells contradict each other.
    """
    if decimal is not None:
        return decimal
    given = list(columns)
    written = [each for each in map(_marked, given) if len(each)]
    if not written:
        return "."
    seen = {mark: _first(written, pattern, _NEEDED[mark]) for mark, pattern in _EVIDENCE.items()}
    if seen["."] and seen[","]:
        raise BarsError(
            f"the decimal mark cannot be told: it is a dot of {seen['.']}, a comma of {seen[',']}; "
            "say which with --decimal . or --decimal ,"
        )
    if seen["."] or seen[","]:
        return "." if seen["."] else ","
    unclear = _first(written, _OPEN)
    mark = _beside_hundreds(given) or ("," if unclear and separator != ";" else "")
    if mark:
        raise BarsError(
            f"the decimal mark cannot be told: the {'dot' if mark == '.' else 'comma'} in "
            f"{_first(written, _OPEN.replace(',', re.escape(mark)))} may be one or separate "
            "thousands; say which with --decimal . or --decimal ,"
        )
    return "," if unclear else "."


def _beside_hundreds(columns: Sequence[pd.Series]) -> str:
    """Return the mark of a column that goes from 993 to 1.002, or to 1,002; empty without one."""
    for column in columns:
        if not isinstance(column.dtype, pd.StringDtype) and column.dtype != object:
            continue
        cells = column.dropna().astype(str).str.strip()
        hundreds = cells.str.fullmatch(r"[1-9]\d\d")
        for mark in (".", ","):
            grouped = cells.str.fullmatch(rf"[1-9]\d?\d?{re.escape(mark)}\d{{3}}")
            if hundreds.any() and grouped.any() and (hundreds | grouped).all():
                return mark
    return ""


def read_numbers(column: pd.Series, decimal: str | None = None) -> WrittenNumbers:
    """Read a column of numbers.

    Thousands may be separated by the other mark, a blank or an apostrophe. Signs, brackets for a
    negative, currencies, per cent signs (which do not divide) and 1.2M for 1,200,000 are read.

    Parameters
    ----------
    column : pandas.Series of shape (n,)
        Numbers, or text. A truth value is no number.
    decimal : {".", ","}, optional
        The decimal mark of text; None works it out from the column, see `decimal_mark`.

    Returns
    -------
    WrittenNumbers
        The values, and what is no number.
    """
    kind = column.dtype
    missing: Mask = column.isna().to_numpy(dtype=np.bool_)
    if pd.api.types.is_bool_dtype(kind):
        return WrittenNumbers(np.full(len(column), np.nan), ~missing)
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        values = np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return WrittenNumbers(values, np.zeros(len(values), dtype=np.bool_))
    decimal = decimal or decimal_mark([column])
    plain = None if missing.any() else _all_plain(column, decimal)
    if plain is not None:
        return WrittenNumbers(plain, missing)
    values = np.full(len(column), np.nan)
    wrong = np.zeros(len(column), dtype=np.bool_)
    usual = _usual(column, decimal)
    values[usual] = _as_python_writes(column[usual], decimal)
    cells = column.astype(object).to_numpy()
    for row in np.flatnonzero(~missing & ~usual):
        number = _number(cells[row], decimal)
        if number is None:
            wrong[row] = True
        else:
            values[row] = number
    return WrittenNumbers(values, wrong)


def _all_plain(column: pd.Series, decimal: str) -> Floats | None:
    """Return the numbers of a column without gaps, of digits and decimal marks alone."""
    if not isinstance(column.dtype, pd.StringDtype):
        return None
    cells = column.to_numpy(dtype=object)
    text = "\n".join((*cells, ""))
    if text.count("\n") != len(cells) or not _PLAIN[decimal].fullmatch(text):
        return None
    return cells.astype(np.float64) if decimal == "." else _as_python_writes(column, decimal)


def _usual(column: pd.Series, decimal: str) -> Mask:
    """Tell which cells are read all at once: digits, perhaps in groups, and a decimal mark."""
    if not isinstance(column.dtype, pd.StringDtype):
        return np.zeros(len(column), dtype=np.bool_)
    found = column.str.contains(_USUAL[decimal], regex=True, na=False)
    return np.asarray(found.to_numpy(dtype=np.bool_))


def _as_python_writes(column: pd.Series, decimal: str) -> Floats:
    # Python reads text to the nearest double; pandas' own parser may miss it by the last bit,
    # and the same file would have another vintage there.
    if not len(column):
        return np.empty(0)
    plain = column.str.replace(_OTHER[decimal], "", regex=False)
    return plain.str.replace(decimal, ".", regex=False).to_numpy(dtype=object).astype(np.float64)


def _number(cell: object, decimal: str) -> float | None:
    """Return a cell's number, NaN for nothing, None for what is no number."""
    if isinstance(cell, str):
        return _number_of_text(cell, decimal)
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, int | float | Decimal | np.number):
        return None
    try:
        return float(cell)
    except OverflowError:
        return np.inf
    except (TypeError, ValueError):  # a complex number, a signalling NaN
        return None


def _number_of_text(cell: str, decimal: str) -> float | None:
    text = cell.strip()
    if text.lower() in NOTHING:
        return np.nan
    if _INFINITE.fullmatch(text):
        return float(text)
    parts = _PARTS.fullmatch(text) if len(text) <= _LONGEST else None
    if parts is None or bool(parts["bracket"]) != bool(parts["end"]):
        return None
    digits = _WHOLE[decimal].fullmatch(parts["digits"])
    signs = [sign for sign in (parts["sign"], parts["later"], parts["bracket"]) if sign]
    if digits is None or len(signs) > 1:
        return None
    whole = (digits["whole"] or "0").translate(_GROUPS)
    power = int((parts["power"] or "e0")[1:]) + _SCALES.get((parts["scale"] or "").lower(), 0)
    minus = "-" if signs and signs[0] != "+" else ""
    return float(f"{minus}{whole}.{digits['part'] or '0'}e{power}")


def _marked(column: pd.Series) -> pd.Series:
    """Return the text cells with a dot or a comma, their index telling where they stand."""
    if column.index.name not in ("line", "row"):
        column = column.set_axis(pd.RangeIndex(1, len(column) + 1, name="row"))
    if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
        return column.iloc[:0]
    cells = column.to_numpy(dtype=object)
    marked = [
        row
        for row, cell in enumerate(cells)
        if isinstance(cell, str) and ("." in cell or "," in cell)
    ]
    kept = [cells[row].strip() for row in marked]
    return pd.Series(kept, index=column.index[marked], dtype=object)


def _first(columns: list[pd.Series], pattern: str, needed: str = "") -> str | None:
    """Quote the first cell that has a pattern; `needed` is found wherever the pattern may be."""
    for column in columns:
        if not re.search(needed, "\n".join(column)):
            continue
        found = next((row for row, cell in enumerate(column) if re.search(pattern, cell)), None)
        if found is not None:
            mask = np.zeros(len(column), dtype=np.bool_)
            mask[found] = True
            return quoted_first(column, mask)
    return None
