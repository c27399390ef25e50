"""How a table of bars is read where it does not say so itself, and what its reading came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

import numpy as np

from .errors import RequestError
from .quoting import shown

#: What prices hold: nothing; splits; splits and dividends.
BASES = ("raw", "split", "total")

#: What `resample` makes of daily bars.
RESAMPLES = ("week", "month")

DATE_ORDERS = ("dmy", "mdy")

DECIMALS = (".", ",")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file or frame of bars is read; what is left out is worked out from the table.

    Parameters
    ----------
    prices : {"raw", "split", "total"}, optional
        What the prices hold: "raw" neither splits nor dividends, "split" splits, "total" splits
        and dividends.
    split : tuple of str
        Splits that no column states, each as ``[NAME:]DATE=RATIO``: ``2020-08-31=4`` for four
        new shares for an old one, ``2011-05-09=1/10`` for a reverse split. The prices before
        the date are raw; they are divided by the ratio. With a name it counts for the table of
        that name alone.
    calendar : str, optional
        The exchange, as exchange_calendars names it ("XTKS"), or "24/7".
    timezone : str, optional
        IANA name of the exchange's time zone ("Asia/Tokyo"): stamps with a zone, and Unix
        stamps, count on their date there.
    dates : {"dmy", "mdy"}, optional
        Whether 02/03/2020 begins with the day or with the month.
    decimal : {".", ","}, optional
        The decimal mark of a file's numbers.
    resample : {"week", "month"}, optional
        Make weekly or monthly bars out of the table's bars.
    drop_bad_rows : bool
        Leave faulty rows out, and list them, instead of refusing the table.
    keep_all_rows : bool
        Keep bars on Saturdays and Sundays in a table of weekdays.

    Raises
    ------
    RequestError
        A value that is none of these.
    """

    prices: str | None = None
    split: tuple[str, ...] = ()
    calendar: str | None = None
    timezone: str | None = None
    dates: str | None = None
    decimal: str | None = None
    resample: str | None = None
    drop_bad_rows: bool = False
    keep_all_rows: bool = False

    def __post_init__(self) -> None:
        """Check the words."""
        written: Any = self.split  # one text stands for a tuple of one
        object.__setattr__(self, "split", (written,) if isinstance(written, str) else (*written,))
        for name, known in (
            ("prices", BASES),
            ("dates", DATE_ORDERS),
            ("decimal", DECIMALS),
            ("resample", RESAMPLES),
        ):
            value = getattr(self, name)
            if value is not None and value not in known:
                raise RequestError(f"{name} must be one of {', '.join(known)}, got {shown(value)}")
        for name in ("drop_bad_rows", "keep_all_rows"):
            if not isinstance(getattr(self, name), bool):
                raise RequestError(f"{name} is yes or no, got {shown(getattr(self, name))}")
        for text in self.split:
            split_of(text)

    def splits(self, name: str) -> dict[np.datetime64, float]:
        """Return the splits of a table: date to new shares for an old one, > 0."""
        stated = map(split_of, self.split)
        return {each.date: each.ratio for each in stated if each.name in ("", name)}

    def plain(self) -> dict[str, Any]:
        """Return what differs from a plain reading, as JSON takes it."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values
            if value != getattr(PLAIN, name)
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the reading of what `plain` returned."""
        known = {each.name for each in fields(cls)}
        for name in values:
            if name not in known:
                raise RequestError(f"there is no option of reading {shown(name)}")
        return cls(**values)


_RATIO = re.compile(r"(\d+(?:\.\d+)?)(?:(?:/|:|-?for-?)(\d+(?:\.\d+)?))?", re.IGNORECASE)


class Split(NamedTuple):
    """A split that a user states."""

    name: str
    """The table that it belongs to; empty for the only one."""
    date: np.datetime64
    """First day on which the new shares trade."""
    ratio: float
    """New shares for an old one."""


def split_of(text: str) -> Split:
    """Read ``[NAME:]DATE=RATIO``.

    Raises
    ------
    RequestError
        The text says no split.
    """
    wrong = RequestError(
        f"split must be DATE=RATIO, as 2020-08-31=4 or 2011-05-09=1/10: {shown(text)}"
    )
    where, _, written = str(text).rpartition("=")
    name, _, day = where.rpartition(":")
    ratio = ratio_of(written)
    if ratio is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", day.strip()):
        raise wrong
    try:
        return Split(name.strip(), np.datetime64(day.strip(), "D"), ratio)
    except ValueError as error:
        raise wrong from error


def ratio_of(written: str) -> float | None:
    """Return new shares for an old one: 1.5 for "3/2", "3:2", "3 for 2" and "1.5"; else None."""
    found = _RATIO.fullmatch("".join(written.split()))
    if found is None:
        return None
    new, old = float(found[1]), float(found[2] or 1.0)
    return new / old if 0 < new < 1e6 and 0 < old < 1e6 else None


PLAIN = Reading()


@dataclass(frozen=True)
class Origin:
    """What is known of how a table of bars came about.

    Attributes
    ----------
    prices : {"raw", "split", "total"}
        What the prices held where they were read. Raw prices with known splits come out
        split-adjusted.
    why : str
        What says so, in words.
    reading : Reading
        The options that it was read with.
    notes : tuple of str
        What the reading did that changes no figure: "newest first: sorted".
    warnings : tuple of str
        What the reading did that may change figures: rows left out, splits that are not seen.
    splits_known : bool
        Whether an adjusted close that dividends part from the close tells every split: then a jump
        that looks like one is none.
    """

    prices: str = "split"
    why: str = "as it was handed over"
    reading: Reading = field(default=PLAIN)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    splits_known: bool = False


#: Of bars that were handed over as arrays.
HANDED = Origin()
