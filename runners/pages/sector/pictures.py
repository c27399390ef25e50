"""Pictures of a sector book's figures over time: tables in, inline SVG out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...runs.labels.colours import ACCENT, BENCHMARK, INK, LOSS, MUTED, RUNS
from ..log_axis import label_log_axis
from ..plots import legend
from .drawing import SECOND, ends, held_on, over_time, percent_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALE = "#f3efe6"
"""Background of the days on which forecasts did not determine the weights."""


def neutrality(beta: pd.DataFrame, band: float) -> str:
    """Draw the planned and the realised beta around the target.

    Parameters
    ----------
    beta : DataFrame
        Day by day: ``ex_ante``, ``target``, ``realised_63``, ``realised_252``.
    band : float
        Drift from the target at which the book does not trade.
    """

    def draw(axes: Axes) -> None:
        target = beta["target"]
        if band:
            axes.fill_between(
                beta.index, target - band, target + band, color=PALE, linewidth=0,
                label="left untrimmed",
            )  # fmt: skip
        axes.plot(beta.index, target, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        for name, colour, width, label in (
            ("realised_63", BENCHMARK, 1.0, "realised, 63 days"),
            ("realised_252", ACCENT, 1.6, "realised, 252 days"),
            ("ex_ante", INK, 0.8, "ex ante"),
        ):
            if beta[name].notna().any():
                axes.plot(beta.index, beta[name], color=colour, linewidth=width, label=label)
        low, high = axes.get_ylim()
        reach = 1.1 * band
        middle = target.mean() if target.notna().any() else 0.0
        axes.set_ylim(min(low, middle - reach), max(high, middle + reach))
        legend(axes, reverse=False)

    return over_time("sector-beta", "Beta of the book to its fund, ex ante and realised", draw)


def two_sides(sides: pd.DataFrame, cash: float) -> str:
    """Draw the cumulative profit of the stocks, the hedge, financing and the account.

    Parameters
    ----------
    sides : DataFrame
        Day by day, as `analyzers.sector.sides.pnl_by_side` returns it.
    cash : float
        Starting cash; profits are drawn as fractions of it.
    """
    parts = ("price", "dividends", "costs")
    lines = {
        "account": (sides["total"], ACCENT, 1.8),
        "long book": (sides[[f"long_{part}" for part in parts]].sum(axis=1), RUNS[2], 1.1),
        "hedge": (sides[[f"hedge_{part}" for part in parts]].sum(axis=1), RUNS[4], 1.1),
        "borrow and interest": (sides["borrow"] + sides["interest"], BENCHMARK, 1.1),
    }

    def draw(axes: Axes) -> None:
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        for place, (label, (daily, colour, width)) in enumerate(lines.items()):
            axes.plot(
                daily.index, daily.cumsum() / cash, color=colour, linewidth=width, label=label,
                zorder=4 - place / 10,
            )  # fmt: skip
        percent_axis(axes)
        legend(axes, reverse=False, columns=4)

    return over_time("sector-sides", "Running profit of the long book and of its hedge", draw)


def skill(ics: pd.Series, decided: pd.DataFrame, threshold: float | None) -> str:
    """Draw the rank correlation of each forecast, and when the gate was open.

    Parameters
    ----------
    ics : Series
        Rank correlations; index: the day on which each became known.
    decided : DataFrame
        Decision by decision: ``until``, ``fallback``, ``mean_ic``.
    threshold : float or None
        Threshold of the gate; None without a gate.
    """

    def draw(axes: Axes) -> None:
        shade: Any = axes.axvspan  # matplotlib's hints do not accept dates
        label = "weighted without forecasts"
        for start, end in spells(decided):
            shade(start, end, color=PALE, linewidth=0, label=label)
            label = "_"
        days = np.diff(ics.index.to_numpy()).astype("timedelta64[D]").astype(float)
        width = min(18.0, 0.8 * float(np.median(days))) if days.size else 18.0
        colours = np.where(ics.to_numpy() > 0.0, ACCENT, LOSS)
        axes.bar(ics.index, ics, width=width, color=list(colours))
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        if decided["mean_ic"].notna().any():
            axes.step(
                ends(decided), held_on(decided["mean_ic"]), where="post", color=INK,
                linewidth=1.1, label="mean that the gate judged",
            )  # fmt: skip
        if threshold:
            axes.axhline(threshold, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        legend(axes, reverse=False)

    return over_time("sector-ic", "Rank correlation of each forecast with what came", draw)


def premium(name: str, table: pd.DataFrame, term: str, last: pd.Timestamp) -> str:
    """Draw the estimated premium of a factor with its 95 % confidence intervals.

    Parameters
    ----------
    name : str
        Unique on the page.
    table : DataFrame
        Index ``date``; columns of two levels, ``horizon`` and ``figure``.
    term : str
        The factor's name.
    last : Timestamp
        The window's end, so that all factors have one axis.
    """

    def draw(axes: Axes) -> None:
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.set_xlim(table.index[0], max(last, table.index[0] + pd.Timedelta(days=30)))
        horizons = list(dict.fromkeys(table.columns.get_level_values("horizon")))
        for horizon, colour in zip(horizons, (ACCENT, SECOND, *RUNS[2:]), strict=False):
            one = table[horizon]
            axes.fill_between(
                one.index, one["low"], one["high"], color=colour, alpha=0.14, linewidth=0
            )
            axes.plot(one.index, one["estimate"], color=colour, label=f"{horizon} sessions ahead")
        percent_axis(axes)
        legend(axes, reverse=False)

    return over_time(name, f"Premium of {term} with its 95 % interval", draw)


def capacity(table: pd.DataFrame, equity: pd.Series, share: str) -> str:
    """Draw the largest possible account at each decision, next to the account itself.

    Parameters
    ----------
    table : DataFrame
        Index ``date``: ``account``.
    equity : Series
        The account's value by date.
    share : str
        The share of a day's volume that limits it, as text.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import EngFormatter

        known = table["account"].dropna()
        room = f"account at {share} of a day's volume"
        axes.plot(known.index, known, "o", color=ACCENT, markersize=3, label=room)
        axes.plot(equity.index, equity, color=SECOND, label="this account")
        axes.set_yscale("log")
        label_log_axis(axes)
        axes.yaxis.set_major_formatter(EngFormatter(sep=""))
        legend(axes, reverse=False)

    return over_time("sector-capacity", "Account that each decision had room for", draw)


