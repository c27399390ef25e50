"""The card of a walk-forward."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...walk_forwards.result import WalkForwardResult
from ..run_charts import days_of
from ..svg.plot import Plot
from ..walk_forward.growth import account_lines
from ..walk_forward.page import badges_of
from ..walk_forward.six_figures import walk_forward_figures
from ..walk_forward.verdict import walk_forward_verdict
from .card import BETWEEN, Card, html_of, some


def walk_forward_html(result: WalkForwardResult) -> str:
    """Return a walk-forward as a card: verdict, six figures, growth, badges."""
    plot = None
    if len(result.stitched.daily) > 1:
        plot = Plot("growth", "Growth of 1, compounded", height=190, log=True)
        plot.inside = True
        days = days_of(result.stitched)
        kept = some(len(days))
        dates = pd.DatetimeIndex(days[kept].astype("datetime64[D]"))
        for line in account_lines(result):
            if not line.hidden:
                values = np.asarray(line.values)[kept]
                plot.line(dates, values, line.colour, line.label, width=1.5)
    return html_of(
        Card(
            result.heading,
            f"{result.window[0]} to {result.window[1]}{BETWEEN}every {result.refit}, fits of "
            f"{result.fit}",
            walk_forward_verdict(result).text,
            ("", ""),
            [
                (each.name, f"{each.value} {f'({each.note})' if each.note else ''}".strip())
                for each in walk_forward_figures(result)
            ],
            plot,
            [badge.text for badge in badges_of(result)],
            "result.show() opens the whole page; write_walk_forward(result, folder) keeps it",
        )
    )
