"""Pictures as data: what is to be drawn, in plain values, without a drawing library.

Code that measures (a chapter of a study, a section of a run) answers pictures; `runners.pages.draw`
turns each into an inline SVG when a page is written. A picture that none of these kinds fits is
given as ready SVG text instead: see `checked_picture`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import ArrayLike

from ...feeds.quoting import shown
from ..errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Picture:
    """What every picture has; one of its subclasses says how it looks.

    Attributes
    ----------
    name : str
        Unique on the page: a letter, then letters, digits, ``.``, ``_`` or ``-``. The identifiers
        of the picture's parts begin with it.
    label : str
        What the picture shows, in a sentence, for readers who hear the page.

    Raises
    ------
    ParameterError
        The name or the label cannot be used, or there is nothing to draw.
    """

    name: str
    label: str

    def __post_init__(self) -> None:
        """Refuse a name that is no identifier, and a label that says nothing."""
        if not isinstance(self.name, str) or not re.fullmatch(r"[A-Za-z][\w.-]*", self.name):
            raise ParameterError(
                f"a picture's name is a letter, then letters, digits, '.', '_' or '-': "
                f"got {self.name!r}"
            )
        if not isinstance(self.label, str) or not self.label.strip():
            raise ParameterError(
                f"picture {self.name!r} needs a label: a sentence on what it shows"
            )

    def _refuse_empty(self, *several: Sized) -> None:
        if not all(len(one) for one in several):
            raise ParameterError(f"picture {self.name!r} has nothing to draw")

    def _refuse_undated(self, which: str, values: Any) -> None:
        index = getattr(values, "index", None)
        dates = index is not None and not callable(index) and index.dtype.kind == "M"
        if not (dates and getattr(values, "ndim", 0) == 1 and values.dtype.kind in "iuf"):
            raise ParameterError(
                f"picture {self.name!r}: {which} must be a Series of numbers by date, got "
                f"{shown(values)}"
            )


@dataclass(frozen=True, eq=False)
class Curves(Picture):
    """Lines over time, around zero.

    Attributes
    ----------
    series : mapping of str to Series of float, indexed by date
        Legend to values, oldest first; the first lies on top. A NaN leaves a gap.
    percent : bool
        The values are fractions, shown as percent.
    held : str or None
        The legend of the series that the others are compared with: it is drawn in grey.

    Examples
    --------
    >>> import pandas as pd
    >>> gain = pd.Series([0.0, 0.01, 0.03], pd.date_range("2024-01-02", periods=3))
    >>> Curves("gain", "Gain of the rule", {"rule": gain}).percent
    True
    """

    series: Mapping[str, pd.Series]
    percent: bool = True
    held: str | None = None

    def __post_init__(self) -> None:
        """Refuse a picture without lines, and a line that is not numbers by date."""
        super().__post_init__()
        self._refuse_empty(self.series)
        for legend, values in self.series.items():
            self._refuse_undated(f"line {legend!r}", values)


@dataclass(frozen=True, eq=False)
class DailyMarks(Picture):
    """Thin vertical lines from zero, one a day, cut off beyond `limit`.

    Attributes
    ----------
    values : Series of float, indexed by date
        Fractions, oldest first.
    limit : float
        Both ends of the axis, a fraction > 0.
    """

    values: pd.Series
    limit: float

    def __post_init__(self) -> None:
        """Refuse a picture without days, and an axis without length."""
        super().__post_init__()
        self._refuse_empty(self.values)
        self._refuse_undated("values", self.values)
        if not self.limit > 0.0:
            raise ParameterError(f"picture {self.name!r}: limit must be > 0, got {self.limit}")


@dataclass(frozen=True, eq=False)
class ByPeriod(Picture):
    """A figure of every set of a sweep over one parameter.

    Attributes
    ----------
    series : mapping of str to Series of float
        Legend to value by parameter.
    marks : mapping of str to int
        Legend to the parameter whose value is marked: the best.
    reference : float or None
        A level to compare with, drawn as a broken line.
    ruined : mapping of str to sequence of int
        Legend to the parameters whose account was ruined, marked under the curve.
    percent : bool
        The values are fractions, shown as percent.
    axis : str
        What the parameter is.
    """

    series: Mapping[str, pd.Series]
    marks: Mapping[str, int]
    reference: float | None = None
    ruined: Mapping[str, Sequence[int]] | None = None
    percent: bool = False
    axis: str = "bars in the average"

    def __post_init__(self) -> None:
        """Refuse a picture without sets."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())


@dataclass(frozen=True, eq=False)
class Movement(Picture):
    """Bars: up and down movement by year, the overnight gap and the session stacked.

    Attributes
    ----------
    table : DataFrame
        As `analyzers.market.movement.yearly_movement` returns it for one unit: index year, columns
        gap_up, gap_down, session_up, session_down.
    unit : {"percent", "points"}
        Percent are fractions, shown as percent.
    """

    table: pd.DataFrame
    unit: str

    def __post_init__(self) -> None:
        """Refuse a picture without years, and a unit that is neither."""
        super().__post_init__()
        self._refuse_empty(self.table)
        if self.unit not in ("percent", "points"):
            raise ParameterError(
                f"picture {self.name!r}: unit must be 'percent' or 'points', got {self.unit!r}"
            )


