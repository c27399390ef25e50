"""The panels of a run's sections, as the tearsheet places them."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ParameterError
from ..runs.pictures import checked_picture
from ..runs.section import Panel
from ..runs.sections import Shown
from .draw import draw


def panels_of(sections: Mapping[str, Shown]) -> list[Panel]:
    """Ask each section for its panels, in the order of the sections.

    Raises
    ------
    ParameterError
        A section returned something else than panels.
    """
    found: list[Panel] = []
    for name, (section, measured) in sections.items():
        try:
            panels = section.panel(measured)
        except Exception as error:
            error.add_note(f"in panel() of section {name}")
            raise
        for panel in (panels,) if isinstance(panels, Panel) or panels is None else panels:
            if panel is None:
                continue
            if not isinstance(panel, Panel):
                raise ParameterError(
                    f"section {name}: panel() must return a Panel, several, or None; got "
                    f"{type(panel).__name__}"
                )
            found.append(_as_markup(panel))
    return found


def _as_markup(panel: Panel) -> Panel:
    """Return a panel whose pictures and HTML a template places as they are."""
    from markupsafe import Markup

    charts = []
    for chart in panel.charts:
        where = f"panel {panel.title!r}: chart {chart.title!r}"
        svg = draw(checked_picture(chart.picture, where))
        charts.append(chart._replace(picture=Markup(svg)))
    return panel._replace(charts=charts, html=Markup(panel.html))
