"""Figures of backtrader's analyzers of drawdowns, from the account's values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .run import Run


def drawdown(analyzer: Any, run: Run) -> None:
    """Compute `DrawDown`: the fall from the highest value so far, in money and in percent."""
    values = run.series(analyzer)
    if not len(values):
        return
    peaks = np.maximum.accumulate(values)
    money = peaks - values
    percent = 100.0 * money / peaks
    at_peak = np.flatnonzero(percent == 0.0)  # the first bar is always there
    lengths = np.diff(at_peak, append=len(values)) - 1
    found, most = analyzer.rets, analyzer.rets.max
    found.moneydown, found.drawdown = float(money[-1]), float(percent[-1])
    most.moneydown = max(most.moneydown, float(money.max()))
    most.drawdown = max(most.drawdown, float(percent.max()))
    found.len = int(lengths[-1])
    most.len = max(most.len, int(lengths.max()))
    analyzer._value, analyzer._maxvalue = float(values[-1]), float(peaks[-1])


def time_drawdown(analyzer: Any, run: Run) -> None:
    """Compute `TimeDrawDown`: the drawdown at the first bars of periods."""
    _time_drawdowns(analyzer, run)


def calmar(analyzer: Any, run: Run) -> None:
    """Compute `Calmar`: growth a period over some periods, by the largest drawdown so far."""
    periods = run.periods(analyzer)
    values = run.series(analyzer)[periods.starts].tolist()
    window = analyzer._values
    largest = _time_drawdowns(analyzer._maxdd, run)
    for key, value, drawdown_so_far in zip(periods.keys, values, largest, strict=True):
        analyzer._mdd = max(analyzer._mdd, drawdown_so_far)
        window.append(value)
        growth = math.log(window[-1] / window[0]) / len(window)
        analyzer.calmar = analyzer.rets[key] = growth / (analyzer._mdd or math.inf)
    periods.leave(analyzer)


def _time_drawdowns(analyzer: Any, run: Run) -> list[float]:
    """Take a `TimeDrawDown` through its periods; return the largest drawdown after each."""
    periods = run.periods(analyzer)
    peak, length = analyzer.peak, analyzer.ddlen
    now, most, longest = analyzer.dd, analyzer.maxdd, analyzer.maxddlen
    largest = []
    for value in run.series(analyzer)[periods.starts].tolist():
        if value > peak:
            peak, length = value, 0
        now = 100.0 * (peak - value) / peak
        length += bool(now)
        most, longest = max(most, now), max(longest, length)
        largest.append(most)
    analyzer.peak, analyzer.ddlen = peak, length
    analyzer.dd, analyzer.maxdd, analyzer.maxddlen = now, most, longest
    periods.leave(analyzer)
    return largest
