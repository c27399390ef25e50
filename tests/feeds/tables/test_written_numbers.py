"""Numbers in text: the nearest double to what a person meant, or a fault; never a guess."""

import decimal
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.tables.written_numbers import decimal_mark, read_numbers

NARROW, NO_BREAK, APOSTROPHE, MINUS = "\u202f", "\u00a0", "\u2019", "\u2212"


@pytest.mark.parametrize(
    ("mark", "cell", "value"),
    [
        pytest.param(".", "1.1", 1.1, id="plain"),
        pytest.param(".", " 12 ", 12.0, id="blanks around it"),
        pytest.param(".", "+5", 5.0, id="plus"),
        pytest.param(".", MINUS + "5.5", -5.5, id="a printed minus"),
        pytest.param(".", "1.5E+07", 1.5e7, id="power"),
        pytest.param(".", ".5", 0.5, id="no digit before"),
        pytest.param(".", "5.", 5.0, id="no digit behind"),
        pytest.param(".", "1,234", 1234.0, id="thousands"),
        pytest.param(".", "1,234,567.89", 1234567.89, id="millions"),
        pytest.param(".", "12,34,567.5", 1234567.5, id="lakhs"),
        pytest.param(".", "1 234.5", 1234.5, id="blank"),
        pytest.param(".", f"1{NO_BREAK}234{NO_BREAK}567", 1234567.0, id="no-break blank"),
        pytest.param(".", f"1{NARROW}234.5", 1234.5, id="narrow blank"),
        pytest.param(".", "1'234.5", 1234.5, id="apostrophe"),
        pytest.param(".", f"1{APOSTROPHE}234.5", 1234.5, id="curly apostrophe"),
        pytest.param(".", "$123.45", 123.45, id="dollars"),
        pytest.param(".", "-$1,234.50", -1234.5, id="minus dollars"),
        pytest.param(".", "$-3", -3.0, id="dollars minus"),
        pytest.param(".", "£2.50", 2.5, id="pounds"),
        pytest.param(".", "¥1,500", 1500.0, id="yen"),
        pytest.param(".", "USD 12.5", 12.5, id="code"),
        pytest.param(".", "(1,234.5)", -1234.5, id="brackets"),
        pytest.param(".", "($5)", -5.0, id="dollars in brackets"),
        pytest.param(".", "-1.25%", -1.25, id="per cent"),
        pytest.param(".", "1.2M", 1200000.0, id="M"),
        pytest.param(".", "87.65K", 87650.0, id="K"),
        pytest.param(".", "2.345B", 2345000000.0, id="B"),
        pytest.param(".", "1t", 1e12, id="T"),
        pytest.param(".", "1,234.5K", 1234500.0, id="groups and K"),
        pytest.param(".", "Infinity", np.inf, id="infinite"),
        pytest.param(",", "1,5", 1.5, id="comma"),
        pytest.param(",", "1,234", 1.234, id="three digits behind a comma"),
        pytest.param(",", "1.234", 1234.0, id="grouped by a dot"),
        pytest.param(",", "1.234.567,89", 1234567.89, id="millions by dots"),
        pytest.param(",", "1 234,5", 1234.5, id="blank and comma"),
        pytest.param(",", "1'234,5", 1234.5, id="apostrophe and comma"),
        pytest.param(",", "12,5M", 12500000.0, id="comma and M"),
        pytest.param(",", "2,5 Mio.", 2500000.0, id="Mio."),
        pytest.param(",", "12,50 €", 12.5, id="euros behind"),
        pytest.param(",", "-0,45%", -0.45, id="comma and per cent"),
        pytest.param(",", "12", 12.0, id="whole"),
        pytest.param(",", "1e3", 1000.0, id="power without a mark"),
    ],
)  # fmt: skip
def test_number(mark: str, cell: str, value: float) -> None:
    read = read_numbers(pd.Series([cell], dtype="str"), mark)
    assert (read.values.tolist(), read.wrong.tolist()) == ([value], [False])


