"""The pictures of a search, and the rows of their tables."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from ....search.evaluator import RUINED
from ....search.found import Pair
from ....search.space import Space
from ...runs.labels.figures import Figure, figure_of
from ...runs.sections.pictures import Spread
from ...searches.columns import cell
from ...searches.result import SearchResult
from ...searches.values import in_order, is_numeric
from ..draw import draw
from ..raw import Cell, number_cell, value_cell
from .curves import Levels, Near, by_value
from .maps.cells import Cells
from .maps.heat_map import ROOM, heat_map
from .maps.words import Words

MOST_MAPS = 6
MOST_CURVES = 8
MOST_ROWS = 1_000
"""Most values of a parameter for which the page has a row each."""


class Picture(NamedTuple):
    """A picture and its heading."""

    title: str
    svg: Markup | None
    """None if there is nothing to draw."""


class Distribution(NamedTuple):
    """The distribution of the objective over all sets."""

    picture: Picture
    drawn: int
    """Number of sets in the picture."""
    beyond: int
    """Number of sets whose figure is too large for the histogram."""


class Marginal(NamedTuple):
    """The objective by one parameter, over all values of the others."""

    name: str
    picture: Picture
    banded: bool
    """Whether the picture shows the range of the best set's neighbours."""
    columns: list[str]
    rows: list[list[Cell]]
    """One row for each value; empty if there are more than `MOST_ROWS`."""
    total: list[str]
    """The sums of the count columns."""


class Undrawn(NamedTuple):
    """Parameters without a picture and rows."""

    large: list[str]
    """Parameters with too many values for their figures to be kept."""
    others: list[str]
    """Parameters whose figures are only in search.json."""


class Maps(NamedTuple):
    """The objective by two parameters at a time."""

    pictures: list[Picture]
    drawn: int
    """Number of pairs with a picture."""
    kept: int
    """Number of pairs in search.json."""
    large: list[str]
    """Pairs with too many cells to be kept."""


def varied(space: Space) -> list[str]:
    """Return the parameters with more than one value."""
    return [name for name, values in zip(space.names, space.values, strict=True) if len(values) > 1]


def objective_of(result: SearchResult) -> Figure:
    """Return the figure that ranks the sets."""
    return figure_of(result.found.objective)


def spread_of(result: SearchResult) -> Distribution | None:
    """Return the distribution of all sets; None if fewer than two bins hold sets."""
    found, figure = result.found, objective_of(result)
    finite = found.histogram[
        found.histogram["low"].map(math.isfinite) & found.histogram["high"].map(math.isfinite)
    ]
    best = float(found.top[found.objective].iloc[0])
    if len(finite) < 2 or not math.isfinite(best):
        return None
    low, high = (finite[edge].to_numpy(float).copy() for edge in ("low", "high"))
    worst = float(found.marginals["worst"].min())
    if best > low[-1]:  # the outer bars end at the best and the worst set
        high[-1] = min(high[-1], best)
    if worst < high[0]:
        low[0] = max(low[0], worst)
    ends = finite.assign(low=low, high=high)
    marks = {"best": best}
    if result.held_objective is not None:
        marks["buy and hold"] = result.held_objective
    if result.median.objective is not None:
        marks["median trial"] = result.median.objective
    drawn = int(finite["count"].sum())
    beyond = int(found.histogram["count"].sum()) - drawn
    label = f"Distribution of {figure.noun} over all sets"
    drawing = draw(Spread("spread", label, ends, marks, unit=figure.unit))
    return Distribution(Picture(f"All sets by {figure.noun}", Markup(drawing)), drawn, beyond)


def marginals_of(result: SearchResult) -> list[Marginal]:
    """Return each parameter with more than one value, with a row for each value."""
    found, figure = result.found, objective_of(result)
    names = varied(result.space)
    marginals: list[Marginal] = []
    for parameter, rows in found.marginals.groupby("parameter", sort=False):
        name = str(parameter)
        if name not in names or len(marginals) == MOST_CURVES:
            continue
        ordered = rows.iloc[in_order(rows["value"].tolist())]
        one = int(rows["sets"].max()) <= 1
        figures = (
            {figure.noun: "best"} if one else {kind: kind for kind in ("best", "mean", "worst")}
        )
        counts = {"sets": "sets", "ruined": "ruined", f"no {figure.noun}": "undefined"}
        marginals.append(
            Marginal(
                name,
                Picture(
                    f"{figure.label} by {name}",
                    _drawn(result, name, rows, one),
                ),
                len(names) == 1 and is_numeric(rows["value"].tolist()),
                [name, *counts, *figures],
                [
                    [
                        value_cell(row["value"]),
                        *(number_cell(f"{row[key]:,}", row[key]) for key in counts.values()),
                        *(
                            number_cell(cell(found.objective, row[key]), row[key])
                            for key in figures.values()
                        ),
                    ]
                    for row in ordered.to_dict("records")
                ]
                if len(rows) <= MOST_ROWS
                else [],
                [f"{int(rows[key].sum()):,}" for key in counts.values()],
            )
        )
    return marginals


