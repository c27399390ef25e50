"""What to know before believing a result, from the run alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...brokers.cost_model import AnyCosts, name_of
from ...feeds.bars import Bars
from ...feeds.tidy.basis import UNSPLIT
from .result import Badge
from .settings import Settings

SHOWN = 6
"""Instruments that a badge names."""


def badges(
    settings: Settings,
    bars: Sequence[Bars],
    metrics: dict[str, Any],
    n_fills: int,
    others: Sequence[Badge] = (),
    costs: AnyCosts | None = None,
) -> list[Badge]:
    """Return the badges of a run, the gravest first.

    Parameters
    ----------
    settings : Settings
        The run's own.
    bars : sequence of Bars
        What it read, its benchmark's bars included.
    metrics : dict
        What came of it.
    n_fills : int
        How many orders were filled.
    others : sequence of Badge
        Badges that were found elsewhere.
    costs : CostModel, DatedCostModel or None
        The run's, where they are not the settings'.
    """
    found = list(others)
    if metrics["ruined_on"]:
        why = f"Equity fell to zero or below at the close of {metrics['ruined_on']}."
        found.append(Badge("bad", "ruined", why))
    if not n_fills:
        found.append(Badge("bad", "no trades", "The strategy never ordered anything."))
    warned = [table for table in bars if table.warnings]
    if warned:
        count = sum(len(table.warnings) for table in warned)
        names = named(warned)
        found.append(Badge("warn", f"data warnings: {count}", f"See the data of {names}."))
    if (settings.costs if costs is None else costs).free:
        found.append(Badge("warn", "no costs", "Neither commission nor slippage was charged."))
    elif costs is not None:
        why = f"Every order is charged by {name_of(costs)}, as stated below."
        found.append(Badge("info", "costs on", why))
    else:
        found.append(Badge("info", "costs on", "Commission and slippage as stated below."))
    if settings.fill == "close":
        why = "The close that is traded at is also read: a market-on-close order, idealised."
        found.append(Badge("warn", "idealised fill", why))
    elif settings.size_at == "fill":
        why = "Shares are sized from the price they fill at, which the order could not know."
        found.append(Badge("warn", "idealised size", why))
    price_only = [table for table in bars if table.price_only]
    if price_only:
        why = f"No dividends are known or counted for {named(price_only)}."
        found.append(Badge("warn", "price only", why))
    total = [table for table in bars if table.prices == "total"]
    if total:
        why = (
            f"Dividends are inside the prices of {named(total)} and are not paid again: points, "
            "commissions a share and sizes are not those of the day."
        )
        found.append(Badge("warn", "total prices", why))
    unsplit = [t for t in bars if t.prices == "raw" and t.origin.why == UNSPLIT]
    if unsplit:
        why = f"The prices of {named(unsplit)} are raw, and no split is known."
        found.append(Badge("warn", "raw prices", why))
    if metrics["synthetic"]:
        why = "Points and percent are the index's, not those of the inverse that was held."
        found.append(Badge("info", "synthetic points", why))
    return sorted(found, key=lambda badge: ("bad", "warn", "info").index(badge.kind))


def named(tables: Sequence[Bars]) -> str:
    """Return the names of a few tables, and how many more there are."""
    more = len(tables) - SHOWN
    names = ", ".join(table.name for table in tables[:SHOWN])
    return f"{names} and {more} more" if more > 0 else names
