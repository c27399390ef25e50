"""Alpha and beta of a neutral book: over cash, and to what it hedges with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..runs.result import RunResult


class Estimate(NamedTuple):
    """A figure and its Newey-West standard error."""

    value: float
    standard_error: float | None


class MarketFigures(NamedTuple):
    """Alpha and beta; None for one that does not exist."""

    name: str
    """The instrument that they are measured to, for readers."""
    alpha: Estimate | None
    beta: Estimate | None


def market_figures(result: RunResult) -> MarketFigures:
    """Return alpha and beta of a run of several instruments, as ``relative`` in run.json has them.

    Neither exists for a run of one instrument, or where `runs.relative.relative` finds none.
    """
    found = result.relative
    if not found:
        shown = result.sections.get("sector")
        fund = None if shown is None else shown.measured.get("fund")
        name = result.held_name if fund is None else str(fund)
        return MarketFigures(result.name_of(name), None, None)
    return MarketFigures(
        result.name_of(found["to"]),
        Estimate(found["alpha"], found["alpha_error"]),
        Estimate(found["beta"], found["beta_error"]),
    )
