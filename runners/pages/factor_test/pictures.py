"""Pictures of a factor's test: result in, HTML out."""

from __future__ import annotations

import numpy as np

from ....search.factors.estimate import Estimate
from ...factor_tests.result import AtHorizon, FactorTestResult
from ..svg.axes import gutter_for, named
from ..svg.plot import RUNS, Plot
from ..svg.scale import upright
from .words import part_of

BAR = 0.62
ROW = 26
"""Height of a row of the baskets' picture in pixels."""

YEAR_OF_DATES = 252

SHORT = {"capitalisation": "cap"}
"""Kinds of baskets whose names are too long beside a picture on a phone."""


def quantile_bars(horizon: int, found: AtHorizon) -> str:
    """Draw each quantile's residual return a year with its 95 % interval."""
    means = found.quantiles.returns
    label = f"Residual return a year of each quantile, {horizon} sessions ahead"
    plot = Plot(f"factor-quantiles-{horizon}", label, unit="%")
    places = list(range(len(means)))
    plot.bars(places, [each.mean for each in means], BAR, "accent", table=False)
    _whiskers(plot, places, means)
    plot.column("a year", places, [each.mean for each in means])
    _ends(plot, places, means)
    plot.level(0.0)
    plot.x_limits = (-0.5, len(means) - 0.5)
    names = [str(place + 1) for place in places]
    names[0], names[-1] = f"{names[0]} (low)", f"{names[-1]} (high)"
    plot.x_ticks = named(names)
    return plot.html()


