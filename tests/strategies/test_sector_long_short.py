"""The book on a simulated sector: what it holds, why, and what it may not know."""

import dataclasses

import backtrader as bt
import numpy as np
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.strategies.errors import StrategyError, StrategyStopped
from btplaybook.strategies.sector.factors import FACTORS
from btplaybook.strategies.sector_long_short import SectorLongShort
from btplaybook.strategies.weights import WeightsError

TEN_MILLION = 1e7


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, n_stocks=40, years=3)


@pytest.fixture(scope="module")
def inputs(market):
    return dict(
        split_factors=market.panel,
        holdings=market.holdings,
        membership=market.membership,
        sectors=market.sectors,
        fundamentals=market.fundamentals,
    )


def run(bars, inputs, kind=SectorLongShort, *, broker=None, mode=None, **params):
    """Run in backtrader's loop where a mode of it is given, else in ours, of the same bits."""
    engine = bt.Cerebro(stdstats=False, **mode) if mode else FastCerebro(stdstats=False)
    engine.broker = broker or PlaybookBroker(
        cash=TEN_MILLION, whole_shares=True, costs=Costs(percent_fee=0.0005)
    )
    for table in bars:
        engine.adddata(BarsFeed(bars=table), name=table.name)
    engine.addstrategy(kind, inputs=inputs, **params)
    (ran,) = engine.run()
    return ran


def equity(ran):
    return np.array([day.equity for day in ran.broker.ledger.days])


@pytest.fixture(scope="module")
def ran(market, inputs):
    return run(market.bars, inputs)


@pytest.fixture(scope="module")
def begun(market):
    """The first 504 sessions of the market: a dozen decisions."""
    last = market.etf.dates[503]
    return [table.between(None, last) for table in market.bars if table.dates[1] <= last]


@pytest.fixture(scope="module")
def ran_begun(begun, inputs):
    ran = run(begun, inputs, gate=False)
    assert len(ran.diary) > 10
    assert {"mean_variance", "equal_variance"} == {decided.method for decided in ran.diary}
    return ran


def test_the_book_is_long_stocks_and_short_the_fund_at_its_target_beta(ran):
    held = [decided for decided in ran.diary if decided.long.any()]
    assert len(held) > 20
    for decided in held:
        assert decided.weights.sum() == pytest.approx(1.0, abs=1e-9)
        assert decided.weights.max() <= max(0.1, 1 / (decided.weights > 0).sum()) + 1e-6
        assert decided.hedge < 0.0
        assert abs(decided.beta - decided.target_beta) < 0.002
        assert not (decided.long > 0)[~decided.universe].any()


def test_the_ex_ante_beta_is_that_of_what_the_account_holds_after_the_close(ran):
    """Worked out from the ledger's shares, closes and equity, costs paid."""
    by_day = {day.date: day for day in ran.broker.ledger.days}
    names = ran.broker.ledger.instruments
    order = [names.index(ticker) for ticker in ran.tickers]
    fund = names.index(ran.fund._name)
    for decided in ran.diary:
        day = by_day[decided.date]
        worth = np.array(day.holdings) * np.nan_to_num(day.closes) / day.equity
        betas = np.nan_to_num(decided.betas)
        if not decided.long.any():
            continue
        assert worth[order] @ betas + worth[fund] == pytest.approx(decided.beta, abs=1e-5)


def test_value_counts_where_enough_statements_were_filed(ran):
    for decided in ran.diary:
        known = decided.universe.sum() - decided.missing["value"]
        expected = ("value", "momentum") if known >= 30 else ("momentum",)
        assert decided.factors == expected
    assert {("momentum",)} == {decided.factors for decided in ran.diary}


def test_value_can_count_for_fewer_names(begun, inputs):
    other = run(begun, inputs, least_value=10)
    assert {("value", "momentum")} == {decided.factors for decided in other.diary}
    assert np.isfinite(other.diary[-1].premiums).all()


