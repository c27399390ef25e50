"""What to do tomorrow, as plain data."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ....feeds.open_to_open import CLOSE
from ..labels.text_table import text_table
from ..result import plain_number
from .account import Account
from .holdings import Holding
from .orders import Order
from .triggers import Found

SCHEMA = 1

COLUMNS = (
    "instrument", "action", "shares", "weight", "order", "on", "trigger", "if_close", "of", "now",
    "distance", "held", "holds", "trigger_at",
)  # fmt: skip
"""Columns of orders.csv."""


@dataclass(frozen=True, eq=False, repr=False)
class NextResult:
    """What a strategy would do after the last bar.

    Attributes
    ----------
    strategy, title : str
        Its name in run.json, and for readers.
    params, settings : dict
        As in a `RunResult`.
    data : list of dict
        The bars, as in a `RunResult`.
    versions, code
        As in a `RunResult`.
    as_of : date
        The last bar.
    at : {"close", "open", "open or close"}
        Which price of a session a bar's close is.
    session : date
        The session after it, from the calendar.
    decides_next : date or None
        The next session that decides; None for a strategy that decides as it likes.
    position : dict of str to float
        Instrument to signed fraction of the value of the run's account, after the last close.
    target : dict of str to float
        Instrument to the weight that was decided last; empty before the first decision.
    holdings : list of Holding
        The position in shares, with profits, the largest first.
    account : Account
        What the orders start from.
    prices : dict of str to float
        Instrument to last close.
    orders : list of Order
        What to send, in the order in which it fills.
    filled : list of Order
        What the run's account traded at the last close.
    searched : list of Found
        How the next targets depend on the next closes.
    notes : list of str
        Sentences that belong to the orders.
    sends_orders : bool
        Whether it is a backtrader strategy that sends its own orders, and states no targets.
    since : dict or None
        What changed since an earlier result, as `changes` returns it.
    behind : list of str
        Sentences on feeds without bars up to the last day of the others; they come first.
    """

    strategy: str
    title: str
    params: dict[str, Any]
    settings: dict[str, Any]
    data: list[dict[str, Any]]
    versions: dict[str, str]
    as_of: datetime.date
    session: datetime.date
    decides_next: datetime.date | None
    position: dict[str, float]
    target: dict[str, float]
    holdings: list[Holding]
    account: Account
    prices: dict[str, float]
    orders: list[Order] = field(default_factory=list)
    filled: list[Order] = field(default_factory=list)
    searched: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sends_orders: bool = False
    code: dict[str, str] | None = None
    since: Mapping[str, Any] | None = None
    at: str = CLOSE
    behind: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """Return the orders as text."""
        rows = [(each.instrument, f"{each.size:+,.6g}", each.order) for each in self.orders]
        return text_table(
            f"NextResult: {self.title}, as of {self.as_of}",
            rows or [("no order", "", "")],
            "words_of(result) says it in sentences",
        )

    def plain(self) -> dict[str, Any]:
        """Return the content of next.json."""
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "as_of_at": self.at,
            **({"behind": self.behind} if self.behind else {}),
            "strategy": self.strategy,
            **({"code": self.code} if self.code else {}),
            "params": self.params,
            "position": self.position,
            "target": self.target,
            "orders": [order.plain() for order in self.orders],
            "session": self.session.isoformat(),
            "decides_next": self.decides_next.isoformat() if self.decides_next else None,
            "holdings": [each.plain() for each in self.holdings],
            "account": self.account.plain(self.prices),
            "filled": [order.plain() for order in self.filled],
            "searched": [each.plain() for each in self.searched],
            "notes": self.notes,
            **({"since": dict(self.since)} if self.since is not None else {}),
            "settings": self.settings,
            "data": self.data,
            "versions": self.versions,
        }

    def to_json(self) -> str:
        """Return next.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"

    def table(self) -> pd.DataFrame:
        """Return the orders as a table, one row each."""
        rows = [{name: order.plain()[name] for name in COLUMNS} for order in self.orders]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def to_csv(self) -> str:
        """Return orders.csv."""
        return str(self.table().to_csv(index=False, lineterminator="\n"))
