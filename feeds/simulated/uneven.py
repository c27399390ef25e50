"""A small simulated market with what real ones have: dividends, missing sessions, late listings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..bars import Bars
from ..tables.spellings import COLUMNS
from .prices import simulated_bars

N_BARS = 600
MISSING = 0.02
"""Share of the sessions that a feed lacks, except the first of several."""

LATE = 0.15
"""Share of the sessions before which every third feed is not listed."""


def uneven_market(seed: int = 0, n_feeds: int = 1, *, n_bars: int = N_BARS) -> list[Bars]:
    """Simulate feeds on one calendar, of which some begin late and most lack sessions.

    Parameters
    ----------
    seed : int
        Seed of the generator, not negative.
    n_feeds : int
        Number of feeds, >= 1.
    n_bars : int
        Sessions of the market, from 2005-01-03.

    Returns
    -------
    list of Bars
        Named SIM1, SIM2, ...; each pays a dividend a quarter. The first has every session if there
        are several; every third, from the second on, is listed late.
    """
    return [_listed(seed, place, n_feeds, n_bars) for place in range(n_feeds)]


def _listed(seed: int, place: int, n_feeds: int, n_bars: int) -> Bars:
    whole = simulated_bars(_seed_of(seed, place), name=f"SIM{place + 1}")
    rng = np.random.default_rng([seed, place])
    kept = np.arange(len(whole)) < n_bars
    if place or n_feeds == 1:
        kept[1:] &= rng.random(len(whole) - 1) >= MISSING
    if place % 3 == 1:
        kept[: int(LATE * n_bars)] = False
    table = {name: getattr(whole, name)[kept] for name in ("dates", *COLUMNS)}
    return replace(whole, **table)


def _seed_of(seed: int, place: int) -> int:
    return 1000 * seed + place
