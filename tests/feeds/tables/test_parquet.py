"""A Parquet file is a table, or one line says why not."""

import decimal
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from btplaybook.feeds.tables import parquet
from btplaybook.feeds.tables.parquet import ParquetError, read_parquet

DATES = pd.date_range("2020-01-06", periods=3, name="date", unit="ms")
TABLE = pd.DataFrame(
    {"close": [1.0, np.nan, 3.0], "rows": [1, 2, 3], "name": ["a", None, "c"]}, index=DATES
)


def written(columns, pandas_says=None):
    table = pa.table(columns)
    if pandas_says is not None:
        table = table.replace_schema_metadata({"pandas": pandas_says})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def told(content):
    """Return the table, or the one line that says why there is none."""
    try:
        return read_parquet(content)
    except ParquetError as error:
        return str(error)


def is_one_line(said):
    return isinstance(said, str) and said != "" and "\n" not in said


def refused(content):
    with pytest.raises(ParquetError) as raised:
        read_parquet(content)
    assert raised.value.exit_code == 4
    said = str(raised.value)
    assert said
    assert "\n" not in said
    assert len(said) < 300
    return said


def test_a_table_comes_back_as_pandas_wrote_it(tmp_path):
    TABLE.to_parquet(tmp_path / "t.parquet")
    for source in (tmp_path / "t.parquet", (tmp_path / "t.parquet").read_bytes()):
        pd.testing.assert_frame_equal(read_parquet(source), pd.read_parquet(tmp_path / "t.parquet"))


def test_two_levels_of_columns_come_back():
    table = pd.DataFrame([[1.0, 2.0]], columns=pd.MultiIndex.from_tuples([("a", "X"), ("b", "X")]))
    assert read_parquet(table.to_parquet()).columns.tolist() == [("a", "X"), ("b", "X")]


def test_encoded_and_decimal_columns_come_as_plain_values():
    table = read_parquet(
        written(
            {
                "name": pa.array(["a", "b", "a"]).dictionary_encode(),
                "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("3.50")]),
            }
        )
    )
    assert table["name"].tolist() == ["a", "b", "a"]
    assert not isinstance(table["name"].dtype, pd.CategoricalDtype)
    assert table["price"].dtype == float
    np.testing.assert_array_equal(table["price"], [1.25, np.nan, 3.5])


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("list", pa.array([[1], [2]])),
        ("struct", pa.array([{"a": 1}, {"a": 2}])),
        ("map", pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64()))),
        ("binary", pa.array([b"\xff", b"\x00"])),
        ("dictionary", pa.array([b"\xff", b"\x00"]).dictionary_encode()),
    ],
)
def test_columns_that_are_no_values_are_named(kind, column):
    said = refused(written({"close": pa.array([1.0, 2.0]), "odd": column}))
    assert said.startswith("its column 'odd' holds ")
    assert kind in said


@pytest.mark.parametrize(
    "says",
    [
        b"", b"{}", b"no json", b"[]", b"null", b"\xff\xfe",
        b'{"index_columns": ["gone"], "columns": []}',
        b'{"index_columns": 5, "columns": 5}',
        b'{"index_columns": [], "columns": [{"name": 1}]}',
        b'{"index_columns": [{"kind": "range", "start": "a", "stop": 0, "step": 0}],'
        b' "columns": []}',
        b'{"index_columns": [], "columns": [], "column_indexes": [{"name": null}]}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_pandas_cannot_take_back_is_a_table_or_one_line(says):
    read = told(written({"close": [1.0, 2.0]}, says))
    assert is_one_line(read) or len(read) == 2


def test_what_is_no_file_is_told(tmp_path):
    assert refused(tmp_path / "gone.parquet") == "No such file or directory"
    assert refused(tmp_path / ("x" * 10_000)) == "File name too long"
    assert "null" in refused(tmp_path / "a\0b.parquet")
    assert "directory" in refused(tmp_path).lower()
    assert "magic bytes" in refused(bytes(range(256)))
    refused(b"")
    refused(TABLE.to_parquet()[:-1])


def test_limits_name_themselves(monkeypatch):
    content = TABLE.to_parquet()
    monkeypatch.setattr(parquet, "MOST_CELLS", 11)
    assert refused(content) == "it has 3 rows of 4 columns, more than the 11 cells that are read"
    monkeypatch.setattr(parquet, "MOST_BYTES", 100)
    assert refused(content).endswith("bytes, more than the 100 that are read")


def test_changed_bytes_give_a_table_or_one_line():
    rng = np.random.default_rng(0)
    content = TABLE.to_parquet()
    outcomes = {True: 0, False: 0}
    for _ in range(400):
        changed = bytearray(content)
        for place in rng.integers(0, len(changed), rng.integers(1, 4)):
            changed[place] = rng.integers(0, 256)
        read = told(bytes(changed))
        assert isinstance(read, pd.DataFrame) or is_one_line(read)
        outcomes[isinstance(read, pd.DataFrame)] += 1
    assert outcomes[True] > 20
    assert outcomes[False] > 20


def test_pandas_metadata_with_any_part_replaced_gives_a_table_or_one_line():
    whole = json.loads(pq.read_schema(io.BytesIO(TABLE.to_parquet())).metadata[b"pandas"])
    columns = {name: list(TABLE.reset_index()[name]) for name in ("close", "rows", "date")}
    for key in whole:
        for value in (None, 5, "x", [], {}, [5], [None], [{}], {"kind": "range"}):
            read = told(written(columns, json.dumps({**whole, key: value}).encode()))
            assert is_one_line(read) or len(read) == 3
