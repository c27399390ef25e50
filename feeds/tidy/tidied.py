"""From the rows of a table to bars: drop rows that are no bars, and adjust prices for splits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Dates, Floats
from ..calendars import check_calendar
from ..checks import Mask, faulty_rows, on_dates
from ..frames import Table
from ..reading import HANDED, PLAIN, Origin, Reading
from .basis import Basis, basis_of
from .calendar_fit import infer_calendar, stray_days
from .known_dates import told_of_dates, when_known
from .spacing import frequency_of
from .splits import faulty_cells, tells_splits

PRICES = ("open", "high", "low", "close")

#: Largest number of left-out rows that are named by their dates.
NAMED_DATES = 40

#: Share of bars on a day of the weekend from which on stamps in UTC are the likely reason.
UTC_WEEKENDS = 0.05


@dataclass(frozen=True)
class Tidied:
    """Bars that are ready to be checked and built.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first.
    columns : dict of str to ndarray of float64, shape (n,)
        open, high, low, close, volume, and dividend where it is known; split-adjusted.
    factor : ndarray of float64, shape (n,), or None
        Raw price / split-adjusted price; None where it is not known.
    calendar, frequency : str
        As in `Bars`.
    origin : Origin
        What the prices held, what was done, what is odd.
    faults : tuple of str
        What keeps the bars from being built.
    """

    dates: Dates
    columns: dict[str, Floats]
    factor: Floats | None
    calendar: str
    frequency: str
    origin: Origin
    faults: tuple[str, ...]


def tidied(
    table: Table,
    *,
    name: str = "",
    reading: Reading = PLAIN,
    dividends: bool = True,
    counted_from: dt.date | None = None,
    today: dt.date | None = None,
) -> Tidied:
    """Put the rows in order, leave out those that are no bars, and adjust raw prices for splits.

    Parameters
    ----------
    table : Table
        What could be read.
    name : str
        Of the table: splits may be stated for it.
    reading : Reading
        How it is read where it does not say so itself.
    dividends : bool
        False drops the dividends.
    counted_from : datetime.date, optional
        Faulty rows before it are left out, and listed.
    today : datetime.date, optional
        No bar is later than the day after it; None takes the computer's date.

    Returns
    -------
    Tidied
        With every fault of the rows that count.

    Raises
    ------
    RequestError
        A calendar that is unknown, or a split outside of the bars.
    """
    if len(table.dates) < 2:
        few = [f"at least 2 bars are needed, found {len(table.dates)}"]
        return Tidied(table.dates, table.columns, None, "XNYS", "day", HANDED, tuple(few))
    notes, warnings = list(table.notes), list(table.warnings)
    faults: list[str] = []
    table = oldest_first(table, notes)
    table = _without_empty_rows(table, notes)
    table, frequency = _evenly_spaced(table, counted_from, warnings, faults)
    priced = table.dates[np.isfinite(table.columns["close"])]
    calendar = check_calendar(reading.calendar or _calendar(priced, frequency))
    if not reading.keep_all_rows:
        faults += utc_weekends(table.dates, calendar, table.zone, reading)
    latest = np.datetime64(today or dt.date.today(), "D") + np.timedelta64(1, "D")
    known_on = when_known(table.dates, calendar, frequency, latest)
    notes += told_of_dates(table.dates, known_on, frequency)
    basis = basis_of(
        known_on,
        table.columns,
        table.splits,
        prices=reading.prices,
        given={np.datetime64(day): ratio for day, ratio in reading.splits(name).items()},
        by_yfinance=table.by_yfinance,
    )
    warnings += basis.warnings
    notes += _untold(table, basis)
    columns = _adjusted(table, basis, dividends=dividends)
    kept = np.ones(len(table.dates), dtype=np.bool_)
    if frequency == "day" and not reading.keep_all_rows:
        stray = stray_days(table.dates, calendar)
        warnings += _strays(table, stray)
        kept &= ~stray
    droppable = np.full(len(table.dates), reading.drop_bad_rows)
    if counted_from is not None:
        droppable |= table.dates < np.datetime64(counted_from, "D")
    known = [("date is after today", table.dates > latest), *_faulty_splits(table)]
    kept = _sound_rows(table.dates, columns, known, kept, droppable, warnings)
    _carry_dividends(table.dates, columns, kept, warnings)
    dates = known_on[kept]
    if len(dates) < 2:
        faults.append(f"at least 2 bars are needed, found {len(dates)}")
    faults += [
        f"{words} on {on_dates(table.dates[kept][mask])}"
        for words, mask in _faulty(table.dates, columns, known, kept)
    ]
    return Tidied(
        dates,
        {key: values[kept] for key, values in columns.items()},
        None if basis.factor is None else basis.factor[kept],
        calendar,
        frequency,
        Origin(
            basis.prices,
            basis.why,
            reading,
            tuple(notes),
            tuple(warnings),
            tells_splits(table.columns["close"], table.columns.get("adj_close")),
        ),
        tuple(faults),
    )


def oldest_first(table: Table, notes: list[str]) -> Table:
    """Reverse a table whose newest row comes first."""
    steps = np.diff(table.dates).astype(np.int64)
    if not (steps < 0).sum() > (steps > 0).sum():
        return table
    notes.append("rows stand newest first: sorted")
    return table.taken(np.arange(len(table.dates))[::-1])


def _without_empty_rows(table: Table, notes: list[str]) -> Table:
    """Leave out rows without a price: at the ends, and anywhere in a table of many instruments."""
    empty = np.all([np.isnan(table.columns[name]) for name in PRICES], axis=0)
    if empty.all():
        return table
    inside = np.zeros(len(empty), dtype=np.bool_)
    first, last = np.flatnonzero(~empty)[[0, -1]]
    inside[first : last + 1] = True
    if not table.of_many:
        empty &= ~inside
    if not empty.any():
        return table
    for words, mask in (("at the ends", empty & ~inside), ("of other instruments", empty & inside)):
        if mask.any():
            plural = "s" if mask.sum() > 1 else ""
            notes.append(f"{mask.sum()} row{plural} {words} without any price left out")
    return table.taken(np.flatnonzero(~empty))


def _evenly_spaced(
    table: Table, counted_from: dt.date | None, warnings: list[str], faults: list[str]
) -> tuple[Table, str]:
    """Return what a bar spans; bars of another spacing before the window are left out."""
    frequency, mixed = frequency_of(table.dates)
    alone = frequency != "day" and not frequency_of(table.dates[:-1])[1]
    if mixed and alone:  # vendors add the newest day as a bar of its own
        warnings.append(
            f"the last bar, {table.dates[-1]}, left out: it lies in the same {frequency} as the "
            "one before"
        )
        return table.taken(np.arange(len(table.dates) - 1)), frequency
    if mixed and counted_from is not None:
        late = table.dates >= np.datetime64(counted_from, "D")
        own, still_mixed = frequency_of(table.dates[late])
        if not still_mixed and late.sum() >= 2:
            early = table.dates[~late]
            warnings.append(
                f"{len(early)} bars up to {early[-1]} left out: their spacing is not that of the "
                f"window ({mixed[0]})"
            )
            return table.taken(np.flatnonzero(late)), own
    faults += mixed
    return table, frequency


def _calendar(dates: Dates, frequency: str) -> str:
    return infer_calendar(dates) if frequency == "day" else "XNYS"


def _untold(table: Table, basis: Basis) -> list[str]:
    """Return a warning of dividends that no column states."""
    adjusted = table.columns.get("adj_close")
    unpaid = "dividend" not in table.columns and basis.prices == "split" and basis.factor is None
    if unpaid and tells_splits(table.columns["close"], adjusted):
        return [
            "the adjusted close tells of dividends that no column states: returns are those of "
            "the price"
        ]
    return []


def utc_weekends(dates: Dates, calendar: str, zone: str | None, reading: Reading) -> list[str]:
    """Name weekend bars that come from stamps in UTC: an exchange's Mondays or Fridays."""
    if zone != "UTC" or reading.timezone is not None or calendar == "24/7":
        return []
    weekday = (dates.astype(np.int64) + 3) % 7  # 0 is Monday
    saturday, sunday = weekday == 5, weekday == 6
    weekend = saturday | sunday
    if max(saturday.mean(), sunday.mean()) <= UTC_WEEKENDS:
        return []
    return [
        f"{weekend.sum()} bars fall on weekends, as stamps in UTC make them "
        f"({on_dates(dates[weekend])}): name the exchange's zone with --timezone, such as "
        "Asia/Tokyo or America/New_York"
    ]


