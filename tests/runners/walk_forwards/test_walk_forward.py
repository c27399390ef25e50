"""A walk-forward equals one strategy whose parameters change by date, and knows no later bar.

Laws: the account is that of an independent strategy, bar by bar; fits, choices and account are
those of twenty lines of pandas; bars after a refit change nothing up to it; kernel, runs and
engines agree.
"""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.resampled import resampled
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.settings_rows import timing_words
from btplaybook.runners.runs.run import run
from btplaybook.runners.walk_forwards.accounts import ArrayAccounts
from btplaybook.runners.walk_forwards.path import FLAT, STAYS
from btplaybook.runners.walk_forwards.run import run_walk_forward
from btplaybook.search.engines.threads import Threads
from btplaybook.search.errors import Mismatch, SearchError
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

SAME = 1e-9  # accumulated over some hundred bars
SPACE = "period=3..30:3"
LENGTHS = {"fit": "6m", "refit": "2m", "strips": False}
OFTEN = {"fit": "4m", "refit": "25d", "shifted": False, "strips": False}
HERE = Threads(1)
COSTS = {"percent_fee": 0.0005, "slippage_bps": 2.0, "per_share": 0.004, "borrow": 0.02,
         "interest": 0.01}  # fmt: skip


class ByDate(PlaybookStrategy):
    """The SMA switch, whose period depends on the date; written apart from the package's."""

    params = (("periods", ()),)  # pairs of the first day and the period from then on

    def __init__(self):
        self.side = {period: 0.0 for _, period in self.p.periods}
        self.closes = []

    def target_weights(self):
        self.closes.append(self.data.close[0])
        for period in self.side:
            if len(self.closes) >= period:
                mean = math.fsum(self.closes[-period:]) / period
                if abs(self.closes[-1] - mean) > 1e-12 * mean:
                    self.side[period] = 1.0 if self.closes[-1] > mean else -1.0
        today = self.datetime.date(0).isoformat()
        begun = [period for day, period in self.p.periods if day <= today]
        return {self.data: self.side[begun[-1]] if begun else 0.0}


def by_date(found, bars, **settings):
    """Run the independent strategy with the periods that a walk-forward chose."""
    periods = tuple((each.refit, each.set["period"]) for each in found.path)
    settings = {"benchmark": None, **settings, "start": found.path[0].first}
    return run(ByDate, bars, periods=periods, strips=False, **settings)


def same_account(found, ran):
    ours, theirs = found.stitched.equity, ran.equity
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours, theirs, rtol=SAME)
    for name, value in found.metrics.items():
        if isinstance(value, float):
            assert value == pytest.approx(ran.metrics[name], rel=SAME, abs=1e-9), name


@pytest.mark.parametrize("rebalance", ["on_change", "daily"])
@pytest.mark.parametrize("fill", ["close", "next_open", "next_close"])
def test_the_account_is_that_of_one_strategy_whose_period_changes(simulated, fill, rebalance):
    settings = {"fill": fill, "rebalance": rebalance, **COSTS}
    found = run_walk_forward("sma-switch", simulated, SPACE, **OFTEN, **settings)
    assert len({each.index for each in found.path}) > 2  # else nothing changes hands
    assert found.confirmed
    assert found.metrics["pnl"]["commission"] < 0.0
    same_account(found, by_date(found, simulated, **settings))


def test_a_change_of_sets_is_an_order_of_the_refit_and_only_where_weights_differ(simulated):
    found = run_walk_forward("sma-switch", simulated, SPACE, **LENGTHS, fill="next_open")
    fills = pd.DatetimeIndex(found.stitched.trades["date"])
    decided = found.stitched.decisions.set_index("date")["weight"]
    days = list(found.stitched.daily.index)
    ordered = [days[days.index(day) + 1] for day in decided.index[decided.diff() != 0]]
    assert list(fills) == ordered  # a bar after the decision, and not a bar later
    assert pd.Timestamp(found.path[0].refit) == days[0]


