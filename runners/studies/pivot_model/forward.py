"""Sets chosen anew each year with what was known then, and sets frozen at the window's end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ....feeds.arrays import Floats
from ...runs.labels.formats import number
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .closes import Closes, closes_of
from .fits import LINES, PERCENT, SEEDS, Market, fits, fixed_sides, held, markets
from .members import sides_of

FEWEST_DAYS = 250
"""Days after the window that a frozen set is judged on, at least."""


class Walked(NamedTuple):
    """A draw's sets, each chosen at a year's end and traded for the next; sums of returns."""

    gain: float
    in_fit: float
    """Gain a year of the chosen sets on the years that they were chosen on, mean over the fits."""
    sides: Floats
    """From the first bar on; 0 before the first choice."""


def walked(evidence: Evidence, market: Market, seed: int) -> Walked:
    """Return what the set of all years so far made in each following year."""
    found = fits(evidence, market, seed, PERCENT)
    sides = np.zeros(market.close.size)
    in_fit = []
    for best, begin, end in zip(found, market.ends, market.ends[1:], strict=False):
        sides[begin:end] = fixed_sides(market.close, best.parameters)[begin:end]
        in_fit.append(best.gain / (begin - market.first) * market.a_year)
    gain = market.gains(sides, market.ends[0], market.last, PERCENT)
    return Walked(gain, float(np.mean(in_fit)), sides)


def walk_forward(evidence: Evidence) -> Findings:
    """Return what yearly refits on all years so far make in the years after each."""
    found = markets(evidence)
    figures, rows, ahead, kept_mean = [], [], 0, []
    main = next(iter(found))
    curves: dict[str, pd.Series] = {}
    for ticker in evidence.each(list(found), "walking forward"):
        market = found[ticker]
        draws = [walked(evidence, market, seed) for seed in range(SEEDS)]
        begin = market.ends[0]
        years = (market.last - begin) / market.a_year
        hold = held(market, begin, market.last).percent / years
        gains = [draw.gain / years for draw in draws]
        kept = float(np.mean([gain / draw.in_fit for gain, draw in zip(gains, draws, strict=True)]))
        kept_mean.append(kept)
        middle = float(np.median(gains))
        ahead += middle > hold
        figures.append(
            Figure(
                "walk_forward.over_holding", ticker,
                "yearly refits on all years so far, less holding", None, 100.0 * (middle - hold),
                "% a year",
                f"Median of {SEEDS} draws, {market.dates[begin]} to {market.dates[-1]}; it keeps "
                f"{number(100.0 * kept, 0)} % of what the sets made in their fits.",
            )
        )  # fmt: skip
        rows.append(
            (
                ticker,
                number(100.0 * middle, 1),
                f"{number(100.0 * min(gains), 1)} to {number(100.0 * max(gains), 1)}",
                number(100.0 * hold, 1),
                number(100.0 * float(np.mean([draw.in_fit for draw in draws])), 1),
                number(kept),
            )
        )
        if ticker == main:
            curves = _curves(market, draws)
    return Findings(
        words=(
            f"Each year the best of {LINES:,} lines with all thresholds on all years so far is "
            f"chosen and traded for the next year. The middle draw is ahead of holding on {ahead} "
            f"of {len(found)} tickers. On average {number(100.0 * float(np.mean(kept_mean)), 0)} % "
            "of what a chosen set made in its own fit is left in the year after.",
        ),
        figures=figures,
        charts=[
            Chart(
                f"{main}: refitted each year",
                Curves(
                    "pivot-walk",
                    f"Sum of daily returns of yearly refits on {main}, and of holding",
                    curves,
                    held="holding",
                ),
                "Sums of daily price returns, not compounded, no costs. The first draw, and the "
                "best and the worst of all.",
            )
        ],
        tables=[
            Table(
                "Refitted each year",
                (
                    "% a year", "range of draws", "holding, % a year", "in the fits, % a year",
                    "efficiency",
                ),
                rows,
                "Sums of daily price returns a year after the first three years. Efficiency: the "
                "gain a year after the fits over that within them.",
            )
        ],
    )  # fmt: skip


def _curves(market: Market, draws: Sequence[Walked]) -> dict[str, pd.Series]:
    """Return sums of daily returns of the first, best and worst draw, and of holding."""
    begin = market.ends[0]
    returns = market.weights(PERCENT)
    dates = pd.DatetimeIndex(market.dates[begin + 1 :])

    def summed(sides: Floats) -> pd.Series:
        return pd.Series(np.cumsum(sides[begin:-1] * returns[begin:-1]), dates)

    order = sorted(draws, key=lambda draw: draw.gain)
    named = {"first draw": draws[0], "best draw": order[-1], "worst draw": order[0]}
    curves = {name: summed(draw.sides) for name, draw in named.items()}
    return curves | {"holding": summed(np.ones(market.close.size))}


class Later(NamedTuple):
    """Sums of daily returns after the window."""

    frozen: list[float]
    """Of each draw's best set."""
    estimated: float
    held: float
    years: float


