"""A strategy's class with a diary: what it sees in every call, and what it is told, in order."""

import backtrader as bt

CALLS = ("next", "prenext", "nextstart")
TOLD = ("notify_order", "notify_trade", "notify_cashvalue", "notify_fund", "notify_timer")
BARS_BETWEEN_LOOKS = 7


def watched(kind, look, diary, write):
    """Return a subclass that does the same, and notes it in the diary.

    Parameters
    ----------
    kind : type
        The strategy's class.
    look : {"always", "seldom"}
        Note every call, or what is seen at some bars and in the orders that are told.
    diary : list
        Where to note.
    write : callable
        Writes a thing out.
    """
    new = type(kind)(kind.__name__, (kind,), {"__module__": kind.__module__})
    for name in CALLS:
        setattr(new, name, _looking(name, getattr(kind, name), look, diary, write))
    for name in TOLD if look == "always" else TOLD[:1]:
        setattr(new, name, _hearing(name, getattr(kind, name), diary, write))
    return new


def _looking(name, method, look, diary, write):
    def call(self):
        if look == "always" or len(self) % BARS_BETWEEN_LOOKS == 0:
            diary.append([name, *_sight(self, write)])
        return method(self)

    return call


def _hearing(name, method, diary, write):
    def call(self, *told, **named):
        things = [thing for thing in told if not isinstance(thing, bt.timer.Timer)]
        now = [_of_lines(indicator, write) for indicator in self.getindicators()]
        diary.append([name, len(self), *map(write, things), write(named), now])
        return method(self, *told, **named)

    return call


def _sight(strategy, write):
    """Return all that a strategy may look at."""
    broker = strategy.broker
    seen = [len(strategy), _try(lambda: strategy.datetime.datetime(0), write)]
    for data in strategy.datas:
        seen.append(["data", len(data), data.buflen(), *_of_lines(data, write)])
        seen += [
            _try(lambda: data.datetime.date(0), write),  # noqa: B023
            _try(lambda: data.datetime.time(-1), write),  # noqa: B023
            _try(lambda: data.close.get(size=3), write),  # noqa: B023
            _try(lambda: data.tick_last, write),  # noqa: B023
            write(strategy.getposition(data)),
            write(broker.getvalue([data])),
            write(broker.getcommissioninfo(data)),
        ]
    for indicator in strategy.getindicators():
        seen.append(["indicator", len(indicator), *_of_lines(indicator, write)])
    return [
        *seen,
        *map(write, (broker.getcash(), broker.getvalue(), broker.get_leverage())),
        *map(write, (broker.get_fundvalue(), broker.fundvalue, broker.fundshares)),
        *map(write, (broker.get_value(mkt=True), broker.get_value(lever=True))),
        write(broker.positions),
        write(broker.get_orders_open()),
        write(strategy.stats.__dict__.keys()),
    ]


def _of_lines(owner, write):
    return [
        [_try(lambda: line[ago], write) for ago in (0, -1, -2)]  # noqa: B023
        for line in owner.lines
    ]


def _try(read, write):
    try:
        return write(read())
    except (IndexError, AttributeError, ValueError, OverflowError) as error:
        return type(error).__name__
