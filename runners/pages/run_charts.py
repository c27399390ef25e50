"""The time charts of a run: growth, drawdown, price, position, and rolling figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...analyzers.positions import shares_held
from ...feeds.open_to_open import close_of
from ..runs.labels.bar_ends import at_ends, end_of
from .daily_returns import benchmark_returns
from .svg.paths import Floats
from .timeline.charts import Feed, Line, Overlay, TimeChart
from .timeline.drawn import MOST_MARKS

if TYPE_CHECKING:
    from ..runs.result import RunResult

MOST_FEEDS = 12
"""Most instruments whose prices the page holds: those that were traded for the most money."""

NEAR = 756
"""Most bars of a window in which lines are drawn that would be a block of ink in a wider one."""

QUARTER = 63
"""Bars over which the position is averaged, from far away."""

HUGS = 0.015
"""Median distance from the price, as a fraction of it, below which a line covers the price."""

LINE_COLOURS = ("run2", "run4", "run7", "run6", "run8")
"""Colours of the strategy's own lines."""


def days_of(result: RunResult) -> Floats:
    """Return the days of the account, shape (n_days,), as days since 1970-01-01."""
    dates = pd.DatetimeIndex(result.daily.index).tz_localize(None)
    days: Floats = dates.to_numpy().astype("datetime64[D]").astype(float)
    return days


def growth_lines(result: RunResult) -> list[Line]:
    """Return growth of 1: the strategy, the benchmark, and the quotient of the two."""
    daily = result.daily
    grown = (1.0 + daily["return"].fillna(0.0)).cumprod().to_numpy(dtype=float)
    if "deposits" not in daily:
        grown = (daily["equity"] / daily["equity"].iloc[0]).to_numpy(dtype=float)
    lines = [Line("strategy", result.title, "accent", grown, width=1.7)]
    market = benchmark_returns(result)
    if market is not None:
        held = np.append(1.0, (1.0 + market.to_numpy(dtype=float)).cumprod())
        lines.append(Line("benchmark", result.benchmark_title, "benchmark", held))
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = grown / held
        lines.append(
            Line("excess", "Strategy over benchmark", "run2", quotient, width=1.2, hidden=True)
        )
    return lines


def growth_charts(lines: Sequence[Line]) -> list[TimeChart]:
    """Return the charts of growth and of drawdown of the lines of `growth_lines`."""
    drawdowns = [
        Line(f"{line.key}-drawdown", line.label, line.colour, drawdown(line.values),
             kind="area" if line.key == "strategy" else "line", width=1.0)
        for line in reversed(lines)
        if line.key != "excess"
    ]  # fmt: skip
    ruined = bool((lines[0].values <= 0.0).any())
    return [
        TimeChart(
            "growth", "Growth of 1, compounded", [*lines[1:2], lines[0], *lines[2:]], 250,
            log=not ruined, scalable=not ruined, rebase=True,
        ),
        TimeChart("drawdown", "Drawdown from the highest value so far", drawdowns, 72, unit="%"),
    ]  # fmt: skip


def drawdown(wealth: Floats) -> Floats:
    """Return the fall from the highest value so far, as a fraction from -1 to 0; NaN stays NaN."""
    found: Floats = wealth / np.fmax.accumulate(wealth) - 1.0
    return found


def position_chart(result: RunResult) -> TimeChart | None:
    """Return the chart of the position as a fraction of the account; None if it is unknown."""
    daily = result.daily
    if "net" not in daily or not daily["gross"].to_numpy(dtype=float).any():
        return None
    net = Line("net", "Net position", "accent", daily["net"].to_numpy(dtype=float), "step", 1.0)
    lines = [net]
    if len(result.bars) > 1:
        gross = daily["gross"].to_numpy(dtype=float)
        lines = [Line("gross", "Gross", "benchmark", gross, width=1.2), net]
    label = f"Position as a fraction of the account, at each {end_of(result.data)}"
    if _turns(net.values) > MOST_MARKS and len(daily) > NEAR:
        lines = [each for line in lines for each in (_mean(line), line._replace(near=NEAR))]
        label += f": mean of {QUARTER} bars; zoom in for each bar"
    return TimeChart("position", label, lines, 90, unit="%", zero=True)


def _turns(values: Floats) -> int:
    """Return how often a line moves by more than a tenth of its range: more would be a block."""
    known = values[np.isfinite(values)]
    return int((np.abs(np.diff(known)) > 0.1 * np.ptp(known)).sum()) if known.size else 0


def _mean(line: Line) -> Line:
    """Return the mean of a line over the last quarter of a year, to be read from far away."""
    values = pd.Series(line.values).rolling(QUARTER, min_periods=1).mean().to_numpy(dtype=float)
    return line._replace(
        key=f"{line.key}-mean", label=f"{line.label}, mean", values=values,
        kind="line" if line.kind == "line" else "area", width=1.2,
    )  # fmt: skip


