"""The pictures of a search, and the rows behind them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from ....search.evaluator import RUINED
from ....search.found import Pair
from ....search.space import Space
from ...runs.pictures import Spread
from ...searches.result import SearchResult
from ..draw import draw
from .axis import in_order, is_numeric
from .cells import Cells
from .curves import Levels, Near, by_value
from .heat_map import heat_map
from .numbers import FRACTIONS, counted, shown

MOST_MAPS = 6
MOST_CURVES = 8
MOST_ROWS = 1_000
"""Values of a parameter up to which the page has a row for each."""


LINE_WORDS = (
    "The band: the winner and the sets up to two values away. The line ends where a set was "
    "ruined, has no {words} or was not tried."
)


class Picture(NamedTuple):
    """A picture with what stands above and below it."""

    title: str
    svg: Markup | None
    """None where there is nothing to draw."""
    caption: str = ""


class Marginal(NamedTuple):
    """A parameter over all others."""

    name: str
    picture: Picture
    columns: list[str]
    rows: list[list[str]]
    """One for each value; empty where they are more than `MOST_ROWS`."""
    total: list[str]
    """The sums of the counts."""


class Maps(NamedTuple):
    """Two parameters at a time."""

    pictures: list[Picture]
    note: str
    """Which pairs have no picture, and why."""


def varied(space: Space) -> list[str]:
    """Return the parameters that have more than one value."""
    return [name for name, values in zip(space.names, space.values, strict=True) if len(values) > 1]


def words_of(result: SearchResult) -> str:
    """Return the name of what ranks."""
    return result.found.objective.replace("_", " ")


def spread_of(result: SearchResult) -> Picture | None:
    """Return the distribution of all sets; None where fewer than two bins hold any."""
    found, words = result.found, words_of(result)
    finite = found.histogram[
        found.histogram["low"].map(math.isfinite) & found.histogram["high"].map(math.isfinite)
    ]
    best = float(found.top[found.objective].iloc[0])
    if len(finite) < 2 or not math.isfinite(best):
        return None
    low, high = (finite[edge].to_numpy(float).copy() for edge in ("low", "high"))
    worst = float(found.marginals["worst"].min())
    if best > low[-1]:  # no bar reaches beyond the best set or the worst, whatever its bin does
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
    left_out = [
        f"{count:,} {what}"
        for count, what in (
            (found.ruined, "ruined"),
            (found.undefined, f"without {words}"),
            (beyond, "beyond 2^32"),
        )
        if count
    ]
    caption = f"{counted(drawn)} of {found.evaluated:,}; not drawn: {', '.join(left_out)}."
    return Picture(
        f"All sets by {words}",
        Markup(
            draw(
                Spread(
                    "spread", f"Distribution of {words} over all sets", ends, marks,
                    percent=found.objective in FRACTIONS,
                )
            )
        ),
        caption if left_out else "",
    )  # fmt: skip


def marginals_of(result: SearchResult) -> list[Marginal]:
    """Return each parameter that has more than one value, with a row for each value."""
    found, words = result.found, words_of(result)
    names = varied(result.space)
    marginals: list[Marginal] = []
    for parameter, rows in found.marginals.groupby("parameter", sort=False):
        name = str(parameter)
        if name not in names or len(marginals) == MOST_CURVES:
            continue
        ordered = rows.iloc[in_order(rows["value"].tolist())]
        one = int(rows["sets"].max()) <= 1
        figures = {words: "best"} if one else {kind: kind for kind in ("best", "mean", "worst")}
        counts = {"sets": "sets", "ruined": "ruined", f"no {words}": "undefined"}
        marginals.append(
            Marginal(
                name,
                Picture(
                    f"{words} by {name}",
                    _drawn(result, name, rows, one),
                    LINE_WORDS.format(words=words)
                    if len(names) == 1 and is_numeric(rows["value"].tolist())
                    else "",
                ),
                [name, *counts, *figures],
                [
                    [
                        str(row["value"]),
                        *(f"{row[key]:,}" for key in counts.values()),
                        *(shown(found.objective, row[key]) for key in figures.values()),
                    ]
                    for row in ordered.to_dict("records")
                ]
                if len(rows) <= MOST_ROWS
                else [],
                [f"{int(rows[key].sum()):,}" for key in counts.values()],
            )
        )
    return marginals


def without_rows(result: SearchResult, marginals: list[Marginal]) -> str:
    """Say which parameters have neither picture nor rows, and why; else nothing."""
    kept = {*result.found.marginals["parameter"]}
    missing = [name for name in varied(result.space) if name not in {m.name for m in marginals}]
    large = [name for name in missing if name not in kept]
    notes = []
    if large:
        notes.append(f"Too many values to be kept: {', '.join(large)}.")
    if others := [name for name in missing if name in kept]:
        notes.append(f"In search.json alone: {', '.join(others)}.")
    return " ".join(notes)


def _drawn(result: SearchResult, name: str, rows: pd.DataFrame, one: bool) -> Markup | None:
    """Draw a parameter; None where no set has the figure."""
    if not rows["count"].any():
        return None
    words = words_of(result)
    label = f"{words} by {name}" if one else f"Best, mean and worst {words} by {name}"
    near = _near(result, name) if len(varied(result.space)) == 1 else None
    return Markup(
        by_value(
            f"marginal-{name}", f"{label}; sets that were ruined are marked at the foot", name,
            rows, words=words, percent=result.found.objective in FRACTIONS,
            levels=Levels(result.held_objective, near),
        )
    )  # fmt: skip


def _near(result: SearchResult, name: str) -> Near | None:
    """Return the winner's neighbourhood; None where the winner has no figure."""
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
    """Return the heat maps of pairs of parameters, and which have none."""
    found = result.found
    names = varied(result.space)
    wanted = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    known = [pair for pair in wanted if pair in found.pairs]
    kinds = ("best",) if len(names) == 2 else ("mean", "best")
    pictures = [
        _map(result, pair, found.pairs[pair], kind)
        for pair in known[: MOST_MAPS // len(kinds)]
        for kind in kinds
    ]
    notes = []
    if len(known) * len(kinds) > len(pictures):
        notes.append(
            f"The first {len(pictures) // len(kinds)} of {len(known)} pairs; search.json has all."
        )
    if large := [f"{one} and {other}" for one, other in wanted if (one, other) not in found.pairs]:
        notes.append(f"Too many cells to be kept: {'; '.join(large)}.")
    return Maps(pictures, " ".join(notes))


def _map(result: SearchResult, names: tuple[str, str], pair: Pair, kind: str) -> Picture:
    found, words = result.found, words_of(result)
    alone = len(varied(result.space)) == 2
    table: pd.DataFrame = getattr(pair, kind)
    cells = Cells.of(pair, table)
    winner: dict[str, Any] = {name: found.top[name].iloc[0] for name in names}
    ruined = bool(found.top[RUINED].iloc[0] >= 0)
    has_figure = math.isfinite(found.top[found.objective].iloc[0]) and not ruined
    empty = "not drawn" if result.sample is not None else "no set"
    if result.space.constraints and result.sample is None:
        empty = "ruled out"
    title = f"{words if alone else f'{kind} {words}'} by {names[0]} and {names[1]}"
    return Picture(
        title,
        Markup(
            heat_map(
                f"map-{names[0]}-{names[1]}-{kind}", f"{kind} {title.removeprefix(f'{kind} ')}",
                cells, words=words, shown=lambda value: shown(found.objective, value),
                percent=found.objective in FRACTIONS, kind="" if alone else kind,
                best=cells.place_of(winner) if has_figure else None, empty=empty,
            )
        ),
    )  # fmt: skip
