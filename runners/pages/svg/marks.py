"""The marks of a chart, in data coordinates: lines, areas, bars, dots and texts.

Marks are kept as functions that are called when all of them are known, since only then do the axes
have their ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ...runs.labels.formats import any_size, number, percent
from . import paths
from .elements import Key, filled, ruled
from .figures_table import Series
from .paths import HIGH, WIDE, Floats
from .scale import Scale

DAY = np.timedelta64(1, "D")


class Marks:
    """What a chart shows, on one pair of axes.

    Colours are names of the page's variables. A legend's text is optional; without one, the mark is
    not in the legend. `z` is the height at which a mark is drawn; higher ones hide lower ones, and
    of equal ones later ones earlier ones.

    Parameters
    ----------
    label : str
        What the chart shows.
    unit : str
        Unit of values that are fractions shown in hundredths ("%"); empty: shown unchanged.
    log : bool
        Logarithmic scale; values that are not positive are not drawn.
    """

    def __init__(self, label: str, *, unit: str = "", log: bool = False) -> None:
        self.label, self.unit, self.log = label, unit, log
        self.dated = False
        self.x_unit: str | None = None
        """Unit of a level axis of figures; None: plain numbers, or `unit` below level bars."""
        self.y_text: Callable[[float], str] | None = None
        self.rows: list[Series] = []
        """The figures of the table below the chart."""
        self._across, self._up = Scale(0.0, 1.0), Scale(0.0, 1.0)
        self.keys: list[Key] = []
        """Entries of the legend."""
        self._marks: list[tuple[int, Callable[[], str]]] = []
        self._texts: list[Callable[[], str]] = []
        self._x: list[float] = []
        self._y: list[float] = []

    def line(
        self, x: Any, y: Any, colour: str, legend: str = "", *, width: float = 1.5,
        dash: bool = False, step: bool = False, table: bool = True, z: int = 0,
    ) -> None:  # fmt: skip
        """Draw a line; it is broken where `y` is NaN. A step keeps each value until the next."""
        across, up = self._seen(x, y)
        self.key(legend, colour, "dash" if dash else "line")
        if table:
            self.column(legend or self.label, across, up)

        def drawn() -> str:
            points = paths.step_points(across, up) if step else (across, up)
            path = paths.line_path(self._wide(points[0]), self._high(points[1]))
            return ruled(path, colour, width, dash=dash)

        self._marks.append((z, drawn))

    def area(
        self, x: Any, low: Any, high: Any, colour: str, legend: str = "", *, opacity: float = 0.18,
        step: bool = False,
    ) -> None:  # fmt: skip
        """Fill the area between two lines; a number stands for a level."""
        across, up = self._seen(x, np.broadcast_to(np.asarray(high, float), np.shape(x)))
        _, down = self._seen(x, np.broadcast_to(np.asarray(low, float), np.shape(x)))
        self.key(legend, colour, "box", opacity)

        def drawn() -> str:
            at, top, bottom = across, up, down
            if step:
                at, top = paths.step_points(across, up)
                bottom = paths.step_points(across, down)[1]
            path = paths.area_path(self._wide(at), self._high(bottom), self._high(top))
            return filled(path, colour, opacity)

        self._marks.append((0, drawn))

    def bars(
        self, x: Any, heights: Any, width: float, colour: str, legend: str = "", *, base: Any = 0.0,
        shift: float = 0.0, opacity: float = 1.0, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw upright bars around `x` + `shift`; NaN leaves a gap."""
        across, up = self._numbers(x), _floats(heights)
        low = np.broadcast_to(np.asarray(base, float), up.shape)
        middle = across + shift
        if table:
            self.column(legend or self.label, across, up)
        self.boxes(
            middle - width / 2, middle + width / 2, low, low + up, colour, legend, opacity=opacity
        )

    def rows_of_bars(
        self, y: Any, lengths: Any, thick: float, colour: str, legend: str = "", *,
        left: Any = 0.0, shift: float = 0.0, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw level bars around `y` + `shift`, which counts downwards; NaN leaves a gap."""
        up, across = _floats(y), _floats(lengths)
        start = np.broadcast_to(np.asarray(left, float), across.shape)
        middle = up + shift
        if table:
            unit = self.unit if self.x_unit is None else self.x_unit
            self.column(legend or self.label, up, across, shown_in(unit))
        self.boxes(start, start + across, middle - thick / 2, middle + thick / 2, colour, legend)

    def boxes(
        self, left: Any, right: Any, low: Any, high: Any, colour: str, legend: str = "", *,
        opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """Fill boxes between edges in any order, none of them in the table; NaN leaves a gap."""
        across = np.stack([self._numbers(edge) for edge in (left, right)])
        up = np.stack([_floats(edge) for edge in (low, high)])
        known = np.isfinite(across).all(axis=0) & np.isfinite(up).all(axis=0)
        across, up = across[:, known], up[:, known]
        self.reach(across, up)
        self.key(legend, colour, "box", opacity)

        def drawn() -> str:
            sides, ends = (np.sort(v, axis=0) for v in (self._wide(across), self._high(up)))
            return filled(paths.box_path(sides[0], sides[1], ends[1], ends[0]), colour, opacity)

        self._marks.append((0, drawn))

    def segments(
        self, left: Any, low: Any, right: Any, high: Any, colour: str, *, width: float = 1.0
    ) -> None:
        """Draw straight lines from (left, low) to (right, high); NaN is left out."""
        start, low_ = self._seen(left, low)
        end, high_ = self._seen(right, high)
        self._marks.append((0, lambda: ruled(
            paths.segments_path(
                self._wide(start), self._wide(end), self._high(low_), self._high(high_)
            ), colour, width,
        )))  # fmt: skip

    def stems(
        self, x: Any, y: Any, colour: str, legend: str = "", *, base: float = 0.0,
        width: float = 0.8, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw upright lines from `base`; NaN is left out. Thousands of them stay a small path."""
        across, up = self._seen(x, y)
        self.reach([], base)
        self.key(legend, colour, "line")
        if table:
            self.column(legend or self.label, across, up)
        self._marks.append((0, lambda: ruled(
            paths.stems_path(
                self._wide(across), self._high(np.full_like(up, base)), self._high(up)
            ), colour, width,
        )))  # fmt: skip

    def points(
        self, x: Any, y: Any, colour: str, legend: str = "", *, size: float = 5.0,
        table: bool = False, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw dots; NaN is left out. `size` is in pixels."""
        across, up = self._seen(x, y)
        self.key(legend, colour, "dot", opacity)
        if table:
            self.column(legend or self.label, across, up)
        self._marks.append((0, lambda: ruled(
            paths.dots_path(self._wide(across), self._high(up)), colour, size, ends="round",
            opacity=opacity,
        )))  # fmt: skip

    def band(
        self, left: Any, right: Any, colour: str, legend: str = "", *, opacity: float = 0.12
    ) -> None:
        """Fill the whole height from each `left` to its `right`, as far as the axis reaches."""
        starts, ends = (np.atleast_1d(self._numbers(edge)) for edge in (left, right))
        self.key(legend, colour, "box", opacity)
        foot, head = np.full_like(starts, HIGH), np.zeros_like(starts)

        def drawn() -> str:
            start, end = (np.clip(self._wide(edge), 0, WIDE) for edge in (starts, ends))
            return filled(paths.box_path(start, end, foot, head), colour, opacity)

        self._marks.append((0, drawn))

    def level(
        self, y: float, colour: str = "muted", legend: str = "", *, width: float = 0.8,
        dash: bool = False,
    ) -> None:  # fmt: skip
        """Draw a level line over the whole width; none at NaN or infinity."""
        self.reach([], y)
        self.key(legend, colour, "dash" if dash else "line")

        def drawn() -> str:
            place = _at(self._high, y)
            path = "" if place is None else f"M0 {place}H{WIDE}"
            return ruled(path, colour, width, dash=dash)

        self._marks.append((0, drawn))

    def upright(
        self, x: Any, colour: str = "muted", legend: str = "", *, width: float = 0.8,
        dash: bool = False,
    ) -> None:  # fmt: skip
        """Draw an upright line over the whole height; none at NaN or infinity."""
        at = float(self._numbers([x])[0])
        self.reach(at, [])
        self.key(legend, colour, "dash" if dash else "line")

        def drawn() -> str:
            place = _at(self._wide, at)
            path = "" if place is None else f"M{place} 0V{HIGH}"
            return ruled(path, colour, width, dash=dash)

        self._marks.append((0, drawn))

    def text(
        self, x: Any, y: float, text: str, colour: str = "muted", *, anchor: str = "start",
        dx: int = 0, dy: int = 0,
    ) -> None:  # fmt: skip
        """Write beside a point; `dx` and `dy` move the text by pixels. None at NaN or infinity."""
        at = float(self._numbers([x])[0])

        def drawn() -> str:
            across, up = _at(self._wide, at), _at(self._high, y)
            if across is None or up is None:
                return ""
            return (
                f'<text x="{across / WIDE:.2%}" y="{up / HIGH:.2%}" '
                f'dx="{dx}" dy="{dy + 4}" text-anchor="{anchor}" '
                f'style="fill:var(--{colour})">{escape(text)}</text>'
            )

        self._texts.append(drawn)

    def key(self, text: str, colour: str, shape: str, opacity: float = 1.0) -> None:
        """Add an entry to the legend; none without a text. `shape` is one of `Key.shape`."""
        if text:
            self.keys.append(Key(text, colour, shape, opacity))

    def column(
        self, name: str, places: Any, values: Any, shown: Callable[[float], str] | None = None
    ) -> None:
        """Add a column to the table of figures; by default, values are shown as on the axis."""
        across = self._numbers(places)
        self.rows.append(Series(name, across, _floats(values), shown or self._shown))

    def reach(self, x: Any, y: Any) -> None:
        """Let the axes reach the given values; infinite and missing ones are left out."""
        for seen, values in ((self._x, self._numbers(x)), (self._y, _floats(y))):
            known = values[np.isfinite(values)]
            if self.log and seen is self._y:
                known = known[known > 0]
            if known.size:
                seen += [float(known.min()), float(known.max())]

    def _wide(self, x: Floats) -> Floats:
        return self._across.shares(x) * WIDE

    def _high(self, y: Floats) -> Floats:
        return HIGH - self._up.shares(y) * HIGH

    def _seen(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        across, up = self._numbers(x), _floats(y)
        self.reach(across, up)
        return across, up

    def _numbers(self, x: Any) -> Floats:
        """Return numbers; dates become days since 1970-01-01."""
        values = np.asarray(x)
        if values.dtype == object and values.size and isinstance(values.flat[0], date):
            values = pd.DatetimeIndex(values).tz_localize(None).to_numpy()
        if values.dtype.kind == "M":
            self.dated = True
            days: Floats = (values - np.datetime64(0, "D")) / DAY
            return days
        return _floats(values)

    def _shown(self, value: float) -> str:
        return self.y_text(value) if self.y_text else shown_in(self.unit)(value)


def shown_in(unit: str) -> Callable[[float], str]:
    """Return a function that formats a figure; a unit is one of fractions shown in hundredths."""
    if unit == "%":
        return percent
    return any_size if not unit else lambda value: number(100.0 * value) + unit


def _at(place: Callable[[Floats], Floats], value: float) -> int | None:
    """Return a value's place on the grid; None for a value without one."""
    found = float(place(np.array([value], dtype=float))[0])
    return round(found) if math.isfinite(found) else None


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=float)
