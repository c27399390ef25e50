"""The figures of a run: its growth and drawdown, prices with what was held, years and months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....feeds.bars import Bars
from ....feeds.quoting import did_you_mean, listed, shown
from ...errors import ParameterError
from ...runs.labels.benchmark_names import title
from ...runs.labels.colours import ACCENT, BENCHMARK
from ...runs.result import RunResult
from ..daily_returns import benchmark_returns, strategy_returns
from .accounts import Curve, draw_drawdown, draw_growth, draw_months, draw_years, monthly_returns
from .canvas import HEIGHT, figure_of
from .prices import draw_price

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("growth", "drawdown", "price", "years", "months")

SCALED = ("growth", "price")
"""The kinds with a scale that may be logarithmic."""

FAR = 4.0
"""Highest over lowest close from which on prices are drawn on a logarithmic scale."""


def plot(
    result: RunResult,
    kind: str = "growth",
    feed: str | None = None,
    log: bool | None = None,
    benchmark: bool = True,
) -> Figure:
    """Return a figure of a run; the parameters are those of `RunResult.plot`."""
    check_kind(kind, KINDS)
    if feed is not None and kind != "price":
        raise ParameterError(f"feed is for plot('price'), and this is plot({kind!r})")
    check_log(log, kind, SCALED)
    heading, curves = result.heading, curves_of(result, benchmark=benchmark)
    if kind == "growth":
        return growth_figure(heading, curves, log=log is not False)
    if kind == "drawdown":
        return figure_of(
            heading, lambda axes: draw_drawdown(axes, curves, labelled=True), height=3.2
        )
    if kind == "price":
        return _price(result, feed, log)
    returns, market = strategy_returns(result), benchmark_returns(result) if benchmark else None
    if kind == "years":
        labels = [curve.label for curve in curves]
        return figure_of(
            heading, lambda axes: draw_years(axes, returns, market, labels), height=3.4
        )
    height = 1.2 + 0.26 * len(monthly_returns(returns))
    return figure_of(heading, lambda axes: draw_months(axes, returns), height=height)


def growth_figure(heading: str, curves: list[Curve], *, log: bool) -> Figure:
    """Return a figure of the growth of 1, with the drawdowns below it."""

    def draw(upper: object, lower: object) -> None:
        draw_growth(upper, curves, log=log)  # type: ignore[arg-type]
        draw_drawdown(lower, curves)  # type: ignore[arg-type]

    return figure_of(heading, draw, rows=(2.4, 1.0), height=HEIGHT)


def curves_of(result: RunResult, *, benchmark: bool = True) -> list[Curve]:
    """Return the wealth of a run and of its benchmark, if it has one with returns."""
    curves = [Curve(result.title, wealth_of(result.daily), ACCENT)]
    market = benchmark_returns(result) if benchmark else None
    if market is not None:
        start = pd.Series(1.0, index=result.daily.index[:1])
        wealth = pd.concat([start, (1.0 + market).cumprod()])
        name = title(result.benchmark_kind, result.name_of(result.benchmark_name))
        curves.append(Curve(name, wealth, BENCHMARK))
    return curves


def wealth_of(daily: pd.DataFrame) -> pd.Series:
    """Return the growth of 1 of an account, as its page draws it; deposits are no growth."""
    equity: pd.Series = daily["equity"]
    if "deposits" in daily:
        equity = (1.0 + daily["return"].fillna(0.0)).cumprod()
    wealth: pd.Series = equity / equity.iloc[0]
    return wealth


def check_kind(kind: object, kinds: tuple[str, ...]) -> None:
    """Raise ParameterError unless a kind of figure is one of those that there are."""
    if not isinstance(kind, str) or kind not in kinds:
        near = did_you_mean(kind, kinds) if isinstance(kind, str) else ""
        raise ParameterError(f"plot() draws {', '.join(kinds)}, got {shown(kind)}{near}")


def check_log(log: object, kind: str, scaled: tuple[str, ...]) -> None:
    """Raise ParameterError if a kind of figure has no scale that may be logarithmic."""
    if log is not None and kind not in scaled:
        raise ParameterError(f"log is for {' and '.join(scaled)}, and this is plot({kind!r})")


def _price(result: RunResult, feed: str | None, log: bool | None) -> Figure:
    bars = _bars(result, feed)
    first = result.daily.index[0]
    closes = pd.Series(bars.close, pd.DatetimeIndex(bars.dates))[lambda each: each.index >= first]
    scaled = bool(closes.max() > FAR * closes.min()) if log is None else log
    lines = result.lines.get(bars.name)
    name = result.name_of(bars.name)
    heading = result.heading if len(result.bars) == 1 else f"{result.title}: {name}"
    return figure_of(
        heading, lambda axes: draw_price(axes, closes, result.trades, bars.name, lines, log=scaled)
    )


def _bars(result: RunResult, feed: str | None) -> Bars:
    """Return the bars of a feed by its name or its title; None is the first."""
    if not result.bars:
        raise ParameterError(f"plot('price'): {result.title} has no prices, only returns")
    if feed is None:
        return result.bars[0]
    for bars in result.bars:
        if feed in (bars.name, bars.title):
            return bars
    names = [bars.name for bars in result.bars]
    near = did_you_mean(feed, names) if isinstance(feed, str) else ""
    raise ParameterError(f"there is no feed {shown(feed)}{near}; the feeds are {listed(names)}")
