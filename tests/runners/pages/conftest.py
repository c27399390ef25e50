"""Results that are made up, for what pages say of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.runs.result import RunResult
from btplaybook.runners.runs.strips import nothing_shown

FIGURES = {
    "total_return": 0.245, "cagr": 0.011, "volatility": 0.151, "sharpe": 0.15,
    "sharpe_band": [-0.29, 0.59], "max_drawdown": -0.316, "win_rate": 0.522, "ruined_on": None,
}  # fmt: skip
HELD = {
    "total_return": 1.04, "cagr": 0.036, "volatility": 0.191, "sharpe": 0.28,
    "sharpe_band": [-0.16, 0.72], "max_drawdown": -0.568, "win_rate": 0.532, "ruined_on": None,
}  # fmt: skip


def strips(
    own: str = "close",
    slippage_bps: float = 0.0,
    over_zero: Any = 7.35,
    over_held: Any = "no gain",
    tolerance_bps: float = 0.01,
    on_top: bool = False,
    decision: float = -0.5,
    **totals: float | None,
) -> dict[str, Any]:
    """Strips with these total returns by fill, and break-even levels or why there are none."""

    def level(found: Any) -> dict[str, Any]:
        named = isinstance(found, str)
        return {"slippage_bps": None if named else found, "why": found if named else None}

    rows = [
        {"fill": fill, "size_at": "fill", "total_return": total, "run": fill == own}
        for fill, total in (totals or {"close": 0.245, "next_open": 0.3}).items()
    ]
    rows.append(
        {"fill": "next_open", "size_at": "decision", "total_return": decision, "run": False}
    )
    return {
        "not_shown": None,
        "fill": rows,
        "cost": {
            "rows": [
                {"slippage_bps": bps, "run": bps == slippage_bps}
                for bps in sorted({0.0, 5.0, slippage_bps})
            ],
            **({"on_top": True} if on_top else {}),
            "break_even": {
                "over_zero": level(over_zero),
                "over_buy_and_hold": level(over_held),
                "tolerance_bps": tolerance_bps,
            },
        },
    }


@pytest.fixture
def made_up() -> Callable[..., RunResult]:
    """Make a result of 300 days up: metrics, the benchmark's, strips, and any field changed."""

    def make(
        metrics: dict[str, Any] | None = None,
        benchmark: dict[str, Any] | None = None,
        told: dict[str, Any] | None = None,
        n_days: int = 300,
        **fields: Any,
    ) -> RunResult:
        dates = pd.bdate_range("2015-01-02", periods=n_days + 1, name="date")
        daily = pd.DataFrame({"equity": 1.0, "return": np.append(np.nan, np.zeros(n_days))}, dates)
        if fields.get("benchmark_kind") != "none":
            daily["benchmark_return"] = daily["return"]
        parts = {
            "strategy": "sma-switch", "title": "SMA switch", "rule": {}, "params": {},
            "settings": {"fill": "close", "cash": 1e6, "risk_free_rate": 0.0}, "versions": {},
            "data": [{"name": "SPY"}], "window": ("2015-01-05", "2016-02-26"),
            "periods_per_year": 252, "metrics": FIGURES | (metrics or {}),
            "benchmark": HELD | (benchmark or {}), "benchmark_name": "SPY", "unfilled": [],
            "badges": [], "daily": daily, "trades": pd.DataFrame({"size": [1.0]}),
            "decisions": pd.DataFrame(), "strips": strips() if told is None else strips(**told),
        }  # fmt: skip
        return RunResult(**(parts | fields))

    return make


@pytest.fixture
def without_strips() -> dict[str, Any]:
    """What a run has whose strips are not shown."""
    return nothing_shown("a reason")
