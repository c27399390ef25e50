"""The sector book's weights under a tracking limit, by both risks, and with a short past."""

import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.strategies.base.computed_once import computed_once
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.tracking import factor_portfolio
from btplaybook.strategies.sector_long_short import SectorLongShort
from btplaybook.strategies.weights import covariance, mean_variance_drawdown


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, n_stocks=30, years=3)


@pytest.fixture(scope="module")
def book(market):
    """Run the book on the market, without its gate; signals are taken once for all its runs."""
    inputs = {"split_factors": market.panel, "fundamentals": market.fundamentals}

    def ran(kind=SectorLongShort, **params):
        engine = FastCerebro(stdstats=False)
        engine.broker = PlaybookBroker(cash=1e7)
        for table in market.bars:
            engine.adddata(BarsFeed(bars=table), name=table.name)
        engine.addstrategy(kind, inputs=inputs, gate=False, least_value=10, **params)
        (done,) = engine.run()
        return done

    with computed_once():
        yield ran


@pytest.fixture(scope="module")
def limited(book):
    """A book of as few names as stray 6 % a year at most."""
    return book(names=0, tracking_limit=0.06, cap=0.3)


def test_optimal_weights_keep_the_tracking_limit(limited):
    optimal = [one for one in limited.diary if one.method == "mean_variance"]
    assert len(optimal) > 10
    for decided in optimal:
        assert decided.tracking_error <= 0.06 + 1e-5
        assert decided.reason == ""
    assert max(one.tracking_error for one in optimal) > 0.05  # it binds


def test_the_basket_is_the_fewest_of_the_best_that_track(limited):
    """One name fewer would stray farther than the limit, as the curve of the decision says."""
    seen = 0
    for decided in limited.diary:
        if decided.method != "mean_variance":
            continue
        ranked = np.argsort(np.where(decided.universe, -decided.forecast, np.inf), kind="stable")
        held = np.flatnonzero(decided.weights)
        last = max(np.flatnonzero(np.isin(ranked, held)).tolist()) + 1  # of the ranking, at least
        below = {n: error for n, error in decided.tracking_by_size.items() if n <= last - 1}
        if below:
            seen += 1
            assert below[max(below)] > 0.06
    assert seen > 5


def test_a_limit_that_no_basket_keeps_is_said_and_weighed_without_forecasts(book):
    ran = book(tracking_limit=0.0001, names=10)
    asked = [one for one in ran.diary if not np.isnan(one.forecast).all()]
    assert {one.method for one in asked} == {"equal_variance"}
    assert all("no weights were found" in one.reason for one in asked)
    ran = book(tracking_limit=0.0001, names=0, core=0)
    assert any("stray" in one.reason and "0.01%" in one.reason for one in ran.diary)


def test_both_risks_in_one_objective_are_what_the_function_returns(book):
    differences = []

    class Seen(SectorLongShort):
        def optimal(self, chosen, expected, residuals, betas, cap):
            weights = super().optimal(chosen, expected, residuals, betas, cap)
            held, _ = self.account.held()
            long = held.sum()
            alone = mean_variance_drawdown(
                expected, covariance(residuals), residuals, risk_aversion=5.0,
                drawdown_aversion=0.3, cap=cap, turnover_cost=0.012,
                previous=held[chosen] / long if long > 0.0 else None,
            )  # fmt: skip
            differences.append(np.abs(weights - alone).max())
            return weights

    book(
        Seen, weighting="mean_variance_drawdown", risk_aversion=5.0, drawdown_aversion=0.3, cap=0.3
    )
    assert len(differences) > 10
    assert max(differences) < 1e-9


def test_the_curve_of_a_decision_ends_where_all_names_track_the_factors(limited):
    for decided in limited.diary:
        curve = decided.tracking_by_size
        assert list(curve) == sorted(curve)
        errors = list(curve.values())
        assert (np.diff(errors) < 1e-9).all()  # more names are never farther
        assert max(curve) <= decided.universe.sum()
        if max(curve) == decided.universe.sum():
            assert errors[-1] < 1e-6  # all names: the factors' portfolio itself


def test_a_short_past_exchanges_the_two_readings(book):
    long, short = book(names=12), book(names=12, skill_window=30)
    for one, other in zip(long.diary, short.diary, strict=True):
        assert one.date == other.date
        np.testing.assert_array_equal(one.loadings, other.loadings)
    used = long.realised_by_horizon[30], short.realised_by_horizon[30]
    # For the horizon of 30 sessions the other reading of one is the 30 days of the other; its
    # forecast is the mean of two horizons, of which the second differs.
    assert len(used[0]) == len(used[1]) > 10
    assert any(a.ic != b.ic for a, b in zip(*used, strict=True))
    assert [one.other_ic for one in used[1]][-3:] == pytest.approx(
        [one.ic for one in used[0]][-3:], abs=1e-9
    )


def test_a_floor_leaves_room_for_so_many_names(book):
    ran = book(names=0, tracking_limit=0.001, cap=0.3, floor=0.09)
    held = [int((one.weights > 0).sum()) for one in ran.diary]
    assert max(held) == 11  # 1 / 0.09
    assert all(one.weights[one.weights > 0].min() >= 0.09 - 1e-6 for one in ran.diary)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"names": 0, "tracking_limit": 0.1, "floor": 0.09, "cap": 0.09}, "no number of names of"),
        ({"country": ";"}, "country ';' names none"),
        ({"names": 0}, "names=0 takes as few names as track the factors within tracking_limit"),
        ({"tracking_limit": -0.1}, "tracking_limit must be in"),
        ({"skill_window": 4}, "skill_window must be a whole number >= 5"),
    ],
)
def test_parameters_that_cannot_be(book, params, words):
    with pytest.raises(StrategyError, match=words):
        book(**params)


def test_the_reference_is_long_and_of_the_whole_universe():
    composite = np.array([1.0, 3.0, -2.0, np.nan, 2.0])
    found = factor_portfolio(composite, np.array([True, True, True, True, False]))
    assert found.tolist() == [0.25, 0.75, 0.0, 0.0, 0.0]
