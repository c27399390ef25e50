"""The page of a search, in the style of the tearsheet."""

from __future__ import annotations

from typing import Any

from ....search.evaluator import POSITIONS, RUINED
from ...runs.labels.figures import figure_of
from ...runs.labels.formats import counted
from ...runs.labels.traded import traded_name
from ...runs.next.sessions import ends_at
from ...runs.provenance import described
from ...searches.columns import cell, first, heading
from ...searches.neighbours import STEPS
from ...searches.result import SearchResult
from ...searches.side_by_side import trials
from ..html import rendered
from ..raw import Cell, number_cell, value_cell
from ..settings_rows import cost_words, timing_words
from ..worth.beside import beside
from ..worth.section import worth_section
from .badges import badges
from .growth import PAGE, growth_of
from .pictures import maps_of, marginals_of, spread_of, undrawn_of, varied
from .six_figures import best_set, search_figures
from .space_line import space_line
from .verdict import search_verdict

OF_WEIGHTS = ("Size", "Orders", "Decisions", "Shares")
"""Settings that say nothing of a strategy that sends its own orders, of so many shares."""


def page(result: SearchResult) -> str:
    """Return the page as HTML text, a whole self-contained document."""
    found, settings = result.found, result.settings.plain()
    data = [described(bars) for bars in result.bars]
    top = found.top
    statistics = [
        name for name in top.columns if name not in (*result.space.names, POSITIONS, "index")
    ]
    if not (top[RUINED] >= 0).any():
        statistics.remove(RUINED)
    if result.sends_orders:
        statistics = [name for name in statistics if name not in ("points", "percent")]
    statistics = first(found.objective, statistics)
    marginals = marginals_of(result)
    return rendered(
        "search.html",
        result=result,
        trials=trials(result),
        space=space_line(result.space),
        badges=badges(result),
        verdict=search_verdict(result).text,
        six=search_figures(result),
        best_set=best_set(result),
        found_any=found.evaluated > 1,
        traded=traded_name(data, result.params),
        headings=[heading(name) for name in statistics],
        top=[
            (
                [value_cell(row[name]) for name in result.space.names],
                [_cell(name, row[name]) for name in statistics],
            )
            for row in top.to_dict("records")
        ],
        held=[cell(name, result.held_figures.get(name)) for name in statistics],
        neighbours=_neighbour_rows(result),
        objective=figure_of(found.objective),
        counted=counted,
        **growth_of(result),
        best_page=PAGE,
        worth=worth_section(
            result.worth,
            found.objective,
            result.elsewhere,
            result.vault,
            result.forward,
            result.no_forward,
            beside(result.compared, result.window, found.objective),
        ),
        spread=spread_of(result),
        marginals=marginals,
        undrawn=undrawn_of(result, marginals),
        maps=maps_of(result),
        one_parameter=len(varied(result.space)) == 1,
        timing=[
            row
            for row in timing_words(
                settings, result.twice_a_day, result.bars[0].frequency, at=ends_at(result.bars)
            )
            if not (result.sends_orders and row[0] in OF_WEIGHTS)
        ],
        costs=cost_words(settings, data),
        data=data,
    )


def _cell(name: str, value: Any) -> Cell:
    """Return the cell of a statistic; of sets that were not ruined, the day of ruin is missing."""
    lasted = name == RUINED and value < 0
    return number_cell(cell(name, value), None if lasted else value)


def _neighbour_rows(result: SearchResult) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return, for each parameter, its values around the best set with their objective.

    The best set is in the middle; a cell is empty if the parameter has no such value or a
    constraint excludes the set.
    """
    rows = []
    for name, steps in result.neighbours.groupby("parameter", sort=False):
        there = {int(row["step"]): row for row in steps.to_dict("records")}
        cells = [
            (
                str(there[step]["value"]),
                "ruined"
                if there[step]["ruined"]
                else cell(result.found.objective, there[step]["objective"]),
                step == 0,
            )
            if step in there
            else ("", "", False)
            for step in range(-STEPS, STEPS + 1)
        ]
        rows.append((str(name), cells))
    return rows
