"""Badges on the page of a search."""

from __future__ import annotations

from ...runs.badges import settings_badges
from ...runs.labels.badge_texts import badge, gravest_first
from ...runs.labels.figures import figure_of
from ...runs.labels.formats import counted
from ...runs.result import Badge
from ...searches.result import SearchResult
from ...searches.side_by_side import trials


def badges(result: SearchResult) -> list[Badge]:
    """Return the badges of the search itself, and those that a run on the same bars has."""
    found, figure = result.found, figure_of(result.found.objective)
    told = [badge("best of a search", trials=trials(result))]
    if figure.best is not max:
        told.append(badge("ranked by", figure=figure.noun))
    stopped = result.stopped.sets if result.stopped else 0
    if without := found.undefined - stopped:
        told.append(badge("no figure", figure=figure.noun, count=counted(without, "set")))
    if result.stopped:
        told.append(
            badge("stopped sets", count=counted(stopped, "set"), first=result.stopped.first)
        )
    if found.ruined:
        told.append(badge("ruined sets", count=counted(found.ruined, "set")))
    told += [*result.badges, *settings_badges(result.settings, result.bars)]
    if result.confirmed:
        told.append(badge("confirmed", count=counted(result.confirmed, "set")))
    return gravest_first(told)
