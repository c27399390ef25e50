"""Draw a figure by the texts that a parameter takes: one row of bars for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..svg.plot import RUNS, Plot
from ..svg.ticks import round_ticks, tick_texts
from .axis import limits, written

MOST_NAMES = 60
"""Most rows of which each is named."""
TALLEST = 720
"""Height of the plot in pixels, at most."""
BAR, SPACE = 18, 12
"""Height of a bar, and space between two rows, in pixels."""
LETTER, LINE = 6.5, 15.0
"""Average width of a letter, rounded up, and height of a line of text, in pixels."""
NARROW, WIDEST = 340, 0.42
"""Width of a chart on a phone in pixels, and the share of it that names take at most."""
LONGEST = int(WIDEST * NARROW / LETTER) - 2
"""Most letters of a name."""


def draw_bars(
    plot: Plot,
    rows: pd.DataFrame,
    shown: dict[str, str],
    *,
    words: str,
    held: float | None,
    best: str | None,
) -> None:
    """Draw bars from zero; a value whose sets have no figure says why.

    Parameters
    ----------
    plot : Plot
        An empty chart; its height is set.
    rows : DataFrame
        The rows of the parameter in `Found.marginals`, from top to bottom.
    shown : dict of str to str
        Words of the legend, and the column of the bars.
    words : str
        The figure's name.
    held : float or None
        The figure of buying and holding.
    best : str or None
        The value of the best set, whose bar has another colour.
    """
    plot.height = min(TALLEST, len(rows) * (BAR * len(shown) + SPACE))
    figures = rows[list(shown.values())].to_numpy(float)
    known = figures[np.isfinite(figures)].tolist()
    low, high = limits([*known, 0.0, *([] if held is None else [held])])
    labelled = round_ticks(low, high, 5)
    plot.x_limits, plot.y_limits = (low, high), (len(rows) - 0.5, -0.5)
    plot.x_ticks = list(zip(labelled, tick_texts(labelled, plot.unit), strict=True))
    plot.y_ticks = _names(rows.to_dict("records"), LINE * len(rows) / plot.height)
    longest = max(len(text) for _, text in plot.y_ticks)
    plot.gutter = min(WIDEST, (LETTER * longest + 12.0) / NARROW)
    if len(shown) == 1:
        legend = words if held is not None else ""
        _draw_alone(plot, [str(value) for value in rows["value"]], figures[:, 0], best, legend)
    else:
        thick = 0.8 / len(shown)
        for order, word in enumerate(shown):
            middle = np.arange(len(rows)) + (order - (len(shown) - 1) / 2.0) * thick
            lengths = figures[:, order]
            plot.rows_of_bars(middle, lengths, 0.92 * thick, RUNS[order], word, table=False)
    plot.upright(0.0)
    if held is not None:
        plot.upright(held, "ink", "buy and hold", width=1.0, dash=True)
    for place, row in enumerate(rows.to_dict("records")):
        if not row["count"]:
            what = "ruined" if row["ruined"] else f"no {words}" if row["sets"] else "no set"
            plot.text(0.0, float(place), what, dx=4)


def _names(rows: list[dict[Any, Any]], line: float) -> list[tuple[float, str]]:
    """Return the places and names of rows, with a second line where some sets were ruined.

    `line` is the height of a line of text in rows.
    """
    texts = [str(row["value"]) for row in rows]
    texts = [
        text if len(text) <= LONGEST else text[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
        for text in texts
    ]
    found: list[tuple[float, str]] = []
    for place in written(texts, MOST_NAMES):
        sets, ruined = rows[place]["sets"], rows[place]["ruined"]
        if ruined and sets > 1:
            found.append((place - line / 2.0, texts[place]))
            found.append((place + line / 2.0, f"{ruined:,} of {sets:,} ruined"))
        else:
            found.append((float(place), texts[place]))
    return found


def _draw_alone(plot: Plot, names: list[str], lengths: Any, best: str | None, legend: str) -> None:
    """Draw one bar a row, the best one in the colour of the page."""
    chosen = np.array([name == best for name in names])
    places = np.arange(len(names))
    for which, colour, text in (
        (~chosen, "benchmark", legend),
        (chosen, "accent", legend and f"best: {best}"),
    ):
        if which.any():
            drawn = np.where(which, lengths, np.nan)
            plot.rows_of_bars(places, drawn, 0.74, colour, text, table=False)
