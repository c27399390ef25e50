"""What survivorship does to the two factors, as measured on simulated markets, for the pages.

The figures stand in ``survivorship.json``, market by market; ``python benchmarks/survivorship.py``
measures them again, and writes them with ``--write``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..labels.formats import number, percent

FILE = Path(__file__).with_name("survivorship.json")
BADGE = "survivorship"
"""The text of a panel's badge."""

FACTORS = ("value", "momentum")
MARKET: dict[str, Any] = {"years": 9, "n_stocks": 60, "delist_below": 0.45}
"""Arguments of the simulated markets."""


class Band(NamedTuple):
    """A mean over markets, and the range that 90 of 100 markets lie in."""

    mean: float
    low: float
    high: float


class KnownBias(NamedTuple):
    """How far a test on survivors is off, over one horizon."""

    ic: Band
    """Of the mean rank information coefficient."""
    spread: Band
    """Of the return a year of the top fifth less the bottom fifth, as a fraction."""
    markets: int
    gone: float
    """Mean share of the stocks that were no longer listed at the end."""

    def plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "ic": self.ic._asdict(),
            "spread": self.spread._asdict(),
            "markets": self.markets,
            "gone": self.gone,
        }


def known_bias(factor: str, horizon: int) -> KnownBias | None:
    """Return the bias of a factor; None for one that was not measured."""
    kept = _kept()["seeds"]
    if factor not in FACTORS or str(horizon) not in kept[0]["bias"][factor]:
        return None
    own = [one["bias"][factor][str(horizon)] for one in kept]
    ic, spread = (_band([one[part] for one in own]) for part in ("ic", "spread"))
    return KnownBias(ic, spread, len(kept), float(np.mean([one["gone"] for one in kept])))


def survivors_only(inputs: Mapping[str, Any] | None) -> bool:
    """Return whether the badges of a panel say that all of its stocks were listed to its end."""
    panel = (inputs or {}).get("split_factors")
    return any(text == BADGE for _, text, _ in getattr(panel, "badges", ()))


def bias_words(factor: str, horizon: int) -> str:
    """Return a sentence on what survivorship does to a factor; empty where it is not known."""
    told = known_bias(factor, horizon)
    if told is None:
        return ""
    which = "better" if told.ic.mean > 0.0 else "worse"
    return (
        f"On {told.markets} simulated markets of which {percent(told.gone, 0)} of the stocks are "
        f"gone by the end, most of them after a fall, survivors alone make {factor} look {which}: "
        f"a mean rank correlation over {horizon} sessions that is {_signed(told.ic.mean, 3)} off "
        f"({_signed(told.ic.low, 3)} to {_signed(told.ic.high, 3)} in 90 of 100), and a top fifth "
        f"less bottom fifth that is {_points(told.spread.mean)} points a year off "
        f"({_points(told.spread.low)} to {_points(told.spread.high)})."
    )


def _band(values: list[float]) -> Band:
    low, high = np.quantile(values, (0.05, 0.95))
    return Band(float(np.mean(values)), float(low), float(high))


@lru_cache(maxsize=1)
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept


def _signed(value: float, digits: int) -> str:
    return ("+" if value > 0.0 else "") + number(value, digits)


def _points(value: float) -> str:
    return _signed(100.0 * value, 1)
