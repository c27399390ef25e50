"""The path of a walk-forward: what each refit chose, and what came of it in and out of sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...analyzers.statistics import cagr
from ...feeds.arrays import Dates
from ...search.refits import Window
from ...search.space import Space
from ...search.walk_forward import Choice

STAYS = "no set has an objective in this fit: the set before stays in force"
FLAT = "no set has an objective in this fit: the account stays flat"


@dataclass(frozen=True)
class Refit:
    """One refit.

    Attributes
    ----------
    fit_opens : str
        Day at whose close the account of the fit opened, as ISO text.
    refit : str
        Last day of the fit; the set decides from this day on.
    first, last : str
        First and last day whose return is out of sample.
    index : int or None
        Number of the set in force; None: none yet, the account is flat.
    set : dict or None
        Its parameters.
    in_sample : float or None
        Objective of the set in the fit that chose it here; None where the fit chose none.
    in_sample_excess_per_year : float or None
        Its growth rate in that fit less that of buying and holding.
    out_of_sample_excess_per_year : float or None
        Growth rate of the account from `first` to `last` less that of buying and holding.
    reason : str or None
        Why the fit chose no set.
    """

    fit_opens: str
    refit: str
    first: str
    last: str
    index: int | None
    set: dict[str, Any] | None
    in_sample: float | None
    in_sample_excess_per_year: float | None
    out_of_sample_excess_per_year: float | None
    reason: str | None = None


class Efficiency(NamedTuple):
    """How much of the excess in the fits is left out of sample."""

    value: float | None
    """Walk-forward excess per year over the mean of the fits' winners; None with a reason."""
    walk_forward: float | None
    """Excess of the account per year."""
    in_sample: float | None
    """Mean excess per year of the fits' winners, each in its fit."""
    reason: str | None = None


def path_of(
    windows: Sequence[Window],
    choices: Sequence[Choice],
    held: Sequence[int | None],
    space: Space,
    sessions: Dates,
    returns: pd.Series,
    held_returns: pd.Series,
    periods_per_year: int,
) -> list[Refit]:
    """Return what each refit chose and came to.

    Parameters
    ----------
    windows, choices, held : sequences
        Window by window: what its fit came to, and the set in force.
    space : Space
    sessions : ndarray of datetime64[D]
        What the windows count.
    returns, held_returns : Series
        Of the account and of buying and holding, by day, from the day after the first refit on.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    """
    found = []
    for window, choice, index in zip(windows, choices, held, strict=True):
        days = slice(pd.Timestamp(sessions[window.refit + 1]), pd.Timestamp(sessions[window.last]))
        reason = None
        if choice.best is None:
            reason = FLAT if index is None else STAYS
        found.append(
            Refit(
                fit_opens=str(sessions[window.opens]),
                refit=str(sessions[window.refit]),
                first=str(sessions[window.refit + 1]),
                last=str(sessions[window.last]),
                index=index,
                set=None if index is None else space.set_at(index),
                in_sample=choice.in_sample,
                in_sample_excess_per_year=choice.excess_per_year,
                out_of_sample_excess_per_year=difference(
                    cagr(returns.loc[days].to_numpy(), periods_per_year),
                    cagr(held_returns.loc[days].to_numpy(), periods_per_year),
                ),
                reason=reason,
            )
        )
    return found


def difference(own: float | None, held: float | None) -> float | None:
    """Return a figure less that of buying and holding; None if either does not exist."""
    return None if own is None or held is None else own - held


def efficiency_of(walk_forward: float | None, path: Sequence[Refit]) -> Efficiency:
    """Return the efficiency of a walk-forward.

    Parameters
    ----------
    walk_forward : float or None
        Excess of the account per year, a fraction.
    path : sequence of Refit
        The fits' winners; a fit without a winner, or whose winner has no excess, is left out.
    """
    known = [each.in_sample_excess_per_year for each in path]
    fits = [value for value in known if value is not None]
    if not fits:
        return Efficiency(None, walk_forward, None, "no fit has a winner with an excess")
    mean = math.fsum(fits) / len(fits)
    if walk_forward is None:
        return Efficiency(None, None, mean, "the account has no growth rate")
    if mean <= 0.0:
        reason = "the fits' winners did not beat buying and holding on average"
        return Efficiency(None, walk_forward, mean, reason)
    return Efficiency(float(np.divide(walk_forward, mean)), walk_forward, mean)
