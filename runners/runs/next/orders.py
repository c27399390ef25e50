"""An order for tomorrow, and the condition under which it is to be filled."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .regions import Region

ON_CLOSE, ON_OPEN, LIMIT, STOP = "market-on-close", "market-on-open", "limit", "stop"

ORDER_OF_FILL = {"close": ON_CLOSE, "next_open": ON_OPEN, "next_close": ON_CLOSE}


class Condition(NamedTuple):
    """A close that an order waits for."""

    of: str
    """The instrument whose close it is."""
    trigger: float
    """The price that is not reached by a tie: the close must lie beyond it."""
    if_close: str
    """"above" or "below"."""
    now: float
    """The instrument's last close."""
    at: str = "close"
    """Which price of the session it is: "close", or "open" where bars end at the open."""

    @property
    def distance(self) -> float:
        """How far the trigger is from the last close, as a fraction of it; negative: below."""
        return self.trigger / self.now - 1.0

    @property
    def met(self) -> bool:
        """Whether the last close fulfils the condition."""
        return self.now > self.trigger if self.if_close == "above" else self.now < self.trigger

    def plain(self) -> dict[str, Any]:
        """Return the condition as JSON values."""
        told = {"of": self.of, "trigger": self.trigger, "if_close": self.if_close}
        return {**told, "trigger_at": self.at}


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order.

    Attributes
    ----------
    instrument : str
        What is traded.
    size : float
        Signed shares.
    held : float
        Signed shares before it.
    weight : float or None
        Signed fraction of the account's value that it leads to; None for an order of so many
        shares.
    order : {"market-on-close", "market-on-open", "limit", "stop"}
        Its kind.
    on : date or None
        The session of its fill; None: as long as it is valid.
    conditions : tuple of Condition
        Closes of that session that it waits for, the nearest first; all must be fulfilled.
    trigger : float or None
        The price of a limit or a stop.
    price : float
        The price at which the shares were worked out.
    words : str
        What else to say of it.
    now : float or None
        The instrument's last close, for a limit or a stop.
    entry : Order or None
        The waiting order whose fill it needs first: of a bracket, the one that opens.
    group : int or None
        Number of the group in which a fill cancels the other orders.
    """

    instrument: str
    size: float
    held: float
    weight: float | None
    order: str
    on: datetime.date | None
    price: float
    conditions: tuple[Condition, ...] = ()
    trigger: float | None = None
    words: str = ""
    now: float | None = None
    entry: Order | None = None
    group: int | None = None

    @property
    def distance(self) -> float | None:
        """How far its price is from the last close, as a fraction of it; None without a price."""
        if self.trigger is None or not self.now:
            return None
        return self.trigger / self.now - 1.0

    def of(self, size: float, held: float) -> Order:
        """Return the same order for other shares."""
        return replace(self, size=size, held=held)

    def plain(self) -> dict[str, Any]:
        """Return the order as JSON values; the first eight keys are those of every order."""
        first = self.conditions[0] if self.conditions else None
        return {
            "instrument": self.instrument,
            "action": "buy" if self.size > 0 else "sell",
            "shares": abs(self.size),
            "weight": self.weight,
            "order": self.order,
            "on": self.on.isoformat() if self.on else None,
            "trigger": first.trigger if first else self.trigger,
            "if_close": first.if_close if first else None,
            "of": first.of if first else self.instrument,
            "now": first.now if first else self.now,
            "distance": first.distance if first else self.distance,
            "trigger_at": first.at if first else None,
            "conditions": [each.plain() for each in self.conditions],
            "held": self.held,
            "holds": self.held + self.size,
            "sized_at": self.price,
            **({"words": self.words} if self.words else {}),
            **({"group": self.group} if self.group else {}),
        }


def conditions_of(region: Region[Any], of: str, now: float) -> tuple[Condition, ...]:
    """Return the conditions that a close lies in a range, the nearest first."""
    ends = []
    if region.low is not None:
        ends.append(Condition(of, region.low, "above", now))
    if region.high is not None:
        ends.append(Condition(of, region.high, "below", now))
    return nearest_first(ends)


def nearest_first(conditions: Any) -> tuple[Condition, ...]:
    """Return conditions by the distance of their triggers from the last close."""
    return tuple(sorted(conditions, key=lambda each: abs(each.distance)))
