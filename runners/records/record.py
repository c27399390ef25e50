"""Read the folder of a run: its run.json, its days and its bars."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...feeds.quoting import shortened
from ...feeds.tables.parquet import ParquetError, read_parquet
from ...feeds.tables.spellings import COLUMNS
from ...feeds.tidy.calendar_fit import infer_calendar
from ..errors import ParameterError
from .json_file import read_json
from .manifest import Result, check_bytes, result_with
from .record_shape import fault_of

RUN, DAILY, BARS = "run.json", "daily.parquet", "bars.parquet"
TRADES = "trades.parquet"

LARGEST = 1e100
"""Upper limit of a day's figures; the sum of many such days is still a finite number."""


@dataclass(frozen=True, eq=False)
class Record:
    """The run.json of a run and the folder around it.

    Attributes
    ----------
    file : Path
        Path of the run.json.
    text : str
        Its text, unchanged.
    plain : dict
        Its content; the keys are those of `RunResult.plain`.
    result : mapping of str to str
        Names and hashes of the files that were written with it; empty if the folder has no
        manifest.
    """

    file: Path
    text: str
    plain: dict[str, Any]
    result: Result = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.file.parent

    def daily(self) -> pd.DataFrame:
        """Return the table of the run's days; its first row is the day on which the account opened.

        Raises
        ------
        ParameterError
            The table does not exist, or holds the days of another run.
        """
        file = self.folder / DAILY
        daily = self._table(file)
        days = self.plain["window"]
        if not {"equity", "return"} <= set(daily) or len(daily) < 2:
            raise ParameterError(f"{file} holds no days with equity and return")
        if (str(daily.index[1])[:10], str(daily.index[-1])[:10]) != (days["first"], days["last"]):
            raise ParameterError(f"{file} holds other days than {RUN} beside it: run it again")
        if (fault := _fault_of_days(daily)) is not None:
            raise ParameterError(f"{file} holds no days of a run: {fault}")
        return daily

    def bars(self) -> list[Bars]:
        """Return the bars that the run read, one table for each feed.

        Raises
        ------
        ParameterError
            The bars were not kept, or are not those that run.json describes.
        """
        file = self.folder / BARS
        table = self._table(file)
        kept = []
        for data in self.plain["data"]:
            try:
                rows = table[table["instrument"] == data["name"]]
                bars = Bars(
                    data["name"],
                    pd.DatetimeIndex(rows["date"]).to_numpy(),
                    **{name: rows[name].to_numpy(dtype=float) for name in COLUMNS},
                    source=data["source"],
                    calendar=data.get("calendar") or infer_calendar(rows["date"].to_numpy()),
                    price_only=bool(data.get("price_only")),
                    frequency=data.get("frequency", "day"),
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise ParameterError(f"{file} does not hold the bars of {data['name']}") from error
            if bars.vintage != data["sha256"]:
                raise ParameterError(f"{file} holds other bars of {data['name']} than {RUN} says")
            kept.append(bars)
        return kept

    def trades(self) -> pd.DataFrame:
        """Return the table of the run's fills.

        Raises
        ------
        ParameterError
            The table does not exist, or lacks the columns of fills.
        """
        file = self.folder / TRADES
        trades = self._table(file)
        if not {"instrument", "position"} <= set(trades):
            raise ParameterError(f"{file} holds no fills with instrument and position")
        return trades

    def _table(self, file: Path) -> pd.DataFrame:
        """Read a table of the run's folder; its bytes must be those written with run.json."""
        if not os.path.exists(file):
            raise ParameterError(f"cannot read {file}: no such file")
        try:
            content = file.read_bytes()
            check_bytes(file, content, self.result)
            return read_parquet(content)
        except OSError as error:
            raise ParameterError(f"cannot read {file}: {error.strerror or error}") from error
        except ParquetError as error:
            raise ParameterError(f"cannot read {file}: {error}") from error


def read_record(path: Path) -> Record:
    """Read a run.json, given as file or folder, and check that its files were written together.

    Raises
    ------
    ParameterError
        The file does not exist or is not the record of a run, or files in its folder are of another
        write.
    """
    file = path / RUN if os.path.isdir(path) else path
    text, plain = read_json(file)
    result = result_with(file.parent, file.name)
    check_bytes(file, text.encode(), result)
    if (fault := fault_of(plain)) is not None:
        raise ParameterError(f"{shortened(str(file))} is not the record of a run: {fault}")
    return Record(file, text, plain, result)


def _fault_of_days(daily: pd.DataFrame) -> str | None:
    """Return why a table is not that of a run's days; None if it is."""
    dates = daily.index
    if not isinstance(dates, pd.DatetimeIndex) or dates.tz is not None or dates.hasnans:
        return "its index holds no dates"
    if not dates.is_monotonic_increasing or dates.has_duplicates:
        return "its dates are not in order"
    if daily.columns.has_duplicates:
        return "two columns have one name"
    for name in ("equity", "return", "benchmark_return", "percent"):
        if name not in daily:
            continue
        if not pd.api.types.is_numeric_dtype(daily[name]):
            return f"{name} is no number"
        values = daily[name].to_numpy(dtype=float, na_value=np.nan)
        missing = values[1:] != values[1:] if name != "equity" else values != values
        if (np.abs(values) > LARGEST).any() or (name == "equity" and missing.any()):
            return f"{name} is no number on some day"
    return None