def in_pandas(bars, periods, fit, refit):
    """Walk forward by hand: levelled daily at the close, no costs. Return sets and account."""
    close, paid = (pd.Series(column, pd.DatetimeIndex(bars.dates))
                   for column in (bars.close, bars.dividend))  # fmt: skip
    held = (close + paid) / close.shift() - 1.0
    sides = {n: np.sign(close - close.rolling(n).mean()).replace(0.0, np.nan).ffill().fillna(0.0)
             for n in periods}  # fmt: skip
    gains = pd.DataFrame({n: side.shift() * held for n, side in sides.items()})
    chosen, account = [], []
    for k in range(100):
        months = pd.DateOffset(months=refit * k)
        since, until = (
            close.index[0] + months,
            close.index[0] + pd.DateOffset(months=fit + refit * k),
        )
        to = until + pd.DateOffset(months=refit)
        begin, at, end = close.index.searchsorted([since, until, to])
        if at >= len(close) - 1:
            break
        best = ((1.0 + gains.iloc[begin + 1 : at + 1]).prod() - 1.0).idxmax()
        chosen.append((str(close.index[at].date()), best))
        account.append(gains[best].iloc[at + 1 : end + 1])
    return chosen, pd.concat(account)


def test_fits_choices_and_account_are_those_of_pandas():
    bars = sample("simulated", end="2009-06-30")
    chosen, returns = in_pandas(bars, range(3, 33, 3), fit=12, refit=3)
    settings = {"fit": "1y", "refit": "3m", "rebalance": "daily"}
    found = run_walk_forward("sma-switch", bars, SPACE, **settings)
    assert [(each.refit, each.set["period"]) for each in found.path] == chosen
    np.testing.assert_allclose(found.stitched.returns, returns, rtol=SAME, atol=1e-12)
    assert found.kernel == "SmaFamilyEvaluator"


def scrambled(bars, day, seed):
    """Return bars with other prices after a day, where no rule could know them."""
    later = bars.dates > np.datetime64(day)
    steps = np.random.default_rng(seed).normal(0.0, 0.05, later.sum())
    close = bars.close.copy()
    close[later] = close[~later][-1] * np.exp(np.cumsum(steps))
    before = np.concatenate([close[:1], close[:-1]])
    opens = np.where(later, before * 1.01, bars.open)
    high = np.where(later, np.maximum(opens, close), bars.high)
    low = np.where(later, np.minimum(opens, close), bars.low)
    return dataclasses.replace(bars, open=opens, high=high, low=low, close=close)


@pytest.mark.parametrize(
    ("fill", "anchored"),
    [("close", False), ("close", True), ("next_open", False), ("next_close", True)],
)
def test_what_comes_after_a_refit_changes_nothing_up_to_it(simulated, fill, anchored):
    settings = {**LENGTHS, "fill": fill, "anchored": anchored, "shifted": False, **COSTS}
    found = run_walk_forward("sma-switch", simulated, SPACE, **settings)
    for place in (0, len(found.path) - 2):
        day = found.path[place].refit
        other = run_walk_forward("sma-switch", scrambled(simulated, day, place), SPACE, **settings)
        told = ("fit_opens", "refit", "index", "in_sample", "in_sample_excess_per_year")
        for name in told:
            ours, theirs = ([getattr(each, name) for each in f.path[: place + 1]]
                            for f in (found, other))  # fmt: skip
            assert ours == theirs, name
        assert found.stitched.equity.loc[:day].tolist() == other.stitched.equity.loc[:day].tolist()
        assert found.stitched.equity.iloc[-1] != other.stitched.equity.iloc[-1]


def test_warm_up_is_what_lies_before_the_fit(simulated):
    """A fit opens flat where it begins, and knows the averages of the bars before."""
    found = run_walk_forward("sma-switch", simulated, "period=100|101", fit="60d", refit="60d",
                             start=str(simulated.dates[120]))  # fmt: skip
    first = found.path[0]
    assert first.fit_opens == str(simulated.dates[119])
    assert first.refit == str(simulated.dates[179])
    alone = run("sma-switch", simulated.between(None, first.refit), strips=False,
                start=str(simulated.dates[120]), **first.set)  # fmt: skip
    assert len(alone.trades) > 0
    excess = alone.metrics["total_return"] - alone.benchmark["total_return"]
    assert first.in_sample == pytest.approx(excess, rel=SAME)


