"""The same search on weekly and monthly bars; d, M and R then count weeks or months."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from ....feeds.bars import Bars, RequestError
from ....feeds.conventions import FREQUENCIES
from ....feeds.resampled import resampled
from ....search.ledger import Terms
from ....search.screen import Screen
from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ...runs.settings import Settings
from ...runs.window import opening_day
from ..study import Evidence, Figure, Findings, NotCarried
from .trials import PARAMETERS, RANGES, RULES, Trial, Trials, confirmed, held_over, searched, trials

ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly"}

LONGEST = sum(max(RANGES[name]) for name in PARAMETERS["S4"])
"""Bars before the window that the set with the longest memory reads."""


class Found(NamedTuple):
    """The search of one ticker on bars of one frequency."""

    bars: Bars
    """The bars that count, from the bar at whose close the account opens."""
    held: float
    """Total return of buying and holding the same bars, a fraction."""
    trials: Trials
    confirmed: int
    """Number of winners that were run again bar by bar with the same result."""
    cold: int
    """Bars of warm-up that are missing for the set with the longest memory."""


def frequencies(evidence: Evidence) -> Findings:
    """Return the best sets on daily, weekly and monthly bars, side by side."""
    pairs = list(itertools.product(evidence.tickers, FREQUENCIES))
    found = {
        (ticker, every): one
        for ticker, every in evidence.each(pairs, "searching", lambda pair: f"{pair[0]}, {pair[1]}")
        if (one := found_on(evidence, ticker, every)) is not None
    }
    if not any(every != "day" for _, every in found):
        raise NotCarried("the bars that count make no two whole weeks")
    return Findings(
        words=(
            "By weekly the source's author means weekly returns: d, M and R then count weeks, and "
            "on monthly bars months. Each frequency has its own search over the same "
            f"{next(iter(found.values())).trials.sets:,} sets, and is held against buying and "
            f"holding the same bars. {sum(one.confirmed for one in found.values())} winners were "
            "run again bar by bar and agree to 1e-9.",
            *_winning(found),
            *_cold(found),
        ),
        figures=[
            Figure(
                f"frequencies.{rule.lower()}_{every}_excess", ticker,
                f"{rule} on {ADVERBS[every]} bars, best set: {_set(trial)}",
                None, 100 * trial.excess, "%",
                f"Over buying and holding's {percent(one.held)}, {_dates(one.bars)}.",
            )
            for (ticker, every), one in found.items()
            for rule, trial in one.trials.best.items()
        ],
        tables=[
            Table(
                "Best excess by frequency, points",
                ("from, to", "bars", "held", *RULES),
                [
                    (
                        f"{ticker}, {ADVERBS[every]}",
                        _dates(one.bars),
                        str(len(one.bars) - 1),
                        percent(one.held, 1),
                        *(
                            f"{number(100 * trial.excess, 1)} at {_set(trial)}"
                            for trial in one.trials.best.values()
                        ),
                    )
                    for (ticker, every), one in found.items()
                ],
                "Percentage points over buying and holding the same bars, at (d, M, R) in days, "
                "weeks or months. Filled at the bar's close, back to the weight at every bar, no "
                "costs, dividends paid at the bar's close; fallback 2. Weeks and months begin and "
                "end with the last whole ones, so that the dates differ by some days. The fewer "
                "the bars, the more room is left for luck.",
            )
        ],
    )  # fmt: skip


def found_on(evidence: Evidence, ticker: str, every: str) -> Found | None:
    """Return the search on bars that span `every`; None if the window holds too few."""
    return evidence.once(
        ("sign frequencies", ticker, every), lambda: _found_on(evidence, ticker, every)
    )


def _found_on(evidence: Evidence, ticker: str, every: str) -> Found | None:
    whole = evidence.of(ticker)
    if FREQUENCIES.index(every) < FREQUENCIES.index(whole.frequency):
        return None
    try:
        bars = resampled(whole, every)
        opens = opening_day([bars], Settings(start=evidence.start))
        counted = bars.between(opens, evidence.end)
    except (RequestError, ValueError):
        return None
    cold = max(0, LONGEST - (len(bars) - len(counted)))
    if bars is whole:  # the first chapter has already searched them and confirmed the winners
        return Found(counted, held_over(counted), trials(evidence, ticker), len(RULES), cold)
    judged = Screen.of(bars, opens, Terms(), rebalance="daily")
    market = held_over(counted)
    found = searched(judged, market)
    start = evidence.start if evidence.start > bars.dates[0].item() else None
    again = confirmed(f"{ticker} {ADVERBS[every]}", judged, found, start)
    return Found(counted, market, found, again, cold)


def _winning(found: dict[tuple[str, str], Found]) -> list[str]:
    words = []
    for every in FREQUENCIES:
        those = [one for (_, each), one in found.items() if each == every]
        if those:
            counts = ", ".join(
                f"{rule} {sum(one.trials.best[rule].excess > 0.0 for one in those)}"
                for rule in RULES
            )
            words.append(f"on {ADVERBS[every]} bars {counts}")
    of = len({ticker for ticker, _ in found})
    return [f"The best set beats holding, of {of} tickers: {'; '.join(words)}."]


def _cold(found: dict[tuple[str, str], Found]) -> list[str]:
    cold = [f"{ticker} {one.cold} {every}s" for (ticker, every), one in found.items() if one.cold]
    if not cold:
        return []
    return [
        f"Of the {LONGEST} bars that the set with the most memory reads before the window, some "
        f"are wanting, and such sets are flat until they have them: {', '.join(cold)}."
    ]


def _dates(bars: Bars) -> str:
    return f"{bars.dates[0]} to {bars.dates[-1]}"


def _set(trial: Trial) -> str:
    return f"({', '.join(str(value) for _, value in trial.set)})"
