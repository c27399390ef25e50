"""The folder that a run left, read back: what it was, its days, and the bars it read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..feeds.bars import Bars
from .errors import ParameterError
from .result import SCHEMA

RUN, DAILY, BARS = "run.json", "daily.parquet", "bars.parquet"

_PARTS: dict[str, type] = {
    "strategy": str, "params": dict, "settings": dict, "versions": dict, "data": list,
    "window": dict, "metrics": dict, "benchmark": dict,
}  # fmt: skip
_BARS: dict[str, type] = {
    "name": str, "source": str, "sha256": str, "first": str, "last": str, "rows": int,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Record:
    """A run.json as it stands in its file.

    Attributes
    ----------
    file : Path
        Where it was read.
    text : str
        Every character of it.
    plain : dict
        What it holds; the keys are those of `RunResult.plain`.
    """

    file: Path
    text: str
    plain: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The folder that the run was written to."""
        return self.file.parent

    def daily(self) -> pd.DataFrame:
        """Return the run's days, the one on which the account opened first.

        Raises
        ------
        ParameterError
            The table is not there, or holds the days of another run.
        """
        file = self.folder / DAILY
        daily = _table(file)
        days = self.plain["window"]
        if not {"equity", "return"} <= set(daily) or len(daily) < 2:
            raise ParameterError(f"{file} holds no days with equity and return")
        if (str(daily.index[1])[:10], str(daily.index[-1])[:10]) != (days["first"], days["last"]):
            raise ParameterError(f"{file} holds other days than {RUN} beside it: run it again")
        return daily

    def bars(self) -> list[Bars]:
        """Return the bars that the run read, feed by feed.

        Raises
        ------
        ParameterError
            They were not kept, or are not those that run.json describes.
        """
        file = self.folder / BARS
        table = _table(file)
        kept = []
        for data in self.plain["data"]:
            try:
                rows = table[table["instrument"] == data["name"]]
                bars = Bars.from_frame(
                    rows.drop(columns="instrument"), data["name"], source=data["source"]
                )
            except (KeyError, ValueError) as error:
                raise ParameterError(f"{file} does not hold the bars of {data['name']}") from error
            if bars.vintage != data["sha256"]:
                raise ParameterError(f"{file} holds other bars of {data['name']} than {RUN} says")
            kept.append(bars)
        return kept


def read_record(path: Path) -> Record:
    """Read a run.json, or that of a folder.

    Raises
    ------
    ParameterError
        It is not there, or is not the record of a run.
    """
    file = path / RUN if path.is_dir() else path
    try:
        text = file.read_bytes().decode("utf-8")
        plain = json.loads(text, parse_constant=_no_number)
    except OSError as error:
        raise ParameterError(f"cannot read {file}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"{file} is no JSON: {error}") from error
    if (fault := _fault(plain)) is not None:
        raise ParameterError(f"{file} is not the record of a run: {fault}")
    return Record(file, text, plain)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _fault(plain: Any) -> str | None:
    """Say what keeps a JSON value from being the record of a run."""
    if not isinstance(plain, Mapping):
        return "it holds no table"
    if plain.get("schema") != SCHEMA:
        return f"its schema is {plain.get('schema')!r}, not {SCHEMA}"
    for key, kind in _PARTS.items():
        if not isinstance(plain.get(key), kind):
            return f"{key} is missing or of the wrong kind"
    if not plain["data"] or not all(map(_describes_bars, plain["data"])):
        return f"each of data needs {', '.join(_BARS)}"
    also = plain.get("benchmark_data", [])
    if not (isinstance(also, list) and all(map(_describes_bars, also))):
        return f"each of benchmark_data needs {', '.join(_BARS)}"
    if not all(isinstance(plain["window"].get(key), str) for key in ("first", "last")):
        return "window needs first and last"
    return None


def _describes_bars(data: Any) -> bool:
    return isinstance(data, Mapping) and all(
        isinstance(data.get(key), kind) for key, kind in _BARS.items()
    )


def _table(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:  # pyarrow's errors are of both kinds
        reason = "no such file" if not file.exists() else str(error).strip().split("\n", 1)[0]
        raise ParameterError(f"cannot read {file}: {reason}") from error
