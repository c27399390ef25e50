"""The colours of every picture, as ``#rrggbb``."""

from __future__ import annotations

INK = "#1f2933"
MUTED = "#66717d"
GRID = "#e4e7eb"
ACCENT = "#1d5f8a"
"""The strategy."""
BENCHMARK = "#a9a296"
GAIN = "#4d8a6a"
LOSS = "#b4513f"

RUNS = (
    ACCENT, "#c2702e", "#4d8a6a", "#8b5a9c", "#a23b2a", "#b89628", "#3fa3b8", "#6b5744",
)  # fmt: skip
"""Several lines side by side, in order."""
