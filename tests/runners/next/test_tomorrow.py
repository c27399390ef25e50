"""What to do tomorrow, held against the run that has the session's bar."""

import dataclasses
import datetime
from typing import Any

import backtrader as bt
import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.next_bars import next_date, with_close
from btplaybook.feeds.portfolio import Portfolio
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs.labels.formats import MINUS
from btplaybook.runners.runs.next.orders import Order
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.next.words import words_of
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.rule_line import RuleCall
from btplaybook.strategies.rule_strategy import RuleStrategy
from btplaybook.strategies.rules.sma_switch import sma_side
from btplaybook.strategies.sma_switch import SmaSwitch


class NoClosedForm(RuleStrategy):
    """The reversion of 8 closes, without `triggers`: the rule's arrays are searched."""

    @classmethod
    def rule_call(cls, params: Any) -> RuleCall:
        """Return the rule of the switch."""
        return RuleCall(sma_side, (8, True), bars_needed=8)


class ByRuns(PlaybookStrategy):
    """Hold as much as 3 minus twice the close over the mean of 5: moves with the close."""

    def target_weights(self) -> float | None:
        """Return a weight that falls as the close rises."""
        if len(self.data) < 5:
            return None
        closes = self.data.close.get(size=5)
        return float(np.clip(20.0 * (1.0 - closes[-1] / np.mean(closes)), -1.0, 1.0))


class HalfBelow(SmaSwitch):
    """The switch, flat where the close is a further 3 % below: more than its class states."""

    def target_weights(self) -> Any:
        """Return the switch's weights, or nothing."""
        weights = super().target_weights()
        mean = np.mean(self.data.close.get(size=7)) if len(self.data) > 7 else 0.0
        return {} if weights and self.data.close[0] < 0.97 * mean else weights


class Follower(bt.Strategy):
    """Hold 5000 shares from the last bar on."""

    def next(self) -> None:
        """Buy on the bar that has no bar after it."""
        if len(self) == self.data.buflen():
            self.buy(size=5000)


class Plain(bt.Strategy):
    """One order of each kind on the last bars."""

    def next(self) -> None:
        """Buy 100 shares, and then leave orders waiting."""
        if len(self) == 90:
            self.buy(size=100)
        if len(self) == 100:
            price = self.data.close[0]
            self.buy(size=7)
            self.sell(size=30, exectype=bt.Order.Stop, price=price * 0.9)
            self.sell(size=40, exectype=bt.Order.Limit, price=price * 1.1)
            self.sell(size=5, exectype=bt.Order.Close)
            self.sell(size=3, exectype=bt.Order.Limit, price=price * 1.2,
                      valid=self.data.datetime.datetime(0))  # fmt: skip


@pytest.fixture(scope="module")
def bars(simulated: Bars) -> Bars:
    """Return 100 bars without dividends near the end."""
    return simulated.between(None, simulated.dates[99].item())


