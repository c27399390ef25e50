"""The sets that are looked at: the best, the best that trades as often as the source's, none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ....feeds.arrays import Floats
from ....search.kernels.pivot.best import best_of, drawn_lines
from ....search.kernels.pivot.line_sums import LineSums, layout_of
from ....search.kernels.pivot.scores import Forces
from ....search.kernels.pivot.space import PivotSpace, published_space
from ....search.kernels.pivot.survey import survey
from ..study import Evidence
from .members import sides_of
from .spans import Span, span_of

N_LINES = 2000
"""Score lines drawn at random, with all thresholds."""

REFINED = 6
"""Most rounds of refinement of the best set."""

OFTEN = (70.0, 92.0)
"""Switches a year that count as the source's 81."""

NAMES = {
    "best": "best set",
    "often": f"best set with {OFTEN[0]:.0f} to {OFTEN[1]:.0f} switches a year",
    "estimated": "estimated strengths",
}


class Chosen(NamedTuple):
    """One model of a ticker."""

    params: dict[str, Any]
    """The strategy's parameters; without those at their defaults."""
    sides: Floats
    """After each close, shape (n_bars,): 1, -1, or 0 before the first."""


def chosen_of(evidence: Evidence, ticker: str) -> dict[str, Chosen]:
    """Return the models by the keys of `NAMES`; they are computed only once."""
    return evidence.once(
        ("pivot", "chosen", ticker),
        lambda: chosen(span_of(evidence, ticker), published_space(), evidence.seed),
    )


def chosen(span: Span, space: PivotSpace, seed: int) -> dict[str, Chosen]:
    """Return the models of a span; "often" is absent where no set trades so often.

    Parameters
    ----------
    span : Span
        Whose points the sets are fitted to, as the source's ratios are of points.
    space : PivotSpace
        Whose lines are drawn.
    seed : int
        Of the draw.
    """
    close, returns, points = span.bars.close, span.returns, span.points
    sums = LineSums(Forces(close), layout_of(points, returns, span.first, [span.last]), space)
    found = survey(
        sums,
        [space.lines.number_of(line) for line in drawn_lines(space, N_LINES, seed)],
        held=np.array([points[span.first : span.last].sum()]),
        switches=(OFTEN[0] * span.years, OFTEN[1] * span.years),
        keep=1,
    )
    params = {"best": best_set(span, space, seed)}
    gain, line, number = found.best[-1]
    if np.isfinite(gain):
        params["often"] = {"mode": "fixed", **space.parameters(space.lines[int(line)], int(number))}
    params["estimated"] = {}
    return {key: Chosen(own, sides_of(close, own)) for key, own in params.items()}


def best_set(span: Span, space: PivotSpace, seed: int) -> dict[str, Any]:
    """Return the set with the most points of a draw of lines, refined; as for `chosen`."""
    (best,) = best_of(
        span.bars.close, span.points, space, first=span.first, ends=[span.last], n_lines=N_LINES,
        seed=seed, refine=REFINED, returns=span.returns,
    )  # fmt: skip
    return {"mode": "fixed", **best.parameters}


def best_of_draw(span: Span, seed: int) -> dict[str, Any]:
    """Return `best_set` of the space that the study tries."""
    return best_set(span, published_space(), seed)
