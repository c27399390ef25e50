"""From targets to orders: which weights are wanted in the next session, and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....brokers.exact_broker import NO_BAR_LEFT
from ....feeds.bars import Bars
from ....strategies.playbook_strategy import PlaybookStrategy
from ..settings import Settings
from .account import OWN, Account
from .orders import ON_CLOSE, ON_OPEN, ORDER_OF_FILL, Condition, Order, conditions_of, nearest_first
from .pending import scaled
from .sessions import ends_at
from .triggers import BISECTED, MOST_FEEDS, Found, found_for
from .what_if import Partial, Targets, WhatIf

KEPT = 0.01
"""Where the strategy trades nothing, a holding this near to its weight is left alone, as a
fraction of the account's value."""

MOST_NAMED = 6
"""Instruments that a sentence names."""

OF_OWN_ORDERS = (
    "Its market orders fill at the {at} that sends them, and no trigger is worked out for a "
    "strategy that sends its own orders: run with that bar to see."
)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A run up to its last bar, and what its orders start from.

    Attributes
    ----------
    every : {"day", "week", "month"}
        The shortest period after which the strategy decides.
    ran : PlaybookStrategy
        The strategy after the run.
    tables : sequence of Bars
        Its bars.
    settings : Settings
        The run's.
    as_of, session : date
        The last bar, and the session after it.
    decided, decides : bool
        Whether the last bar decided, and whether the next session does.
    own, account : Account
        What the run holds, and what the orders start from.
    prices : mapping of str to float
        Last closes.
    pending : sequence of Unfilled
        Orders that wait, among others.
    filled : list of Order
        What the run traded at the last close.
    ruined_on : date or None
        When the run's account was worth nothing.
    what_if : WhatIf
        The targets after the next session.
    sent : list of Order or None
        The orders that wait, of a strategy that sends its own; None: it states target weights.
    """

    every: str
    ran: Any
    tables: Sequence[Bars]
    settings: Settings
    as_of: datetime.date
    session: datetime.date
    decided: bool
    decides: bool
    own: Account
    account: Account
    prices: Mapping[str, float]
    pending: Sequence[Any]
    filled: list[Order]
    ruined_on: datetime.date | None
    what_if: WhatIf
    sent: list[Order] | None = None

    @property
    def at(self) -> str:
        """Which price of a session the bars end at."""
        return ends_at(self.tables)

    @property
    def target(self) -> Targets:
        """The weights that were decided last; empty before the first decision."""
        if self.sent is not None or not self.ran.decisions:
            return {}
        return self._by_name(self.ran.decisions[-1].weights)

    @property
    def at_close(self) -> Targets:
        """The weights that were decided last for a close."""
        made = [each for each in self.ran.decisions if each.session == "close"]
        return self._by_name(made[-1].weights) if made else {}

    @property
    def waiting(self) -> Targets:
        """The target weights of the orders that wait for the next session."""
        return {
            order.instrument: order.target
            for order in self.pending
            if order.reason == NO_BAR_LEFT and order.target == order.target
        }

    def _by_name(self, weights: Iterable[float]) -> Targets:
        return dict(zip((table.name for table in self.tables), weights, strict=True))


def planned(asked: Planned) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders, what was searched for them, and sentences that belong to them."""
    if asked.ruined_on:
        return [], [], [f"The run's account was worth nothing on {asked.ruined_on}: no order."]
    if asked.sent is not None:
        return _sent(asked, asked.sent)
    if len(asked.ran.sessions) > 1:
        return _twice_a_day(asked)
    if asked.settings.fill != "close":
        return _decided_before(asked)
    if asked.decided and asked.every != "day" and asked.target:
        return _decided_now(asked)
    if asked.decides:
        return _conditional(asked, asked.account)
    return _between(asked)


