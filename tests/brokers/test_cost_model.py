"""An object that charges orders: asked once each, on a copy, and refused with date and place."""

import datetime
import threading

import pandas as pd
import pytest

from btplaybook.brokers.cost_eras import US_TICKS, Eras, eras, spread_eras, us_tick
from btplaybook.brokers.cost_model import Charge, MovedMarket, check_costs, own_copy
from btplaybook.brokers.costs import Costs
from btplaybook.brokers.errors import BrokerError, RunStopped

DAY = datetime.date(2024, 1, 9)


class Flat:
    """A fee an order; no subclass of anything."""

    free = False

    def __init__(self, fee=1.0, tick=0.0):
        self.fee, self.tick = fee, tick
        self.asked = []

    def commission(self, size, price):
        self.asked.append(("commission", size, price))
        return self.fee

    def slipped(self, size, price):
        self.asked.append(("slipped", size, price))
        return price + self.tick if size > 0 else price - self.tick


class Dated(Flat):
    """The same, told the date and instrument of every order."""

    def on(self, date, instrument):
        self.asked.append(("on", date, instrument))
        return self


class Listening:
    """Hands on to an object that is not copied with it."""

    free = False

    def __init__(self, costs):
        self.costs = costs

    def __deepcopy__(self, memo):
        return Listening(self.costs)

    def on(self, date, instrument):
        return self.costs.on(date, instrument)


def test_an_order_is_asked_for_once_in_turn_with_its_shares(make_bars, run_account):
    """Buy 10 at 101, the market at 100; then from 10 long to some 10 short, which is one order."""
    heard = Dated(fee=2.0, tick=1.0)
    broker = run_account(
        [make_bars([100, 100], [100, 100], name="SPY")], [1, -1], cash=1000.0,
        costs=Listening(heard), whole_shares=True,
    )  # fmt: skip
    first, second = datetime.date(2024, 1, 8), DAY
    assert heard.asked == [
        ("on", first, "SPY"), ("slipped", 10.0, 100.0), ("commission", 10.0, 101.0),
        ("on", second, "SPY"), ("slipped", -19.0, 100.0), ("commission", -19.0, 99.0),
    ]  # fmt: skip
    assert [fill.commission for fill in broker.ledger.fills] == [2.0, 2.0]
    assert [fill.slippage for fill in broker.ledger.fills] == [10.0, 19.0]
    assert broker.ledger.days[-1].equity == pytest.approx(1000 - 4 - 29)


def test_a_run_leaves_the_object_as_it_was(make_bars, run_account):
    mine = Flat()
    run_account([make_bars([100, 100], [100, 100])], [1, 0], costs=mine)
    assert mine.asked == []


def test_a_fill_better_than_the_markets_is_negative_slippage(make_bars, run_account):
    """Bought at 99 and sold at 101: a gain of 20 on 10 shares, booked as slippage of -20."""
    broker = run_account(
        [make_bars([100, 100], [100, 100])], [1, 0], cash=1000.0, costs=Flat(0.0, tick=-1.0)
    )
    assert [fill.slippage for fill in broker.ledger.fills] == [-10.0, -10.0]
    assert broker.ledger.days[-1].equity == 1020.0


class Broken(Flat):
    """Answers what it is told to."""

    def __init__(self, method, answer):
        super().__init__()
        self.method, self.answer = method, answer

    def _or(self, method, usual):
        if method != self.method:
            return usual
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def commission(self, size, price):
        return self._or("commission", 1.0)

    def slipped(self, size, price):
        return self._or("slipped", price)