def undrawn_of(result: SearchResult, marginals: list[Marginal]) -> Undrawn:
    """Return which parameters have neither a picture nor rows."""
    kept = {*result.found.marginals["parameter"]}
    missing = [name for name in varied(result.space) if name not in {m.name for m in marginals}]
    return Undrawn(
        [name for name in missing if name not in kept], [name for name in missing if name in kept]
    )


def _drawn(result: SearchResult, name: str, rows: pd.DataFrame, one: bool) -> Markup | None:
    """Draw the objective by a parameter; None if no set has an objective."""
    if not rows["count"].any():
        return None
    figure = objective_of(result)
    label = f"{figure.label} by {name}"
    if not one:
        label = f"Best, mean and worst {figure.noun} by {name}"
    near = near_of(result, name) if len(varied(result.space)) == 1 else None
    return Markup(
        by_value(
            f"marginal-{name}", f"{label}; sets that were ruined are marked at the foot", name,
            rows, words=figure.noun, unit=figure.unit,
            levels=Levels(result.held_objective, near),
        )
    )  # fmt: skip


def near_of(result: SearchResult, name: str) -> Near | None:
    """Return the neighbourhood of the best set; None if the best set has no objective."""
    steps = result.neighbours[result.neighbours["parameter"] == name]
    winner, beside = steps[steps["step"] == 0], steps[steps["step"] != 0]
    if not winner["objective"].notna().all():
        return None
    values = steps["value"].tolist()
    middle = float(beside["objective"].fillna(-math.inf).median()) if len(beside) else math.nan
    places = in_order(values)
    return Near(
        winner["value"].iloc[0], values[places[0]], values[places[-1]],
        middle if math.isfinite(middle) else None,
    )  # fmt: skip


def maps_of(result: SearchResult) -> Maps:
    """Return the heat maps of pairs of parameters, and the pairs without one."""
    found = result.found
    names = varied(result.space)
    wanted = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    known = [pair for pair in wanted if pair in found.pairs]
    kinds = ("best",) if len(names) == 2 else ("mean", "best")
    drawn = [(pair, kind) for pair in known[: MOST_MAPS // len(kinds)] for kind in kinds]
    pictures = [
        _map(result, pair, found.pairs[pair], kind, ROOM // len(drawn)) for pair, kind in drawn
    ]
    large = [f"{one} and {other}" for one, other in wanted if (one, other) not in found.pairs]
    return Maps(pictures, len(pictures) // len(kinds), len(known), large)


def _map(result: SearchResult, names: tuple[str, str], pair: Pair, kind: str, room: int) -> Picture:
    found, figure = result.found, objective_of(result)
    alone = len(varied(result.space)) == 2
    table: pd.DataFrame = getattr(pair, kind)
    cells = Cells.of(pair, table)
    winner: dict[str, Any] = {name: found.top[name].iloc[0] for name in names}
    ruined = bool(found.top[RUINED].iloc[0] >= 0)
    has_figure = math.isfinite(found.top[found.objective].iloc[0]) and not ruined
    empty = "not drawn" if result.sample is not None else "no set"
    if result.space.constraints and result.sample is None:
        empty = "ruled out"
    pair_named = f"{names[0]} and {names[1]}"
    named = figure.label if alone else f"{kind.capitalize()} {figure.noun}"
    return Picture(
        f"{named} by {pair_named}",
        Markup(
            heat_map(
                f"map-{names[0]}-{names[1]}-{kind}",
                f"{kind} {figure.noun} by {pair_named}",
                cells,
                Words(figure.noun, figure.show, "" if alone else kind, empty),
                unit=figure.unit,
                best=cells.place_of(winner) if has_figure else None,
                room=room,
            )
        ),
    )
