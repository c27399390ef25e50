"""Which bars are the same as others: tables that share a year of closes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from ...feeds.bars import Bars

Years = Mapping[str, str]
"""From a year, "2013", to a short hash of its dates and closes."""

FEWEST = {"day": 20, "week": 8, "month": 6}
"""Bars of a year below which it does not tell one table from another."""

DIGITS = 16


def years_of(bars: Bars) -> dict[str, str]:
    """Return a hash of each year's dates and closes; years of few bars are left out.

    A file that has grown by some days, or that was cut at another end, is another vintage, but its
    whole years are the same: what was tried on them was tried on these bars too. Dividends and
    volume do not count.
    """
    years = bars.dates.astype("datetime64[Y]")
    found = {}
    for year in np.unique(years):
        those = years == year
        if np.count_nonzero(those) < FEWEST[bars.frequency]:
            continue
        digest = hashlib.sha256(bars.dates[those].astype("<i8").tobytes())
        digest.update((bars.close[those] + 0.0).astype("<f8").tobytes())
        found[str(year)] = digest.hexdigest()[:DIGITS]
    # A short table has no such year; it is the same as itself alone.
    return found or {"all": bars.vintage[:DIGITS]}


def share(one: Years, other: Years) -> bool:
    """Return whether two tables have the same closes in some year."""
    return any(other.get(year) == digest for year, digest in one.items())
