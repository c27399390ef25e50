"""The winner unchanged where it was not chosen: on other instruments, and on later years."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...feeds.bars import Bars
from ...feeds.reading import Reading
from ..runs import registry
from ..runs.bars.any_bars import AnyBars, tables_from
from ..runs.found.user_files import in_a_line
from ..runs.quiet import without_prints
from ..runs.run import run
from ..runs.settings import Settings
from ..trials.same_bars import share, years_of

SHOWN = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown", "win_rate", "switches")
"""Metrics that are kept of each."""

FEWEST_DAYS = 20
"""Later days below which there is nothing to show yet."""


class Elsewhere(NamedTuple):
    """The winner on bars that it was not chosen on."""

    name: str
    later: bool
    """Whether the bars are later ones of the instrument that was searched."""
    first: str
    """First day that counts, ISO date; empty where it could not be run."""
    last: str
    years: float
    metrics: dict[str, Any]
    held: dict[str, Any]
    """The same of buying and holding."""
    excess_per_year: float | None
    """Difference of the growth rates, a fraction per year."""
    why: str = ""
    """Why it could not be run."""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return self._asdict()


def later_tables(bars: AnyBars, settings: Settings, reading: Reading) -> list[Bars] | None:
    """Return bars that were cut at the window's end whole; None where they do not go on.

    Bars that have not been read yet are left unread: a fault after the window is not the search's.
    """
    given = [bars] if isinstance(bars, Bars) else bars
    if settings.end is None or not isinstance(given, Sequence) or isinstance(given, str):
        return None
    if not all(isinstance(table, Bars) for table in given):
        return None
    tables = tables_from(given, dividends=not settings.no_dividends, reading=reading)
    end = np.datetime64(settings.end)
    return tables if all(table.dates[-1] > end for table in tables) else None


def elsewhere(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    settings: Settings,
    others: Iterable[Bars],
    later: Sequence[Bars] | None = None,
    searched: Sequence[Bars] = (),
    until: datetime.date | None = None,
) -> list[Elsewhere]:
    """Run the winner, unchanged, on other bars.

    Parameters
    ----------
    kind : class
        The strategy.
    params : mapping
        All its parameters, the winner's among them.
    settings : Settings
        Those of the search; its window does not apply.
    others : iterable of Bars
        Each alone, from its first bar on.
    later : sequence of Bars or None
        The tables that were searched, with their days after the search; only these count.
    searched : sequence of Bars
        The tables that were searched: one that holds them again is no other instrument.
    until : date or None
        Last day of the others, where later ones are kept back.

    Returns
    -------
    list of Elsewhere
        The later days first.
    """
    plain = {k: v for k, v in vars(settings).items() if v is not None}
    for name in ("start", "end", "benchmark"):
        plain.pop(name, None)
    found = []
    if later is not None and settings.end is not None:
        days = later[0].dates[later[0].dates > np.datetime64(settings.end)]
        if len(days) >= FEWEST_DAYS:
            found.append(_ran(kind, params, later, {**plain, "start": days[0].item()}, later=True))
    own, seen = [years_of(table) for table in searched], set()
    for bars in others:
        years = years_of(bars)
        if bars.vintage in seen:
            continue
        seen.add(bars.vintage)
        if any(share(years, each) for each in own):
            found.append(_not_run(bars.name, "these are the bars that were searched"))
        elif until is not None and bars.dates[1] > np.datetime64(until):
            found.append(_not_run(bars.name, f"it has no two bars up to {until}"))
        else:
            seen_bars = bars if until is None else bars.between(None, until)
            found.append(_ran(kind, params, [seen_bars], plain, later=False))
    return found


def _not_run(name: str, why: str, *, later: bool = False) -> Elsewhere:
    return Elsewhere(name, later, "", "", 0.0, {}, {}, None, why)


def _ran(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    tables: Sequence[Bars],
    settings: Mapping[str, Any],
    *,
    later: bool,
) -> Elsewhere:
    name = tables[0].name
    try:
        with without_prints():
            ran = run(
                kind, list(tables), params=dict(params), strips=False, figures_only=True, **settings
            )
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        return _not_run(name, in_a_line(error, kind.__module__), later=later)
    own, years = ran.metrics, len(ran.returns) / ran.periods_per_year
    held = ran.benchmark
    both = own["cagr"] is not None and held.get("cagr") is not None
    return Elsewhere(
        name,
        later,
        ran.window[0],
        ran.window[1],
        years,
        {key: own[key] for key in SHOWN},
        {key: held.get(key) for key in SHOWN},
        own["cagr"] - held["cagr"] if both else None,
    )