@pytest.mark.parametrize(
    ("method", "answer", "says"),
    [
        ("commission", float("nan"), "is no finite number but nan"),
        ("commission", float("inf"), "is no finite number but inf"),
        ("commission", None, "is no finite number but None"),
        ("commission", -0.5, "a commission of -0.5, which must be >= 0"),
        ("commission", KeyError("tier"), "raised KeyError: 'tier'"),
        ("slipped", float("nan"), "is no finite number but nan"),
        ("slipped", 0.0, "a fill at a price of 0, which must be > 0"),
        ("slipped", -3.0, "a fill at a price of -3, which must be > 0"),
        ("slipped", ZeroDivisionError("no volume"), "raised ZeroDivisionError: no volume"),
    ],
)
def test_what_cannot_be_charged_stops_the_run_with_its_place(
    make_bars, run_account, method, answer, says
):
    with pytest.raises(RunStopped) as stopped:
        run_account(
            [make_bars([50, 50], [50, 50], name="SPY")], [0, 1], costs=Broken(method, answer)
        )
    assert str(stopped.value).startswith("2024-01-09: SPY: ")
    assert says in str(stopped.value)
    assert f"test_cost_model:Broken.{method}" in str(stopped.value)
    assert stopped.value.exit_code == 5


def test_what_on_gives_must_charge_an_order():
    class Lost(Flat):
        def on(self, date, instrument):
            return None

    with pytest.raises(RunStopped, match=r"2024-01-09: SPY: .*Lost.on gave builtins:NoneType"):
        Charge.of(Lost(), DAY, "SPY")


class Half:
    free = False

    def commission(self, size, price):
        return 0.0


class Silent(Flat):
    free = property()  # cannot be read


@pytest.mark.parametrize(
    ("costs", "says"),
    [
        pytest.param(3.5, "builtins:float has no free and no commission and no slipped", id="n"),
        pytest.param(Half(), "Half has no slipped", id="half"),
        pytest.param(Silent(), "Silent has no free", id="no free"),
        pytest.param(Flat, "the class Flat has no free", id="a class"),
    ],
)
def test_an_object_without_the_methods_is_refused(costs, says):
    with pytest.raises(BrokerError) as refused:
        check_costs(costs)
    assert says in str(refused.value)
    assert refused.value.exit_code == 2


def test_an_object_that_cannot_be_copied_is_refused():
    mine = Flat()
    mine.lock = threading.Lock()
    with pytest.raises(BrokerError, match=r"Flat cannot be copied \(TypeError"):
        own_copy(mine)


def test_a_moved_market_is_what_the_costs_see():
    """5 bp of 100 are 0.05: a buy is asked for at 100.05 and pays a tick on top."""
    moved = MovedMarket(Flat(tick=0.5), 5.0)
    charge = Charge.of(moved, DAY, "SPY")
    assert charge.price_paid(+10, 100.0) == 100.0 * 1.0005 + 0.5
    assert charge.price_paid(-10, 100.0) == 100.0 * 0.9995 - 0.5
    assert charge.commission(10, 100.0) == 1.0


# -- costs that change with the years -------------------------------------------------------------

FEES = eras({"2000-01-03": Costs(min_fee=25.0), "2019-10-07": Costs(min_fee=0.0)})


@pytest.mark.parametrize(
    ("day", "fee"),
    [
        ("2000-01-03", 25.0),
        ("2019-10-06", 25.0),
        ("2019-10-07", 0.0),
        ("2030-01-01", 0.0),
    ],
)
def test_an_era_begins_on_its_first_day(day, fee):
    costs = FEES.on(datetime.date.fromisoformat(day), "SPY")
    assert costs.commission(10, 50.0) == fee


def test_an_order_before_the_first_era_stops_the_run(make_bars, run_account):
    late = eras([(datetime.date(2024, 1, 10), Costs())])
    bars = make_bars([50, 50, 50], [50, 50, 50], name="SPY")
    says = "2024-01-09: SPY: no costs are known: the table of eras begins on 2024-01-10"
    with pytest.raises(RunStopped, match=says):
        run_account([bars], [0, 1, 1], costs=late)
    assert len(run_account([bars], [0, 0, 1], costs=late).ledger.fills) == 1


def test_whether_eras_are_free():
    assert not FEES.free
    assert eras({"2000-01-03": Costs(), "2001-01-02": Costs()}).free


@pytest.mark.parametrize(
    ("table", "says"),
    [
        pytest.param({}, "at least one first day", id="empty"),
        pytest.param(
            [("2001-01-29", Costs()), ("1997-06-24", Costs())],
            "must ascend, got 1997-06-24 after 2001-01-29",
            id="order",
        ),
        pytest.param([("1997", Costs())], "a date like 2001-01-29, got '1997'", id="no date"),
        pytest.param([("1997-06-24", 0.5)], "builtins:float has no free", id="no costs"),
    ],
)
def test_a_table_that_is_none_is_refused(table, says):
    with pytest.raises(BrokerError, match=says):
        eras(table)


