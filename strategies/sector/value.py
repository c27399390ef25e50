"""The value factor: trailing EBIT over enterprise value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Floats

REASONS = ("no statement", "incomplete statement", "no shares", "no price", "EV <= 0")


class Value(NamedTuple):
    """EBIT/EV, and why a name has none."""

    ratio: Floats
    """Shape (m,), per year; NaN where it is not known."""
    reasons: tuple[str, ...]
    """One of `REASONS` for each name without a ratio, empty for the others."""

    @property
    def missing(self) -> dict[str, int]:
        """Reason to number of names without a ratio, in the order of `REASONS`; none with 0."""
        return {why: self.reasons.count(why) for why in REASONS if why in self.reasons}


def ebit_to_ev(
    ebit: Floats,
    debt: Floats,
    minority: Floats,
    cash: Floats,
    shares: Floats,
    raw_price: Floats,
) -> Value:
    """Return EBIT / EV, where EV = raw price x shares + debt + minority interest - cash.

    Parameters
    ----------
    ebit : ndarray of shape (m,)
        Of the trailing year, in account currency; NaN where not known. May be negative.
    debt, minority, cash : ndarray of shape (m,)
        Of the newest balance sheet, same currency.
    shares : ndarray of shape (m,)
        Outstanding, as reported: not adjusted for splits after the report.
    raw_price : ndarray of shape (m,)
        As it was traded: not adjusted for splits after the day. Where a split fell between the
        report and the day, the caller multiplies the shares by its ratio first.

    Returns
    -------
    Value
        A name takes the first reason that applies. A missing figure is never taken for 0. An
        enterprise value of 0 or less gives no ratio.

    References
    ----------
    The source names "EBIT/EV". Loughran, T. and Wellman, J. W. (2011). New evidence on the relation
    between the enterprise multiple and average stock returns. Journal of Financial and Quantitative
    Analysis 46(6), 1629-1650.
    """
    statement = np.isnan(np.stack([ebit, debt, minority, cash]))
    value = raw_price * shares + debt + minority - cash
    faults = (
        statement.all(axis=0),
        statement.any(axis=0),
        ~(shares > 0.0),
        ~(raw_price > 0.0),
        ~(value > 0.0),
    )
    first = np.select(faults, np.arange(len(faults)), default=-1)
    ratio = np.full(ebit.shape, np.nan)
    np.divide(ebit, value, out=ratio, where=first < 0)
    return Value(ratio, tuple(REASONS[fault] if fault >= 0 else "" for fault in first))
