"""Compare two vintages of the same bars and list their differences."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...feeds.tables.spellings import COLUMNS


@dataclass(frozen=True)
class ColumnChange:
    """How one column changed on the dates that both vintages have.

    Attributes
    ----------
    column : str
        Its name.
    bars : int
        Number of values that differ.
    first, last : date
        First and last date with a different value.
    on : date
        Date of the largest change, relative to the old value.
    was, now : float
        The old and the new value on that date.
    """

    column: str
    bars: int
    first: datetime.date
    last: datetime.date
    on: datetime.date
    was: float
    now: float

    @property
    def relative(self) -> float | None:
        """The largest change as a fraction of the old value; None if the old value is zero."""
        return self.now / self.was - 1.0 if self.was else None


@dataclass(frozen=True)
class ChangedBars:
    """The differences between one instrument's bars and an older vintage of them.

    Attributes
    ----------
    name : str
        The instrument.
    rows : int
        Bars in the older vintage.
    changed, added, gone : tuple of date
        Dates with different values, new dates and removed dates; oldest first.
    columns : tuple of ColumnChange
        The changed columns, in the order of a table of bars.
    """

    name: str
    rows: int
    changed: tuple[datetime.date, ...]
    added: tuple[datetime.date, ...]
    gone: tuple[datetime.date, ...]
    columns: tuple[ColumnChange, ...]

    def words(self) -> str:
        """Return one line of text: how many bars were changed, added and removed."""
        parts = [f"{len(self.changed):,} of {self.rows:,} bars changed{_span(self.changed)}"]
        parts += [
            f"{len(dates):,} {what}{_span(dates)}"
            for what, dates in (("added", self.added), ("gone", self.gone))
            if dates
        ]
        return f"{self.name}: {'; '.join(parts)}"

    def plain(self) -> dict[str, Any]:
        """Return the differences for JSON; of dates their number, the first and the last."""
        kinds = {"changed": self.changed, "added": self.added, "gone": self.gone}
        counted = {
            kind: {"bars": len(dates), "first": _iso(dates[:1]), "last": _iso(dates[-1:])}
            for kind, dates in kinds.items()
        }
        columns = [
            {
                key: value.isoformat() if isinstance(value, datetime.date) else value
                for key, value in (asdict(column) | {"relative": column.relative}).items()
            }
            for column in self.columns
        ]
        return {"name": self.name, "rows": self.rows, **counted, "columns": columns}


def changed_bars(was: Bars, now: Bars) -> ChangedBars:
    """Compare two vintages of an instrument's bars; equal values are bit-identical doubles."""
    old, new = was.frame(), now.frame()
    common = old.index.intersection(new.index)
    before, after = old.loc[common], new.loc[common]
    differs = before != after
    return ChangedBars(
        name=was.name,
        rows=len(was),
        changed=_dates(common[differs.any(axis=1).to_numpy()]),
        added=_dates(new.index.difference(old.index)),
        gone=_dates(old.index.difference(new.index)),
        columns=tuple(
            _column_change(column, before.loc[moved, column], after.loc[moved, column])
            for column in COLUMNS
            if (moved := differs[column].to_numpy()).any()
        ),
    )


def _column_change(column: str, was: pd.Series, now: pd.Series) -> ColumnChange:
    old, new = was.to_numpy(), now.to_numpy()
    relative = np.full(len(old), np.inf)  # a change from zero is the largest
    np.divide(np.abs(new - old), np.abs(old), out=relative, where=old != 0)
    largest = int(relative.argmax())
    dates = _dates(pd.DatetimeIndex(was.index))
    return ColumnChange(
        column, len(old), dates[0], dates[-1], dates[largest],
        float(old[largest]), float(new[largest]),
    )  # fmt: skip


def _dates(index: pd.Index) -> tuple[datetime.date, ...]:
    return tuple(pd.DatetimeIndex(index).date)


def _span(dates: tuple[datetime.date, ...]) -> str:
    if not dates:
        return ""
    return f" ({dates[0]})" if len(dates) == 1 else f" ({dates[0]} to {dates[-1]})"


def _iso(dates: tuple[datetime.date, ...]) -> str | None:
    return dates[0].isoformat() if dates else None