def test_weights_are_of_equal_variance_with_a_reason_until_forecasts_are_judged(ran):
    first = ran.diary[0]
    assert (first.method, first.reason) == ("equal_variance", "there is no forecast yet")
    for decided in ran.diary:
        assert (decided.method == "mean_variance") == (decided.reason == "")
    assert {"mean_variance", "equal_variance"} == {decided.method for decided in ran.diary}


def test_forecasts_are_judged_once_their_horizon_is_over(ran, market):
    dates = market.etf.dates.tolist()
    made = [decided.date for decided in ran.diary]
    assert ran.realised == ran.realised_by_horizon[30]
    for horizon, late in ((30, 3), (60, 5)):
        found = ran.realised_by_horizon[horizon]
        for realised in found:
            assert realised.made_on in made
            ahead = dates.index(realised.known_on) - dates.index(realised.made_on)
            assert ahead == horizon
        assert len(found) >= len(ran.diary) - late
    assert ran.realised_by_horizon[60] != ran.realised


def test_the_order_of_the_feeds_changes_nothing(begun, ran_begun, inputs):
    etf, *stocks = begun
    shuffled = [stocks[k] for k in np.random.default_rng(1).permutation(len(stocks))]
    other = run([*shuffled, etf], inputs, etf=etf.name, gate=False)
    assert [each.equity for each in other.broker.ledger.days] == equity(ran_begun).tolist()
    for mine, theirs in zip(ran_begun.diary, other.diary, strict=True):
        np.testing.assert_array_equal(mine.long, theirs.long)
        assert mine.hedge == theirs.hedge


@pytest.mark.parametrize(
    "mode", [{"runonce": False, "preload": False}, {"exactbars": -1}, {"quicknotify": True}]
)
def test_every_mode_of_cerebro_gives_the_same(begun, ran_begun, inputs, mode):
    assert equity(run(begun, inputs, mode=mode, gate=False)).tolist() == equity(ran_begun).tolist()


def test_a_second_run_of_one_cerebro_gives_the_same(begun, ran_begun, inputs):
    engine = bt.Cerebro(stdstats=False)
    engine.broker = PlaybookBroker(
        cash=TEN_MILLION, whole_shares=True, costs=Costs(percent_fee=0.0005)
    )
    for table in begun:
        engine.adddata(BarsFeed(bars=table), name=table.name)
    engine.addstrategy(SectorLongShort, inputs=inputs, gate=False)
    for _ in range(2):
        (again,) = engine.run()
        assert equity(again).tolist() == equity(ran_begun).tolist()


def test_a_stock_that_is_listed_late_may_come_first(begun, ran_begun, inputs):
    etf, *stocks = begun
    late = max(stocks, key=lambda table: table.dates[0])
    assert late.dates[0] > ran_begun.diary[0].date
    others = [table for table in stocks if table is not late]
    other = run([late, etf, *others], inputs, etf=etf.name, gate=False)
    assert equity(other).tolist() == equity(ran_begun).tolist()


def test_decisions_do_not_change_when_everything_later_is_noise(ran, market, inputs):
    """Prices, splits, members, holdings and statements after the cut are made up."""
    rng = np.random.default_rng(5)
    cut = ran.diary[-5].date
    day = np.datetime64(cut)
    noise = {
        name: inputs[name].scrambled_after(day, rng)
        for name in ("holdings", "membership", "sectors", "fundamentals")
    }
    panel = market.panel.scrambled_after(day, rng)
    tail = market.etf.close * np.where(market.etf.dates > day, 1.5, 1.0)
    wild = dataclasses.replace(market.etf, open=tail, high=tail, low=tail, close=tail)
    other = run([wild, *panel.bars], dict(split_factors=panel, **noise))
    for mine, theirs in zip(ran.diary, other.diary, strict=False):
        if mine.date > cut:
            break
        assert mine.date == theirs.date
        np.testing.assert_array_equal(mine.long, theirs.long)
        assert mine.hedge == theirs.hedge
        assert mine.excluded == theirs.excluded
    before = [day.equity for day in ran.broker.ledger.days if day.date <= cut]
    assert equity(other)[: len(before)].tolist() == before
    assert equity(other)[-1] != equity(ran)[-1]


