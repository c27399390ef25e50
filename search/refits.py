"""When a walk-forward fits, and when it trades: lengths of time, and windows of sessions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..feeds.arrays import Dates
from ..feeds.quoting import shown
from .errors import SearchError

UNITS = {"y": "years", "m": "months", "w": "weeks", "d": "bars"}
"""Letter of a length, and what it counts. Years, months and weeks are the calendar's."""

LONGEST = 100_000
"""Largest count of a length."""

TENTHS = 10
"""Parts of a refit interval in bars by which refits are shifted."""

_WRITTEN = re.compile(r"\s*(\d{1,6})\s*([ymwd])\s*", re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A length of time, as it is written: 5y, 6m, 26w or 250d.

    Parameters
    ----------
    count : int
        1 to 100,000.
    unit : {"y", "m", "w", "d"}
        Calendar years, months or weeks; "d" counts bars, which are sessions where bars are daily.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str | Duration, name: str = "a length") -> Duration:
        """Read a length; one that is read already is returned as it is.

        Parameters
        ----------
        text : str or Duration
        name : str
            What it is the length of, for the message.

        Raises
        ------
        SearchError
            It is not of that form, is 0, or is longer than 100,000.
        """
        if isinstance(text, Duration):
            return text
        written = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
        count = int(written[1]) if written else 0
        if not written or not 1 <= count <= LONGEST:
            raise SearchError(
                f"{name} must be a length such as 5y, 6m, 26w or 250d (years, months, weeks, "
                f"bars; 1 to {LONGEST:,}), got {shown(str(text))}"
            )
        return cls(count, written[2])

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def from_day(self, day: np.datetime64, sessions: Dates, times: int = 1) -> np.datetime64 | None:
        """Return the day that lies `times` lengths after `day`; before it where `times` < 0.

        Parameters
        ----------
        day : datetime64[D]
        sessions : ndarray of datetime64[D], shape (n,)
            Days of the bars, oldest first. A length in bars is counted from the first of them that
            is not before `day`.
        times : int

        Returns
        -------
        datetime64[D] or None
            The 31st of a shorter month is its last day. None: the bars do not reach so far.
        """
        steps = times * self.count
        if self.unit == "w":
            return day + np.timedelta64(7 * steps, "D")
        if self.unit == "d":
            row = int(np.searchsorted(sessions, day)) + steps
            return sessions[row] if 0 <= row < sessions.size else None
        month = day.astype("datetime64[M]")
        later = month + np.timedelta64(steps * (12 if self.unit == "y" else 1), "M")
        of_month = day - month.astype("datetime64[D]")
        last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        found: np.datetime64 = min(later.astype("datetime64[D]") + of_month, last)
        return found


class Window(NamedTuple):
    """One refit: rows of the sessions that are fitted, and of those that are traded."""

    opens: int
    """Session at whose close the account of the fit opens."""
    refit: int
    """Last session of the fit. The set that is chosen there decides from there on."""
    last: int
    """Session of the next refit, or the last one; the set's days are `refit` + 1 to `last`."""


def windows(
    sessions: Dates,
    fit: Duration,
    refit: Duration,
    *,
    anchored: bool = False,
    shift: Duration | None = None,
) -> list[Window]:
    """Return the windows of a walk-forward, oldest first.

    The first refit is the first session at or after `fit` from the first session, and `shift`
    later; then one follows every `refit`. A refit without a session after it is none.

    Parameters
    ----------
    sessions : ndarray of datetime64[D], shape (n,)
        Days of the account, oldest first: the first is the earliest that a fit can open on.
    fit, refit : Duration
    anchored : bool
        Every fit opens on the first session; else `fit` before its refit.
    shift : Duration or None

    Returns
    -------
    list of Window
        Empty where the sessions are too few.

    Raises
    ------
    SearchError
        A fit is shorter than the time from bar to bar, so that it holds no return.
    """
    first = fit.from_day(sessions[0], sessions)
    if first is not None and shift is not None:
        first = shift.from_day(first, sessions)
    found: list[tuple[int, int]] = []
    while first is not None:
        nominal = refit.from_day(first, sessions, len(found)) if found else first
        if nominal is None:
            break
        row = int(np.searchsorted(sessions, nominal))
        if row >= sessions.size - 1:
            break
        opens = 0 if anchored else _opens(sessions, nominal, row, fit)
        if row <= opens:
            raise SearchError(
                f"fit {fit} holds no return before the refit on {sessions[row]}: it is shorter "
                "than the time from bar to bar"
            )
        found.append((opens, row))
    return _joined(found, sessions.size - 1)


def checked_windows(
    sessions: Dates, fit: Duration, refit: Duration, *, anchored: bool = False
) -> list[Window]:
    """Return the windows of a walk-forward, one at least; parameters as for `windows`.

    Raises
    ------
    SearchError
        No refit fits into the sessions; the message says how many would with a shorter fit.
    """
    found = windows(sessions, fit, refit, anchored=anchored)
    if found:
        return found
    shorter = fit
    while not found and shorter.count > 1:
        shorter = Duration(shorter.count // 2, shorter.unit)
        found = windows(sessions, shorter, refit, anchored=anchored)
    advice = "give more bars, or a fit in a smaller unit"
    if found:
        refits = "1 refit" if len(found) == 1 else f"{len(found)} refits"
        advice = f"fit {shorter} leaves {refits}; or give more bars"
    raise SearchError(
        f"fit {fit}: no bar follows the first fit, so that 0 refits fit into the "
        f"{sessions.size:,} bars from {sessions[0]} to {sessions[-1]}: {advice}"
    )


def shifts(refit: Duration) -> tuple[Duration, ...]:
    """Return by how much refits are shifted to see what their dates are worth.

    Parameters
    ----------
    refit : Duration
        Years and months are shifted by 1, 2, ... months up to half of it, weeks by weeks, bars by
        tenths.

    Returns
    -------
    tuple of Duration
        Rising; empty where half of it is less than one step.
    """
    if refit.unit == "d":
        steps = {round(tenth * refit.count / TENTHS) for tenth in range(1, TENTHS // 2 + 1)}
        return tuple(Duration(step, "d") for step in sorted(steps - {0}))
    unit = "w" if refit.unit == "w" else "m"
    count = refit.count * (12 if refit.unit == "y" else 1)
    return tuple(Duration(step, unit) for step in range(1, count // 2 + 1))


def _opens(sessions: Dates, nominal: np.datetime64, row: int, fit: Duration) -> int:
    """Return the first session that is not more than `fit` before a refit."""
    if fit.unit == "d":
        return max(row - fit.count, 0)
    day = fit.from_day(nominal, sessions, -1)
    assert day is not None  # the calendar has no end
    return int(np.searchsorted(sessions, day))


def _joined(found: Sequence[tuple[int, int]], last: int) -> list[Window]:
    """Return windows, each up to the next; of refits on one session the newest counts."""
    newest = {row: opens for opens, row in found}
    own = [(opens, row) for row, opens in newest.items()]
    ends = [row for _, row in own[1:]] + [last][: len(own)]
    return [Window(opens, row, end) for (opens, row), end in zip(own, ends, strict=True)]
