"""The summary of a walk-forward on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..runs.labels.figures import FIGURES, ON_SCREEN, figure_of
from ..runs.labels.formats import NONE, counted, number
from ..runs.labels.units import in_units, unit_of
from ..searches.columns import cell, heading
from ..walk_forwards.path import FLAT
from ..walk_forwards.result import WalkForwardResult

ROWS = 40
"""Newest refits that are printed."""

PER_YEAR = "excess_per_year"


def print_walk_forward(result: WalkForwardResult, page: Path, console: Console) -> None:
    """Print the refits, the account's figures beside those of holding, and what they are worth.

    Of each refit: the set, its objective and its excess over buy and hold per year in the fit, and
    the account's excess per year until the next refit.
    """
    title = Text(f"{result.title}, walk-forward", style="bold")
    title.append(f"  {result.window[0]} to {result.window[1]}", style="not bold")
    console.print(title)
    console.print(_how(result), style="dim", highlight=False, soft_wrap=True)
    console.print(_path(result))
    if len(result.path) > ROWS:
        earlier = counted(len(result.path) - ROWS, "earlier refit")
        console.print(f"{earlier} in walk_forward.json", highlight=False)
    console.print(_figures(result))
    for line in _worth(result):
        console.print(line, highlight=False, soft_wrap=True)
    if result.confirmed:
        console.print("The account agrees with its bar-by-bar run.", highlight=False)
    console.print(Text(f"Page: {page}"), soft_wrap=True)


def _how(result: WalkForwardResult) -> str:
    trials = result.trials
    fits = "on all earlier bars" if result.anchored else f"on {result.fit} each"
    sets = f"{counted(trials.evaluated, 'set')} in all"
    if trials.evaluated == trials.sets * trials.refits:
        sets = (
            f"{counted(trials.sets, 'set')} at each of {counted(trials.refits, 'refit')} "
            f"({counted(trials.evaluated, 'fit')})"
        )
    distinct = "" if trials.distinct is None else f", {trials.distinct:,} distinct"
    return (
        f"{counted(trials.refits, 'refit')}, every {result.refit}, {fits}, by "
        f"{figure_of(result.objective).noun}: {sets}{distinct}"
    )


def _path(result: WalkForwardResult) -> Table:
    names = result.space.names
    table = Table(box=None, pad_edge=False)
    table.add_column("Refit")
    in_sample = () if result.objective == PER_YEAR else (heading(result.objective),)
    for name in (*names, *in_sample, "In the fit, per year", "Traded, per year"):
        table.add_column(name, justify="right")
    for each in result.path[-ROWS:]:
        own = (NONE,) * len(names) if each.set is None else (str(each.set[name]) for name in names)
        if each.reason:
            shown = ("flat" if each.reason == FLAT else "kept", *("" for _ in in_sample))
        else:
            shown = (
                *(cell(result.objective, each.in_sample) for _ in in_sample),
                cell(PER_YEAR, each.in_sample_excess_per_year),
            )
        table.add_row(each.refit, *own, *shown, cell(PER_YEAR, each.out_of_sample_excess_per_year))
    return table


def _figures(result: WalkForwardResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name in ("", "Walk-forward", f"Hold {result.stitched.name_of(result.bars[0].name)}"):
        table.add_column(name, justify="right" if name else "left")
    unit = unit_of(result.stitched.periods_per_year)
    for figure in (FIGURES[key] for key in ON_SCREEN):
        cells = (figure.show(side[figure.key]) for side in (result.metrics, result.held))
        table.add_row(in_units(figure.label, unit), *cells)
    return table


def _worth(result: WalkForwardResult) -> list[str]:
    found = result.efficiency
    lines = [
        f"{heading('excess')}: {cell('excess', result.excess)}, per year "
        f"{cell(PER_YEAR, result.excess_per_year)}; the fits' winners in their fits "
        f"{cell(PER_YEAR, found.in_sample)} per year on average.",
        f"Efficiency: {number(found.value, 2)}."
        if found.value is not None
        else f"No efficiency: {found.reason}.",
    ]
    hindsight = result.hindsight
    if hindsight is not None and hindsight.set is not None:
        named = ", ".join(f"{name} {value}" for name, value in hindsight.set.items())
        total = hindsight.compared[0].figures["total_return"]
        lines.append(
            f"With hindsight: {named}; total return {FIGURES['total_return'].show(total)} on the "
            "same days."
        )
    if result.refit_shift:
        rows = result.refit_shift
        totals = [row.total_return for row in rows]
        show = FIGURES["total_return"].show
        lines.append(
            f"Refits up to {rows[-1].shift} later, from {rows[0].first} on: total return "
            f"{show(min(totals))} to {show(max(totals))}; as they are {show(totals[0])}."
        )
    return lines
