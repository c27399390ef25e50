"""Growth of one run or of several, compounded and not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..svg.plot import RUNS, Plot

if TYPE_CHECKING:
    import pandas as pd


def uncompounded(strategy: pd.Series, benchmark: pd.Series | None) -> str:
    """Draw running sums of daily returns: the gain of one unit of money, reset to 1 every day.

    Parameters
    ----------
    strategy, benchmark : Series of float, indexed by date
        Cumulative sums of returns as fractions, oldest first.

    Returns
    -------
    str
        The chart as HTML.
    """
    plot = Plot("uncompounded", "Uncompounded gain, running sum of returns", unit="%")
    plot.level(0.0)
    _add(plot, {"Strategy": strategy})
    _add_benchmark(plot, "Benchmark", benchmark)
    return plot.html()


def compared_uncompounded(strategies: Mapping[str, pd.Series], benchmark: pd.Series | None) -> str:
    """Draw running sums of the daily returns of several runs.

    Parameters
    ----------
    strategies : mapping of str to Series of float, indexed by date
        Label to cumulative sum of returns as in `uncompounded`; at most ``len(RUNS)`` runs.
    benchmark : Series of float, indexed by date, or None
        The cumulative sum of the common benchmark.

    Returns
    -------
    str
        The chart as HTML.
    """
    plot = Plot("uncompounded", "Uncompounded gain of each run, running sum", unit="%")
    plot.level(0.0)
    _add(plot, strategies)
    _add_benchmark(plot, "held", benchmark)
    return plot.html()


def _add(plot: Plot, runs: Mapping[str, pd.Series]) -> None:
    """Add a line for each run; the first one is drawn on top."""
    for place, (label, values) in enumerate(runs.items()):
        plot.line(values.index, values, RUNS[place], label, z=len(runs) - place)


def _add_benchmark(plot: Plot, label: str, values: pd.Series | None) -> None:
    if values is not None:
        plot.line(values.index, values, "benchmark", label)