def test_eras_of_spreads_share_their_other_costs():
    found = spread_eras({"1990-01-02": 0.25, "2001-01-29": 0.01}, min_fee=1.0, slippage_bps=2.0)
    first, second = (costs for _, costs in found.table)
    assert first == Costs(min_fee=1.0, slippage_bps=2.0, spread=0.25)
    assert second == Costs(min_fee=1.0, slippage_bps=2.0, spread=0.01)


@pytest.mark.parametrize(
    ("exchange", "day", "tick"),
    [
        ("NYSE", "1997-06-23", 1 / 8),
        ("NYSE", "1997-06-24", 1 / 16),
        ("NYSE", "2001-01-26", 1 / 16),
        ("NYSE", "2001-01-29", 0.01),
        ("Nasdaq", "1997-05-30", 1 / 8),
        ("Nasdaq", "1997-06-02", 1 / 16),
        ("Nasdaq", "2001-04-06", 1 / 16),
        ("Nasdaq", "2001-04-09", 0.01),
    ],
)
def test_the_us_tick_is_the_least_spread_of_its_day(exchange, day, tick):
    costs = us_tick(exchange).on(datetime.date.fromisoformat(day), "SPY")
    assert costs.slipped(+100, 80.0) - costs.slipped(-100, 80.0) == pytest.approx(tick, rel=1e-9)
    assert isinstance(us_tick(exchange, per_share=0.005), Eras)
    assert us_tick(exchange, per_share=0.005).table[-1][1].per_share == 0.005


def test_another_exchange_is_refused():
    with pytest.raises(BrokerError, match="exchange must be one of NYSE, Nasdaq, got 'LSE'"):
        us_tick("LSE")
    assert {type(tick) for ticks in US_TICKS.values() for tick in ticks.values()} == {float}


@pytest.mark.parametrize("free", [None, 1.0, "no", lambda: False])
def test_free_is_true_or_false(free):
    costs = Flat()
    costs.free = free
    with pytest.raises(BrokerError, match="free"):
        check_costs(costs)


def test_a_free_that_raises_is_told_in_a_line():
    class Broken(Flat):
        free = property(lambda self: 1 / 0)

    with pytest.raises(BrokerError, match=r"Broken.free raised ZeroDivisionError"):
        check_costs(Broken())


@pytest.mark.parametrize("answer", ["1.5", pd.Series([1.0, 2.0])])
def test_a_text_is_no_commission_and_an_answer_stays_on_its_line(answer):
    with pytest.raises(RunStopped, match="is no finite number but") as caught:
        Charge.of(Flat(fee=answer), DAY, "SPY").commission(1.0, 10.0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "table",
    [
        {pd.Timestamp("2016-01-01"): 0.1},
        {datetime.datetime(2016, 1, 1, 12): 0.1},
        pd.Series([0.1], pd.to_datetime(["2016-01-01"])),
        [("2016-01-01", 0.1)],
    ],
    ids=["Timestamp", "datetime", "Series", "pairs"],
)
def test_first_days_are_dates_in_any_form(table):
    assert spread_eras(table) == eras({"2016-01-01": Costs(spread=0.1)})
    assert spread_eras(table).on(DAY, "SPY") == Costs(spread=0.1)


def test_a_table_built_by_hand_is_checked_as_well():
    assert Eras((("2016-01-01", Costs()),)).on(DAY, "SPY") == Costs()
    with pytest.raises(BrokerError, match="must be a date like 2001-01-29, got 'March'"):
        Eras((("March", Costs()),))


@pytest.mark.parametrize("table", [None, 0.1, [("2016-01-01", 0.1, 0.2)]])
def test_what_is_no_table_of_eras_is_refused(table):
    with pytest.raises(BrokerError, match="a table of eras maps first days to costs"):
        spread_eras(table)
    with pytest.raises(BrokerError, match="spread must be >= 0"):
        spread_eras({"2016-01-01": -0.1})
