"""Orders that hang together: brackets and groups in which one cancels the other."""

from typing import Any

import backtrader as bt
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.portfolio import Portfolio
from btplaybook.runners.runs.next.result import NextResult
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.next.words import words_of

LAST = 60
ENTRY = "once the order that it belongs to is filled"


class Exits(bt.Strategy):
    """Send 100 shares with a stop and a limit, in one of several ways."""

    params = (("way", "bracket"),)

    def next(self) -> None:
        """Send the orders on the last bars."""
        getattr(self, f"send_{self.p.way}")(len(self) - LAST, self.data.close[0])

    def send_bracket(self, bar: int, price: float) -> None:
        """Send a bracket whose entry waits below the market."""
        if bar == 0:
            self.buy_bracket(size=100, price=price * 0.5, stopprice=price * 0.4,
                             limitprice=price * 1.5)  # fmt: skip

    def send_short(self, bar: int, price: float) -> None:
        """Send the mirrored bracket."""
        if bar == 0:
            self.sell_bracket(size=100, price=price * 1.5, stopprice=price * 1.6,
                              limitprice=price * 0.5)  # fmt: skip

    def send_market(self, bar: int, price: float) -> None:
        """Send a bracket whose entry is for the next open."""
        if bar == 0:
            self._at_market(price)

    def send_entered(self, bar: int, price: float) -> None:
        """Send a bracket whose entry fills on the last bar."""
        if bar == -1:
            self._at_market(price)

    def send_held(self, bar: int, price: float) -> None:
        """Send a bracket whose entry fills before the last bar."""
        if bar == -9:
            self._at_market(price)

    def send_oco_after(self, bar: int, price: float) -> None:
        """Send an order that expires, and another of its group after it."""
        if bar == 0:
            first = self._expiring(price * 0.5)
            self.buy(size=100, exectype=bt.Order.Limit, price=price * 0.6, oco=first)

    def send_oco_before(self, bar: int, price: float) -> None:
        """Send them the other way round."""
        if bar == 0:
            first = self.buy(size=100, exectype=bt.Order.Limit, price=price * 0.6)
            self._expiring(price * 0.5, oco=first)

    def _expiring(self, price: float, **more: Any) -> bt.Order:
        today = self.data.datetime.date(0)
        return self.buy(size=100, exectype=bt.Order.Limit, price=price, valid=today, **more)

    def send_oco(self, bar: int, price: float) -> None:
        """Guard a position with three exits in a group."""
        if bar == -9:
            self.buy(size=100)
        if bar == 0:
            stop = self.sell(size=100, exectype=bt.Order.Stop, price=price * 0.5)
            self.sell(size=100, exectype=bt.Order.Limit, price=price * 1.5, oco=stop)
            self.sell(size=50, exectype=bt.Order.Limit, price=price * 1.6, oco=stop)

    def send_free(self, bar: int, price: float) -> None:
        """Guard an entry at the open with a stop that hangs on nothing."""
        if bar == 0:
            self.buy(size=100)
            self.sell(size=100, exectype=bt.Order.Stop, price=price * 0.5)

    def send_expired(self, bar: int, price: float) -> None:
        """Send a bracket whose entry is valid until the last bar."""
        if bar == 0:
            today = self.data.datetime.datetime(0)
            self.buy_bracket(size=100, price=price * 0.5, stopprice=price * 0.4,
                             limitprice=price * 1.5, valid=today)  # fmt: skip

    def send_twice(self, bar: int, price: float) -> None:
        """Send two orders for the same open."""
        if bar == 0:
            self.buy(size=100)
            self.buy(size=50)

    def _at_market(self, price: float) -> None:
        self.buy_bracket(size=100, exectype=bt.Order.Market, stopprice=price * 0.4,
                         limitprice=price * 1.6)  # fmt: skip


@pytest.fixture(scope="module")
def bars(simulated: Bars) -> Bars:
    """Return 60 bars."""
    return simulated.between(None, simulated.dates[LAST - 1].item())


def told(result: NextResult) -> list[tuple[Any, ...]]:
    """Return what each order starts from and leads to."""
    return [(o["order"], o["held"], o["holds"], o["weight"]) for o in result.plain()["orders"]]


