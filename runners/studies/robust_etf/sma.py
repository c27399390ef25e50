"""Graphs 2 and 3: the best period of the average, and what that set gained."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from ....analyzers.market.calendar_years import full_years
from ....analyzers.market.up_down_years import YearsGain, gain_in_up_and_down_years
from ....feeds.conventions import FILLS
from ....search.sweep import plateau
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import BarsByYear, ByPeriod, Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from ..verdicts import held_against
from .sweeps import (
    DIRECTIONS,
    best_period,
    confirm_sample,
    held,
    over,
    percent_of_day,
    points_of_day,
    sweep_all,
    swept,
)

PUBLISHED_PERIOD = 8
PUBLISHED_FACTOR = 1.7
FAMILIAR = 200
NAMES = {"trend": "as printed (long above)", "reversion": "its mirror (long below)"}


def graph_2(evidence: Evidence) -> Findings:
    """Return the sweep over the period, for the printed rule and for its mirror."""
    main = evidence.main
    sweep_all(evidence)
    tables = swept(evidence, main)["close"]
    market = held(evidence, main)
    best = {direction: best_period(tables[direction]) for direction in DIRECTIONS}
    figures = _best_figures(evidence, main, best)
    for ticker in evidence.tickers[1:]:
        figures += _measured(evidence, ticker)
    points = {direction: tables[direction]["points"] for direction in DIRECTIONS}
    wealth = {
        direction: tables[direction]["cagr"].where(tables[direction]["ruined_on"].isna())
        for direction in DIRECTIONS
    }
    ruined = {
        NAMES[direction]: [int(n) for n in tables[direction].index[_ruined(tables[direction])]]
        for direction in DIRECTIONS
    }
    confirmed = confirm_sample(evidence, main)
    return Findings(
        words=(
            _sign_finding(evidence, best, points, market.adjusted),
            f"{confirmed} sets drawn at random (seed {evidence.seed}) were run again bar by bar, "
            "at all three fills: every day's equity and every figure agree to 1e-9.",
        ),
        figures=figures,
        charts=[
            Chart(
                f"{main}: uncompounded gain by period, points",
                ByPeriod(
                    "sma-points",
                    f"Points gained by every period from 2 to 300 on {main}",
                    {NAMES[direction]: points[direction] for direction in DIRECTIONS},
                    {NAMES[direction]: best[direction] for direction in DIRECTIONS},
                    reference=market.adjusted,
                ),
                f"One share, filled at the close that decides. The broken line is {main} held, "
                "dividend-adjusted. The mirror's curve is the printed rule's upside down.",
            ),
            Chart(
                f"{main}: compounded growth a year by period",
                ByPeriod(
                    "sma-growth",
                    f"Compound annual growth of every period on {main}",
                    {NAMES[direction]: wealth[direction] for direction in DIRECTIONS},
                    {},
                    ruined=ruined,
                    percent=True,
                ),
                "All of the account on one side, held between switches. A tick under the curves is "
                "a period that ruined the account: a short that is not brought back to its weight "
                "grows as it loses.",
            ),
        ],
        tables=[
            _by_measure(evidence, main),
            _by_fill(evidence, main),
            _by_ticker(evidence),
        ],
    )


def _best_figures(evidence: Evidence, ticker: str, best: dict[str, int]) -> list[Figure]:
    """Return the figures that the source prints for Graph 2, with their measured values."""
    table = swept(evidence, ticker)["close"]
    market = held(evidence, ticker)
    mirror_points = _points(table["reversion"], best["reversion"])
    as_printed = held_against(
        evidence, "graph_2.best_period", ticker, "best period, rule as printed",
        PUBLISHED_PERIOD, best["trend"], "period", within=0, near=2,
    )  # fmt: skip
    mirrored = held_against(
        evidence, "graph_2.best_period_mirrored", ticker, "best period, mirrored rule",
        PUBLISHED_PERIOD, best["reversion"], "period", within=0, near=2,
    )  # fmt: skip
    factor = held_against(
        evidence, "graph_2.factor_mirrored", ticker,
        "gain over the dividend-adjusted ETF's, mirrored rule",
        PUBLISHED_FACTOR, over(mirror_points, market.adjusted), ": 1", within=0.05, near=0.2,
        remark=f"{number(over(mirror_points, market.price))} over price alone, "
        f"{number(over(mirror_points, market.with_cash))} over price and cash dividends.",
    )  # fmt: skip
    printed_factor = held_against(
        evidence, "graph_2.factor", ticker,
        f"gain over the dividend-adjusted ETF's, rule as printed at {PUBLISHED_PERIOD}",
        PUBLISHED_FACTOR, over(_points(table["trend"], PUBLISHED_PERIOD), market.adjusted), ": 1",
        within=0.05, near=0.2,
    )  # fmt: skip
    if mirrored.finding == "reproduced" and as_printed.finding == "differs":
        words = "It is the mirrored rule that is best there: long below the average, short above."
        mirrored = mirrored._replace(verdict=words, finding="mirror")
        if factor.finding in ("reproduced", "near"):
            factor = factor._replace(
                verdict=f"Of this size with the mirrored rule only. {factor.verdict}",
                finding="mirror",
            )
    return [as_printed, mirrored, printed_factor, factor, *_measured(evidence, ticker)]


def _measured(evidence: Evidence, ticker: str) -> list[Figure]:
    """Return figures of a ticker that the source does not print."""
    table = swept(evidence, ticker)["close"]
    market = held(evidence, ticker)
    found = []

    def add(id: str, name: str, value: float | None, unit: str, verdict: str) -> None:
        found.append(Figure(f"graph_2.{id}", ticker, name, None, value, unit, verdict))

    for direction in DIRECTIONS:
        best = best_period(table[direction])
        points = _points(table[direction], best)
        gain = "gains" if points > 0 else "loses"
        add(
            f"{direction}_best_period", f"best period, {direction}", best, "period",
            f"{gain.capitalize()} {number(abs(points))} points.",
        )  # fmt: skip
        add(
            f"{direction}_best_points", f"points at the best period, {direction}", points, "points",
            f"{number(over(points, market.adjusted))} times the dividend-adjusted ETF's gain.",
        )  # fmt: skip
        for period in (PUBLISHED_PERIOD, FAMILIAR):
            if period in table[direction].index:
                points = _points(table[direction], period)
                add(
                    f"{direction}_{period}_points", f"points at {period}, {direction}", points,
                    "points", "A gain." if points > 0 else "A loss.",
                )  # fmt: skip
        ruined = int(_ruined(table[direction]).sum())
        add(
            f"{direction}_ruined", f"ruined sets, {direction}", ruined, "sets",
            f"Of {len(table[direction])}: equity fell to zero or below.",
        )  # fmt: skip
    add("held_adjusted", "held, dividend-adjusted", market.adjusted, "points", "One share.")
    add("held_price", "held, price alone", market.price, "points", "One share.")
    add(
        "held_with_cash", "held, price and cash dividends", market.with_cash, "points", "One share."
    )
    return found


def _sign_finding(
    evidence: Evidence,
    best: dict[str, int],
    points: dict[str, pd.Series],
    adjusted: float,
) -> str:
    """Return the finding which sign of the rule gives the published period."""
    trend, mirror = points["trend"], points["reversion"]
    words = (
        f"On {evidence.main} the rule as printed is best at {best['trend']}, with "
        f"{number(trend[best['trend']])} points; "
    )
    if PUBLISHED_PERIOD in trend.index:
        at_8 = float(trend[PUBLISHED_PERIOD])
        words += f"at the published 8 it {'gains' if at_8 > 0 else 'loses'} {number(abs(at_8))}. "
    if best["reversion"] == PUBLISHED_PERIOD != best["trend"]:
        return words + (
            "The mirrored rule, long below the average and short above it, is best at exactly 8 "
            f"and gains {number(mirror[8])} points, {number(over(float(mirror[8]), adjusted))} "
            "times the dividend-adjusted ETF's gain. The published period and ratio are those of "
            "the mirror: the printed sentence most likely has its sign the wrong way round."
        )
    return words + (
        f"The mirrored rule is best at {best['reversion']}, with "
        f"{number(mirror[best['reversion']])} points."
    )


def _by_measure(evidence: Evidence, ticker: str) -> Table:
    """Return the best set by each measure, with its neighbours."""
    rows = []
    for direction in DIRECTIONS:
        table = swept(evidence, ticker)["close"][direction]
        for measure, words, show in (
            ("points", "points", number),
            ("percent", "percent, uncompounded", percent),
            ("total_return", "compounded", percent),
        ):
            values = table[measure].where(~_ruined(table)) if measure == "total_return" else None
            values = (table[measure] if values is None else values).dropna()
            if len(values) < 2:
                continue
            found = plateau(values)
            rows.append(
                (
                    f"{direction}, {words}",
                    str(found.best),
                    show(found.value),
                    show(found.neighbours_median),
                    show(found.neighbours_worst),
                    "-" if found.share is None else number(found.share),
                )
            )
    return Table(
        f"{ticker}, the winner and its neighbours",
        ("best period", "value", "neighbours' median", "neighbours' worst", "median / winner"),
        rows,
        "Neighbours lie within a fifth of the best period, at least two on either side. Near 1 the "
        "winner stands on a plateau; near 0 it is a spike that hindsight found. Ruined sets cannot "
        "win by compounded gain.",
    )


def _by_fill(evidence: Evidence, ticker: str) -> Table:
    rows = []
    for direction in DIRECTIONS:
        for fill in FILLS:
            table = swept(evidence, ticker)[fill][direction]
            best = best_period(table)
            at_8 = _points(table, PUBLISHED_PERIOD)
            rows.append(
                (
                    f"{direction}, {fill.replace('_', ' ')}",
                    str(best),
                    number(_points(table, best)),
                    "-" if math.isnan(at_8) else number(at_8),
                    f"{int(_ruined(table).sum())} of {len(table)}",
                )
            )
    return Table(
        f"{ticker}, by fill",
        ("best period", "points", f"points at {PUBLISHED_PERIOD}", "ruined"),
        rows,
        "The same decisions filled at the close that decides, the next open or the next close.",
    )


def _by_ticker(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        table = swept(evidence, ticker)["close"]
        market = held(evidence, ticker)
        cells = [ticker, evidence.shortened(ticker) or "the window", number(market.adjusted)]
        for direction in DIRECTIONS:
            best = best_period(table[direction])
            cells += [str(best), number(_points(table[direction], best))]
        mirrored = _points(table["reversion"], PUBLISHED_PERIOD)
        cells.append(number(over(mirrored, market.adjusted)))
        rows.append(tuple(cells))
    return Table(
        "By ticker",
        (
            "bars", "held, adjusted", "trend: best", "points", "reversion: best", "points",
            "reversion 8 / held",
        ),
        rows,
        "Points of one share, filled at the close. The last column is the published model on each "
        "ticker.",
    )  # fmt: skip


def graph_3(evidence: Evidence) -> Findings:
    """Return the gain of period 8 over time, in both directions, compared with holding the ETF."""
    main = evidence.main
    bars = evidence.window(main)
    adjusted = bars.adjusted_close
    points = {
        direction: points_of_day(evidence, main, PUBLISHED_PERIOD, direction)
        for direction in DIRECTIONS
    }
    index = points["trend"].index
    market = held(evidence, main)
    gained = {direction: float(points[direction].sum()) for direction in DIRECTIONS}
    factor = over(gained["reversion"], market.adjusted)
    figure = held_against(
        evidence, "graph_3.overall_gain", main, "overall gain of the 8-day model, mirrored rule",
        PUBLISHED_FACTOR, factor, ": 1", within=0.05, near=0.2,
    )  # fmt: skip
    if figure.finding in ("reproduced", "near") and gained["trend"] < 0:
        figure = figure._replace(
            verdict=f"With the mirrored rule only; as printed the model loses. {figure.verdict}",
            finding="mirror",
        )
    years = _years(evidence, main)
    found = [figure]
    for id, name, row in (("up", "rising", years.up), ("down", "falling", years.down)):
        found.append(
            Figure(
                f"graph_3.{id}_years_percent", main,
                f"uncompounded gain in {name} years, mirrored rule", None, 100 * row.strategy, "%",
                f"{row.n_years} years, in which {main} itself made {percent(row.market)}.",
            )
        )  # fmt: skip
    return Findings(
        words=(
            f"Long below its 8-day average and short above it, one share of {main} made "
            f"{number(gained['reversion'])} points, {number(factor)} times what the "
            f"dividend-adjusted ETF made; the rule as printed made {number(gained['trend'])}. The "
            f"mirror earned in falling years and fell behind in rising ones: "
            f"{percent(years.down.strategy)} against {percent(years.down.market)} in "
            f"{years.down.n_years} falling years, {percent(years.up.strategy)} against "
            f"{percent(years.up.market)} in {years.up.n_years} rising ones (full calendar years, "
            "uncompounded).",
        ),
        figures=found,
        charts=[
            Chart(
                f"{main}: uncompounded gain of the 8-day model, points",
                Curves(
                    "sma-8",
                    f"Uncompounded gain of the 8-day rule on {main}, in points",
                    {
                        NAMES["reversion"]: points["reversion"].cumsum(),
                        NAMES["trend"]: points["trend"].cumsum(),
                        "held, dividend-adjusted": pd.Series(adjusted - adjusted[0], index),
                    },
                    percent=False,
                    held="held, dividend-adjusted",
                ),
                "One share, no costs, filled at the close. A short pays no dividends here, as in "
                "the source.",
            ),
            Chart(
                f"{main}: uncompounded gain by year",
                BarsByYear(
                    "sma-8-years",
                    f"Uncompounded gain of the mirrored 8-day rule and of {main} by year",
                    {"mirrored rule": years.model, main: years.market},
                    percent=True,
                ),
                "One unit of money a day, from prices alone.",
            ),
        ],
    )


class _Years(NamedTuple):
    """Uncompounded gain of the model and of the market in each full calendar year."""

    model: dict[int, float]
    market: dict[int, float]
    up: YearsGain
    down: YearsGain


def _years(evidence: Evidence, ticker: str) -> _Years:
    daily = percent_of_day(evidence, ticker, PUBLISHED_PERIOD, "reversion")
    market = pd.Series(evidence.window(ticker).close, daily.index).pct_change().fillna(0.0)
    years = full_years(daily.index)
    if not years:
        raise NotCarried(f"the bars of {ticker} hold no full calendar year")
    by_year = [
        gain.groupby(pd.DatetimeIndex(gain.index).year).sum().loc[years] for gain in (daily, market)
    ]
    split = gain_in_up_and_down_years(*by_year)
    model, market_years = ({int(y): float(v) for y, v in gain.items()} for gain in by_year)  # type: ignore[call-overload]
    return _Years(model, market_years, split.up, split.down)


def _ruined(table: pd.DataFrame) -> pd.Series:
    return table["ruined_on"].notna()


def _points(table: pd.DataFrame, period: int) -> float:
    return float(table["points"].get(period, math.nan))
