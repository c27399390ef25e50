"""Programs of orders: what a strategy sends at which bar, for every type of order."""

import datetime as dt

import backtrader as bt

DAYS = dt.timedelta(days=1)


class Program(bt.Strategy):
    """Sends orders by the number of the bar; the programs below say which."""

    params = (("program", None), ("sizer", None))

    def __init__(self):
        self.sent = []
        if self.p.sizer:
            self.setsizer(self.p.sizer)

    def prenext(self):
        self.next()

    def next(self):
        if len(self.data):
            self.p.program(self, len(self), self.data.close[0])


def markets(s, bar, close):
    if bar % 9 == 2:
        s.buy(size=30)
    elif bar % 9 == 5:
        s.sell(size=50)
    elif bar % 9 == 7:
        s.close()
    elif bar % 9 == 8:
        s.buy(size=15, price=close * 0.98, note="words go along")


def fractions(s, bar, close):
    if bar % 4 == 0:
        s.buy(size=1.5 + bar / 7)
    elif bar % 4 == 2:
        s.sell(size=1.1 + bar / 9)


def too_large(s, bar, close):
    if bar % 5 == 0:
        s.buy(size=400)
        s.buy(size=700)
        s.sell(size=1600)
        s.buy(size=1)


def limits(s, bar, close):
    if bar % 6 == 0:
        s.buy(size=10, exectype=bt.Order.Limit, price=close * 0.99, valid=4 * DAYS)
        s.sell(size=10, exectype=bt.Order.Limit, price=close * 1.01, valid=0)
        s.buy(size=10, exectype=bt.Order.Limit, price=close * 0.97)
        until = s.data.datetime.date(0) + 3 * DAYS
        s.buy(size=7, exectype=bt.Order.Limit, plimit=close * 0.995, valid=until)
        s.sell(size=3, exectype=bt.Order.Limit, price=close * 1.02, valid=2.5)


def stops(s, bar, close):
    if bar % 6 == 1:
        s.buy(size=12, exectype=bt.Order.Stop, price=close * 1.01)
        s.sell(size=9, exectype=bt.Order.Stop, price=close * 0.985, valid=5 * DAYS)
    elif bar % 6 == 3:
        s.buy(size=8, exectype=bt.Order.StopLimit, price=close * 1.005, plimit=close * 1.01)
        s.sell(size=8, exectype=bt.Order.StopLimit, price=close * 0.99, plimit=close * 0.992)


def trails(s, bar, close):
    trail, limited = bt.Order.StopTrail, bt.Order.StopTrailLimit
    if bar % 8 == 1:
        s.buy(size=20)
        s.sell(size=20, exectype=trail, trailamount=1.5)
    elif bar % 8 == 4:
        s.sell(size=10)
        s.buy(size=10, exectype=trail, trailpercent=0.012, price=close)
    elif bar % 8 == 6:
        s.sell(size=5, exectype=limited, trailamount=1.0, price=close, plimit=close - 1.3)
        s.buy(size=5, exectype=limited, trailpercent=0.02, price=close, plimit=close + 2)


def closes(s, bar, close):
    if bar % 5 == 1:
        s.buy(size=10, exectype=bt.Order.Close)
    elif bar % 5 == 3:
        s.sell(size=6, exectype=bt.Order.Close, tradeid=bar % 2)


def brackets(s, bar, close):
    if bar % 11 == 1:
        s.buy_bracket(size=20, price=close * 0.999, stopprice=close * 0.98, limitprice=close * 1.02)
    elif bar % 11 == 6:
        s.sell_bracket(
            size=15, exectype=bt.Order.Market, stopprice=close * 1.02, limitprice=close * 0.98,
            valid=6 * DAYS,
        )  # fmt: skip
    elif bar % 11 == 8:
        s.buy_bracket(size=5, price=close, limitexec=None, stopprice=close * 0.97)


def families(s, bar, close):
    if bar % 9 == 0:
        s.sent = [s.buy(size=10, transmit=False)]
    elif bar % 9 == 2:
        parent = s.sent[0] if s.sent else None
        s.sent.append(s.sell(size=4, exectype=bt.Order.Limit, price=close * 1.01, parent=parent))
    elif bar % 9 == 4 and s.sent:
        for order in s.sent:
            s.cancel(order)
    elif bar % 9 == 6 and s.sent:
        s.sell(size=4, exectype=bt.Order.Stop, price=close, parent=s.sent[0])


def groups(s, bar, close):
    if bar % 7 == 1:
        first = s.buy(size=10, exectype=bt.Order.Limit, price=close * 0.99)
        second = s.sell(size=10, exectype=bt.Order.Stop, price=close * 0.98, oco=first)
        s.buy(size=9, exectype=bt.Order.Stop, price=close * 1.01, oco=second)
        s.sent = [first, second]
    elif bar % 7 == 5:
        s.broker.cancel(s.sent[0] if s.sent else s.buy(size=1))


def targets(s, bar, close):
    for place, data in enumerate(s.datas):
        if not len(data) or bar % 4:
            continue
        kind = (bar // 4 + place) % 4
        if kind == 0:
            s.order_target_percent(data, target=0.4 / len(s.datas))
        elif kind == 1:
            s.order_target_value(data, target=-5_000.0)
        elif kind == 2:
            s.order_target_size(data, target=33)
        else:
            s.order_target_percent(data, target=0.0)


def books(s, bar, close):
    """Keep two books apart, and turn them over."""
    book = bar % 2
    if bar % 3 == 0:
        s.buy(size=10 + book, tradeid=book)
    elif bar % 5 == 0:
        s.sell(size=27, tradeid=book)


def every_feed(s, bar, close):
    for place, data in enumerate(s.datas):
        if len(data) and (bar + place) % 5 == 0:
            price = data.close[0]
            s.buy(data, size=5, exectype=bt.Order.Limit, price=price, valid=8 * DAYS)
            s.sell(data, size=4 + place)


PROGRAMS = (markets, fractions, too_large, limits, stops, trails, closes, brackets, families,
            groups, targets, books, every_feed)  # fmt: skip
