"""Convert whatever a caller passes as bars (file, frame, series of closes, Bars) to tables."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ....feeds.bars import Bars
from ....feeds.closes import bars_of_closes
from ....feeds.instruments import instruments_in, with_columns_alone
from ....feeds.reading import PLAIN, Reading
from ....feeds.samples import SAMPLES
from ....feeds.tables.spellings import SPELLINGS, column_name
from ...errors import ParameterError
from .sources import load, resampled_as

OneOrMany = Bars | pd.DataFrame | pd.Series | str | Path

AnyBars = OneOrMany | Sequence[OneOrMany] | Mapping[str, OneOrMany]
"""Types that a run accepts as bars; a mapping gives names to its tables."""

TAKEN = (
    "the path of a CSV or Parquet file, a pandas DataFrame or Series of closes, Bars, "
    "or a list or mapping of these"
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class How:
    """Options for reading tables.

    Attributes
    ----------
    end : date or None
        Rows after this day are neither read nor checked.
    dividends : bool
        False: dividends are not read.
    reading : Reading
        What a file or frame does not state itself, such as its prices or calendar.
    counted_from : date or None
        Faulty rows before this day are left out and listed; later ones stop the run.
    """

    end: datetime.date | None = None
    dividends: bool = True
    reading: Reading = PLAIN
    counted_from: datetime.date | None = None


def tables_from(
    bars: AnyBars,
    *,
    end: datetime.date | None = None,
    dividends: bool = True,
    reading: Reading = PLAIN,
    counted_from: datetime.date | None = None,
) -> list[Bars]:
    """Return one table of bars for each instrument.

    Parameters
    ----------
    bars : Bars, DataFrame, Series, str or Path, or a sequence or mapping of them
        A path is read as the command line's ``--bars``: ``[NAME=]FILE[#TICKER]``. A frame with
        several tickers gives one table for each, in the frame's order. A series holds closing
        prices. A mapping gives names to its tables.
    end : date, optional
        Rows after this day are neither read nor checked.
    dividends : bool
        False: dividends are not read.
    reading : Reading
        What files and frames do not state themselves. For `Bars` only `resample` applies.
    counted_from : date, optional
        Faulty rows before this day are left out and listed; later ones stop the run.

    Raises
    ------
    ParameterError
        The argument has another type, or several instruments have the same name.
    BarsError, RequestError
        The data cannot be used as bars.
    """
    how = How(end=end, dividends=dividends, reading=reading, counted_from=counted_from)
    if isinstance(bars, Mapping):
        return [_named(str(name), _one_or_many(one, how)) for name, one in bars.items()]
    given: Any = bars
    if isinstance(given, OneOrMany | bytes | np.ndarray) or not isinstance(given, Iterable):
        return _one_or_many(given, how)
    return [table for one in given for table in _one_or_many(one, how)]


def reading_in(
    kind: Any, reading: Reading | None, keywords: Mapping[str, Any]
) -> tuple[Reading, dict[str, Any]]:
    """Return the options of reading, and the keywords that are not options of reading.

    Parameters
    ----------
    kind : type
        The strategy. A keyword that is one of its parameters is not taken as an option of reading.
    reading : Reading or None
        The options that the caller passed as `reading`; keywords override them.
    keywords : mapping
        Options of reading, settings and parameters.
    """
    own = set(kind.params._getkeys())
    options = {each.name for each in dataclasses.fields(Reading)} - own
    said = {name: value for name, value in keywords.items() if name in options}
    rest = {name: value for name, value in keywords.items() if name not in options}
    return dataclasses.replace(reading or PLAIN, **said), rest


def _one_or_many(given: Any, how: How) -> list[Bars]:
    if isinstance(given, Bars):
        return [_as_read(given, how.reading)]
    if isinstance(given, (str, Path)):
        return _read(str(given), how)
    if isinstance(given, pd.Series):
        return [
            bars_of_closes(given, end=how.end, reading=how.reading, counted_from=how.counted_from)
        ]
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
            Bars.from_frame(
                frame,
                ticker=name,
                end=how.end,
                dividends=how.dividends,
                reading=how.reading,
                counted_from=how.counted_from,
            )
            for name in names or [None]
        ]
    raise ParameterError(f"bars must be {TAKEN}; got {_kind(given)}")


def _as_read(bars: Bars, reading: Reading) -> Bars:
    """Return bars that are already `Bars`, resampled if `reading` asks for it."""
    if other := reading.plain().keys() - {"resample"}:
        raise ParameterError(
            f"{min(other)} says how a file or frame is read; {bars.name} is a table of Bars already"
        )
    return resampled_as(bars, reading)


def _read(path: str, how: How) -> list[Bars]:
    if path.lower() in SAMPLES and not os.path.exists(path):
        raise ParameterError(f"there is no file {path}; for the sample say sample({path!r})")
    return load(
        [path],
        [],
        end=how.end,
        dividends=how.dividends,
        readings={path: how.reading},
        counted_from=how.counted_from,
    )


def _named(name: str, tables: list[Bars]) -> Bars:
    if len(tables) != 1:
        inside = ", ".join(table.name for table in tables)
        raise ParameterError(f"the bars named {name!r} hold {len(tables)} instruments: {inside}")
    # A name that a caller gives is what readers are to see.
    title = tables[0].title if tables[0].name == name else ""
    return dataclasses.replace(tables[0], name=name, title=title)


def _kind(given: object) -> str:
    return f"{type(given).__module__}.{type(given).__qualname__}".removeprefix("builtins.")
