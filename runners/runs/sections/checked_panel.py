"""A section's panel, checked before a page places it: texts, rows of one shape, no empty figure."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from ....feeds.quoting import shown
from ...errors import ParameterError
from .pictures import Chart
from .section import Panel, Table


def check_panel(section: str, panel: Panel) -> None:
    """Raise if a page cannot show a panel correctly.

    Parameters
    ----------
    section : str
        Name of its section, for the message.
    panel : Panel
        As `Section.panel` returned it.

    Raises
    ------
    ParameterError
        No title, a text in the place of several, a cell that is neither text nor a finite number,
        a row of another length than its headings, or a chart or table of another type.
    """
    where = f"section {section}: panel {shown(panel.title)}"
    if not isinstance(panel.html, str):
        raise ParameterError(f"{where}: html must be text, got {shown(panel.html)}")
    if not isinstance(panel.title, str) or not panel.title.strip():
        raise ParameterError(f"section {section}: a panel needs a title, got {shown(panel.title)}")
    _check_text(f"{where}: title", panel.title)
    for name in ("words", "rows", "charts", "tables"):
        _check_list(f"{where}: {name}", getattr(panel, name))
    for paragraph in panel.words:
        _check_text(f"{where}: words", paragraph)
    for row in panel.rows:
        _check_row(f"{where}: rows", row)
    for chart in panel.charts:
        if not isinstance(chart, Chart):
            raise ParameterError(f"{where}: charts must hold Charts, got {shown(chart)}")
    for table in panel.tables:
        _check_table(where, table)


def _check_table(where: str, table: object) -> None:
    if not isinstance(table, Table):
        raise ParameterError(f"{where}: tables must hold Tables, got {shown(table)}")
    where = f"{where}: table {shown(table.title)}"
    _check_list(f"{where}: columns", table.columns)
    _check_list(f"{where}: rows", table.rows)
    for row in table.rows:
        _check_row(where, row)
        check_width(where, table, row)


def check_width(where: str, table: Table, row: Sequence[str]) -> None:
    """Raise unless a row has its name and one cell for each heading."""
    if len(row) != 1 + len(table.columns):
        raise ParameterError(
            f"{where}: a row has its name and {len(table.columns)} cells, one for each of the "
            f"columns (the title heads the names); got {len(row)} in all: {shown(row)}"
        )


def _check_row(where: str, row: Any) -> None:
    _check_list(f"{where}: a row", row)
    if not len(row):
        raise ParameterError(f"{where}: a row holds a name and its figures, got {shown(row)}")
    for cell in row:
        _check_text(where, cell)


def _check_list(where: str, given: object) -> None:
    if isinstance(given, (str, bytes, Chart, Table)) or not isinstance(given, Sequence):
        raise ParameterError(f"{where} must be a list or tuple, got {shown(given)}")


def _check_text(where: str, cell: object) -> None:
    """Raise if a cell would be shown as None, nan or an unreadable text."""
    if isinstance(cell, str):
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            raise ParameterError(f"{where}: no UTF-8 can hold {shown(cell)}") from None
    elif not (isinstance(cell, numbers.Real) and math.isfinite(cell)):
        raise ParameterError(
            f"{where} must hold texts and finite numbers, got {shown(cell)}: say in words "
            "what does not exist"
        )
