"""Backtrader strategies as people write them: what they ask of the account, and loose ends.

Each notes in `seen` what it was answered.
"""

import datetime
import random

import backtrader as bt


class Base(bt.Strategy):
    """What a house of strategies shares; its children only decide."""

    params = dict(stake=10, printlog=False, ma=bt.ind.SMA)

    def log(self, txt, dt=None):
        dt = dt or self.datas[0].datetime.date(0)
        self.seen.append(f"{dt.isoformat()}, {txt}")

    def __init__(self):
        self.seen = []
        self.dataclose = self.datas[0].close
        self.seen += [self.broker.getvalue(), self.broker.get_cash(), self.broker.startingcash]
        self.order = None

    def start(self):
        print("starting with", self.broker.getcash())
        self.seen.append(self.broker.getvalue())

    def stop(self):
        print("ending with", self.broker.getvalue())
        self.seen += [len(self), self.position.size, len(self.broker.get_orders_open())]


class Asks(Base):
    """Asks the account and the feeds everything that backtrader answers."""

    def __init__(self):
        super().__init__()
        self.average = self.p.ma(self.data, period=self.params.stake)
        self.params.stake = 12

    def notify_fund(self, cash, value, fundvalue, shares):
        self.seen.append((cash, value, fundvalue, shares))

    def next(self):
        broker, data = self.broker, self.data
        self.seen.append(
            (
                len(self.data),
                broker.get_value(),
                broker.getvalue([data]),
                broker.getvalue(datas=self.datas),
                broker.get_fundvalue(),
                broker.fundshares,
                broker.get_leverage(),
                broker.getcommissioninfo(data).getsize(data.close[0], broker.getcash()),
                self.stats.broker.value[-1] if len(self) > 11 else 0.0,
                self.stats.broker.cash[0],
                self.position.price,
                self.getposition(data).upopened,
                self.getpositionbyname("S0").size,
                self.positionsbyname["S1"].size,
                sum(position.size for position in self.positions.values()),
                self.dnames.S1.close[0],
                self.data1_close[0],
                data.close.get(size=3)[0],
                data.datetime.date(-1).isoformat(),
            )
        )
        if len(self) % 5 == 0:
            self.log("buy %.2f" % self.dataclose[0])
            self.order = self.buy(self.getdatabyname("S1"), size=self.p.stake)
            self.buy(data="S0", size=-3, price=1.0)
            self.seen.append(self.close(data=self.data0, size=0) is None)
        elif len(self) % 5 == 3:
            self.order_target_percent(self.data1, target=0.1)
            self.seen.append(self.order.alive() if self.order else None)
            self.sell(size=None)


class LooseEnds(Base):
    """Sends children late, cancels what was never sent, and leaves orders hanging."""

    def notify_order(self, order):
        status = order.getstatusname()
        self.log(f"{status} {order.isbuy()} {order.size} {order.executed.price}")

    def next(self):
        turn = len(self) % 20
        price = self.data.close[0]
        if turn == 1:  # a parent that waits for its children, who come two bars later
            self.parent = self.buy(size=10, transmit=False)
        elif turn == 3:
            stop = price * 0.98
            self.sell(
                size=10, exectype=bt.Order.Stop, price=stop, parent=self.parent, transmit=False
            )
            self.sell(size=10, exectype=bt.Order.Limit, price=price * 1.02, parent=self.parent)
        elif turn == 6:  # sent and cancelled in the same bar
            self.cancel(self.buy(size=5))
        elif turn == 7:  # a parent that is never sent, then cancelled
            self.unsent = self.buy(size=7, transmit=False)
        elif turn == 8:
            self.cancel(self.unsent)
            self.cancel(self.parent)
        elif turn == 9:  # a child of an order that is done
            self.sell(size=2, exectype=bt.Order.Limit, price=price * 1.2, parent=self.parent)
        elif turn == 10:
            self.buy(size=4, exectype=bt.Order.Limit, price=price, valid=0)
            day = self.data.datetime.date(0) + datetime.timedelta(days=2)
            self.buy(size=3, exectype=bt.Order.Limit, price=price * 0.97, valid=day)
            self.buy(size=3, exectype=bt.Order.StopTrail, trailpercent=0.01, valid=None)
        elif turn == 12:
            self.buy(size=2, exectype=bt.Order.Limit, price=price * 0.9)
            for order in self.broker.get_orders_open(safe=True):
                self.seen.append(order.size)
            for order in list(self.broker.get_orders_open()):
                if order.size == 2:
                    self.cancel(order)
        elif turn == 15:
            self.close()
            self.buy(exectype=bt.Order.Close, size=6)
        if self.data.datetime.date(0) >= datetime.date(2006, 3, 9):
            self.buy(size=1)  # the last bar's fills no more