def _adjusted(table: Table, basis: Basis, *, dividends: bool) -> dict[str, Floats]:
    """Return the columns of bars, split-adjusted."""
    columns = {name: values for name, values in table.columns.items() if name != "adj_close"}
    if basis.prices == "total":  # what was paid is inside
        columns["dividend"] = np.zeros(len(table.dates))
    elif "dividend" in columns:
        columns["dividend"] = _paid(columns["dividend"])
        if not dividends:
            del columns["dividend"]
    if basis.prices != "raw" or basis.factor is None:
        return columns
    return {
        name: values * basis.factor if name == "volume" else values / basis.factor
        for name, values in columns.items()
    }


def _paid(dividend: Floats) -> Floats:
    """Return dividends with 0 for blanks, in a column that is blank on every day without one."""
    blank = np.isnan(dividend)
    if blank.all() or not (dividend[~blank] > 0).all():
        return dividend
    return np.where(blank, 0.0, dividend)


def _strays(table: Table, stray: Mask) -> list[str]:
    """Name bars on days of the week on which the exchange never trades."""
    if not stray.any():
        return []
    plural = "s" if stray.sum() > 1 else ""
    return [
        f"{stray.sum()} bar{plural} left out, on days of the week on which the exchange never "
        f"trades: {on_dates(table.dates[stray])} (--keep-all-rows keeps them)"
    ]


