"""Bars from whatever a caller has at hand: a file, a frame, a series of closes, or bars."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..feeds.bars import Bars
from ..feeds.closes import bars_of_closes
from ..feeds.frames import SPELLINGS, column_name
from ..feeds.instruments import instruments_in, with_columns_alone
from ..feeds.samples import SAMPLES
from .errors import ParameterError
from .sources import load

OneOrMany = Bars | pd.DataFrame | pd.Series | str | Path

AnyBars = OneOrMany | Sequence[OneOrMany] | Mapping[str, OneOrMany]
"""What a run takes for its bars; a mapping names them."""

TAKEN = (
    "the path of a CSV or Parquet file, a pandas DataFrame or Series of closes, Bars, "
    "or a list or mapping of these"
)


def tables_from(
    bars: AnyBars, *, end: datetime.date | None = None, dividends: bool = True
) -> list[Bars]:
    """Return tables of bars, one for each instrument.

    Parameters
    ----------
    bars : Bars, DataFrame, Series, str or Path, or a sequence or mapping of them
        A path is read as the command line's ``--bars``: ``[NAME=]FILE[#TICKER]``. A frame with
        several tickers gives a table for each, in the frame's order. A series holds closes. A
        mapping names its tables.
    end : date, optional
        Nothing after it is read, faults included.
    dividends : bool
        False: dividends are not read either.

    Raises
    ------
    ParameterError
        Something that is none of these, or several instruments under one name.
    BarsError, RequestError
        What cannot be used as bars.
    """
    if isinstance(bars, Mapping):
        return [_named(str(name), _one_or_many(one, end, dividends)) for name, one in bars.items()]
    given: Any = bars
    if isinstance(given, OneOrMany | bytes | np.ndarray) or not isinstance(given, Iterable):
        return _one_or_many(given, end, dividends)
    return [table for one in given for table in _one_or_many(one, end, dividends)]


def _one_or_many(given: Any, end: datetime.date | None, dividends: bool) -> list[Bars]:
    if isinstance(given, Bars):
        return [given]
    if isinstance(given, (str, Path)):
        return _read(str(given), end, dividends)
    if isinstance(given, pd.Series):
        return [bars_of_closes(given, end=end)]
    if isinstance(given, pd.DataFrame):
        frame = with_columns_alone(given)
        names: list[str | None] = [*instruments_in(frame)]
        if not names and not {*map(column_name, frame.columns)} & {*SPELLINGS}:
            raise ParameterError(
                "a frame of bars needs columns open, high, low, close and volume, got "
                f"{', '.join(map(str, frame.columns[:6])) or 'none'}; if each column holds an "
                "instrument's closes, give them as series: dict(frame)"
            )
        return [
            Bars.from_frame(frame, ticker=name, end=end, dividends=dividends)
            for name in names or [None]
        ]
    raise ParameterError(f"bars must be {TAKEN}; got {_kind(given)}")


def _read(path: str, end: datetime.date | None, dividends: bool) -> list[Bars]:
    if path.lower() in SAMPLES and not Path(path).exists():
        raise ParameterError(f"there is no file {path}; for the sample say sample({path!r})")
    return load([path], [], end=end, dividends=dividends)


def _named(name: str, tables: list[Bars]) -> Bars:
    if len(tables) != 1:
        inside = ", ".join(table.name for table in tables)
        raise ParameterError(f"the bars named {name!r} hold {len(tables)} instruments: {inside}")
    return dataclasses.replace(tables[0], name=name)


def _kind(given: object) -> str:
    return f"{type(given).__module__}.{type(given).__qualname__}".removeprefix("builtins.")
