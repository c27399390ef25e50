"""The figures of a search: the objective over a parameter, or the growth of the best set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....feeds.quoting import did_you_mean, listed, shown
from ...errors import ParameterError
from ...runs.labels.figures import figure_of as printed_as
from ...searches.result import SearchResult
from ...searches.winner import winner_run
from ..search.curves import Levels
from ..search.pictures import near_of, varied
from .by_value import draw_by_value, height_of
from .canvas import figure_of
from .of_run import check_kind, check_log, curves_of, growth_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("objective", "growth")


def plot(
    result: SearchResult,
    kind: str | None = None,
    parameter: str | None = None,
    log: bool | None = None,
    benchmark: bool = True,
) -> Figure:
    """Return a figure of a search; the parameters are those of `SearchResult.plot`."""
    names = varied(result.space)
    if kind is None:
        kind = "objective" if parameter is not None or len(names) == 1 else "growth"
    check_kind(kind, KINDS)
    check_log(log, kind, ("growth",))
    if kind == "growth":
        if parameter is not None:
            raise ParameterError("parameter is for plot('objective'), and this is plot('growth')")
        best = winner_run(result)
        told = ", ".join(
            f"{name} {value}"
            for name, value in result.space.set_at(int(result.found.top["index"].iloc[0])).items()
        )
        curves = curves_of(best, benchmark=benchmark)
        return growth_figure(f"{result.heading}: {told}", curves, log=log is not False)
    return _objective(result, _parameter(result, parameter, names), benchmark)


def _parameter(result: SearchResult, asked: str | None, names: list[str]) -> str:
    """Return the parameter over which the objective is drawn."""
    kept = {*result.found.marginals["parameter"]}
    known = [name for name in names if name in kept]
    if asked is None and len(known) == 1:
        return known[0]
    if asked is not None and asked in known:
        return asked
    near = did_you_mean(asked, known) if isinstance(asked, str) else ""
    got = "" if asked is None else f", got {shown(asked)}{near}"
    there = listed(known) or "none is kept"
    raise ParameterError(f"plot('objective') is drawn over one parameter ({there}){got}")


def _objective(result: SearchResult, name: str, benchmark: bool) -> Figure:
    found, figure = result.found, printed_as(result.found.objective)
    rows = found.marginals[found.marginals["parameter"] == name]
    if not rows["count"].any():
        raise ParameterError(f"no set has a {figure.noun}: there is nothing to draw")
    near = near_of(result, name) if len(varied(result.space)) == 1 else None
    levels = Levels(result.held_objective if benchmark else None, near)
    return figure_of(
        f"{result.heading}: {figure.noun} by {name}",
        lambda axes: draw_by_value(
            axes, name, rows, words=figure.noun, unit=figure.unit, levels=levels
        ),
        height=height_of(rows, figure.noun) + 0.6,
    )
