"""Scores of past sessions and forecasts of past decisions, kept from decision to decision."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Dates, Floats, Rows
from .diary import Realised
from .scoring import Scored
from .skill import rank_ic


class Made(NamedTuple):
    """A forecast that was made at a decision."""

    session: int
    """Number of the fund's session, counted from its first bar."""
    date: datetime.date
    forecast: Floats
    other: Floats | None
    """By the other reading of the past; see `SectorLongShort.other_reading`."""


class Past:
    """Scores of past sessions and forecasts of past decisions.

    Sessions are numbered from the fund's first bar, so that they keep their numbers while the
    arrays, which end today, drop their oldest rows.

    Parameters
    ----------
    step : int
        Sessions from one scored session to the next, >= 1; it divides their numbers.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        self.realised: dict[int, list[Realised]] = {}
        """Horizon in sessions to the forecasts that were judged over it, oldest first."""
        self.universes: dict[np.datetime64, Bools] = {}
        """Day to which stocks could be chosen, where betas are shrunk towards their mean."""
        self._scored: dict[int, Scored] = {}
        self._next = 0
        self._made: list[Made] = []

    def copy(self) -> Past:
        """Return another past of the same scores and forecasts, which goes on by itself."""
        other = Past(self.step)
        other.realised = {horizon: list(judged) for horizon, judged in self.realised.items()}
        other.universes, other._scored = dict(self.universes), dict(self._scored)
        other._next, other._made = self._next, list(self._made)
        return other

    def score(self, today: int, first: int, score: Callable[[int], Scored]) -> None:
        """Score the sessions up to `today` that are due and new, from session `first` on."""
        for session in range(max(first, self._next), today + 1):
            if session % self.step == 0:
                self._scored[session] = score(session)
        self._next = today + 1

    def ended(
        self,
        today: int,
        horizon: int,
        window: int,
        loadings: Callable[[Scored], Floats],
    ) -> tuple[Rows, list[Floats]]:
        """Return the scored sessions whose horizon is over, and their loadings.

        Parameters
        ----------
        today : int
            Number of today's session.
        horizon, window : int
            Sessions that a label sums, and number of sessions, ending `horizon` before today, to
            use.
        loadings : callable
            From a session's scores to its loadings, (m, k).

        Returns
        -------
        sessions : ndarray of int, shape (s,)
            Oldest first.
        loadings : list of ndarray
            One for each.
        """
        newest = today - horizon
        kept = [session for session in self._scored if newest - window < session <= newest]
        return np.array(kept, dtype=np.intp), [loadings(self._scored[session]) for session in kept]

    def remember(
        self, session: int, date: datetime.date, forecast: Floats, other: Floats | None = None
    ) -> None:
        """Keep a decision's forecasts, to compare them later with the realised residual returns."""
        self._made.append(Made(session, date, forecast, other))

    def judge(self, today: int, horizon: int, residuals: Floats, dates: Dates) -> list[Realised]:
        """Compare each forecast whose horizon is over with what was realised; return all results.

        `residuals` (n, m) and `dates` (n,) end today. Each horizon has results of its own.
        """
        first = today + 1 - len(residuals)
        realised = self.realised.setdefault(horizon, [])
        for made in self._made[len(realised) :]:
            over = made.session + horizon
            if over > today:
                break
            came = residuals[made.session + 1 - first : over + 1 - first].sum(axis=0)
            ic, other = (
                math.nan if forecast is None else float(rank_ic(forecast, came))
                for forecast in (made.forecast, made.other)
            )
            realised.append(Realised(made.date, dates[over - first].item(), ic, other))
        return realised
