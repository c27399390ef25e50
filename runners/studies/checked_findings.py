"""Check a chapter's findings before they are kept: JSON values, known words, unique names."""

from __future__ import annotations

import math
import numbers
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from ...feeds.quoting import did_you_mean, shown
from ..errors import ParameterError
from ..runs.labels.badge_texts import KINDS, brought_along, is_badge
from ..runs.result import Badge
from ..runs.sections.checked_panel import check_width
from ..runs.sections.pictures import Chart, Picture, checked_picture
from ..runs.sections.section import Table
from .study import FINDINGS, Chapter, Figure, Findings


def checked_findings(chapter: Chapter, found: object) -> Findings:
    """Return a chapter's findings with JSON values in their figures.

    Raises
    ------
    ParameterError
        A finding cannot be kept; the message names the chapter, the figure, chart or table, and the
        fault.
    """
    where = f"chapter {chapter.id!r}"
    if not isinstance(found, Findings):
        raise ParameterError(f"{where} must return Findings, got {type(found).__name__}")
    for field in ("words", "figures", "charts", "tables", "badges", "inputs"):
        given = getattr(found, field)
        if not isinstance(given, (list, tuple)) or hasattr(given, "_fields"):
            raise ParameterError(f"{where}: {field} must be a list or tuple, got {shown(given)}")
    for words in found.words:
        if not isinstance(words, str):
            raise ParameterError(f"{where}: words must hold texts, got {shown(words)}")
    if not isinstance(found.headline, str):
        raise ParameterError(f"{where}: headline must be a text, got {shown(found.headline)}")
    for table in found.tables:
        _check_table(table, where)
    return Findings(
        words=found.words,
        figures=[_checked_figure(figure, chapter) for figure in found.figures],
        charts=[_checked_chart(chart, where) for chart in found.charts],
        tables=found.tables,
        worth=found.worth,
        headline=found.headline,
        badges=[_checked_badge(given, where) for given in found.badges],
        inputs=[_checked_input(given, where) for given in found.inputs],
    )


def refuse_repeats(chapters: Sequence[tuple[Chapter, Findings | str]]) -> None:
    """Raise if two figures of a study have the same id and ticker, or two pictures the same name.

    Raises
    ------
    ParameterError
        The message names the id or name, and the chapter of the second.
    """
    found = [(chapter.id, own) for chapter, own in chapters if isinstance(own, Findings)]
    figures = [(id, (one.id, one.ticker)) for id, own in found for one in own.figures]
    twice = _first_repeat(figures)
    if twice is not None:
        chapter, (figure, ticker) = twice
        raise ParameterError(f"chapter {chapter!r} has figure {figure!r} of {ticker} twice")
    pictures = [
        (id, one.picture.name)
        for id, own in found
        for one in own.charts
        if isinstance(one.picture, Picture)
    ]
    again = _first_repeat(pictures)
    if again is not None:
        raise ParameterError(
            f"chapter {again[0]!r}: picture {again[1]!r} stands on the page already; "
            "give it a name of its own"
        )


def plain_value(value: Any) -> Any:
    """Convert a figure's value to what study.json holds.

    Returns
    -------
    None, bool, int, float, str or list of these
        None for NaN, NaT and pandas' NA. NumPy's numbers become Python's, arrays and tuples lists.

    Raises
    ------
    ValueError
        The value is infinite or has another type.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim == 1):
        return [plain_value(one) for one in value]
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isinf(number):
            raise ValueError("is infinite: say None where a figure does not exist")
        return None if math.isnan(number) else number
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    raise ValueError(f"is a {type(value).__name__}: a number, a text, a list or None is wanted")


def _checked_figure(figure: object, chapter: Chapter) -> Figure:
    where = f"chapter {chapter.id!r}"
    if not isinstance(figure, Figure):
        raise ParameterError(f"{where}: figures holds a {type(figure).__name__}, not a Figure")
    for field in ("id", "ticker", "name", "unit", "verdict"):
        given = getattr(figure, field)
        if not isinstance(given, str):
            raise ParameterError(f"{where}: figure {figure.id!r}: {field} {given!r} is not a text")
    if not figure.id.startswith(f"{chapter.id}."):
        raise ParameterError(
            f"{where}: a figure's id begins with its chapter's: {chapter.id}.{figure.id}, "
            f"got {figure.id!r}"
        )
    where += f": figure {figure.id!r} of {figure.ticker}"
    if figure.finding not in FINDINGS:
        near = did_you_mean(str(figure.finding), FINDINGS, or_known=True)
        raise ParameterError(f"{where}: there is no finding {figure.finding!r}{near}")
    values = {}
    for field in ("published", "measured"):
        try:
            values[field] = plain_value(getattr(figure, field))
        except ValueError as error:
            raise ParameterError(f"{where}: {field} {error}") from error
    return figure._replace(**values)


def _checked_chart(chart: object, where: str) -> Chart:
    if not isinstance(chart, Chart):
        raise ParameterError(f"{where}: charts holds a {type(chart).__name__}, not a Chart")
    picture = checked_picture(chart.picture, f"{where}: chart {chart.title!r}")
    return chart._replace(picture=picture)


def _check_table(table: object, where: str) -> None:
    if not isinstance(table, Table):
        raise ParameterError(f"{where}: tables holds a {type(table).__name__}, not a Table")
    for row in table.rows:
        check_width(f"{where}: table {table.title!r}", table, row)


def _checked_badge(given: Any, where: str) -> Badge:
    if not is_badge(given):
        raise ParameterError(
            f"{where}: badges hold a kind ({', '.join(KINDS)}), a text and why; got {shown(given)}"
        )
    return brought_along(given)


def _checked_input(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict) or not {"name", "source", "sha256", "first"} <= {*given}:
        raise ParameterError(
            f"{where}: inputs hold dicts of name, source, sha256 and first; got {shown(given)}"
        )
    return given


def _first_repeat(named: Iterable[tuple[str, Any]]) -> tuple[str, Any] | None:
    seen: set[Hashable] = set()
    for chapter, name in named:
        if name in seen:
            return chapter, name
        seen.add(name)
    return None
