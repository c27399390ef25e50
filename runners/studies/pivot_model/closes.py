"""Closes of a ticker, those after the window too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.errors import BarsError, RequestError
from ....feeds.readers import read_bars
from ..folder_of_bars import by_ticker
from ..study import Evidence


class Closes(NamedTuple):
    """Closing prices without dividends, oldest first."""

    dates: Dates
    """Shape (n_bars,)."""
    close: Floats
    """Shape (n_bars,)."""
    last: int
    """Bar of the window's last day; later bars were known to nobody who fitted to the window."""


def closes_of(evidence: Evidence, ticker: str) -> Closes:
    """Return a ticker's closes to its last bar, with those before the window.

    Where the bars after the window cannot be read, those up to its end are returned.

    Parameters
    ----------
    evidence : Evidence
        Of the study.
    ticker : str
        One with bars.
    """
    bars = evidence.once(("pivot", "prices", ticker), lambda: later_prices(evidence, ticker))
    last = int(np.searchsorted(bars.dates, np.datetime64(evidence.end), side="right")) - 1
    return Closes(bars.dates, bars.close, last)


def later_prices(evidence: Evidence, ticker: str) -> Bars:
    """Return a ticker's bars to the last one, without dividends; else those of the window.

    A column of dividends that ends before the prices makes no bars unreadable here.
    """
    known = evidence.of(ticker)
    try:
        files = by_ticker(evidence.files.values(), [ticker])
        if ticker in files:
            return read_bars(files[ticker], name=ticker, dividends=False)
        whole = known if evidence.whole is None else evidence.whole(ticker)
    except (BarsError, RequestError):
        whole = known
    return whole.without_dividends()
