"""Graph 11 and the end of the source: number of trades, ex-dates and win rate."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from ....analyzers.market.calendar_years import full_years
from ....analyzers.market.ex_dates import ex_dividend_sides
from ....analyzers.market.switching import (
    commission_per_share,
    correlation_with_movement,
    switches_by_year,
)
from ....analyzers.statistics import WinLoss, win_loss
from ....feeds.bars import Bars
from ...runs.labels.formats import NONE, number, percent
from ...runs.sections.pictures import BarsByYear, Chart, Scatter
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .movement import movement_of
from .sma import PUBLISHED_PERIOD
from .sweeps import percent_of_day, screen, sma_call

SWITCHES_A_YEAR = 81
WIN_RATE, AVERAGE_WIN, AVERAGE_LOSS = 53.42, 0.89, -0.79
EX_DATES_LONG, EX_DATES = 46, 80
EX_DATES_FROM = datetime.date(1994, 1, 3)
"""The source's model starts in 1994: ex-dates of SPY count from this session on."""

PER_SHARE = 0.005
"""Commission that the source names, in account currency per share."""

STAND_IN = (
    "Published of a model whose formula is not disclosed; measured is the mirrored 8-day average."
)


def graph_11(evidence: Evidence) -> Findings:
    """Return how often and when the 8-day model switches, and what that costs."""
    main = evidence.main
    sides = sides_of(evidence, main)
    by_year = switches_by_year(sides.index, sides)
    movement = movement_of(evidence, main)["percent"]["total"]
    years = full_years(sides.index)
    correlation = correlation_with_movement(by_year, movement, years)
    n_years = evidence.years(main)
    a_year = float(by_year.sum()) / n_years
    commission = commission_per_share(by_year, PER_SHARE)
    commission_a_year = float(commission.sum()) / n_years
    price = float(evidence.window(main).close.mean())
    figures = [
        Figure(
            "graph_11.switches_a_year", main, "switches a year", SWITCHES_A_YEAR, a_year,
            "a year", STAND_IN, "stand_in",
        ),
        Figure(
            "graph_11.correlation", main, "correlation of switches and movement by year", None,
            correlation, "coefficient", f"Over {len(years)} full calendar years.",
        ),
        Figure(
            "graph_11.commission_a_year", main, "commission a year for each share held", None,
            commission_a_year, "points",
            f"At {PER_SHARE} a share; a switch trades two shares for each one held.",
        ),
    ]  # fmt: skip
    told = "cannot be told" if correlation is None else f"is {number(correlation)}"
    full = [year for year in years if year in movement.index]
    return Findings(
        words=(
            f"The mirrored 8-day model switches {number(a_year, 1)} times a year, where the "
            f"source's own model does {SWITCHES_A_YEAR} times. The correlation of its switches "
            f"with {main}'s movement, over {len(years)} calendar years, {told}. At {PER_SHARE} a "
            f"share commission comes to {number(commission_a_year)} points a year for each share "
            f"held, {percent(commission_a_year / price)} of its mean price.",
        ),
        figures=figures,
        charts=[
            Chart(
                f"{main}: switches of the mirrored 8-day rule",
                BarsByYear(
                    "switches-by-year",
                    f"Switches of the mirrored 8-day rule on {main} by year",
                    {"switches": {int(year): float(n) for year, n in by_year.items()}},  # type: ignore[call-overload]
                ),
            ),
            Chart(
                "Switches against movement",
                Scatter(
                    "switches-movement",
                    "Switches against total movement, a point a full calendar year",
                    [float(movement[year]) for year in full],
                    [float(by_year[year]) for year in full],
                    [str(year) for year in full],
                    x_label=f"total movement of {main}",
                    y_label="switches",
                    x_percent=True,
                ),
            ),
        ],
        tables=[_costs_by_ticker(evidence)],
    )