@pytest.mark.parametrize(
    "cell",
    ["", " ", "-", "--", "n/a", "N/A", "NA", "null", "NaN", "None", ".", "\u2013", None, np.nan,
     pd.NA, pd.NaT],
)  # fmt: skip
@pytest.mark.parametrize("mark", [".", ","])
def test_nothing_is_missing_and_not_wrong(cell: object, mark: str) -> None:
    read = read_numbers(pd.Series([cell, "1"], dtype=object), mark)
    assert np.array_equal(read.values, [np.nan, 1.0], equal_nan=True)
    assert not read.wrong.any()


@pytest.mark.parametrize(
    ("mark", "cell"),
    [
        pytest.param(".", "abc", id="word"),
        pytest.param(".", "1o1.0", id="letter among digits"),
        pytest.param(".", "1_000", id="as Python groups"),
        pytest.param(".", "1,5", id="group of one digit"),
        pytest.param(".", "1,2345", id="group of four"),
        pytest.param(".", "0,123", id="group behind nothing"),
        pytest.param(".", "1.2.3", id="two decimal marks"),
        pytest.param(".", "1,234,5", id="last group too short"),
        pytest.param(".", "1,234 567", id="two kinds of groups"),
        pytest.param(".", "2:1", id="ratio"),
        pytest.param(".", "2020-01-02", id="date"),
        pytest.param(".", "True", id="truth in words"),
        pytest.param(".", True, id="truth"),
        pytest.param(".", np.False_, id="NumPy's truth"),
        pytest.param(".", [1.0], id="list"),
        pytest.param(".", 1j, id="complex"),
        pytest.param(".", "--5", id="two signs"),
        pytest.param(".", "+-5", id="plus and minus"),
        pytest.param(".", "(5", id="open bracket"),
        pytest.param(".", "5)", id="closing bracket"),
        pytest.param(".", "$", id="currency alone"),
        pytest.param(".", "1.5X", id="unknown scale"),
        pytest.param(",", "1.5", id="dot of a file with commas"),
        pytest.param(",", "1,234.5", id="the wrong way round"),
        pytest.param(",", "1,2,3", id="two commas"),
    ],
)
def test_no_number(mark: str, cell: object) -> None:
    read = read_numbers(pd.Series([cell, "7"], dtype=object), mark)
    assert read.wrong.tolist() == [True, False]
    assert np.array_equal(read.values, [np.nan, 7.0], equal_nan=True)


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        pytest.param(["1", "200"], ".", id="no mark"),
        pytest.param(["1.234"], ".", id="a dot alone"),
        pytest.param(["101.5", "1,234"], ".", id="prices tell of volumes"),
        pytest.param(["1,234.50"], ".", id="both in one cell"),
        pytest.param(["1,234,567"], ".", id="several commas"),
        pytest.param(["0.125", "1,234"], ".", id="nothing before the dot"),
        pytest.param(["1234.567", "1,234"], ".", id="four digits before the dot"),
        pytest.param(["1.0821", "1,234"], ".", id="four digits behind the dot"),
        pytest.param(["$1.50", "1,234"], ".", id="dollars"),
        pytest.param(["1.2M", "1,234"], ".", id="millions"),
        pytest.param(["101,5", "1.234"], ",", id="a short comma"),
        pytest.param(["1.234,50"], ",", id="German"),
        pytest.param(["1.234.567", "1,234"], ",", id="several dots"),
        pytest.param(["12,5M"], ",", id="comma and M"),
        pytest.param(["0,123"], ",", id="nothing before the comma"),
        pytest.param(["1 234,567"], ",", id="blanks separate thousands"),
        pytest.param(["-0,45%", "1.234"], ",", id="a column that nobody reads tells too"),
        pytest.param(["101,5", "on 1.5 days", "v2.75"], ",", id="text says nothing"),
    ],
)
def test_decimal_mark(cells: list[str], mark: str) -> None:
    assert decimal_mark([pd.Series([cell], dtype="str") for cell in cells]) == mark
    assert decimal_mark([pd.Series([*cells, None], dtype=object)]) == mark
    assert decimal_mark([pd.Series(cells)], "." if mark == "," else ",") != mark  # the user's word


