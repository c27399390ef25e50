"""Names of the instruments in a frame."""

from __future__ import annotations

import pandas as pd

from .tables.spellings import SPELLINGS, column_name, column_names
from .tickers import plain_ticker


def instruments_in(frame: pd.DataFrame) -> list[str]:
    """Return the names of the instruments in a frame, in its order; empty where it names none.

    They stand in a level of the columns beside the fields, as yfinance writes them, or in a column
    `ticker`.
    """
    if frame.columns.nlevels > 1:
        levels = [frame.columns.get_level_values(n) for n in range(frame.columns.nlevels)]
        fields = max(levels, key=lambda level: len({*map(column_name, level)} & set(SPELLINGS)))
        (others, *_) = (level for level in levels if level is not fields)
        named = [
            str(ticker)
            for field, ticker in zip(fields, others, strict=True)
            if column_name(field) != "date"
        ]
        return list(dict.fromkeys(named))
    names = column_names(frame.columns)
    if "ticker" not in names:
        return []
    return [str(ticker) for ticker in frame.iloc[:, names.index("ticker")].unique()]


def with_columns_alone(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with an index of one level; several, as date and ticker, become columns."""
    return frame if frame.index.nlevels == 1 else frame.reset_index()


def instrument_named(frame: pd.DataFrame, ticker: str | None) -> str | None:
    """Return the frame's own spelling of the one instrument that is taken from it, if it has one.

    Parameters
    ----------
    frame : pandas.DataFrame
        As for `instruments_in`.
    ticker : str, optional
        Which one is taken, in any case, BRK.B being BRK-B; None where there is only one.
    """
    names = instruments_in(frame)
    if ticker is None:
        return names[0] if len(names) == 1 else None
    for spelled in (str.casefold, plain_ticker):
        for name in names:
            if spelled(name) == spelled(ticker):
                return name
    return ticker
