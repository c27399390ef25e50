"""The numbers of the time charts for the page's script, packed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..svg.paths import Floats
from .charts import Feed, Line, Overlay, TimeChart
from .drawn import legend_keys


def packed(charts: Sequence[TimeChart], days: Floats, growth: Sequence[Line]) -> str:
    """Return JSON that the page's script reads.

    Parameters
    ----------
    charts : sequence of TimeChart
        All time charts of the page.
    days : ndarray of shape (n_days,)
        Days since 1970-01-01, rising.
    growth : sequence of Line
        Growth of 1 of the strategy, then of the benchmark, which a narrower window compares.

    Returns
    -------
    str
        Days as 32-bit integers and values as 32-bit floats, in base64; safe within ``<script>``.
    """
    series: dict[str, str] = {}
    for chart in charts:
        for line in _every_line(chart):
            series.setdefault(line.key, _floats(line.values))
    content = {
        "days": _text(np.asarray(days, "<i4").tobytes()),
        "series": series,
        "growth": [{"key": line.key, "label": line.label} for line in growth],
        "charts": {chart.name: _chart(chart) for chart in charts},
    }
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _every_line(chart: TimeChart) -> list[Line]:
    return [*chart.lines, *(line for feed in chart.feeds for line in feed.lines)]


def _chart(chart: TimeChart) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "height": chart.height,
        "unit": chart.unit,
        "log": chart.log,
        "scalable": chart.scalable,
        "rebase": chart.rebase,
        "zero": chart.zero,
        "lines": [_line(line) for line in chart.lines],
        **_overlay(chart.overlay),
    }
    if chart.feeds:
        found["feeds"] = [_feed(feed) for feed in chart.feeds]
    return found


def _feed(feed: Feed) -> Mapping[str, Any]:
    return {
        "name": feed.name,
        "label": feed.label,
        "lines": [_line(line) for line in feed.lines],
        "keys": legend_keys(feed.overlay),
        **_overlay(feed.overlay),
    }


def _line(line: Line) -> Mapping[str, Any]:
    return {
        "key": line.key, "label": line.label, "colour": line.colour, "kind": line.kind,
        "width": line.width, "hidden": line.hidden, **({"near": line.near} if line.near else {}),
    }  # fmt: skip


def _overlay(overlay: Overlay) -> Mapping[str, Any]:
    return {
        "shade": {colour: list(spans) for colour, spans in overlay.shade.items()},
        "marks": {
            colour: [[place, float(f"{value:.7g}")] for place, value in marks]
            for colour, marks in overlay.marks.items()
        },
        "dot": overlay.dot,
    }


def _floats(values: Floats) -> str:
    with np.errstate(over="ignore"):
        return _text(np.asarray(values, "<f4").tobytes())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
