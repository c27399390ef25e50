"""One immutable, validated table of bars: what every run starts from."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .arrays import Dates, Floats
from .calendars import check_calendar, periods_per_year
from .checks import bar_faults, bar_warnings
from .errors import BarsError, RequestError
from .frames import as_date, read_frame
from .instruments import instrument_named
from .quoting import cut
from .reading import HANDED, PLAIN, Origin, Reading
from .resampled import resampled
from .tables.spellings import COLUMNS
from .tidy.jumps import jump_warnings
from .tidy.tidied import oldest_first, tidied

__all__ = ["Bars", "BarsError", "RequestError"]


@dataclass(frozen=True, eq=False, repr=False)
class Bars:
    """Daily, weekly or monthly bars of one instrument, oldest first, checked when they are built.

    Prices are split-adjusted and *not* dividend-adjusted; the cash dividend stands beside them on
    its ex-date, in the same units. The arrays are read-only copies. Two tables are equal when
    name, calendar, frequency, `price_only` and every value are.

    Parameters
    ----------
    name : str
        The instrument, as it is shown.
    dates : array_like of datetime64[D], shape (n,)
        Dates of the bars, oldest first, each once, n >= 2.
    open, high, low, close : array_like of float, shape (n,)
        Prices per share in account currency, positive.
    volume : array_like of float, shape (n,)
        Shares traded, not negative; NaN on every bar where it is not known.
    dividend : array_like of float, shape (n,)
        Cash per share on the ex-date, zero on other days, below the previous close.
    source : str
        Where the bars came from, in words.
    calendar : str
        Sessions that the bars keep: "XNYS", "24/7" or another exchange of exchange_calendars
        ("XTKS"; of an alias such as "JPX" the calendar's own name is kept). Sets the periods a
        year.
    price_only : bool
        True when no dividends were known: the column is zero and returns are price returns.
    frequency : {"day", "week", "month"}
        What a bar spans; sets the periods a year.
    origin : Origin, optional
        What the prices held where they were read, and how they were read.
    title : str
        The instrument's name for readers, "S&P 500" for SP500, made one line; empty: `name` is it.

    Raises
    ------
    BarsError
        With every fault: dates twice or out of order, a NaN, a price that is not positive, a high
        or low that does not enclose open and close (relative tolerance 1e-6), a negative volume
        or dividend, fewer than 2 bars, columns of different lengths.
    CalendarError
        For an unknown calendar.
    """

    name: str
    dates: Dates
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    dividend: Floats
    source: str = "arrays"
    calendar: str = "XNYS"
    price_only: bool = False
    frequency: str = "day"
    origin: Origin = HANDED
    title: str = ""

    def __post_init__(self) -> None:
        """Copy the columns, lock them and check them."""
        object.__setattr__(self, "calendar", check_calendar(self.calendar))
        periods_per_year(self.calendar, self.frequency)  # refuses an unknown frequency
        object.__setattr__(self, "title", _one_line(self.title))
        object.__setattr__(self, "dates", _locked(self.dates, "datetime64[D]"))
        for column in COLUMNS:
            object.__setattr__(self, column, _locked(getattr(self, column), "float64"))
        columns = self._columns()
        lengths = {len(self.dates), *(len(values) for values in columns.values())}
        if len(lengths) > 1:
            fault = f"columns of different lengths: {sorted(lengths)}"
            raise BarsError(_lines(self.name, self.source, [fault]))
        if faults := bar_faults(self.dates, columns):
            raise BarsError(_lines(self.name, self.source, faults))

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        name: str | None = None,
        *,
        source: str = "frame",
        calendar: str | None = None,
        dividends: bool = True,
        ticker: str | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        reading: Reading = PLAIN,
        counted_from: dt.date | None = None,
    ) -> Bars:
        """Build bars from a frame with the usual spellings of columns.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row a day, the date in the index or in a column `date`. Columns open, high, low,
            close, volume and, if known, dividend, in any case and order; yfinance's two-level
            columns, in either order; a column `ticker` when there are several instruments.
            A column `split_factor` says that prices are raw; they come out split-adjusted.
            Of a time with a zone, the local date counts.
        name : str, optional
            The instrument, as it is shown; None takes the ticker that the frame states, else
            "bars".
        source : str
            Where the bars came from, in words.
        calendar : str, optional
            The exchange, or "24/7". None takes the calendar that most bars fit; see
            `calendar_fit.infer_calendar`.
        dividends : bool
            False ignores the dividend column; the bars are then `price_only`.
        ticker : str, optional
            Which instrument to take, in any case, when the frame holds several.
        start, end : str or datetime.date, optional
            First and last date wanted. The rows outside are cut off unread.
        reading : Reading
            How the frame is read where it does not say so itself.
        counted_from : datetime.date, optional
            First day whose return counts: faulty rows before it are left out, and listed.

        Returns
        -------
        Bars
            The bars; the frame is not changed.

        Raises
        ------
        BarsError
            With every fault of the rows wanted, as for `Bars`, and: a column that is missing,
            a cell that is no number, a date that cannot be read.
        RequestError
            For an unknown ticker, or dates that leave fewer than 2 bars.
        """
        name = name or instrument_named(frame, ticker) or "bars"
        chosen = replace(reading, calendar=calendar) if calendar else reading
        table, faults = read_frame(
            frame,
            ticker=ticker,
            start=start,
            end=end,
            dividends=dividends,
            reading=chosen,
            counted_from=counted_from,
        )
        if table is None or not {"open", "high", "low", "close"} <= table.columns.keys():
            if table is not None:
                table = oldest_first(table, [])
                faults += bar_faults(table.dates, table.columns)
            raise BarsError(_lines(name, source, faults))
        found = tidied(
            table, name=name, reading=chosen, dividends=dividends, counted_from=counted_from
        )
        if faults or found.faults:
            raise BarsError(_lines(name, source, [*faults, *found.faults]))
        columns: dict[str, Any] = dict(found.columns)
        price_only = "dividend" not in columns
        columns.setdefault("dividend", np.zeros(len(found.dates)))
        bars = cls(
            name,
            found.dates,
            source=source,
            calendar=found.calendar,
            price_only=price_only,
            frequency=found.frequency,
            origin=found.origin,
            **columns,
        )
        if chosen.resample is None:
            return bars
        return resampled(bars, chosen.resample)

    def __len__(self) -> int:
        """Count the bars."""
        return len(self.dates)

    def __repr__(self) -> str:
        """Show name, number of bars and dates."""
        return f"Bars({self.name!r}, {len(self)} bars, {self.dates[0]} to {self.dates[-1]})"

    def _repr_html_(self) -> str:
        """Return name, first and last rows and closes, as a notebook shows them.

        What draws it is found by its name when it is asked for: bars know no page.
        """
        cards = import_module(f"{__name__.rpartition('.feeds.')[0]}.runners.pages.notebook.cards")
        html: str = cards.bars_html(self)
        return html

    def __eq__(self, other: object) -> bool:
        """Compare name, calendar, frequency, `price_only` and every value; not the source."""
        return self._identity() == other._identity() if isinstance(other, Bars) else NotImplemented

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return hash(self._identity())

    def frame(self) -> pd.DataFrame:
        """Return a fresh frame: index `date`, columns open, high, low, close, volume, dividend."""
        index = pd.DatetimeIndex(self.dates, name="date")
        return pd.DataFrame(
            {name: values.copy() for name, values in self._columns().items()}, index=index
        )

    def between(self, start: str | dt.date | None = None, end: str | dt.date | None = None) -> Bars:
        """Return the bars from `start` to `end`, both included; None is no bound.

        Raises
        ------
        RequestError
            When fewer than 2 bars are left, or a bound is not a date.
        """
        first = np.searchsorted(self.dates, as_date(start, "start")) if start is not None else 0
        last = (
            np.searchsorted(self.dates, as_date(end, "end"), side="right")
            if end is not None
            else len(self)
        )
        if last - first < 2:
            raise RequestError(
                f"{self.name}: {max(last - first, 0)} bars from {start or 'the first'} to "
                f"{end or 'the last'}, at least 2 are needed; "
                f"there are bars from {self.dates[0]} to {self.dates[-1]}"
            )
        kept: dict[str, Any] = {
            name: values[first:last] for name, values in self._columns().items()
        }
        return replace(self, dates=self.dates[first:last], **kept)

    def without_dividends(self) -> Bars:
        """Return the same prices with no dividend paid, as `price_only`."""
        return replace(self, dividend=np.zeros(len(self)), price_only=True)

    @cached_property
    def adjusted_close(self) -> Floats:
        """Closing prices adjusted back for dividends; the last one is the close itself.

        Array of shape (n,), oldest first. Every close before an ex-date t is multiplied by
        1 - D_t / C_{t-1}, the standard back-adjustment, so that the adjusted return over t is
        C_t / (C_{t-1} - D_t) - 1. For charts and signals, never for an account that is paid
        dividends.
        """
        factors = np.ones(len(self))
        factors[:-1] = 1 - self.dividend[1:] / self.close[:-1]
        adjusted: Floats = _locked(self.close * np.cumprod(factors[::-1])[::-1], "float64")
        return adjusted

    @cached_property
    def total_returns(self) -> Floats:
        """Simple returns with the dividend, (C_t + D_t) / C_{t-1} - 1; shape (n,), first NaN."""
        later = (self.close[1:] + self.dividend[1:]) / self.close[:-1] - 1
        returns: Floats = _locked(np.concatenate(([np.nan], later)), "float64")
        return returns

    @property
    def prices(self) -> str:
        """What the prices held where they were read: "raw", "split" or "total"."""
        return self.origin.prices

    @property
    def periods_per_year(self) -> int:
        """Bars a year by which figures are annualised: 252 or 365, 52, 12."""
        return periods_per_year(self.calendar, self.frequency)

    @cached_property
    def closes_only(self) -> bool:
        """Whether closes alone are known: open, high and low equal them on every bar."""
        return all(
            bool((getattr(self, name) == self.close).all()) for name in ("open", "high", "low")
        )

    @property
    def volume_known(self) -> bool:
        """Whether the table has a volume; where it has none the column is NaN."""
        return not bool(np.isnan(self.volume).any())

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Warnings: what is allowed but unusual about the bars, one line each.

        What their reading left out, jumps that look like splits, and `checks.bar_warnings`.
        """
        columns = self._columns()
        known = self.origin.splits_known
        jumps = [] if known else jump_warnings(self.dates, columns, self.calendar)
        odd = bar_warnings(self.dates, columns, self.calendar, self.frequency)
        return (*self.origin.warnings, *jumps, *odd)

    @cached_property
    def vintage(self) -> str:
        """SHA-256, in hex, of the values: equal bars have equal vintages on every machine.

        Dates count as little-endian 64-bit days since 1970, then open, high, low, close, volume
        and dividend as little-endian doubles, -0.0 as 0.0. Name and source do not count.
        """
        digest = hashlib.sha256(self.dates.astype("<i8").tobytes())
        for values in self._columns().values():
            digest.update((values + 0.0).astype("<f8").tobytes())
        return digest.hexdigest()

    def _columns(self) -> dict[str, Floats]:
        return {name: getattr(self, name) for name in COLUMNS}

    def _identity(self) -> tuple[str, str, str, bool, str]:
        return self.name, self.calendar, self.frequency, self.price_only, self.vintage

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone: what is derived is derived again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the fields, and lock the arrays, which pickling had opened."""
        for name, value in state.items():
            locked = _locked(value, value.dtype) if isinstance(value, np.ndarray) else value
            object.__setattr__(self, name, locked)


def _locked(values: npt.ArrayLike, dtype: npt.DTypeLike) -> Any:
    # The memory belongs to a bytes object, so that no caller can make the array writeable.
    array = np.asarray(values, dtype=dtype)
    return np.frombuffer(array.tobytes(), dtype=np.int64).view(array.dtype)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _lines(name: str, source: str, faults: list[str]) -> str:
    return "\n".join(cut(f"{name} ({source}): {fault}") for fault in faults)
