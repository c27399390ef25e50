"""The labels and grid lines of a chart's axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from .log_ticks import labels as log_labels
from .log_ticks import log_ticks
from .paths import HIGH, WIDE
from .scale import Scale
from .ticks import FEWEST, date_ticks, round_ticks, tick_texts

Labels = Sequence[tuple[float, str]]
"""Values and their texts."""

NARROW = 328
"""Width in pixels of a chart on a phone, on which all labels fit side by side."""

LETTER, SLIM = 6.6, 6.0
"""Widths in pixels of a letter: that of most texts, and the least that a name is shortened for."""

OUT = 10
"""Pixels by which a label may stand out of the chart, into the page's own margin."""

MOST = 6
"""Most labels of a level axis."""


def figures(
    scale: Scale,
    unit: str,
    most: int,
    text: Callable[[float], str] | None = None,
    *,
    whole: bool = False,
) -> Labels:
    """Return round values of a scale with their texts.

    Parameters
    ----------
    scale : Scale
        The axis.
    unit : str
        As for `ticks.tick_texts`.
    most : int
        Most labels of a linear scale.
    text : callable, optional
        Formats a value in place of `ticks.tick_texts`, unless two texts would be equal.
    whole : bool
        Only whole numbers, on a linear scale.
    """
    low, high = sorted((scale.low, scale.high))
    values = log_ticks(low, high) if scale.log else round_ticks(low, high, most, whole=whole)
    texts = [text(value) for value in values] if text is not None else []
    if text is None or len(set(texts)) < len(texts):
        texts = log_labels(values) if scale.log else tick_texts(values, unit)
    return list(zip(values, texts, strict=True))


def dates(scale: Scale, most: int = MOST) -> Labels:
    """Return the days to label on an axis of days since 1970-01-01."""
    ticks = date_ticks(math.ceil(scale.low), math.floor(scale.high), most)
    return [(float(day), text) for day, text in ticks]


def fitting(labels: Callable[[int], Labels], width: float) -> Labels:
    """Return the most labels, at most `MOST`, that fit side by side into a width in pixels.

    `labels` returns the labels for a largest number. The fewest that it is asked for is `FEWEST`,
    which are returned if none fit.
    """
    for most in range(MOST, FEWEST - 1, -1):
        found = labels(most)
        if sum(len(text) + 2 for _, text in found) * LETTER <= width:
            break
    return found


def named(texts: Sequence[str]) -> Labels:
    """Return texts at 0, 1, 2, ..."""
    return [(float(place), text) for place, text in enumerate(texts)]


def gutter_for(names: Sequence[str], most: float = 0.36) -> float:
    """Return the gutter of a chart, a fraction at most `most`, in which names fit on a phone."""
    longest = max(map(len, names), default=0)
    return min(most, math.ceil(100.0 * (longest * LETTER + 10.0) / NARROW) / 100.0)


def levels(scale: Scale, labelled: Labels) -> str:
    """Return level grid lines."""
    lines = "".join(f"M0 {round(HIGH * (1 - scale.share(y)))}H{WIDE}" for y, _ in labelled)
    return f'<path class="grid" d="{lines}"/>' if lines else ""


def uprights(scale: Scale, labelled: Labels) -> str:
    """Return upright grid lines."""
    lines = "".join(f"M{round(WIDE * scale.share(x))} 0V{HIGH}" for x, _ in labelled)
    return f'<path class="grid" d="{lines}"/>' if lines else ""


def inside(scale: Scale, labelled: Labels) -> str:
    """Return labels that stand on the grid lines, inside the plot."""
    return "".join(
        f'<text x="0" y="{1 - scale.share(y):.2%}" dy="-3">{escape(text)}</text>'
        for y, text in labelled
    )


def beside(scale: Scale, labelled: Labels) -> str:
    """Return the labels of an axis of figures, left of the plot."""
    return "".join(
        f'<text x="0" dx="-6" y="{1 - scale.share(y):.2%}" dy="4" text-anchor="end">'
        f"{escape(text)}</text>"
        for y, text in labelled
    )


def margin_for(labelled: Labels) -> int:
    """Return the width in pixels that the labels of an axis of figures take; 0 without any."""
    longest = max((len(text) for _, text in labelled), default=0)
    return 7 * longest + 8 if longest else 0


def names(scale: Scale, labelled: Labels, gutter: float) -> str:
    """Return the names of rows, left of the plot; a long one is shortened, and has a title."""
    room = max(1, int((gutter * NARROW - 8.0) / SLIM + 1e-9))
    return "".join(
        f'<text x="0" dx="-8" y="{1 - scale.share(y):.2%}" dy="4" text-anchor="end">'
        f"{shortened(text, room)}</text>"
        for y, text in labelled
    )


def shortened(text: str, room: int) -> str:
    """Return an escaped text of at most `room` letters; the whole one is its title."""
    if len(text) <= room:
        return escape(text)
    return (
        f"{escape(text[: room - 1].rstrip())}\N{HORIZONTAL ELLIPSIS}<title>{escape(text)}</title>"
    )


def below(scale: Scale, labelled: Labels, width: float, margin: float) -> str:
    """Return the labels below the plot, each in one or more lines.

    `width` is that of the plot on a phone, in pixels, and `margin` what stands free at its left; a
    label that would leave the page there is moved.
    """
    texts = []
    for x, text in labelled:
        share = scale.share(x)
        half = max(map(len, text.split("\n"))) * LETTER / 2.0
        out_left, out_right = half - share * width - margin, half - (1.0 - share) * width
        anchor = "start" if out_left > OUT else "end" if out_right > OUT else "middle"
        for row, line in enumerate(text.split("\n")):
            texts.append(
                f'<text x="{share:.2%}" y="{15 + 14 * row}" text-anchor="{anchor}">'
                f"{escape(line)}</text>"
            )
    return "".join(texts)


def title(text: str, left: float, y: int) -> str:
    """Return the title of the level axis, in the middle of the plot; empty without a text."""
    at = f'<text x="{(1 + left) / 2:.2%}" y="{y}" text-anchor="middle">'
    return f"{at}{escape(text)}</text>" if text else ""


def heading(text: str, margin: int) -> str:
    """Return the title of the upright axis, above its labels; empty without a text."""
    return f'<text x="{-margin}" y="10">{escape(text)}</text>' if text else ""