def session_of(
    strategy: Any, bars: Bars, close: float, **settings: Any
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights decided and the shares filled in a next session that closes so."""
    day = str(next_date(bars))
    longer = with_close(bars, next_date(bars), close)
    result = run(strategy, longer, figures_only=True, **settings)
    made = result.trades[result.trades["date"] == day]
    decided = result.decisions[result.decisions["date"] == day]
    return (
        dict(zip(decided["instrument"], decided["weight"], strict=True)),
        dict(zip(made["instrument"], made["size"], strict=True)),
    )


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [
        ("sma-switch", {"period": 8}),
        ("sma-switch", {"period": 20, "direction": "reversion"}),
        ("sign-s1", {"d": 0}),
        ("sign-s2", {"d": 0, "M": 4}),
        ("sign-s3", {"d": 1, "R": 4}),
        ("sign-s4", {"d": 0, "M": 3, "R": 4}),
        (NoClosedForm, {}),
        (HalfBelow, {"period": 8}),
    ],
    ids=str,
)
@pytest.mark.parametrize("last", [61, 99])
def test_sides_of_the_triggers(
    strategy: Any, settings: dict[str, Any], last: int, simulated: Bars
) -> None:
    """Just beyond each trigger the run trades what was announced, to the size at the trigger."""
    bars = simulated.between(None, simulated.dates[last].item())
    result = tomorrow(strategy, bars, **settings)
    conditional = [order for order in result.orders if order.conditions]
    assert result.session == next_date(bars)
    for order in conditional:
        for condition in order.conditions:
            sign = 1.0 if condition.if_close == "above" else -1.0
            for side, trades in ((sign, True), (-sign, False)):
                close = condition.trigger * (1.0 + side * 2e-9)
                decided, _ = session_of(strategy, bars, close, **settings)
                assert (decided[order.instrument] == order.weight) == trades
        _, filled = session_of(strategy, bars, inside(order), **settings)
        assert filled[order.instrument] == pytest.approx(order.size, rel=1e-6)


def inside(order: Order) -> float:
    """Return the price at which an order's shares were worked out, moved just inside its range."""
    price = order.price
    for condition in order.conditions:
        if price == condition.trigger:
            price *= 1.0 + (2e-9 if condition.if_close == "above" else -2e-9)
    return price


def test_closed_form_of_the_switch(bars: Bars) -> None:
    """The trigger is the mean of the n - 1 closes before; JSON has the keys of the contract."""
    result = tomorrow("sma-switch", bars, period=8)
    (order,) = result.plain()["orders"]
    keys = ["instrument", "action", "shares", "weight", "order", "on", "trigger", "if_close"]
    assert list(order)[:8] == keys
    assert order["trigger"] == pytest.approx(bars.close[-7:].mean(), rel=1e-12)
    above = bars.close[-1] > bars.close[-8:].mean()
    assert result.position == {bars.name: pytest.approx(1.0 if above else -1.0, abs=0.2)}
    assert (order["if_close"], order["action"]) == (
        ("below", "sell") if above else ("above", "buy")
    )
    assert (order["order"], order["on"]) == ("market-on-close", str(next_date(bars)))
    assert order["weight"] == (-1.0 if above else 1.0)
    words = "\n".join(words_of(result))
    assert f"{bars.name} closes {order['if_close']} " in words


def test_weights_that_move(bars: Bars) -> None:
    """Where the weight moves with the close, the trigger is where its side changes."""
    result = tomorrow(ByRuns, bars)
    (found,) = result.searched
    assert (found.how, found.moves) == ("bisection", True)
    turn = bars.close[-4:].mean()  # the close that is the mean of 5
    triggers = [each.trigger for order in result.orders for each in order.conditions]
    assert triggers
    assert triggers == [pytest.approx(turn, rel=2e-9)] * len(triggers)


def test_cash_and_holdings(bars: Bars) -> None:
    """Shares are whole, floored, and lead from what is held to the weight at the price."""
    own = tomorrow("sma-switch", bars, period=8)
    money = tomorrow("sma-switch", bars, period=8, money=50_000.0)
    assert len(money.orders) == 2
    for order in money.orders:
        expected = order.weight * 50_000.0 / order.price
        assert order.size == np.trunc(expected)
        assert order.plain()["held"] == 0
    (flip,) = own.orders
    (other,) = [o for o in money.orders if o.conditions[0].if_close == flip.conditions[0].if_close]
    assert np.sign(other.size) == np.sign(flip.size)
    held = Portfolio({bars.name.upper(): 10.0, "AAPL": 3.0}, 20_000.0)
    mine = tomorrow("sma-switch", bars, period=8, portfolio=held)
    assert mine.account.others == ("AAPL",)
    for order in mine.orders:
        value = 20_000.0 + 10.0 * order.price
        assert order.size == np.trunc(order.weight * value / order.price) - 10.0


@pytest.mark.parametrize("held", [10.5, -10.5, 0.25])
def test_fraction_of_a_share(held: float, bars: Bars) -> None:
    """An order keeps the fraction of a holding, or closes it with the position."""
    shares = Portfolio({bars.name.upper(): held}, 200_000.0)
    mine = tomorrow("sma-switch", bars, period=8, portfolio=shares)
    assert {np.sign(order.weight) for order in mine.orders} == {-1.0, 1.0}
    for order in mine.orders:
        wanted = np.trunc(order.weight * (200_000.0 + held * order.price) / order.price)
        stays = np.sign(wanted) == np.sign(held)
        assert order.size == (np.trunc(wanted - held) if stays else wanted - held)
    part = {10.5: "0.50", -10.5: f"{MINUS}0.50", 0.25: "0.25"}[held]
    (start,) = [line for line in words_of(mine) if line.startswith("Orders for")]
    assert f"Orders leave {part} {bars.name}, and close it with its position." in start


def test_fraction_is_closed_with_its_position(bars: Bars) -> None:
    """An exit sells the fraction too; whole shares need no such words."""
    mine = tomorrow(Plain, bars, portfolio=Portfolio({bars.name.upper(): 10.5}, 100.0))
    account = mine.account
    assert account.sizes_to({bars.name: 0.0}, mine.prices) == {bars.name: -10.5}
    assert account.fractions == {bars.name: 0.5}
    whole = tomorrow("sma-switch", bars, period=8, money=50_000.0)
    assert whole.account.fractions == {}
    assert "leave" not in " ".join(words_of(whole))


def test_holding_that_follows_is_left_alone(bars: Bars) -> None:
    """An account within 1 % of the run's weight trades only where the side changes."""
    own = tomorrow("sma-switch", bars, period=8)
    shares = own.account.shares[bars.name]
    same = Portfolio({bars.name: round(shares)}, own.account.cash)
    mine = tomorrow("sma-switch", bars, period=8, portfolio=same)
    assert [o.conditions for o in mine.orders] == [o.conditions for o in own.orders]


@pytest.mark.parametrize(
    ("fill", "kind"), [("next_open", "market-on-open"), ("next_close", "market-on-close")]
)
def test_decided_before(fill: str, kind: str, simulated: Bars) -> None:
    """With a later fill the order is known: it is what the run fills, at the assumed price."""
    sides = np.sign(simulated.close[7:] - np.lib.stride_tricks.sliding_window_view(
        simulated.close, 8).mean(axis=1))  # fmt: skip
    last = 8 + int(np.flatnonzero(sides[60:-1] != sides[61:])[0]) + 60
    bars = simulated.between(None, simulated.dates[last].item())
    result = tomorrow("sma-switch", bars, period=8, fill=fill)
    (order,) = result.orders
    assert (order.order, order.on, order.conditions) == (kind, next_date(bars), ())
    _, filled = session_of("sma-switch", bars, bars.close[-1], period=8, fill=fill)
    assert filled[bars.name] == pytest.approx(order.size, rel=1e-9)
    calm = tomorrow("sma-switch", simulated.between(None, simulated.dates[last + 1].item()),
                    period=8, fill=fill)  # fmt: skip
    assert bool(calm.orders) == (sides[last - 6] != sides[last - 7])


def test_session_switch(bars: Bars) -> None:
    """The session switch sells the next open and buys the close after it."""
    orders = tomorrow("session-switch", bars).orders
    assert [(o.order, o.weight, np.sign(o.size)) for o in orders] == [
        ("market-on-open", 0.0, -1.0), ("market-on-close", 1.0, 1.0),
    ]  # fmt: skip


def test_every_month(bars: Bars) -> None:
    """Between two decisions there is no order, and the next date is the month's last session."""
    result = tomorrow("sma-switch", bars, period=8, every="month")
    assert result.orders == []
    assert result.decides_next is not None
    assert result.decides_next.month == result.as_of.month
    assert f"It decides next at the close of {result.decides_next}." in words_of(result)


def test_month_end(simulated: Bars) -> None:
    """On the deciding day its orders are listed for that close, and for others' accounts too."""
    months = simulated.dates.astype("datetime64[M]")
    ends = simulated.dates[:-1][months[1:] != months[:-1]]
    found = 0
    for end in ends[3:9]:
        bars = simulated.between(None, end.item())
        result = tomorrow("sma-switch", bars, period=8, every="month", money=10_000.0)
        assert [o.on for o in result.orders] == [end.item()]
        own = tomorrow("sma-switch", bars, period=8, every="month")
        found += len(own.orders)
        assert own.orders == own.filled
    assert found


def test_before_the_first_decision(bars: Bars) -> None:
    """A strategy that has too few bars says so, and orders nothing."""
    result = tomorrow("sma-switch", bars, period=150)
    assert (result.orders, result.position, result.target) == ([], {}, {})
    assert "it has not decided yet" in words_of(result)[0]


def test_plain_strategy(bars: Bars) -> None:
    """A backtrader strategy's waiting orders are listed; the expired one is not."""
    result = tomorrow(Plain, bars)
    price = bars.close[-1]
    told = [(o.order, o.size, o.trigger) for o in result.orders]
    assert told == [
        ("market-on-open", 7.0, None),
        ("market-on-close", -5.0, None),
        ("stop", -30.0, pytest.approx(0.9 * price)),
        ("limit", -40.0, pytest.approx(1.1 * price)),
    ]
    assert result.orders[0].held == 100.0
    assert {o.on for o in result.orders} == {next_date(bars)}
    value = result.account.value(result.prices)
    assert result.orders[0].weight == pytest.approx(107 * price / value)
    tenth = tomorrow(Plain, bars, money=value / 10)
    assert [o.size for o in tenth.orders] == [10.0, -3.0, -4.0]  # 10.7 shares, then 10.2: whole


def test_catching_up_is_said(bars: Bars) -> None:
    """Where the run trades at the close, money is brought to its position, and no price is told."""
    run = tomorrow(Follower, bars, fill="close")
    assert run.orders == []
    assert any("no trigger is worked out for a strategy that sends" in one for one in run.notes)
    assert not any("brings this account" in one for one in run.notes)
    price = bars.close[-1]
    weight = 5000.0 * price / run.account.value(run.prices)
    (order,) = tomorrow(Follower, bars, fill="close", money=50_000.0).orders
    assert (order.order, order.size) == ("market-on-open", np.trunc(weight * 50_000.0 / price))
    said = words_of(tomorrow(Follower, bars, fill="close", money=50_000.0))
    assert (
        f"The run holds its position already: the order of {bars.name} brings this account to it."
        in said
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"money": 5.0, "portfolio": Portfolio({}, 5.0)}, "either --cash"),
        ({"money": -1.0}, "cash must be a number > 0"),
        ({"portfolio": Portfolio({"AAPL": 1.0}, 0.0)}, "holds neither money"),
        ({"portfolio": Portfolio({}, -5.0)}, "is worth -5.00"),
    ],
    ids=["both", "negative", "others", "debt"],
)
def test_refused(given: dict[str, Any], words: str, bars: Bars) -> None:
    """An account from which no order can start is refused in one line."""
    with pytest.raises(ParameterError, match=words):
        tomorrow("sma-switch", bars, period=8, **given)


