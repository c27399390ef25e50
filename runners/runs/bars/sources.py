"""Load bars from the files and samples that a command line names."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ....feeds.bars import Bars
from ....feeds.kinds_of_files import suffix_of, suffixes
from ....feeds.readers import name_of_file, read_bars
from ....feeds.reading import PLAIN, Reading
from ....feeds.resampled import resampled
from ....feeds.samples import sample
from ...errors import ParameterError


class FileOfBars(NamedTuple):
    """The parts of ``[NAME=]FILE[#TICKER]``."""

    name: str | None
    path: Path
    ticker: str | None

    @property
    def shown(self) -> str:
        """The name under which the bars are shown."""
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
    """Return the bars of files and samples, files first, in the given order.

    Parameters
    ----------
    files : sequence of str
        ``FILE`` or ``NAME=FILE``; the default name is that of the file. ``FILE#TICKER`` reads one
        instrument of a file that holds several.
    samples : sequence of str
        Names of embedded samples.
    ticker : str, optional
        The instrument to read from files that hold several and are given without ``#TICKER``.
    end : date, optional
        Rows after this day are neither read nor checked.
    dividends : bool
        False: dividends are not read.
    seed : int
        Seed of simulated samples.
    readings : mapping of str to Reading, optional
        Options for reading each file and sample; for a sample only `resample` applies.
    counted_from : date, optional
        Faulty rows before this day are left out and listed; later ones stop the run.

    Raises
    ------
    ParameterError
        Neither a file nor a sample was named, or a file was given two different tickers.
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
        # The source for run.json: enough to read the same bars again.
        tables.append(replace(table, source=f"{path}#{chosen}" if chosen else str(path)))
    for name in samples:
        table = sample(name, seed=seed, end=end, dividends=dividends)
        tables.append(resampled_as(table, read.get(name, PLAIN)))
    return tables


def resampled_as(bars: Bars, reading: Reading) -> Bars:
    """Return bars that do not come from a file, resampled if `reading` asks for it."""
    if reading.resample is None:
        return bars
    made = resampled(bars, reading.resample)
    kept = replace(made.origin, reading=Reading(resample=reading.resample))
    return replace(made, origin=kept)


def file_of_bars(text: str) -> FileOfBars:
    """Split ``[NAME=]FILE[#TICKER]`` into its parts.

    Names and paths may contain equals signs: the longest name is taken whose remainder is an
    existing file. If no such file exists, the name contains no slash.

    Raises
    ------
    ParameterError
        A name has no file, or the name before the equals sign is empty.
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
    """Return ``NAME=FILE`` in a form that `file_of_bars` splits at this equals sign."""
    text = f"{name}={path}"
    read_so = Path(path).is_absolute() or file_of_bars(text).name == name
    return text if read_so else f"{name}=./{path}"


def is_file_of_bars(source: str) -> bool:
    """Return whether the source of a table is a file of bars."""
    return suffix_of(str(_file_and_ticker(source)[0])) is not None


def _file_and_ticker(text: str) -> tuple[Path, str | None]:
    if not Path(text).exists():
        for place in range(len(text) - 2, 0, -1):  # the file's name may contain # too
            if text[place] == "#" and Path(text[:place]).is_file():
                return Path(text[:place]), text[place + 1 :]
        endings = "|".join(map(re.escape, suffixes()))
        found = re.fullmatch(rf"(.+?(?:{endings}))#(.+)", text, re.IGNORECASE)
        if found:
            return Path(found[1]), found[2]
    return Path(text), None
