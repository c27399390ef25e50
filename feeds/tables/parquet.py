"""Parquet files that may come from anybody: a plain table, or one line that says what is wrong."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd

MOST_BYTES = 2_000_000_000
"""Size of the largest file that is read."""

MOST_CELLS = 250_000_000
"""Rows times columns of the largest table that is read: 2 GB of numbers."""

SHOWN = 200
"""Characters of a library's message that are shown."""

# What pyarrow and pandas raise on bytes, types and metadata that they cannot use: Arrow's own
# errors are subclasses of these or of ArrowException, which is added where pyarrow is imported.
_UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    NotImplementedError, MemoryError, RecursionError, AssertionError,
)  # fmt: skip


class ParquetError(ValueError):
    """A file is no Parquet table that can be read; the message is one line without its name."""

    exit_code = 4


def read_parquet(source: Path | bytes) -> pd.DataFrame:
    """Read a Parquet table as pandas wrote it, with its index.

    Parameters
    ----------
    source : Path or bytes
        A file, or what stands in one.

    Returns
    -------
    pandas.DataFrame
        Columns of numbers, texts, booleans and dates. Dictionary-encoded columns come as plain
        values, decimal numbers as floats; what is missing is NaN, NaT or None.

    Raises
    ------
    ParquetError
        The file cannot be read or is no Parquet; the table is larger than `MOST_BYTES` or
        `MOST_CELLS`; a column holds lists, tables or raw bytes.

    Examples
    --------
    >>> from btplaybook.feeds.tables.parquet import ParquetError, read_parquet
    >>> try:
    ...     read_parquet(b"no table")
    ... except ParquetError as error:
    ...     print(str(error).splitlines()[0][:20])
    Parquet magic bytes
    """
    import pyarrow as pa

    try:
        return _read(source)
    except ParquetError:
        raise
    except (*_UNREADABLE, pa.ArrowException) as error:
        raise ParquetError(_one_line(error)) from error


def _read(source: Path | bytes) -> pd.DataFrame:
    import pyarrow.parquet as pq

    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MOST_BYTES:
        raise ParquetError(f"it has {size:,} bytes, more than the {MOST_BYTES:,} that are read")
    with pq.ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source) as file:
        about = file.metadata
        cells = about.num_rows * about.num_columns
        if not 0 <= cells <= MOST_CELLS:
            raise ParquetError(
                f"it has {about.num_rows:,} rows of {about.num_columns:,} columns, more than the "
                f"{MOST_CELLS:,} cells that are read"
            )
        _check_types(file.schema_arrow)
        table = file.read(use_threads=False)
    table.validate(full=True)  # what points outside of the bytes would crash later
    frame: pd.DataFrame = _plain(table).to_pandas()
    if len(frame) != table.num_rows:
        raise ParquetError("its pandas metadata describe another table")
    return frame


def _check_types(schema: Any) -> None:
    import pyarrow as pa

    for field in schema:
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or _is_odd(kind):
            name = field.name if len(field.name) <= 40 else f"{field.name[:40]}..."
            raise ParquetError(
                f"its column {name!r} holds {field.type}: no numbers, texts or dates"
            )


def _is_odd(kind: Any) -> bool:
    import pyarrow as pa

    plain = (
        pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string,
        pa.types.is_large_string, pa.types.is_string_view, pa.types.is_temporal,
        pa.types.is_decimal, pa.types.is_null,
    )  # fmt: skip
    return not any(test(kind) for test in plain)


def _plain(table: Any) -> Any:
    """Return an Arrow table without dictionaries and decimals."""
    import pyarrow as pa

    schema = table.schema
    for place, field in enumerate(schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        kind = pa.float64() if pa.types.is_decimal(kind) else kind
        schema = schema.set(place, field.with_type(kind))
    return table.cast(schema)


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}..."
