"""Tables that a vendor is asked for once a day, and kept: a CSV for each name and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..companies.sheets import read_table
from ..errors import RequestError, SourceError
from .vintages import CacheError, Vintages, write_whole


@dataclass(frozen=True, eq=False)
class Kept:
    """A table as it was answered.

    Attributes
    ----------
    table : pandas.DataFrame
        As `read_table` reads it: all cells are text.
    day : datetime.date
        On which the vendor answered.
    reason : str
        Why the vendor did not answer today; empty where it did.
    """

    table: pd.DataFrame
    day: dt.date
    reason: str = ""


class Enquiry:
    """Asks for tables of one kind, keeps them, and serves the kept ones without an answer.

    Once the vendor has failed to answer, it is not asked for the names that follow: a network
    that is down costs the time of one question, not of fifty.

    Parameters
    ----------
    folder : pathlib.Path
        A folder for each name stands in it, and in that a file YYYY-MM-DD.csv for each day; made
        when something is written. No file is ever replaced by that of another day: together they
        are a record of what was known when.
    today : datetime.date
        A table of this day is not asked for again.
    silent : str
        Why the vendor is not asked; empty asks it.
    """

    def __init__(self, folder: Path, today: dt.date, silent: str = "") -> None:
        self.folder = folder
        self.today = today
        self.silent = silent

    def table(self, name: str, ask: Callable[[], pd.DataFrame]) -> Kept:
        """Return the table of a name, as new as there is.

        Parameters
        ----------
        name : str
            Fit to be the name of a folder.
        ask : callable
            Asks the vendor for the table.

        Raises
        ------
        RequestError
            What `ask` raises, where nothing is kept.
        SourceError
            When the vendor does not answer and nothing is kept.
        CacheError
            When the folder cannot be written.
        BarsError
            When a file in it cannot be read.
        """
        held = self._newest(name)
        if held and held.day >= self.today:
            return held
        reason = self.silent
        if not reason:
            try:
                return self._written(name, ask())
            except RequestError as error:
                if held is None:
                    raise
                reason = str(error)
            except SourceError as error:
                reason = self.silent = str(error)
        if held is None:
            raise SourceError(f"{name}: {reason}; nothing of it is kept in {self.folder}")
        return Kept(held.table, held.day, reason)

    def _newest(self, name: str) -> Kept | None:
        days = sorted(filter(_is_day, (file.stem for file in (self.folder / name).glob("*.csv"))))
        # An earlier day may be asked about: what came later was not known then.
        known = [day for day in days if day <= self.today.isoformat()]
        if not known:
            return None
        file = self.folder / name / f"{known[-1]}.csv"
        return Kept(read_table(file, "answers"), dt.date.fromisoformat(known[-1]))

    def _written(self, name: str, table: pd.DataFrame) -> Kept:
        file = self.folder / name / f"{self.today}.csv"
        with Vintages(self.folder, name).locked():
            try:
                file.parent.mkdir(exist_ok=True)
                write_whole(file, table.to_csv(index=False, lineterminator="\n").encode())
            except OSError as error:
                raise CacheError(
                    f"{self.folder}: the cache cannot be written ({error.strerror or error}); "
                    "name another folder for it"
                ) from error
        return Kept(read_table(file, "answers"), self.today)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