def test_same_bytes_and_no_clock(bars: Bars, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal inputs give equal JSON; the session comes from the bars and the calendar."""
    first = tomorrow("sign-s2", bars, d=0).to_json()
    assert tomorrow("sign-s2", bars, d=0).to_json() == first
    assert str(datetime.date.today()) not in first


class Remembers(PlaybookStrategy):
    """The switch of 8 closes; its first 140 bars teach it which way: runs cannot be cut."""

    def __init__(self) -> None:
        """Begin with nothing learned."""
        self.rises = 0

    def target_weights(self) -> float | None:
        """Return the side, mirrored if most of the bars so far rose."""
        self.rises += self.data.close[0] > self.data.open[0] and len(self) < 140
        if len(self.data) < 8:
            return None
        side = np.sign(self.data.close[0] - np.mean(self.data.close.get(size=8)))
        return float(side if self.rises > 20 else -side) or None


def test_searched_by_runs(simulated: Bars) -> None:
    """What the newest bars suggest counts only if runs over all bars confirm it."""
    result = tomorrow(Remembers, simulated)
    (found,) = result.searched
    assert found.how == "bisection"
    turn = simulated.close[-7:].mean()
    triggers = [each.trigger for order in result.orders for each in order.conditions]
    assert triggers == [pytest.approx(turn, rel=2e-9)]


class Half(PlaybookStrategy):
    """Half of the account in the first feed."""

    def target_weights(self) -> Any:
        """Return the same weights every day."""
        return {self.data: 0.5}


class OfStocks(Half):
    """The feeds beside the fund may come and go."""

    feeds_come_and_go = True
    params = (("etf", ""),)


@pytest.mark.parametrize(
    ("lasts", "kind", "words"),
    [
        pytest.param({"B": 100}, Half, "B has no bar after {b}, and SIM goes on for",
                     id="plain"),
        pytest.param({"B": 100, "C": 90}, OfStocks,
                     "B, C have no bar after {b}, and SIM goes on for", id="a panel"),
        pytest.param({"SIM": 100}, OfStocks, "SIM has no bar after {sim}, and B, C go on",
                     id="the fund"),
        pytest.param({"C": 90}, OfStocks, "", id="a delisted stock"),
        pytest.param({"B": 397}, Half,
                     "No bar of B since {b}: valued at that close; bring the bars up to date.",
                     id="some sessions"),
        pytest.param({"B": 397, "C": 390}, OfStocks, "No bar of any of the 2 stocks since {b}: ",
                     id="some sessions of a panel"),
        pytest.param({}, Half, "", id="together"),
    ],
)  # fmt: skip
def test_feeds_that_are_behind_are_told_first(
    simulated: Bars, lasts: dict[str, int], kind: Any, words: str
) -> None:
    """The orders are for the session after the bars that end first: the first line says so."""
    whole = {name: renamed(simulated, name, 400) for name in ("SIM", "B", "C")}
    if kind is Half:
        del whole["C"]
    tables = {name: renamed(simulated, name, lasts.get(name, 400)) for name in whole}
    result = tomorrow(kind, list(tables.values()))
    days = {name.lower(): str(table.dates[-1]) for name, table in tables.items()}
    said, expected = words_of(result), words.format(**days)
    assert result.plain().get("behind", []) == said[: len(result.behind)]
    assert bool(result.behind) == bool(words)
    assert expected in said[0]
    if "goes on for" in words:
        assert said[0].startswith("These orders are old: ")
        assert f" for 300 sessions, to {whole['SIM'].dates[-1]}" in said[0]
        assert str(result.as_of) == days["b"]
    cut = {name: table.between(None, result.as_of) for name, table in tables.items()}
    together = tomorrow(kind, list(cut.values()), end=result.as_of) if "for" in words else result
    assert together.orders == result.orders


def renamed(bars: Bars, name: str, n: int) -> Bars:
    """Return the first bars under another name."""
    return dataclasses.replace(bars.between(None, bars.dates[n - 1].item()), name=name)
