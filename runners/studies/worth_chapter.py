"""The chapter of a study that says what the winners of its searches are worth."""

from __future__ import annotations

from collections.abc import Sequence

from ..runs.labels.formats import (
    NONE,
    counted,
    number,
    percent,
    percentage_points,
    probability,
    replicated,
)
from ..runs.sections.section import Table
from .study import Findings
from .winners import Winner

LEVEL = 0.05
COLUMNS = (
    "rules", "placebo p, signs", "shuffled", "SPA p", "reality check p", "PBO", "DSR",
    "95% of its null", "Sidak p", "walk-forward, pp a year", "later, pp a year",
)  # fmt: skip


def worth_findings(winners: Sequence[Winner], judged_by: str) -> Findings:
    """Return the chapter of some winners.

    Parameters
    ----------
    winners : sequence of Winner
        Not empty; all searched by the same study.
    judged_by : str
        A paragraph that says which sets were searched, by what, and at which costs.
    """
    return Findings(
        words=(judged_by, _by_luck(winners), _elsewhere(winners)),
        tables=[
            Table(
                "Winner",
                COLUMNS,
                [_row(winner) for winner in winners],
                "Placebo: share of made-up markets on which the best set of the same family is as "
                "far ahead of holding that market. DSR beside what 95% of such searches stay below "
                "where these very rules are worthless; PBO beside its error without skill, about "
                "0.5. Walk-forward and later days: growth a year less that of holding. A dash: "
                "study.json says why. How to read each figure: the page on worth in the "
                "documentation.",
            )
        ],
        worth=[winner.plain() for winner in winners],
    )


def _by_luck(winners: Sequence[Winner]) -> str:
    """Say how many winners have a small p, beside how many luck alone gives."""
    known = [one.worth.signs for one in winners if one.worth.signs is not None]
    if not known:
        return "No winner could be held against made-up markets."
    small = sum(one.p <= LEVEL for one in known)
    return (
        f"Each family was searched again on {known[0].runs:,} made-up markets of each kind. With "
        f"random signs {small} of {counted(len(known), 'winner')} "
        f"{'has' if small == 1 else 'have'} a p of {percent(LEVEL, 0)} or less; where there is "
        f"nothing to find, {number(LEVEL * len(known), 1)} would on average. A family with more "
        "sets needs no correction here: its made-up markets were searched with as many. No single "
        "figure is a verdict."
    )


def _elsewhere(winners: Sequence[Winner]) -> str:
    """Say how the families chosen anew and the winners on later days did beside holding."""
    parts = []
    forward = [one.forward for one in winners if one.forward is not None]
    if forward:
        ahead = sum((one.excess_per_year or 0.0) > 0.0 for one in forward)
        fits = sorted({f"{one.fit} of fit, {one.refit} to the next" for one in forward})
        parts.append(
            f"Chosen anew within the window with what was known then ({'; '.join(fits)}), "
            f"{ahead} of {len(forward)} beat holding."
        )
    else:
        reasons = sorted({one.no_forward for one in winners})
        parts.append(f"There is no walk-forward: {'; '.join(reasons)}.")
    later = [one.later for one in winners if one.later is not None and not one.later.why]
    if later:
        ahead = sum((one.excess_per_year or 0.0) > 0.0 for one in later)
        parts.append(
            f"Unchanged on the days after the window, from {min(one.first for one in later)} on, "
            f"{ahead} of {counted(len(later), 'winner')} beat holding."
        )
    without = sorted({f"{one.ticker}: {one.no_later}" for one in winners if one.no_later})
    if without:
        parts.append(f"No later days: {'; '.join(without)}.")
    return " ".join(parts)


def _row(winner: Winner) -> tuple[str, ...]:
    worth = winner.worth
    found, check = worth.statistics, worth.statistics.check if worth.statistics else None
    pbo = found.overfitting if found else None
    deflated = found.deflated if found else None
    values = ", ".join(str(value) for value in winner.set.values())
    return (
        f"{winner.ticker}, {winner.family} ({values})",
        NONE if worth.distinct is None else f"{worth.distinct:,}",
        probability(worth.signs.p if worth.signs else None),
        probability(worth.permutation.p if worth.permutation else None),
        replicated(check.consistent, check.n_replicates) if check else NONE,
        replicated(check.reality_check, check.n_replicates) if check else NONE,
        _with_error(pbo.pbo, pbo.null_sd) if pbo else NONE,
        number(deflated.value if deflated else None),
        number(deflated.null_quantile if deflated else None),
        probability(deflated.sidak_p if deflated else None),
        _points(winner.forward.excess_per_year if winner.forward else None),
        _points(winner.later.excess_per_year if winner.later else None),
    )


def _with_error(value: float | None, error: float | None) -> str:
    if value is None or error is None:
        return number(value)
    return f"{number(value)} \N{PLUS-MINUS SIGN} {number(error)}"


def _points(excess: float | None) -> str:
    return percentage_points(excess, 1).removesuffix("\N{NO-BREAK SPACE}pp")