@pytest.mark.parametrize("every", ["week", "month"])
def test_decisions_of_weeks_and_months_change_with_the_set_on_the_refit(simulated, every):
    found = run_walk_forward("sma-switch", simulated, "period=3|15|40", fit="70d", refit="23d",
                             every=every, **COSTS)  # fmt: skip
    assert found.confirmed
    ends = pd.DatetimeIndex(simulated.dates).to_period(every[0].upper())
    last = {day for day, own, after in zip(simulated.dates, ends, [*ends[1:], None], strict=True)
            if own != after}  # fmt: skip
    refits = {np.datetime64(each.refit) for each in found.path}
    filled = {np.datetime64(day, "D") for day in found.stitched.trades["date"]}
    assert filled <= last | refits
    assert filled & (refits - last)  # a switch between two decisions


def test_weekly_bars(simulated):
    weeks = resampled(sample("simulated", end="2009-06-30"), "week")
    found = run_walk_forward("sma-switch", weeks, SPACE, fit="52w", refit="13w", **COSTS)
    assert found.confirmed
    same_account(found, by_date(found, weeks, **COSTS))
    assert found.stitched.periods_per_year == 52
    assert [each.shift for each in found.refit_shift] == ["0w", "1w", "2w", "3w", "4w", "5w", "6w"]


# -- figures ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(simulated):
    return run_walk_forward("sma-switch", simulated, SPACE, **LENGTHS, rebalance="daily")


def test_path_and_efficiency_follow_from_the_account(found, simulated):
    growth = 1.0 + found.stitched.returns
    held = 1.0 + pd.Series(simulated.total_returns, pd.DatetimeIndex(simulated.dates))
    last = None
    for each in found.path:
        days = slice(pd.Timestamp(each.first), pd.Timestamp(each.last))
        years = len(growth.loc[days]) / 252
        rates = [side.loc[days].prod() ** (1.0 / years) for side in (growth, held)]
        assert each.out_of_sample_excess_per_year == pytest.approx(rates[0] - rates[1], rel=SAME)
        assert last in (None, pd.Timestamp(each.refit))
        last = days.stop
    assert last == growth.index[-1]
    mean = np.mean([each.in_sample_excess_per_year for each in found.path])
    rate = found.metrics["cagr"] - found.held["cagr"]
    assert found.efficiency.in_sample == pytest.approx(mean, rel=SAME)
    assert found.excess_per_year == rate
    if mean > 0.0:
        assert found.efficiency.value == pytest.approx(rate / mean, rel=SAME)
    else:
        assert found.efficiency.value is None
        assert "did not beat" in found.efficiency.reason
    assert found.held["total_return"] == found.stitched.benchmark["total_return"]
    sets = 10 * len(found.path)
    assert found.trials.evaluated == sets
    assert found.trials.distinct <= sets


def test_the_account_says_how_its_sets_were_chosen(found):
    words = dict(timing_words(found.stitched.settings))
    assert words["Refits"] == "every 2m, each on the 6m before it, by excess over buy and hold"
    assert "Refits" not in dict(timing_words(found.settings.plain()))


def test_shifted_refits_are_judged_over_common_days(simulated, found):
    rows = found.refit_shift
    assert [row.shift for row in rows] == ["0m", "1m"]
    assert len({(row.first, row.last) for row in rows}) == 1
    # a month later, from the common first day on, by itself
    later = run_walk_forward("sma-switch", simulated, SPACE, fit="7m", refit="2m", shifted=False,
                             rebalance="daily")  # fmt: skip
    assert later.path[0].first == rows[1].first
    own = found.stitched.returns.loc[rows[0].first :]
    assert rows[0].total_return == pytest.approx((1.0 + own).prod() - 1.0, rel=SAME)
    held = run("sma-switch", simulated, start=rows[0].first, strips=False).benchmark
    assert rows[0].excess == pytest.approx(rows[0].total_return - held["total_return"], rel=SAME)


def test_equal_inputs_give_equal_bytes_for_every_engine(simulated, found):
    for engine, workers in (("threads", 1), ("threads", 2)):
        again = run_walk_forward("sma-switch", simulated, SPACE, **LENGTHS, rebalance="daily",
                                 engine=engine, workers=workers)  # fmt: skip
        assert again.to_json() == found.to_json()
    plain = json.loads(found.to_json())
    assert plain["schema"] == 1
    assert plain["path"][0]["set"] == found.path[0].set
    assert plain["fit"] == "6m"
    assert plain["metrics"] == found.metrics
    assert "refits" in repr(found)


def test_arrays_that_differ_from_the_event_loop_are_not_reported(simulated, monkeypatch):
    right = ArrayAccounts.targets
    monkeypatch.setattr(ArrayAccounts, "targets", lambda self, n: -right(self, n))
    with pytest.raises(Mismatch, match="walk-forward: equity of 2005"):
        run_walk_forward("sma-switch", simulated, SPACE, **LENGTHS, shifted=False)


