"""Badges of a run: warnings about its bars, inputs, settings and outcome."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ...brokers.cost_model import AnyCosts, name_of
from ...brokers.ledger import Unfilled
from ...brokers.order_broker import NO_BAR_YET
from ...feeds.bars import Bars
from ...feeds.open_to_open import close_of, runs_open_to_open
from ...feeds.tidy.basis import UNSPLIT
from .bars.closes_alone import closes_only_badges
from .bars.undecided import undecided_badges
from .inputs import Inputs
from .labels.badge_texts import badge, gravest_first, named
from .labels.bar_ends import common_end
from .labels.formats import counted
from .result import Badge
from .settings import Settings

SAID = 3
"""Tables whose warnings a badge says in full."""


def badges(
    settings: Settings,
    bars: Sequence[Bars],
    metrics: dict[str, Any],
    n_fills: int,
    others: Sequence[Badge] = (),
    costs: AnyCosts | None = None,
    *,
    refused: int = 0,
) -> list[Badge]:
    """Return the badges of a run, the gravest first.

    Parameters
    ----------
    settings : Settings
        Settings of the run.
    bars : sequence of Bars
        The tables of its feeds and of its benchmark.
    metrics : dict
        The metrics of run.json.
    n_fills : int
        Number of filled orders.
    others : sequence of Badge
        The badges of `data_badges` and of the benchmark.
    costs : CostModel, DatedCostModel or None
        The run's own cost model; None: the costs of the settings.
    refused : int
        Number of orders that cash did not cover.
    """
    found = list(others)
    if metrics["ruined_on"]:
        found.append(badge("ruined", day=metrics["ruined_on"]))
    if not n_fills:
        found.append(badge("no trades"))
    if refused:
        found.append(badge("orders refused", orders=counted(refused, "order")))
    charged = bool(metrics["pnl"]["commission"] or metrics["pnl"]["slippage"])
    found += settings_badges(settings, bars, costs, charged=charged)
    if metrics["synthetic"]:
        found.append(badge("synthetic points"))
    return gravest_first(found)


def order_badges(unfilled: Sequence[Unfilled]) -> list[Badge]:
    """Return the badge of orders that a strategy sent to feeds which had no bar yet."""
    early = [order for order in unfilled if order.reason == NO_BAR_YET]
    if not early:
        return []
    instruments = ", ".join(dict.fromkeys(order.instrument for order in early))
    return [
        badge("orders before bars", orders=counted(len(early), "order"), instruments=instruments)
    ]


def data_badges(
    tables: Sequence[Bars],
    inputs: Inputs,
    every: str,
    opens: datetime.date,
    lengths: Sequence[Badge] = (),
) -> list[Badge]:
    """Return badges on the bars and inputs of a run, or of all sets of a search.

    Parameters
    ----------
    tables : sequence of Bars
        The bars of each feed, up to the window's end.
    inputs : Inputs
        The strategy's other inputs.
    every : {"day", "week", "month", "quarter"}
        How often the strategy decides.
    opens : date
        Day on which the account opened.
    lengths : sequence of Badge
        Badges of feeds that end early or begin late, as the functions of `lengths` return them.
    """
    found = inputs.all_badges()
    if "closes only" not in {each.text for each in found}:  # a sample of closes states it itself
        found += closes_only_badges(tables)
    return [*found, *lengths, *undecided_badges(tables, every, opens)]


def settings_badges(
    settings: Settings,
    bars: Sequence[Bars],
    costs: AnyCosts | None = None,
    *,
    charged: bool = False,
) -> list[Badge]:
    """Return badges on warnings about the bars, on costs, fills and prices; see `badges`.

    `charged` is True if an order did cost something; it overrides `costs.free`.
    """
    found = warning_badges(bars)
    if (settings.costs if costs is None else costs).free and not charged:
        found.append(badge("no costs"))
    elif costs is not None:
        found.append(badge("own costs", costs=name_of(costs)))
    else:
        found.append(badge("costs on"))
    if settings.fill == "close":
        found.append(badge("idealised fill", at=common_end(close_of(t.origin.notes) for t in bars)))
    elif settings.size_at == "fill":
        found.append(badge("idealised size"))
    return [*found, *price_badges(bars)]


def warning_badges(tables: Sequence[Any]) -> list[Badge]:
    """Return a badge on the warnings about tables that have a name and warnings, if any do."""
    warned = [table for table in tables if table.warnings]
    count = sum(len(table.warnings) for table in warned)
    if not warned:
        return []
    said = [f"{table.name}: {'; '.join(table.warnings)}" for table in warned[:SAID]]
    more = f"; and of {len(warned) - SAID} more" if len(warned) > SAID else ""
    return [badge("data warnings", count=count, said="; ".join(said) + more)]


def price_badges(bars: Sequence[Bars]) -> list[Badge]:
    """Return badges on what the prices of tables do not hold, or hold already."""
    found = []
    for name, those in {
        "price only": [table for table in bars if table.price_only],
        "total prices": [table for table in bars if table.prices == "total"],
        "raw prices": [t for t in bars if t.prices == "raw" and t.origin.why == UNSPLIT],
        "open to open": [t for t in bars if runs_open_to_open(t)],
    }.items():
        if those:
            found.append(badge(name, instruments=named(those)))
    return found
