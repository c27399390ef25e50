"""Measure how long it takes to read large tables and to look up statements."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.panel import Panel
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.feeds.tables.text_tables import text_table
from btplaybook.feeds.tables.written_dates import read_dates
from btplaybook.feeds.tables.written_numbers import read_numbers

N_NAMES, YEARS = 55, 12
QUESTIONS = 20


def measure() -> list[dict[str, object]]:
    """Time each reader on one large table, in seconds of processor time.

    Returns
    -------
    list of dict
        `name`, `target` (most seconds), `measured` (seconds) and `met`.
    """
    stamps = pd.Series(pd.date_range("1990-01-01", periods=100_000, freq="10min").astype(str))
    grouped = pd.Series([f"{1000 + row},5" for row in range(500_000)], dtype="str")
    days = pd.date_range("1400-01-01", periods=200_000).strftime("%Y-%m-%d")
    rows = "".join(f"{day},1,2,0.5,1.5,9\n" for day in days)
    text = f"date,open,high,low,close,volume\n{rows}".encode()
    names, statements = _statements()
    panel = _panel_rows(names)

    def ask() -> None:
        for _ in range(QUESTIONS):
            statements.known_on("2018-06-30", names)

    return [
        _timed("100,000 written stamps, seconds", 5.0, lambda: read_dates(stamps)),
        _timed("500,000 written numbers, seconds", 8.0, lambda: read_numbers(grouped)),
        _timed("200,000 lines of text, seconds", 5.0, lambda: text_table(text)),
        _timed(f"panel of {N_NAMES} names, seconds", 2.0, lambda: Panel.from_frame(panel)),
        _timed(f"statements of {N_NAMES} names on a day, seconds", 1e-3, ask, QUESTIONS),
    ]


def _timed(name: str, target: float, task: Callable[[], Any], times: int = 1) -> dict[str, object]:
    began = process_time()
    task()
    seconds = (process_time() - began) / times
    return {"name": name, "target": target, "measured": round(seconds, 5), "met": seconds < target}


def _statements() -> tuple[list[str], Fundamentals]:
    """Return stock names and one statement per stock and year."""
    names = [f"N{place:02d}" for place in range(N_NAMES)]
    ends = [f"{2008 + year}-12-31" for year in range(YEARS)]
    table = pd.DataFrame([(name, end) for name in names for end in ends])
    table.columns = ["ticker", "period_end"]
    figures = ("ebit", "cash", "debt", "minority_interest", "shares_outstanding")
    rng = np.random.default_rng(0)
    return names, Fundamentals.from_frame(
        table.assign(**{name: rng.lognormal(10.0, 1.0, len(table)) for name in figures})
    )


def _panel_rows(names: list[str]) -> pd.DataFrame:
    tables = [
        simulated_bars(seed).frame().rename_axis("date").reset_index().assign(ticker=name)
        for seed, name in enumerate(names)
    ]
    return pd.concat(tables, ignore_index=True).assign(split_factor=1.0)