def later_of(evidence: Evidence, market: Market, closes: Closes) -> Later | None:
    """Return what the sets of the whole window made after it; None with too few days."""
    if closes.close.size - 1 - closes.last < FEWEST_DAYS:
        return None
    rest = slice(closes.last, closes.close.size - 1)
    returns = closes.close[1:] / closes.close[:-1] - 1.0

    def gain(sides: Floats) -> float:
        return float((sides[rest] * returns[rest]).sum())

    draws = [
        gain(fixed_sides(closes.close, fits(evidence, market, seed, PERCENT)[-1].parameters))
        for seed in range(SEEDS)
    ]
    years = (closes.close.size - 1 - closes.last) / market.a_year
    return Later(draws, gain(sides_of(closes.close, {})), float(returns[rest].sum()), years)


def frozen(evidence: Evidence) -> Findings:
    """Return what the best sets of the window made on the years after it, unchanged."""
    found: dict[str, Later] = {}
    last = ""
    for market in evidence.each(
        list(markets(evidence).values()), "frozen sets", lambda m: m.ticker
    ):
        closes = closes_of(evidence, market.ticker)
        later = later_of(evidence, market, closes)
        if later is not None:
            found[market.ticker] = later
            last = max(last, str(closes.dates[-1]))
    if not found:
        raise NotCarried(f"no ticker has {FEWEST_DAYS} days after {evidence.end}")
    figures, rows = [], []
    for ticker, later in found.items():
        middle = float(np.median(later.frozen))
        ahead = sum(gain > later.held for gain in later.frozen)
        figures += [
            Figure(
                "frozen.over_holding", ticker, "best set of the window, after it, less holding",
                None, 100.0 * (middle - later.held) / later.years, "% a year",
                f"Median of {SEEDS} draws, of which {ahead} are ahead of holding.",
            ),
            Figure(
                "frozen.estimated_over_holding", ticker,
                "estimated strengths after the window, less holding", None,
                100.0 * (later.estimated - later.held) / later.years, "% a year",
                "Nothing was fitted to the window.",
            ),
        ]  # fmt: skip
        rows.append(
            (
                ticker,
                *(
                    number(100.0 * each / later.years, 1)
                    for each in (middle, min(later.frozen), max(later.frozen))
                ),
                number(100.0 * later.estimated / later.years, 1),
                number(100.0 * later.held / later.years, 1),
                f"{ahead} of {len(later.frozen)}",
            )
        )
    middles = {ticker: float(np.median(each.frozen)) for ticker, each in found.items()}
    winners = [ticker for ticker, each in found.items() if middles[ticker] > each.held]
    losers = [ticker for ticker, each in middles.items() if each < 0.0]
    return Findings(
        words=(
            f"The best set of each draw, chosen on the days to {evidence.end}, unchanged from then "
            f"to {last}, which nobody had seen. The middle set beats holding on {len(winners)} of "
            f"{len(found)} tickers{named(winners)}, and loses money on {len(losers)}"
            f"{named(losers)}.",
        ),
        figures=figures,
        tables=[
            Table(
                "After the window",
                (
                    "frozen, % a year", "worst draw", "best draw", "estimated", "holding",
                    "draws ahead of holding",
                ),
                rows,
                "Sums of daily price returns a year, not compounded, no costs.",
            )
        ],
    )  # fmt: skip


def named(tickers: Sequence[str]) -> str:
    """Return tickers in brackets; nothing without any."""
    return f" ({', '.join(tickers)})" if tickers else ""
