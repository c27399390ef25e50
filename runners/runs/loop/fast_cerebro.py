"""A cerebro whose bar-by-bar run takes fewer steps, with the same bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import backtrader as bt

from ....brokers.lean import broker as lean_broker
from ...errors import ParameterError
from ...garbage import collected_rarely
from ..declared import LOOPS
from .bar import bar_of
from .bulk import loaded_at_once
from .clocks import Clock, clocks_of, steps_of
from .cursors import Cursor, at_hand, put_away, put_on, take_off
from .eligible import reasons, row_by_row
from .forward import made_room_at_once
from .indicators import Followers, NoClock, followers_of
from .notifications import hearing, hears_as_ever
from .ticks import keep_ticks, read_ticks_late


class FastCerebro(bt.Cerebro):
    """A `bt.Cerebro` that runs in fewer steps where the result is the same to the last bit.

    Use it as backtrader's. Where a run is outside what is proven, it takes backtrader's own loop,
    and `why_stock` says why.

    Parameters
    ----------
    loop : {"auto", "fast", "stock"}
        The fast loop where it can be taken, or backtrader's own; "fast" insists.

    Attributes
    ----------
    loop_taken : str or None
        "fast" or "stock"; None before a run.
    why_stock : tuple of str
        Why the fast loop was not taken; empty where it was, or was not wanted.

    Raises
    ------
    ParameterError
        ``loop="fast"`` in a run that the fast loop cannot take.
    """

    params = (("loop", "auto"),)

    def __init__(self, **_settings: Any) -> None:
        """Set up an empty cerebro; backtrader's metaclass has taken the settings."""
        super().__init__()
        self.loop_taken: str | None = None
        self.why_stock: tuple[str, ...] = ()

    def run(self, **kwargs: Any) -> Any:
        """Run, as `bt.Cerebro.run` does."""
        loop = kwargs.get("loop", self.p.loop)
        if loop not in LOOPS:
            raise ParameterError(f"loop must be one of {', '.join(LOOPS)}, got {loop!r}")
        if loop == "stock":
            return super().run(**kwargs)
        with loaded_at_once(self.datas):
            return super().run(**kwargs)

    def loop_told(self) -> dict[str, Any]:
        """Return what run.json keeps of the loop: ``taken`` and ``reasons``."""
        return {"taken": self.loop_taken, "reasons": list(self.why_stock)}

    def _runonce(self, strategies: Sequence[Any]) -> None:
        clocks = clocks_of(self.datas)
        try:
            followers = [followers_of(strategy, clocks) for strategy in strategies]
            found = reasons(self, strategies)
        except NoClock as reason:
            found = [str(reason)]
        if self.p.loop == "stock" or found:
            self._take_stock(found)
            super()._runonce(strategies)
            return
        self.loop_taken, self.why_stock = "fast", ()
        with made_room_at_once(strategies):
            for strategy in strategies:
                strategy._once()
                strategy.reset()
        with ExitStack() as undo:
            undo.enter_context(collected_rarely())
            bars = _set_up(self, strategies, clocks, followers, undo)
            self._run_bars(strategies, clocks, bars)

    def _run_bars(self, strategies: Sequence[Any], clocks: Sequence[Clock], bars: Any) -> None:
        """Take the account and the strategies through every bar."""
        broker = self._broker
        lean = isinstance(broker, lean_broker.LeanBroker)
        waiting = broker.notifs if _notifies_as_ever(broker) else None
        early, late = self._timerscheat, self._timers
        hear = {strategy: self._hearing(strategy) for strategy in strategies}
        for moment, cursors in steps_of(clocks):
            for cursor in cursors:
                cursor.index += 1
            if early:
                self._check_timers(strategies, moment, cheat=True)
            if lean:
                broker.moment = moment
            if waiting is None:
                self._brokernotify()
            else:
                broker.next()
                while waiting:
                    order = waiting.popleft()
                    owner = order.params.owner
                    if owner is None:
                        owner = strategies[0]
                    if owner in hear:
                        hear[owner](order)
                    else:
                        owner._addnotification(order, quicknotify=self.p.quicknotify)
            if self._event_stop:
                return
            if late:
                self._check_timers(strategies, moment, cheat=False)
            for bar in bars:
                bar(moment)
                if self._event_stop:
                    return

    def _hearing(self, strategy: Any) -> Callable[[Any], None]:
        """Return what a strategy does with a notification of the broker."""
        quick = self.p.quicknotify
        if quick or strategy._tradehistoryon or not hears_as_ever(strategy):
            return partial(strategy._addnotification, quicknotify=quick)
        return hearing(strategy)

    def _runonce_old(self, strategies: Sequence[Any]) -> None:
        self._take_stock(["oldsync moves all feeds with the first"])
        super()._runonce_old(strategies)

    def _runnext(self, strategies: Sequence[Any]) -> None:
        self._take_stock([*row_by_row(self, strategies)])
        super()._runnext(strategies)

    def _runnext_old(self, strategies: Sequence[Any]) -> None:
        self._take_stock([*row_by_row(self, strategies)])
        super()._runnext_old(strategies)

    def _take_stock(self, why: Sequence[str]) -> None:
        if self.p.loop == "fast":
            raise ParameterError(f"the fast loop cannot take this run: {'; '.join(why)}")
        self.loop_taken = "stock"
        self.why_stock = tuple(dict.fromkeys(why)) if self.p.loop == "auto" else ()


