"""Figures of backtrader's analyzers of returns, from the account's values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .run import Run


def time_return(analyzer: Any, run: Run) -> None:
    """Compute `TimeReturn`: the return over each period from the last value before it."""
    periods, values = run.periods(analyzer), run.series(analyzer)
    if not len(values):
        return
    first = analyzer._lastvalue
    newest = values[np.append(periods.ends, len(values) - 1)]
    bases = np.concatenate(([first], values[periods.ends]))
    analyzer.rets.update(zip(periods.keys, (newest / bases - 1.0).tolist(), strict=True))
    analyzer._value_start = first if len(bases) == 1 else float(bases[-1])
    analyzer._lastvalue = analyzer._value = float(values[-1])
    periods.leave(analyzer)


def returns(analyzer: Any, run: Run) -> None:
    """Compute what `Returns` counts before the end: its periods."""
    periods = run.periods(analyzer)
    analyzer._tcount += len(periods.starts)
    periods.leave(analyzer)


def variability_weighted_return(analyzer: Any, run: Run) -> None:
    """Compute what `VWR` keeps: the value at the first bar of each period."""
    periods = run.periods(analyzer)
    values = run.series(analyzer)
    if not len(values):
        return
    at_starts = values[periods.starts].tolist()
    analyzer._pis += at_starts
    newest = float(values[-1]) if periods.starts[-1] < len(values) - 1 else None
    analyzer._pns[:] = [*at_starts, newest]
    periods.leave(analyzer)


def log_returns_rolling(analyzer: Any, run: Run) -> None:
    """Compute `LogReturnsRolling`: the log return of each period over some periods."""
    periods = run.periods(analyzer)
    values = run.series(analyzer).tolist()
    if not values:
        return
    window = analyzer._values
    before = analyzer._lastvalue
    ends = [*periods.ends.tolist(), len(values) - 1]
    for key, end in zip(periods.keys, ends, strict=True):
        window.append(before)
        before = values[end]
        analyzer.rets[key] = math.log(before / window[0])
    analyzer._lastvalue = analyzer._value = before
    periods.leave(analyzer)
