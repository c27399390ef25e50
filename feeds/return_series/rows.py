"""The rows of a table of returns that hold numbers, in order and without gaps."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..checks import on_dates
from ..errors import BarsError
from ..reading import Reading
from ..tables.places import quoted
from ..tables.written_dates import WrittenDates
from ..tables.written_numbers import read_numbers
from .written import Column, Written


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a table that hold numbers: dates, and which stamp and values each has."""

    dates: Dates
    stamps: Floats
    values: Floats
    beside: Floats

    def taken(self, rows: np.ndarray) -> Rows:
        """Return some of the rows, by mask or by index."""
        return Rows(*(getattr(self, each.name)[rows] for each in dataclasses.fields(self)))


def rows_of(
    written: Written,
    chosen: Column,
    other: Column | None,
    when: WrittenDates,
    reading: Reading,
    warnings: list[str],
) -> Rows:
    """Return the rows that can be read; name the others, which are faults unless left out."""
    faults: list[str] = []
    bad = np.zeros(len(when.days), dtype=np.bool_)
    numbers = []
    for each in (chosen, other):
        if each is None:
            numbers.append(np.full(len(when.days), np.nan))
            continue
        read = read_numbers(each.cells, each.decimal)
        infinite = np.isinf(read.values)
        if (wrong := read.wrong | infinite).any():
            faults.append(f"{each.label or 'value'} is not a number: {quoted(each.cells, wrong)}")
            bad |= wrong
        numbers.append(read.values)
    undated = np.isnat(when.days)
    if (lost := undated & ~(np.isnan(numbers[0]) & written.dates.isna().to_numpy())).any():
        faults.append(f"no date (write it YYYY-MM-DD): {quoted(written.dates, lost)}")
    if faults and not reading.drop_bad_rows:
        raise BarsError("; ".join(faults))
    if (count := int((bad | lost).sum())) and faults:
        warnings.append(f"{count} row{'s' * (count > 1)} left out, {'; '.join(faults)}")
    stamps = pd.factorize(written.dates)[0].astype(np.float64)
    return Rows(when.days, stamps, *numbers).taken(~(bad | undated))


def in_order(rows: Rows, notes: list[str]) -> Rows:
    """Return the rows oldest first; raise if dates are twice or out of order."""
    steps = np.diff(rows.dates).astype(np.int64)
    if (steps < 0).sum() > (steps > 0).sum():
        notes.append("rows stand newest first: sorted")
        rows = rows.taken(np.arange(len(rows.dates))[::-1])
        steps = np.diff(rows.dates).astype(np.int64)
    if (steps < 0).any():
        late = rows.dates[1:][steps < 0]
        raise BarsError(f"dates are out of order on {on_dates(late)}: sort the rows by date")
    _, first = np.unique(rows.stamps, return_index=True)
    again = np.ones(len(rows.stamps), dtype=np.bool_)
    again[first] = False
    if again.any():
        raise BarsError(
            f"dates are there twice: {on_dates(np.unique(rows.dates[again]))}; one row a date, or "
            "a time of day with each"
        )
    return rows


def without_empty(
    rows: Rows, label: str, reading: Reading, notes: list[str], warnings: list[str]
) -> Rows:
    """Leave out empty cells at the ends, but for the last one before the first number."""
    known = np.flatnonzero(~np.isnan(rows.values))
    if not len(known):
        raise BarsError(f"no number in {label or 'the column'} up to the end that was asked for")
    first, last = max(known[0] - 1, 0), known[-1]
    ends = len(rows.values) - (last + 1 - known[0])
    if ends > (known[0] > 0):
        notes.append(f"{ends} empty cells at the ends left out")
    rows = rows.taken(np.arange(first, last + 1))
    empty = np.isnan(rows.values)
    empty[0] = False
    if empty.any():
        words = f"{label or 'the value'} is empty on {on_dates(rows.dates[empty])}"
        if not reading.drop_bad_rows:
            raise BarsError(f"{words}: fill it, or leave the rows out with --drop-bad-rows")
        warnings.append(f"{empty.sum()} row{'s' * int(empty.sum() > 1)} left out, {words}")
        rows = rows.taken(~empty)
    return rows