def test_text_that_no_encoding_holds_says_nothing() -> None:
    assert decimal_mark([pd.Series(["\ud800.", "1,5"], dtype=object)]) == ","
    assert read_numbers(pd.Series(["\ud800", "1"], dtype=object)).wrong.tolist() == [True, False]


def test_commas_alone_cannot_be_told() -> None:
    volume = pd.Series(["950", "1,234"], index=pd.RangeIndex(2, 4, name="line"))
    close = pd.Series([101.5, 102.5], index=volume.index)
    with pytest.raises(BarsError) as raised:
        decimal_mark([close, volume])
    assert str(raised.value) == (
        "the decimal mark cannot be told: the comma in '1,234' in line 3 may be one or separate "
        "thousands; say which with --decimal . or --decimal ,"
    )
    with pytest.raises(BarsError, match="decimal mark cannot be told"):
        decimal_mark([close, volume], separator=";")  # 950 and 1,234 are likely thousands
    few = pd.Series(["1,234", "1,250"], index=volume.index)
    assert decimal_mark([close, few], separator=";") == ","
    assert decimal_mark([close, volume], ".") == "."


def test_marks_that_contradict_each_other() -> None:
    with pytest.raises(BarsError) as raised:
        decimal_mark([pd.Series(["7", "1.5"]), pd.Series(["1,5", "8"])], separator=";")
    assert str(raised.value) == (
        "the decimal mark cannot be told: it is a dot of '1.5' in row 2, a comma of '1,5' in "
        "row 1; say which with --decimal . or --decimal ,"
    )


@pytest.mark.parametrize(
    ("column", "values"),
    [
        pytest.param(pd.Series([1, 2], dtype="int32"), [1.0, 2.0], id="int"),
        pytest.param(pd.Series([1, None], dtype="Int64"), [1.0, np.nan], id="nullable"),
        pytest.param(pd.Series([0.1, np.inf]), [0.1, np.inf], id="float"),
        pytest.param(pd.Series([decimal.Decimal("1.1"), 10**400], dtype=object), [1.1, np.inf],
                     id="objects"),
        pytest.param(pd.Series([], dtype="str"), [], id="empty"),
    ],
)  # fmt: skip
def test_columns_of_numbers(column: pd.Series, values: list[float]) -> None:
    read = read_numbers(column)
    assert np.array_equal(read.values, values, equal_nan=True)
    assert read.wrong.tolist() == [False] * len(values)


def test_a_column_of_truth_is_all_wrong() -> None:
    for dtype in ("bool", "boolean"):
        assert read_numbers(pd.Series([True, False], dtype=dtype)).wrong.all()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_text_is_read_to_the_last_bit(numbers: list[float]) -> None:
    written = [repr(number) for number in numbers]
    assert read_numbers(pd.Series(written, dtype="str"), ".").values.tolist() == numbers
    commas = [text.replace(".", ",") for text in written]
    assert read_numbers(pd.Series(commas, dtype="str"), ",").values.tolist() == numbers


@given(st.floats(0.01, 1e9), st.sampled_from(".,"))
def test_groups_change_nothing(number: float, mark: str) -> None:
    written = f"{number:,.4f}"
    if mark == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    assert read_numbers(pd.Series([written], dtype="str")).values[0] == float(f"{number:.4f}")


def test_work_grows_with_the_cells_and_no_faster(calls_of: Callable[..., int]) -> None:
    grouped = pd.Series([f"{1000 + row},5" for row in range(20_000)], dtype="str")
    assert read_numbers(grouped).values[-1] == 20999.5
    few, many = (calls_of(read_numbers, grouped[:n]) for n in (10_000, 20_000))
    assert many < 2.2 * few
