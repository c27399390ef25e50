"""On which side of reversion and trend the best hundredth of all sets sits, by ticker."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Floats
from ....search.kernels.pivot.best import drawn_lines
from ....search.kernels.pivot.line_sums import LineSums, layout_of
from ....search.kernels.pivot.scores import Forces, root_of_variance
from ....search.kernels.pivot.space import Line, PivotSpace, published_space
from ....strategies.rule_answer import compiled
from ....strategies.rules.pivot import RATIO, SEEN, pivot_days, pivot_side
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .coefficients import WEAK
from .spans import span_of
from .strengths import FAST, SLOW, SPAN

N_LINES = 2000
"""Score lines drawn at random, the same on every ticker; each with all thresholds."""

TOP = 0.01
"""Share of the sets that is looked at."""

PENALTY = 20.0
"""Ridge penalty of the strategy's own estimate."""


class Top(NamedTuple):
    """Where the best sets of a market sit, beside all sets."""

    on_reversion: float
    """Share of the top's sets times days on which reversion is the stronger force."""
    on_reversion_all: float
    """The same of all sets: what a draw without any selection has."""
    angle: float
    """Mean angle of the top, degrees; 0 is trend alone, 90 reversion alone."""
    angle_all: float
    gain_reversion: float
    """Mean gain of all sets whose line is on the side of reversion on most days; NaN: none."""
    gain_trend: float
    """Mean gain of all others."""
    best_on_reversion: float
    """Share of days of the one best set."""


def gold(evidence: Evidence) -> Findings:
    """Return on which side the best hundredth of random sets sits, on each ticker."""
    space = published_space()
    found: dict[str, Top] = {}
    sides: dict[str, float] = {}
    for ticker in evidence.each(evidence.tickers, "evaluating sets"):
        try:
            bars, first, _ = span_of(evidence, ticker)
        except NotCarried:
            if len(evidence.tickers) == 1:
                raise
            continue
        found[ticker] = top_of(bars.close, first, space, N_LINES, evidence.seed)
        sides[ticker] = estimated_on_reversion(bars.close, first)
    if not found:
        raise NotCarried("no ticker has a year of days after its warm-up")
    figures = []
    for ticker, top in found.items():
        for id, name, value, unit, verdict in (
            (
                "on_reversion", f"top {percent(TOP, 0)} of sets, on the side of reversion",
                100.0 * top.on_reversion, "%",
                f"Of set-days; of all sets {percent(top.on_reversion_all, 1)}.",
            ),
            (
                "angle", f"top {percent(TOP, 0)} of sets, mean angle", top.angle, "degrees",
                f"Of all sets {number(top.angle_all, 1)} degrees.",
            ),
            (
                "estimated", "estimated strengths, days on the side of reversion",
                100.0 * sides[ticker], "%", "Nothing is chosen: the ridge regression's own side.",
            ),
        ):  # fmt: skip
            figures.append(Figure(f"gold.{id}", ticker, name, None, value, unit, verdict))
    return Findings(
        words=(_how(), _told(found), _estimated(sides)),
        figures=figures,
        charts=[
            Chart(
                f"Mean angle of the best {percent(TOP, 0)} of the sets",
                GroupedBars(
                    "pivot-angles",
                    "Mean angle between trend and reversion of the best sets and of all sets",
                    {
                        f"best {percent(TOP, 0)}": {t: top.angle for t, top in found.items()},
                        "all sets": {t: top.angle_all for t, top in found.items()},
                    },
                ),
                "Degrees: 0 is trend alone, 90 reversion alone.",
            )
        ],
        tables=[
            Table(
                f"Top {percent(TOP, 0)} of sets",
                (
                    "on reversion", "of all sets", "mean angle", "of all", "gain on reversion",
                    "gain on trend", "best set on reversion", "estimated on reversion",
                ),
                [_row(ticker, top, sides[ticker]) for ticker, top in found.items()],
                f"{N_LINES:,} lines drawn at random, {space.sets_per_line:,} sets each; gains are "
                "sums of daily price returns, no costs, mean of all sets. Set-days: a line with a "
                "regime changes sides from day to day.",
            )
        ],
    )  # fmt: skip


