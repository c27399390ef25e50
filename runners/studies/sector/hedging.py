"""(b) Betas to the sector fund and not to the market: what is left after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.errors import BarsError, RequestError
from ....feeds.readers import read_bars
from ....strategies.sector.beta import trailing_betas
from ...factor_tests.book_view import series_of
from ...runs.labels.formats import counted, number, percent
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .markets import Market, markets_of
from .rows import measured, range_text, sentence, told_in

MARKET = "SPY"
WINDOW = 252
AHEAD = 60
"""Sessions after a beta over which it is judged: the longer horizon of the letter."""


class Left(NamedTuple):
    """What hedges leave, over stocks and non-overlapping windows of `AHEAD` sessions."""

    sector: float
    """Variance that is left after the hedge with the sector fund, of that before; median."""
    market: float
    """The same with the market; NaN where its bars are not given."""
    slope: float
    """Of the realised beta on the trailing one, over stocks and windows."""
    correlation: float


def hedging(evidence: Evidence) -> Findings:
    """Return how much of the stocks' variance each hedge takes away."""
    spy = _market(evidence)
    found = {ticker: left_by_hedges(market, spy) for ticker, market in markets_of(evidence).items()}
    figures = list[Figure]()
    for ticker, one in found.items():
        for part, name, value in (
            ("sector", "variance left after the hedge with the sector fund", 100.0 * one.sector),
            ("market", f"variance left after the hedge with {MARKET}", 100.0 * one.market),
        ):
            figures.append(
                measured(f"beta.{part}", ticker, name, value, "%", f"median, next {AHEAD} sessions")
            )
        figures.append(
            measured(
                "beta.slope", ticker, "realised beta for one unit of trailing beta", one.slope,
                "coefficient", "1 is a beta that needs no shrinkage",
            )
        )  # fmt: skip
    rows = [
        (
            ticker,
            percent(one.sector, 0),
            percent(one.market, 0),
            number(one.slope),
            number(one.correlation),
        )
        for ticker, one in found.items()
    ]
    columns = (
        "left with the sector fund", f"left with {MARKET}", "slope of betas", "their correlation",
    )  # fmt: skip
    caption = (
        f"Each stock is hedged over {AHEAD} sessions by its beta over the {WINDOW} before. What is "
        "left of the variance of its daily returns, the median over stocks and windows; the slope "
        "and correlation of the beta that followed with the trailing one."
    )
    table = Table("Sector", columns, rows, caption)
    return Findings(_words(found), figures, _charts(found), [table], headline=_headline(found))


def left_by_hedges(market: Market, spy: Bars | None) -> Left:
    """Return what hedging every stock leaves, with the fund and with the market."""
    history = market.history
    own = _windows(history.returns, history.market)
    other = None
    if spy is not None:
        other = _windows(history.returns, _returns_on(spy, history.dates))
    slope = np.polyfit(own[1], own[2], 1)[0] if own[1].size > 2 else np.nan
    return Left(
        float(np.median(own[0])) if own[0].size else np.nan,
        float(np.median(other[0])) if other is not None and other[0].size else np.nan,
        float(slope),
        float(np.corrcoef(own[1], own[2])[0, 1]) if own[1].size > 2 else np.nan,
    )


def _windows(returns: Floats, index: Floats) -> tuple[Floats, Floats, Floats]:
    """Return variance left, trailing and realised beta of each stock and window ahead."""
    betas = trailing_betas(returns, index, window=WINDOW, least=WINDOW // 2).betas
    left, trailing, realised = [], [], []
    for row in range(WINDOW, len(returns) - AHEAD, AHEAD):
        ahead = slice(row + 1, row + 1 + AHEAD)
        came, held = returns[ahead], index[ahead]
        known = ~np.isnan(came).any(axis=0) & ~np.isnan(betas[row])
        moved = held - held.mean()
        squares = float(moved @ moved)
        if not known.any() or not squares > 0.0 or np.isnan(held).any():
            continue
        own = came[:, known]
        before = own.var(axis=0)
        after = (own - betas[row, known] * held[:, None]).var(axis=0)
        moves = before > 0.0
        left.append(after[moves] / before[moves])
        trailing.append(betas[row, known])
        realised.append(moved @ (own - own.mean(axis=0)) / squares)
    nothing = np.empty(0)
    return tuple(  # type: ignore[return-value]
        np.concatenate(part) if part else nothing for part in (left, trailing, realised)
    )


def _market(evidence: Evidence) -> Bars | None:
    path = evidence.file(f"{MARKET}.csv")
    if path is None:
        return None
    try:
        return read_bars(path, name=MARKET, end=evidence.end)
    except (BarsError, RequestError):
        return None


def _returns_on(bars: Bars, dates: Dates) -> Floats:
    """Return total returns on given days, NaN where there is no bar."""
    series = series_of(bars)
    growth = (series.close[1:] + series.dividend[1:]) / series.close[:-1] - 1.0
    places = np.searchsorted(series.dates[1:], dates)
    places = np.minimum(places, growth.size - 1)
    found: Floats = np.where(series.dates[1:][places] == dates, growth[places], np.nan)
    return found


def _compared(found: Mapping[str, Left]) -> dict[str, Left]:
    return {ticker: one for ticker, one in found.items() if np.isfinite(one.market)}


def _headline(found: Mapping[str, Left]) -> str:
    both = _compared(found)
    if both:
        better = sum(one.sector < one.market for one in both.values())
        than = f"than {MARKET}"
        return told_in(
            better, len(both), f"the sector fund hedges better {than}",
            f"the sector fund hedges no better {than}",
        )  # fmt: skip
    left = [one.sector for one in found.values() if np.isfinite(one.sector)]
    if not left:
        return "too few sessions to judge a hedge"
    return (
        f"a hedge with the sector fund leaves {_percents(left)} of a stock's variance; {MARKET} is "
        "not among the data"
    )


def _percents(values: Sequence[float]) -> str:
    """Return the least and the largest of fractions, or one if both read alike."""
    return " to ".join(dict.fromkeys(percent(end, 0) for end in (min(values), max(values))))


def _charts(found: Mapping[str, Left]) -> list[Chart]:
    both = _compared(found)
    if len(both) < 2:
        return []
    bars = GroupedBars(
        "study-hedges", f"Variance left after a hedge with the sector fund and with {MARKET}",
        {
            "sector fund": {ticker: one.sector for ticker, one in both.items()},
            MARKET: {ticker: one.market for ticker, one in both.items()},
        },
        percent=True,
    )  # fmt: skip
    return [Chart("Variance that a hedge leaves", bars)]


def _words(found: Mapping[str, Left]) -> tuple[str, ...]:
    both = _compared(found)
    words = [sentence(_headline(found))]
    if both:
        gap = 100.0 * float(np.median([one.market - one.sector for one in both.values()]))
        median = "In the median sector it" if len(both) > 1 else "It"
        many = counted(round(abs(gap)), "percentage point")
        words[0] += (
            f" {median} leaves {many} {'less' if gap >= 0.0 else 'more'} of a stock's variance: a "
            f"hedge with the sector fund leaves {_percents([one.sector for one in both.values()])},"
            f" one with {MARKET} {_percents([one.market for one in both.values()])}."
        )
    slopes = [one.slope for one in found.values() if np.isfinite(one.slope)]
    if slopes:
        back = (
            ": betas come back towards their mean, which the parameter shrink_beta allows for"
            if max(slopes) < 1.0
            else ""
        )
        words.append(
            "Where the trailing beta of one stock is 1 above that of another, the beta that "
            f"follows is {range_text(slopes)} above, in the mean{back}."
        )
    return tuple(words)
