"""Borrow fees by instrument: the account's daily fee, shared by the values of its shorts."""

from __future__ import annotations

import numpy as np

from ..feeds.arrays import Floats
from .ledger_analyzer import Book


def borrow_fees(book: Book) -> Floats:
    """Return what each instrument's borrowed shares cost on each day.

    Parameters
    ----------
    book : Book
        The ledger. A day's fee is charged on the market value of all shorts at the close before, at
        one rate; so each instrument's part of it is its part of that value.

    Returns
    -------
    ndarray of shape (n_days, n_instruments)
        Account currency, oldest first; a fee that is paid is below 0. A row sums to the day's fee,
        except on a day whose fee no short of the day before explains: it is all 0.
    """
    held = np.array([day.holdings for day in book.days], dtype=float).reshape(len(book.days), -1)
    closes = np.nan_to_num([day.closes for day in book.days]).reshape(held.shape)
    shorts = np.zeros(held.shape)
    shorts[1:] = np.maximum(-held[:-1] * closes[:-1], 0.0)
    ever = shorts.any(axis=0)  # so that what was never short changes no rounding
    total = shorts[:, ever].sum(axis=1)
    fees = np.array([day.borrow for day in book.days], dtype=float)
    rates: Floats = np.divide(fees, total, out=np.zeros(fees.shape), where=total > 0.0)
    charged: Floats = shorts * rates[:, None]
    return charged