def _carry_dividends(
    dates: Dates, columns: dict[str, Floats], kept: Mask, warnings: list[str]
) -> None:
    """Move the dividends of rows that are left out to the next row that is kept.

    A kept row of the same day takes the dividend; else the next kept row does. A dividend equal to
    that of the kept row before is taken for a copy of it, and is not paid again.
    """
    paid = columns.get("dividend")
    if paid is None or kept.all() or not kept.any():
        return
    carried = paid.copy()
    rows = np.flatnonzero(kept)
    for row in np.flatnonzero(~kept & (paid > 0)):
        before, after = rows[rows < row], rows[rows > row]
        if len(before) and paid[before[-1]] == paid[row]:
            continue
        same_day = len(before) and dates[before[-1]] == dates[row]
        if same_day or len(after):
            taker = before[-1] if same_day else after[0]
            carried[taker] += paid[row]
            warnings.append(
                f"the dividend of {paid[row]:g} in a row of {dates[row]} that is left out is paid "
                f"on {dates[taker]}"
            )
    columns["dividend"] = carried


def _faulty_splits(table: Table) -> list[tuple[str, Mask]]:
    """Return which cells of the columns of splits are none."""
    found = []
    for name, values in table.splits.items():
        missing, wrong = faulty_cells(values)
        found += [(f"{name} is missing or not finite", missing), (f"{name} is not positive", wrong)]
    return found


def _faulty(
    dates: Dates,
    columns: Mapping[str, Floats],
    known: Sequence[tuple[str, Mask]],
    kept: Mask,
) -> list[tuple[str, Mask]]:
    """Return what is wrong with the rows that are kept, and with which of them."""
    named = np.zeros(int(kept.sum()), dtype=np.bool_)
    found = [(words, mask[kept]) for words, mask in known]
    for _, mask in found:
        named |= mask
    rows = {name: values[kept] for name, values in columns.items()}
    # The values of a row that is already a fault are not checked.
    found += [(words, mask & ~named) for words, mask in faulty_rows(dates[kept], rows)]
    return [(words, mask) for words, mask in found if mask.any()]


def _sound_rows(
    dates: Dates,
    columns: Mapping[str, Floats],
    known: Sequence[tuple[str, Mask]],
    kept: Mask,
    droppable: Mask,
    warnings: list[str],
) -> Mask:
    """Leave out the faulty rows that may be left out, and list them."""
    left_out: dict[str, list[np.datetime64]] = {}
    while droppable.any():
        rows = np.flatnonzero(kept)
        drop = np.zeros(len(dates), dtype=np.bool_)
        for words, mask in _faulty(dates, columns, known, kept):
            gone = rows[mask][droppable[rows[mask]] & ~drop[rows[mask]]]
            drop[gone] = True
            left_out.setdefault(words, []).extend(dates[gone])
        if not drop.any():
            break
        kept = kept & ~drop
    for words, days in left_out.items():
        if days:
            plural = "s" if len(days) > 1 else ""
            shown = on_dates(np.array(sorted(days)), NAMED_DATES)
            warnings.append(f"{len(days)} row{plural} left out, {words}: {shown}")
    return kept