def _sent(asked: Planned, waiting: list[Order]) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders that a strategy has sent, in the shares of the account."""
    notes = []
    if asked.settings.fill == "close":
        notes = [OF_OWN_ORDERS.format(at=asked.at)]
    if asked.account.kind == OWN:
        return waiting, [], notes
    account, own, prices, orders = asked.account, asked.own, asked.prices, []
    lacked: list[str] = []
    ratio, opened = account.value(prices) / own.value(prices), account
    goals = own.weights(prices)
    for kind in (ON_OPEN, ON_CLOSE):
        due: dict[str, float] = {}
        for each in waiting:
            if each.order == kind and each.entry is None:
                due[each.instrument] = due.get(each.instrument, 0.0) + each.size
        own = own.after(due, prices)
        goals |= {name: own.weights(prices).get(name, 0.0) for name in due}
        if kind == ON_OPEN or due:
            wanted = _lacking(account, goals, prices, due)
            made = _orders(account, wanted, prices, kind, asked.session)
            lacked += [each.instrument for each in made if each.instrument not in due]
            account = account.after({each.instrument: each.size for each in made}, prices)
            orders += made
        opened = account if kind == ON_OPEN else opened
    if lacked:
        notes.append(_of_catching_up(lacked))
    if waiting:
        notes.append("Shares are those of the run's account, in proportion to the values.")
    return [*orders, *scaled(waiting, ratio, opened, account)], [], notes


def _twice_a_day(asked: Planned) -> tuple[list[Order], list[Found], list[str]]:
    """Return the order for the next open, and then those for the close after it."""
    account = asked.account
    goals = asked.waiting or _catching_up(asked, account, asked.own.weights(asked.prices))
    if account.kind != OWN:
        goals = asked.waiting or asked.target
    first = _orders(account, goals, asked.prices, ON_OPEN, asked.session)
    if not asked.decides:
        return first, [], []
    account = account.after({each.instrument: each.size for each in first}, asked.prices)
    in_force = asked.waiting or asked.target
    later, searched, notes = _conditional(asked, account, in_force)
    return [*first, *later], searched, notes


def _decided_before(asked: Planned) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders that the last bar decided, for the next open or close."""
    goals = dict(asked.waiting)
    kept = {n: w for n, w in asked.own.weights(asked.prices).items() if n not in goals}
    goals |= _catching_up(asked, asked.account, kept, leave=set(goals))
    kind = ORDER_OF_FILL[asked.settings.fill]
    return _orders(asked.account, goals, asked.prices, kind, asked.session), [], []


def _decided_now(asked: Planned) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders that the last bar decided for its own close."""
    notes = [
        f"Decided at the {asked.at} of {asked.as_of}, for that {asked.at}: if it has passed, send "
        f"the orders for the session of {asked.session}."
    ]
    if asked.account.kind == OWN:
        return list(asked.filled), [], notes if asked.filled else []
    orders = _orders(asked.account, asked.target, asked.prices, ON_CLOSE, asked.as_of)
    return orders, [], notes if orders else []


def _between(asked: Planned) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders of a session that decides nothing."""
    target = asked.target
    always = asked.settings.rebalance == "daily"
    goals = target if always else {}
    goals = goals or _catching_up(asked, asked.account, asked.own.weights(asked.prices))
    orders = _orders(asked.account, goals, asked.prices, ON_CLOSE, asked.session)
    return orders, [], _of_rebalance(asked) if always else _of_trims(asked)


