"""Graph 4: how many years of prices the model needs, on the source's basis and after the fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...runs.labels.formats import number
from ...runs.sections.pictures import ByPeriod, Chart
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .fits import (
    LINES,
    OBJECTIVES,
    PERCENT,
    POINTS,
    SEEDS,
    SETS,
    Held,
    Market,
    fits,
    fixed_sides,
    held,
    markets,
)

PUBLISHED = {3: 2.0, 10: 3.1, 15: 3.73}
"""Years of data to the source's gain over the ETF's, over the whole span."""


class Outcome(NamedTuple):
    """What the set of the first N years made, in points and as a sum of daily returns."""

    years: float
    points: float
    """Over the whole span, the years of the fit included: the source's count."""
    percent: float
    later_points: float
    """After the fit alone."""
    later_percent: float


def outcomes(evidence: Evidence, market: Market, objective: str) -> list[list[Outcome]]:
    """Return for each draw the outcomes of all N, rising."""
    found = []
    for seed in range(SEEDS):
        draw = []
        for years, best in zip(market.years, fits(evidence, market, seed, objective), strict=True):
            sides = fixed_sides(market.close, best.parameters)
            gains = [
                market.gains(sides, begin, market.last, unit)
                for begin in (market.first, best.end)
                for unit in (POINTS, PERCENT)
            ]
            draw.append(Outcome(years, *gains))
        found.append(draw)
    return found


def graph_4(evidence: Evidence) -> Findings:
    """Return the gain over the ETF's by years of data, on both bases."""
    found = markets(evidence)
    every = {
        (ticker, objective): outcomes(evidence, found[ticker], objective)
        for ticker in evidence.each(list(found), "fitting on the first years")
        for objective in OBJECTIVES
    }
    main = next(iter(found))
    market = found[main]
    whole = held(market, market.first, market.last)
    by_percent, by_points = (every[main, objective] for objective in OBJECTIVES)
    figures = []
    for years, said in PUBLISHED.items():
        if float(years) not in market.years:
            continue
        place = market.years.index(float(years))
        for objective, draws in ((PERCENT, by_percent), (POINTS, by_points)):
            ratios = [draw[place].points / whole.adjusted for draw in draws]
            inside = min(ratios) <= said <= max(ratios)
            near = abs(float(np.median(ratios)) / said - 1.0) <= 0.1
            published = said if evidence.comparable(main) else None
            figures.append(
                Figure(
                    f"graph_4.full_{objective}_{years}", main,
                    f"gain over the ETF's, fitted for {objective} on {years} years, in all",
                    published, float(np.median(ratios)), ": 1",
                    f"{SEEDS} draws: {number(min(ratios))} to {number(max(ratios))}, the fit's own "
                    "years included, as the source counts.",
                    "measured" if published is None else
                    "reproduced" if inside else "near" if near else "differs",
                )
            )  # fmt: skip
    for ticker, own in found.items():
        draws = every[ticker, PERCENT]
        for years in PUBLISHED:
            if float(years) not in own.years[:-1]:
                continue
            place = own.years.index(float(years))
            after = held(own, own.ends[place], own.last)
            gained = float(np.median([draw[place].later_percent for draw in draws]))
            ahead = sum(draw[place].later_percent > after.percent for draw in draws)
            figures.append(
                Figure(
                    f"graph_4.after_{years}", ticker,
                    f"gain after {years} years of fit, less holding's, sum of daily returns",
                    None, 100.0 * (gained - after.percent), "%",
                    f"Median of {SEEDS} draws, of which {ahead} are ahead of holding.",
                )
            )  # fmt: skip
    return Findings(
        words=(_how(), _told(market, by_percent, whole)),
        figures=figures,
        charts=[_chart(market, by_percent, by_points, whole)],
        tables=[
            _by_years(market, by_percent, whole),
            _by_ticker(found, {ticker: every[ticker, PERCENT] for ticker in found}),
            *(
                _by_years(own, every[ticker, PERCENT], held(own, own.first, own.last))
                for ticker, own in found.items()
                if ticker != main
            ),
        ],
    )


def _how() -> str:
    return (
        f"Each fit tries {LINES:,} score lines drawn at random with all thresholds, {SETS:,} sets, "
        "on the first N years, and the best set runs on unchanged. The source tells its model to "
        "make the percent gain as large as possible, and prints points of one share over the "
        f"gain of the dividend-adjusted ETF. {SEEDS} draws show how much depends on the draw. The "
        "source's count includes the years of the fit; after the fit is what nobody chose."
    )


def _told(market: Market, draws: list[list[Outcome]], whole: Held) -> str:
    """Say what the main ticker's curve shows."""
    first = [draw[0] for draw in draws]
    last = [draw[-1].points / whole.adjusted for draw in draws]
    full = [one.points / whole.adjusted for one in first]
    after = held(market, market.ends[0], market.last)
    later = [one.later_points / after.adjusted for one in first]
    ahead = total = 0
    for place, end in enumerate(market.ends[:-1]):
        rest = held(market, end, market.last)
        for draw in draws:
            ahead += draw[place].later_percent > rest.percent
            total += 1
    return (
        f"{market.ticker}: the set of {number(first[0].years, 0)} years makes "
        f"{_range(full)} times the ETF's points over the whole span, and the set of all years "
        f"{_range(last)}. Without the fit's own years the set of {number(first[0].years, 0)} years "
        f"makes {_range(later)} times. Over all N and draws, {ahead} of {total} sets gain more "
        "percent after their fit than holding does."
    )


