"""What changed since an earlier result: position, orders, triggers and bars."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ....feeds.bars import Bars
from ..labels.formats import counted, number, percent
from .result import NextResult
from .words_of_orders import VERBS, price_text

MOVED = 1e-9
"""Smallest change of a weight or, relative, of a trigger that is told."""


class Earlier(NamedTuple):
    """What is known of an earlier result.

    Attributes
    ----------
    as_of : date
        Its last bar.
    position : mapping of str to float
        Its weights.
    orders : list of mapping, or None
        Its orders as JSON values; None for a run, which lists none.
    params, settings : mapping
        Its parameters and settings.
    data : list of mapping
        Its bars: name, first, last and sha256.
    strategy : str
        Its strategy.
    """

    as_of: datetime.date
    position: Mapping[str, float]
    orders: Sequence[Mapping[str, Any]] | None
    params: Mapping[str, Any]
    settings: Mapping[str, Any]
    data: Sequence[Mapping[str, Any]]
    strategy: str


def changes(result: NextResult, earlier: Earlier, tables: Sequence[Bars]) -> dict[str, Any]:
    """Return what changed, as JSON values, with sentences in "words".

    Parameters
    ----------
    result : NextResult
        The newer result.
    earlier : Earlier
        The older one.
    tables : sequence of Bars
        The bars of the newer result.

    Returns
    -------
    dict
        as_of, bars (name to number of new bars), restated (names), position (name to the weights
        before and now), orders (new and gone, and triggers that moved), params and settings (name
        to the values before and now), words.
    """
    now = result.plain()
    bars, restated = _bars(earlier, tables)
    position = {
        name: [earlier.position.get(name, 0.0), result.position.get(name, 0.0)]
        for name in {**earlier.position, **result.position}
        if abs(earlier.position.get(name, 0.0) - result.position.get(name, 0.0)) > MOVED
    }
    told: dict[str, Any] = {
        "as_of": earlier.as_of.isoformat(),
        "bars": bars,
        "restated": restated,
        "position": position,
        "orders": _orders(earlier.orders, now["orders"]),
        "params": _differences(earlier.params, now["params"]),
        "settings": _differences(earlier.settings, now["settings"]),
    }
    if earlier.strategy != result.strategy:
        told["strategy"] = [earlier.strategy, result.strategy]
    return {**told, "words": _words(told, result)}


def _bars(earlier: Earlier, tables: Sequence[Bars]) -> tuple[dict[str, int], list[str]]:
    """Return the number of new bars of each table, and the tables whose older bars differ."""
    added, restated = {}, []
    known = {data["name"]: data for data in earlier.data}
    for table in tables:
        if (was := known.get(table.name)) is None:
            continue
        last = datetime.date.fromisoformat(was["last"])
        added[table.name] = int((table.dates > table.dates.dtype.type(last)).sum())
        first = datetime.date.fromisoformat(was["first"])
        try:
            same = table.between(first, last).vintage == was["sha256"]
        except ValueError:  # fewer than two of its bars are left
            same = False
        if not same:
            restated.append(table.name)
    return added, restated


def _orders(
    before: Sequence[Mapping[str, Any]] | None, now: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the orders that are new or gone, and the triggers that moved."""
    if before is None:
        return None
    old, new = _keyed(before), _keyed(now)
    return {
        "new": [new[key] for key in new if key not in old],
        "gone": [old[key] for key in old if key not in new],
        "moved": [
            {
                **{name: new[key].get(name) for name in ("instrument", "action", "of", "if_close")},
                "trigger": [old[key].get("trigger"), new[key]["trigger"]],
                "shares": [old[key].get("shares"), new[key]["shares"]],
            }
            for key in new
            if key in old and _moved(old[key].get("trigger"), new[key]["trigger"])
        ],
    }


def _keyed(orders: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    keyed: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for order in orders:
        key = tuple(order.get(n) for n in ("instrument", "action", "order", "of", "if_close"))
        keyed[(*key, sum(known[:-1] == key for known in keyed))] = order
    return keyed


def _moved(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) > MOVED * abs(before)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [before.get(name), now.get(name)]
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    }


def _words(told: Mapping[str, Any], result: NextResult) -> list[str]:
    new = max(told["bars"].values(), default=0)
    lines = [f"Since {told['as_of']}: {counted(new, 'new bar') if new else 'no new bar'}."]
    if "strategy" in told:
        lines.append(f"It was another strategy: {told['strategy'][0]}.")
    for kind in ("params", "settings"):
        lines += [
            f"{name} was {was!r}, and is {now!r}."
            for name, (was, now) in told[kind].items()
            if name != "end"
        ]
    if told["restated"]:
        lines.append(f"Older bars were restated: {', '.join(told['restated'])}.")
    sides = [
        f"{name} from {percent(was, 1)} to {percent(now, 1)}"
        for name, (was, now) in told["position"].items()
        if abs(was - now) >= 0.0005
    ]
    lines.append(f"Position: {', '.join(sides)}." if sides else "The position is the same.")
    if told["orders"] is None:
        return lines
    lines += [_trigger_line(each) for each in told["orders"]["moved"]]
    lines += [f"New: {_order_line(each)}." for each in told["orders"]["new"]]
    lines += [f"Gone: {_order_line(each)}." for each in told["orders"]["gone"]]
    return lines


def _trigger_line(moved: Mapping[str, Any]) -> str:
    was, now = (price_text(each) if each is not None else "none" for each in moved["trigger"])
    before, shares = (number(each, 0) for each in moved["shares"])
    return (
        f"The trigger of {moved['of']} ({moved['action']} {moved['instrument']}) moved from {was} "
        f"to {now}; {before} shares became {shares}."
    )


def _order_line(order: Mapping[str, Any]) -> str:
    text = f"{order['action']} {number(order['shares'], 0)} {order['instrument']}, {order['order']}"
    if order["if_close"]:
        of = order.get("of") or order["instrument"]
        verb = VERBS.get(order.get("trigger_at") or "close", "closes")
        text += f" if {of} {verb} {order['if_close']} {price_text(order['trigger'])}"
    return text
