"""The bars of recorded feeds: daily, checked where they can be, else only described."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ....feeds.errors import BarsError
from ....feeds.reading import Origin
from ....feeds.tables.spellings import COLUMNS
from ....feeds.tidy.calendar_fit import infer_calendar
from ....feeds.tidy.spacing import frequency_of
from ..provenance import described
from .recording import Feed

SEEN = "as the script's feed delivered it"
UNKNOWN = "unknown"
"""Whether prices are adjusted, of a feed that does not say it."""


def table_of(feed: Feed) -> tuple[Bars | None, dict[str, Any]]:
    """Return a feed's daily bars and what run.json keeps of them.

    The bars are None, and described with the reason, where they are no sound bars. Bars of one
    date are made one bar.
    """
    dates, values, parts = _daily(feed)
    stated = feed.described
    frequency, faults = (stated["frequency"], []) if "frequency" in stated else frequency_of(dates)
    prices = stated.get("prices", UNKNOWN)
    notes = [f"up to {parts} bars a day: made one bar a day"] if parts > 1 else []
    try:
        if faults:
            raise BarsError("; ".join(faults))
        bars = Bars(
            feed.name,
            dates,
            **dict(zip(COLUMNS, values.T, strict=True)),
            source=feed.source,
            calendar=stated.get("calendar") or infer_calendar(dates),
            price_only=stated.get("price_only", not feed.has_dividends),
            frequency=frequency,
            origin=Origin(stated.get("prices", "split"), why=SEEN, notes=tuple(notes)),
            title=stated.get("title", ""),
        )
    except BarsError as error:
        reason = str(error).splitlines()[0]
        return None, {
            "name": feed.name,
            **({"title": stated["title"]} if stated.get("title") else {}),
            "source": feed.source,
            "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
            "first": str(dates[0]) if len(dates) else "",
            "last": str(dates[-1]) if len(dates) else "",
            "rows": len(dates),
            "price_only": not feed.has_dividends,
            "prices": prices,
            "prices_why": SEEN,
            "notes": notes,
            "warnings": [f"not used as bars: {reason}"],
        }
    return bars, described(bars) | {"prices": prices}


def _daily(feed: Feed) -> tuple[np.ndarray, Floats, int]:
    """Return dates, a row of values for each, and the most bars that a date has."""
    days = [
        (date, np.array([values for _, values in rows]))
        for date, rows in itertools.groupby(feed.rows, key=lambda row: row[0].date())
    ]
    dates = np.array([date for date, _ in days], dtype="datetime64[D]")
    values = np.array([_one_bar(rows) for _, rows in days]).reshape(len(days), len(COLUMNS))
    return dates, values, max((len(rows) for _, rows in days), default=0)


def _one_bar(rows: Floats) -> Sequence[float]:
    opens, highs, lows, closes, volumes, dividends = rows.T
    return opens[0], highs.max(), lows.min(), closes[-1], volumes.sum(), dividends.sum()