# -- fits without a winner -------------------------------------------------------------------------


WITHOUT_A_RULE = '''
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Band(PlaybookStrategy):
    """Long where the close lies in a band."""

    params = (("level", 1.0),)

    def target_weights(self):
        return {self.data: 1.0 if abs(self.data.close[0] - self.p.level) < 10.0 else 0.0}


class Momentum(PlaybookStrategy):
    params = (("lookback", 20), ("side", "both"))

    def target_weights(self):
        if len(self.data) <= self.p.lookback:
            return None
        rises = self.data.close[0] > self.data.close[-self.p.lookback]
        return {self.data: 1.0 if rises else (-1.0 if self.p.side == "both" else 0.0)}


class OneMore(Momentum):
    def target_weights(self):
        if len(self.data) == 250:
            self.buy(size=1)
        return super().target_weights()
'''


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """Return the file of strategies which the event loop alone can run."""
    path = tmp_path_factory.mktemp("user") / "mine.py"
    path.write_text(WITHOUT_A_RULE)
    return path


def test_a_fit_without_a_winner_keeps_the_set_before_and_the_account_flat_at_first(mine):
    """Prices near 100, then 200, 100 again and 300: in the first and third fit nothing is held."""
    levels = np.repeat([100.0, 200.0, 100.0, 300.0, 300.0], 40)
    wave = 1.0 + 0.01 * np.sin(np.arange(200.0))
    close = levels * wave
    dates = np.busday_offset("2010-01-04", np.arange(200))
    bars = Bars(
        "X", dates, close, close, close, close, np.ones(200), np.zeros(200), calendar="24/7"
    )
    found = run_walk_forward(f"{mine}:Band", bars, "level=100|101", fit="39d", refit="40d",
                             objective="sharpe", start=str(dates[41]), engine=HERE)  # fmt: skip
    # fits end on bars 79, 119, 159 and 199: at 200, at 100, at 300; the last has no day after it
    assert [each.reason for each in found.path] == [FLAT, None, STAYS]
    assert [each.index for each in found.path] == [None, found.path[1].index, found.path[1].index]
    assert found.path[0].set is None
    assert found.path[2].in_sample is None
    assert found.efficiency.in_sample == found.path[1].in_sample_excess_per_year
    first = found.stitched.daily.loc[found.path[0].first : found.path[1].refit]
    assert not first["invested"].any()
    assert found.trials.undefined == 4


def test_a_strategy_that_never_trades_has_a_result(simulated, mine):
    found = run_walk_forward(f"{mine}:Band", simulated, "level=5000|5001", fit="9m", refit="4m",
                             objective="profit_factor", engine=HERE, shifted=True)  # fmt: skip
    assert found.metrics["total_return"] == 0.0
    assert found.efficiency == (None, found.excess_per_year, None,
                                "no fit has a winner with an excess")  # fmt: skip
    assert [each.reason for each in found.path] == [FLAT] * len(found.path)
    assert {row.total_return for row in found.refit_shift} == {0.0}
    assert json.loads(found.to_json())["path"][0]["set"] is None


# -- bar by bar ------------------------------------------------------------------------------------

EXCESS = '''
def over(result):
    """Return the total return less that of holding."""
    return result.metrics["total_return"] - result.hold_return
'''


def test_runs_bar_by_bar_choose_and_trade_as_the_kernel_does(simulated, tmp_path):
    (tmp_path / "mine.py").write_text(EXCESS)
    own = f"{tmp_path / 'mine.py'}:over"
    settings = {"fit": "10m", "refit": "3m", "fill": "next_open", **COSTS}
    kernel = run_walk_forward("sma-switch", simulated, "period=4|9|20", **settings)
    runs = run_walk_forward("sma-switch", simulated, "period=4|9|20", **settings, shifted=True,
                            objective=own, engine=HERE)  # fmt: skip
    assert (runs.kernel, runs.confirmed, runs.objective) == ("RunEvaluator", False, "over")
    for ours, theirs in zip(runs.path, kernel.path, strict=True):
        assert ours.index == theirs.index
        assert ours.in_sample == pytest.approx(theirs.in_sample, rel=SAME)
    assert runs.stitched.equity.tolist() == kernel.stitched.equity.tolist()
    for mine, other in zip(runs.refit_shift, kernel.refit_shift, strict=True):
        assert mine.total_return == pytest.approx(other.total_return, rel=SAME)


