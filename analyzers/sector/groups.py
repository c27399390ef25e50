"""What the universe and the basket were made of: countries, sub-industries, market values."""

from __future__ import annotations

from typing import Any

import numpy as np

from .diary import Decisions

UNKNOWN = "not known"
"""Stands for the group of stocks whose group is not known."""


def by_group(decisions: Decisions, kind: str) -> list[dict[str, Any]]:
    """Return each group's part in the universe and in the basket.

    Parameters
    ----------
    decisions : sequence of decisions
        `universe`, `weights`, and under the name of the kind each stock's group, "" where it is not
        known; oldest first.
    kind : str
        "countries" or "sub_industries".

    Returns
    -------
    list of dict
        The group with the largest mean weight first, of equal ones the first by name: ``group``;
        ``least`` and ``most``, stocks of the universe at a decision; ``mean_weight`` and
        ``largest_weight`` in the basket over the decisions. Groups that were never in a universe
        are left out. Empty where no group is known at any decision.
    """
    counts: dict[str, list[int]] = {}
    weights: dict[str, list[float]] = {}
    for place, decided in enumerate(decisions):
        for group, inside, weight in zip(
            getattr(decided, kind), decided.universe, decided.weights, strict=False
        ):
            if inside:
                counts.setdefault(group, [0] * len(decisions))[place] += 1
                weights.setdefault(group, [0.0] * len(decisions))[place] += float(weight)
    if not any(counts):
        return []
    rows = [
        {
            "group": group or UNKNOWN,
            "least": min(number),
            "most": max(number),
            "mean_weight": float(np.mean(weights[group])),
            "largest_weight": max(weights[group]),
        }
        for group, number in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row["mean_weight"], row["group"]))


def market_values(decisions: Decisions) -> dict[str, float | int | None]:
    """Return the market values of the universe at the last decision that had one.

    Returns
    -------
    dict
        ``least``, ``median``, ``most``, account currency, None where none is known; ``unknown``,
        stocks of the universe without one.
    """
    for decided in reversed(decisions):
        if decided.market_caps is not None and decided.universe.any():
            values = decided.market_caps[decided.universe]
            known = values[np.isfinite(values)]
            if not known.size:
                break
            return {
                "least": float(known.min()),
                "median": float(np.median(known)),
                "most": float(known.max()),
                "unknown": int(values.size - known.size),
            }
    return {"least": None, "median": None, "most": None, "unknown": 0}
