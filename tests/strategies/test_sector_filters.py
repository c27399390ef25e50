"""The book keeps to countries, sub-industries and sizes, and caps each sub-industry."""

import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.feeds.resampled import resampled
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.sector.checks import check_daily
from btplaybook.strategies.sector_long_short import SectorLongShort

END = "2006-09-29"


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, n_stocks=40, years=3)


@pytest.fixture(scope="module")
def inputs(market):
    return {
        "split_factors": market.panel,
        "holdings": market.holdings,
        "sectors": market.sectors,
        "fundamentals": market.fundamentals,
    }


def run(market, inputs, **params):
    engine = FastCerebro(stdstats=False)
    engine.broker = PlaybookBroker(cash=1e7)
    for table in market.bars:
        kept = table.between(None, END)
        if len(kept):
            engine.adddata(BarsFeed(bars=kept), name=table.name)
    engine.addstrategy(SectorLongShort, inputs=inputs, **params)
    (ran,) = engine.run()
    return ran


@pytest.fixture(scope="module")
def plain(market, inputs):
    return run(market, inputs, names=12, cap=0.2)


@pytest.fixture(scope="module")
def narrow(market, inputs):
    return run(
        market, inputs, names=12, cap=0.2, country="us;IE", floor=0.02, sub_industry_cap=0.3,
        max_market_cap=5e10, gate=False,
    )  # fmt: skip


def groups(market, tickers, method):
    known = getattr(market.sectors, method)("2006-12-29")
    return np.array([known[ticker] for ticker in tickers])


def test_of_other_countries_and_sizes_none_is_chosen(market, plain, narrow):
    countries = groups(market, narrow.tickers, "countries_on")
    abroad = ~np.isin(countries, ["US", "IE"])
    assert any(decided.universe[abroad].any() for decided in plain.diary)
    for decided, before in zip(narrow.diary, plain.diary, strict=True):
        assert not decided.universe[abroad].any()
        excluded = decided.excluded
        assert excluded["of another country"] > 0
        assert excluded["country not known"] == 0
        assert decided.universe.sum() < before.universe.sum()
        assert sum(excluded.values()) + decided.universe.sum() >= before.universe.sum()
    assert sum(d.excluded["market value above the ceiling"] for d in narrow.diary) > 0
    assert sum(d.excluded["market value not known"] for d in narrow.diary) > 0


def test_each_sub_industry_keeps_its_cap_and_each_stock_its_floor(market, plain, narrow):
    kinds = groups(market, narrow.tickers, "sub_industries_on")
    largest = []
    for decided in narrow.diary:
        weights = decided.weights
        assert weights.sum() == pytest.approx(1.0, abs=1e-9)
        assert (weights > 0).sum() == 12
        assert weights[weights > 0].min() >= 0.02 - 1e-6
        sums = [weights[kinds == kind].sum() for kind in set(kinds)]
        largest.append(max(sums))
        assert max(sums) <= 0.3 + 1e-6 or "raised to" in decided.reason
    assert max(largest) > 0.25
    free = [max(d.weights[kinds == k].sum() for k in set(kinds)) for d in plain.diary]
    assert max(free) > 0.4
    assert {decided.method for decided in narrow.diary} == {"equal_variance", "mean_variance"}


def test_market_values_are_raw_prices_times_the_shares_known(market, narrow):
    history = narrow.history()
    row = len(history.dates) - 1
    day = history.dates[row]
    found = narrow.known.market_caps(history, row)
    shares = market.fundamentals.known_on(day, narrow.tickers)[:, 4]
    counted = market.fundamentals.shares_on(day, narrow.tickers)
    for place, ticker in enumerate(narrow.tickers):
        number = market.panel.tickers.index(ticker)
        bars, factors = market.panel.bars[number], market.panel.factors[number]
        at = np.searchsorted(bars.dates, counted[place], side="right") - 1
        # Adjusted price times adjusted shares: a split moves neither.
        expected = history.close[row, place] * shares[place] * factors[max(at, 0)]
        np.testing.assert_allclose(found[place], expected, rtol=1e-9)
    assert 20 < np.isfinite(found).sum() < len(found)


def test_a_sub_industry_alone(market, inputs):
    ran = run(market, inputs, names=5, cap=0.3, sub_industry="biotechnology; Pharmaceuticals")
    kinds = groups(market, ran.tickers, "sub_industries_on")
    for decided in ran.diary:
        assert not decided.universe[~np.isin(kinds, ["Biotechnology", "Pharmaceuticals"])].any()
        assert decided.excluded["of another sub-industry"] > 0


def test_a_cap_that_the_chosen_cannot_fill_is_raised_and_told(market, inputs):
    ran = run(
        market, inputs, names=5, cap=0.5, sub_industry_cap=0.2, weighting="equal",
        sub_industry="Biotechnology;Pharmaceuticals",
    )  # fmt: skip
    for decided in ran.diary:
        assert "their sub-industries cannot fill caps of 0.2, raised to" in decided.reason


def test_where_none_is_left_the_reason_is_told(market, inputs):
    with pytest.raises(StrategyStopped, match="of another country; look at the floors and the"):
        run(market, inputs, country="Narnia")


@pytest.mark.parametrize(
    ("params", "left_out", "words"),
    [
        ({"country": "US"}, "sectors", "country reads .* give --securities FILE with a column"),
        ({"sub_industry": "Drugs"}, "sectors", "column sub_industry"),
        ({"sub_industry_cap": 0.3}, "sectors", "sub_industry_cap reads each stock's sub-industry"),
        ({"min_market_cap": 1e9}, "fundamentals", "min_market_cap reads .* give --fundamentals"),
        ({"max_market_cap": 1e9}, "fundamentals", "max_market_cap reads .* give --fundamentals"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_filter_without_its_source_is_refused(market, inputs, params, left_out, words):
    rest = {name: source for name, source in inputs.items() if name != left_out}
    with pytest.raises(StrategyError, match=words) as raised:
        run(market, rest, **params)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"floor": 0.05}, "30 names of at least 0.05 each make up more than 100 %"),
        ({"floor": 0.2, "names": 4, "cap": 0.1}, "4 names of at most 0.1 each"),
        ({"floor": 0.3, "names": 2, "cap": 0.2}, "cannot make up 100 %"),
        ({"floor": 0.02, "sub_industry_cap": 0.01}, "sub_industry_cap 0.01 must not be below"),
        ({"min_market_cap": 2e9, "max_market_cap": 1e9}, "max_market_cap 1e.09 must not be below"),
        ({"country": 1}, "country"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_parameters_that_do_not_go_together(market, inputs, params, words):
    with pytest.raises(StrategyError, match=words):
        run(market, inputs, **params)


@pytest.mark.parametrize("every", ["week", "month"])
def test_bars_that_span_more_than_a_session_are_refused(market, inputs, every):
    """Windows of 252 sessions would silently be 252 weeks; bars from open to open are daily."""
    engine = FastCerebro(stdstats=False)
    engine.broker = PlaybookBroker(cash=1e7)
    for table in market.bars[:5]:
        engine.adddata(BarsFeed(bars=resampled(table, every)), name=table.name)
    engine.addstrategy(SectorLongShort, inputs=inputs)
    with pytest.raises(
        StrategyError, match=rf"bars of a {every} each, .* count sessions"
    ) as raised:
        engine.run()
    assert len(str(raised.value).splitlines()) == 1
    check_daily({"A": resampled(market.bars[0], "open").frequency})
