"""One chart: marks are added in data coordinates, and written as HTML with inline SVG.

The marks are drawn on a grid that the browser stretches to the width of the page; labels are placed
by percentages and keep their size. A chart therefore fits a phone, a screen and paper. Colours are
the page's variables (``"accent"`` is ``var(--accent)``), so that a dark page has dark charts. Below
each chart its figures stand as a folded table.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...runs.labels.formats import any_size, percent
from . import axes, paths, scale
from .figures_table import Series, figures_table
from .paths import HIGH, WIDE, Floats
from .scale import Scale

HEIGHT = 220
"""Height of the plot in pixels, without the labels below it."""

FOOT = 20
"""Height of the labels below the plot, in pixels."""

RUNS = tuple(f"run{place}" for place in range(1, 9))
"""Colours of several runs, in order."""


class Key(NamedTuple):
    """An entry of the legend."""

    text: str
    colour: str
    shape: str
    """"line", "dash", "box" or "dot"."""


class Plot:
    """A chart with one pair of axes.

    Parameters
    ----------
    name : str
        Unique on the page.
    label : str
        What the chart shows, for screen readers and as heading of its table.
    height : int
        Pixels.
    unit : str
        Unit of values that are fractions shown in hundredths ("%"); empty: shown unchanged.
    log : bool
        Logarithmic scale; values that are not positive are not drawn.
    gutter : float
        Fraction of the width at the left that is kept for the names of rows.
    """

    def __init__(
        self,
        name: str,
        label: str,
        *,
        height: int = HEIGHT,
        unit: str = "",
        log: bool = False,
        gutter: float = 0.0,
    ) -> None:
        self.name, self.label, self.height, self.unit = name, label, height, unit
        self.log, self.gutter = log, gutter
        self.dated = False
        self.x_limits: tuple[float, float] | None = None
        self.y_limits: tuple[float, float] | None = None
        self.x_ticks: list[tuple[float, str]] | None = None
        self.y_ticks: list[tuple[float, str]] | None = None
        self.x_title = ""
        self.x_unit: str | None = None
        """Unit of a horizontal axis of figures; None: whole or plain numbers."""
        self.y_text: Callable[[float], str] | None = None
        self.rows: list[Series] = []
        """The figures of the table below the chart."""
        self._across, self._up = Scale(0.0, 1.0), Scale(0.0, 1.0)
        self._keys: list[Key] = []
        self._marks: list[Callable[[], str]] = []
        self._texts: list[Callable[[], str]] = []
        self._x: list[float] = []
        self._y: list[float] = []

    # Marks, in the order in which they are drawn.

    def line(
        self, x: Any, y: Any, colour: str, legend: str = "", *, width: float = 1.5,
        dash: bool = False, step: bool = False, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw a line; it is broken where `y` is NaN."""
        across, up = self._seen(x, y)
        if legend:
            self._keys.append(Key(legend, colour, "dash" if dash else "line"))
        if table:
            self.rows.append(Series(legend or self.label, across, up, self._shown))

        def drawn() -> str:
            points = paths.step_points(across, up) if step else (across, up)
            path = paths.line_path(self._wide(points[0]), self._high(points[1]))
            dashed = ";stroke-dasharray:5 4" if dash else ""
            return (
                f'<path d="{path}" style="stroke:var(--{colour});stroke-width:{width:g}{dashed}"/>'
            )

        self._marks.append(drawn)

    def area(
        self, x: Any, low: Any, high: Any, colour: str, legend: str = "", *, opacity: float = 0.18,
        step: bool = False,
    ) -> None:  # fmt: skip
        """Fill the area between two lines; a number stands for a level."""
        across, up = self._seen(x, np.broadcast_to(np.asarray(high, float), np.shape(x)))
        _, down = self._seen(x, np.broadcast_to(np.asarray(low, float), np.shape(x)))
        if legend:
            self._keys.append(Key(legend, colour, "box"))

        def drawn() -> str:
            at, top, bottom = across, up, down
            if step:
                at, top = paths.step_points(across, up)
                bottom = paths.step_points(across, down)[1]
            path = paths.area_path(self._wide(at), self._high(bottom), self._high(top))
            return _filled(path, colour, opacity)

        self._marks.append(drawn)

    def bars(
        self, x: Any, heights: Any, width: float, colour: str, legend: str = "", *, base: Any = 0.0,
        opacity: float = 1.0, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw upright bars around `x`; NaN leaves a gap."""
        across, up = _floats(x), _floats(heights)
        low = np.broadcast_to(np.asarray(base, float), up.shape)
        self._note(np.append(across - width / 2, across + width / 2), np.append(low, low + up))
        if legend:
            self._keys.append(Key(legend, colour, "box"))
        if table:
            self.rows.append(Series(legend or self.label, across, up, self._shown))
        known = np.isfinite(up)

        def drawn() -> str:
            left, right = (self._wide(across[known] + side * width / 2) for side in (-1, 1))
            ends = self._high(low[known]), self._high((low + up)[known])
            bottom, top = np.maximum(*ends), np.minimum(*ends)
            return _filled(paths.box_path(left, right, bottom, top), colour, opacity)

        self._marks.append(drawn)

    def rows_of_bars(
        self, y: Any, lengths: Any, thick: float, colour: str, legend: str = "", *,
        left: Any = 0.0, table: bool = True,
    ) -> None:  # fmt: skip
        """Draw level bars around `y`, which counts downwards; NaN leaves a gap."""
        up, across = _floats(y), _floats(lengths)
        start = np.broadcast_to(np.asarray(left, float), across.shape)
        self._note(np.append(start, start + across), np.append(up - thick / 2, up + thick / 2))
        if legend:
            self._keys.append(Key(legend, colour, "box"))
        if table:
            self.rows.append(Series(legend or self.label, up, across, self._shown_across))
        known = np.isfinite(across)

        def drawn() -> str:
            ends = self._wide(start[known]), self._wide((start + across)[known])
            edges = (self._high(up[known] + side * thick / 2) for side in (-1, 1))
            bottom_top = np.sort(np.stack(list(edges)), axis=0)[::-1]
            return _filled(
                paths.box_path(np.minimum(*ends), np.maximum(*ends), *bottom_top), colour, 1.0
            )

        self._marks.append(drawn)

    def points(
        self, x: Any, y: Any, colour: str, legend: str = "", *, size: float = 5.0,
        table: bool = False,
    ) -> None:  # fmt: skip
        """Draw dots; NaN is left out. `size` is in pixels."""
        across, up = self._seen(x, y)
        if legend:
            self._keys.append(Key(legend, colour, "dot"))
        if table:
            self.rows.append(Series(legend or self.label, across, up, self._shown))
        self._marks.append(
            lambda: (
                f'<path d="{paths.dots_path(self._wide(across), self._high(up))}" '
                f'style="stroke:var(--{colour});stroke-width:{size:g};stroke-linecap:round"/>'
            )
        )

    def band(self, left: Any, right: Any, colour: str, legend: str = "", *,
             opacity: float = 0.12) -> None:  # fmt: skip
        """Fill the whole height from each `left` to its `right`."""
        starts, ends = np.atleast_1d(self._numbers(left)), np.atleast_1d(self._numbers(right))
        if legend:
            self._keys.append(Key(legend, colour, "box"))
        whole = np.zeros_like(starts), np.full_like(starts, HIGH)
        self._marks.append(
            lambda: _filled(
                paths.box_path(self._wide(starts), self._wide(ends), whole[1], whole[0]),
                colour, opacity,
            )
        )  # fmt: skip

    def level(self, y: float, colour: str = "muted", legend: str = "", *, width: float = 0.8,
              dash: bool = False) -> None:  # fmt: skip
        """Draw a level line over the whole width."""
        self._note([], [y])
        if legend:
            self._keys.append(Key(legend, colour, "dash" if dash else "line"))
        self._marks.append(
            lambda: _ruled(f"M0 {self._at(self._high, y)}H{WIDE}", colour, width, dash=dash)
        )

    def upright(self, x: float, colour: str = "muted", legend: str = "", *, width: float = 0.8,
                dash: bool = False) -> None:  # fmt: skip
        """Draw an upright line over the whole height."""
        self._note([x], [])
        if legend:
            self._keys.append(Key(legend, colour, "dash" if dash else "line"))
        self._marks.append(
            lambda: _ruled(f"M{self._at(self._wide, x)} 0V{HIGH}", colour, width, dash=dash)
        )

    def text(self, x: Any, y: float, text: str, colour: str = "muted", *, anchor: str = "start",
             dx: int = 0, dy: int = 0) -> None:  # fmt: skip
        """Write beside a point; `dx` and `dy` move the text by pixels."""
        at = float(self._numbers([x])[0])
        self._texts.append(
            lambda: (
                f'<text x="{self._at(self._wide, at) / WIDE:.2%}" '
                f'y="{self._at(self._high, y) / HIGH:.2%}" dx="{dx}" dy="{dy + 4}" '
                f'text-anchor="{anchor}" style="fill:var(--{colour})">{escape(text)}</text>'
            )
        )

    def html(self) -> str:
        """Return the chart: legend, ``<svg>`` and its figures as a folded table."""
        return (
            f'<div class="chart" id="chart-{escape(self.name)}">{self._legend()}{self.svg()}'
            f"{self._table()}</div>"
        )

    def svg(self) -> str:
        """Return the ``<svg>`` element alone."""
        self._set_scales()
        upright, level = self._y_labelled(), self._x_labelled()
        grid = axes.uprights(self._across, level) if self.gutter else axes.levels(self._up, upright)
        names = axes.names(self._up, upright) if self.gutter else axes.inside(self._up, upright)
        marks = "".join(mark() for mark in self._marks)
        texts = "".join(text() for text in self._texts)
        foot = FOOT + (16 if self.x_title else 0)
        whole = self.height + foot
        box = f'x="{self.gutter:.2%}" width="{1 - self.gutter:.2%}"'
        return (
            f'<svg class="plot" role="img" aria-label="{escape(self.label)}" height="{whole}">'
            f'<svg {box} height="{self.height / whole:.2%}">'
            f'<svg viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none">{grid}{marks}</svg>'
            f"{names}{texts}</svg>"
            f"<svg {box}>{axes.below(self._across, level, foot)}"
            f"{axes.title(self.x_title) if self.x_title else ''}</svg></svg>"
        )

    def _table(self) -> str:
        named = self.y_ticks if self.gutter else self.x_ticks
        return figures_table(self.label, self.rows, dated=self.dated, named=named or ())

    def _legend(self) -> str:
        if not self._keys:
            return ""
        keys = "".join(
            f'<span><i class="{key.shape}" style="color:var(--{key.colour})"></i>'
            f"{escape(key.text)}</span>"
            for key in self._keys
        )
        return f'<p class="legend">{keys}</p>'

    def _set_scales(self) -> None:
        self._across = Scale(*self.x_limits) if self.x_limits else scale.across(self._x)
        self._up = (
            Scale(*self.y_limits, log=self.log)
            if self.y_limits
            else scale.upright(self._y, log=self.log)
        )

    def _y_labelled(self) -> axes.Labels:
        if self.y_ticks is not None:
            return self.y_ticks
        return axes.figures(self._up, self.unit, max(3, min(6, self.height // 36)), self.y_text)

    def _x_labelled(self) -> axes.Labels:
        if self.x_ticks is not None:
            return self.x_ticks
        if self.dated:
            return axes.dates(self._across)
        unit = self.unit if self.gutter and self.x_unit is None else self.x_unit or ""
        return axes.figures(self._across, unit, 5 if self.gutter else 6)

    # From data to the grid.

    def _wide(self, x: Floats) -> Floats:
        return self._across.shares(x) * WIDE

    def _high(self, y: Floats) -> Floats:
        return HIGH - self._up.shares(y) * HIGH

    @staticmethod
    def _at(place: Callable[[Floats], Floats], value: float) -> int:
        return round(float(place(np.array([value]))[0]))

    def _seen(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        across, up = self._numbers(x), _floats(y)
        self._note(across, up)
        return across, up

    def _numbers(self, x: Any) -> Floats:
        """Return numbers; dates become days since 1970-01-01."""
        values = np.asarray(x)
        if isinstance(x, pd.DatetimeIndex) or values.dtype.kind == "M":
            self.dated = True
            days: Floats = values.astype("datetime64[D]").astype(float)
            return days
        if values.dtype == object and values.size and isinstance(values.flat[0], pd.Timestamp):
            return self._numbers(pd.DatetimeIndex(x))
        return _floats(values)

    def _note(self, x: Any, y: Any) -> None:
        """Let the axes reach the given values; infinite and missing ones are left out."""
        for seen, values in ((self._x, x), (self._y, y)):
            known = _floats(values)
            known = known[np.isfinite(known)]
            if self.log and seen is self._y:
                known = known[known > 0]
            if known.size:
                seen += [float(known.min()), float(known.max())]

    def _shown(self, value: float) -> str:
        return self.y_text(value) if self.y_text else shown_as(self.unit)(value)

    def _shown_across(self, value: float) -> str:
        return shown_as(self.unit if self.x_unit is None else self.x_unit)(value)


def shown_as(unit: str) -> Callable[[float], str]:
    """Return the function that formats a figure in a unit: "%" for fractions, or none."""
    return percent if unit == "%" else any_size


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=float)


def _filled(path: str, colour: str, opacity: float) -> str:
    faded = f";fill-opacity:{opacity:g}" if opacity < 1 else ""
    return f'<path d="{path}" style="fill:var(--{colour}){faded};stroke:none"/>' if path else ""


def _ruled(path: str, colour: str, width: float, *, dash: bool) -> str:
    dashed = ";stroke-dasharray:5 4" if dash else ""
    return f'<path d="{path}" style="stroke:var(--{colour});stroke-width:{width:g}{dashed}"/>'
