"""Draw a picture, which is data, as inline SVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ParameterError
from ..runs.sections import pictures
from . import charts

DRAWN: dict[type[pictures.Picture], Callable[[Any], str]] = {
    pictures.BarsByYear: charts.bars_by_year,
    pictures.ByPeriod: charts.by_period,
    pictures.Curves: charts.curves,
    pictures.DailyMarks: charts.daily_marks,
    pictures.GroupedBars: charts.grouped_bars,
    pictures.Histogram: charts.histogram,
    pictures.Movement: charts.movement,
    pictures.Scatter: charts.scatter,
    pictures.Spread: charts.spread,
}
"""Kind of picture to the function that draws it."""


def draw(picture: pictures.Picture | str) -> str:
    """Return a picture as one ``<svg>`` element.

    Parameters
    ----------
    picture : Picture or str
        A text is SVG, as `checked_picture` returns it, and is returned unchanged.

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