def test_a_stock_that_vanishes_while_held_is_settled_and_written_down(market, inputs, ran):
    held_last = ran.diary[10]
    ticker = ran.tickers[int(held_last.long.argmax())]
    ends = market.etf.dates[np.searchsorted(market.etf.dates, np.datetime64(held_last.date)) + 3]
    bars = [
        table.between(None, ends.item()) if table.name == ticker else table for table in market.bars
    ]
    other = run(bars, inputs)
    (settled,) = [each for each in other.settlements if each.ticker == ticker]
    assert settled.last_bar == ends.item()
    assert (
        settled.price
        == market.panel.bars[market.panel.tickers.index(ticker)]
        .between(None, ends.item())
        .close[-1]
    )
    fills = [f for f in other.broker.ledger.fills if f.instrument == ticker]
    assert fills[-1].moment == "settled"
    assert fills[-1].position == 0.0
    assert not any(
        decided.universe[other.tickers.index(ticker)]
        for decided in other.diary
        if decided.date > ends.item()
    )


def test_no_hedge_is_left_where_the_last_stock_was_settled(market, inputs):
    """All stocks stop on one day in the middle of a month: the hedge goes once they are settled."""
    last = market.etf.dates[480]
    stocks = [table.between(None, last) for table in market.panel.bars if table.dates[0] < last]
    other = run([market.etf, *stocks], inputs)
    settled = max(one.date for one in other.settlements)
    days = {day.date: day for day in other.broker.ledger.days}
    assert not np.any(days[settled].holdings)
    later = [day for date, day in days.items() if date > settled]
    assert len(later) > 100
    assert not np.any([day.holdings for day in later])


def test_the_hedge_is_trimmed_between_decisions_and_nothing_else(begun, inputs):
    other = run(begun, inputs, hedge_band=0.005)
    assert other.trims
    decided = {made.date for made in other.diary}
    settled = {each.date for each in other.settlements}
    for fill in other.broker.ledger.fills:
        if fill.date not in decided | settled:
            assert fill.instrument == other.fund._name or fill.target == 0.0
    for trim in other.trims:
        assert abs(trim.beta_before - trim.target_beta) > 0.005


@pytest.mark.parametrize("whole", [True, False])
def test_where_gross_exposure_leaves_no_room_a_trim_sells_stocks_and_fund_alike(
    market, inputs, whole
):
    """Worked out from the ledger after each trim: never less hedged, never above the limit."""
    limit, cash = 1.95, 1e9
    broker = PlaybookBroker(cash=cash, whole_shares=whole, max_gross=limit)
    other = run(market.bars[:], inputs, broker=broker, hedge_band=0.005)
    by_day = {day.date: day for day in other.broker.ledger.days}
    names = other.broker.ledger.instruments
    order, fund = [names.index(one) for one in other.tickers], names.index(other.fund._name)
    scaled = [trim for trim in other.trims if trim.scale < 1.0]
    assert len(scaled) > 3
    for trim in scaled:
        day = by_day[trim.date]
        worth = np.array(day.holdings) * np.nan_to_num(day.closes) / day.equity
        betas = [made for made in other.diary if made.date < trim.date][-1].betas
        beta = worth[order] @ np.nan_to_num(betas) + worth[fund]
        assert beta == pytest.approx(trim.target_beta, abs=1e-5)
        assert worth[fund] == pytest.approx(trim.hedge, abs=1e-5)
        assert np.abs(worth).sum() <= limit + 1e-9
    # Prices moved it there between two trims.
    gross = [np.abs(np.array(day.holdings) * np.nan_to_num(day.closes)).sum() / day.equity
             for day in other.broker.ledger.days]  # fmt: skip
    assert max(gross) > limit


