"""The figures of a chart as a folded table, for readers who cannot see it or want the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from ...runs.labels.formats import NONE
from .paths import Floats

MOST = 36
"""Most rows of a table; of a longer one, evenly spaced rows are shown, the last among them, unless
each row has a name."""


class Series(NamedTuple):
    """The figures of one line or one group of bars."""

    name: str
    x: Floats
    y: Floats
    shown: Callable[[float], str]


def figures_table(
    label: str,
    series: Sequence[Series],
    *,
    dated: bool,
    named: Sequence[tuple[float, str]] = (),
    kept: Sequence[float] = (),
    most: int = MOST,
) -> str:
    """Return a folded table: a row for each place on the axis, a column for each series.

    Parameters
    ----------
    label : str
        What the chart shows.
    series : sequence of Series
        Empty: no table.
    dated : bool
        Whether the places are days since 1970-01-01.
    named : sequence of (float, str), optional
        Names of places; others are printed as numbers.
    kept : sequence of float, optional
        Places that a long table shows as well.
    most : int
        Most rows besides those of `kept`.
    """
    if not series:
        return ""
    places = np.unique(np.concatenate([one.x for one in series]))
    places = places[np.isfinite(places)]
    names = dict(named)
    every = all(place in names for place in places.tolist())
    stride = 1 if every else -(-len(places) // most) or 1
    spread = places[::-1][::stride]
    shown = places[np.isin(places, np.append(spread, np.asarray(kept, dtype=float)))]
    columns = [dict(zip(one.x.tolist(), one.y.tolist(), strict=True)) for one in series]
    head = "".join(f'<th scope="col">{escape(one.name)}</th>' for one in series)
    body = "".join(
        f'<tr><th scope="row">{escape(_place(place, names, dated=dated))}</th>'
        + "".join(
            f"<td>{escape(_cell(found.get(place), one))}</td>"
            for found, one in zip(columns, series, strict=True)
        )
        + "</tr>"
        for place in shown.tolist()
    )
    some = f" (1 row in {stride})" if stride > 1 else ""
    return (
        f'<details class="figures"><summary>Figures<span class="unseen"> of: {escape(label)}</span>'
        f'{some}</summary><div class="scroll"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _place(place: float, names: dict[float, str], *, dated: bool) -> str:
    if place in names:
        return names[place]
    if dated:
        return str(np.datetime64(int(place // 1), "D"))
    return str(int(place)) if place == int(place) else f"{place:g}"


def _cell(value: float | None, series: Series) -> str:
    return NONE if value is None or not np.isfinite(value) else series.shown(value)
