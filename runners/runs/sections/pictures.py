"""Pictures as data: what a page draws, in plain values, without a drawing library.

Code that measures (a chapter of a study, a section of a run) returns pictures; `runners.pages.draw`
draws each as a chart when a page is written. For any other kind of picture, return SVG text; see
`checked_picture`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import ArrayLike

from ....feeds.quoting import shown
from ...errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Picture:
    """Base class of all pictures; a subclass is a kind of picture.

    Attributes
    ----------
    name : str
        Name, unique on the page: a letter, then letters, digits, ``.``, ``_`` or ``-``. The chart's
        identifier on the page is ``chart-`` and this name.
    label : str
        What the picture shows, as a sentence for screen readers and as heading of its figures.

    Raises
    ------
    ParameterError
        The name or the label is invalid, or there is nothing to draw.
    """

    name: str
    label: str

    def __post_init__(self) -> None:
        """Raise if the name is no identifier or the label is empty."""
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
    """Lines over time, with a line at zero.

    Attributes
    ----------
    series : mapping of str to Series of float, indexed by date
        Legend to values, oldest first. The first series is drawn on top. NaN leaves a gap in the
        line.
    percent : bool
        Whether the values are fractions, shown as percent.
    held : str or None
        Legend of the series that the others are compared with; it is drawn in grey.

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
        """Raise if there are no lines, or if a line does not hold numbers by date."""
        super().__post_init__()
        self._refuse_empty(self.series)
        for legend, values in self.series.items():
            self._refuse_undated(f"line {legend!r}", values)


@dataclass(frozen=True, eq=False)
class DailyMarks(Picture):
    """One thin vertical line per day from zero, cut off beyond `limit`.

    Attributes
    ----------
    values : Series of float, indexed by date
        Fractions, oldest first.
    limit : float
        The axis goes from -limit to limit; a fraction > 0.

    Examples
    --------
    >>> import pandas as pd
    >>> apart = pd.Series([0.001, -0.002], pd.date_range("2024-01-02", periods=2))
    >>> DailyMarks("apart", "SPY against SH, by day", apart, limit=0.03).limit
    0.03
    """

    values: pd.Series
    limit: float

    def __post_init__(self) -> None:
        """Raise if there are no days, no numbers by date, or the limit is not positive."""
        super().__post_init__()
        self._refuse_empty(self.values)
        self._refuse_undated("values", self.values)
        if not self.limit > 0.0:
            raise ParameterError(f"picture {self.name!r}: limit must be > 0, got {self.limit}")


@dataclass(frozen=True, eq=False)
class ByPeriod(Picture):
    """A figure for each set of a sweep over one parameter.

    Attributes
    ----------
    series : mapping of str to Series of float
        Legend to the figure, indexed by the parameter's value.
    marks : mapping of str to int
        Legend to the parameter value to mark, usually the best one.
    reference : float or None
        A level to compare with, drawn as a dashed line.
    ruined : mapping of str to sequence of int
        Legend to the parameter values that ruined the account, marked below the curve.
    percent : bool
        Whether the figures are fractions, shown as percent.
    axis : str
        Label of the parameter's axis.

    Examples
    --------
    >>> import pandas as pd
    >>> gain = pd.Series({5: 1.2, 8: 2.5, 20: 0.9})
    >>> sweep = ByPeriod("sweep", "Gain by period", {"mirror": gain}, marks={"mirror": 8})
    >>> float(sweep.series["mirror"][sweep.marks["mirror"]])
    2.5
    """

    series: Mapping[str, pd.Series]
    marks: Mapping[str, int]
    reference: float | None = None
    ruined: Mapping[str, Sequence[int]] | None = None
    percent: bool = False
    axis: str = "bars in the average"

    def __post_init__(self) -> None:
        """Raise if there are no sets."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())


@dataclass(frozen=True, eq=False)
class Movement(Picture):
    """Bars of up and down movement by year, overnight gap and session stacked.

    Attributes
    ----------
    table : DataFrame
        The result of `analyzers.market.movement.yearly_movement` for one unit: index year, columns
        gap_up, gap_down, session_up, session_down.
    unit : {"percent", "points"}
        Unit of the table; "percent" values are fractions, shown as percent.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = ["gap_up", "gap_down", "session_up", "session_down"]
    >>> table = pd.DataFrame([[0.3, -0.2, 0.6, -0.5]], index=[2024], columns=columns)
    >>> Movement("movement", "Movement of SPY in 2024", table, unit="percent").unit
    'percent'
    """

    table: pd.DataFrame
    unit: str

    def __post_init__(self) -> None:
        """Raise if there are no years, or if the unit is unknown."""
        super().__post_init__()
        self._refuse_empty(self.table)
        if self.unit not in ("percent", "points"):
            raise ParameterError(
                f"picture {self.name!r}: unit must be 'percent' or 'points', got {self.unit!r}"
            )


@dataclass(frozen=True, eq=False)
class BarsByYear(Picture):
    """Bars of one or two figures for each calendar year, side by side.

    Attributes
    ----------
    series : mapping of str to mapping of int to float
        Legend to value by year; all series have the same years.
    percent : bool
        Whether the values are fractions, shown as percent.

    Examples
    --------
    >>> gains = {"rule": {2023: 0.11, 2024: 0.08}, "SPY held": {2023: 0.26, 2024: 0.25}}
    >>> list(BarsByYear("years", "Gain by year", gains).series)
    ['rule', 'SPY held']
    """

    series: Mapping[str, Mapping[int, float]]
    percent: bool = False

    def __post_init__(self) -> None:
        """Raise if there are no years, or if series have different years."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())
        _refuse_different_keys(self.name, self.series)


