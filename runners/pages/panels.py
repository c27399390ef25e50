"""Panels for the tearsheet: those of a run's sections, and any panel with its pictures drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import ParameterError
from ..runs.sections.asked import Shown
from ..runs.sections.checked_panel import check_panel
from ..runs.sections.pictures import Picture, checked_picture
from ..runs.sections.section import Panel
from .draw import draw


def panels_of(sections: Mapping[str, Shown], before: Sequence[Panel] = ()) -> list[Panel]:
    """Return the panels of all sections, drawn, in the order of the sections.

    Parameters
    ----------
    sections : mapping of str to Shown
        Name to section and its figures.
    before : sequence of Panel
        The page's own panels, which come first.

    Raises
    ------
    ParameterError
        A section returned something other than panels.
    """
    found: list[Panel] = list(before)
    for name, (section, measured) in sections.items():
        try:
            panels = section.panel(measured)
        except Exception as error:
            error.add_note(f"in panel() of section {name}")
            raise
        several = isinstance(panels, Iterable) and not isinstance(panels, (Panel, str, Mapping))
        each: Any = panels if several else (panels,)
        for panel in each:
            if panel is None:
                continue
            if not isinstance(panel, Panel):
                raise ParameterError(
                    f"section {name}: panel() must return a Panel, several, or None; got "
                    f"{type(panel).__name__}"
                )
            check_panel(name, panel)
            found.append(panel)
    _refuse_repeats(found)
    return [as_markup(panel) for panel in found]


def _refuse_repeats(panels: Sequence[Panel]) -> None:
    """Raise if two pictures have the same name: their parts would have the same identifiers."""
    seen: set[str] = set()
    for panel in panels:
        for chart in panel.charts:
            if isinstance(chart.picture, Picture):
                if chart.picture.name in seen:
                    raise ParameterError(
                        f"panel {panel.title!r}: picture {chart.picture.name!r} stands on the page "
                        "already; give it a name of its own"
                    )
                seen.add(chart.picture.name)


def as_markup(panel: Panel) -> Panel:
    """Return a panel with its pictures drawn, and marked as safe for a template with its HTML."""
    from markupsafe import Markup

    charts = []
    for chart in panel.charts:
        where = f"panel {panel.title!r}: chart {chart.title!r}"
        svg = draw(checked_picture(chart.picture, where))
        charts.append(chart._replace(picture=Markup(svg)))
    return panel._replace(charts=charts, html=Markup(panel.html))