def test_a_strategy_without_a_rule(simulated, mine):
    momentum = f"{mine}:Momentum"
    found = run_walk_forward(momentum, simulated, "lookback=5|20,side=both|long", fit="9m",
                             refit="4m", engine=HERE, **COSTS)  # fmt: skip
    assert found.refit_shift is None
    assert found.kernel == "RunEvaluator"
    for each in found.path:  # decisions of a run of that set alone, while it is in force
        alone = run(momentum, simulated.between(None, each.last), figures_only=True,
                    start=each.first, **each.set).decisions  # fmt: skip
        ours = found.stitched.decisions.set_index("date")["weight"]
        theirs = alone.set_index("date")["weight"].loc[each.refit : each.last]
        later = theirs.index < pd.Timestamp(each.last)
        assert ours.reindex(theirs.index)[later].tolist() == theirs[later].tolist()


def test_two_feeds_one_of_which_begins_late(simulated):
    """The inverse is bought in the place of a short; both are traded in one account."""
    drop = simulated.close[0] / simulated.close
    inverse = Bars("INV", simulated.dates[20:], *(100.0 * drop[20:],) * 4, np.ones(380),
                   np.zeros(380))  # fmt: skip
    found = run_walk_forward("sma-switch", [simulated, inverse], "period=4|12", fit="9m",
                             refit="4m", short_via="inverse", engine=HERE)  # fmt: skip
    assert set(found.stitched.trades["instrument"]) == {simulated.name, "INV"}
    assert found.metrics["points"] is not None  # both feeds are one index
    held = found.stitched.decisions.pivot_table(index="date", columns="instrument", values="weight")
    assert (held.sum(axis=1) == 1.0).all()


def test_a_strategy_that_trades_twice_a_day(simulated):
    found = run_walk_forward("session-switch", simulated, "session=overnight", fit="9m",
                             refit="4m", engine=HERE)  # fmt: skip
    days = len(found.stitched.returns)
    assert len(found.stitched.trades) >= 2 * days - 4
    alone = run("session-switch", simulated, start=found.path[0].first, strips=False,
                session="overnight")  # fmt: skip
    assert found.stitched.equity.tolist() == alone.equity.tolist()


# -- what is refused -------------------------------------------------------------------------------


def test_what_no_walk_forward_can_do_is_refused(simulated, tmp_path, mine):
    (tmp_path / "own.py").write_text(
        "import backtrader as bt\n\n\nclass Own(bt.Strategy):\n    params = (('n', 1),)\n"
    )
    with pytest.raises(ParameterError, match=r"own.py:Own sends its own orders"):
        run_walk_forward(f"{tmp_path / 'own.py'}", simulated, "n=1..2")
    with pytest.raises(ParameterError, match="also sends orders of its own, the first filled on"):
        run_walk_forward(f"{mine}:OneMore", simulated, "lookback=3", fit="9m", refit="4m",
                         engine=HERE)  # fmt: skip
    with pytest.raises(ParameterError, match="closes positions in feeds that end"):
        run_walk_forward("sector-long-short", simulated, "top=1..2")
    with pytest.raises(SearchError, match=r"fit 30y: no bar follows .*: fit 1y leaves 1 refit"):
        run_walk_forward("sma-switch", simulated, SPACE, fit="30y")
    with pytest.raises(ParameterError, match=r"period = 200: .* never decide .* 127 bars up to"):
        run_walk_forward("sma-switch", simulated, "period=3|200", **LENGTHS)
    late = simulated.between(simulated.dates[300].item(), None)
    late = dataclasses.replace(late, name="LATE")
    with pytest.raises(ParameterError, match=r"LATE begins on .*, and the first refit is on"):
        run_walk_forward("sma-switch", [simulated, late], "period=4", short_via="inverse",
                         **LENGTHS)  # fmt: skip
    with pytest.raises(ParameterError, match="period: set by --set and by the space"):
        run_walk_forward("sma-switch", simulated, SPACE, period=3, **LENGTHS)
    with pytest.raises(SearchError, match=r"did you mean 'sharpe'\?"):
        run_walk_forward("sma-switch", simulated, SPACE, objective="sharp", **LENGTHS)
