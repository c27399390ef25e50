"""Table 1: the best set of each rule on each ticker, and how reliable it is."""

from __future__ import annotations

import itertools

import numpy as np

from ....feeds.conventions import FREQUENCIES
from ....strategies.rules.sign_rule import sign_g
from ....strategies.rules.sign_rule_as_published import script_positions
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .trials import (
    FALLBACKS,
    RANGES,
    RULES,
    SETS_BY_RULE,
    Trial,
    call_of,
    confirm_best,
    excess,
    held,
    trials,
)


def table_1(evidence: Evidence) -> Findings:
    """Return the best sets and their excess over buying and holding."""
    figures, rows, confirmed = [], [], 0
    for ticker in evidence.each(evidence.tickers, "searching, and confirming winners bar by bar"):
        found = trials(evidence, ticker)
        confirmed += confirm_best(evidence, ticker)
        rows.append(
            (
                ticker,
                evidence.shortened(ticker) or "the window",
                percent(held(evidence, ticker), 1),
                *(f"{_points(trial.excess)} at {_set(trial)}" for trial in found.best.values()),
            )
        )
        for rule, trial in found.best.items():
            figures.append(
                Figure(
                    f"table_1.{rule.lower()}_excess", ticker, f"{rule}, best set: {_set(trial)}",
                    None, 100 * trial.excess, "%",
                    f"Over buying and holding's {percent(held(evidence, ticker))}; "
                    f"{percent(found.winning[rule], 0)} of the rule's sets beat it, the median is "
                    f"{_points(found.median[rule])}.",
                )
            )  # fmt: skip
    first = trials(evidence, evidence.main)
    sizes = ", ".join(f"{rule} {sets:,}" for rule, sets in SETS_BY_RULE.items())
    return Findings(
        words=(
            f"Each ticker's table is the best of {first.sets:,} sets, {first.distinct:,} of them "
            f"different rules ({sizes} sets by rule), found with hindsight: it is no estimate of "
            "what any of them will do. A rule with more sets has more chances, so that the rules' "
            "best cannot be compared with one another as they stand.",
            f"All sets of a ticker are judged over the same days, warmed up on the bars before. "
            f"{confirmed} winners were run again bar by bar and agree in every day's equity and "
            "every figure to 1e-9.",
        ),
        figures=figures,
        charts=[
            Chart(
                "Best set of each rule, over buying and holding",
                GroupedBars(
                    "best-sets",
                    "Excess of the best set of each rule over buying and holding, by ticker",
                    {
                        rule: {
                            ticker: trials(evidence, ticker).best[rule].excess
                            for ticker in evidence.tickers
                        }
                        for rule in RULES
                    },
                    percent=True,
                ),
                "Difference of compounded totals. Chosen with hindsight, no costs.",
            ),
            Chart(
                "Median set of each rule",
                GroupedBars(
                    "median-sets",
                    "Median excess of all sets of each rule over buying and holding, by ticker",
                    {
                        rule: {
                            ticker: trials(evidence, ticker).median[rule]
                            for ticker in evidence.tickers
                        }
                        for rule in RULES
                    },
                    percent=True,
                ),
                "What whoever picks a set without looking gets.",
            ),
        ],
        tables=[
            Table(
                "Best excess, points",
                ("bars", "held", *RULES),
                rows,
                "Percentage points over buying and holding, at (d, M, R). Filled at the close, "
                "back to the weight every day, no costs, dividends paid; fallback 2.",
            ),
            _winning(evidence),
            _at_delay_0(evidence),
            _other_periods(evidence),
        ],
    )


def estimated(evidence: Evidence) -> Findings:
    """Return what depends on the fallback of g, which the source leaves open."""
    rows, figures = [], []
    for ticker in evidence.tickers:
        for rule in ("S3", "S4"):
            trial = trials(evidence, ticker).best[rule]
            on_fallback, at_zero, flat = _shares(evidence, ticker, trial)
            others = [
                excess(evidence, ticker, call_of(rule, trial.set, fallback))
                for fallback in FALLBACKS
            ]
            rows.append(
                (
                    f"{ticker}, {rule}",
                    _set(trial),
                    *(_points(one) for one in others),
                    percent(on_fallback, 1),
                    percent(at_zero, 1),
                    percent(flat, 1),
                )
            )
            for id, name, value in (
                ("fallback_share", "days on the fallback", on_fallback),
                ("g_zero_share", "days with g = 0", at_zero),
                ("flat_share", "days flat", flat),
                ("excess_fallback_1", "excess with fallback 1", others[1]),
                ("excess_fallback_0", "excess with fallback 0", others[2]),
            ):
                figures.append(
                    Figure(
                        f"fallback.{rule.lower()}_{id}", ticker, f"{rule}, {name}", None,
                        100 * value, "%", f"At the best set, {_set(trial)}.",
                    )
                )  # fmt: skip
    return Findings(
        words=(
            "Where none of the R values of z is negative the estimate is no number, and the source "
            "does not say what then. The search here takes 2, the value under stationarity; the "
            "same sets under 1 and 0 follow.",
        ),
        figures=figures,
        tables=[
            Table(
                "Best set",
                (
                    "d, M, R", "fallback 2", "fallback 1", "fallback 0", "on the fallback", "g = 0",
                    "flat",
                ),
                rows,
                "Points over buying and holding under each fallback; the shares are of the "
                "window's days, under fallback 2.",
            )
        ],
    )  # fmt: skip


