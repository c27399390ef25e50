"""A sector book's figures for run.json: Python numbers, None for a figure that does not exist."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ....analyzers.sector import skill
from ....analyzers.sector.capacity import PARTICIPATION, SESSIONS
from ....analyzers.sector.diary import Decisions
from ....analyzers.sector.neutrality import realised_beta
from ....analyzers.sector.premiums import without_zero
from ....strategies.sector_account.basket import SIZES
from ....strategies.sector_long_short import SKILL, YEAR

WINDOWS = (63, 252)
"""Days of the rolling betas: a quarter and a year."""


def known(value: float | None) -> float | None:
    """Return a finite number, or None for an unknown value."""
    return None if value is None or not math.isfinite(value) else float(value)


def spread(values: pd.Series) -> dict[str, float | None]:
    """Return the minimum, median and maximum of the known values; None if there are none."""
    finite = values.astype(float).dropna()
    if finite.empty:
        return {"least": None, "median": None, "most": None}
    return {
        "least": float(finite.min()),
        "median": float(finite.median()),
        "most": float(finite.max()),
    }


def decision_row(decided: Any, terms: Sequence[str], horizons: Sequence[int]) -> dict[str, Any]:
    """Return a decision for run.json; its orders are in decisions.parquet.

    Parameters
    ----------
    decided : decision
        A `Decided` of the strategy.
    terms : sequence of str
        The terms of the forecast equation.
    horizons : sequence of int
        Sessions ahead that each estimate of a premium covers.

    Returns
    -------
    dict
        ``date``; ``universe`` and ``names``, numbers of stocks; ``excluded``, reason to number of
        excluded stocks, without zeros; ``factors`` that counted; ``missing``, factor (and why) to
        number; ``premiums``, term to residual return a year for a unit of loading; ``intervals``,
        term to horizon to the two ends of the 95 % interval; ``method``, ``reason``, ``mean_ic``,
        ``tracking_error``; ``target_beta``, ``hedge``, ``beta``, ``rounding``, ``scale``.
    """
    intervals = np.asarray(decided.premium_intervals, dtype=float)
    numbers = (
        "mean_ic", "tracking_error", "target_beta", "hedge", "beta", "rounding", "scale",
    )  # fmt: skip
    return {
        "date": decided.date.isoformat(),
        "universe": int(np.sum(decided.universe)),
        "names": int(np.sum(np.asarray(decided.weights) > 0.0)),
        "excluded": {reason: int(n) for reason, n in decided.excluded.items() if n},
        "factors": list(decided.factors),
        "missing": {name: int(n) for name, n in decided.missing.items()},
        "premiums": {
            term: known(premium) for term, premium in zip(terms, decided.premiums, strict=True)
        },
        "intervals": {
            term: {
                str(horizon): [known(end) for end in intervals[row, column, 1:]]
                for row, horizon in enumerate(horizons)
            }
            for column, term in enumerate(terms)
        },
        "method": decided.method,
        "reason": decided.reason,
        **{name: known(getattr(decided, name)) for name in numbers},
    }


def methods(decisions: Decisions) -> dict[str, int]:
    """Return the number of decisions by weighting method, the most frequent first."""
    return dict(Counter(decided.method for decided in decisions).most_common())


def fallback(dates: pd.DatetimeIndex, decisions: Decisions, asked: str) -> dict[str, Any]:
    """Return how long the book used another weighting than the one requested, and why."""
    found = skill.fallbacks(decisions, asked)
    days = skill.in_fallback(dates, decisions, asked)
    return {
        "decisions": len(found),
        "days": int(days.sum()),
        "share_of_days": float(days.mean()) if days.size else None,
        "list": [one._asdict() | {"date": one.date.isoformat()} for one in found],
    }


def readings(realised: Mapping[int, Sequence[Any]], skill_window: int) -> list[dict[str, Any]]:
    """Return the skill of forecasts by both readings of the past, first the one that was used.

    Parameters
    ----------
    realised : mapping of int to sequence
        Horizon in sessions to its judged forecasts, with `ic` and `other_ic`.
    skill_window : int
        Sessions of past cross-sections that the book used.
    """
    used = dict.fromkeys(realised, skill_window)
    other = dict.fromkeys(realised, SKILL) if skill_window < YEAR else {h: h for h in realised}
    return [
        {
            "windows": {str(horizon): window for horizon, window in windows.items()},
            "noisy": min(windows.values()) < YEAR,
            "by_horizon": {
                str(horizon): asdict(skill.skill(made, figure))
                for horizon, made in realised.items()
            },
        }
        for figure, windows in (("ic", used), ("other_ic", other))
    ]


def tracking_by_size(decisions: Decisions) -> dict[str, Any]:
    """Return the spread of the smallest tracking error, by number of the best-ranked names."""
    sizes = sorted({size for one in decisions for size in one.tracking_by_size})
    return {
        str(size): spread(pd.Series([one.tracking_by_size.get(size) for one in decisions]))
        for size in sizes
        if size in SIZES
    }


def neutrality(beta: pd.DataFrame, decisions: Decisions, daily: pd.DataFrame) -> dict[str, Any]:
    """Return how neutral the book was designed to be, and how neutral it was.

    Parameters
    ----------
    beta : DataFrame
        Day by day: ``ex_ante``, ``target``, ``realised_63``, ``realised_252``.
    decisions : sequence of decisions
        The decisions; their `rounding` is used.
    daily : DataFrame
        One row per day with a return: ``account`` and ``fund``.
    """
    realised = realised_beta(daily["account"].to_numpy(), daily["fund"].to_numpy())
    return {
        "ex_ante": spread(beta["ex_ante"]),
        "target": spread(beta["target"]),
        "mean_target": known(float(beta["target"].mean())),
        "largest_rounding": max((abs(d.rounding) for d in decisions), default=None),
        "days_unknown": int(beta["ex_ante"].isna().sum()),
        "realised": None if realised is None else realised._asdict(),
        "rolling": {str(window): spread(beta[f"realised_{window}"]) for window in WINDOWS},
    }


def pnl_sides(totals: Mapping[str, float]) -> dict[str, Any]:
    """Return the profit and loss of both sides, by part and in total.

    Parameters
    ----------
    totals : mapping of str to float
        Sums of the columns of `analyzers.sector.sides.pnl_by_side`.
    """

    def side(name: str) -> dict[str, float]:
        parts = {part: totals[f"{name}_{part}"] for part in ("price", "dividends", "costs")}
        return {**parts, "total": math.fsum(parts.values())}

    financing = {name: totals[name] for name in ("borrow", "interest")}
    return {
        "long": side("long"),
        "hedge": side("hedge"),
        "financing": {**financing, "total": math.fsum(financing.values())},
        "total": totals["total"],
        "residual": totals["residual"],
    }


def premium_intervals(
    estimates: pd.DataFrame, terms: Sequence[str], horizons: Sequence[int]
) -> dict[str, dict[str, dict[str, int]]]:
    """Return the number of confidence intervals by term and horizon, and how many exclude 0."""
    return {
        term: {
            str(horizon): dict(
                zip(
                    ("without_zero", "intervals"),
                    without_zero(estimates, term, horizon),
                    strict=True,
                )
            )
            for horizon in horizons
        }
        for term in terms
    }


def capacity(room: pd.DataFrame, equity: pd.Series) -> dict[str, Any]:
    """Return how large the account could be, and at how many decisions it was larger.

    Parameters
    ----------
    room : DataFrame
        As `analyzers.sector.capacity.capacity` returns it.
    equity : Series
        The account's value by date.
    """
    accounts = room.dropna(subset=["account"])
    worth = equity.reindex(accounts.index, method="bfill")
    tightest = accounts.nsmallest(1, "account").reset_index().to_dict("records")
    least = tightest[0] if tightest else None
    return {
        "participation": PARTICIPATION,
        "sessions": SESSIONS,
        "account": spread(accounts["account"]),
        "least_on": None if least is None else str(least["date"].date()),
        "least_ticker": None if least is None else str(least["ticker"]),
        "exceeded": int((worth > accounts["account"]).sum()),
        "unknown": len(room) - len(accounts),
        "hedge": spread(room["hedge"]),
    }
