"""The clauses of a run's verdict: pure functions of plain numbers, each true on its own.

A clause begins in lower case and has no full stop; "" means that there is nothing to say. Totals
are fractions and finite; levels are basis points of the value of every order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...feeds.open_to_open import CLOSE
from ..runs.labels.bar_ends import ONE_BAR_LATE, filled_at
from ..runs.labels.formats import MINUS, number
from ..runs.labels.glance import NOTHING, outcome, outcomes, percent_size, trimmed

BP = "\N{NO-BREAK SPACE}bp"

LITTLE = 0.05
"""Largest position, as a fraction of the account, below which a run says so."""

LEAST_BP = 0.01
"""Smallest level of slippage that is printed as a number."""

LARGEST_BP = 999
"""Highest level of slippage up to which a break-even is searched."""

COARSE_BP = 0.1
"""Tolerance from which on a level of slippage is printed as an approximate one."""


def exposure_clause(most: float | None) -> str:
    """Say that a run held next to nothing: its ratios are then those of a few shares."""
    if most is None or not 0.0 < most < LITTLE:
        return ""
    return f"it never held more than {percent_size(most)} of the account"


def result_clause(total: float | None, theirs: float | None = None, benchmark: str = "") -> str:
    """Say what a run made, and what its benchmark made if that is known."""
    if total is None:
        return "what it made is not known"
    if theirs is None:
        return outcome(total)
    ours, beside = outcomes(total, theirs)
    return f"{ours}, {benchmark} {beside}"


def benchmark_clause(theirs: float | None, benchmark: str) -> str:
    """Say what the benchmark made, where there is nothing to say of the run."""
    return "" if theirs is None else f"{benchmark} {outcome(theirs)}"


def ruined_clause(day: str, *, account: bool = True) -> str:
    """Say when an account, or the value that a series of returns stands for, was lost."""
    return f"the account was ruined on {day}" if account else f"the value fell to zero on {day}"


def never_traded_clause(total: float | None) -> str:
    """Say that no order was filled, and what cash alone made."""
    words = "never traded: no order was filled"
    if total is None or abs(total) <= NOTHING:
        return words
    return f"{words}, cash alone {outcome(total)}"


def in_sample_clause(searched: bool, sets: int | None = None) -> str:
    """Say that the parameters were chosen with hindsight, or are one of several sets that ran."""
    if searched:
        return "its parameters were chosen on these bars, so the figures flatter"
    if sets is not None and sets > 1:
        return f"its parameters are one of {sets:,} sets that were tried"
    return ""


def sharpe_clause(sharpe: float | None, band: Sequence[float] | None) -> str:
    """Say the Sharpe ratio, and where its confidence band lies from 0."""
    if sharpe is None or band is None:
        return ""
    low, high = band
    words = f"Sharpe {number(sharpe)}, its 95% band"
    if low <= 0.0 <= high:
        return f"{words} includes 0"
    return f"{words} is {'above' if low > 0.0 else 'below'} 0 ({_end(low)} to {_end(high)})"


def cost_clause(
    gain: float | None,
    lead: float | None,
    over_zero: Mapping[str, Any],
    over_held: Mapping[str, Any],
    own_bps: float,
    *,
    tolerance_bps: float = 0.0,
    on_top: bool = False,
) -> str:
    """Say at which slippage the lead over holding is gone, or the gain where there is no lead.

    Parameters
    ----------
    gain : float or None
        Total return.
    lead : float or None
        Total return less that of the instrument held; None if holding is not the benchmark.
    over_zero, over_held : mapping
        Break-even of the gain and of the lead: ``slippage_bps`` and ``why``.
    own_bps : float
        The run's own slippage. A break-even below it, which a strategy that decides again may
        have, is left out.
    tolerance_bps : float
        Largest distance of the break-even from the crossing that it stands for.
    on_top : bool
        Whether levels are added to the run's own costs, instead of replacing its slippage.
    """
    if lead is not None and lead > NOTHING:
        what, found = "the lead over holding", over_held
    elif gain is not None and gain > NOTHING:
        what, found = "the gain", over_zero
    else:
        return ""
    costs = "more" if on_top else "of slippage"
    level = found["slippage_bps"]
    if found["why"] == "beyond":
        return f"{LARGEST_BP}{BP} {costs} an order do not take {what}"
    if level is None or level < own_bps:
        return ""
    return f"{what} is gone at {level_text(level, tolerance_bps)} {costs} an order"


def fill_clause(own: str, totals: Sequence[tuple[str, float | None]], at: str = CLOSE) -> str:
    """Say at which other fill a gain is a loss; fills later than the run's own come first.

    Parameters
    ----------
    own : str
        The run's own fill.
    totals : sequence of (str, float or None)
        Each fill, the earliest first, and the total return with it; None if it is not known.
    at : str
        What the bars end at, see `bar_ends`.
    """
    place = [fill for fill, _ in totals].index(own)
    gain = totals[place][1]
    if gain is None or gain <= NOTHING:
        return ""
    for fill, total in (*totals[place + 1 :], *totals[:place]):
        if total is not None and total < -NOTHING:
            lost = "been ruined" if total <= -1.0 else outcome(total)
            late = fill == ONE_BAR_LATE
            how = "ordered one bar late" if late else f"filled at the {filled_at(fill, at)}"
            return f"{how} it would have {lost}"
    return ""


def neutral_clause(
    alpha: float | None, error: float | None, beta: float | None, market: str
) -> str:
    """Say the alpha a year of a neutral book with its standard error, and its beta."""
    parts = []
    if alpha is not None and error is not None:
        sign = MINUS if alpha < 0.0 else ""
        parts.append(
            f"alpha {sign}{percent_size(alpha)} a year with a standard error of "
            f"{percent_size(error)}"
        )
    if beta is not None:
        parts.append(f"beta {number(beta, 3)} to {market}")
    return ", ".join(parts)


def level_text(level: float, tolerance: float = 0.0) -> str:
    """Format a level of slippage: "7.35 bp"; "about 7.4 bp" if it is known to a quarter only."""
    if level < LEAST_BP:
        return f"less than {LEAST_BP}{BP}"
    if tolerance > COARSE_BP:
        return f"about {trimmed(level, 2)}{BP}"
    return f"{trimmed(level)}{BP}"


def _end(value: float) -> str:
    """Format the end of a band that does not include 0; one near 0 keeps the side it is on."""
    if abs(value) >= 0.005:
        return number(value)
    return f"{MINUS if value < 0.0 else ''}{trimmed(abs(value), 1)}"