def ic_over_time(result: FactorTestResult) -> str:
    """Draw the rank IC of each cross-section, and the mean of a year, for each horizon."""
    plot = Plot("factor-ic", "Rank IC, mean of the dates of a year")
    plot.level(0.0)
    most = max(1, YEAR_OF_DATES // int(result.settings["step"]))
    for colour, (horizon, found) in zip(RUNS, result.horizons.items(), strict=False):
        days = result.dates[found.information.rows]
        plot.points(days, found.information.ics, colour, size=2.0, opacity=0.35)
        plot.line(
            days, _trailing_mean(found.information.ics, most), colour, f"{horizon} sessions ahead"
        )
    return plot.html()


def ic_added_up(result: FactorTestResult) -> str:
    """Draw the running sum of the rank ICs, each session of a label counted once."""
    plot = Plot("factor-ic-sum", "Rank IC added up, each session counted once")
    plot.level(0.0)
    step = int(result.settings["step"])
    for colour, (horizon, found) in zip(RUNS, result.horizons.items(), strict=False):
        days = result.dates[found.information.rows]
        added = np.cumsum(found.information.ics) * min(1.0, step / horizon)
        plot.line(days, added, colour, f"{horizon} sessions ahead")
    return plot.html()


def spread_added_up(result: FactorTestResult) -> str:
    """Draw what top less bottom quantile added up to, uncompounded and before costs."""
    name = part_of(result.settings["quantiles"])
    plot = Plot("factor-spread", f"Top less bottom {name}, added up before costs", unit="%")
    plot.level(0.0)
    step = int(result.settings["step"])
    for colour, (horizon, found) in zip(RUNS, result.horizons.items(), strict=False):
        days = result.dates[found.quantiles.rows]
        added = np.cumsum(found.quantiles.by_date) * min(1.0, step / horizon)
        plot.line(days, added, colour, f"{horizon} sessions ahead")
    return plot.html()


def ic_decay(result: FactorTestResult) -> str:
    """Draw the mean rank IC over the horizon, with its 95 % interval."""
    plot = Plot("factor-decay-ic", "Mean rank IC by sessions ahead")
    _decay(plot, [each.horizon for each in result.decay], [each.ic for each in result.decay])
    return plot.html()


def spread_decay(result: FactorTestResult) -> str:
    """Draw the spread a session over the horizon, in basis points, with its 95 % interval."""
    plot = Plot("factor-decay-spread", "Top less bottom a session in bp, by sessions ahead")
    spreads = [each.spread_per_day.scaled(1e4) for each in result.decay]
    _decay(plot, [each.horizon for each in result.decay], spreads)
    return plot.html()


def quarters(result: FactorTestResult) -> str:
    """Draw each quarter's mean rank IC against that of the quarter before; "" without pairs."""
    found = result.persistence
    before, after = found.quarters[:-1], found.quarters[1:]
    both = ~(np.isnan(before) | np.isnan(after))
    if not both.any():
        return ""
    x, y = before[both], after[both]
    plot = Plot("factor-quarters", "A quarter's mean rank IC against that of the quarter before")
    plot.x_title, plot.y_title = "one quarter", "the next"
    across = upright(x.tolist())
    plot.x_limits = (across.low, across.high)
    plot.level(0.0)
    plot.upright(0.0)
    plot.points(x, y, "accent", size=6.0)
    if not np.isnan(found.slope):
        ends = np.array([x.min(), x.max()])
        line = y.mean() + found.slope * (ends - x.mean())
        plot.line(ends, line, "benchmark", "least squares", width=1.2, table=False)
    days = result.dates[found.first_rows[:-1][both]]
    plot.places = named([str(day) for day in days])
    rows = np.arange(x.size)
    plot.column("one quarter", rows, x)
    plot.column("the next", rows, y)
    return plot.html()


def baskets(result: FactorTestResult) -> str:
    """Draw each basket's mean rank IC with its 95 % interval, for each horizon; "" without any."""
    found = result.baskets.found
    if not found:
        return ""
    names = [f"{SHORT.get(each.kind, each.kind)}, {each.name}" for each in found]
    plot = Plot("factor-baskets", "Mean rank IC within each basket")
    plot.gutter = gutter_for(names)
    plot.height = max(plot.height // 2, ROW * len(names))
    plot.y_ticks, plot.y_limits = named(names), (len(names) - 0.5, -0.5)
    plot.upright(0.0)
    several = len(result.horizons)
    for number, (colour, horizon) in enumerate(zip(RUNS, result.horizons, strict=False)):
        shift = (number - (several - 1) / 2.0) * 0.6 / several
        means = [each.horizons[horizon].ic for each in found]
        up = np.arange(len(means)) + shift
        lower, upper = ([getattr(each, end) for each in means] for end in ("lower", "upper"))
        plot.segments(lower, up, upper, up, colour, width=1.6)
        plot.points([each.mean for each in means], up, colour, f"{horizon} sessions ahead")
        plot.column(
            f"{horizon} sessions ahead", np.arange(len(means)), [each.mean for each in means]
        )
    return plot.html()


def _decay(plot: Plot, horizons: list[int], means: list[Estimate]) -> None:
    lower, upper = ([getattr(each, end) for each in means] for end in ("lower", "upper"))
    plot.level(0.0)
    plot.area(horizons, lower, upper, "accent", "95% interval", opacity=0.16)
    plot.line(horizons, [each.mean for each in means], "accent", "mean")
    plot.column("from", horizons, lower)
    plot.column("to", horizons, upper)
    plot.x_whole = True
    plot.x_title = "sessions ahead"


def _whiskers(plot: Plot, places: list[int], means: list[Estimate]) -> None:
    lower, upper = ([getattr(each, end) for each in means] for end in ("lower", "upper"))
    plot.segments(places, lower, places, upper, "ink", width=1.4)


def _ends(plot: Plot, places: list[int], means: list[Estimate]) -> None:
    plot.column("from", places, [each.lower for each in means])
    plot.column("to", places, [each.upper for each in means])


def _trailing_mean(values: np.ndarray, most: int) -> np.ndarray:
    """Return the mean of the last values up to each, of at most so many; NaN before there are."""
    if values.size < most:
        return np.full(values.shape, np.nan)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    means = np.full(values.shape, np.nan)
    means[most - 1 :] = (sums[most:] - sums[:-most]) / most
    return means
