"""What a map says of each cell, as data for a script that answers the pointer.

The ``<svg>`` of a map has two attributes. ``data-frame`` is "left top width height" of its cells as
fractions of the picture. ``data-map`` is JSON: `across` and `down` (`name`, and `values` as texts,
from the left and from the top), and one of the following, whichever fits the room:

texts
    A list of rows; each is a list of what its cells hold.
packed
    `type` ("f32", "u16" or "u8"), `data` (base64 of the cells' figures, row by row, little-endian)
    and, unless the type is "f32", `low` and `high`. A whole number n >= 3 is the figure
    ``low + (n - 3) / (most - 3) * (high - low)``, where `most` is the largest number of the type.
    Cells without a figure are n = 0, 1, 2, or inf, -inf and NaN: no set, all sets ruined, no
    figure. `states` has their texts in this order. A figure is shown as
    ``before + fixed(factor * figure, digits) + unit``. `noted` has texts of further cells, by their
    number (row * columns + column); they override the rest.
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cells import Cells
from .marks import titled
from .words import Words

STATES = 3
"""Numbers that stand for a cell without a figure."""
NOTED = 0.25
"""Share of the room that the texts of single cells of a large map may take."""


def map_data(cells: Cells, words: Words, unit: str, room: int) -> str:
    """Return the JSON of a map.

    Parameters
    ----------
    cells : Cells
    words : Words
    unit : str
        As for `ticks.tick_texts`.
    room : int
        Bytes that it should take at most. Of a map that is too large for it, each figure takes one
        byte and is rounded to 1/252 of the figures' range.
    """
    sides = {
        name: {"name": side.name, "values": [str(value) for value in side.values]}
        for name, side in (("across", cells.across), ("down", cells.down))
    }
    rows, columns = cells.sets.shape
    if 8 * cells.sets.size <= room:  # no text is shorter
        texts = [[words.of(cells, row, column) for column in range(columns)] for row in range(rows)]
        if len(found := _json({**sides, "texts": texts})) <= room:
            return found
    several = bool((cells.sets > 1).any())
    shown: dict[str, Any] = {
        "states": [words.empty, "all ruined" if several else "ruined", f"no {words.figure}"],
        "before": words.before if several else "",
        "factor": 100 if unit else 1,
        "unit": unit,
    }
    noted = {
        str(row * columns + column): words.of(cells, row, column) for row, column in titled(cells)
    }
    if len(_json(noted)) <= NOTED * room:
        shown["noted"] = noted
    left = room - len(_json({**sides, **shown}))
    packed, step = _packed(cells, left)
    digits = _digits(cells.values, words, unit)
    if step:  # no more decimals than the type holds
        digits = min(digits, max(0, math.floor(-math.log10(step * shown["factor"]))))
    return _json({**sides, "packed": packed, "digits": digits, **shown})


def _packed(cells: Cells, room: int) -> tuple[dict[str, Any], float]:
    """Return the figures in the most exact type that fits, and the distance of two numbers."""
    if _length(cells.values.size, 4) <= room:
        figures = np.where(np.isfinite(cells.values), cells.values, np.nan)
        figures[cells.sets == 0] = np.inf
        figures[cells.all_ruined] = -np.inf
        return {"type": "f32", "data": _base64(figures.astype("<f4"))}, 0.0
    fits = _length(cells.values.size, 2) <= room
    name, kind, most = ("u16", "<u2", 2**16 - 1) if fits else ("u8", "u1", 2**8 - 1)
    known = np.isfinite(cells.values)
    figures = cells.values[known]
    low, high = (float(figures.min()), float(figures.max())) if figures.size else (0.0, 0.0)
    step = (high - low) / (most - STATES)
    numbers = np.full(cells.values.shape, 2.0)
    numbers[known] = STATES + np.rint((figures - low) / (step or 1.0))
    numbers[cells.all_ruined] = 1.0
    numbers[cells.sets == 0] = 0.0
    return {"type": name, "data": _base64(numbers.astype(kind)), "low": low, "high": high}, step


def _digits(values: NDArray[np.float64], words: Words, unit: str) -> int:
    """Return the decimals of a figure of middle size."""
    known = np.abs(values[np.isfinite(values)])
    text = words.shown(float(np.median(known)) if known.size else 0.0).removesuffix(unit)
    return len(text.partition(".")[2])


def _length(count: int, size: int) -> int:
    return -(-count * size // 3) * 4


def _base64(numbers: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode()


def _json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