def ex_dates_and_wins(evidence: Evidence) -> Findings:
    """Return the positions on ex-dates and the win rate of the 8-day model."""
    main = evidence.main
    sides, daily = (
        sides_of(evidence, main),
        percent_of_day(evidence, main, PUBLISHED_PERIOD, "reversion"),
    )
    bars = evidence.window(main)
    counts = ex_dividend_sides(bars.dividend, sides.to_numpy())
    since = sides_on_ex_dates(bars, sides, EX_DATES_FROM)
    won = _won(sides, daily)
    n_dates, n_since = sum(counts.values()), sum(since.values())
    figures = [
        Figure(
            f"wins.{id}", main, name, said, None if measured is None else 100 * measured, "%",
            STAND_IN, "stand_in",
        )
        for id, name, said, measured in (
            ("win_rate", "winning days, zero days among them", WIN_RATE, won.win_rate),
            ("average_win", "average gain of a winning day", AVERAGE_WIN, won.average_win),
            ("average_loss", "average loss of a losing day", AVERAGE_LOSS, won.average_loss),
        )
    ]  # fmt: skip
    figures += [
        Figure(
            "wins.ex_dates_since_1994", main, f"ex-dates from {EX_DATES_FROM} on", None, n_since,
            "", f"The source counts {EX_DATES} of SPY from 1994 to September 2013.",
        ),
        Figure(
            "wins.ex_dates_long_share_since_1994", main,
            f"ex-dates held long, from {EX_DATES_FROM} on", 100 * EX_DATES_LONG / EX_DATES,
            100 * since["long"] / n_since if n_since else None, "%",
            f"{since['long']} of {n_since} ex-dates; the source counts {EX_DATES_LONG} of "
            f"{EX_DATES}. {STAND_IN}",
            "stand_in",
        ),
        Figure(
            "wins.ex_dates_long_share", main, "ex-dates held long, whole window", None,
            100 * counts["long"] / n_dates if n_dates else None, "%",
            f"{counts['long']} of {n_dates} ex-dates, {bars.dates[0]} to {bars.dates[-1]}.",
        ),
    ]  # fmt: skip
    no_dates = "" if n_dates else " These bars know no dividends."
    return Findings(
        words=(
            f"The mirrored 8-day model wins on {percent(won.win_rate)} of its days, a day without "
            f"gain counted as won, by {percent(won.average_win)} on average, and loses "
            f"{percent(None if won.average_loss is None else -won.average_loss)} on the others. "
            f"From {EX_DATES_FROM} on, where the source's own model is long on {EX_DATES_LONG} of "
            f"{EX_DATES} ex-dates, it is long on {since['long']} and short on {since['short']} of "
            f"{n_since}; over the whole window on {counts['long']} and {counts['short']} of "
            f"{n_dates}.{no_dates} The overnight holder of Graph 6 is long on all of them.",
        ),
        figures=figures,
        tables=[_wins_by_ticker(evidence)],
    )


def sides_of(evidence: Evidence, ticker: str) -> pd.Series:
    """Return the position of the mirrored 8-day rule after each close: 1, -1 or 0."""
    judged = screen(evidence, ticker)
    targets = judged.targets(sma_call(PUBLISHED_PERIOD, "reversion"))
    return pd.Series(targets[:, 0], pd.DatetimeIndex(judged.market.dates, name="date"))


def sides_on_ex_dates(bars: Bars, sides: pd.Series, first: datetime.date) -> dict[str, int]:
    """Count the ex-dates from a day on, by the position held into each."""
    counted = np.where(bars.dates >= np.datetime64(first), bars.dividend, 0.0)
    return ex_dividend_sides(counted, sides.to_numpy())


def _won(sides: pd.Series, daily: pd.Series) -> WinLoss:
    """Return the wins and losses of the days with a position."""
    held = sides.shift().fillna(0.0).to_numpy() != 0.0
    return win_loss(np.asarray(daily.to_numpy(), dtype=np.float64)[1:], held[1:])


def _costs_by_ticker(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        sides = sides_of(evidence, ticker)
        by_year = switches_by_year(sides.index, sides)
        n_years = evidence.years(ticker)
        cost = float(commission_per_share(int(by_year.sum()), PER_SHARE)) / n_years
        price = float(evidence.window(ticker).close.mean())
        correlation = correlation_with_movement(
            by_year, movement_of(evidence, ticker)["percent"]["total"], full_years(sides.index)
        )
        rows.append(
            (
                ticker,
                number(float(by_year.sum()) / n_years, 1),
                NONE if correlation is None else number(correlation),
                number(cost),
                percent(cost / price),
            )
        )
    return Table(
        "Mirrored 8-day rule",
        (
            "switches a year",
            "correlation with movement",
            "commission, points a year",
            "of the price",
        ),
        rows,
        f"Commission of {PER_SHARE} a share, two shares a switch for each one held. A year is "
        f"{evidence.window(evidence.main).periods_per_year} returns, as in run.json.",
    )


def _wins_by_ticker(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        sides = sides_of(evidence, ticker)
        won = _won(sides, percent_of_day(evidence, ticker, PUBLISHED_PERIOD, "reversion"))
        bars = evidence.window(ticker)
        counts = ex_dividend_sides(bars.dividend, sides.to_numpy())
        since = sides_on_ex_dates(bars, sides, EX_DATES_FROM)
        rows.append(
            (
                ticker,
                percent(won.win_rate),
                percent(won.average_win),
                percent(won.average_loss),
                str(counts["long"]),
                str(counts["short"]),
                str(counts["flat"]),
                f"{since['long']} of {sum(since.values())}",
            )
        )
    return Table(
        "Mirrored 8-day rule",
        (
            "winning days", "average win", "average loss", "ex-dates long", "short", "flat",
            "long since 1994",
        ),
        rows,
        "From prices alone, a day without gain counted as won. Ex-dates are those of the whole "
        f"window; the last column has those from {EX_DATES_FROM} on, as the source counts them.",
    )  # fmt: skip
