"""The time charts of a comparison: growth and drawdown of each run, over all of their days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..records.compare import Run
from .run_charts import drawdown
from .svg.paths import Floats
from .timeline.charts import Line, TimeChart


def days_and_lines(runs: Sequence[Run], benchmarks: Sequence[Run]) -> tuple[Floats, list[Line]]:
    """Return all days of the runs, as days since 1970-01-01, and each run's growth of 1.

    A run without a bar on a day of another keeps its last value; before its first and after its
    last day its line is broken. Benchmarks are the last lines.
    """
    wealth = {run.key: run.daily["equity"] / run.daily["equity"].iloc[0] for run in runs}
    dates = pd.DatetimeIndex(np.unique(np.concatenate([one.index for one in wealth.values()])))
    lines = [
        Line(f"run{place}", f"{run.key} {run.name}", f"run{place}", _on(wealth[run.key], dates))
        for place, run in enumerate(runs, 1)
    ]
    for place, held in enumerate(benchmarks):
        market = (1.0 + held.daily["benchmark_return"].fillna(0.0)).cumprod()
        key = f"held{place or ''}"
        lines.append(Line(key, held.name, "benchmark", _on(market, dates)))
    days: Floats = dates.to_numpy().astype("datetime64[D]").astype(float)
    return days, lines


def comparison_charts(lines: Sequence[Line]) -> list[TimeChart]:
    """Return the charts of growth and of drawdown."""
    ruined = any((line.values <= 0.0).any() for line in lines)
    falls = [
        line._replace(key=f"{line.key}-drawdown", values=drawdown(line.values), width=1.0)
        for line in lines
    ]
    return [
        TimeChart(
            "growth", "Growth of 1 of each run, compounded", lines, 260, log=not ruined,
            scalable=not ruined, rebase=True,
        ),
        TimeChart("drawdown", "Drawdown from the highest value so far", falls, 110, unit="%"),
    ]  # fmt: skip


def _on(wealth: pd.Series, dates: pd.DatetimeIndex) -> Floats:
    filled = wealth.reindex(dates).ffill()
    values: Floats = filled.where(dates <= wealth.index[-1]).to_numpy(dtype=float)
    return values
