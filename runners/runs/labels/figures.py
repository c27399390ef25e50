"""The catalogue of figures: key, label, format, and which value is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ....analyzers.trade_figures import AMOUNTS
from . import formats

UNITS: Mapping[Callable[..., str], str] = {
    formats.percent: "%",
    formats.percentage_points: formats.POINTS,
}
"""Unit that follows a fraction printed in hundredths."""

PROPER = ("CAGR", "Calmar", "Sharpe", "Sortino")
"""First words of labels that keep their capital letter within a sentence."""


@dataclass(frozen=True)
class Figure:
    """One figure, as the terminal, the pages and all results show it.

    Attributes
    ----------
    key : str
        Its name in run.json, search.json and compare.json.
    label : str
        Its name for readers.
    show : callable
        Formats its value; None becomes a dash.
    best : callable or None
        `max` or `min`; None if neither direction is better.
    grows : bool
        Whether it grows with the length of the window; then runs over different windows have no
        best one.
    note : str
        What it measures or counts, and its unit.
    """

    key: str
    label: str
    show: Callable[[Any], str]
    best: Callable[[list[float]], float] | None = None
    grows: bool = False
    note: str = ""

    @property
    def noun(self) -> str:
        """The label within a sentence: "total return", "Sharpe ratio"."""
        first = self.label[0]
        return self.label if self.label.startswith(PROPER) else first.lower() + self.label[1:]

    @property
    def unit(self) -> str:
        """The unit after the number: "%", " pp", or empty if it is printed without one."""
        return UNITS.get(self.show, "")


OVER_HELD = "Excess over buy and hold"

OF_PRICE = "of the price, without dividends and commission"

_AMOUNTS = (
    "Average win", "Median win", "Average loss", "Median loss", "Expectancy", "Best round trip",
    "Worst round trip",
)  # fmt: skip

_OF_TRADES = (
    Figure("trades.count", "Round trips", formats.count, None, True, "closed; first in, first out"),
    Figure("trades.open", "Still open", formats.count, note="marked at the last close"),
    Figure("trades.long", "Long round trips", formats.count, None, True),
    Figure("trades.short", "Short round trips", formats.count, None, True),
    Figure("trades.win_rate", "Winning round trips", formats.percent, max, note="net profit > 0"),
    Figure(
        "trades.positions", "Positions", formats.count, None, True,
        "closed; from flat to flat, or to the flip",
    ),
    Figure("trades.positions_win_rate", "Winning positions", formats.percent, max),
    *(
        Figure(f"trades.{key}", label, formats.number, max, note="net, account currency")
        for key, label in zip(AMOUNTS, _AMOUNTS, strict=True)
    ),
    *(
        Figure(f"trades.{key}_return", f"{label}, of the entry's value", formats.percent, max)
        for key, label in zip(AMOUNTS, _AMOUNTS, strict=True)
    ),
    Figure("trades.payoff", "Payoff ratio", formats.number, max, note="average win / average loss"),
    Figure(
        "trades.profit_factor", "Profit factor", formats.number, max,
        note="sum of wins / sum of losses",
    ),
    Figure("trades.average_bars", "Average time held", formats.one_decimal, note="bars"),
    Figure("trades.median_bars", "Median time held", formats.one_decimal, note="bars"),
    Figure("trades.average_days", "Average days held", formats.one_decimal, note="calendar days"),
    Figure("trades.median_days", "Median days held", formats.one_decimal, note="calendar days"),
    Figure(
        "trades.longest_losing_streak", "Longest losing streak", formats.count, min, True,
        "losses in a row",
    ),
    Figure("trades.exposure", "Time in the market", formats.percent, note="bars with a position"),
    Figure(
        "trades.turnover", "Turnover", formats.number,
        note="bought and sold per year / average equity",
    ),
    Figure(
        "trades.average_mae", "Average adverse excursion", formats.percent, max,
        note=f"MAE, {OF_PRICE}",
    ),
    Figure(
        "trades.average_mfe", "Average favourable excursion", formats.percent, max,
        note=f"MFE, {OF_PRICE}",
    ),
    Figure(
        "trades.worst_mae", "Worst adverse excursion", formats.percent, max, True, OF_PRICE,
    ),
)  # fmt: skip

_ALL = (
    Figure("total_return", "Total return", formats.percent, max, True),
    Figure(
        "excess", OVER_HELD, formats.percentage_points, max, True, "difference of the total returns"
    ),
    Figure(
        "over_buy_and_hold",  # its key in compare.json
        OVER_HELD, formats.percentage_points, max, True, "difference of the total returns",
    ),
    Figure(
        "excess_per_year", "Excess per year over buy and hold", formats.percentage_points, max,
        note="difference of the CAGRs",
    ),
    Figure("cagr", "CAGR", formats.percent, max, note="compound annual growth rate"),
    Figure("volatility", "Volatility", formats.percent, min, note="per year"),
    Figure("sharpe", "Sharpe ratio", formats.number, max),
    Figure("sharpe_band", "Sharpe ratio, 95% band", formats.band),
    Figure("sortino", "Sortino ratio", formats.number, max),
    Figure("max_drawdown", "Maximum drawdown", formats.percent, max, True),
    Figure("calmar", "Calmar ratio", formats.number, max, note="CAGR over maximum drawdown"),
    Figure(
        "profit_factor", "Profit factor of days", formats.number, max,
        note="winning over losing daily returns, of days with a position",
    ),
    Figure(
        "recovery_factor", "Recovery factor", formats.number, max, True,
        "total return over maximum drawdown",
    ),
    Figure("value_at_risk", "Value at risk, one day", formats.percent, max, note="historical, 95%"),
    Figure(
        "expected_shortfall", "Expected shortfall, one day", formats.percent, max,
        note="historical, 95%",
    ),
    Figure(
        "points", "Uncompounded gain, points", formats.number, max, True, "one share, price only"
    ),
    Figure(
        "percent", "Uncompounded gain, percent", formats.percent, max, True,
        "one unit of money a day, price only",
    ),
    Figure(
        "win_rate", "Winning days", formats.percent, max,
        note="of those with a position; zero counts as a win",
    ),
    Figure("average_win", "Average winning day", formats.percent, max),
    Figure("average_loss", "Average losing day", formats.percent, max),
    Figure("switches", "Switches", formats.count, note="reversals from long to short or back"),
    Figure("switches_per_year", "Switches per year", formats.one_decimal),
    *(
        Figure(f"pnl.{part}", part.capitalize(), formats.percent)
        for part in ("price", "dividends", "borrow", "interest", "commission", "slippage")
    ),
    *_OF_TRADES,
)  # fmt: skip

FIGURES: Mapping[str, Figure] = {figure.key: figure for figure in _ALL}
"""Key to figure. The parts of ``pnl`` are fractions of the starting cash."""

GROWTH_AND_RISK = (
    "total_return", "over_buy_and_hold", "cagr", "volatility", "sharpe", "sharpe_band", "sortino",
    "max_drawdown",
)  # fmt: skip
DAY_BY_DAY = (
    "points", "percent", "win_rate", "average_win", "average_loss", "switches", "switches_per_year",
)  # fmt: skip
PROFIT = tuple(key for key in FIGURES if key.startswith("pnl."))
TRADES = (
    "trades.count", "trades.open", "trades.long", "trades.short", "trades.win_rate",
    "trades.positions", "trades.positions_win_rate", "trades.payoff", "trades.profit_factor",
    "trades.longest_losing_streak",
)  # fmt: skip
TIME_HELD = (
    "trades.average_bars", "trades.median_bars", "trades.average_days", "trades.median_days",
    "trades.exposure", "trades.turnover", "trades.average_mae", "trades.average_mfe",
    "trades.worst_mae",
)  # fmt: skip
TRADES_IN_BRIEF = (
    "trades.count", "trades.win_rate", "trades.positions", "trades.positions_win_rate",
    "trades.payoff", "trades.profit_factor", "trades.expectancy_return", "trades.average_bars",
    "trades.exposure", "trades.turnover",
)  # fmt: skip
"""Figures of the trades that stand in a comparison of runs."""
TRADE_AMOUNTS = tuple(f"trades.{key}" for key in AMOUNTS)
"""Figures in account currency; with ``_return`` behind its key each is one of the entry's value."""

IN_BRIEF = ("total_return", "cagr", "sharpe", "sharpe_band", "max_drawdown", "switches")
"""Figures in the `repr` of a result."""

ON_SCREEN = (
    "total_return", "cagr", "volatility", "sharpe", "sharpe_band", "max_drawdown", "points",
    "percent", "win_rate", "switches_per_year",
)  # fmt: skip
"""Figures of a run that the command line prints."""


def figure_of(key: str) -> Figure:
    """Return the figure of a key; a key outside the catalogue is used as label.

    Such a figure is printed with two decimals, or with three digits if it is smaller than 0.1. A
    larger value counts as better, as in a search.
    """
    label = key.replace("_", " ").capitalize()
    return FIGURES.get(key) or Figure(key, label, formats.any_size, max)