@dataclass(frozen=True, eq=False)
class Scatter(Picture):
    """Named points, one figure against another.

    Attributes
    ----------
    x, y : sequence of float
        Coordinates of the points; both have the same length.
    names : sequence of str
        Names of the points, written next to them.
    x_label, y_label : str
        Labels of the axes.
    x_percent : bool
        Whether x are fractions, shown as percent.

    Examples
    --------
    >>> points = Scatter("risk", "Return against volatility", [0.15, 0.2], [0.08, 0.1],
    ...                  names=["SPY", "QQQ"], x_label="volatility", y_label="return")
    >>> points.names
    ['SPY', 'QQQ']
    """

    x: Sequence[float]
    y: Sequence[float]
    names: Sequence[str]
    x_label: str
    y_label: str
    x_percent: bool = False

    def __post_init__(self) -> None:
        """Raise if a point lacks a coordinate or a name."""
        super().__post_init__()
        if not len(self.x) == len(self.y) == len(self.names):
            raise ParameterError(
                f"picture {self.name!r}: {len(self.x)} x, {len(self.y)} y and {len(self.names)} "
                "names are not of the same points"
            )


@dataclass(frozen=True, eq=False)
class GroupedBars(Picture):
    """Bars of several figures for each name, side by side.

    Attributes
    ----------
    series : mapping of str to mapping of str to float
        Legend to value by name; all series have the same names.
    percent : bool
        Whether the values are fractions, shown as percent.

    Examples
    --------
    >>> gains = {"overnight": {"SPY": 0.09, "QQQ": 0.12}, "intraday": {"SPY": 0.0, "QQQ": -0.02}}
    >>> list(GroupedBars("sessions", "Gain by session", gains, percent=True).series)
    ['overnight', 'intraday']
    """

    series: Mapping[str, Mapping[str, float]]
    percent: bool = False

    def __post_init__(self) -> None:
        """Raise if there are no names, or if series have different names."""
        super().__post_init__()
        self._refuse_empty(self.series, *self.series.values())
        _refuse_different_keys(self.name, self.series)


@dataclass(frozen=True, eq=False)
class Histogram(Picture):
    """Share of values between edges; the outer bars include all values beyond them.

    Attributes
    ----------
    values : array of shape (n,)
        The values, no NaN; if empty, all bars have height 0.
    edges : array of shape (n_bars + 1,)
        Edges of the bars, rising, at least two.

    Examples
    --------
    >>> Histogram("days", "Daily returns", [-0.02, 0.0, 0.01], edges=[-0.03, 0.0, 0.03]).edges
    [-0.03, 0.0, 0.03]
    """

    values: ArrayLike
    edges: ArrayLike

    def __post_init__(self) -> None:
        """Raise if the edges do not rise."""
        super().__post_init__()
        edges = np.asarray(self.edges, dtype=float)
        if edges.size < 2 or not (np.diff(edges) > 0.0).all():
            raise ParameterError(f"picture {self.name!r}: edges must rise, at least two of them")


@dataclass(frozen=True, eq=False)
class Spread(Picture):
    """A histogram of very many values, given as counts per bin, with marked values.

    Attributes
    ----------
    bins : DataFrame
        Columns `low`, `high` and `count`, in rising order; bins may have different widths. Bins
        that are not finite are left out.
    marks : mapping of str to float
        Legend to a value that is drawn as a vertical line; at most three.
    unit : str
        "%", or another unit of fractions that are shown in hundredths; empty if the values are
        shown unchanged.

    Examples
    --------
    >>> import pandas as pd
    >>> bins = pd.DataFrame({"low": [0.0, 0.1], "high": [0.1, 0.2], "count": [300, 20]})
    >>> spread = Spread("sets", "Sharpe ratio of all sets", bins, marks={"best": 0.19})
    >>> int(spread.bins["count"].sum())
    320
    """

    bins: pd.DataFrame
    marks: Mapping[str, float]
    unit: str = ""

    def __post_init__(self) -> None:
        """Raise if there are no bins, or more marks than colours."""
        super().__post_init__()
        self._refuse_empty(self.bins)
        if len(self.marks) > 3:
            raise ParameterError(
                f"picture {self.name!r}: at most three marks, got {', '.join(self.marks)}"
            )


class Chart(NamedTuple):
    """A picture with a title and a caption, for a chapter or a panel.

    Examples
    --------
    >>> gains = {"rule": {2023: 0.11, 2024: 0.08}}
    >>> chart = Chart("Gain by year", BarsByYear("years", "Gain by year", gains), "No costs.")
    >>> chart.title
    'Gain by year'
    """

    title: str
    picture: Picture | str
    """The picture as data, or SVG text. SVG text is not escaped: it must come from code, never from
    data."""
    caption: str = ""


def checked_picture(given: Picture | str, where: str) -> Picture | str:
    """Return a picture, or the SVG element of a text.

    Parameters
    ----------
    given : Picture or str
        A text is an SVG file or element. It is put on the page unchanged, without its prologue. It
        needs a `viewBox`, and its identifiers must differ from those of other pictures.
    where : str
        Place of the picture, for error messages: ``chart 'Gain' of chapter 'gains'``.

    Raises
    ------
    ParameterError
        The argument is neither a picture nor well-formed SVG.
    """
    if isinstance(given, Picture):
        return given
    if not isinstance(given, str):
        raise ParameterError(
            f"{where}: a Picture of runners/runs/sections/pictures.py or SVG text is wanted, "
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
