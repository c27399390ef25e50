"""Graph 5: price movement up and down, overnight and within the session."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ....analyzers.market.movement import largest_years, yearly_movement
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, Movement
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried

LARGEST = [2000, 2002, 2008]
"""The years with the largest total movement, according to the source."""

PARTS = ("gap_up", "gap_down", "session_up", "session_down")

STALE = 0.2
"""Share of opens equal to the previous close above which the opens are taken to be no trades."""


def graph_5(evidence: Evidence) -> Findings:
    """Return the movement by year, and whether the years with the largest movement were bearish."""
    main = evidence.main
    check_opens(evidence, main)
    table = movement_of(evidence, main)
    largest = largest_years(table)
    by_points = largest_years(table, unit="points")
    inside = session_years(table)
    gains = _year_gains(evidence, main)
    words = (
        f"By percent, gaps and sessions together, {main} moved most in {_years(largest)}; by "
        f"points in {_years(by_points)}; within the sessions alone, by percent, in "
        f"{_years(inside)}. "
        + " ".join(
            f"{year}: {percent(gains[year])}."
            for year in sorted({*largest, *inside})
            if year in gains
        )
        + f" The gaps are {percent(_share_of_gaps(table), 0)} of all movement."
    )
    figures = [_verdict(evidence, main, largest, inside)]
    for ticker in evidence.tickers:
        own = table if ticker == main else _own(evidence, ticker)
        if own is None:
            continue
        figures.append(
            Figure(
                "graph_5.largest_years_points", ticker, "largest movement, points", None,
                largest_years(own, unit="points"), "year", "Largest first.",
            )
        )  # fmt: skip
        if ticker != main:
            figures.append(
                Figure(
                    "graph_5.largest_years", ticker, "largest movement, percent", None,
                    largest_years(own), "year", "Largest first.",
                )
            )  # fmt: skip
    return Findings(
        words=(words,),
        figures=figures,
        charts=[
            Chart(
                f"{main}: movement by year, {unit}",
                Movement(
                    f"movement-{unit}",
                    f"Up and down movement of {main} by year, in {unit}",
                    pd.DataFrame(table[unit]),
                    unit,
                ),
                "Sums of all moves up and of all moves down; the paler part is the gap from the "
                "close to the next open.",
            )
            for unit in ("percent", "points")
        ],
        tables=[_table(main, table)],
    )


def movement_of(evidence: Evidence, ticker: str) -> pd.DataFrame:
    """Return a ticker's movement by year; it is computed only once."""
    bars = evidence.window(ticker)
    return evidence.once(
        ("movement", ticker),
        lambda: yearly_movement(
            bars.dates, bars.open, bars.close, first_close_only=evidence.warmed_up(ticker)
        ),
    )


def check_opens(evidence: Evidence, ticker: str) -> None:
    """Raise NotCarried if many opens equal the previous close: then they are not traded prices."""
    bars = evidence.window(ticker)
    stale = float(np.mean(bars.open[1:] == bars.close[:-1]))
    if stale > STALE:
        raise NotCarried(
            f"on {percent(stale, 0)} of the days {ticker}'s open is the previous close: an index "
            "has no opening trade, and nights and days cannot be told apart"
        )


def session_years(table: pd.DataFrame) -> list[int]:
    """Return the three years with the largest movement from open to close, in percent."""
    inside = table["percent"]["session_up"] - table["percent"]["session_down"]
    return [int(year) for year in inside.nlargest(3).index]


def _own(evidence: Evidence, ticker: str) -> pd.DataFrame | None:
    try:
        check_opens(evidence, ticker)
    except NotCarried:
        return None
    return movement_of(evidence, ticker)


def _verdict(evidence: Evidence, ticker: str, largest: list[int], inside: list[int]) -> Figure:
    def figure(verdict: str, finding: str) -> Figure:
        return Figure(
            "graph_5.largest_years", ticker, "three years of the largest movement", LARGEST,
            largest, "year", verdict, finding,
        )  # fmt: skip

    if not evidence.comparable(ticker):
        return figure("Published of another window or ticker.", "not_comparable")
    if set(largest) == set(LARGEST):
        return figure("Reproduced.", "reproduced")
    missed = _years(sorted(set(LARGEST) - set(largest)))
    if set(inside) == set(LARGEST):
        return figure(
            f"{missed} is not among them when the gaps count; by the sessions' movement alone, in "
            "percent, the three are the published ones.",
            "near",
        )
    return figure(f"{missed} is not among them.", "differs")


def _year_gains(evidence: Evidence, ticker: str) -> dict[int, float]:
    bars = evidence.window(ticker)
    close = pd.Series(bars.close, pd.DatetimeIndex(bars.dates))
    last = close.groupby(pd.DatetimeIndex(close.index).year).last()
    gains = last.pct_change().dropna()
    return {int(year): float(gain) for year, gain in gains.items()}  # type: ignore[call-overload]


def _share_of_gaps(table: pd.DataFrame) -> float:
    moves = table["percent"].abs()
    gaps = float((moves["gap_up"] + moves["gap_down"]).sum())
    return gaps / float(moves["total"].sum())


def _years(years: list[int]) -> str:
    texts = [str(year) for year in years]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _table(ticker: str, table: pd.DataFrame) -> Table:
    rows = []
    for year, row in table["percent"].iterrows():
        points = table["points"].loc[year]
        rows.append(
            (
                str(year),
                *(percent(row[part], 1) for part in PARTS),
                percent(row["total"], 1),
                number(points["total"], 1),
            )
        )  # fmt: skip
    return Table(
        f"{ticker}, by year",
        ("gaps up", "gaps down", "sessions up", "sessions down", "total", "total, points"),
        rows,
        "The first and the last year may be partial.",
    )
