"""The coefficient g: its distribution, and whether it is centred on 2."""

from __future__ import annotations

import numpy as np

from ....strategies.rules.sign_rule import STATIONARY, sign_g
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, Histogram
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings

MEMORIES = (2, 5, 10, 21, 63, 252)
SHOWN = 21
DELAY = 1


def coefficient(evidence: Evidence) -> Findings:
    """Return the distribution of g for z = r_{t-d}, for which the source derives 2."""
    rows, figures = [], []
    for ticker in evidence.tickers:
        for memory in MEMORIES:
            g, on_fallback = _estimates(evidence, ticker, memory)
            if g.size == 0:
                continue
            low, middle, high = np.quantile(g, (0.05, 0.5, 0.95))
            rows.append(
                (
                    f"{ticker}, R = {memory}",
                    number(float(g.mean())),
                    number(float(middle)),
                    f"{number(float(low))} to {number(float(high))}",
                    percent(float((g > 1.0).mean()), 1),
                    percent(on_fallback, 1),
                )
            )
            if memory == SHOWN:
                close = abs(float(middle) - STATIONARY) < 0.05
                figures.append(
                    Figure(
                        "coefficient.median", ticker, f"median of g, R = {memory}", STATIONARY,
                        float(middle), "coefficient",
                        f"Mean {number(float(g.mean()))}; 90 % of the days lie between "
                        f"{number(float(low))} and {number(float(high))}.",
                        "reproduced" if close else "differs",
                    )
                )  # fmt: skip
    shown, _ = _estimates(evidence, evidence.main, SHOWN)
    return Findings(
        words=(
            "With z the return of d bars ago, g counts losses of one stretch of days over losses "
            "of nearly the same stretch: 2 follows from stationarity, and from the overlap of the "
            f"two alone. Its median over R = {SHOWN} days is {number(float(np.median(shown)))} on "
            f"{evidence.main}. A position changes only where g is 1 or less: on "
            f"{_at_most_1(evidence, MEMORIES[0])} of the days with R = {MEMORIES[0]}, the shortest "
            f"of the search, and on {_at_most_1(evidence, SHOWN)} with R = {SHOWN}.",
        ),
        figures=figures,
        charts=[
            Chart(
                f"{evidence.main}: g over {SHOWN} days",
                Histogram(
                    "coefficient",
                    f"Distribution of g on {evidence.main} over {SHOWN} days",
                    list(shown),
                    list(np.arange(0.95, 3.2, 0.1)),
                ),
                f"Share of the window's days; d = {DELAY}, days on the fallback left out. The last "
                "bar on either side holds what lies beyond.",
            )
        ],
        tables=[
            Table(
                f"g, d = {DELAY}",
                ("mean", "median", "5 % to 95 %", "above 1", "on the fallback"),
                rows,
                "Over the window's days on which g can be estimated. Above 1 a negative z is "
                "answered with a short position.",
            )
        ],
    )


def _estimates(evidence: Evidence, ticker: str, memory: int) -> tuple[np.ndarray, float]:
    """Return the estimates of g in the window without fallbacks, and the share of fallbacks."""
    bars = evidence.of(ticker)
    counted = slice(len(bars) - len(evidence.window(ticker)), len(bars) - 1)
    g, on_fallback, _ = sign_g(bars.close, bars.dividend, DELAY, 1, memory, True, STATIONARY, False)
    there = np.isfinite(g[counted])
    known = g[counted][there & ~on_fallback[counted]]
    share = float(on_fallback[counted][there].mean()) if there.any() else 0.0
    return known, share


def _at_most_1(evidence: Evidence, memory: int) -> str:
    g, _ = _estimates(evidence, evidence.main, memory)
    return percent(float((g <= 1.0).mean()) if g.size else None, 1)