@dataclass(frozen=True, eq=False)
class BarsByYear(Picture):
    """Bars: one or two figures of each calendar year, side by side.

    Attributes
    ----------
    series : mapping of str to mapping of int to float
        Legend to value by year, the same years in each.
    percent : bool
        The values are fractions, shown as percent.
    """

    series: Mapping[str, Mapping[int, float]]
    percent: bool = False

    def __post_init__(self) -> None:
        """Refuse a picture without years, and series of different years."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())
        _refuse_different_keys(self.name, self.series)


@dataclass(frozen=True, eq=False)
class Scatter(Picture):
    """Points with names, one figure against another.

    Attributes
    ----------
    x, y : sequence of float
        Of each point; equally long.
    names : sequence of str
        Of the points, written beside them.
    x_label, y_label : str
        What the axes are.
    x_percent : bool
        x are fractions, shown as percent.
    """

    x: Sequence[float]
    y: Sequence[float]
    names: Sequence[str]
    x_label: str
    y_label: str
    x_percent: bool = False

    def __post_init__(self) -> None:
        """Refuse points that lack a coordinate or a name."""
        super().__post_init__()
        if not len(self.x) == len(self.y) == len(self.names):
            raise ParameterError(
                f"picture {self.name!r}: {len(self.x)} x, {len(self.y)} y and {len(self.names)} "
                "names are not of the same points"
            )


@dataclass(frozen=True, eq=False)
class GroupedBars(Picture):
    """Bars: several figures of each name, side by side.

    Attributes
    ----------
    series : mapping of str to mapping of str to float
        Legend to value by name, the same names in each.
    percent : bool
        The values are fractions, shown as percent.
    """

    series: Mapping[str, Mapping[str, float]]
    percent: bool = False

    def __post_init__(self) -> None:
        """Refuse a picture without names, and series of different names."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())
        _refuse_different_keys(self.name, self.series)


@dataclass(frozen=True, eq=False)
class Histogram(Picture):
    """Shares of values between edges; what lies beyond them counts in the last bar on its side.

    Attributes
    ----------
    values : array of shape (n,)
        No NaN; empty: bars of no height.
    edges : array of shape (n_bars + 1,)
        Rising; at least two.
    """

    values: ArrayLike
    edges: ArrayLike

    def __post_init__(self) -> None:
        """Refuse edges that do not rise."""
        super().__post_init__()
        edges = np.asarray(self.edges, dtype=float)
        if edges.size < 2 or not (np.diff(edges) > 0.0).all():
            raise ParameterError(f"picture {self.name!r}: edges must rise, at least two of them")


@dataclass(frozen=True, eq=False)
class Spread(Picture):
    """A histogram of very many values that were counted already, with some of them marked.

    Attributes
    ----------
    bins : DataFrame
        `low`, `high`, `count`, in rising order; bins may be of different widths. Those that are
        not finite are left out.
    marks : mapping of str to float
        Legend to a value, drawn as a line; at most three.
    unit : str
        "%" or what else follows fractions that are shown in hundredths; empty where the values are
        shown as they are.
    """

    bins: pd.DataFrame
    marks: Mapping[str, float]
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse a picture without bins, and more marks than there are colours."""
        super().__post_init__()
        self._refuse_empty(self.bins)
        if len(self.marks) > 3:
            raise ParameterError(
                f"picture {self.name!r}: at most three marks, got {', '.join(self.marks)}"
            )


class Chart(NamedTuple):
    """A picture with its heading."""

    title: str
    picture: Picture | str
    """What to draw, as data; or ready SVG text. Text is not escaped: it must come from code, never
    from data."""
    caption: str = ""


def checked_picture(given: Picture | str, where: str) -> Picture | str:
    """Return a picture, or the one element of ready SVG text.

    Parameters
    ----------
    given : Picture or str
        Text is an SVG file or element. It is put on the page as it is, without its prologue: it
        needs a `viewBox`, and its identifiers must not be those of another picture.
    where : str
        Whose picture it is, for the message: ``chart 'Gain' of chapter 'gains'``.

    Raises
    ------
    ParameterError
        It is neither a picture nor well-formed SVG.
    """
    if isinstance(given, Picture):
        return given
    if not isinstance(given, str):
        raise ParameterError(
            f"{where}: a Picture of runners/runs/pictures.py or SVG text is wanted, "
            f"got {type(given).__name__}"
        )
    try:
        root = ElementTree.fromstring(given)
    except ElementTree.ParseError as error:
        raise ParameterError(f"{where}: the text is no SVG ({error})") from error
    if root.tag.rpartition("}")[2] != "svg":
        raise ParameterError(f"{where}: the text is no SVG, its element is <{root.tag}>")
    return given[given.index("<svg") :].strip()


def _refuse_different_keys(name: str, series: Mapping[str, Mapping[Any, float]]) -> None:
    first, *others = (list(values) for values in series.values())
    if any(other != first for other in others):
        raise ParameterError(f"picture {name!r}: each series must have the same keys, in one order")
