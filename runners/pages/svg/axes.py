"""The labels and grid lines of a chart's axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from .log_ticks import labels as log_labels
from .log_ticks import log_ticks
from .paths import HIGH, WIDE
from .scale import Scale
from .ticks import date_ticks, round_ticks, tick_texts

Labels = Sequence[tuple[float, str]]
"""Values and their texts."""


def figures(
    scale: Scale, unit: str, most: int, text: Callable[[float], str] | None = None
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
        Formats a value in place of `ticks.tick_texts`.
    """
    low, high = sorted((scale.low, scale.high))
    values = log_ticks(low, high) if scale.log else round_ticks(low, high, most)
    if text is not None:
        return [(value, text(value)) for value in values]
    texts = log_labels(values) if scale.log else tick_texts(values, unit)
    return list(zip(values, texts, strict=True))


def dates(scale: Scale) -> Labels:
    """Return the days to label on an axis of days since 1970-01-01."""
    return [(float(day), text) for day, text in date_ticks(int(scale.low), int(scale.high))]


def levels(scale: Scale, labelled: Labels) -> str:
    """Return level grid lines."""
    lines = "".join(f"M0 {round(HIGH * (1 - scale.share(y)))}H{WIDE}" for y, _ in labelled)
    return f'<path class="grid" d="{lines}"/>'


def uprights(scale: Scale, labelled: Labels) -> str:
    """Return upright grid lines."""
    lines = "".join(f"M{round(WIDE * scale.share(x))} 0V{HIGH}" for x, _ in labelled)
    return f'<path class="grid" d="{lines}"/>'


def inside(scale: Scale, labelled: Labels) -> str:
    """Return labels that stand on the grid lines, inside the plot."""
    return "".join(
        f'<text x="0" y="{1 - scale.share(y):.2%}" dy="-3">{escape(text)}</text>'
        for y, text in labelled
    )


def names(scale: Scale, labelled: Labels) -> str:
    """Return the names of rows, left of the plot."""
    return "".join(
        f'<text x="0" dx="-8" y="{1 - scale.share(y):.2%}" dy="4" text-anchor="end">'
        f"{escape(text)}</text>"
        for y, text in labelled
    )


def below(scale: Scale, labelled: Labels, foot: int) -> str:
    """Return the labels at the top of the foot of the chart, which has `foot` pixels."""
    texts = []
    for x, text in labelled:
        share = scale.share(x)
        anchor = "start" if share < 0.03 else "end" if share > 0.97 else "middle"
        texts.append(
            f'<text x="{share:.2%}" y="100%" dy="{15 - foot}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )
    return "".join(texts)


def title(text: str) -> str:
    """Return the title of the level axis, in the middle of the foot's last line."""
    return f'<text x="50%" y="100%" dy="-4" text-anchor="middle">{escape(text)}</text>'
