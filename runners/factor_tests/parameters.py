"""The strategy whose view of the market a factor is tested in, and its parameters."""

from __future__ import annotations

STRATEGY = "sector-long-short"
"""The strategy whose universe, betas and residual returns are used."""

PARAMETERS = (
    "etf", "sector", "core", "country", "sub_industry", "min_market_cap", "max_market_cap",
    "min_price", "min_dollar_volume", "min_history", "lag_days", "beta_window", "shrink_beta",
)  # fmt: skip
"""Its parameters that have a part in what a factor sees."""

HORIZONS = (30, 60)
"""Sessions ahead that a factor is tested at; those of the book's equation."""

STEP = 5
"""Sessions between two cross-sections, as in the book."""
