"""The panel of what a run holds after its last close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..runs.labels.bar_ends import end_of
from ..runs.labels.formats import counted, number, percent
from ..runs.sections.section import Panel, Table

if TYPE_CHECKING:
    from ..runs.result import RunResult

SHOWN = 40
"""Positions that are shown; the smaller ones are folded."""

OWN = (
    "instrument", "side", "shares", "price", "value", "weight", "entry_price", "since", "days",
    "profit", "role",
)  # fmt: skip
"""Keys of a holding that have columns here; all others are the strategy's remarks."""

LEAST = 1e-9
"""Smallest part of the account beside positions and cash that is shown."""


def holdings_panel(result: RunResult) -> Panel | None:
    """Return the positions at the window's end, and cash; None for a run of one instrument."""
    held = result.holdings
    if held is None:
        return None
    at = end_of(result.data)
    last, day = result.daily.iloc[-1], str(result.daily.index[-1].date())
    if not held:
        return Panel("Today's holdings", words=[f"Nothing was held after the {at} of {day}."])
    equity, cash = float(last["equity"]), float(last["cash"])
    remarks = list(dict.fromkeys(key for each in held for key in each if key not in OWN))
    columns = (
        "Side", "Weight", *(key.replace("_", " ").capitalize() for key in remarks), "Shares",
        "Price", "Value", "Since", "Days", "Profit so far", "Of the account",
    )  # fmt: skip
    rows = [_row(each, remarks, equity) for each in held]
    rest = equity - cash - math.fsum(each["value"] for each in held)
    below = [_money("Cash", cash, equity, len(remarks))]
    if abs(rest) > LEAST * abs(equity):
        below.append(_money("Margin and the like", rest, equity, len(remarks)))
    tables = [Table(f"{at.capitalize()} of {day}", columns, [*rows[:SHOWN], *below])]
    if smaller := rows[SHOWN:]:
        title = counted(len(smaller), "smaller position")
        tables.append(Table(title, columns, smaller, folded=True))
    tables[-1] = tables[-1]._replace(
        caption="Profit so far is that of the position since it was last flat: price changes and "
        "dividends of all its shares, sold ones too, less costs and borrow fees."
    )
    return Panel("Today's holdings", words=[_words(held, equity)], tables=tables)


def _row(each: Mapping[str, Any], remarks: Sequence[str], equity: float) -> tuple[str, ...]:
    side = f"{each['side']}, {each['role']}" if each.get("role") else each["side"]
    shares = each["shares"]
    return (
        each["instrument"],
        side,
        percent(each["weight"], 1),
        *(_remark(each.get(key)) for key in remarks),
        number(shares, 0 if shares == round(shares) else 2),
        number(each["price"]),
        number(each["value"], 0),
        each["since"],
        f"{each['days']:,}",
        number(each["profit"], 0),
        _of(each["profit"], equity),
    )


def _money(name: str, amount: float, equity: float, n_remarks: int) -> tuple[str, ...]:
    empty = ("",) * n_remarks
    return (name, "", _of(amount, equity, 1), *empty, "", "", number(amount, 0), "", "", "", "")


def _of(amount: float, equity: float, digits: int = 2) -> str:
    return percent(amount / equity if equity > 0.0 else None, digits)


def _remark(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return number(value) if isinstance(value, float) else str(value)


def _words(held: Sequence[Mapping[str, Any]], equity: float) -> str:
    """Say how many positions there are on each side, and what they weigh together."""
    sides = []
    for side in ("long", "short"):
        values = [each["value"] for each in held if each["side"] == side]
        if values:
            weight = _of(abs(math.fsum(values)), equity, 1)
            sides.append(f"{counted(len(values), 'position')} {side}, {weight} of the account")
    return f"{'; '.join(sides)}."