class Absent(Base):
    """Orders feeds that have no bar today, at the market and by their last price."""

    def prenext(self):
        self.next()

    def next(self):
        today = self.datetime.date(0)
        for data in self.datas[1:]:
            if not len(data):
                continue
            if data.datetime.date(0) != today:
                self.seen.append((self.getposition(data).size, data.close[0]))
                if self.getposition(data).size < 40:
                    self.buy(data, size=5)
                else:
                    self.close(data)


class Early(Base):
    """Acts on a timer before the broker does, and fills at the open of the same day."""

    def __init__(self):
        super().__init__()
        self.broker.set_coo(True)
        self.add_timer(when=bt.timer.SESSION_START, cheat=True, weekdays=[2, 4])

    def notify_timer(self, timer, when, *args, **kwargs):
        self.seen.append((when, self.data.open[0]))
        if self.position.size < 50:
            self.buy(size=10)
        else:
            self.close()


class StopsTheRun(Base):
    """Ends the run by itself."""

    def next(self):
        if len(self) == 20:
            self.buy(size=100)
        if len(self) == 90:
            self.env.runstop()


class Grandchild(Asks):
    """Changes one parameter of its parent, and acts before it."""

    params = dict(stake=4)

    def nextstart(self):
        self.seen.append("nextstart")
        self.buy(size=1)
        super().nextstart()

    def next(self):
        super().next()
        self.seen.append(self.p.stake)


class Restless(Base):
    """Sends its orders from every notification that backtrader knows."""

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy() and len(self) % 3 == 0:
            self.sell(size=order.executed.size)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.seen.append((trade.pnl, trade.pnlcomm, trade.barlen, trade.price))
            self.buy(size=8, exectype=bt.Order.Limit, price=self.data.low[0], valid=0)

    def notify_cashvalue(self, cash, value):
        if cash > 60_000 and len(self) % 4 == 0:
            self.buy(size=20)

    def notify_fund(self, cash, value, fundvalue, shares):
        if self.position.size > 200:
            self.order_target_value(target=5_000)


class InParts(Base):
    """Sets a filler, so that orders fill in parts over several bars."""

    def __init__(self):
        super().__init__()
        self.broker.set_filler(bt.broker.fillers.FixedSize(size=10))

    def notify_order(self, order):
        if order.status == order.Partial:
            self.seen.append((order.executed.size, order.executed.remsize))

    def next(self):
        if len(self) % 7 == 0:
            self.buy(size=25)
        elif len(self) % 11 == 0:
            price = self.data.close[0] * 1.005
            self.sell(size=35, exectype=bt.Order.Limit, price=price)


class AtRandom(Base):
    """Sends orders of every kind at random, hangs them on one another, and cancels some."""

    params = (("seed", 0),)
    kinds = (None, "Market", "Limit", "Stop", "StopLimit", "StopTrail", "StopTrailLimit", "Close")

    def __init__(self):
        super().__init__()
        self.random = random.Random(self.p.seed)
        self.sent = []

    def prenext(self):
        self.next()

    def next(self):
        for data in self.datas:
            if len(data) and self.random.random() < 0.35:
                self.send(data)
        if self.sent and self.random.random() < 0.2:
            self.cancel(self.random.choice(self.sent[-8:]))

    def send(self, data):
        rng, close = self.random, data.close[0]
        name = rng.choice(self.kinds)
        order = {
            "size": rng.choice([1, 5, 20, None, 33.5]),
            "exectype": name and getattr(bt.Order, name),
            "price": close * rng.uniform(0.97, 1.03),
            "tradeid": rng.randint(0, 2),
            "valid": rng.choice([None, 0, datetime.timedelta(days=rng.randint(0, 5))]),
        }
        if name and name.endswith("Limit") and name != "Limit":
            order["plimit"] = close * rng.uniform(0.97, 1.03)
        if name and name.startswith("StopTrail"):
            order |= rng.choice([{"trailamount": 1.5}, {"trailpercent": 0.01}])
        waiting = [one for one in self.sent if one.alive()]
        if waiting and rng.random() < 0.2:
            order["oco"] = rng.choice(waiting)
        elif waiting and rng.random() < 0.1:
            order |= {"parent": rng.choice(waiting), "transmit": rng.random() < 0.7}
        elif rng.random() < 0.1:
            order["transmit"] = False
        sent = rng.choice([self.buy, self.sell])(data=data, **order)
        self.sent.append(sent)
        self.seen.append(sent.ref - self.sent[0].ref)
