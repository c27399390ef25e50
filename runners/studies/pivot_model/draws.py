"""What hangs on the draw of lines: the best set's shape, and the books of fitted sets."""

from __future__ import annotations

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence
from .chosen import N_LINES, best_of_draw
from .members import sides_of
from .shape_of import Shape, ratio, shape_of
from .spans import Span

DRAWS = 5
"""Draws of lines, the study's own seed first."""


def shapes_by_draw(evidence: Evidence, span: Span) -> list[Shape]:
    """Return the shape of the best set of each draw."""
    return [
        shape_of(span, sides_of(span.bars.close, best_of_draw(span, seed)))
        for seed in evidence.each(range(evidence.seed, evidence.seed + DRAWS), "drawing lines")
    ]


def words_of(shapes: list[Shape]) -> str:
    """Return how far the best set's shape hangs on the draw."""
    longer = sum(own.ex_long > own.ex_short for own in shapes)
    return (
        f"The one best set hangs on which lines are drawn. Over {len(shapes)} draws it gains "
        f"{ratio(min(shapes, key=_size))} to {ratio(max(shapes, key=_size))}, switches "
        f"{_span([own.switches for own in shapes])} times a year, is long on "
        f"{_span([float(own.days_long) for own in shapes])} days and into "
        f"{_span([float(own.ex_long) for own in shapes])} ex-dates, into most of them in {longer} "
        f"of the draws. {_common(shapes)}"
    )


def table_of(evidence: Evidence, shapes: list[Shape]) -> Table:
    """Return the shapes by draw."""
    return Table(
        "Best set by draw of lines",
        ("points", "of daily returns", "switches a year", "winning days", "ex-dates long / short",
         "days long / short"),
        [
            (
                f"seed {evidence.seed + place}",
                ratio(own),
                percent(own.gain, 0),
                number(own.switches, 1),
                percent(own.win_rate),
                f"{own.ex_long} / {own.ex_short}",
                f"{own.days_long:,} / {own.days_short:,}",
            )
            for place, own in enumerate(shapes)
        ],
        f"Each the best of {N_LINES:,} lines and all thresholds, refined.",
    )  # fmt: skip


def _common(shapes: list[Shape]) -> str:
    """Return whether size or number of switches varies more between the draws."""
    sizes, switches = [own.points for own in shapes], [own.switches for own in shapes]
    if min(sizes) <= 0.0 or min(switches) <= 0.0:
        return "Some gain or switch nothing."
    if max(sizes) / min(sizes) < max(switches) / min(switches):
        return "What the best sets have in common is their size rather than their shape."
    return "Their size varies as much as their shape."


def _size(own: Shape) -> float:
    return own.points


def _span(values: list[float]) -> str:
    return f"{number(min(values), 0)} to {number(max(values), 0)}"
