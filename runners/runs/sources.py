"""From what a command line says of bars to the bars."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ...feeds.bars import Bars
from ...feeds.kinds_of_files import suffix_of, suffixes
from ...feeds.readers import name_of_file, read_bars
from ...feeds.reading import PLAIN, Reading
from ...feeds.resampled import resampled
from ...feeds.samples import sample
from ..errors import ParameterError


class FileOfBars(NamedTuple):
    """What ``[NAME=]FILE[#TICKER]`` says."""

    name: str | None
    path: Path
    ticker: str | None

    @property
    def shown(self) -> str:
        """The name under which its bars are shown."""
        return self.name or name_of_file(self.path, self.ticker)


def load(
    files: Sequence[str],
    samples: Sequence[str],
    *,
    ticker: str | None = None,
    end: datetime.date | None = None,
    dividends: bool = True,
    seed: int = 0,
    readings: Mapping[str, Reading] | None = None,
    counted_from: datetime.date | None = None,
) -> list[Bars]:
    """Return the bars of files and samples, in that order.

    Parameters
    ----------
    files : sequence of str
        ``FILE`` or ``NAME=FILE``; without a name the file's own is taken. ``FILE#TICKER`` takes
        one instrument out of a file that holds several.
    samples : sequence of str
        Names of embedded samples.
    ticker : str, optional
        The instrument to take out of files that hold several and do not say which.
    end : date, optional
        Nothing after it is read, faults included.
    dividends : bool
        False: dividends are not read either.
    seed : int
        For simulated samples.
    readings : mapping of str to Reading, optional
        How each of the files and samples is read; of a sample `resample` alone counts.
    counted_from : date, optional
        Faulty rows before it are left out, and listed, instead of stopping the run.

    Raises
    ------
    ParameterError
        Neither a file nor a sample was named, or a file with two tickers.
    BarsError, RequestError
        A file or sample cannot be used.
    """
    if not files and not samples:
        raise ParameterError(
            "no bars: give --bars FILE (CSV or Parquet), or --sample sp500 for embedded ones"
        )
    read = readings or {}
    tables = []
    for text in files:
        name, path, own = file_of_bars(text)
        if own and ticker and own != ticker:
            raise ParameterError(f"{text} names its ticker, and --ticker names {ticker} as well")
        chosen = own or ticker
        table = read_bars(
            path,
            name=name,
            ticker=chosen,
            end=end,
            dividends=dividends,
            reading=read.get(text, PLAIN),
            counted_from=counted_from,
        )
        # What run.json keeps: enough to read the same bars again.
        tables.append(replace(table, source=f"{path}#{chosen}" if chosen else str(path)))
    for name in samples:
        table = sample(name, seed=seed, end=end, dividends=dividends)
        tables.append(resampled_as(table, read.get(name, PLAIN)))
    return tables


def resampled_as(bars: Bars, reading: Reading) -> Bars:
    """Return bars that are no file's, resampled as a reading asks."""
    if reading.resample is None:
        return bars
    made = resampled(bars, reading.resample)
    kept = replace(made.origin, reading=Reading(resample=reading.resample))
    return replace(made, origin=kept)


def file_of_bars(text: str) -> FileOfBars:
    """Take ``[NAME=]FILE[#TICKER]`` apart.

    A name may hold equals signs, and so may a path: the longest name counts whose rest is a file
    that is there. Where none is there a name holds no slash.

    Raises
    ------
    ParameterError
        A name without a file, or a file without a name before the equals sign.
    """
    path, ticker = _file_and_ticker(text)
    signs = [place for place, letter in enumerate(text) if letter == "="]
    if not signs or os.path.exists(path):
        return FileOfBars(None, path, ticker)
    named = [
        FileOfBars(text[:place], *_file_and_ticker(text[place + 1 :]))
        for place in reversed(signs)
        if text[:place] and text[place + 1 :]
    ]
    plain = [each for each in named if "/" not in str(each.name)]
    there = [each for each in (*plain, *named) if os.path.isfile(each.path)]
    if found := there or plain:
        return found[0]
    if "/" in text[: signs[0]]:
        return FileOfBars(None, path, ticker)
    raise ParameterError(f"--bars takes FILE or NAME=FILE, got {text!r}")


def text_of_bars(name: str, path: str) -> str:
    """Return ``NAME=FILE`` so that `file_of_bars` takes it apart at this equals sign."""
    text = f"{name}={path}"
    read_so = Path(path).is_absolute() or file_of_bars(text).name == name
    return text if read_so else f"{name}=./{path}"


def is_file_of_bars(source: str) -> bool:
    """Whether a table's source names a file that bars are read from."""
    return suffix_of(str(_file_and_ticker(source)[0])) is not None


def _file_and_ticker(text: str) -> tuple[Path, str | None]:
    if not Path(text).exists():
        for place in range(len(text) - 2, 0, -1):  # a file's name may hold the sign too
            if text[place] == "#" and Path(text[:place]).is_file():
                return Path(text[:place]), text[place + 1 :]
        endings = "|".join(map(re.escape, suffixes()))
        found = re.fullmatch(rf"(.+?(?:{endings}))#(.+)", text, re.IGNORECASE)
        if found:
            return Path(found[1]), found[2]
    return Path(text), None
