"""Two vintages of the same bars, and where they part."""

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
    """What became of one column on the dates that both vintages have.

    Attributes
    ----------
    column : str
        Its name.
    bars : int
        How many values differ.
    first, last : date
        First and last of them.
    on : date
        Where the largest change stands, relative to what was.
    was, now : float
        The two values there.
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
        """The largest change as a fraction of what was; None where that was zero."""
        return self.now / self.was - 1.0 if self.was else None


@dataclass(frozen=True)
class ChangedBars:
    """How one instrument's bars differ from an older vintage of them.

    Attributes
    ----------
    name : str
        The instrument.
    rows : int
        Bars in the older vintage.
    changed, added, gone : tuple of date
        Dates whose values differ, that are new, and that are no longer there; oldest first.
    columns : tuple of ColumnChange
        Those that changed, in the order of a table of bars.
    """

    name: str
    rows: int
    changed: tuple[datetime.date, ...]
    added: tuple[datetime.date, ...]
    gone: tuple[datetime.date, ...]
    columns: tuple[ColumnChange, ...]

    def words(self) -> str:
        """Say it in one line, without the columns."""
        parts = [f"{len(self.changed):,} of {self.rows:,} bars changed{_span(self.changed)}"]
        parts += [
            f"{len(dates):,} {what}{_span(dates)}"
            for what, dates in (("added", self.added), ("gone", self.gone))
            if dates
        ]
        return f"{self.name}: {'; '.join(parts)}"

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it; of the dates their number, the first and the last."""
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
    """Compare two vintages of an instrument's bars; any other double is another value."""
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
    relative = np.full(len(old), np.inf)  # out of nothing: larger than any other change
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
