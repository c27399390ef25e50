"""What a time chart shows, as plain data: lines, shaded spans, marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..svg.paths import Floats


class Line(NamedTuple):
    """One line of a time chart.

    Attributes
    ----------
    key : str
        Unique on the page.
    label : str
        Its name for readers.
    colour : str
        Name of the page's colour.
    values : ndarray of shape (n_days,)
        One value for each day of the page's time axis; NaN breaks the line.
    kind : {"line", "area", "step"}
        "area": filled to zero; "step": filled, and each value holds until the next day.
    width : float
        Pixels.
    hidden : bool
        Whether the line is drawn only when the reader asks for it.
    near : int
        Most bars of a window in which it is drawn, as in a wider one it would be a block of ink; 0:
        it always is.
    """

    key: str
    label: str
    colour: str
    values: Floats
    kind: str = "line"
    width: float = 1.5
    hidden: bool = False
    near: int = 0

    def drawn_in(self, bars: int) -> bool:
        """Return whether the line is drawn at first in a window of so many bars."""
        return not self.hidden and (not self.near or bars <= self.near)


@dataclass(frozen=True)
class Overlay:
    """What lies below and above the lines of a chart.

    Attributes
    ----------
    shade : mapping of str to sequence of (int, int)
        Colour to spans of days that are shaded, by first and last place on the time axis.
    marks : mapping of str to sequence of (int, float)
        Colour to dots, by place on the time axis and value.
    keys : sequence of (str, str, str)
        Entries of the legend for them: text, colour, shape.
    dot : int
        Size of a dot in pixels.
    """

    shade: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    marks: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)
    keys: Sequence[tuple[str, str, str]] = ()
    dot: int = 6


@dataclass(frozen=True)
class Feed:
    """One instrument of a chart with a picker."""

    name: str
    label: str
    lines: Sequence[Line]
    overlay: Overlay = Overlay()


@dataclass(frozen=True)
class TimeChart:
    """A time chart.

    Attributes
    ----------
    name : str
        Unique on the page.
    label : str
        What it shows, for screen readers.
    lines : sequence of Line
        The lines; those of the first feed if there are feeds.
    height : int
        Pixels, without the labels below.
    unit : str
        "%" for fractions shown in hundredths; empty: shown unchanged.
    log : bool
        Logarithmic scale at first.
    scalable : bool
        Whether the reader can change between linear and logarithmic.
    rebase : bool
        Whether a narrower window lets each line start at 1.
    zero : bool
        Whether the axis reaches zero, where a line is drawn.
    overlay : Overlay
        Shaded spans and marks.
    feeds : sequence of Feed
        Instruments among which the reader picks; empty: none.
    """

    name: str
    label: str
    lines: Sequence[Line]
    height: int
    unit: str = ""
    log: bool = False
    scalable: bool = False
    rebase: bool = False
    zero: bool = False
    overlay: Overlay = Overlay()
    feeds: Sequence[Feed] = ()