@pytest.mark.parametrize(
    ("way", "entry", "side", "settings"),
    [
        ("bracket", "limit", 1.0, {}),
        ("short", "limit", -1.0, {}),
        ("market", "market-on-open", 1.0, {}),
        ("market", "market-on-close", 1.0, {"fill": "next_close"}),
        ("entered", None, 1.0, {}),
        ("held", None, 1.0, {}),
    ],
    ids=["long", "short", "open", "close", "entered", "held"],
)
@pytest.mark.parametrize("money", [None, 12_345.0], ids=["own", "cash"])
def test_exits_close_the_entry(
    way: str, entry: str | None, side: float, settings: dict[str, Any], money: float | None,
    bars: Bars,
) -> None:  # fmt: skip
    """Stop and limit close what the entry opens, whether it has filled or not."""
    result = tomorrow(Exits, bars, way=way, money=money, cash=20_000.0, **settings)
    *before, stop, limit = result.orders
    assert [o.order for o in before] == (
        [entry] if entry else [] if money is None else ["market-on-open"]
    )
    size = before[0].size if before else 100.0
    assert size * side > 0
    assert told(result)[-2:] == [("stop", size, 0.0, 0.0), ("limit", size, 0.0, 0.0)]
    assert (stop.size, limit.size) == (-size, -size)
    lines = [line for line in words_of(result) if "one cancels the other" in line]
    verb = f"{'sell' if side > 0 else 'buy'} {abs(size):,.0f} {bars.name}"
    verb += "" if side > 0 else " to cover"
    once = f" {ENTRY}" if entry else ""
    assert [line.partition(": ")[2] for line in lines] == [
        f"{verb} at a stop of {stop.trigger:,.2f}{once}, to 0% of the account; "
        f"one cancels the other (the limit of {limit.trigger:,.2f}).",
        f"{verb} at a limit of {limit.trigger:,.2f}{once}, to 0% of the account; "
        f"one cancels the other (the stop of {stop.trigger:,.2f}).",
    ]


def test_group_of_three(bars: Bars) -> None:
    """Exits of a position in a group: each says which others its fill cancels."""
    result = tomorrow(Exits, bars, way="oco")
    assert [each[:3] for each in told(result)] == [
        ("stop", 100.0, 0.0), ("limit", 100.0, 0.0), ("limit", 100.0, 50.0),
    ]  # fmt: skip
    assert {order["group"] for order in result.plain()["orders"]} == {1}
    high, higher = (f"{o.trigger:,.2f}" for o in result.orders[1:])
    words = "\n".join(words_of(result))
    assert f"; a fill cancels the others (the limit of {high}, the limit of {higher})." in words


def test_stop_after_the_open(bars: Bars) -> None:
    """A stop beside an order for the open starts from what the open leaves, and names no group."""
    result = tomorrow(Exits, bars, way="free")
    assert told(result)[1] == ("stop", 100.0, 0.0, 0.0)
    assert "group" not in result.plain()["orders"][1]
    assert "cancels" not in "\n".join(words_of(result))


def test_orders_of_one_open_add_up(bars: Bars) -> None:
    """The second order starts from the first; cash alone sends their sum."""
    own = tomorrow(Exits, bars, way="twice")
    assert [each[1:3] for each in told(own)] == [(0.0, 100.0), (100.0, 150.0)]
    same = tomorrow(Exits, bars, way="twice", money=own.account.cash)
    assert [o.size for o in same.orders] == [150.0]


def test_exits_of_an_expired_entry(bars: Bars) -> None:
    """What hangs on an entry that has expired is no order of the next session."""
    assert tomorrow(Exits, bars, way="expired").orders == []


@pytest.mark.parametrize(("way", "left"), [("oco_after", []), ("oco_before", ["limit"])])
def test_what_a_group_loses_with_an_expired_order(way: str, left: list[str], bars: Bars) -> None:
    """The broker takes orders in turn: one that expires cancels those that stand after it."""
    assert [order.order for order in tomorrow(Exits, bars, way=way).orders] == left


def test_exits_close_all_of_a_holding(bars: Bars) -> None:
    """An exit closes what the account holds, also where that is not in proportion."""
    own = tomorrow(Exits, bars, way="held").account
    mine = Portfolio({bars.name: 101.0}, own.cash)
    result = tomorrow(Exits, bars, way="held", portfolio=mine)
    assert [(o.order, o.size) for o in result.orders] == [("stop", -101.0), ("limit", -101.0)]


def test_distance_to_the_price(bars: Bars) -> None:
    """A limit and a stop state the last close, and the way to their price."""
    now = pytest.approx(bars.close[-1], rel=1e-12)
    found = [(o["now"], o["distance"]) for o in tomorrow(Exits, bars).plain()["orders"]]
    assert found == [
        (now, pytest.approx(d, rel=1e-12)) for d in (-0.5, -0.6, 0.5)
    ]  # fmt: skip


@pytest.mark.parametrize("money", [None, 12_345.0], ids=["own", "cash"])
def test_closing_lines(money: float | None, bars: Bars) -> None:
    """Without a trigger none is spoken of; fills at the close are said to be the run's own."""
    plain = "\n".join(words_of(tomorrow(Exits, bars, way="held", money=money)))
    assert "Shares are those at the last close" not in plain
    lines = words_of(tomorrow("session-switch", bars, every="day", money=money))
    assert ("Shares are those at the last close." in lines) == (
        not any(" if " in line for line in lines)
    )
    (traded,) = [line for line in lines if line.startswith("Traded at that close")]
    assert (" in the run's own account: " in traded) == (money is not None)
