"""Stocks that no decision may choose change no figure of the book, to the last bit."""

import copy

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.companies.membership import read_membership
from btplaybook.feeds.companies.securities import read_securities
from btplaybook.feeds.panel import Panel
from btplaybook.feeds.readers import read_bars
from btplaybook.runners.runs.run import run
from btplaybook.strategies.sector.factors import FACTORS
from btplaybook.strategies.sector_long_short import SectorLongShort

OF_ANOTHER_SECTOR = "of another sector"
BOOK = {
    "start": "2006-05-01", "end": "2006-12-29", "cash": 1e7, "whole_shares": True, "names": 8,
    "cap": 0.3,
}  # fmt: skip


def peers(seen):
    """Beat the mean of all stocks that are seen over the last month."""
    month = seen.residuals[-21:].sum(axis=0)
    return month - month.mean()


class Crowd(SectorLongShort):
    """Has a factor of its own that compares the stocks with one another."""

    factors = {**FACTORS, "peers": peers}  # noqa: RUF012


def figures(ran):
    """Everything that a result says of a book, but how many strangers were kept out."""
    chapter = copy.deepcopy(dict(ran.sections["sector"].measured))
    chapter.pop("stocks")
    for decided in chapter["decisions"]:
        decided.pop("excluded")
    held = {"holdings": ran.holdings, "attribution": ran.attribution, "relative": ran.relative}
    return {"metrics": ran.metrics, "benchmark": ran.benchmark, "sector": chapter, **held}


def assert_the_same_book(one, other):
    assert one.daily["equity"].to_numpy().tobytes() == other.daily["equity"].to_numpy().tobytes()
    pd.testing.assert_frame_equal(one.daily, other.daily, check_exact=True)
    pd.testing.assert_frame_equal(one.trades, other.trades, check_exact=True)
    assert figures(one) == figures(other)
    assert len(one.trades) > 50


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(1, n_stocks=30, years=3)


def strangers(etf, names, price):
    """Stocks that move far more than those of the sector, and are traded as much."""
    rng = np.random.default_rng(11)
    for name in names:
        close = price * np.exp(np.cumsum(rng.normal(0.001, 0.05, len(etf.dates))))
        volume = np.full(close.shape, 1e9) / price
        yield Bars(name, etf.dates, *[close] * 4, volume, 0.0 * close)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(
            SectorLongShort,
            {"shrink_beta": True, "equation": "score", "factor_weights": "recent"},
            id="betas shrunk, one equation on the score",
        ),
        pytest.param(Crowd, {"weighting": "mean_drawdown"}, id="a factor of one's own"),
    ],
)
def test_stocks_of_other_sectors_change_nothing(market, kind, params):
    inputs = dict(
        split_factors=market.panel, sectors=market.sectors, fundamentals=market.fundamentals
    )
    names = [f"{letter}{number}" for letter in "ASZ" for number in range(900, 907)]
    others = list(strangers(market.etf, names, 50.0))
    params = {**BOOK, "sector": "Health Care", "least_value": 10, **params}
    alone = run(kind, market.bars, inputs=inputs, strips=False, **params)
    among = run(kind, [*market.bars, *others], inputs=inputs, strips=False, **params)
    excluded = among.sections["sector"].measured["decisions"][-1]["excluded"][OF_ANOTHER_SECTOR]
    assert excluded == len(others) + alone.sections["sector"].measured["decisions"][-1][
        "excluded"
    ].get(OF_ANOTHER_SECTOR, 0)
    assert_the_same_book(alone, among)


def test_stocks_below_the_floors_change_nothing(market):
    """Momentum alone, and no table that says who belongs: a floor keeps them out."""
    others = list(strangers(market.etf, ["B1", "S11A", "S30A", "T1"], 1e-6))
    params = {**BOOK, "shrink_beta": True}
    alone = run(SectorLongShort, market.bars, strips=False, **params)
    among = run(SectorLongShort, [*market.bars, *others], strips=False, **params)
    assert_the_same_book(alone, among)


def test_real_stocks_of_other_sectors_change_nothing(realdata):
    """Health Care by itself, and beside all of Financials and Energy."""
    folder = realdata / "sector"
    fund = read_bars(realdata / "etf" / "XLV.csv", start="2012-01-03", end="2013-12-31")
    sectors = ("health_care", "financials", "energy")
    tables = [pd.read_parquet(folder / f"{name}.parquet") for name in sectors]

    def book(frames):
        panel = Panel.from_frame(pd.concat(frames), start="2012-01-03", end="2013-12-31")
        inputs = dict(
            split_factors=panel,
            membership=read_membership(folder / "sp500_membership.csv"),
            sectors=read_securities(folder / "securities.csv"),
        )
        return run(
            SectorLongShort, [fund, *panel.bars], inputs=inputs, strips=False, start="2013-04-01",
            cash=1e7, whole_shares=True, percent_fee=0.0005, borrow=0.005,
        )  # fmt: skip

    alone, among = book(tables[:1]), book(tables)
    assert (
        among.sections["sector"].measured["stocks"]
        > alone.sections["sector"].measured["stocks"] + 70
    )
    assert_the_same_book(alone, among)
