"""Snapshots of a fund's holdings out of a table of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from ..frames import Day, as_day
from ..tickers import plain_ticker
from .fund_rows import kind_of_row
from .sheets import Badge, Sheet

SPELLINGS = {
    "date": ("as_of", "as_of_date"),
    "etf": ("fund",),
    "ticker": ("symbol",),
    "weight": ("weight_%", "weight_(%)", "weight_percent"),
    "name": ("security", "security_name"),
    "asset_class": (),
}

#: Percent between which the rows of a whole snapshot add up.
WHOLE = (90.0, 110.0)

#: Percent of a fund that a row may be, either way: a leveraged fund's swaps and cash are several
#: times the fund.
LARGEST_ROW = 1_000.0

#: Percent of a fund that a security may be at least. What is yet to be settled can be a little
#: below 0; more is a short position, and no holding.
LEAST_SECURITY = -1.0

#: Up to here the rows are taken for fractions: with a row for their sum they add up to 2.
FRACTIONS = 2.5


@dataclass(frozen=True)
class Snapshot:
    """What one fund held on one day, as fractions of the fund.

    Parameters
    ----------
    etf : str
        The fund.
    day : datetime64[D]
        The date of the snapshot; NaT where it has none, and then it holds on every day.
    weights : mapping of str to float
        Securities.
    cash : mapping of str to float
        What is no security: cash, currencies, money-market funds, futures, rows without a
        ticker. Together with the weights it adds up to about 1.
    known_from : datetime64[D], optional
        First day on which it was known; None is its own date.
    """

    etf: str
    day: np.datetime64
    weights: Mapping[str, float]
    cash: Mapping[str, float] = field(default_factory=dict)
    known_from: np.datetime64 | None = None

    @property
    def known(self) -> np.datetime64:
        """First day on which the snapshot was known; NaT where it has no date."""
        return self.day if self.known_from is None else self.known_from

    def made_up(self, rng: np.random.Generator) -> Self:
        """Return a snapshot of the same day with random weights of two thirds of the names."""
        names = list(self.weights)
        kept = [names[i] for i in rng.permutation(len(names))[: max(1, len(names) * 2 // 3)]]
        drawn: list[float] = rng.dirichlet(np.ones(len(kept))).tolist() if kept else []
        return replace(self, weights=dict(zip(kept, drawn, strict=True)), cash={})


def snapshots_of(
    frame: pd.DataFrame, source: str, lag_days: int, today: Day | None = None
) -> tuple[list[Snapshot], tuple[Badge, ...]]:
    """Sort the rows of a table into snapshots, and say what is odd about them.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns etf, ticker, weight (percent), and perhaps date, name and asset_class.
    source : str
        Where the table came from, for messages.
    lag_days : int
        Days from a snapshot's date until it is known.
    today : datetime64, datetime.date or str, optional
        The day of reading, after which no snapshot can be; None asks the clock.

    Returns
    -------
    snapshots : list of Snapshot
        One a fund and date, in the order of their first rows.
    badges : tuple of Badge
        Snapshots left out because they name a security twice, and partial ones.

    Raises
    ------
    BarsError
        For a missing column, a cell that cannot be read, a date after today, a weight beyond
        1,000 percent or below -1 for a security, weights that are not in percent, and a table
        without a snapshot that can be used.
    """
    sheet = Sheet(frame, source, SPELLINGS, today)
    sheet.require("etf", "ticker", "weight")
    etfs = [plain_ticker(cell) for cell in sheet.text("etf")]
    tickers = sheet.text("ticker", required=False)
    names = sheet.text("name", required=False) if "name" in sheet else [""] * len(sheet)
    classes = [""] * len(sheet)
    if "asset_class" in sheet:
        classes = sheet.text("asset_class", required=False)
    percents = sheet.numbers("weight", most=LARGEST_ROW, unit="percent", required=True)
    never = np.full(len(sheet), np.datetime64("NaT", "D"))
    days = sheet.dates("date", past=True) if "date" in sheet else never
    if not len(sheet):
        sheet.faults.append("no rows of holdings")
    sheet.check()
    described = list(zip(tickers, names, percents.tolist(), classes, strict=True))
    kinds = [kind_of_row(*row) for row in described]
    shorts = [
        kind == "security" and percent < LEAST_SECURITY
        for kind, percent in zip(kinds, percents.tolist(), strict=True)
    ]
    words = f"weight of a security is below {LEAST_SECURITY:g} percent"
    sheet.wrong(words, sheet.column("weight"), shorts)
    sheet.check()

    # By the day as text: a day that is not known does not equal itself.
    rows: dict[tuple[str, str], list[tuple[str, str, float, str]]] = {}
    groups = zip(etfs, map(str, days), strict=True)
    for group, row in zip(groups, described, strict=True):
        rows.setdefault(group, []).append(row)
    lag = np.timedelta64(lag_days, "D")
    found: list[Snapshot] = []
    contradictory: list[tuple[str, np.datetime64, str]] = []
    partial: list[tuple[str, np.datetime64, float]] = []
    fractions: list[str] = []
    for (etf, text), its_rows in rows.items():
        day = as_day(text)
        weights, cash, repeated = _weights_and_cash(its_rows)
        total = 100 * (sum(weights.values()) + sum(cash.values()))
        if repeated:
            contradictory.append((etf, day, repeated[0]))
            continue
        if 0 < total <= FRACTIONS:
            fractions.append(f"the weights of {etf} add up to {total:.3g}{_dated(day)}")
        elif not WHOLE[0] <= total <= WHOLE[1]:
            partial.append((etf, day, total))
        found.append(Snapshot(etf, day, weights, cash, day + lag if lag_days else None))
    if fractions:
        sheet.faults.append(f"{fractions[0]}; give them in percent")
    if not found:
        etf, day, ticker = contradictory[0]
        sheet.faults.append(f"{etf} names {ticker} twice{_dated(day)}: no snapshot can be used")
    sheet.check()
    return found, (*_contradictions(contradictory), *_parts(partial))


def _weights_and_cash(
    rows: Sequence[tuple[str, str, float, str]],
) -> tuple[dict[str, float], dict[str, float], list[str]]:
    weights: dict[str, float] = {}
    cash: dict[str, float] = {}
    repeated = []
    for ticker, name, percent, asset_class in rows:
        kind = kind_of_row(ticker, name, percent, asset_class)
        if kind == "security":
            plain = plain_ticker(ticker)
            if plain in weights:
                repeated.append(plain)
            weights[plain] = percent / 100
        elif kind == "cash":
            label = name or ticker or "no ticker"
            cash[label] = cash.get(label, 0.0) + percent / 100
    return weights, cash, repeated


def _contradictions(found: list[tuple[str, np.datetime64, str]]) -> list[Badge]:
    if not found:
        return []
    etf, day, ticker = found[0]
    why = f"They name a security twice, the first {etf}{_dated(day)} ({ticker})."
    return [("warn", f"snapshots left out: {len(found)}", why)]


def _parts(found: list[tuple[str, np.datetime64, float]]) -> list[Badge]:
    if not found:
        return []
    etf, day, total = found[0]
    why = f"Their rows do not add up to the fund, the first {etf}{_dated(day)} to {total:.1f} %."
    return [("warn", f"partial snapshots: {len(found)}", why)]


def _dated(day: np.datetime64) -> str:
    return "" if np.isnat(day) else f" on {day}"
