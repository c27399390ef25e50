"""The look-ahead audit: a strategy is run again without its later bars, and with other ones."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ....brokers.cost_model import AnyCosts
from ....feeds.bars import Bars
from ....feeds.open_to_open import runs_open_to_open
from ....feeds.reading import Reading
from .. import registry
from ..bars.any_bars import AnyBars
from ..prepared import Prepared, prepared
from ..stages import Progress, days_of
from .cuts import cut_dates
from .differences import failure_in_words, first_difference
from .futures import another_market, futures, other_closes
from .heard import Heard
from .held import tables_held
from .market import simulated_run
from .told_days import WHOLE, told_days
from .trace import Trace, traced
from .verdict import AGAIN, OPEN, Audit, Moved

CUTS = 8
"""Number of days that an audit cuts at unless it is told another."""

OF_A_RUN = ("analyzers", "benchmark_reading", "figures_only", "preload", "sections", "strips")
"""Arguments of `run` that concern its figures, and not what the strategy does."""


def audit(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    costs: AnyCosts | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    cuts: int = CUTS,
    seed: int = 0,
    heard: Heard | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Audit:
    """Audit a strategy for look-ahead: run it again without its later bars, and with other ones.

    1. The whole run, twice, and one on other bars in between: what differs is not reproducible, and
       the audit ends there.
    2. Bars delivered one by one, by feeds that hold no later ones: whatever reads a later bar on
       any day shows.
    3. For each of `cuts` days: bars that end on it, and two that go on as random walks with
       opposite steps. These show what was worked out from a whole table. The strategy's inputs are
       cut and scrambled in the same way.
    4. Where a timer sends orders before the account's day begins: other closes after that open.

    Orders as they were sent, decisions and equity up to the cut must equal those of the whole run.
    What the strategy reads beside its bars and inputs is listed in `Audit.unseen`.

    Parameters
    ----------
    strategy, bars, inputs, costs, params, reading, **settings
        As for `run`. Without bars: a simulated market with dividends, missing sessions and late
        listings, of as many feeds as the strategy needs.
    cuts : int
        Number of days to cut at, >= 1: spread over the days after the first order or decision, on
        days of every weekday and part of the month, and best on days on which it acted.
    seed : int
        Seed of the random bars and of the runs.
    heard : Heard, optional
        What was opened when the caller imported the strategy, to be listed too.
    progress : callable, optional
        Called with a `Stage` at each day of each run; None: nobody is told.

    Raises
    ------
    ParameterError
        `cuts` is below 1, or there are too few bars for the cuts; and the errors of `run`.
    RunStopped
        Also: the strategy writes to its feed.
    """
    heard = heard or Heard()
    with heard:
        kind = registry.strategy_of(strategy)
    given: dict[str, Any] = {"costs": costs, "params": params, "reading": reading}
    kept = {name: value for name, value in settings.items() if name not in OF_A_RUN}
    kept["seed"] = seed
    if bars is None:
        ready, whole = simulated_run(kind, heard, progress, settings=kept, **given)
    else:
        ready = prepared(kind, bars, inputs=inputs, settings=kept, **given)
        whole = traced(ready, heard, reached=days_of(progress, WHOLE, ready.tables))
    heard.handed |= {*_sources(ready)}
    found = _audited(ready, whole, heard, cuts, seed, progress)
    return dataclasses.replace(
        found,
        unseen=(*heard.words(), *tables_held(kind, ready.params)),
        data=tuple(map(_told, ready.tables)),
    )


def _told(table: Bars) -> str:
    """Return name, kind, number and dates of bars."""
    what = {"day": "bars", "week": "weekly bars", "month": "monthly bars"}[table.frequency]
    if runs_open_to_open(table):
        what = "bars from open to open, whose close is the day's opening price"
    return f"{table.name}, {len(table)} {what}, {table.dates[0]} to {table.dates[-1]}"


def _audited(
    ready: Prepared,
    whole: Trace,
    heard: Heard,
    cuts: int,
    seed: int,
    progress: Progress | None,
) -> Audit:
    name = registry.name_of(ready.kind)
    last: datetime.date = max(table.dates[-1].item() for table in ready.tables)
    if whole.failed is not None:
        if not _fails_earlier_on_fewer_bars(ready, heard, whole):
            raise whole.failed
        day = whole.failed_on or last
        return Audit(name, [], [Moved(last, "missing", day, failure_in_words(whole, day))])
    # What a class or module remembers of a run is then of other bars.
    reached = days_of(progress, "on other bars", ready.tables)
    traced(ready, heard, tables=another_market(ready.tables, seed), reached=reached)
    reached = days_of(progress, AGAIN, ready.tables)
    moved = _moved(whole, traced(ready, heard, reached=reached), last, AGAIN)
    if moved:
        return Audit(name, [], moved)
    acted = {*(order.date for order in whole.sent), *(one.date for one in whole.stated)}
    acted |= {*whole.fills}
    dates = _cut_dates(ready, whole, cuts, acted) if acted else []
    opens = _opens(ready, whole, dates)
    told = told_days(progress, ready.tables, dates, opens)
    others = _others(ready, dates, opens, last, seed)
    for (how, cut, other), reached in zip(others, told, strict=True):
        trace = traced(ready, heard, reached=reached, **other)
        sides = (_early(whole), _early(trace)) if how == OPEN else (whole, trace)
        found = _moved(*sides, cut, how)
        if found and not moved:  # does it come from the future, or differ by chance?
            chance = _moved(whole, traced(ready, heard), last, AGAIN)
            chance = chance or _moved(trace, traced(ready, heard, **other), cut, AGAIN)
            if chance:
                return Audit(name, [], chance)
        moved += found
    return Audit(name, dates, moved)


def _others(
    ready: Prepared,
    dates: list[datetime.date],
    opens: list[datetime.date],
    last: datetime.date,
    seed: int,
) -> Iterator[tuple[str, datetime.date, dict[str, Any]]]:
    """Yield the name, the last common day and the arguments of each run that is compared."""
    yield "one by one", last, {"one_by_one": True}
    for cut in dates:
        for how, tables, inputs in futures(ready.tables, ready.inputs, cut, seed):
            yield how, cut, {"tables": tables, "inputs": inputs, "until": cut}
    for cut in opens:
        for other in other_closes(ready.tables, cut):
            yield OPEN, cut, {"tables": other, "inputs": ready.inputs.until(cut), "until": cut}


def _opens(ready: Prepared, whole: Trace, dates: list[datetime.date]) -> list[datetime.date]:
    """Return days on which orders were sent at the open, about as many as there are cuts."""
    begun = max(table.dates[1].item() for table in ready.tables)
    opens = sorted({order.date for order in whole.early if order.date > begun})
    return opens[:: max(1, len(opens) // max(1, len(dates)))]


def _early(trace: Trace) -> Trace:
    """Return of a trace the orders alone that were sent at the open."""
    return trace._replace(sent=trace.early, stated=[], values=[], fills=[])


def _moved(whole: Trace, other: Trace, cut: datetime.date, how: str) -> list[Moved]:
    found = first_difference(whole, other, cut)
    return [] if found is None else [Moved(cut, how, found.date, found.what)]


def _cut_dates(
    ready: Prepared, whole: Trace, cuts: int, acted: set[datetime.date]
) -> list[datetime.date]:
    begun = max(min(acted), *(table.dates[1].item() for table in ready.tables))
    days = [value.date for value in whole.values if value.date > begun]
    return cut_dates(days, cuts, _changes(whole))


def _changes(whole: Trace) -> set[datetime.date]:
    """Return the days on which an order was sent or filled, or a target changed."""
    changed = {*whole.fills, *(order.date for order in whole.sent)}
    newest: dict[tuple[str, str], float] = {}
    for date, session, instrument, weight in whole.stated:
        if newest.get((session, instrument)) != weight:
            newest[session, instrument] = weight
            changed.add(date)
    return changed


def _fails_earlier_on_fewer_bars(ready: Prepared, heard: Heard, whole: Trace) -> bool:
    """Return whether an error of looking something up comes earlier if the bars end earlier.

    If it does, it depends on where the bars end: the strategy reads past the last one.
    """
    if not isinstance(whole.failed, LookupError) or whole.failed_on is None:
        return False
    before = whole.failed_on - datetime.timedelta(days=1)
    if any(table.dates[1].item() > before for table in ready.tables):
        return False
    fewer = [table.between(None, before) for table in ready.tables]
    other = traced(ready, heard, tables=fewer, inputs=ready.inputs)
    return isinstance(other.failed, LookupError)


def _sources(ready: Prepared) -> list[str]:
    """Return the files that the bars and inputs were read from."""
    sources = [str(source.source) for source in (*ready.tables, *ready.inputs.values())]
    return [source.partition("#")[0] for source in sources]