def _conditional(
    asked: Planned, account: Account, in_force: Targets | None = None
) -> tuple[list[Order], list[Found], list[str]]:
    """Return the orders for the close of the next session, by what the closes will be."""
    in_force = asked.target if in_force is None else in_force
    if len(asked.what_if.closes) > MOST_FEEDS and asked.ran.triggers() is None:
        goals = _catching_up(asked, account, asked.own.weights(asked.prices))
        notes = [
            f"It decides at the {asked.at} of {asked.session}, from the {asked.at} of "
            f"{len(asked.what_if.closes)} instruments: run again with that session's bars."
        ]
        return _orders(account, goals, asked.prices, ON_CLOSE, asked.session), [], notes
    searched = found_for(asked.ran, asked.tables, asked.what_if)
    orders: list[Order] = []
    here: list[Condition] = []
    answers: dict[str, Targets | None] = {}
    for found in searched:
        now = asked.prices[found.of]
        base = asked.what_if.targets(found.of, now)
        for region in found.regions:
            conditions = conditions_of(region, found.of, now)
            if region.holds(now) or (region.answer == base and now in (region.low, region.high)):
                here += conditions
                answers["base"] = region.answer
                continue
            price = region.nearest(now)
            prices = {**asked.prices, found.of: price}
            goals = _goals(asked, account, region.answer, in_force)
            orders += _orders(account, goals, prices, ON_CLOSE, asked.session, conditions)
    if searched and "base" not in answers:
        answers["base"] = asked.what_if.targets(searched[0].of, asked.prices[searched[0].of])
    goals = _goals(asked, account, answers.get("base"), in_force)
    base_orders = _orders(
        account, goals, asked.prices, ON_CLOSE, asked.session, nearest_first(here)
    )
    notes = _of_rebalance(asked)
    if any(each.how == BISECTED and each.moves for each in searched):
        notes.append(f"The weights move with the {asked.at}: shares are those at the price named.")
    orders = sorted([*base_orders, *orders], key=_by_distance)
    return orders, searched, notes


def _goals(asked: Planned, account: Account, targets: Targets | None, in_force: Targets) -> Targets:
    """Return the weights to reach: all of them where the strategy rebalances, else the changed."""
    drifted = asked.own.weights(asked.prices)
    if targets is None:
        return _catching_up(asked, account, drifted)
    whole = asked.settings.rebalance in ("daily", "on_decision")
    if whole and not isinstance(targets, Partial):
        return {name: weight for name, weight in targets.items() if weight or _held(account, name)}
    goals = {name: w for name, w in targets.items() if w != in_force.get(name, 0.0)}
    kept = {name: w for name, w in drifted.items() if name not in goals}
    return goals | _catching_up(asked, account, kept, leave=set(goals))


def _catching_up(
    asked: Planned,
    account: Account,
    weights: Mapping[str, float],
    leave: Iterable[str] = (),
) -> Targets:
    """Return the weights that an account of one's own lacks of what the run's account holds."""
    if account.kind == OWN:
        return {}
    return _lacking(account, weights, asked.prices, leave=leave)


def _lacking(
    account: Account,
    weights: Mapping[str, float],
    prices: Mapping[str, float],
    always: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Targets:
    """Return the weights from which an account is further away than `KEPT`, or that are ordered."""
    held, ordered = account.weights(prices), set(always)
    names = [name for name in {**weights, **held} if name not in set(leave)]
    return {
        name: weights.get(name, 0.0)
        for name in names
        if name in ordered or abs(weights.get(name, 0.0) - held.get(name, 0.0)) > KEPT
    }


def _orders(
    account: Account,
    goals: Mapping[str, float],
    prices: Mapping[str, float],
    kind: str,
    on: datetime.date,
    conditions: tuple[Condition, ...] = (),
) -> list[Order]:
    """Return the orders that bring an account to target weights."""
    return [
        Order(
            instrument=name,
            size=size,
            held=account.shares.get(name, 0.0),
            weight=goals[name],
            order=kind,
            on=on,
            conditions=conditions,
            price=prices[name],
        )
        for name, size in account.sizes_to(goals, prices).items()
    ]


def _of_catching_up(names: Sequence[str]) -> str:
    """Return the sentence about orders that the run itself does not send."""
    named = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
    return f"The run holds its position already: the order of {named} brings this account to it."


def _of_rebalance(asked: Planned) -> list[str]:
    if asked.settings.rebalance != "daily" or not any(asked.target.values()):
        return []
    return [
        f"Every {asked.at} brings the position back to its target: also where no order is named."
    ]


def _of_trims(asked: Planned) -> list[str]:
    """Return the sentence about what changes between two decisions, where something may."""
    if type(asked.ran).between_decisions is PlaybookStrategy.between_decisions or not asked.target:
        return []
    return ["Between decisions it may trim: run again with the session's bars to see."]


def _held(account: Account, name: str) -> bool:
    return bool(account.shares.get(name))


def _by_distance(order: Order) -> float:
    return abs(order.conditions[0].distance) if order.conditions else 0.0
