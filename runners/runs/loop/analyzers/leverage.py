"""Figures of backtrader's analyzer of leverage, from the account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from backtrader.utils.date import num2date

from .run import Run
from .worth import places_in


def gross_leverage(analyzer: Any, run: Run) -> None:
    """Compute `GrossLeverage`: the part that is not cash, by the first feed's dates."""
    values = run.series(analyzer)
    if not len(values):
        return
    leverage = (values - run.worth.cash) / values
    analyzer.rets.update(zip(_dates(analyzer.data0, run.moments), leverage.tolist(), strict=True))
    analyzer._cash, analyzer._value = run.worth.newest_cash, float(values[-1])


def _dates(feed: Any, moments: np.ndarray) -> list[dt.datetime]:
    """Return the dates of a feed's newest bars at some moments."""
    line = feed.lines.datetime
    numbers = np.frombuffer(line.array, dtype=np.float64)[places_in(feed, moments)]
    whole = numbers.astype(np.int64)
    if line._tz is None and (whole == numbers).all():
        return [*map(dt.datetime.fromordinal, whole.tolist())]
    return [num2date(number, tz=line._tz) for number in numbers.tolist()]
