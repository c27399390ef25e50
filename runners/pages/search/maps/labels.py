"""The labels around a map: values and names of its parameters, and the bar of its colours."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np
from numpy.typing import NDArray

from ...svg.ticks import round_ticks, tick_texts
from ..axis import written
from .cells import Cells
from .colours import Scale, blended
from .frame import LABELS, LETTER, LONGEST, NAME, TOP, Frame, shortened

LINE = 14.0
"""Height of a line of text in pixels."""
THICK = 9.0
"""Height of the bar of colours in pixels."""


def labels(cells: Cells, frame: Frame) -> str:
    """Return the values of both parameters, as many as fit, and their names."""
    return "".join([*_across(cells, frame), *_down(cells, frame)])


def _across(cells: Cells, frame: Frame) -> Iterator[str]:
    side = cells.across
    longest = min(LONGEST, max(len(str(value)) for value in side.values))
    most = max(1, int(frame.narrow / (LETTER * longest + 8.0)))
    texts = []
    for at in written(side.values, most):
        x = (at + 0.5) / frame.columns
        text = escape(shortened(side.values[at], min(LETTER * LONGEST, frame.narrow)))
        texts.append(f'<text x="{x:.2%}" y="14" text-anchor="middle">{text}</text>')
    yield frame.box(frame.bottom, LABELS, "".join(texts))
    name = f'<text x="50%" y="13" text-anchor="middle">{escape(side.name)}</text>'
    yield frame.box(frame.bottom + LABELS, NAME, name)


def _down(cells: Cells, frame: Frame) -> Iterator[str]:
    side, high = cells.down, frame.height / frame.rows
    shown = written(side.values[::-1], max(1, int(frame.height / LINE)))
    texts = []
    for at in (frame.rows - 1 - place for place in shown):
        text = escape(shortened(side.values[at], LETTER * LONGEST))
        y = (at + 0.5) * high
        texts.append(f'<text x="0" dx="-5" y="{y:.2f}" dy="4" text-anchor="end">{text}</text>')
    yield frame.box(TOP, frame.height, "".join(texts))
    middle = TOP + frame.height / 2.0
    yield (
        f'<text transform="translate(12 {middle:.2f}) rotate(-90)" text-anchor="middle">'
        f"{escape(side.name)}</text>"
    )


def bar(name: str, values: NDArray[np.float64], frame: Frame, unit: str) -> str:
    """Return the bar of colours over the range of the figures and zero; empty without figures."""
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    scale = Scale.of(known)
    low, high = float(known.min()), float(known.max())
    if not scale.floor:
        low, high = min(0.0, low), max(0.0, high)
    if low == high:
        low, high = -0.01, 0.01
    stops = sorted({low, high} if scale.floor else {low, 0.0, high})
    blends = np.rint(blended(scale.shares(np.array(stops)))).astype(int).tolist()
    colours = "".join(
        f'<stop offset="{(value - low) / (high - low):.4f}" '
        f'stop-color="rgb({",".join(map(str, blend))})"/>'
        for value, blend in zip(stops, blends, strict=True)
    )
    texts = "".join(
        f'<text x="{share:.2%}" y="{THICK + 14:g}" text-anchor="{_anchor(share)}">{text}</text>'
        for share, text in _ticks(low, high, unit, frame.narrow)
    )
    return frame.box(
        frame.bottom + LABELS + NAME + 6.0, THICK + 18.0,
        f'<linearGradient id="{name}-colours">{colours}</linearGradient>'
        f'<rect width="100%" height="{THICK:g}" fill="url(#{name}-colours)"/>{texts}',
    )  # fmt: skip


def _ticks(low: float, high: float, unit: str, room: float) -> list[tuple[float, str]]:
    """Return places on the bar and their texts, fewer if they would not fit."""
    for most in (6, 5, 4, 3):
        values = round_ticks(low, high, most)
        texts = tick_texts(values, unit)
        apart = (values[1] - values[0]) / (high - low) * room
        if apart >= 1.3 * LETTER * max(map(len, texts)) + 4.0:  # one at an end is not centred
            break
    return [((value - low) / (high - low), text) for value, text in zip(values, texts, strict=True)]


def _anchor(share: float) -> str:
    return "start" if share < 0.04 else "end" if share > 0.96 else "middle"
