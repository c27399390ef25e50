"""How much of the worth of a winner is measured, by what it takes."""

from __future__ import annotations

from typing import NamedTuple

NANOSECONDS = {"SignFamilyEvaluator": 1.6, "SmaFamilyEvaluator": 1.6, "PivotFamilyEvaluator": 20.0}
"""Of one core, for a bar of a set, by the kernel; of rules that no family knows `ANY_RULE`."""

FAMILY_RULE = 5.0
"""The same for a family's positions in an account with costs."""

ANY_RULE = 60.0
BAR_BY_BAR = "RunEvaluator"
"""Name of the evaluator that runs each set."""

ONE_MARKET, ONE_BAR = 0.0005, 5e-7
"""Seconds of one core to make up a market and to begin a search of it: for itself, and a bar."""

QUICK_SECONDS = 5.0
"""For placebos beside a search, on two cores."""

AT_ONCE, AT_ONCE_SECONDS = 8, 0.1
"""Most made-up markets that are searched at one go, and seconds that they should not exceed: what
a search that was stopped has to make again."""

FORWARD_SECONDS = 2.0
"""The same for the fits of a walk-forward; all of them take a minute at most."""

QUICK_RUNS, FULL_RUNS, FEWEST_RUNS = 200, 1000, 19
FEWER = "{} would take more than some seconds beside the search: --worth full makes {:,}"
QUICK_SETS, FULL_SETS = 500, 20_000
"""Distinct rules whose returns are judged; of more a part."""


class Effort(NamedTuple):
    """What a level measures: from the search alone, so that equal inputs give equal bytes."""

    placebo_runs: int
    """Made-up markets of each kind; 0: fewer than `FEWEST_RUNS`, of which no p is 5 %, would be
    done in time."""
    sets: int
    replicates: int
    null_samples: int
    """Samples without skill that give the error of the PBO."""
    at_once: int = 1
    """Made-up markets that are searched at one go."""
    fewer: str = ""
    """Why there are fewer than `QUICK_RUNS` made-up markets, where there are some."""


def effort(level: str, sets: int, bars: int, kernel: str, family: bool) -> Effort:
    """Return what is measured.

    Parameters
    ----------
    level : {"quick", "full"}
    sets, bars : int
        Of the search.
    kernel : str
        Name of the evaluator.
    family : bool
        Whether a family's kernel has the positions.
    """
    if level == "full" and kernel == BAR_BY_BAR:
        return Effort(QUICK_RUNS, FULL_SETS, 2000, 200)
    one = market_seconds(sets, bars, kernel, family)
    at_once = min(AT_ONCE, max(1, int(AT_ONCE_SECONDS / one)))
    if level == "full":
        return Effort(FULL_RUNS, FULL_SETS, 2000, 200, at_once)
    affordable = int(2.0 * QUICK_SECONDS / (2.0 * one))  # two kinds on two cores
    runs = min(QUICK_RUNS, affordable) if affordable >= FEWEST_RUNS else 0
    fewer = FEWER.format(QUICK_RUNS, FULL_RUNS) if 0 < runs < QUICK_RUNS else ""
    return Effort(runs, QUICK_SETS, 1000, 100, at_once, fewer)


def market_seconds(sets: int, bars: int, kernel: str, family: bool) -> float:
    """Return how long a made-up market takes on one core; the arguments are those of `effort`."""
    return ONE_MARKET + ONE_BAR * bars + seconds_of(sets * bars, kernel, family)


def seconds_of(bars: float, kernel: str, family: bool) -> float:
    """Return how long a kernel takes for so many bars of sets on one core."""
    return bars * 1e-9 * NANOSECONDS.get(kernel, FAMILY_RULE if family else ANY_RULE)


def forward_fits(level: str, seconds: float, shifts: int) -> tuple[bool, bool]:
    """Return whether a walk-forward is made beside a search, and whether with shifted refits.

    Parameters
    ----------
    level : {"quick", "full"}
    seconds : float
        Of one core, for the fits without shifts.
    shifts : int
        How often they are made again, shifted.
    """
    most = 2.0 * FORWARD_SECONDS * (20.0 if level == "full" else 1.0)
    return seconds <= most, seconds * (1 + shifts) <= most
