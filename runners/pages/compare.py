"""The page of a comparison of runs, in the style of the tearsheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..records.compare import Comparison, Run
from ..records.compared_figures import TABLE
from ..records.differences import Difference, shown
from ..runs.labels.units import common_unit, in_units
from .charts.growth import compared_uncompounded
from .compare_charts import comparison_charts, days_and_lines
from .compare_verdict import comparison_verdict
from .html import rendered
from .svg.plot import RUNS
from .timeline.shown import first_screen

if TYPE_CHECKING:
    from markupsafe import Markup

GROUPS = {
    "run": "What was run",
    "params": "Parameters",
    "settings": "Settings",
    "data": "Data",
    "versions": "Versions",
}
"""Headings of the groups of differences."""


def page(comparison: Comparison) -> str:
    """Return the page as HTML text, a whole document."""
    from markupsafe import Markup

    runs, benchmarks = comparison.runs, comparison.benchmarks
    strategies = list(dict.fromkeys(run.record.plain["strategy"] for run in runs))
    windows = [run.record.plain["window"] for run in runs]
    if comparison.days is not None:
        windows = [dict(zip(("first", "last"), map(str, comparison.days), strict=True))]
    unit = common_unit(
        str(table.get("frequency", "day")) for run in runs for table in run.record.plain["data"]
    )
    days, lines = days_and_lines(runs, benchmarks)
    return rendered(
        "compare.html",
        comparison=comparison,
        columns=[*runs, *benchmarks],
        title=strategies[0] if len(strategies) == 1 else f"{len(strategies)} strategies",
        first=min(window["first"] for window in windows),
        last=max(window["last"] for window in windows),
        one_window=all(window == windows[0] for window in windows),
        swatches={run.key: Markup(_swatch(place)) for place, run in enumerate(runs)},
        groups=_groups(comparison.differences),
        unbroken=_unbroken,
        printed=lambda value: _unbroken(shown(value)),
        table=[
            (
                in_units(heading, unit),
                [row for row in rows if any(run.figures[row.key] for run in runs)],
            )
            for heading, rows in TABLE
        ],
        in_units=lambda text: in_units(text, unit),
        verdict=comparison_verdict(comparison).text,
        cautions=[
            {"kind": "warn", "text": heading, "why": words}
            for heading, words in comparison.cautions
        ],
        charts={"uncompounded": Markup(_uncompounded(runs, comparison.held))},
        **first_screen(comparison_charts(lines), days, lines),
    )


def _groups(found: Sequence[Difference]) -> dict[str, list[Difference]]:
    """Return the differences under their headings, without empty groups."""
    grouped = {
        heading: [difference for difference in found if difference.group == group]
        for group, heading in GROUPS.items()
    }
    return {heading: those for heading, those in grouped.items() if those}


def _uncompounded(runs: Sequence[Run], held: Run | None) -> str:
    gains = {run.key: _daily_gain(run.daily).cumsum() for run in runs}
    market = None if held is None else held.daily["benchmark_return"].fillna(0.0).cumsum()
    return compared_uncompounded(gains, market)


def _daily_gain(daily: pd.DataFrame) -> pd.Series:
    """Return the daily gain of one unit of money; of the price if there is a single index."""
    column = "percent" if "percent" in daily else "return"
    return daily[column].fillna(0.0)


def _unbroken(text: str) -> Markup:
    """Escape a text and prevent line breaks within its dates."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"\d{4}-\d\d-\d\d", r"<time>\g<0></time>", str(escape(text))))


def _swatch(place: int) -> str:
    """Draw a sample of a run's line as it looks in the charts."""
    return (
        '<svg class="swatch" viewBox="0 0 22 8" aria-hidden="true">'
        f'<path d="M0 4H22" style="stroke:var(--{RUNS[place]});stroke-width:2.5"/></svg>'
    )
