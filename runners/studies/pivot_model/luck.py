"""What the whole fit finds on made-up markets without any pattern."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ....feeds.bars import Bars
from ....search.kernels.pivot.best import best_of
from ....search.kernels.pivot.space import published_space
from ....search.worth.placebo_bars import KINDS, MadeUpMarkets
from ...runs.labels.formats import number, probability
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from ..winners import placebos
from .fits import Market, markets

LINES = 200
"""Score lines of the real fit and of each made-up one: a million sets."""

NAMES = {"signs": "random signs", "permutation": "shuffled days"}

MADE = {
    "signs": "the real returns with random signs about their mean",
    "permutation": "the real days shuffled",
}

THREADS = 2


class Luck(NamedTuple):
    """A market's fit beside those of made-up markets; sums of daily returns."""

    gain: float
    held: float
    others: dict[str, list[float]]
    """Kind of made-up market to the gain of each one's best set, less holding it."""

    def p(self, kind: str) -> float:
        """Return (1 + made-up fits at least as far ahead of holding) / (1 + made-up markets)."""
        ahead = sum(other >= self.gain - self.held for other in self.others[kind])
        return (1 + ahead) / (1 + len(self.others[kind]))


def luck_of(market: Market, bars: Bars, runs: int, seed: int, kinds: Sequence[str] = KINDS) -> Luck:
    """Fit a market and made-up ones, all with the same lines.

    Parameters
    ----------
    market : Market
    bars : Bars
        What the market was made of.
    runs : int
        Made-up markets of each kind.
    seed : int
        Of the lines and of the markets.
    kinds : sequence of str
        Among `KINDS`.
    """
    opens = bars.dates[market.first].item()

    def ahead(job: tuple[str, int]) -> float:
        kind, number_of_market = job
        draw = np.random.default_rng([seed, KINDS.index(kind), number_of_market])
        (made,) = drawn[kind].drawn(draw)
        return _best(made.close, market.first, seed) - _held(made.close, market.first)

    drawn = {kind: MadeUpMarkets.of(kind, [bars], opens) for kind in kinds}
    jobs = [(kind, k) for kind in kinds for k in range(runs)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ahead, jobs))
    return Luck(
        _best(market.close, market.first, seed),
        _held(market.close, market.first),
        {kind: found[place * runs : (place + 1) * runs] for place, kind in enumerate(kinds)},
    )


def luck(evidence: Evidence, kinds: Sequence[str] = KINDS) -> Findings:
    """Return how often a fit on a market without any pattern is as far ahead of holding."""
    runs = placebos(evidence)
    if not runs:
        raise NotCarried("no made-up markets were asked for")
    found = {
        market.ticker: luck_of(market, evidence.of(market.ticker), runs, evidence.seed, kinds)
        for market in evidence.each(
            list(markets(evidence).values()), "fitting made-up markets", lambda one: one.ticker
        )
    }
    figures = [
        Figure(
            f"luck.{kind}", ticker, f"p of the whole fit, {NAMES[kind]}", None,
            100.0 * each.p(kind), "%",
            f"{sum(o >= each.gain - each.held for o in each.others[kind])} of {runs} made-up "
            "markets have a best set as far ahead of holding.",
        )
        for ticker, each in found.items()
        for kind in kinds
    ]  # fmt: skip
    rows = [
        (
            ticker,
            number(100.0 * each.gain, 1),
            number(100.0 * each.held, 1),
            *(
                text
                for kind in kinds
                for text in (
                    number(100.0 * float(np.median(each.others[kind])), 1),
                    number(100.0 * float(np.quantile(each.others[kind], 0.95)), 1),
                    probability(each.p(kind)),
                )
            ),
        )
        for ticker, each in found.items()
    ]
    made = " and ".join(MADE[kind] for kind in kinds)
    sets = LINES * published_space().sets_per_line
    small = [ticker for ticker, each in found.items() if max(map(each.p, kinds)) <= 0.05]
    said = f"That holds for {', '.join(small)}." if small else "That holds for none of them."
    return Findings(
        words=(
            f"The same fit, {LINES} random score lines with all thresholds, {sets:,} sets, is made "
            f"on {runs} made-up markets of each kind: {made}. Nothing can be foreseen there; what "
            "the best set makes beyond holding is the luck of as many tries. A fit that found "
            "something is ahead of nearly all of them, with a p of 5 % or less against each kind. "
            f"{said}",
        ),
        figures=figures,
        tables=[
            Table(
                "In sample",
                (
                    "best set, %",
                    "holding, %",
                    *(
                        column
                        for kind in kinds
                        for column in (f"{NAMES[kind]}: median ahead, %", "95% of them", "p")
                    ),
                ),
                rows,
                "Sums of daily returns over the whole window, in sample. Ahead: less what holding "
                "that market makes.",
            )
        ],
    )  # fmt: skip


def _best(close: np.ndarray, first: int, seed: int) -> float:
    returns = np.append(close[1:] / close[:-1] - 1.0, 0.0)
    (best,) = best_of(
        close, returns, published_space(), first=first, ends=[close.size - 1], n_lines=LINES,
        seed=seed,
    )  # fmt: skip
    return best.gain


def _held(close: np.ndarray, first: int) -> float:
    return float((close[first + 1 :] / close[first:-1] - 1.0).sum())