def price_chart(result: RunResult, *, scalable: bool) -> TimeChart | None:
    """Return closes with the spans long and short, entries, exits and the strategy's own lines.

    Closes are logarithmic if `scalable`, as growth is, and all lines are positive: one button
    scales all charts.
    """
    if not result.bars or (result.trades.empty and not result.lines):
        return None
    dates = pd.DatetimeIndex(result.daily.index)
    held = shares_held(result.trades, dates) if not result.trades.empty else pd.DataFrame()
    feeds = [
        _feed(result, name, dates, _on(held[name], dates) if name in held else None)
        for name in _most_traded(result)
    ]
    only = feeds[0]
    log = scalable and _has_logarithms(feeds)
    if len(feeds) == 1:
        return TimeChart(
            "price", only.label, only.lines, 250, overlay=only.overlay, log=log, scalable=log
        )
    return TimeChart("price", only.label, only.lines, 250, feeds=feeds, log=log, scalable=log)


def _has_logarithms(feeds: Sequence[Feed]) -> bool:
    known = [line.values[np.isfinite(line.values)] for feed in feeds for line in feed.lines]
    return all(bool((values > 0.0).all()) for values in known)


def _most_traded(result: RunResult) -> list[str]:
    names = [bars.name for bars in result.bars]
    if len(names) <= MOST_FEEDS or result.trades.empty:
        return names[:MOST_FEEDS]
    trades = result.trades
    money = (trades["size"] * trades["price"]).abs().groupby(trades["instrument"]).sum()
    return sorted(names, key=lambda name: -float(money.get(name, 0.0)))[:MOST_FEEDS]


def _feed(result: RunResult, name: str, dates: pd.DatetimeIndex, held: Floats | None) -> Feed:
    (bars,) = (bars for bars in result.bars if bars.name == name)
    place = [feed.name for feed in result.bars].index(name)
    closes = _on(pd.Series(bars.close, index=bars.dates), dates)
    shown = result.name_of(name)
    lines = [Line(f"close{place}", shown, "ink", closes, width=1.1)]
    own = result.lines.get(name, pd.DataFrame())
    for at, label in enumerate(own.columns):
        values = _on(own[label], dates)
        colour = LINE_COLOURS[at % len(LINE_COLOURS)]
        near = NEAR if len(dates) > NEAR and _hugs(values, closes) else 0
        lines.append(Line(f"own{place}-{at}", str(label), colour, values, width=1.2, near=near))
    overlay = Overlay() if held is None else _positions(held, closes)
    label = f"{at_ends('Closes', close_of(bars.origin.notes))} of {shown}, with the position"
    hugging = [line.label for line in lines if line.near]
    if hugging:
        label += f"; zoom in for {' and '.join(hugging)}"
    return Feed(shown, label, lines, overlay)


def _hugs(values: Floats, closes: Floats) -> bool:
    """Return whether a line is so near to the price that over many years it would cover it."""
    apart = np.abs(values / closes - 1.0)
    known = apart[np.isfinite(apart)]
    return known.size > 0 and float(np.median(known)) < HUGS


def _on(series: pd.Series, dates: pd.DatetimeIndex) -> Floats:
    return np.asarray(series.reindex(dates), dtype=np.float64)


def _positions(held: Floats, closes: Floats) -> Overlay:
    """Return the spans long and short, and a mark where the side changes."""
    sides = np.sign(held).astype(int)
    starts = np.flatnonzero(np.append(sides[:1] != 0, sides[1:] != sides[:-1]))
    ends = np.append(starts[1:], len(sides) - 1)[: len(starts)]  # none where it was never held
    shade: dict[str, list[tuple[int, int]]] = {"gain": [], "loss": []}
    marks: dict[str, list[tuple[int, float]]] = {"gain": [], "loss": [], "ink": []}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        side = sides[start]
        if side:
            shade["gain" if side > 0 else "loss"].append((start, end))
        if np.isfinite(closes[start]):
            colour = "gain" if side > 0 else "loss" if side < 0 else "ink"
            marks[colour].append((start, float(closes[start])))
    keys = [
        ("long", "gain", "box") if shade["gain"] else None,
        ("short", "loss", "box") if shade["loss"] else None,
        ("to flat", "ink", "dot") if marks["ink"] else None,
    ]
    return Overlay(
        {colour: spans for colour, spans in shade.items() if spans},
        {colour: dots for colour, dots in marks.items() if dots},
        [key for key in keys if key is not None],
        dot=6 if len(starts) < 200 else 4,
    )
