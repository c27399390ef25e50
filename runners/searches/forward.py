"""A walk-forward of what was searched, where a kernel makes it the work of seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...feeds.bars import Bars
from ...search.errors import SearchError
from ...search.refits import Duration, shifts
from ...search.space import Space
from ..errors import ParameterError
from ..runs import registry
from ..runs.inputs import Inputs
from ..runs.prepared import prepared
from ..runs.settings import Settings
from ..runs.stages import Progress, part
from ..walk_forwards.result import WalkForwardResult
from ..walk_forwards.walked import walked
from ..worth.effort import forward_fits, seconds_of
from .bar_by_bar import keywords

LENGTHS = ((7.0, "5y", "1y"), (3.0, "2y", "6m"), (1.5, "1y", "3m"))
"""Least years of a search, and the fit and refit that are taken for it."""


def walked_forward(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    space: Space,
    tables: Sequence[Bars],
    settings: Settings,
    objective: str,
    sample: int | None,
    sets: int,
    years: float,
    level: str,
    *,
    kernel: str,
    family: bool,
    by_kernel: bool,
    inputs: Inputs | None = None,
    progress: Progress | None = None,
) -> tuple[WalkForwardResult | None, str]:
    """Return the walk-forward of a search, or None and why there is none.

    Parameters
    ----------
    kind, params, space, tables, settings, objective, sample, inputs
        Those of the search.
    sets : int
        That it tried.
    years : float
        Of its days that count.
    level : {"quick", "full"}
    kernel, family
        As for `effort`.
    by_kernel : bool
        Whether a kernel evaluates the sets.
    progress : callable or None
        Called with each `Stage`.
    """
    if not by_kernel:
        return None, "each set is run bar by bar: btplaybook walk-forward makes it"
    lengths = next((each for each in LENGTHS if years >= each[0]), None)
    if lengths is None:
        return None, f"{years:.1f} years are too few to choose anew in them"
    fit, refit = (Duration.parse(text) for text in lengths[1:])
    in_fit = float(fit.count)  # all fits are of whole years
    fits = (years - in_fit) * (1.0 if refit.unit == "y" else 12.0 / refit.count)
    bars = sets * fits * in_fit * tables[0].periods_per_year
    made, shifted = forward_fits(level, seconds_of(bars, kernel, family), len(shifts(refit)))
    if not made:
        return None, "it would take more than some seconds: btplaybook walk-forward makes it"
    try:
        given = prepared(kind, list(tables), params=params, settings=keywords(settings))
        found = walked(
            given, space, (fit, refit), objective, shifted=shifted, sample=sample,
            progress=part(progress, "walk-forward"),
        )  # fmt: skip
    except (ParameterError, SearchError) as error:
        return None, str(error).splitlines()[0]
    return found.result, ""
