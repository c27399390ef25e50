"""The three models of each fund of a book, as sides by date."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ....search.kernels.pivot.best import best_of
from ....search.kernels.pivot.space import PivotSpace, published_space
from ....strategies.pivot import Pivot
from ....strategies.rule_answer import compiled
from ...runs import registry
from ..study import Evidence, NotCarried
from .spans import span_of

N_LINES = 2000
"""Score lines drawn at random for each fund, with all thresholds."""

FIT_YEARS = 3
"""Years before the first walk-forward set: the least that the source fits its model to."""

MODES = {
    "estimated": "estimated strengths",
    "fixed": "sets fitted in sample",
    "walk-forward": "sets fitted anew each year",
}
"""Kinds of model, and what readers call them."""


class Model(NamedTuple):
    """A fund's models."""

    returns: pd.Series
    """What holding gains over each day, by date, price alone."""
    sides: dict[str, pd.Series]
    """Mode to the side after each close, by date; 0 before the first."""
    params: dict[str, dict[str, Any]]
    """Parameters of the strategy for the modes with one set."""


def models_of(evidence: Evidence, bars: Mapping[str, Bars], seed: int) -> dict[str, Model]:
    """Return the models of each fund that has a year of days after its warm-up.

    Parameters
    ----------
    evidence : Evidence
        Whose window the sets in sample are fitted to.
    bars : mapping of str to Bars
        Ticker to its bars, with those after the window.
    seed : int
        Of the draw of lines.
    """
    space = published_space()
    models = {}
    for ticker in evidence.each(list(bars), "fitting sets"):
        try:
            span = span_of(evidence, ticker)
        except NotCarried:
            continue
        first, last = np.searchsorted(bars[ticker].dates, span.bars.dates[[span.first, span.last]])
        models[ticker] = model_of(bars[ticker], int(first), int(last), space, seed)
    return models


def model_of(bars: Bars, first: int, last: int, space: PivotSpace, seed: int) -> Model:
    """Return a fund's models.

    Parameters
    ----------
    bars : Bars
        Of the fund, to its last bar.
    first, last : int
        First decision that counts in a fit, and the bar at whose close the fit in sample ends.
    space : PivotSpace
        Whose sets are tried.
    seed : int
        Of the draw of lines.
    """
    close = bars.close
    returns = np.append(close[1:] / close[:-1] - 1.0, 0.0)
    ends = year_ends(bars, first)
    every = sorted({*ends, last})
    found = best_of(close, returns, space, first=first, ends=every, n_lines=N_LINES, seed=seed)
    by_end = {one.end: {"mode": "fixed", **one.parameters} for one in found}
    params = {"estimated": {}, "fixed": by_end[last]}
    dates = pd.DatetimeIndex(bars.dates)
    sides = {mode: pd.Series(sides_of(close, own), dates) for mode, own in params.items()}
    sides["fixed"].iloc[:first] = 0.0  # the fit begins here
    walked = pd.Series(walk_forward(close, {end: by_end[end] for end in ends}), dates)
    return Model(
        pd.Series(np.append(0.0, returns[:-1]), dates), {**sides, "walk-forward": walked}, params
    )


def walk_forward(close: Floats, sets: Mapping[int, Mapping[str, Any]]) -> Floats:
    """Return the sides of sets of which each decides from its own bar to that of the next.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Oldest first.
    sets : mapping of int to mapping
        The bar at whose close a set was chosen, to the strategy's parameters; rising. It decides
        at this close already.
    """
    sides = np.zeros(close.size)
    ends = [*sets, close.size]
    for begin, end in pairwise(ends):
        sides[begin:end] = sides_of(close, sets[begin])[begin:end]
    return sides


def sides_of(close: Floats, params: Mapping[str, Any]) -> Floats:
    """Return the sides of the strategy with these parameters after each close."""
    call = Pivot.rule_call({**registry.parameters(Pivot), **params})
    found: Floats = compiled(call.rule)(close, *call.arguments)
    return found


def year_ends(bars: Bars, first: int) -> list[int]:
    """Return the last bar of each calendar year, from `FIT_YEARS` after that of a bar on.

    The last bar of all is not known to end its year.
    """
    years = bars.dates.astype("datetime64[Y]").astype(np.int64)
    ends = np.flatnonzero(years[1:] != years[:-1])
    return [int(end) for end in ends if years[end] >= years[first] + FIT_YEARS]
