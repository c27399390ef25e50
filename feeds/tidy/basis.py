"""What the prices of a table contain (splits, dividends), and how to adjust them for splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..arrays import Dates, Floats
from ..checks import on_dates
from ..errors import RequestError
from .jumps import moves
from .splits import best_reading, factor_of, from_adjusted_close, tells_splits

#: A column of yfinance alone; with dividends and no adjusted close it says "history()".
STOCK_SPLITS = "stock_splits"

#: The reason given for raw prices that are not adjusted.
UNSPLIT = "by --prices raw; no split is stated"

#: What is said behind a column of splits that is the same on all bars.
NO_SPLIT = ", states no split"

#: Largest distance, as a logarithm, of the price's jump from a stated split without a warning.
FAR = 0.4


@dataclass(frozen=True)
class Basis:
    """What prices hold.

    Attributes
    ----------
    prices : {"raw", "split", "total"}
        As in the table.
    why : str
        What says so.
    factor : ndarray of float64, shape (n,), or None
        Raw price / split-adjusted price; None where nothing is said of splits. Prices that are
        "raw" are divided by it.
    warnings : tuple of str
        Splits that the prices do not show.
    """

    prices: str
    why: str
    factor: Floats | None = None
    warnings: tuple[str, ...] = ()


def basis_of(
    dates: Dates,
    columns: Mapping[str, Floats],
    splits: Mapping[str, Floats],
    *,
    prices: str | None = None,
    given: Mapping[np.datetime64, float] | None = None,
    by_yfinance: bool = False,
) -> Basis:
    """Work out what prices hold.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Oldest first.
    columns : mapping of str to ndarray of float64, shape (n,)
        open and close, dividend and adj_close where the table has them.
    splits : mapping of str to ndarray of float64, shape (n,)
        The columns that speak of splits.
    prices : {"raw", "split", "total"}, optional
        What the caller says that they hold.
    given : mapping of numpy.datetime64 to float, optional
        Splits that the caller states: first day of the new shares to new shares for an old one.
    by_yfinance : bool
        Whether the table's labels are those of yfinance's `download`.

    Returns
    -------
    Basis
        An adjusted close beside the close, the jump of the price on the days of stated splits,
        and the columns of yfinance's `history()` decide, in this order.

    Raises
    ------
    RequestError
        A split of `given` that is before the second bar or after the last.
    """
    found = _stated(dates, columns, splits, prices, by_yfinance)
    return _with_given(found, dates, given) if given else found


def _stated(
    dates: Dates,
    columns: Mapping[str, Floats],
    splits: Mapping[str, Floats],
    prices: str | None,
    by_yfinance: bool,
) -> Basis:
    """Return what the table says, or what the caller says of it."""
    open_, close = columns["open"], columns["close"]
    adjusted, dividend = columns.get("adj_close"), columns.get("dividend")
    if prices in ("split", "total"):
        odd: tuple[str, ...] = ()
        if prices == "total" and tells_splits(close, adjusted):
            odd = (
                "--prices total, but the close is not the adjusted close beside it: the dividends "
                "of the file are not inside the prices, and are not paid",
            )
        return Basis(prices, f"by --prices {prices}", warnings=odd)
    stated, raw = best_reading(splits, open_, close, adjusted)
    if stated is not None and (raw or prices == "raw"):
        odd = _unseen(dates, stated.ratio, open_, close, stated.words)
        return Basis("raw", stated.words, stated.factor, odd)
    if prices == "raw":
        return Basis("raw", UNSPLIT)
    if stated is None and adjusted is not None:
        ratio = from_adjusted_close(open_, close, adjusted, dividend)
        if ratio is not None:
            count = int((ratio != 1.0).sum())
            words = f"the adjusted close shows {count} split{'s' * (count > 1)} beside the close"
            return Basis("raw", words, factor_of(ratio))
    if (
        adjusted is not None
        and dividend is not None
        and _adjusted_already(close, adjusted, dividend)
    ):
        return Basis("total", "the close is the adjusted close, although dividends were paid")
    if adjusted is None and dividend is not None and STOCK_SPLITS in splits:
        return Basis("total", "yfinance's history(): dividends and splits, no adjusted close")
    if adjusted is None and by_yfinance:
        return Basis("total", "yfinance's download(): no adjusted close")
    factor = None if stated is None else factor_of(stated.ratio)
    if stated is not None and (stated.ratio[1:] != 1.0).any():
        return Basis("split", f"the prices do not jump on the splits of {stated.words}", factor)
    if stated is not None:
        return Basis("split", f"{stated.words}{NO_SPLIT}", factor)
    if adjusted is not None:
        return Basis("split", "an adjusted close stands beside the close and shows no split")
    return Basis("split", "no column states a split")


def _adjusted_already(close: Floats, adjusted: Floats, dividend: Floats) -> bool:
    """Tell whether close equals adjusted close although dividends were paid: both are adjusted."""
    paid = np.flatnonzero(dividend[1:] > 0) + 1
    both = np.isfinite(close) & np.isfinite(adjusted)
    return bool(len(paid) and np.allclose(close[both], adjusted[both], rtol=1e-6, atol=0.0))


def _with_given(found: Basis, dates: Dates, given: Mapping[np.datetime64, float]) -> Basis:
    """Add the splits that the caller states."""
    ratio = np.ones(len(dates))
    for day, new in given.items():
        row = int(np.searchsorted(dates, day))
        if not 0 < row < len(dates):
            raise RequestError(
                f"--split {day}: no bar before and after it; there are bars from {dates[0]} to "
                f"{dates[-1]}"
            )
        ratio[row] *= new
    factor = factor_of(ratio) * (1.0 if found.factor is None else found.factor)
    return Basis("raw", f"{found.why}, and --split", factor, found.warnings)


def _unseen(
    dates: Dates, ratio: Floats, open_: Floats, close: Floats, words: str
) -> tuple[str, ...]:
    """Return a warning for each stated split that the prices do not show."""
    large = np.abs(np.log(ratio)) > FAR
    away = np.abs(moves(open_, close) + np.log(ratio)) > FAR
    far = large & away & (np.arange(len(dates)) > 0)
    if not far.any():
        return ()
    return (f"{words}: the prices show no such split on {on_dates(dates[far])}",)
