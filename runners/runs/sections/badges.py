"""The badges that sections add to those of a run."""

from __future__ import annotations

from collections.abc import Mapping

from ....feeds.quoting import shown
from ...errors import ParameterError
from ..labels.badge_texts import KINDS, brought_along, is_badge
from ..result import Badge
from .asked import Shown, noted


def badges_of(measured: Mapping[str, Shown]) -> list[Badge]:
    """Return the badges that sections give, in the order of the sections.

    Raises
    ------
    ParameterError
        What a section returns is no badge.
    """
    found = []
    for section, figures in measured.values():
        if not callable(getattr(section, "badges", None)):
            continue
        for given in noted(section, "badges", figures):
            if not is_badge(given):
                raise ParameterError(
                    f"section {section.name}: badges() must return a kind ({', '.join(KINDS)}), a "
                    f"text and why for each badge, got {shown(given)}"
                )
            found.append(brought_along(given))
    return found
