"""Whether a result is that of a neutral book: hedged, and compared with cash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

LARGEST_BETA = 0.2
"""Largest mean target beta of a neutral book; a market view within it leaves the book neutral."""

LARGEST_NET = 0.2
"""Largest mean net exposure of a neutral book, as a share of its mean gross exposure."""


def neutral(benchmark_kind: str, daily: pd.DataFrame, sections: Mapping[str, Any]) -> bool:
    """Return whether a book is compared with cash and hedged.

    Parameters
    ----------
    benchmark_kind : str
        The kind of the benchmark.
    daily : DataFrame
        The account day by day. Without the columns gross and net nothing is known of a hedge.
    sections : mapping of str to Shown
        The sections of the run. If the section of a sector book states a mean target beta, that
        beta decides; else the exposures do.
    """
    if benchmark_kind != "cash":
        return False
    target = _target_beta(sections)
    if target is not None:
        return abs(target) <= LARGEST_BETA
    if "gross" not in daily or "net" not in daily:
        return False
    return exposures_cancel(daily["gross"], daily["net"])


def exposures_cancel(gross: pd.Series, net: pd.Series) -> bool:
    """Return whether long and short positions offset one another day by day.

    Parameters
    ----------
    gross, net : Series
        Sums of absolute and of signed position values over equity, one a day. A strategy that is
        long on some days and short on others is not neutral: only the size of `net` counts.
    """
    held = float(gross.mean())
    return held > 0.0 and float(net.abs().mean()) <= LARGEST_NET * held


def _target_beta(sections: Mapping[str, Any]) -> float | None:
    shown = sections.get("sector")
    found = None if shown is None else shown.measured.get("neutrality")
    target = found.get("mean_target") if isinstance(found, Mapping) else None
    return None if target is None else float(target)
