"""quantstats' own report of a run, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...runs.labels.units import in_units, unit_of
from ..daily_returns import benchmark_returns, is_cash, strategy_returns
from .full_report import full_report
from .reportable import why_no_body

if TYPE_CHECKING:
    import pandas as pd

    from ...runs.result import RunResult

MOST_NAMES = 4
"""Instruments that the title names; more of them would fill the page."""


def why_no_report(result: RunResult) -> str | None:
    """Return in a sentence why quantstats cannot report a run; None if it can."""
    reason = why_no_body(strategy_returns(result))
    return reason and in_units(reason, unit_of(result.periods_per_year))


def report_of(result: RunResult) -> str:
    """Return quantstats' full report of a run, for which `why_no_report` returns None.

    A benchmark without risk, such as cash, is left out: quantstats cannot regress on it.
    """
    return full_report(
        strategy_returns(result),
        _benchmark(result),
        result.periods_per_year,
        float(result.settings.get("risk_free_rate") or 0.0),
        title=_title(result),
        benchmark_name=result.benchmark_title,
    )


def _benchmark(result: RunResult) -> pd.Series | None:
    returns = benchmark_returns(result)
    if returns is None or is_cash(result.benchmark_name, returns.to_numpy(dtype=float)):
        return None
    return returns


def _title(result: RunResult) -> str:
    """Return the run's title, with its instruments unless they are many."""
    names = [str(table["name"]) for table in result.data]
    if not result.knows_orders or len(names) > MOST_NAMES:
        return result.title
    return f"{result.title}: {', '.join(names)}"