def _set_up(
    cerebro: Any,
    strategies: Sequence[Any],
    clocks: Sequence[Clock],
    followers: Sequence[Followers],
    undo: ExitStack,
) -> list[Any]:
    """Put everything on cursors, and return what each strategy does at a bar."""

    def on(line: Any, cursor: Cursor) -> None:
        put_on([line], cursor)
        undo.callback(take_off, [line])

    of_feed = {}
    for clock in clocks:
        for feed in clock.feeds:
            of_feed[feed] = clock.cursor
            for line in feed.lines:
                on(line, clock.cursor)
            read_ticks_late(feed)
            undo.callback(keep_ticks, feed)
            undo.callback(_forget, feed, _lines_at_hand(feed))
    bars = []
    for strategy, following in zip(strategies, followers, strict=True):
        for line, cursor in following.lines:
            if "_cursor" not in vars(line):  # two strategies may read one line of a feed
                on(line, cursor)
        undo.callback(put_away, at_hand(strategy.getindicators()))
        for line in strategy.lines:
            on(line, following.own)
        waiting: dict[Cursor, int] = {}
        for feed, needed in zip(strategy.datas, strategy._minperiods, strict=True):
            cursor = of_feed[feed]
            waiting[cursor] = max(needed, waiting.get(cursor, 0))
        needs = [(bars_, each) for each, bars_ in waiting.items()]
        bars.append(bar_of(strategy, following, needs, undo))
    # A cheating timer sees the account of the bar before, when the newest prices are known.
    if not cerebro._timerscheat and lean_broker.lend(cerebro._broker):
        undo.callback(lean_broker.take_back, cerebro._broker)
    return bars


def _lines_at_hand(feed: Any) -> list[str]:
    """Set a feed's lines as its attributes, where backtrader looks them up by name at each use."""
    names = [name for name in feed.getlinealiases() if not hasattr(type(feed), name)]
    vars(feed).update((name, getattr(feed.lines, name)) for name in names)
    return names


def _forget(feed: Any, names: Sequence[str]) -> None:
    for name in names:
        vars(feed).pop(name, None)


def _notifies_as_ever(broker: Any) -> bool:
    """Return whether a broker's notifications wait in the queue that backtrader's keeps."""
    back = bt.brokers.BackBroker
    return (
        isinstance(broker, back)
        and type(broker).get_notification is back.get_notification
        and "get_notification" not in vars(broker)
    )