def top_of(close: Floats, first: int, space: PivotSpace, n_lines: int, seed: int) -> Top:
    """Evaluate random lines with all their thresholds, and look at the best `TOP` of the sets.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Oldest first, > 0.
    first : int
        Bar of the first decision that counts.
    space : PivotSpace
        Whose lines are drawn.
    n_lines, seed : int
        As for `best_of`.
    """
    returns = np.append(close[1:] / close[:-1] - 1.0, 0.0)
    lines = drawn_lines(space, n_lines, seed)
    sums = LineSums(Forces(close), layout_of(returns, returns, first, [close.size - 1]), space)
    gains, n_sets, place = [], [], []
    for number_, line in enumerate(lines):
        found = sums(line)
        gains.append(found.gains[0, 0].copy())
        n_sets.append(found.levels.n_sets)
        place.append(np.full(gains[-1].size, number_))
    gain, weight, line_of = np.concatenate(gains), np.concatenate(n_sets), np.concatenate(place)
    share = reversion_shares(close, first, lines)
    angle = np.array([line.angle for line in lines])
    order = np.argsort(-gain, kind="stable")
    chosen = order[: int(np.searchsorted(np.cumsum(weight[order]), TOP * weight.sum())) + 1]

    def mean(values: Floats, rows: np.ndarray | slice = slice(None)) -> float:
        if not np.any(weight[rows]):
            return math.nan
        return float(np.average(values[rows], weights=weight[rows]))

    reverts = share[line_of] > 0.5
    return Top(
        on_reversion=mean(share[line_of], chosen),
        on_reversion_all=mean(share[line_of]),
        angle=mean(angle[line_of], chosen),
        angle_all=mean(angle[line_of]),
        gain_reversion=mean(gain, np.flatnonzero(reverts)),
        gain_trend=mean(gain, np.flatnonzero(~reverts)),
        best_on_reversion=float(share[line_of[order[0]]]),
    )


def reversion_shares(close: Floats, first: int, lines: Sequence[Line]) -> Floats:
    """Return the share of days from `first` on with reversion the stronger force, for each line.

    The score falls as the price rises: cos(phi) / q(M) < sin(phi) g / q(m).
    """
    ratios = {span: _ratio(close, span)[first:-1] for span in {line.span for line in lines}}
    shares = np.empty(len(lines))
    for place, line in enumerate(lines):
        angle = math.radians(line.angle)
        on_trend = math.cos(angle) / root_of_variance(line.slow)
        on_stretch = math.sin(angle) / root_of_variance(line.fast)
        shares[place] = np.mean(on_stretch * ratios[line.span] ** line.regime > on_trend)
    return shares


def estimated_on_reversion(close: Floats, first: int) -> float:
    """Return the share of days from `first` on on which estimated strengths make a reversion."""
    days = pivot_days(close, True, SLOW, FAST, SPAN, 45.0, 0.0, 0.0, 0.0, 0.0, 0, PENALTY)
    slope = days.slope[first:-1]
    slope = slope[np.isfinite(slope)]
    return float(np.mean(slope < 0.0)) if slope.size else math.nan


def _ratio(close: Floats, span: int) -> Floats:
    seen = np.full((close.size + 1, SEEN), np.nan)
    compiled(pivot_side)(close, False, 2, 1, span, 45.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, seen)
    return seen[:-1, RATIO]


def _row(ticker: str, top: Top, estimated: float) -> tuple[str, ...]:
    return (
        ticker,
        percent(top.on_reversion, 1),
        percent(top.on_reversion_all, 1),
        number(top.angle, 1),
        number(top.angle_all, 1),
        percent(top.gain_reversion, 1),
        percent(top.gain_trend, 1),
        percent(top.best_on_reversion, 1),
        percent(estimated, 1),
    )


def _how() -> str:
    return (
        "Whether a fund is one of reversion or of trend is not read off its one best set, which is "
        "the luckiest of millions and may stand on either side. It is read off the best hundredth "
        "of all sets, beside the share that all sets have before anything is chosen, and off what "
        "the sets of either side gain on average."
    )


def _told(found: dict[str, Top]) -> str:
    more = [t for t, top in found.items() if top.on_reversion > top.on_reversion_all]
    less = [t for t in found if t not in more]
    loses = [t for t, top in found.items() if top.gain_reversion < top.gain_trend]
    told = (
        f"The best hundredth leans to reversion, beyond what all sets do, on "
        f"{', '.join(more) or 'none'}; towards the trend on {', '.join(less) or 'none'}. Sets of "
        f"reversion gain less than those of trend, on average, on {', '.join(loses) or 'none'}."
    )
    for ticker in (t for t in WEAK if t in found):
        top = found[ticker]
        others = [one.angle for t, one in found.items() if t != ticker]
        if others:
            told += (
                f" {ticker}'s best hundredth is on the side of reversion on "
                f"{percent(top.on_reversion, 1)} of set-days, with a mean angle of "
                f"{number(top.angle, 1)} degrees, against {number(min(others), 1)} or more on the "
                "others; its one best set is on that side on "
                f"{percent(top.best_on_reversion, 0)} of days. "
            )
            least = top.angle < min(others) and top.gain_reversion < top.gain_trend
            told += (
                f"{ticker} is the fund with the least reversion, as the source says."
                if least
                else f"{ticker} is not the fund with the least reversion by both measures."
            )
    return told


def _estimated(sides: dict[str, float]) -> str:
    known = {t: share for t, share in sides.items() if share == share}
    if not known:
        return "Estimated strengths need more days than there are."
    texts = ", ".join(f"{t} {percent(share, 0)}" for t, share in known.items())
    return (
        "With strengths estimated day by day, of which none is chosen, a long position turns short "
        f"above the pivot, as the source says of equity indexes, on these shares of days: {texts}."
    )
