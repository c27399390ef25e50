"""The verdict on a comparison of runs: one sentence for the top of its page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..records.compare import Comparison
from ..records.differences import same_window
from ..runs.labels.benchmark_names import subject
from ..runs.labels.formats import counted
from ..runs.labels.glance import MULTIPLE, NOTHING, outcome, outcomes, percent_size, times
from .verdict import Verdict, known

ALIKE = 1e-9
"""Relative distance up to which two results are the same, as in `Comparison.best`."""


def comparison_verdict(comparison: Comparison) -> Verdict:
    """Return the verdict on a comparison.

    Parameters
    ----------
    comparison : Comparison
        The runs. Total returns of different windows say nothing of one another: there the growth
        rates per year are compared.

    Returns
    -------
    Verdict
        Which run made the most, and how many did better than the benchmark; that is left out unless
        every run has one. If all runs have the same benchmark it is named.
    """
    runs, held = comparison.runs, comparison.held
    one_window = comparison.days is not None or same_window([run.record for run in runs])
    key = "total_return" if one_window else "cagr"
    made = [(run.name, known(run.figures.get(key))) for run in runs]
    theirs = None if held is None else known(held.figures.get("total_return"))
    if held is None or theirs is None:
        leads = [known(run.figures.get("over_buy_and_hold")) for run in runs]
        return Verdict.of(
            most_clause(made, yearly=not one_window),
            against_clause(leads, f"holding{_own_held_clause(comparison)}"),
        )
    benchmark = held.record.plain["benchmark"]
    named = subject(str(benchmark.get("kind", "held")), str(benchmark.get("name")))
    totals = [known(run.figures.get("total_return")) for run in runs]
    leads = [None if total is None else total - theirs for total in totals]
    return Verdict.of(
        most_clause(made, yearly=not one_window),
        against_clause(leads, f"{named}, which {outcome(theirs)}"),
    )


def _own_held_clause(comparison: Comparison) -> str:
    """Return what the benchmarks made, of one name and of bars read in different ways."""
    made = [known(run.figures.get("total_return")) for run in comparison.own_held]
    totals = [total for total in made if total is not None]
    if not totals or len(totals) < len(made):
        return ""
    name = comparison.own_held[0].record.plain["benchmark"].get("name")
    told = outcomes(totals[0], totals[-1])
    return f" {name}, which {' and '.join(dict.fromkeys(told))}"


def most_clause(made: Sequence[tuple[str, float | None]], *, yearly: bool = False) -> str:
    """Say which of two or more runs made the most, or lost the least.

    Parameters
    ----------
    made : sequence of (str, float or None)
        Name of each run, and its total return or its growth rate per year; None if it has none.
    yearly : bool
        Whether the numbers are growth rates of different windows.
    """
    totals = {name: total for name, total in made if total is not None}
    of = f"of {counted(len(made), 'run')}{' over different windows' if yearly else ''}"
    if not totals:
        return f"what the {counted(len(made), 'run')} made is not known"
    if len(totals) == len(made) and all(total <= -1.0 for total in totals.values()):
        return f"{_all(len(made))} were ruined"
    top = max(totals.values())
    best = [n for n, total in totals.items() if math.isclose(total, top, rel_tol=ALIKE)]
    a_year = " a year" if yearly else ""
    if len(best) == len(made):
        return f"{_all(len(made))} {outcome(top)}{a_year}"
    names = best[0] if len(best) == 1 else f"{', '.join(best[:-1])} and {best[-1]}"
    if abs(top) <= NOTHING:
        return f"{of}, {names} did best: made nothing"
    if top < 0.0:
        return f"{of}, {names} lost the least{a_year}: {percent_size(top)}"
    amount = f"{times(top)} the stake" if top >= MULTIPLE and not yearly else percent_size(top)
    return f"{of}, {names} made the most{a_year}: {amount}"


def against_clause(leads: Sequence[float | None], benchmark: str) -> str:
    """Say how many runs did better than a benchmark; "" unless that is known of each.

    Parameters
    ----------
    leads : sequence of float or None
        Total return of each run less that of the benchmark over the same days.
    benchmark : str
        What they are compared with: "holding".
    """
    found = [lead for lead in leads if lead is not None]
    if len(found) < len(leads):
        return ""
    better = sum(lead > NOTHING for lead in found)
    everyone = "both" if len(leads) == 2 else "all"
    if better == len(leads):
        return f"{everyone} did better than {benchmark}"
    if all(lead < -NOTHING for lead in found):
        return f"{everyone} did worse than {benchmark}"
    if not better:
        return f"none did better than {benchmark}"
    return f"{better} of {len(leads)} did better than {benchmark}"


def _all(runs: int) -> str:
    return "both runs" if runs == 2 else f"all {runs} runs"
