"""Evaluate every set of the source's search, for each rule, on one ticker."""

from __future__ import annotations

import datetime
import itertools
import math
from typing import NamedTuple

import numpy as np

from ....analyzers import statistics
from ....analyzers.market.session_gains import session_gains
from ....feeds.bars import Bars
from ....search.confirm import confirm
from ....search.ledger import Terms
from ....search.screen import Screen
from ....strategies.rule_line import RuleCall
from ....strategies.sign.sign_rule import SignRule
from ....strategies.sign.sign_s1 import SignS1
from ....strategies.sign.sign_s2 import SignS2
from ....strategies.sign.sign_s3 import SignS3
from ....strategies.sign.sign_s4 import SignS4
from ...runs.run import run
from ..study import Evidence

RULES: dict[str, type[SignRule]] = {"S1": SignS1, "S2": SignS2, "S3": SignS3, "S4": SignS4}
NAMES = {"S1": "sign-s1", "S2": "sign-s2", "S3": "sign-s3", "S4": "sign-s4"}
RANGES = {"d": range(1, 6), "M": range(1, 15), "R": range(2, 22)}
"""The parameter ranges of the source's search."""

PARAMETERS = {"S1": ("d",), "S2": ("d", "M"), "S3": ("d", "R"), "S4": ("d", "M", "R")}
SETS_BY_RULE = {
    rule: math.prod(len(RANGES[name]) for name in names) for rule, names in PARAMETERS.items()
}
FALLBACKS = (2.0, 1.0, 0.0)
"""The first is the stationary value of g, which the search uses."""

Set = tuple[tuple[str, int], ...]
"""A set's parameters by name."""


class Trial(NamedTuple):
    """One set of a rule and its excess."""

    rule: str
    set: Set
    excess: float
    """Total return minus that of buying and holding, a fraction."""


class Trials(NamedTuple):
    """The search of one ticker."""

    best: dict[str, Trial]
    """The best set by rule; of equal sets the first."""
    sets: int
    distinct: int
    """Number of distinct rules: S1 is S2 with M = 1, and S3 is S4 with M = 1."""
    winning: dict[str, float]
    """Share of the sets that beat buying and holding, by rule."""
    median: dict[str, float]
    """Median excess of the sets, by rule."""


def call_of(rule: str, one: Set, fallback: float = FALLBACKS[0]) -> RuleCall:
    """Return the call of a rule for one set."""
    given = {"fallback": fallback, "sizing": "sign", **dict(one)}
    return RULES[rule].rule_call(given)


def screen(evidence: Evidence, ticker: str, every: str = "day") -> Screen:
    """Return the screen of a ticker's sets: daily rebalanced, no costs, dividends paid."""
    opens_on = evidence.window(ticker).dates[0].item()
    return evidence.once(
        ("sign screen", ticker, every),
        lambda: Screen.of(evidence.of(ticker), opens_on, Terms(), rebalance="daily", every=every),
    )


def held(evidence: Evidence, ticker: str) -> float:
    """Return the total return of buying and holding over the window."""
    return held_over(evidence.window(ticker))


def held_over(bars: Bars) -> float:
    """Return the total return of buying and holding bars, dividends reinvested."""
    gains = session_gains(bars.open, bars.close, bars.dividend, bars.periods_per_year)
    return gains.total.close_to_close.compounded


def excess(evidence: Evidence, ticker: str, call: RuleCall, every: str = "day") -> float:
    """Return the excess of a rule over buying and holding."""
    judged = screen(evidence, ticker, every)
    returns = judged.account(call).returns(judged.terms.cash)
    return statistics.total_return(returns) - held(evidence, ticker)


def trials(
    evidence: Evidence, ticker: str, every: str = "day", delays: range = RANGES["d"]
) -> Trials:
    """Return the search of a ticker; it is computed only once."""
    key = ("sign trials", ticker, every, delays)
    return evidence.once(
        key,
        lambda: searched(screen(evidence, ticker, every), held(evidence, ticker), delays),
    )


def searched(judged: Screen, market: float, delays: range = RANGES["d"]) -> Trials:
    """Return the search of all sets on the bars of a screen.

    Parameters
    ----------
    judged : Screen
        The screen that evaluates the sets.
    market : float
        Total return of buying and holding the same bars, a fraction.
    delays : range
        Values of d.
    """
    ranges = {**RANGES, "d": delays}
    known: dict[RuleCall, float] = {}
    best, winning, median, count = {}, {}, {}, 0
    for rule, names in PARAMETERS.items():
        found: list[Trial] = []
        for values in itertools.product(*(ranges[name] for name in names)):
            one: Set = tuple(zip(names, values, strict=True))
            call = call_of(rule, one)
            if call not in known:
                returns = judged.account(call).returns(judged.terms.cash)
                known[call] = statistics.total_return(returns) - market
            found.append(Trial(rule, one, known[call]))
        gains = np.array([trial.excess for trial in found])
        best[rule] = found[int(gains.argmax())]
        winning[rule] = float((gains > 0.0).mean())
        median[rule] = float(np.median(gains))
        count += len(found)
    return Trials(best, count, len(known), winning, median)


def confirm_best(evidence: Evidence, ticker: str) -> int:
    """Run the winners of a ticker bar by bar and compare them with the search; return their number.

    Raises
    ------
    Mismatch
        A run differs from the search; the message names the set, the day or figure, and both
        values.
    """
    judged = screen(evidence, ticker)
    begins = evidence.start > judged.bars.dates[0].item()
    start = evidence.start if begins else None
    return confirmed(ticker, judged, trials(evidence, ticker), start)


def confirmed(name: str, judged: Screen, found: Trials, start: datetime.date | None) -> int:
    """Run the winners of a search bar by bar and compare them with it; return their number.

    Parameters
    ----------
    name : str
        Name of what was searched, for the error message.
    judged : Screen
        The screen that evaluated the sets.
    found : Trials
        The search.
    start : datetime.date, optional
        First day that counts; None: the window begins with the bars.

    Raises
    ------
    Mismatch
        A run differs from the search; the message names the set, the day or figure, and both
        values.
    """
    for rule, trial in found.best.items():
        call = call_of(rule, trial.set)
        ran = run(
            NAMES[rule],
            judged.bars,
            params=dict(trial.set),
            start=start,
            strips=False,
        )
        confirm(
            f"{name} {rule} {dict(trial.set)}",
            judged.market.dates,
            judged.account(call).equity,
            judged.figures(call),
            ran.equity,
            ran.metrics,
            judged.terms.cash,
        )
    return len(RULES)
