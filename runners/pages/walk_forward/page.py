"""The page of a walk-forward, in the style of the tearsheet."""

from __future__ import annotations

from markupsafe import Markup

from ...records.files import STITCHED, TEARSHEET
from ...runs.labels.badge_texts import badge, gravest_first
from ...runs.labels.bar_ends import end_of
from ...runs.labels.figures import figure_of
from ...runs.labels.formats import percentage_points
from ...runs.labels.traded import traded_name
from ...runs.provenance import described
from ...runs.result import Badge
from ...walk_forwards.result import WalkForwardResult
from ..html import rendered
from ..search.space_line import space_line
from ..settings_rows import cost_words, timing_words
from ..worth.beside import beside
from ..worth.elsewhere_rows import vault_words
from ..worth.forward import how_often
from ..worth.section import worth_section
from .growth import growth_of
from .parameters import parameters_of
from .path import path_table
from .shifts import shift_strip
from .six_figures import walk_forward_figures
from .verdict import walk_forward_verdict

PAGE = f"{STITCHED}/{TEARSHEET}"
"""The page of the account, seen from the page of the walk-forward."""


def page(result: WalkForwardResult) -> str:
    """Return the page as HTML text, a whole self-contained document."""
    stitched, hindsight = result.stitched, result.hindsight
    data = [described(bars) for bars in result.bars]
    twice_a_day = bool((stitched.decisions["session"] == "open").any())
    return rendered(
        "walk_forward.html",
        result=result,
        traded=traded_name(data, result.params),
        objective=figure_of(result.objective),
        space=space_line(result.space),
        verdict=walk_forward_verdict(result).text,
        six=walk_forward_figures(result),
        badges=badges_of(result),
        **growth_of(result),
        own_page=PAGE,
        held="Held" if stitched.benchmark_kind == "held" else "Benchmark",
        beside=None
        if hindsight is None
        else beside(hindsight.compared, hindsight.window, result.objective),
        vault=vault_words(result.vault, "that no fit and no account saw"),
        worth=None
        if hindsight is None
        else worth_section(
            hindsight.worth,
            result.objective,
            forward=result,
            of="ex-post best",
            over=hindsight.window,
        ),
        chosen=parameters_of(result),
        path=path_table(result),
        often=how_often(result),
        rates=[percentage_points(rate) for rate in result.efficiency[1:3]],
        strip=Markup(shift_strip(result)),
        timing=timing_words(
            stitched.settings, twice_a_day, result.bars[0].frequency, at=end_of(stitched.data)
        ),
        costs=cost_words(stitched.settings, data),
        data=data,
    )


def badges_of(result: WalkForwardResult) -> list[Badge]:
    """Return the badges of the account, and those of what ranked the sets of its fits."""
    figure = figure_of(result.objective)
    told = list(result.stitched.badges)
    if figure.best is not max:
        told.append(badge("ranked by", figure=figure.noun))
    return gravest_first(told)
