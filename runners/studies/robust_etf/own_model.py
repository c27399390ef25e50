"""The source's own model, reconstructed, beside the rule that stands in for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from ..pivot_model.declared import STUDY as PIVOT
from ..pivot_model.diversified import diversified
from ..pivot_model.history import graph_4 as history
from ..pivot_model.luck import luck
from ..pivot_model.shape import shape
from ..pivot_model.switches import switches
from ..study import Evidence, Findings, NotCarried

Build = Callable[[Evidence], Findings]


class Part(NamedTuple):
    """A chapter of the study of the pivot model."""

    build: Build
    prefix: str
    """What the ids of its figures begin with there."""
    every_ticker: bool = False
    """False: it is measured on the main ticker alone."""


HISTORY = Part(history, "graph_4")
LUCK = Part(partial(luck, kinds=("signs",)), "luck")
SHAPE = Part(shape, "shape")
SWITCHES = Part(switches, "switches")
BOOK = Part(
    partial(diversified, modes=("estimated", "fixed"), draws=1), "diversified", every_ticker=True
)


def with_own_model(chapter: str, stand_in: Build, *parts: Part) -> Build:
    """Return a chapter that shows the stand-in first, and then the reconstructed model.

    Parameters
    ----------
    chapter : str
        Id of the chapter; figures of the parts become ``chapter.pivot_...``.
    stand_in : callable
        Builds the chapter so far.
    *parts : Part
        Of the study of the pivot model.
    """

    def build(evidence: Evidence) -> Findings:
        found = stand_in(evidence)
        own = evidence.once(("own model", "evidence"), lambda: of_model(evidence))
        for part in parts:
            try:
                few = (
                    own if part.every_ticker else dataclasses.replace(own, tickers=own.tickers[:1])
                )
                more = part.build(few)
            except NotCarried as reason:
                found = dataclasses.replace(
                    found, words=(*found.words, f"Of the reconstructed model: {reason}.")
                )
                continue
            figures = [
                figure._replace(
                    id=f"{chapter}.pivot_{figure.id.removeprefix(f'{part.prefix}.')}",
                    name=f"reconstructed model: {figure.name}",
                )
                for figure in more.figures
            ]
            found = Findings(
                (*found.words, *more.words),
                [*found.figures, *figures],
                [*found.charts, *more.charts],
                [*found.tables, *more.tables],
                found.worth,
            )
        return found

    return build


def of_model(evidence: Evidence) -> Evidence:
    """Return the same bars in the window of the model: the source starts it in 1994."""
    start = PIVOT.start if evidence.as_published else max(evidence.start, PIVOT.start)
    own: Mapping[str, object] = {"study": PIVOT, "start": start}
    return dataclasses.replace(evidence, **own, _known={})  # type: ignore[arg-type]