def variants(returns: pd.DataFrame, fund: pd.Series | None) -> str:
    """Draw the cumulative daily returns of the variants of the book.

    Parameters
    ----------
    returns : DataFrame
        Daily returns, one column per variant, the run itself first.
    fund : Series or None
        The fund's daily returns; if given, they are subtracted, to draw the excess over holding the
        fund.
    """
    name = "sector-variants" if fund is None else "sector-excess"
    label = "Uncompounded gain of the variants"

    def draw(axes: Axes) -> None:
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        for place, variant in enumerate(returns):
            gain = returns[variant] if fund is None else returns[variant] - fund
            axes.plot(
                gain.index, gain.cumsum(), color=RUNS[place % len(RUNS)], label=str(variant),
                zorder=3 - place / 100,
            )  # fmt: skip
        percent_axis(axes)
        legend(axes, reverse=False, columns=3)

    return over_time(name, label if fund is None else f"{label}, over the fund", draw)


def spells(decided: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the first and last day of each series of consecutive decisions in fallback."""
    found: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for date, until, fallback in zip(
        decided.index, decided["until"], decided["fallback"], strict=True
    ):
        if fallback and found and found[-1][1] == date:
            found[-1] = (found[-1][0], until)
        elif fallback:
            found.append((date, until))
    return found
