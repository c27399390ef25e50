"""What is left of the article's statements on its model, statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Findings, NotCarried
from .chosen import chosen_of
from .closes import closes_of
from .fits import PERCENT, SEEDS, SETS, Market, held, markets
from .forward import Later, later_of, named, walked
from .history import PUBLISHED, outcomes
from .shape_of import shape_of
from .spans import span_of
from .strengths import SPAN, strengths_of

Measure = Callable[[Evidence, Mapping[str, Market]], str]
"""Says what was measured of a statement; raises NotCarried."""


def bottom_line(evidence: Evidence) -> Findings:
    """Return each statement beside what was measured of it, and what holds in one paragraph."""
    found = markets(evidence)
    later = {
        ticker: made
        for ticker, each in found.items()
        if (made := later_of(evidence, each, closes_of(evidence, ticker))) is not None
    }
    asked: tuple[tuple[str, Measure], ...] = (
        ("Reversion is strong on equity indexes, and very weak on gold", _forces),
        ("81 switches a year, 53.42% winning days, long on 46 of 80 ex-dates", _shape),
        *(
            (f"{years} years give {number(said)} times the ETF's gain", _of(years))
            for years, said in PUBLISHED.items()
        ),
        ("The model works on days that it was not built on", _walked),
        ("It goes on after the article", partial(_after, later)),
    )
    rows = []
    for statement, told in asked:
        try:
            rows.append((statement, told(evidence, found)))
        except NotCarried as reason:
            rows.append((statement, f"Not measured: {reason}."))
    return Findings(
        words=(_holds(evidence, found, later),),
        tables=[Table("Statement", ("measured",), rows)],
    )


def _of(years: int) -> Measure:
    """Return what measures the gain of the set of so many years."""

    def told(evidence: Evidence, found: Mapping[str, Market]) -> str:
        market = next(iter(found.values()))
        if float(years) not in market.years[:-1]:
            raise NotCarried(f"{market.ticker} has no {years} years before the end of the window")
        place = market.years.index(float(years))
        draws = [draw[place] for draw in outcomes(evidence, market, PERCENT)]
        whole = held(market, market.first, market.last)
        rest = held(market, market.ends[place], market.last)
        in_all = float(np.median([one.points for one in draws])) / whole.adjusted
        after = float(np.median([one.later_points for one in draws]))
        return (
            f"{number(in_all)} with the years of the fit; after it {number(after, 0)} points where "
            f"the adjusted ETF makes {number(rest.adjusted, 0)}."
        )

    return told


def _forces(evidence: Evidence, found: Mapping[str, Market]) -> str:
    told = []
    for ticker in found:
        before, after = strengths_of(evidence, ticker, SPAN)
        if before is not None:
            later = "" if after is None else f", after it {number(after.stretch_t, 1)}"
            told.append(f"{ticker} {number(before.stretch_t, 1)}{later}")
    if not told:
        raise NotCarried("no ticker has enough days")
    return f"Newey-West t of the reversion to {evidence.end}: {'; '.join(told)}."


def _shape(evidence: Evidence, found: Mapping[str, Market]) -> str:
    main = next(iter(found))
    span = span_of(evidence, main)
    own = shape_of(span, chosen_of(evidence, main)["best"].sides)
    dates = own.ex_long + own.ex_short
    ex = f"long on {own.ex_long} of {dates} ex-dates" if dates else "no ex-dates are known"
    return (
        f"The best set: {number(own.switches, 0)} switches a year, {percent(own.win_rate)} winning "
        f"days, {ex}."
    )


def _walked(evidence: Evidence, found: Mapping[str, Market]) -> str:
    ahead = []
    for ticker, market in found.items():
        gain = float(np.median([walked(evidence, market, seed).gain for seed in range(SEEDS)]))
        if gain > held(market, market.ends[0], market.last).percent:
            ahead.append(ticker)
    return (
        f"Refitted each year, the middle draw is ahead of holding on {len(ahead)} of {len(found)}"
        f"{named(ahead)}."
    )


def _after(later: Mapping[str, Later], evidence: Evidence, found: Mapping[str, Market]) -> str:
    if not later:
        raise NotCarried(f"no bars after {evidence.end}")
    ahead = [t for t, each in later.items() if float(np.median(each.frozen)) > each.held]
    return (
        f"Frozen at {evidence.end}, the middle set is ahead of holding on {len(ahead)} of "
        f"{len(later)}{named(ahead)}."
    )


def _holds(evidence: Evidence, found: Mapping[str, Market], later: Mapping[str, Later]) -> str:
    """Say in one paragraph what is left."""
    market = next(iter(found.values()))
    whole = held(market, market.first, market.last)
    best = float(np.median([draw[-1].points for draw in outcomes(evidence, market, PERCENT)]))
    in_sample = (
        f"In sample, the best of {SETS:,} sets makes {number(best / whole.adjusted)} times the "
        f"gain of the adjusted {market.ticker} in points."
    )
    if market.ticker not in later:
        return f"{in_sample} What it made afterwards cannot be told: the bars end with the window."
    own = later[market.ticker]
    middle = float(np.median(own.frozen))
    return (
        f"{in_sample} From {evidence.end} on the same sets make "
        f"{number(100.0 * middle / own.years, 1)} % a year without compounding, estimated "
        f"strengths {number(100.0 * own.estimated / own.years, 1)} %, and holding "
        f"{number(100.0 * own.held / own.years, 1)} %."
    )
