"""The base of every strategy: it asks for target weights and sends the orders."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import backtrader as bt

from ..feeds.conventions import PERIODS, REBALANCES
from .base import plain_broker
from .base.ranges import one_of
from .base.targets import by_feed, complete, last_sessions
from .errors import StrategyError, StrategyStopped, feed_name
from .rule_line import RuleCall

Weights = Mapping[Any, float]
"""Feed to signed fraction of the account's value; -1 is 100 % short."""

SESSION_FILLS = {"close": "close", "open": "next_open"}
"""What a strategy that trades at the close and at the open decides for, and the fill of each."""


class Decision(NamedTuple):
    """What a strategy wanted to hold after reading a bar."""

    date: datetime.date
    weights: tuple[float, ...]
    """Signed weights in the order of the strategy's feeds."""
    session: str = "close"
    """"open" for the weights from the next open on, in strategies that trade at the open too."""
    partial: bool = False
    """Made between two decisions: only the weights that differ from the last ones are ordered."""


class PlaybookStrategy(bt.Strategy):
    """A strategy that states target weights; this class turns them into orders.

    Subclass it and write `target_weights`. `next` and `prenext` belong to this class. A subclass
    may define `__init__`, `start`, `stop` and the notifications without calling this class's.

    Parameters
    ----------
    fill : {"close", "next_open", "next_close"}
        Where orders fill: at the close of the bar that decides (a market-on-close order whose
        condition is known just before the close: idealised), at the next bar's open, or its close.
    size_at : {"fill", "decision"}
        Shares from the account's value and the price at the fill (idealised for the two later
        fills), or at the deciding bar's close.
    rebalance : {"on_change", "daily", "on_decision"}
        Order only where a feed's target changes, its shares held between; or back to the target at
        every bar; or back to it at every bar that decides.
    every : {"day", "week", "month", "quarter"}
        Decide at every bar, or at the last exchange session of each week, month or
        quarter.
    account_from : date or None
        First day whose decision is traded; bars before it warm up. None: the first bar.
    inputs : object or None
        Data that the strategy reads beside its feeds, of a type that it defines; None: there are
        none.

    Attributes
    ----------
    sessions : tuple of str
        ("close",): one decision a bar, filled as `fill` says. A class with ("close", "open") trades
        at the close and at the next open: at each bar it is asked ``target_weights(session)`` for
        the one and then for the other, and both orders fill exactly there.
    reads : tuple of str
        Names of the parts of `inputs` that the strategy looks at.
    sections : tuple
        Figures and panels of the strategy's own for run.json and the tearsheet: sections, classes
        of them, or the names that they are registered under.
    benchmark : str or None
        Benchmark of a run whose settings name none: "cash", as for a market-neutral book; None: the
        first feed.
    feeds_come_and_go : bool
        True: feeds may begin late and end early, and the strategy closes its positions in those
        that ended. False: a run ends with the feed that ends first.
    slow_to_decide : bool
        True: a decision takes so long that a run does not repeat itself at other periods between
        decisions; `by_period` does so where it is asked.
    orders_by_name : bool
        Send the orders of a bar in the order of the feeds' names instead of the feeds', so that
        another order of the feeds gives the same account to the last bit.
    title : str
        The strategy's name as reports print it. A class that names none has its class name in
        words ("Dual momentum" for DualMomentum), never its parent's title.
    decisions : list of Decision
        One for each bar and session that decided, oldest first, warm-up included.
    settled : list of (date, feed)
        Each position that `settle` closed, oldest first.

    Raises
    ------
    StrategyError
        A parameter out of range, a broker that cannot honour `fill` and `size_at`, or a feed that
        is replayed.
    StrategyStopped
        A target that is NaN, infinite, or for a feed that has no bar yet; a position or an order in
        a feed whose close is NaN or not above 0; two strategies that trade one feed; and with a
        plain backtrader broker, an order that it refused or filled in part, or would fill at an old
        price, and an account worth nothing.

    Notes
    -----
    It runs in any ``bt.Cerebro()``, with backtrader's analyzers, observers, writers, plots and
    `optstrategy`. Sizers have no effect: a weight says the size. What can be filled depends on the
    broker:

    - ``cerebro.broker = PlaybookBroker()``: everything above, exactly.
    - backtrader's own, after ``broker.set_coc(True)``: fill "close". Orders fill at that close;
      the account knows of it a bar later, and the last bar's order never fills.
    - backtrader's own as it is: fill "next_open" or "next_close", with size_at "decision".

    backtrader's own broker pays no dividends, interest or borrow fees. It checks cash, and 100 % of
    an account fails that check by a rounding or a commission:
    ``broker.setcommission(leverage=1e6)`` lifts it. Then nothing limits gross exposure, and
    `getcash` no longer returns the cash, while `getvalue` is right. Without dividends and with
    equal costs, both brokers give the same equity.
    """

    sessions: tuple[str, ...] = ("close",)
    reads: tuple[str, ...] = ()
    sections: tuple[Any, ...] = ()
    orders_by_name = False
    benchmark: str | None = None
    feeds_come_and_go = False
    slow_to_decide = False
    title = "Playbook strategy"

    params: Any = (
        ("fill", "close"),
        ("size_at", "fill"),
        ("rebalance", "on_change"),
        ("every", "day"),
        ("account_from", None),
        ("inputs", None),
    )

    def __init_subclass__(cls, **options: Any) -> None:
        """Set `title` in a class that names none, and refuse one that is not a text."""
        super().__init_subclass__(**options)
        if "title" not in vars(cls):
            cls.title = in_words(cls.__name__)
        elif not isinstance(cls.title, str):
            raise StrategyError(
                f'{cls.__name__}: title must be a text, as title = "{in_words(cls.__name__)}", '
                f"got a {type(vars(cls)['title']).__name__}"
            )

    def target_weights(self) -> Weights | float | None:
        """Return the target weights from this bar on: feed to fraction of the account's value.

        A feed that is left out is 0; None is no change. With one feed a number is its weight. Only
        this bar and older ones may be read.
        """
        raise NotImplementedError(f"{type(self).__name__} has no target_weights()")

    def between_decisions(self) -> Weights | float | None:
        """Return what to change at a bar that `every` leaves out: feed to weight, only those named.

        None, as here, is no change. It is asked once there is an account and a decision.
        """
        return None

    def settle(self, data: Any) -> None:
        """Close the position in a feed that has no more bars, at its last close.

        Raises
        ------
        StrategyStopped
            The broker is backtrader's own, which fills no order without a bar.
        """
        if self._plain:
            raise StrategyStopped(
                f"{self.datetime.date(0)}: {feed_name(data)} is held and has no bar since "
                f"{data.datetime.date(0)}: run with a PlaybookBroker, which settles it"
            )
        self.broker.settle(self, data)
        self.settled.append((self.datetime.date(0), data))
        self._ordered[data] = 0.0
        for targets in self._targets.values():
            targets[data] = 0.0

    def triggers(self) -> Mapping[Any, tuple[float, ...]] | None:
        """Return the closes of the next bar at which `target_weights` may change.

        It is called after the last bar, by what says which orders to send tomorrow; the next bar
        pays no dividend.

        Returns
        -------
        mapping of feed to tuple of float, or None
            In closed form: between two of a feed's prices, and beyond them, the targets do not
            depend on its next close. A feed that is left out has none. None, as here: there is no
            closed form, and the prices are searched.
        """
        return None

    def words_for_next(self) -> Sequence[str]:
        """Return sentences on the next session, beside its orders; here none.

        It is called after the last bar, by what says which orders to send tomorrow.
        """
        return ()

    def remarks(self) -> Mapping[Any, Mapping[str, Any]]:
        """Return what to say of a feed beside its weight and profit: feed to name to value.

        It is called after the last bar, for the list of holdings; here there is nothing. ``role``
        "hedge" makes a feed a side of its own where profit is split into long and short.
        """
        return {}

    def plot_lines(self) -> Mapping[Any, Any]:
        """Return the lines to draw beside the prices, as an average or a channel; here none.

        It is called once, after the last bar; what it returns changes no figure.

        Returns
        -------
        mapping of str to line
            Label to a backtrader line, an indicator (its first line), a Series by date, or one
            number for each bar of the feed, NaN where there is none. A line is drawn with the feed
            whose bars it ticks with, other values with the first feed. Feed, or its name, to such a
            mapping says it: ``{self.data1: {"SMA 20": self.average}}``.
        """
        return {}

    def measured_against(self) -> Any | None:
        """Return the feed that alpha and beta of a run of several feeds are measured against.

        A list of feeds stands for the mean of their returns. None, as here: the benchmark or, where
        that is cash, the first feed.
        """
        return None

    def index_sides(self) -> dict[Any, int] | None:
        """Return feed to +1 (index) or -1 (inverse) where all feeds are one index, else None."""
        return {self.data: 1} if len(self.datas) == 1 else None

    def begun(self) -> bool:
        """Return whether `target_weights` can be called: here, once the first feed has a bar."""
        return len(self.data) > 0

    def bars_needed(self) -> int:
        """Return the bars up to the first decision; a run over fewer bars is refused."""
        return 1

    @classmethod
    def rule_call(cls, params: Mapping[str, Any]) -> RuleCall | None:
        """Return the pure rule behind a set of parameters, from which a search computes positions.

        Parameters
        ----------
        params : mapping of str to value
            Every parameter of the strategy.

        Returns
        -------
        RuleCall or None
            None where the strategy has no rule that can be read from one feed's arrays.

        Raises
        ------
        StrategyError
            A parameter is out of range.
        """
        return None

    def _start(self) -> None:
        """Check the settings against the feeds and the broker, before the first bar."""
        one_of("rebalance", self.p.rebalance, REBALANCES)
        one_of("every", self.p.every, PERIODS)
        self._plain = not hasattr(self.broker, "order_targets")
        if reason := self._cannot():
            raise StrategyError(f"{type(self).__name__}: {reason}")
        self.decisions: list[Decision] = []
        self.settled: list[tuple[datetime.date, Any]] = []
        self._targets: dict[str, dict[Any, float]] = {}
        self._ordered = dict.fromkeys(self.datas, 0.0)
        every = self.p.every
        self._deciding_days = last_sessions(self.datas, every) if every != "day" else None
        self._others = [
            other
            for other in self.cerebro.runningstrats
            if other is not self and isinstance(other, PlaybookStrategy)
        ]
        if self._plain:
            self._addnotification = self._filled_or_stopped  # where no notify_order hides it
        super()._start()

    def _filled_or_stopped(self, order: bt.Order, quicknotify: bool = False) -> None:
        plain_broker.check_filled(order)
        bt.Strategy._addnotification(self, order, quicknotify)

    def next(self) -> None:
        """Decide if this bar is one that decides, and send the orders."""
        today = self.lines.datetime.date(0)  # by its attribute backtrader looks long for it
        decides = self.begun() and (self._deciding_days is None or today in self._deciding_days)
        warms_up = self.p.account_from and today < self.p.account_from
        for session in self.sessions:
            if decides:
                self._decide(session, today)
            if session in self._targets and not warms_up:
                if not decides:
                    self._adjust(session, today)
                self._order(session, today, decides)

    prenext = next  # a feed that starts late must not hold up the others

    def _decide(self, session: str, today: datetime.date) -> None:
        """Call `target_weights`, and record its answer with the date."""
        twice = len(self.sessions) > 1
        stated = self.target_weights(session) if twice else self.target_weights()  # type: ignore[call-arg]
        if stated is not None:
            weights = by_feed(stated, self.datas, today, "target_weights")
            self._targets[session] = complete(weights, self.datas, today)
        if session in self._targets:
            held = tuple(self._targets[session].values())
            self.decisions.append(Decision(today, held, session))

    def _adjust(self, session: str, today: datetime.date) -> None:
        """Call `between_decisions`, and record its answer with the date."""
        stated = self.between_decisions()
        if stated is not None:
            changed = by_feed(stated, self.datas, today, "between_decisions")
            weights = complete(changed, self.datas, today)
            self._targets[session] |= {data: weights[data] for data in changed}
            held = tuple(self._targets[session].values())
            self.decisions.append(Decision(today, held, session, partial=True))

    def _order(self, session: str, today: datetime.date, decides: bool) -> None:
        """Send the orders that a session's targets need at this bar."""
        orders = self._due(self._targets[session], today, decides)
        if self.orders_by_name:
            orders = dict(sorted(orders.items(), key=lambda order: feed_name(order[0])))
        self._check_orders(orders, today)
        self._ordered.update(orders)
        if self._plain:
            plain_broker.order_targets(self, orders, self.p.fill)
        elif orders:
            fill = self.p.fill if len(self.sessions) == 1 else SESSION_FILLS[session]
            self.broker.order_targets(self, orders, fill=fill, size_at=self.p.size_at)

    def _cannot(self) -> str | None:
        """Return why the feeds or the broker rule this run out, or None."""
        for data in self.datas:
            if data.replaying:
                return (
                    f"{feed_name(data)} is replayed, and a bar that is decided on must be finished:"
                    " use resampledata"
                )
        fill, size_at = self.p.fill, self.p.size_at
        if len(self.sessions) > 1 and (self._plain or fill != "close"):
            return (
                "it acts at the close and at the next open: fill must be 'close', and the broker "
                "a PlaybookBroker, which sizes the second order after the first"
            )
        if self._plain:
            return plain_broker.cannot(self.broker, self.datas, fill, size_at)
        reason: str | None = self.broker.cannot(fill, size_at)
        return reason

    def _due(
        self, targets: dict[Any, float], today: datetime.date, decides: bool
    ) -> dict[Any, float]:
        """Return the targets that have to be ordered now."""
        ordered, rebalance = self._ordered, self.p.rebalance
        if rebalance == "on_change" or (rebalance == "on_decision" and not decides):
            if targets == ordered:  # as at most bars
                return {}
            return {data: w for data, w in targets.items() if w != ordered[data]}
        return {
            data: w
            for data, w in targets.items()
            if w != ordered[data] or (w and data.datetime.date(0) == today)
        }

    def _check_orders(self, orders: dict[Any, float], today: datetime.date) -> None:
        """Stop if a price is missing, or if another strategy holds the same feed."""
        for data, held in self._ordered.items():
            if (held or data in orders) and not data.close[0] > 0:
                raise StrategyStopped(f"{today}: the close of {feed_name(data)} is {data.close[0]}")
        for other in self._others:
            if shared := [feed_name(data) for data in orders if other._ordered[data]]:
                raise StrategyStopped(
                    f"{today}: {shared[0]} is traded by {type(self).__name__} and by "
                    f"{type(other).__name__}: give each a cerebro of its own"
                )


def in_words(name: str) -> str:
    """Return a class name in words: SmaSwitch is "Sma switch", my_RSI2 "My RSI2"."""
    apart = re.sub(r"_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    first, *others = apart.split() or [name]
    first = first[0].upper() + first[1:]
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])
