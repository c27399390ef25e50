"""The pictures of a run's page under one name."""

from __future__ import annotations

from .charts.account import fill_strip, switches, waterfall, yearly_returns
from .charts.growth import growth, uncompounded
from .quantstats_style import (
    ACCENT,
    BENCHMARK,
    GAIN,
    INK,
    LOSS,
    MUTED,
    RUNS,
    SIZE,
    legend,
    look,
    picture,
    tidy_svg,
)

__all__ = [
    "ACCENT", "BENCHMARK", "GAIN", "INK", "LOSS", "MUTED", "RUNS", "SIZE", "fill_strip", "growth",
    "legend", "look", "picture", "switches", "tidy_svg", "uncompounded", "waterfall",
    "yearly_returns",
]  # fmt: skip
