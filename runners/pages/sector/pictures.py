"""Pictures of a sector book's figures over time: tables in, HTML out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..svg.plot import RUNS, Plot
from .drawing import ends, held_on
from .numbers import large


def neutrality(beta: pd.DataFrame, band: float) -> str:
    """Draw the planned and the realised beta around the target.

    Parameters
    ----------
    beta : DataFrame
        Day by day: ``ex_ante``, ``target``, ``realised_63``, ``realised_252``.
    band : float
        Drift from the target at which the book does not trade.
    """
    plot = Plot("sector-beta", "Beta of the book to its fund, ex ante and realised")
    target = beta["target"]
    if band:
        plot.area(
            beta.index, target - band, target + band, "pale", "left untrimmed", opacity=1.0
        )  # fmt: skip
    plot.line(beta.index, target, "muted", "target", width=0.8, dash=True)
    for name, colour, width, label in (
        ("realised_63", "benchmark", 1.0, "realised, 63 days"),
        ("realised_252", "accent", 1.8, "realised, 252 days"),
        ("ex_ante", "ink", 0.8, "ex ante"),
    ):
        if beta[name].notna().any():
            plot.line(beta.index, beta[name], colour, label, width=width)
    return plot.html()


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
        "account": (sides["total"], "accent", 1.9),
        "long book": (sides[[f"long_{part}" for part in parts]].sum(axis=1), "run3", 1.2),
        "hedge": (sides[[f"hedge_{part}" for part in parts]].sum(axis=1), "run5", 1.2),
        "borrow and interest": (sides["borrow"] + sides["interest"], "benchmark", 1.2),
    }
    plot = Plot("sector-sides", "Running profit of the long book and of its hedge", unit="%")
    plot.level(0.0)
    for place, (label, (daily, colour, width)) in enumerate(lines.items()):
        plot.line(
            daily.index, daily.cumsum() / cash, colour, label, width=width, z=len(lines) - place
        )
    return plot.html()


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
    plot = Plot("sector-ic", "Rank correlation of each forecast with what came")
    if spans := spells(decided):
        starts, stops = zip(*spans, strict=True)
        plot.reach(starts, [])
        plot.reach(stops, [])
        plot.band(starts, stops, "pale", "weighted without forecasts", opacity=1.0)
    days = np.diff(ics.index.to_numpy()).astype("timedelta64[D]").astype(float)
    width = min(18.0, 0.8 * float(np.median(days))) if days.size else 18.0
    values = ics.to_numpy(dtype=float)
    for colour, which in (("accent", values > 0.0), ("loss", values <= 0.0)):
        plot.bars(ics.index, np.where(which, values, np.nan), width, colour, table=False)
    plot.column("rank correlation", ics.index, values)
    plot.level(0.0)
    if decided["mean_ic"].notna().any():
        plot.line(
            ends(decided), held_on(decided["mean_ic"]), "ink", "mean that the gate judged",
            width=1.2, step=True,
        )  # fmt: skip
    if threshold:
        plot.level(threshold, "ink", "threshold", dash=True)
    return plot.html()


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
    plot = Plot(name, f"Premium of {term} with its 95 % interval", unit="%")
    plot.level(0.0)
    plot.reach([table.index[0], max(last, table.index[0] + pd.Timedelta(days=30))], [])
    horizons = list(dict.fromkeys(table.columns.get_level_values("horizon")))
    for horizon, colour in zip(horizons, RUNS, strict=False):
        one = table[horizon]
        plot.area(one.index, one["low"], one["high"], colour, opacity=0.14)
        plot.line(one.index, one["estimate"], colour, f"{horizon} sessions ahead")
        plot.column("from", one.index, one["low"])
        plot.column("to", one.index, one["high"])
    return plot.html()


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
    plot = Plot("sector-capacity", "Account that each decision had room for", log=True)
    known, label = table["account"].dropna(), f"account at {share} of a day's volume"
    plot.points(known.index, known, "accent", label, size=4.5)
    plot.line(equity.index, equity, "run2", "this account", table=False)
    plot.column(label, known.index, known, large)
    account = equity.reindex(known.index)
    plot.column("this account", account.index, account, large)
    return plot.html()


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
    plot = Plot(name, label if fund is None else f"{label}, over the fund", unit="%")
    plot.level(0.0)
    for place, variant in enumerate(returns):
        gain = returns[variant] if fund is None else returns[variant] - fund
        plot.line(
            gain.index, gain.cumsum(), RUNS[place % len(RUNS)], str(variant),
            z=returns.shape[1] - place,
        )  # fmt: skip
    return plot.html()


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
