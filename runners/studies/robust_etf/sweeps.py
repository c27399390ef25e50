"""The SMA rule at every period, direction and fill, computed once for several chapters."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....analyzers.market.session_gains import uncompounded_points
from ....feeds.bars import Bars
from ....feeds.conventions import FILLS
from ....search.confirm import confirm
from ....search.ledger import Terms, daily_points
from ....search.screen import Screen
from ....search.sweep import COLUMNS, best_of, sweep
from ....strategies.rule_line import RuleCall
from ....strategies.sma_switch import SmaSwitch
from ...runs.run import run
from ..study import Evidence, NotCarried

PERIODS = range(2, 301)
DIRECTIONS = ("trend", "reversion")
CONFIRMED = 20
"""Sets of the main ticker that are run again bar by bar."""

Swept = dict[str, dict[str, pd.DataFrame]]
"""Fill to direction to the figures by period."""


class Market(NamedTuple):
    """Gain of holding one share over the window, in points."""

    price: float
    """Change of the price."""
    with_cash: float
    """Change of the price plus the dividends in cash."""
    adjusted: float
    """Change of the dividend-adjusted price, anchored at the last close."""


def sma_call(period: int, direction: str) -> RuleCall:
    """Return the call of the SMA rule for one set."""
    return SmaSwitch.rule_call({"period": period, "direction": direction})


def screen(evidence: Evidence, ticker: str, fill: str = "close") -> Screen:
    """Return the screen of a ticker's sets: no costs, prices without dividends."""

    def build() -> Screen:
        bars = evidence.of(ticker).without_dividends()
        return Screen.of(bars, evidence.window(ticker).dates[0].item(), Terms(fill=fill))

    return evidence.once(("sma screen", ticker, fill), build)


def swept(evidence: Evidence, ticker: str) -> Swept:
    """Return the sweep of a ticker; it is computed only once."""
    return evidence.once(("sma sweep", ticker), lambda: _swept(evidence, ticker))


def sweep_all(evidence: Evidence) -> None:
    """Compute the sweeps of all tickers, and tell how far that is."""
    tickers = evidence.each(
        evidence.tickers, "sweeping", weight=lambda ticker: len(_fills(evidence, ticker))
    )
    for ticker in tickers:
        swept(evidence, ticker)


def _fills(evidence: Evidence, ticker: str) -> tuple[str, ...]:
    """Return the fills of a sweep: only chapters of the main ticker read those after the close."""
    return FILLS if ticker == evidence.main else ("close",)


def _swept(evidence: Evidence, ticker: str) -> Swept:
    bars = len(evidence.of(ticker))
    periods = [period for period in PERIODS if period < bars]
    if len(periods) < 2:
        raise NotCarried(f"{ticker} has {bars} bars, too few for averages")
    return {
        fill: {
            direction: sweep(
                screen(evidence, ticker, fill),
                [{"period": period, "direction": direction} for period in periods],
                lambda one: SmaSwitch.rule_call(one),
            ).set_index("period")
            for direction in DIRECTIONS
        }
        for fill in _fills(evidence, ticker)
    }


def best_period(table: pd.DataFrame, by: str = "points") -> int:
    """Return the period with the highest value."""
    return best_of(table[by])


def points_of_day(
    evidence: Evidence, ticker: str, period: int, direction: str, fill: str = "close"
) -> pd.Series:
    """Return the daily gain of a set in points, for one share and without dividends."""
    judged = screen(evidence, ticker, fill)
    targets = judged.targets(sma_call(period, direction))
    points = daily_points(judged.market, targets, np.ones(1), fill)
    return pd.Series(points, index=pd.DatetimeIndex(judged.market.dates, name="date"))


def percent_of_day(evidence: Evidence, ticker: str, period: int, direction: str) -> pd.Series:
    """Return the daily gain of a set as a fraction of the previous close, for one unit of money."""
    close = pd.Series(screen(evidence, ticker).market.closes[:, 0])
    points = points_of_day(evidence, ticker, period, direction)
    before = close.shift().bfill().to_numpy()
    return pd.Series(points.to_numpy() / before, points.index)


def held(evidence: Evidence, ticker: str) -> Market:
    """Return the gain of holding one share."""
    bars = evidence.window(ticker)
    price = float(bars.close[-1] - bars.close[0])
    adjusted = bars.adjusted_close
    return Market(price, price + float(bars.dividend[1:].sum()), float(adjusted[-1] - adjusted[0]))


def over(points: float, gain: float) -> float | None:
    """Return points divided by a gain; None if the points are unknown or the gain is 0."""
    return None if np.isnan(points) or gain == 0.0 else points / gain


def open_to_open(evidence: Evidence, ticker: str, period: int, direction: str) -> float:
    """Return the points of the rule computed from opens and traded at the same opens."""
    bars: Bars = evidence.of(ticker)
    call = sma_call(period, direction)
    kept = len(evidence.window(ticker))
    positions = call._replace(arrays=("open",)).positions(bars)[-kept:]
    return uncompounded_points(positions, bars.open[-kept:])


def confirm_sample(evidence: Evidence, ticker: str) -> int:
    """Run some sets bar by bar and compare them with the sweep; return their number.

    Raises
    ------
    Mismatch
        A run differs from the sweep; the message names the set, the day or figure, and both values.
    """
    return evidence.once(("confirmed", ticker), lambda: _confirm(evidence, ticker))


def _confirm(evidence: Evidence, ticker: str) -> int:
    table = swept(evidence, ticker)
    random = np.random.default_rng(evidence.seed)
    periods = list(table["close"]["trend"].index)
    chosen = random.choice(periods, size=min(CONFIRMED, len(periods)), replace=False)
    drawn = evidence.each(sorted(map(int, chosen)), "confirming bar by bar", lambda n: f"SMA {n}")
    for place, period in enumerate(drawn):
        fill, direction = FILLS[place % len(FILLS)], DIRECTIONS[random.integers(2)]
        if fill == "next_open" and evidence.of(ticker).closes_only:
            continue  # opens that are unknown cannot be traded
        judged = screen(evidence, ticker, fill)
        came_to = judged.account(sma_call(period, direction))
        begins = evidence.start > judged.bars.dates[0].item()
        ran = run(
            "sma-switch",
            judged.bars,
            period=period,
            direction=direction,
            fill=fill,
            start=evidence.start if begins else None,
            strips=False,
        )
        row = table[fill][direction].loc[period]
        figures: dict[str, Any] = {
            name: None if pd.isna(row[name]) else row[name] for name in COLUMNS
        }
        confirm(
            f"{ticker} SMA {period} {direction} {fill}",
            judged.market.dates,
            came_to.equity,
            figures,
            ran.equity,
            ran.metrics,
            judged.terms.cash,
        )
    return len(chosen)
