"""From what a command line says of bars to the bars."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..feeds.bars import Bars
from ..feeds.readers import read_bars
from ..feeds.samples import sample
from .errors import ParameterError


def load(
    files: Sequence[str],
    samples: Sequence[str],
    *,
    ticker: str | None = None,
    end: datetime.date | None = None,
    dividends: bool = True,
    seed: int = 0,
) -> list[Bars]:
    """Return the bars of files and samples, in that order.

    Parameters
    ----------
    files : sequence of str
        ``FILE`` or ``NAME=FILE``; without a name the file's own is taken.
    samples : sequence of str
        Names of embedded samples.
    ticker : str, optional
        The instrument to take out of files that hold several.
    end : date, optional
        Nothing after it is read, faults included.
    dividends : bool
        False: dividends are not read either.
    seed : int
        For simulated samples.

    Raises
    ------
    ParameterError
        Neither a file nor a sample was named.
    BarsError, RequestError
        A file or sample cannot be used.
    """
    if not files and not samples:
        raise ParameterError(
            "no bars: give --bars FILE (CSV or Parquet), or --sample sp500 for embedded ones"
        )
    tables = []
    for text in files:
        name, path = _named(text)
        table = read_bars(path, name=name, ticker=ticker, end=end, dividends=dividends)
        tables.append(replace(table, source=str(path)))
    return tables + [sample(name, seed=seed, end=end, dividends=dividends) for name in samples]


def _named(text: str) -> tuple[str | None, Path]:
    name, separator, rest = text.partition("=")
    if not separator or Path(text).exists() or "/" in name:
        return None, Path(text)
    if not name or not rest:
        raise ParameterError(f"--bars takes FILE or NAME=FILE, got {text!r}")
    return name, Path(rest)
