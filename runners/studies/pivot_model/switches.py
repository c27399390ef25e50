"""Graph 11: how often the models switch in each year, and whether they follow movement."""

from __future__ import annotations

import math

import pandas as pd

from ....analyzers.market.calendar_years import full_years
from ....analyzers.market.switching import correlation_with_movement, switches_by_year
from ...runs.labels.formats import number
from ...runs.sections.pictures import BarsByYear, Chart, Scatter
from ...runs.sections.section import Table
from ..robust_etf.movement import movement_of
from ..study import Evidence, Figure, Findings
from .chosen import NAMES, chosen_of
from .spans import span_of


def switches(evidence: Evidence) -> Findings:
    """Return the switches of the models year by year, and whether they follow movement."""
    main = evidence.main
    span = span_of(evidence, main)
    dates = pd.DatetimeIndex(span.bars.dates[span.first : span.last + 1])
    movement = movement_of(evidence, main)["percent"]["total"]
    years = [year for year in full_years(dates) if year > dates[0].year]
    by_model, correlations = {}, {}
    for key, own in chosen_of(evidence, main).items():
        by_year = switches_by_year(dates, own.sides[span.first : span.last + 1])
        by_model[key] = by_year
        correlations[key] = correlation_with_movement(by_year, movement, years)
    shown = [key for key in ("best", "often") if key in by_model]
    first = by_model[shown[-1]]
    own_years = [year for year in first.index if year > dates[0].year]
    full = [year for year in years if year in movement.index]
    return Findings(
        words=(_follows(correlations, len(full)),),
        figures=[
            Figure(
                f"switches.{key}_correlation", main,
                f"{NAMES[key]}: correlation of switches with movement by year", None, value,
                "coefficient", f"Over {len(full)} full calendar years.",
            )
            for key, value in correlations.items()
        ],
        charts=[
            Chart(
                f"{main}: switches by year",
                BarsByYear(
                    "pivot-switches",
                    f"Switches by year on {main}",
                    {
                        NAMES[key]: {
                            int(year): float(by_model[key][year]) for year in own_years
                        }
                        for key in shown
                    },
                ),
                "The last year may be partial.",
            ),
            *(
                [
                    Chart(
                        f"{main}: switches against movement",
                        Scatter(
                            "pivot-switches-movement",
                            f"Switches against movement by year on {main}",
                            x=[float(movement[year]) for year in full],
                            y=[float(first[year]) for year in full],
                            names=[str(year) for year in full],
                            x_label="movement, gaps and sessions",
                            y_label="switches",
                            x_percent=True,
                        ),
                        f"One point a full year, of the {NAMES[shown[-1]]}.",
                    )
                ]
                if full
                else []
            ),
        ],
        tables=[
            Table(
                "Switches",
                tuple(NAMES[key] for key in by_model),
                [
                    (str(year), *(number(own.get(year), 0) for own in by_model.values()))
                    for year in own_years
                ],
            )
        ],
    )  # fmt: skip


def _follows(correlations: dict[str, float | None], n_years: int) -> str:
    known = {key: value for key, value in correlations.items() if value is not None}
    if not known:
        return "There are too few full years to compare switches with movement."
    told = ", ".join(f"{NAMES[key]} {number(value)}" for key, value in known.items())
    more = sum(value > 1.96 / math.sqrt(n_years) for value in known.values())
    return (
        "The source says that its model trades more often in years of high volatility. Correlation "
        f"of switches with movement by year: {told}. With {n_years} years it is told from chance "
        f"for {more} of {len(known)}. "
        "Scores are in units of volatility: a threshold is not reached more often because the "
        "market moves more."
    )
