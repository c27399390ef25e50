"""How much of the worth of a winner is measured, by what it takes."""

from __future__ import annotations

from typing import NamedTuple

NANOSECONDS = {"SignFamilyEvaluator": 2.0, "SmaFamilyEvaluator": 2.0, "PivotFamilyEvaluator": 20.0}
"""Of one core, for a bar of a set, by the kernel; of rules that no family knows `ANY_RULE`."""

FAMILY_RULE = 5.2
"""The same for a family's positions in an account with costs."""

ANY_RULE = 120.0
BAR_BY_BAR = "RunEvaluator"
"""Name of the evaluator that runs each set."""

ONE_MARKET = 0.005
"""Seconds of one core to make up a market and to begin a search of it."""

QUICK_SECONDS = 5.0
"""For placebos beside a search, on two cores."""

FORWARD_SECONDS = 2.0
"""The same for the fits of a walk-forward; all of them take a minute at most."""

QUICK_RUNS, FULL_RUNS, FEWER_RUNS, FEWEST_RUNS = 200, 1000, 99, 49
QUICK_SETS, FULL_SETS = 500, 20_000
"""Distinct rules whose returns are judged; of more a part."""


class Effort(NamedTuple):
    """What a level measures: from the search alone, so that equal inputs give equal bytes."""

    placebo_runs: int
    """Made-up markets of each kind; 0: fewer than `FEWEST_RUNS` would be done in time."""
    sets: int
    replicates: int
    null_samples: int
    """Samples without skill that give the error of the PBO."""


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
    if level == "full":
        runs = QUICK_RUNS if kernel == BAR_BY_BAR else FULL_RUNS
        return Effort(runs, FULL_SETS, 2000, 200)
    one = ONE_MARKET + seconds_of(sets * bars, kernel, family)
    affordable = int(2.0 * QUICK_SECONDS / (2.0 * one))  # two kinds on two cores
    tiers = (QUICK_RUNS, FEWER_RUNS, FEWEST_RUNS)
    runs = next((each for each in tiers if each <= affordable), 0)
    return Effort(runs, QUICK_SETS, 1000, 100)


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
