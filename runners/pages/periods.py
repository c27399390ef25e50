"""Compound returns over calendar weeks, months, quarters and years."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

UNITS: Mapping[str, tuple[str, int]] = {
    "Weekly": ("W", 52),
    "Monthly": ("M", 12),
    "Quarterly": ("Q", 4),
    "Yearly": ("Y", 1),
}
"""Name to pandas' letter and number of periods per year; a week runs from Monday to Sunday."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def compounded(returns: pd.Series, unit: str) -> pd.Series:
    """Return the compounded return of every calendar period that holds a return.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns as fractions, oldest first, no NaN.
    unit : {"W", "M", "Q", "Y"}
        The period: week, month, quarter or year.

    Returns
    -------
    Series of float
        Index of periods, oldest first. The first and the last may be partial; whether a period's
        last calendar day is a session does not matter.
    """
    periods = pd.DatetimeIndex(returns.index).tz_localize(None).to_period(unit)
    return (1.0 + returns).groupby(periods).prod() - 1.0


def by_unit(returns: pd.Series, periods_per_year: int) -> dict[str, pd.Series]:
    """Return the returns themselves, and those of each longer period, by name.

    Parameters
    ----------
    returns : Series of float, indexed by date
        As for `compounded`.
    periods_per_year : int
        Returns per year: 252 or 365 for days, 52 for weeks, 12 for months.

    Returns
    -------
    dict of str to Series
        "Daily" (or "Weekly" ..., what the returns are) to "Yearly".
    """
    own = next((name for name, (_, count) in UNITS.items() if periods_per_year == count), "Daily")
    longer = {
        name: compounded(returns, unit)
        for name, (unit, count) in UNITS.items()
        if count < periods_per_year
    }
    return {own: returns, **longer}


def table_of_months(returns: pd.Series) -> pd.DataFrame:
    """Return the compounded return of each month, one row per year.

    Parameters
    ----------
    returns : Series of float, indexed by date
        As for `compounded`.

    Returns
    -------
    DataFrame of float
        Index: the years of the returns; columns: `MONTHS`. NaN for a month without a return.
    """
    months = compounded(returns, "M")
    found = pd.DatetimeIndex(returns.index)
    years = range(int(found[0].year), int(found[-1].year) + 1)
    table = pd.DataFrame(float("nan"), index=list(years), columns=list(MONTHS))
    for month, value in months.items():
        table.loc[month.year, MONTHS[month.month - 1]] = value  # type: ignore[attr-defined]
    return table
