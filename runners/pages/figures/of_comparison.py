"""The figures of a comparison of runs: the growth or the drawdowns of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...records.compare import Comparison
from ...runs.labels.colours import BENCHMARK, RUNS
from .accounts import Curve, draw_drawdown
from .canvas import figure_of
from .of_run import check_kind, check_log, growth_figure, wealth_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("growth", "drawdown")


def plot(
    comparison: Comparison, kind: str = "growth", log: bool | None = None, benchmark: bool = True
) -> Figure:
    """Return a figure of a comparison; the parameters are those of `Comparison.plot`."""
    check_kind(kind, KINDS)
    check_log(log, kind, ("growth",))
    curves = _curves(comparison, benchmark=benchmark)
    heading = f"{len(comparison.runs)} runs compared"
    if kind == "growth":
        return growth_figure(heading, curves, log=log is not False)
    return figure_of(heading, lambda axes: draw_drawdown(axes, curves, labelled=True), height=3.2)


def _curves(comparison: Comparison, *, benchmark: bool) -> list[Curve]:
    """Return the wealth of each run and of the benchmark that they share, each 1.0 at its start."""
    curves = [
        Curve(f"{run.key} {run.name}", wealth_of(run.daily), RUNS[place])
        for place, run in enumerate(comparison.runs)
    ]
    for held in comparison.benchmarks if benchmark else []:
        market: pd.Series = held.daily["benchmark_return"]
        curves.append(Curve(held.name, (1.0 + market.fillna(0.0)).cumprod(), BENCHMARK))
    return curves
