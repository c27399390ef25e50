"""Rows of quantstats' table that differ from the textbook, and rows about single returns."""

from __future__ import annotations

from ...runs.labels.units import in_units, unit_of
from .cells import Group, Row

DEVIATIONS = {
    "Time in Market": "is rounded up to a whole percent.",
    "Information Ratio": "is the daily figure; the summary has it per year.",
    "Ulcer Performance Index": "divides the total return of all years, not a yearly one.",
    "Ulcer Index": "divides by one period too few.",
    "Risk-Adjusted Return": "divides the growth rate by the rounded-up time in market.",
    "Avg. Return": "leaves out the days without a return.",
    "Avg. Win": "leaves out the days of exactly zero, which the summary counts as wins.",
    "Daily Value-at-Risk": "assumes a normal law; the summary has the historical quantile.",
    "Expected Shortfall (cVaR)": (
        "starts from the normal law's quantile; the summary has the historical one."
    ),
    "Win Days": "leaves out the days of exactly zero, which the summary counts as wins.",
    "3Y (ann.)": "is taken over 35 months.",
    "5Y (ann.)": "is taken over 59 months.",
    "10Y (ann.)": "is taken over 119 months.",
    "Recovery Factor": "divides the plain sum of returns; the summary compounds them.",
    "Alpha": "ignores the risk-free rate; the summary has Jensen's alpha with its error.",
    "Treynor Ratio": "divides the total return of all years; the summary uses a yearly one.",
}
"""Rows of quantstats' table that always differ from the textbook definition, and how."""

_BY_THE_DAY = ("Expected Daily", "Daily Value-at-Risk", "Best Day", "Worst Day", "Win Days")
"""Rows of quantstats' table about single returns, which it assumes to be daily."""


def deviations(risk_free_rate: float, periods_per_year: int = 252) -> dict[str, str]:
    """Return the rows of quantstats' table that differ from the textbook definition, and how.

    Parameters
    ----------
    risk_free_rate : float
        Fraction per year; quantstats treats a negative rate as zero.
    periods_per_year : int
        252, 365, 52 or 12.

    Returns
    -------
    dict of str to str
        Name of the row to the rest of a sentence about it.
    """
    unit = unit_of(periods_per_year)
    found = {in_units(name, unit): in_units(why, unit) for name, why in DEVIATIONS.items()}
    if risk_free_rate >= 0.0:
        return found
    why = "ignores that the risk-free rate is negative; the summary deducts it."
    return {"Sharpe": why, "Sortino": why, **found}


def of_single_returns(groups: list[Group], unit: str) -> list[Group]:
    """Name the rows about single returns by the unit of a bar, unless a row has that name.

    Parameters
    ----------
    groups : list of list of tuple of str
        Groups of rows: the name, then the cells.
    unit : {"day", "week", "month"}
        What a bar spans.

    Returns
    -------
    list of list of tuple of str
        Of monthly returns, "Best Day" would be a second "Best Month": such a row is left out.
    """
    taken = {row[0] for group in groups for row in group}

    def renamed(row: Row) -> Row | None:
        if unit == "day" or row[0] not in _BY_THE_DAY:
            return row
        name = in_units(row[0], unit)
        also = name.replace("Months", "Month")  # quantstats' own "Win Month"
        return None if {name, also} & taken else (name, *row[1:])

    return [[new for row in group if (new := renamed(row)) is not None] for group in groups]
