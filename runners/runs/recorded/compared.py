"""What the account of a script is compared with: the first feed that was traded, held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ....feeds.bars import Bars
from ...errors import ParameterError
from ..benchmarks import Benchmark
from ..labels.badge_texts import badge
from ..result import Badge
from ..settings import Settings
from .account import Account


@dataclass(frozen=True)
class Compared:
    """The benchmark: the first feed that was traded, held; without a name there is none."""

    name: str = ""
    returns: pd.Series | None = None
    metrics: dict[str, Any] = field(default_factory=dict)
    badges: Sequence[Badge] = ()


def compared_with(account: Account, tables: Sequence[Bars], periods: int) -> Compared:
    """Return the first traded feed whose bars cover the account's days, held, or nothing."""
    traded = {fill.instrument for fill in account.book.fills}
    days = pd.DatetimeIndex(account.daily.index)
    settings = Settings(cash=account.book.starting_cash)
    for bars in sorted(tables, key=lambda table: table.name not in traded):
        benchmark = Benchmark("held", bars.name, bars.name, {bars: 1.0}, feeds=tuple(tables))
        try:
            returns, measured = benchmark.measured(days, settings, periods)
        except ParameterError:
            continue  # it begins late or ends early
        return Compared(bars.name, returns, measured, benchmark.badges(days))
    return Compared(badges=[badge("no benchmark")])
