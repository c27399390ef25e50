"""The verdict on a run: one sentence for the top of its page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..runs.labels.badge_texts import facts_of
from ..runs.labels.bar_ends import end_of
from . import clauses
from .as_quantstats.reportable import MINIMUM_RETURNS
from .market_figures import market_figures

if TYPE_CHECKING:
    from ..runs.result import RunResult


@dataclass(frozen=True)
class Verdict:
    """A sentence in its clauses.

    Attributes
    ----------
    parts : tuple of str
        The clauses in their order, at least one, as plain text; names in them are a user's.
    """

    parts: tuple[str, ...]

    @classmethod
    def of(cls, *clauses: str) -> Verdict:
        """Return the verdict of some clauses; empty ones are left out."""
        return cls(tuple(clause for clause in clauses if clause))

    @property
    def text(self) -> str:
        """The sentence: its first letter is a capital, and it ends with a full stop."""
        words = "; ".join(self.parts)
        return f"{words[:1].upper()}{words[1:]}."


def verdict(result: RunResult) -> Verdict:
    """Return the verdict on a run, a recorded account or a series of returns.

    Parameters
    ----------
    result : RunResult
        The result. Its figures, badges and strips are read; only alpha and beta of a neutral book
        are computed from its daily returns.

    Returns
    -------
    Verdict
        What it made and what its benchmark made; that it held next to nothing, if so; whether its
        parameters were chosen on these bars;
        its Sharpe ratio and what the band of that says; the slippage and the fill at which its gain
        is gone; alpha and beta of a neutral book. What does not exist is left out: of a ruined
        account or one that never traded all but the first two.
    """
    metrics, benchmark = result.metrics, result.benchmark_subject
    total = known(metrics.get("total_return"))
    theirs = known(result.benchmark.get("total_return")) if result.has_benchmark else None
    beside = clauses.benchmark_clause(theirs, benchmark)
    if day := metrics.get("ruined_on"):
        ruined = clauses.ruined_clause(day, account=result.knows_orders)
        return Verdict.of(ruined, beside, in_sample(result))
    if never_traded(result):
        alone = None if result.benchmark_kind == "cash" else total  # the benchmark says it
        return Verdict.of(clauses.never_traded_clause(alone), beside, in_sample(result))
    return Verdict.of(
        clauses.result_clause(total, theirs, benchmark),
        clauses.exposure_clause(_most_held(result)),
        in_sample(result),
        _sharpe(result),
        _cost(result, total, theirs),
        _fill(result),
        _neutral(result),
    )


def never_traded(result: RunResult) -> bool:
    """Return whether orders are known, and none was filled."""
    return result.knows_orders and result.trades.empty


def in_sample(result: RunResult) -> str:
    """Return the clause on parameters that a badge calls chosen or one of several; else ""."""
    several = facts_of("one of several sets", result.badges)
    return clauses.in_sample_clause(
        facts_of("best of a search", result.badges) is not None,
        None if several is None else int(several["sets"]),
    )


def known(value: Any) -> float | None:
    """Return a finite number, or None for a figure that does not exist."""
    return None if value is None or not math.isfinite(value) else float(value)


def _most_held(result: RunResult) -> float | None:
    """Return the largest gross position, as a fraction of the account; None if it is unknown."""
    if "gross" not in result.daily or not result.knows_orders:
        return None
    return known(float(result.daily["gross"].max()))


def _sharpe(result: RunResult) -> str:
    if len(result.returns) < MINIMUM_RETURNS:
        return ""
    return clauses.sharpe_clause(
        known(result.metrics.get("sharpe")), result.metrics.get("sharpe_band")
    )


def _cost(result: RunResult, total: float | None, theirs: float | None) -> str:
    strip = (result.strips or {}).get("cost")
    if not strip:
        return ""
    lead = None
    if result.benchmark_kind == "held" and total is not None and theirs is not None:
        lead = total - theirs
    found = strip["break_even"]
    return clauses.cost_clause(
        total,
        lead,
        found["over_zero"],
        found["over_buy_and_hold"],
        next(row["slippage_bps"] for row in strip["rows"] if row["run"]),
        tolerance_bps=found["tolerance_bps"],
        on_top=bool(strip.get("on_top")),
    )


def _fill(result: RunResult) -> str:
    rows = (result.strips or {}).get("fill")
    if not rows:
        return ""
    own = next(row for row in rows if row["run"])
    totals = [
        (row["fill"], known(row["total_return"]))
        for row in rows
        if row["size_at"] == own["size_at"]
    ]
    return clauses.fill_clause(own["fill"], totals, end_of(result.data))


def _neutral(result: RunResult) -> str:
    if not result.is_neutral:
        return ""
    name, alpha, beta = market_figures(result)
    return clauses.neutral_clause(
        None if alpha is None else alpha.value,
        None if alpha is None else alpha.standard_error,
        None if beta is None else beta.value,
        name,
    )
