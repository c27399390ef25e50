"""A card in a notebook's cell: title, sentence, figures, picture.

A notebook viewer may remove styles and pictures. The card is then a heading, a sentence and a plain
table, which is still readable.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ..svg.plot import Plot

WIDTH = 760
"""Width of the picture in pixels."""

POINTS = 600
"""Most points of a line in a card; a picture of its size shows no more."""

BETWEEN = " \N{MIDDLE DOT} "

ON_WHITE = "background:#fff;padding:8px;max-width:100%;box-sizing:border-box"
"""Style of the picture: its colours are made for white."""

RIGHT = "text-align:right;padding:2px 0 2px 16px"
"""Style of a cell; a viewer that removes it shows the table all the same."""

LIGHT = {
    "paper": "#fff", "pale": "#f6f3ec", "ink": "#1f2933", "muted": "#66717d", "grid": "#e8ebee",
    "accent": "#1d5f8a", "benchmark": "#a9a296", "gain": "#4d8a6a", "loss": "#b4513f",
    "run1": "#1d5f8a", "run2": "#c2702e", "run3": "#4d8a6a", "run4": "#8b5a9c", "run5": "#a23b2a",
    "run6": "#b89628", "run7": "#3fa3b8", "run8": "#6b5744",
}  # fmt: skip
"""Colours of the page's light scheme: a picture in a cell stands on white in every theme."""


@dataclass(frozen=True)
class Card:
    """What a card shows.

    Attributes
    ----------
    title : str
        One line.
    line : str
        What belongs to it, such as the window.
    sentence : str
        What came of it; may be empty.
    heads : sequence of str
        Headings of the table's columns; the first may be empty.
    rows : sequence of sequence of str
        Cells of the table, as many as headings.
    plot : Plot or None
        The picture.
    notes : sequence of str
        Short remarks below, such as badges.
    foot : str
        How to see more.
    """

    title: str
    line: str
    sentence: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    plot: Plot | None = None
    notes: Sequence[str] = ()
    foot: str = ""


def html_of(card: Card) -> str:
    """Return a card as an HTML fragment without script; every text is escaped."""
    head = "".join(f'<th style="{RIGHT}">{escape(text)}</th>' for text in card.heads[1:])
    body = "".join(
        f'<tr><th style="text-align:left">{escape(row[0])}</th>'
        + "".join(f'<td style="{RIGHT}">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in card.rows
    )
    first = escape(card.heads[0]) if card.heads else ""
    parts = [
        f"<h4>{escape(card.title)}</h4>",
        f"<p>{escape(card.line)}</p>" if card.line else "",
        f"<p><b>{escape(card.sentence)}</b></p>" if card.sentence else "",
        f"<table><thead><tr><th>{first}</th>{head}</tr></thead><tbody>{body}</tbody></table>"
        if card.rows
        else "",
        f"{_legend(card.plot)}{image(card.plot)}" if card.plot is not None else "",
        f"<p>{escape(BETWEEN.join(card.notes))}</p>" if card.notes else "",
        f"<p><small>{escape(card.foot)}</small></p>" if card.foot else "",
    ]
    return f'<div class="btplaybook" style="max-width:{WIDTH + 20}px">{"".join(parts)}</div>'


def _legend(plot: Plot) -> str:
    """Return the names of a chart's lines in their colours; empty for one alone."""
    keys = [
        f'<span style="color:{LIGHT[key.colour]}">\N{BLACK SQUARE}</span> {escape(key.text)}'
        for key in plot.keys
    ]
    return f"<p>{'&nbsp; '.join(keys)}</p>" if len(keys) > 1 else ""


def image(plot: Plot) -> str:
    """Return a chart as an ``<img>`` that holds its own colours and needs no request."""
    colours = ";".join(f"--{name}:{colour}" for name, colour in LIGHT.items())
    style = (
        f"svg{{{colours};overflow:visible;font:12px sans-serif}}path{{fill:none;"
        "vector-effect:non-scaling-stroke;stroke-linejoin:round}.grid{stroke:var(--grid)}"
        "text{fill:var(--muted)}"
    )
    drawn = plot.svg().replace(
        '<svg class="plot"', f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}"', 1
    )
    start = drawn.index(">") + 1
    content = f"{drawn[:start]}<style>{style}</style>{drawn[start:]}"
    text = base64.b64encode(content.encode("utf-8")).decode("ascii")
    return (
        f'<img alt="{escape(plot.label)}" style="{ON_WHITE}" '
        f'src="data:image/svg+xml;base64,{text}">'
    )


def some(count: int) -> list[int]:
    """Return at most `POINTS` evenly spaced places, the first and the last among them."""
    if count <= POINTS:
        return list(range(count))
    return [int(place) for place in np.rint(np.linspace(0, count - 1, POINTS))]
