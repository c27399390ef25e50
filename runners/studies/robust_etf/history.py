"""Graph 4: a model fitted on the first N years and then run to the end unchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import ByPeriod, Chart
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .sweeps import DIRECTIONS, PERIODS, held, over, points_of_day, swept

PUBLISHED = {3: 2.0, 10: 3.1, 15: 3.73}
"""Years of data to the gain of the source's own model, as a multiple of the ETF's gain."""

LEAST = 3


def graph_4(evidence: Evidence) -> Findings:
    """Return the same test of the SMA rule, since the source does not disclose its own model."""
    main = evidence.main
    daily = _points_of_every_set(evidence, main)
    market = held(evidence, main)
    if market.adjusted == 0.0:
        raise NotCarried(f"{main} gained nothing, so that no gain can be held against its own")
    adjusted = pd.Series(evidence.window(main).adjusted_close, daily.index)
    sets: list[Any] = daily.columns.to_list()
    first, last = pd.DatetimeIndex(daily.index)[[0, -1]]
    n_years = _full_years(first, last)
    if n_years < LEAST + 1:
        raise NotCarried(f"{main} has {n_years} full years, too few to fit on {LEAST} and go on")
    gained = daily.cumsum()
    total = gained.iloc[-1]
    rows, ahead = [], 0
    factors: dict[float, float] = {}
    ends = ((years, first + pd.DateOffset(years=years)) for years in range(LEAST, n_years + 1))
    cuts = [(years, end) for years, end in ends if end < last]
    everything = (last - first).days / 365.25
    for years, cut in [*cuts, (everything, last)]:
        known = gained.loc[:cut].iloc[-1]
        best = int(np.argmax(known.to_numpy()))
        direction, period = sets[best]
        later = float(total.iloc[best] - known.iloc[best])
        market_later = float(adjusted.iloc[-1] - adjusted.loc[:cut].iloc[-1])
        factors[years] = float(total.iloc[best]) / market.adjusted
        ahead += cut < last and later > market_later
        rows.append(
            (
                f"{years} years" if cut < last else f"all, {number(years, 1)} years",
                f"{direction} {period}",
                number(float(known.iloc[best])),
                number(float(total.iloc[best])),
                number(factors[years]),
                number(later),
                number(market_later),
            )
        )
    figures = [
        Figure(
            f"graph_4.factor_{years}_years", main, f"gain over the ETF's, fitted on {years} years",
            said, factors[years], ": 1",
            "The published figure is of a model whose formula is not disclosed; this is the best "
            "SMA rule of those years, either direction.",
            "stand_in",
        )
        for years, said in PUBLISHED.items()
        if years in factors
    ]  # fmt: skip
    own = pd.Series({years: factors[years] for years, _ in cuts})
    words = (
        "The source's own model is not disclosed, so its figures cannot be reproduced here. The "
        "same question can be put to the SMA rule: choose direction and period by the points of "
        "the first N years, and go on without another look. Counted as the source counts, from the "
        f"first day, the set of {LEAST} years makes {number(factors[LEAST])} times the ETF's gain "
        f"and that of all {number(everything, 1)} years {number(factors[everything])}, "
        f"{percent(over(factors[LEAST], factors[everything]), 0)} of it. Such a count includes the "
        f"years that the set was chosen on. After the fit alone the set beats the ETF in {ahead} "
        f"of {len(cuts)} cases."
    )
    return Findings(
        words=(words,),
        figures=figures,
        charts=[
            Chart(
                f"{main}: gain over the ETF's by years of data",
                ByPeriod(
                    "history",
                    f"Gain of the best SMA rule of the first N years of {main} over the ETF's own",
                    {"best SMA rule of the first N years": own},
                    {},
                    reference=1.0,
                    axis="years of data",
                ),
                "Over the whole window, the fitted years included. The broken line is the ETF, "
                "dividend-adjusted.",
            )
        ],
        tables=[
            Table(
                f"{main}, fitted on the first",
                (
                    "chosen", "points until then", "points in all", "over the ETF's",
                    "points after the fit", "ETF after the fit",
                ),
                rows,
                "Points of one share, filled at the close; the ETF's are dividend-adjusted. A "
                f"year ends on its anniversary of {first.date()}; the bars end on {last.date()}.",
            )
        ],
    )  # fmt: skip


def _full_years(first: pd.Timestamp, last: pd.Timestamp) -> int:
    """Return the number of full years from the first day to the last."""
    years = last.year - first.year
    return years if first + pd.DateOffset(years=years) <= last else years - 1


def _points_of_every_set(evidence: Evidence, ticker: str) -> pd.DataFrame:
    """Return the points of each day, one column for each set with enough bars."""
    known = swept(evidence, ticker)["close"]["trend"].index
    columns = {
        (direction, period): points_of_day(evidence, ticker, period, direction)
        for direction in DIRECTIONS
        for period in PERIODS
        if period in known
    }
    table = pd.DataFrame(columns)
    return table.astype(np.float64)
