"""An order as a clause of a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from ..labels.formats import MINUS, number
from .orders import LIMIT, ON_CLOSE, ON_OPEN, STOP, Condition, Order

WHERE = {ON_CLOSE: "at the close", ON_OPEN: "at the open", LIMIT: "at a limit", STOP: "at a stop"}


VERBS = {"close": "closes", "open": "opens", "open or close": "opens or closes"}
"""What an instrument does at the price of a session that its bar ends at."""


def price_text(price: float) -> str:
    """Return a price with 2 decimals, or with 4 below 10."""
    return number(price, 2 if abs(price) >= 10.0 else 4)


def shares_text(shares: float) -> str:
    """Return a number of shares without a sign: whole ones without decimals, else with 2."""
    shares = abs(shares)
    return number(shares, 0 if shares == round(shares) else 2)


def signed_shares(shares: float) -> str:
    """Return a number of shares with a minus sign where they are short."""
    return f"{MINUS if shares < 0 else ''}{shares_text(shares)}"


def order_text(order: Order) -> str:
    """Return what to do, when, and under which condition."""
    what = f"{action_text(order)} {WHERE[order.order]}"
    if order.trigger is not None:
        what += f" of {price_text(order.trigger)}"
    if order.conditions:
        what += f" if {' and '.join(map(_condition, order.conditions))}"
    if order.entry is not None:
        what += " once the order that it belongs to is filled"
    return f"{what}, {order.words}" if order.words else what


def cancels_text(order: Order, orders: Iterable[Order]) -> str:
    """Return which of the other orders a fill cancels, as a clause; empty if it cancels none."""
    others = [
        f"the {each.order} of {price_text(each.trigger)}"
        if each.trigger is not None
        else f"the order {WHERE[each.order]}"
        for each in orders
        if each is not order and order.group is not None and each.group == order.group
    ]
    if not others:
        return ""
    rule = "one cancels the other" if len(others) == 1 else "a fill cancels the others"
    return f"; {rule} ({', '.join(others)})"


def either_or(orders: Iterable[Order]) -> dict[str, int]:
    """Return instruments with several orders of which one at most is filled, and their number.

    Those are orders that wait for the same instrument's price, in ranges that exclude one another.
    """
    waiting: dict[tuple[str, str], int] = {}
    others: set[str] = set()
    for order in orders:
        of = {each.of for each in order.conditions}
        if len(of) == 1:
            key = order.instrument, of.pop()
            waiting[key] = waiting.get(key, 0) + 1
        else:
            others.add(order.instrument)
    names = [name for name, _ in waiting]
    return {
        name: count
        for (name, _), count in waiting.items()
        if count > 1 and names.count(name) == 1 and name not in others
    }


def done_text(order: Order) -> str:
    """Return what was done, in the past tense."""
    verb, _, rest = action_text(order).partition(" ")
    return f"{'bought' if verb == 'buy' else 'sold'} {rest} at {price_text(order.price)}"


def action_text(order: Order) -> str:
    """Return "sell 412 SPY short", and how many shares only close the position before it."""
    after = order.held + order.size
    flat = abs(after) <= 1e-9 * abs(order.size)
    verb = "buy" if order.size > 0 else "sell"
    text = f"{verb} {shares_text(order.size)} {order.instrument}"
    if order.size < 0 and after < 0 and not flat:
        text += " short"
        if order.held > 0:
            text += f" ({shares_text(order.held)} close the long position)"
    elif order.size > 0 and order.held < 0:
        covers = shares_text(min(order.size, -order.held))
        text += " to cover" if after < 0 or flat else f" ({covers} close the short position)"
    return text


def _condition(each: Condition) -> str:
    away = "already so" if each.met else f"{abs(100.0 * each.distance):.1f} % away"
    now, trigger = price_text(each.now), price_text(each.trigger)
    return f"{each.of} {VERBS[each.at]} {each.if_close} {trigger} (now {now}, {away})"
