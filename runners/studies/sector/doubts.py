"""Reasons to doubt the study's data, as a run on the same files has them, and what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...runs.badges import price_badges, warning_badges
from ...runs.labels.badge_texts import gravest_first
from ...runs.result import Badge
from .markets import Market

PANEL = "split_factors"
"""Name of the input that a panel of stocks is."""


def doubts(markets: Mapping[str, Market]) -> list[Badge]:
    """Return the badges of the bars and inputs of all sectors, the gravest first.

    Of equal texts in several sectors one badge is made, with all of their reasons.
    """
    inputs = [badge for one in markets.values() for badge in one.inputs.all_badges()]
    tables = [bars for one in markets.values() for bars in one.bars]
    return gravest_first(_merged([*inputs, *warning_badges(tables), *price_badges(tables)]))


def read(markets: Mapping[str, Market]) -> list[dict[str, Any]]:
    """Return what was read beside the funds' bars: each panel, and each table that all share."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for ticker, market in markets.items():
        for given in market.inputs.described():
            name = given["name"].replace("_", " ")
            row = {**given, "name": name}
            if given["name"] == PANEL:
                panel = market.panel
                row["name"] = f"{len(panel.bars)} stocks of {ticker}"
                row["warnings"] = [
                    f"{bars.name}: {text}" for bars in panel.bars for text in bars.warnings
                ]
            found.setdefault((row["name"], given["sha256"]), row)
    return list(found.values())


def _merged(badges: Iterable[Badge]) -> list[Badge]:
    merged: dict[tuple[str, str], Badge] = {}
    for badge in badges:
        known = merged.setdefault((badge.kind, badge.text), badge)
        if badge.why not in known.why:
            merged[badge.kind, badge.text] = known._replace(why=f"{known.why} {badge.why}")
    return list(merged.values())
