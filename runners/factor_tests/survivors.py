"""What a panel of survivors does to the test of a factor, on simulated markets with delistings.

A panel that holds only stocks that are still listed at its end leaves out what fell until it was
delisted: losers that fell on. The same factor is tested on all stocks and on those that survived;
the difference is the bias.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...feeds.bars import Bars
from ...feeds.companies.sector_sample import SectorSample
from ...search.factors.information import information
from ...search.factors.labelled import labelled
from ...search.factors.quantiles import quantile_returns
from ..runs import registry
from ..runs.inputs import inputs_of_market
from .cross_sections import CrossSections, cross_sections
from .factor import FactorUnderTest
from .parameters import HORIZONS, STEP, STRATEGY

QUANTILES = 5


class Bias(NamedTuple):
    """A factor's figures on survivors less those on all stocks, over one horizon."""

    ic: float
    """Of the mean rank information coefficient."""
    spread: float
    """Of the residual return a year of the top fifth less the bottom fifth, as a fraction."""


def survivors_of(market: SectorSample) -> list[Bars]:
    """Return the stocks that have a bar on the market's last session."""
    return [bars for bars in market.panel.bars if bars.dates[-1] == market.etf.dates[-1]]


def bias_on(
    market: SectorSample, factor: str, horizons: Sequence[int] = HORIZONS
) -> Mapping[int, Bias]:
    """Return a factor's bias on the survivors of a simulated market, by horizon in sessions.

    Both panels are read with the market's own statements and sectors, and without its holdings and
    membership, which would tell who was once there.
    """
    whole = _sections(market, factor, list(market.panel.bars))
    survived = _sections(market, factor, survivors_of(market))
    found = {}
    for horizon in horizons:
        ics, spreads = zip(*(_figures(each, horizon) for each in (survived, whole)), strict=True)
        found[horizon] = Bias(ics[0] - ics[1], spreads[0] - spreads[1])
    return found


def _sections(market: SectorSample, factor: str, stocks: Sequence[Bars]) -> CrossSections:
    inputs = inputs_of_market(market)
    kept = {name: inputs[name] for name in ("split_factors", "fundamentals")}
    return cross_sections(
        FactorUnderTest.of(factor),
        market.etf,
        stocks,
        kept,
        registry.parameters(registry.resolve(STRATEGY)),
        step=STEP,
        first_row=0,
    )


def _figures(sections: CrossSections, horizon: int) -> tuple[float, float]:
    dates = labelled(sections.values, sections.residuals, sections.rows, horizon)
    return information(dates).mean.mean, quantile_returns(dates, QUANTILES).spread.mean
