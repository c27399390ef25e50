"""What to do tomorrow, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..labels.formats import MINUS, number, percent
from .account import CASH, OWN
from .holdings import SHOWN, Holding, position_words, weight_text
from .orders import Order
from .result import NextResult
from .triggers import BISECTED, Found
from .words_of_orders import VERBS, cancels_text, done_text, either_or, order_text, signed_shares


def words_of(result: NextResult) -> list[str]:
    """Return the position, the orders and what belongs to them, a line each."""
    as_of = f"as of the {result.at} of {result.as_of}"
    lines = [*result.behind, f"{result.title}, {as_of}: {_position(result)}"]
    if len(result.holdings) > SHOWN:
        lines += [f"  {line}" for line in _table(result.holdings)]
    if result.filled and result.filled != result.orders:
        whose = "" if result.account.kind == OWN else " in the run's own account"
        lines.append(f"Traded at that {result.at}{whose}: {_filled(result.filled)}.")
    lines += [_start(result)] if result.account.kind != OWN else []
    lines += _orders(result)
    lines += result.notes
    lines += [_searched(each, result) for each in result.searched if each.how == BISECTED]
    if result.decides_next and result.decides_next != result.session:
        lines.append(f"It decides next at the {result.at} of {result.decides_next}.")
    lines += [] if result.since is None else list(result.since["words"])
    return lines


def _position(result: NextResult) -> str:
    if not result.holdings:
        if not (result.target or result.sends_orders):
            return "nothing held; it has not decided yet."
        return "nothing held."
    return position_words(result.holdings)


def _table(holdings: Sequence[Holding]) -> list[str]:
    """Return the holdings as aligned columns: weight, shares, profit and the remarks."""
    keys = list(dict.fromkeys(key for each in holdings for key in each.remarks))
    head = ["", "weight", "shares", "since", "gain", "profit", *(k.replace("_", " ") for k in keys)]
    rows = [
        [
            each.instrument,
            percent(each.weight, 1),
            number(each.shares, 0),
            str(each.since or ""),
            percent(each.gain, 1),
            number(each.profit, 0),
            *(_remark(each.remarks.get(key)) for key in keys),
        ]
        for each in holdings
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [head, *rows]
    ]


def _remark(value: Any) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else str(value)


def _filled(orders: Sequence[Order]) -> str:
    shown = [done_text(each) for each in orders[:SHOWN]]
    more = [f"{len(orders) - SHOWN} more orders"] if len(orders) > SHOWN else []
    return "; ".join([*shown, *more])


def _start(result: NextResult) -> str:
    account = result.account
    value = number(account.value(result.prices), 0)
    if account.kind == CASH:
        return f"Orders for {value} in cash, in whole shares; costs come on top."
    held = [f"{signed_shares(n)} {name}" for name, n in account.shares.items() if n]
    named = ", ".join(held[:SHOWN]) + (f" and {len(held) - SHOWN} more" if held[SHOWN:] else "")
    left = f" Left alone: {', '.join(account.others)}." if account.others else ""
    parts = ", ".join(f"{signed_shares(part)} {name}" for name, part in account.fractions.items())
    kept = f" Orders leave {parts}, and close it with its position." if parts else ""
    return (
        f"Orders for an account of {value}: {named or 'no shares'} and {number(account.cash, 0)} "
        f"in cash; in whole shares, costs come on top.{kept}{left}"
    )


def _orders(result: NextResult) -> list[str]:
    if not result.orders:
        return [f"No order for the session of {result.session}{_whatever(result)}."]
    lines = []
    for order in result.orders:
        day = f"{order.on}: " if order.on else ""
        weight = ""
        if order.weight is not None:
            weight = f", to {weight_text(order.weight)} of the account"
        lines.append(f"{day}{order_text(order)}{weight}{cancels_text(order, result.orders)}.")
    lines += [
        f"Only one of these {count} orders for {name} is filled, by where it {VERBS[result.at]}."
        for name, count in either_or(result.orders).items()
    ]
    if any(order.conditions for order in result.orders):
        lines.append(
            f"Shares are those at the last {result.at}, or at the trigger where it is not reached "
            "there."
        )
    elif not result.sends_orders:
        lines.append(f"Shares are those at the last {result.at}.")
    return lines


def _whatever(result: NextResult) -> str:
    if not result.searched:
        return ""
    if all(each.how != BISECTED for each in result.searched):
        return f", whatever it {VERBS[result.at]} at"
    furthest = percent(result.searched[0].distances[-1], 0)
    return f", as long as no {result.at} is more than {furthest} away"


def _searched(found: Found, result: NextResult) -> str:
    far = percent(found.distances[-1], 0)
    what = "sides" if found.moves else "weights"
    others = ", the others unchanged" if len(result.searched) > 1 else ""
    return (
        f"The triggers of {found.of} were searched by bisection, from {MINUS}{far} to +{far} of "
        f"its last {result.at}{others}: the nearest prices at which the {what} change."
    )
