"""Draw a picture, which is data, as HTML with inline SVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ParameterError
from ..runs.sections import pictures
from .charts import bars, distributions, scatter, sweeps, time

DRAWN: dict[type[pictures.Picture], Callable[[Any], str]] = {
    pictures.BarsByYear: bars.bars_by_year,
    pictures.ByPeriod: sweeps.by_period,
    pictures.Curves: time.curves,
    pictures.DailyMarks: time.daily_marks,
    pictures.GroupedBars: bars.grouped_bars,
    pictures.Histogram: distributions.histogram,
    pictures.Movement: bars.movement,
    pictures.Scatter: scatter.scatter,
    pictures.Spread: distributions.spread,
}
"""Kind of picture to the function that draws it."""


def draw(picture: pictures.Picture | str) -> str:
    """Return a picture as HTML: one element, as `Plot.html` returns it.

    Parameters
    ----------
    picture : Picture or str
        A text is an ``<svg>`` element, as `checked_picture` returns it, and is returned unchanged.

    Raises
    ------
    ParameterError
        No function draws this kind of picture.
    """
    if isinstance(picture, str):
        return picture
    drawn = DRAWN.get(type(picture))
    if drawn is None:
        raise ParameterError(
            f"no page draws a {type(picture).__name__} ({picture.name!r}): take a kind of "
            "runners/runs/sections/pictures.py, or give SVG text"
        )
    return drawn(picture)
