"""The table of a walk-forward's refits."""

from __future__ import annotations

from typing import NamedTuple

from ...runs.labels.formats import NONE
from ...searches.columns import cell, heading
from ...walk_forwards.path import FLAT, Refit
from ...walk_forwards.result import WalkForwardResult
from ..raw import Cell, number_cell, value_cell

PER_YEAR = "excess_per_year"


class PathTable(NamedTuple):
    """The refits, the oldest first."""

    headings: list[str]
    rows: list[list[Cell]]


def path_table(result: WalkForwardResult) -> PathTable:
    """Return refit, set, objective and excess in the fit, and excess traded, of each refit."""
    in_sample = [] if result.objective == PER_YEAR else [heading(result.objective)]
    headings = ["Refit", *result.space.names, *in_sample, "In the fit, per year",
                "Traded, per year"]  # fmt: skip
    return PathTable(headings, [_row(result, each) for each in result.path])


def _row(result: WalkForwardResult, refit: Refit) -> list[Cell]:
    names = result.space.names
    chosen = (
        [Cell(NONE, None) for _ in names]
        if refit.set is None
        else [value_cell(refit.set[name]) for name in names]
    )
    fit, rate = result.objective, refit.in_sample_excess_per_year
    in_sample = (
        [] if fit == PER_YEAR else [number_cell(cell(fit, refit.in_sample), refit.in_sample)]
    )
    if refit.reason:
        words = "flat" if refit.reason == FLAT else "kept"
        told = [*(Cell("", "") for _ in in_sample), Cell(words, "")]
    else:
        told = [*in_sample, number_cell(cell(PER_YEAR, rate), rate)]
    traded = refit.out_of_sample_excess_per_year
    return [Cell(refit.refit, None), *chosen, *told, number_cell(cell(PER_YEAR, traded), traded)]