def _range(values: list[float]) -> str:
    return f"{number(min(values))} to {number(max(values))}"


def _chart(
    market: Market, by_percent: list[list[Outcome]], by_points: list[list[Outcome]], whole: Held
) -> Chart:
    axis = [round(years) for years in market.years[:-1]]

    def curve(draws: list[list[Outcome]], pick: str, over: list[float]) -> pd.Series:
        rows = [[getattr(one, pick) for one in draw[:-1]] for draw in draws]
        return pd.Series(np.median(rows, axis=0) / over, axis)

    in_all = [whole.adjusted] * len(axis)
    after = [held(market, end, market.last).adjusted for end in market.ends[:-1]]
    few = [n for n, each in enumerate(after) if each > 0.1 * whole.adjusted]
    later = curve(by_percent, "later_points", after).iloc[few]
    series = {
        "fitted for percent, in all": curve(by_percent, "points", in_all),
        "fitted for points, in all": curve(by_points, "points", in_all),
    }
    if len(later):
        series["fitted for percent, after the fit"] = later
    published = pd.Series(
        {years: said for years, said in PUBLISHED.items() if years in axis}, dtype=float
    )
    if len(published) and market.ticker == "SPY":
        series["published"] = published
    return Chart(
        f"{market.ticker}: gain over the ETF's by years of data",
        ByPeriod(
            "pivot-history",
            f"Points of the best set of the first N years of {market.ticker} over the ETF's own",
            series,
            {},
            reference=1.0,
            axis="years of data",
        ),
        f"Medians of {SEEDS} draws; over the dividend-adjusted ETF, the broken line. After the fit "
        "only where the ETF still gains a tenth of what it does in all.",
    )


def _by_years(market: Market, draws: list[list[Outcome]], whole: Held) -> Table:
    rows = []
    for place, (years, end) in enumerate(zip(market.years, market.ends, strict=True)):
        points = np.array([draw[place].points for draw in draws])
        percent = np.array([draw[place].percent for draw in draws])
        ratios = points / whole.adjusted
        row = [
            f"{number(years, 0)} years" if end < market.last else f"all, {number(years, 1)}",
            number(PUBLISHED[int(years)])
            if int(years) in PUBLISHED and years == int(years)
            else "",
            number(float(np.median(ratios))),
            _range([*ratios]),
            number(float(np.median(points / whole.price))),
            number(float(np.median(points / whole.cash))),
            number(float(np.median(percent / whole.percent))),
        ]
        if end < market.last:
            rest = held(market, end, market.last)
            later = np.array([draw[place].later_points for draw in draws])
            row += [number(float(np.median(later))), _range([*later]), number(rest.adjusted)]
        else:
            row += ["", "", ""]
        rows.append(tuple(row))
    return Table(
        f"{market.ticker}, fitted on the first",
        (
            "published", "over adjusted", "range", "over price", "over price and cash",
            "percent over percent", "points after the fit", "range", "adjusted ETF",
        ),
        rows,
        "Fitted for percent. The first six ratios count the whole span, the fit's own years among "
        f"it; medians and ranges of {SEEDS} draws. Points of one share, no costs.",
    )  # fmt: skip


def _said(ticker: str, years: float) -> str:
    """Return the published ratio, which is of SPY."""
    return number(PUBLISHED[int(years)]) if ticker == "SPY" and years in PUBLISHED else ""


def _by_ticker(found: dict[str, Market], every: dict[str, list[list[Outcome]]]) -> Table:
    rows = []
    for ticker, market in found.items():
        whole, draws = held(market, market.first, market.last), every[ticker]
        for place, (years, end) in enumerate(zip(market.years, market.ends, strict=True)):
            if end == market.last or years not in (3.0, 5.0, 10.0, 15.0):
                continue
            rest = held(market, end, market.last)
            full = [draw[place].points / whole.adjusted for draw in draws]
            later = [100.0 * draw[place].later_percent for draw in draws]
            rows.append(
                (
                    f"{ticker}, {number(years, 0)} years",
                    number(float(np.median(full))),
                    _range(full),
                    number(float(np.median(later)), 1),
                    f"{number(min(later), 1)} to {number(max(later), 1)}",
                    number(100.0 * rest.percent, 1),
                    f"{sum(each > 100.0 * rest.percent for each in later)} of {len(draws)}",
                )
            )
    return Table(
        "Fitted for percent on",
        (
            "points over adjusted, in all", "range", "% after the fit", "range",
            "% of holding after it", "draws ahead of holding",
        ),
        rows,
        "% is the sum of daily price returns, not compounded.",
    )  # fmt: skip