# -- steps that a subclass replaces ---------------------------------------------------------------


class EqualWeights(SectorLongShort):
    """Takes the five stocks whose ticker comes first."""

    def select(self, today, forecast):
        return today.universe & (np.cumsum(today.universe) <= 5)


def test_a_subclass_replaces_one_step(begun, inputs):
    other = run(begun, inputs, EqualWeights, weighting="equal", cap=0.2)
    for decided in other.diary:
        places = np.flatnonzero(decided.universe)[:5]
        assert decided.weights[places].tolist() == [0.2] * 5
        assert decided.method == "equal"


def cheap(seen):
    """Prefer low prices."""
    return -np.log(seen.raw_price)


class Cheap(SectorLongShort):
    """Has a third factor."""

    factors = {**FACTORS, "cheap": cheap}  # noqa: RUF012


def test_a_factor_of_ones_own_is_a_function(begun, inputs):
    other = run(begun, inputs, Cheap, least_value=10)
    assert other.diary[-1].factors == ("value", "momentum", "cheap")
    assert other.diary[-1].loadings.shape == (len(begun) - 1, 3)
    assert np.isfinite(other.diary[-1].premiums).all()


class NoSolution(SectorLongShort):
    """Its solver always gives up."""

    def optimal(self, *args):
        raise WeightsError("the covariance is singular")


def test_a_solver_that_gives_up_is_a_fallback_with_its_reason(begun, inputs):
    other = run(begun, inputs, NoSolution, gate=False)
    reasons = {decided.reason for decided in other.diary if not np.isnan(decided.forecast).all()}
    assert reasons == {"the covariance is singular"}
    assert {decided.method for decided in other.diary} == {"equal_variance"}


def test_few_names_raise_the_cap_and_say_so(begun, inputs):
    other = run(begun, inputs, core=4, weighting="equal")
    assert other.diary[-1].universe.sum() == 4
    assert other.diary[-1].weights.max() == pytest.approx(0.25)
    assert other.diary[-1].reason == "4 names cannot fill caps of 0.1, raised to 0.25"


@pytest.mark.parametrize(
    "params",
    [
        {"weighting": "mean_drawdown"},
        {"weighting": "inverse_variance"},
        {"equation": "score"},
        {"factor_weights": "recent"},
        {"shrink_beta": True},
        {"beta_band": 0.1},
        {"view": "sma:100"},
        {"every": "week"},
    ],
    ids=lambda params: "-".join(f"{key}-{value}" for key, value in params.items()),
)
def test_other_ways_keep_the_book_at_its_target(begun, inputs, params):
    other = run(begun, inputs, gate=False, **params)
    assert len(other.diary) > 10
    for decided in other.diary:
        assert abs(decided.beta - decided.target_beta) < 0.002
        if decided.method == "mean_variance" and params.get("beta_band"):
            assert 0.9 - 1e-6 <= decided.weights @ np.nan_to_num(decided.betas) <= 1.1 + 1e-6
    if "view" in params:
        assert {abs(decided.target_beta) for decided in other.diary} == {0.2}


def test_without_inputs_momentum_runs_alone_on_all_stocks(begun):
    other = run(begun, None)
    assert {decided.factors for decided in other.diary} == {("momentum",)}


class OneStatement:
    """Shares of one stock, counted on a day."""

    def __init__(self, ticker, counted_on):
        self.ticker, self.counted_on = ticker, np.datetime64(counted_on)

    def known_on(self, day, tickers):
        return np.array(
            [[1.0, 2.0, 3.0, 4.0, 100.0] if t == self.ticker else [np.nan] * 5 for t in tickers]
        )

    def shares_on(self, day, tickers):
        nothing = np.datetime64("NaT", "D")
        return np.array([self.counted_on if t == self.ticker else nothing for t in tickers])


