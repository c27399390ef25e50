"""One chart: marks are added in data coordinates, and written as HTML with inline SVG.

The marks are drawn on a grid that the browser stretches to the width of the page; labels are placed
by percentages and keep their size. A chart therefore fits a phone, a screen and paper. Colours are
the page's variables (``"accent"`` is ``var(--accent)``), so that a dark page has dark charts. Below
each chart its figures stand as a folded table.
"""

from __future__ import annotations

from html import escape

from . import axes, scale
from .elements import legend
from .figures_table import figures_table
from .marks import Marks
from .paths import HIGH, WIDE
from .scale import Scale

HEIGHT = 220
"""Height of the plot in pixels, without the labels below it."""

HEAD, TOP, FOOT, LINE = 22, 6, 20, 14
"""Heights in pixels: of a title above the plot, of the space without one, of the labels below the
plot, of each further line."""

RUNS = tuple(f"run{place}" for place in range(1, 9))
"""Colours of several runs, in order."""


class Plot(Marks):
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
        super().__init__(label, unit=unit, log=log)
        self.name, self.height, self.gutter = name, height, gutter
        self.x_limits: tuple[float, float] | None = None
        self.y_limits: tuple[float, float] | None = None
        self.x_ticks: axes.Labels | None = None
        """Labels of the level axis; a line break starts a second line."""
        self.y_ticks: axes.Labels | None = None
        self.x_whole = self.y_whole = False
        """Whether an axis has labels at whole numbers only."""
        self.x_title = self.y_title = ""
        """Below and above the plot."""
        self.inside = False
        """Whether the labels of figures stand inside the plot, as those of aligned charts do."""
        self.places: axes.Labels | None = None
        """Names of the table's rows; None: those of the axis."""
        self.kept: list[float] = []
        """Places that the table shows, however long it is."""

    def html(self) -> str:
        """Return the chart: legend, ``<svg>`` and its figures as a folded table."""
        return (
            f'<div class="chart" id="chart-{escape(self.name)}">{legend(self.keys)}{self.svg()}'
            f"{self._table()}</div>"
        )

    def svg(self) -> str:
        """Return the ``<svg>`` element alone."""
        self._set_scales()
        up = self._y_labels()
        margin = 0 if self.gutter or self.inside else axes.margin_for(up)
        width = (axes.NARROW - margin) * (1.0 - self.gutter)
        along = self._x_labels(width)
        head = HEAD if self.y_title else 0 if self.inside else TOP
        foot = FOOT + LINE * max([text.count("\n") for _, text in along], default=0)
        titled = 16 if self.x_title else 0
        if self.gutter:
            grid, names = axes.uprights(self._across, along), axes.names(self._up, up, self.gutter)
        else:
            write = axes.inside if self.inside else axes.beside
            grid, names = axes.levels(self._up, up), write(self._up, up)
        marks = "".join(mark() for _, mark in sorted(self._marks, key=lambda mark: mark[0]))
        texts = "".join(text() for text in self._texts)
        free = self.gutter * axes.NARROW + margin
        whole = head + self.height + foot + titled
        sides = f'x="{self.gutter:.2%}" width="{1.0 - self.gutter:.2%}"'
        # The margin is the element's own, so that percentages are those of the plot beside it.
        style = f' style="padding-left:{margin}px;box-sizing:border-box"' if margin else ""
        # Heights are fractions, so that a style sheet can make a chart lower on a phone.
        return (
            f'<svg class="plot" role="img" aria-label="{escape(self.label)}" height="{whole}"'
            f"{style}>{axes.heading(self.y_title, margin)}"
            f'<svg {sides} y="{head / whole:.2%}" height="{self.height / whole:.2%}">'
            f'<svg viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none">{grid}{marks}</svg>'
            f"{names}{texts}</svg>"
            f'<svg {sides} y="{(head + self.height) / whole:.2%}" height="{foot}">'
            f"{axes.below(self._across, along, width, free)}</svg>"
            f"{axes.title(self.x_title, self.gutter, whole - 3)}</svg>"
        )

    def _table(self) -> str:
        named = self.y_ticks if self.gutter else self.x_ticks
        if self.places is not None:
            named = self.places
        return figures_table(
            self.label, self.rows, dated=self.dated, named=named or (), kept=self.kept
        )

    def _set_scales(self) -> None:
        ends = scale.upright if self.gutter and not self.dated else scale.across
        self._across = Scale(*self.x_limits) if self.x_limits else ends(self._x)
        self._up = (
            Scale(*self.y_limits, log=self.log)
            if self.y_limits
            else scale.upright(self._y, log=self.log)
        )

    def _y_labels(self) -> axes.Labels:
        if self.y_ticks is not None:
            return self.y_ticks
        most = max(3, min(6, self.height // 36))
        return axes.figures(self._up, self.unit, most, self.y_text, whole=self.y_whole)

    def _x_labels(self, width: float) -> axes.Labels:
        if self.x_ticks is not None:
            return self.x_ticks
        if self.dated:
            return axes.fitting(lambda most: axes.dates(self._across, most), width)
        unit = self.unit if self.gutter and self.x_unit is None else self.x_unit or ""
        return axes.fitting(
            lambda most: axes.figures(self._across, unit, most, whole=self.x_whole), width
        )
