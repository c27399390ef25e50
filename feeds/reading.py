"""How a table of bars is read where it does not say so itself, and what its reading came to."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from .conventions import FREQUENCIES
from .errors import RequestError
from .python_numbers import hold_python_numbers
from .quoting import shown
from .setting import declared, fault_of, setting

#: What prices hold: nothing; splits; splits and dividends.
BASES = ("raw", "split", "total")

#: What `resample` makes of daily bars.
RESAMPLES = (*FREQUENCIES[1:], "open")

DATE_ORDERS = ("dmy", "mdy")

DECIMALS = (".", ",")

GROUP = "Reading files"
"""Heading under which the help of the command line lists the options of reading."""


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
    resample : {"week", "month", "open"}, optional
        Make weekly or monthly bars out of the table's bars; "open": bars from one open to the next,
        so that a run decides and fills at the open.
    drop_bad_rows : bool
        Leave faulty rows out, and list them, instead of refusing the table.
    keep_all_rows : bool
        Keep bars on Saturdays and Sundays in a table of weekdays.

    Raises
    ------
    RequestError
        A value that is none of these.
    """

    prices: str | None = setting(
        "choice",
        choices=BASES,
        metavar="WHAT",
        help="What prices hold: raw, split or total (dividends too); else worked out",
        group=GROUP,
    )
    split: tuple[str, ...] = setting(
        "texts",
        (),
        metavar="[NAME:]DATE=RATIO",
        help="A split that no column states: 2020-08-31=4, reverse 1/10; repeat",
        group=GROUP,
    )
    calendar: str | None = setting(
        "text",
        metavar="NAME",
        help="The exchange: XNYS, XTKS, 24/7 and others of exchange_calendars; else worked out",
        group=GROUP,
    )
    timezone: str | None = setting(
        "text",
        metavar="ZONE",
        help="The exchange's zone (Asia/Tokyo): stamps count on their date there",
        group=GROUP,
    )
    dates: str | None = setting(
        "choice",
        choices=DATE_ORDERS,
        metavar="ORDER",
        help="dmy or mdy: whether 02/03/2020 begins with the day or the month",
        group=GROUP,
    )
    decimal: str | None = setting(
        "choice",
        choices=DECIMALS,
        metavar="MARK",
        help="The decimal mark, . or ,; else worked out",
        group=GROUP,
    )
    resample: str | None = setting(
        "choice",
        choices=RESAMPLES,
        metavar="PERIOD",
        help="Make bars of a week or a month out of daily ones; open: from open to open",
        group=GROUP,
    )
    drop_bad_rows: bool = setting(
        "flag", False, help="Leave faulty rows out, and list them", group=GROUP
    )
    keep_all_rows: bool = setting(
        "flag", False, help="Keep bars on weekends in a file of weekdays", group=GROUP
    )

    def __post_init__(self) -> None:
        hold_python_numbers(self)
        written: Any = self.split  # one text stands for a tuple of one
        object.__setattr__(self, "split", (written,) if isinstance(written, str) else (*written,))
        if (fault := fault_of(vars(self), OPTIONS)) is not None:
            raise RequestError(fault)
        for text in self.split:
            split_of(text)

    def splits(self, name: str) -> dict[datetime.date, float]:
        """Return the splits of a table: date to new shares for an old one, > 0."""
        stated = map(split_of, self.split)
        return {each.date: each.ratio for each in stated if each.name in ("", name)}

    def plain(self) -> dict[str, Any]:
        """Return what differs from a plain reading, as JSON takes it."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
            if value != OPTIONS[name].default
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the reading of what `plain` returned."""
        for name in values:
            if name not in OPTIONS:
                raise RequestError(f"there is no option of reading {shown(name)}")
        return cls(**values)


OPTIONS = declared(Reading)
"""Every option of reading by name."""

_RATIO = re.compile(r"(\d+(?:\.\d+)?)(?:(?:/|:|-?for-?)(\d+(?:\.\d+)?))?", re.IGNORECASE)


class Split(NamedTuple):
    """A split that a user states."""

    name: str
    """The table that it belongs to; empty for the only one."""
    date: datetime.date
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
        return Split(name.strip(), datetime.date.fromisoformat(day.strip()), ratio)
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
        Whether every split is told, by an adjusted close that dividends part from the close or by
        the split factors of a panel: then a jump that looks like one is none.
    """

    prices: str = "split"
    why: str = "as it was handed over"
    reading: Reading = field(default=PLAIN)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    splits_known: bool = False


#: Of bars that were handed over as arrays.
HANDED = Origin()
