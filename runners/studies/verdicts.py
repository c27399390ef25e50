"""Verdicts of a study, and figures formatted in their units."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..runs.labels.formats import NONE, number
from .study import FINDINGS, Evidence, Figure


class Unit(NamedTuple):
    """Decimals and suffix of a unit's numbers."""

    decimals: int = 2
    suffix: str = ""


COUNTED = Unit(decimals=0)

UNITS = {
    "": COUNTED,
    "year": COUNTED,
    "years": COUNTED,
    "days": COUNTED,
    "sets": COUNTED,
    "bars": COUNTED,
    "period": COUNTED,
    "points": Unit(),
    "coefficient": Unit(),
    "a year": Unit(),
    "%": Unit(suffix="%"),
    "% a year": Unit(suffix="% a year"),
    "% a quarter": Unit(suffix="% a quarter"),
    "bp": Unit(suffix=" bp"),
    ": 1": Unit(suffix=" : 1"),
}
"""Formats of units; any other unit is printed in words after a number with two decimals."""


def unit_of(name: str) -> Unit:
    """Return the format of a unit; a unit outside `UNITS` follows a number with two decimals."""
    return UNITS.get(name, Unit(suffix=f" {name}"))


def printed(value: Any, unit: str = "") -> str:
    """Format a figure in its unit; a dash for None, a list with commas."""
    if value is None:
        return NONE
    if isinstance(value, (list, tuple)):
        return ", ".join(printed(one, unit) for one in value)
    if isinstance(value, str):
        return value
    if unit in ("year", "period"):
        return str(value)
    decimals, suffix = unit_of(unit)
    return number(float(value), decimals) + suffix


def as_printed(value: Any, unit: str) -> str:
    """Format a published figure with the number of decimals that the source prints."""
    if unit in ("year", "period") or not isinstance(value, (int, float)):
        return printed(value, unit)
    decimals = len(f"{value:g}".partition(".")[2])
    return number(value, decimals) + unit_of(unit).suffix


def remark(figure: Figure) -> str:
    """Return a verdict without the word that its finding already states."""
    rest = figure.verdict.removeprefix(FINDINGS[figure.finding]).lstrip(".: ")
    return rest[:1].upper() + rest[1:]


def held_against(
    evidence: Evidence,
    id: str,
    ticker: str,
    name: str,
    published: float,
    measured: float | None,
    unit: str,
    *,
    within: float,
    near: float,
    remark: str = "",
) -> Figure:
    """Return a figure whose verdict follows from its distance to the published value.

    Parameters
    ----------
    evidence : Evidence
        Says whether both values are of the same window and ticker.
    id, ticker, name, unit
        As for `Figure`.
    published, measured : float
        Both in `unit`.
    within : float
        Largest distance that the rounding of the published figure explains.
    near : float
        Largest distance at which the source's statement still holds.
    remark : str
        A sentence that is added to the verdict.
    """
    remark = f" {remark}" if remark else ""
    if measured is None:
        finding = "measured" if evidence.comparable(ticker) else "not_comparable"
        return Figure(id, ticker, name, published, None, unit, f"Does not exist.{remark}", finding)
    if not evidence.comparable(ticker):
        study = evidence.study
        why = f"Published of {study.tickers[0]}, {study.start} to {study.end}.{remark}"
        return Figure(id, ticker, name, published, measured, unit, why, "not_comparable")
    gap = abs(measured - published)
    distance = (
        f"{printed(gap, unit)} {'below' if measured < published else 'above'} the published figure"
    )
    if gap <= within:
        return Figure(
            id, ticker, name, published, measured, unit, f"Reproduced.{remark}", "reproduced"
        )
    if gap <= near:
        return Figure(
            id, ticker, name, published, measured, unit, f"{distance.capitalize()}.{remark}", "near"
        )
    return Figure(
        id,
        ticker,
        name,
        published,
        measured,
        unit,
        f"Not reproduced: {distance}.{remark}",
        "differs",
    )