def as_published(evidence: Evidence) -> Findings:
    """Return what the author's script computes; it differs from his formula."""
    rows, figures = [], []
    for ticker in evidence.tickers:
        script = _script(evidence, ticker)
        rows.append((ticker, *script.cells))
        for rule, value in zip(RULES, script.printed, strict=True):
            figures.append(
                Figure(
                    f"script.{rule.lower()}_excess", ticker, f"{rule} as the script prints it",
                    None,
                    100 * value, "%", f"On {script.kept} of {script.days} days at S2's best set.",
                )
            )  # fmt: skip
    return Findings(
        words=(
            "The author's published script departs from his formula: its delay is d + 1, S4's "
            "indicator is shifted twice, returns are cut at the window's first day before they "
            "roll, a comparison with a missing value makes the warm-up long, and a day on which S3 "
            "or S4 is no number is dropped from all four rules and from buying and holding. It "
            "prints the best of S1 and of S2, and S3 and S4 at S2's best set.",
        ),
        figures=figures,
        tables=[
            Table(
                "As the script does it, points",
                (*RULES, "at S2's best", "days kept"),
                rows,
                "Over buying and holding of the days kept, which are not the same for every set.",
            )
        ],
    )


class _Script:
    """The output of the author's script for one ticker."""

    def __init__(self, printed: list[float], best: tuple[int, int, int], kept: int, days: int):
        self.printed, self.best, self.kept, self.days = printed, best, kept, days

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            *(_points(value) for value in self.printed),
            str(self.best),
            f"{self.kept} of {self.days}",
        )


def _script(evidence: Evidence, ticker: str) -> _Script:
    returns = evidence.window(ticker).total_returns[1:]
    best: dict[int, tuple[float, tuple[int, int, int]]] = {}
    for delay in RANGES["d"]:
        for window in RANGES["M"]:
            for memory in RANGES["R"]:
                gains, _ = _of_script(returns, delay, window, memory)
                for rule in (0, 1):
                    if rule not in best or gains[rule] > best[rule][0]:
                        best[rule] = (gains[rule], (delay, window, memory))
    at_s2 = best[1][1]
    gains, kept = _of_script(returns, *at_s2)
    return _Script([best[0][0], *gains[1:]], at_s2, kept, returns.size)


def _of_script(
    returns: np.ndarray, delay: int, window: int, memory: int
) -> tuple[list[float], int]:
    days = script_positions(returns, delay, window, memory)
    kept = returns[days.kept]
    market = float(np.prod(1.0 + kept))
    gains = [float(np.prod(1.0 + held[days.kept] * kept)) - market for held in days.held]
    return gains, kept.size


def _shares(evidence: Evidence, ticker: str, trial: Trial) -> tuple[float, float, float]:
    """Return the shares of the window's days on the fallback, with g = 0, and flat."""
    bars = evidence.of(ticker)
    call = call_of(trial.rule, trial.set)
    counted = slice(len(bars) - len(evidence.window(ticker)), len(bars) - 1)
    g, on_fallback, _ = sign_g(bars.close, bars.dividend, *call.arguments)
    flat = call.positions(bars)[counted] == 0.0
    return (
        float(on_fallback[counted].mean()),
        float((g[counted] == 0.0).mean()),
        float(flat.mean()),
    )


def _winning(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        found = trials(evidence, ticker)
        rows.append(
            (
                ticker,
                *(percent(found.winning[rule], 1) for rule in RULES),
                *(_points(found.median[rule]) for rule in RULES),
            )
        )
    return Table(
        "All sets",
        (*(f"{rule}, winning" for rule in RULES), *(f"{rule}, median" for rule in RULES)),
        rows,
        "Share of a rule's sets that beat buying and holding, and the median excess in points.",
    )


def _at_delay_0(evidence: Evidence) -> Table:
    rows = [
        (
            ticker,
            *(
                f"{_points(trial.excess)} at {_set(trial)}"
                for trial in trials(evidence, ticker, delays=range(1)).best.values()
            ),
        )
        for ticker in evidence.tickers
    ]
    return Table(
        "With d = 0",
        tuple(RULES),
        rows,
        "The newest return is in z: outside the source's search, and read at the close it is "
        "filled at.",
    )


def _other_periods(evidence: Evidence) -> Table:
    rows = []
    pairs = list(itertools.product(evidence.tickers, FREQUENCIES[1:]))
    for ticker, every in evidence.each(pairs, "deciding less often", ", every ".join):
        rows.append(
            (
                f"{ticker}, every {every}",
                *(
                    f"{_points(trial.excess)} at {_set(trial)}"
                    for trial in trials(evidence, ticker, every).best.values()
                ),
            )
        )
    return Table(
        "Decided on the last session",
        tuple(RULES),
        rows,
        "The same search, decided on each week's or month's last session; d, M and R count days "
        "still, and equity is marked daily.",
    )


def _set(trial: Trial) -> str:
    return f"({', '.join(str(value) for _, value in trial.set)})"


def _points(fraction: float) -> str:
    return number(100 * fraction, 1)
