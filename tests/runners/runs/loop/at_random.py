"""Set-ups at random: bars, an account, a program of orders, and who looks on."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any

import backtrader as bt
import pandas as pd
from markets import feed

KINDS = ("Market", "Close", "Limit", "Stop", "StopLimit", "StopTrail", "StopTrailLimit")
MONEY = {"set_cash", "add_cash", "setcommission", "set_shortcash"}
TARGETS = ("order_target_size", "order_target_value", "order_target_percent")


@dataclass
class SetUp:
    """What is added to an empty cerebro."""

    feeds: list[dict[str, Any]]
    cash: float
    settings: list[tuple[str, dict[str, Any]]]
    options: dict[str, Any]
    programs: list[dict[int, list[dict[str, Any]]]]
    timers: list[dict[str, Any]]
    analyzers: list[Any]
    kind: Any

    def __call__(self, cerebro):
        """Add all of it."""
        for number, each in enumerate(self.feeds):
            cerebro.adddata(feed(**each), name=f"S{number}")
        cerebro.broker.setcash(self.cash)
        for method, named in self.settings:
            getattr(cerebro.broker, method)(**named)
        for program in self.programs:
            cerebro.addstrategy(self.kind, program=program, timers=self.timers)
        for analyzer in self.analyzers:
            cerebro.addanalyzer(analyzer)


class Programmed(bt.Strategy):
    """Does at each bar what its program says."""

    params = (("program", {}), ("timers", ()))

    def __init__(self):
        self.sent = []
        self.told = []
        self.average = bt.ind.SMA(period=3)
        self.above = self.data.close > self.average
        for timer in self.p.timers:
            self.add_timer(**timer)

    def prenext(self):
        self.next()

    def next(self):
        for what in self.p.program.get(len(self), ()):
            self.do(**what)

    def notify_timer(self, timer, when, *args, **kwargs):
        self.told.append((when, self.average[0] if len(self.average) else None))
        if len(self.told) % 11 == 0:
            self.buy(size=2)

    def do(self, act, data=0, **named):
        """Act on a feed that has begun."""
        data = self.datas[data % len(self.datas)]
        if not len(data):
            return
        if act in ("buy", "sell"):
            self._send(act, data, **named)
        elif act in TARGETS:
            self.sent.append(getattr(self, act)(data, **named))
        elif act == "close":
            self.sent.append(self.close(data))
        elif act == "cancel" and self.sent:
            order = self.sent[named["back"] % len(self.sent)]
            if order is not None:
                self.cancel(order)
        elif act == "bracket":
            price = data.close[0]
            self.sent += self.buy_bracket(
                data, size=named["size"], price=price * named["at"],
                stopprice=price * 0.98, limitprice=price * 1.02,
            )  # fmt: skip
        elif act == "look":
            self.told.append((self.broker.getvalue(), self.broker.getvalue([data])))
        elif act == "change":
            self.change(**named)

    def change(self, method, named):
        """Change a setting of the broker, or leave it; a subclass changes the money too."""
        if method not in MONEY:
            getattr(self.broker, method)(**named)

    def _send(self, act, data, size, kind, at, limit, trail, oco, parent, **named):
        close = data.close[0]
        named |= {"size": size, "exectype": getattr(bt.Order, kind)}
        if kind != "Market" and kind != "Close":
            named["price"] = close * at
        if kind.endswith("Limit") and kind != "Limit":
            named["plimit"] = close * limit
        if kind.startswith("StopTrail"):
            named |= trail
        waiting = [order for order in self.sent if order is not None and order.alive()]
        if oco is not None and waiting:
            named["oco"] = waiting[oco % len(waiting)]
        elif parent is not None and waiting:
            named["parent"] = waiting[parent % len(waiting)]
        self.sent.append(getattr(self, act)(data=data, **named))


class Changing(Programmed):
    """Moves money and sets commission schemes; its code says so, and analyzers do not wait."""

    def change(self, method, named):
        if method in ("set_cash", "add_cash", "setcommission", "set_shortcash"):
            getattr(self.broker, method)(**named)


def set_up_of(rng: Random, n_bars: int = 40) -> SetUp:
    """Draw a set-up."""
    feeds = [_feed(rng, n_bars) for _ in range(rng.choice((1, 1, 2, 3)))]
    programs = [
        {bar: [_act(rng) for _ in range(rng.randint(1, 3))] for bar in range(1, n_bars + 9)
         if rng.random() < 0.5}
        for _ in range(rng.choice((1, 1, 1, 2)))
    ]  # fmt: skip
    timers = [
        {"when": bt.timer.SESSION_START, "cheat": rng.random() < 0.3}
        for _ in range(rng.choice((0, 0, 0, 1)))
    ]
    options = {
        "stdstats": rng.random() < 0.4, "quicknotify": rng.random() < 0.15,
        "tradehistory": rng.random() < 0.15, "lookahead": rng.choice((0, 0, 0, 4)),
    }  # fmt: skip
    analyzers = [bt.analyzers.TradeAnalyzer, bt.analyzers.TimeReturn, bt.analyzers.Transactions]
    return SetUp(
        feeds,
        rng.choice((1_000, 20_000.0, 1e6)),
        [setting for setting in _settings(rng) if rng.random() < 0.3],
        options,
        programs,
        timers,
        analyzers if rng.random() < 0.5 else [],
        rng.choice((Programmed, Changing)),
    )


def _feed(rng, n_bars):
    daily = rng.random() < 0.85
    options = {} if daily else {"timeframe": bt.TimeFrame.Minutes, "sessionend": dt.time(17, 0)}
    start = pd.Timestamp("2020-01-01") + pd.Timedelta(days=rng.choice((0, 0, 5)))
    return {
        "seed": rng.randrange(1_000), "n_bars": n_bars - rng.choice((0, 0, 7)),
        "missing": rng.choice((0.0, 0.0, 0.2)), "step": rng.choice((0.0002, 0.01, 0.04)),
        "start": start, "freq": "B" if daily else rng.choice(("6h", "24h")),
        "feed_options": options,
    }  # fmt: skip


def _act(rng):
    act = rng.choice((
        "buy", "buy", "buy", "sell", "sell", "sell", "close", "cancel", "bracket", "look", "change",
        *TARGETS,
    ))  # fmt: skip
    found = {"act": act, "data": rng.randrange(3)}
    if act in ("buy", "sell"):
        trail = rng.choice(({"trailamount": 1.2}, {"trailpercent": 0.015}))
        valid = rng.choice((None, None, 0, dt.timedelta(days=rng.randint(0, 4)), 1.5))
        oco = rng.choice((None, None, None, rng.randrange(5)))
        parent = rng.choice((None, None, None, None, rng.randrange(5)))
        return found | {
            "size": rng.choice((1, 7, 30, 2.5)), "kind": rng.choice(KINDS), "valid": valid,
            "at": rng.choice((0.97, 0.995, 1.0, 1.005, 1.03)), "oco": oco, "parent": parent,
            "limit": rng.choice((0.98, 1.0, 1.02)), "trail": trail, "tradeid": rng.randrange(2),
            "transmit": rng.random() < 0.93,
        }  # fmt: skip
    if act in TARGETS:
        scale = {"order_target_size": 20, "order_target_value": 3_000.0}.get(act, 0.5)
        return found | {"target": scale * rng.choice((-1, 0, 0.5, 1))}
    if act == "change":
        moves = [("add_cash", {"cash": 500}), ("set_cash", {"cash": 9_000})]
        method, named = rng.choice([*_settings(rng), *moves])
        return found | {"method": method, "named": named}
    size, at = rng.choice((1, 5)), rng.choice((1.0, 0.99))
    return found | {"back": rng.randrange(8), "size": size, "at": at}


def _settings(rng):
    fixed = bt.CommInfoBase.COMM_FIXED
    return [
        ("set_coc", {"coc": True}), ("set_coo", {"coo": True}),
        ("set_checksubmit", {"checksubmit": False}), ("set_shortcash", {"shortcash": False}),
        ("set_slippage_perc", {"perc": 0.004, "slip_open": rng.random() < 0.5,
                               "slip_match": rng.random() < 0.5, "slip_out": rng.random() < 0.5}),
        ("set_slippage_fixed", {"fixed": 0.3, "slip_limit": rng.random() < 0.5}),
        ("set_filler", {"filler": bt.broker.fillers.FixedSize(size=rng.choice((2, 20)))}),
        ("set_int2pnl", {"int2pnl": False}), ("set_fundmode", {"fundmode": True}),
        ("setcommission", rng.choice((
            {"commission": 0.002}, {"commission": 1.0, "commtype": fixed, "stocklike": True},
            {"leverage": 2.0}, {"mult": 3.0, "stocklike": True}, {"interest": 0.05},
            {"commission": 2.0, "margin": 300.0, "mult": 2.0}, {"commission": 0.01, "name": "S0"},
        ))),
    ]  # fmt: skip