class HalvedInMarch:
    """A split of two for one on 1 March 2005; nothing is known before 10 January."""

    def split_factors(self, day, tickers):
        known = 2.0 if day < np.datetime64("2005-03-01") else 1.0
        return np.full(len(tickers), known if day >= np.datetime64("2005-01-03") else np.nan)


@pytest.mark.parametrize(
    ("counted_on", "day", "shares"),
    [
        pytest.param("2005-02-01", "2005-02-15", 100.0, id="before-the-split"),
        pytest.param("2005-02-01", "2005-03-15", 200.0, id="split-since"),
        pytest.param("2005-03-01", "2005-03-15", 100.0, id="counted-after"),
        pytest.param("2004-12-31", "2005-03-15", 200.0, id="counted-before-the-first-bar"),
    ],
)
def test_shares_are_counted_in_the_units_of_todays_price(market, counted_on, day, shares):
    given = dict(split_factors=HalvedInMarch(), fundamentals=OneStatement("S01", counted_on))

    class Asks(SectorLongShort):
        found = None

        def target_weights(self):
            if self.found is None and str(self.datetime.date(0)) >= day:
                type(self).found = self.known.statements(np.datetime64(day))

    run(market.bars[:3], given, Asks, every="day")
    assert Asks.found[0].tolist() == [1.0, 2.0, 3.0, 4.0, shares]
    assert np.isnan(Asks.found[1]).all()


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"etf": "XLW"}, "etf 'XLW' is no feed: the feeds are SECTOR, S01"),
        ({"names": 5, "cap": 0.1}, "5 names of at most 0.1 each cannot make up 100 %"),
        ({"cap": 0.0}, "cap must be in"),
        ({"weighting": "best"}, "weighting must be one of mean_variance"),
        ({"beta_window": 20}, "beta_window must be a whole number >= 126"),
        ({"names": True}, "names must be a whole number"),
        ({"gate_least": 7}, "gate_least 7 must not be above gate_window 6"),
        ({"view": "0.5"}, "view '0.5'"),
    ],
)
def test_parameters_that_cannot_be(market, inputs, params, words):
    with pytest.raises(StrategyError, match=words):
        run(market.bars, inputs, **params)


def test_a_fund_without_stocks(market, inputs):
    with pytest.raises(StrategyError, match="a basket needs stocks beside the fund SECTOR"):
        run(market.bars[:2], inputs)


def test_an_unknown_fund_without_holdings_needs_its_sector(begun, inputs):
    alone = dict(sectors=inputs["sectors"])
    with pytest.raises(StrategyError, match="no sector is known of the fund 'SECTOR'"):
        run(begun, alone)
    found = run(begun, alone, sector="Health Care")
    assert found.diary[-1].excluded["of another sector"] > 0


def test_nobody_who_could_be_chosen_stops_the_run_with_the_reasons(market, inputs):
    with pytest.raises(StrategyStopped, match=r"no stock could be chosen .* price below the floor"):
        run(market.bars, inputs, min_price=1e6)


def test_a_plain_broker_runs_the_book(begun, inputs):
    broker = bt.brokers.BackBroker(cash=TEN_MILLION)
    broker.set_coc(True)
    broker.setcommission(leverage=1e6)
    stays = [table for table in begun if table.dates[-1] == begun[0].dates[-1]]
    stays = [table.without_dividends() for table in stays if len(table) == len(begun[0])]
    with_plain = run(stays, inputs, broker=broker)
    exact = run(stays, inputs, broker=PlaybookBroker(cash=TEN_MILLION))
    assert broker.getvalue() == pytest.approx(equity(exact)[-1], rel=1e-9)
    assert [d.date for d in with_plain.diary] == [d.date for d in exact.diary]
