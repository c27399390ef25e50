"""Look-ahead audit: decisions and equity must not depend on later bars."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...feeds.simulated.noise import noise_after
from ..errors import CheckFailed, ParameterError
from . import registry
from .bars.any_bars import AnyBars, reading_in, tables_from
from .bars.lengths import same_end
from .declared import as_date
from .inputs import Inputs
from .keywords import settings_and_params
from .result import RunResult
from .run import run
from .settings import Settings

ROUNDING = 1e-9
"""Largest difference that rounding explains: absolute in a weight, relative in equity."""


class Moved(NamedTuple):
    """A decision or an equity value that depended on later bars."""

    cut: datetime.date
    """Last day whose bar both runs have."""
    how: str
    """"one by one", "truncated", "scrambled"; "missing": the whole run read past its last bar."""
    date: datetime.date
    """First day on which the two runs differ."""
    what: str
    """The difference, in words."""


@dataclasses.dataclass(frozen=True)
class Audit:
    """The outcome of a look-ahead audit.

    Attributes
    ----------
    strategy : str
        Its name.
    cuts : list of date
        Days after which the bars were removed or scrambled; empty if the strategy made no decision.
    moved : list of Moved
        The differences found; empty if there is no look-ahead.
    """

    strategy: str
    cuts: list[datetime.date]
    moved: list[Moved]

    @property
    def passed(self) -> bool:
        """Whether no decision and no equity value changed."""
        return not self.moved

    def words(self) -> str:
        """Return the verdict as one line of text."""
        if not self.cuts and self.passed:
            return f"Look-ahead audit passed: {self.strategy} decided nothing"
        if self.passed:
            return (
                f"Look-ahead audit passed: {self.strategy} decided the same bar by bar, and with "
                f"{len(self.cuts)} truncated and as many scrambled futures"
            )
        first = self.moved[0]
        future = f"the bars after {first.cut} {first.how}"
        if first.how == "one by one":
            future = "bars delivered one by one"
        return (
            f"Look-ahead audit failed: {self.strategy} knows the future. With {future}, "
            f"{first.what}"
        )

    def check(self) -> None:
        """Raise CheckFailed unless the audit passed."""
        if not self.passed:
            raise CheckFailed(self.words())


def audit(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    *,
    inputs: Mapping[str, Any] | None = None,
    cuts: int = 6,
    seed: int = 0,
    **settings: Any,
) -> Audit:
    """Audit a strategy for look-ahead: run it again without its later bars, and with other ones.

    The first run delivers the bars one by one, so that no later bar can be read. Then the strategy
    runs twice for each of `cuts` dates: on bars that end on that date, and on bars that continue as
    a random walk over the same dates, which also finds values computed from the whole table. The
    strategy's inputs are cut and scrambled in the same way. Decisions and equity up to the cut must
    equal those of the whole run. A strategy that raises an IndexError at the last bar has read past
    it and fails the audit; for the whole run, the last bar is that of its data.

    Parameters
    ----------
    strategy, bars, inputs, **settings
        As for `run`.
    cuts : int
        Number of dates to cut at, >= 1: half of them spread over the counted days after the first
        decision, half over the days on which a target or a position changed, which find a
        look-ahead that acts on few days.
    seed : int
        Seed of the random bars and of the runs.

    Raises
    ------
    ParameterError
        `cuts` is below 1, or there are too few bars for the cuts; and the errors of `run`.
    """
    kind = registry.strategy_of(strategy)
    read, settings = reading_in(kind, None, {**settings, "seed": seed})
    tables = tables_from(
        bars,
        end=as_date("end", settings.get("end")),
        dividends=not settings.get("no_dividends", False),
        reading=read,
        counted_from=as_date("start", settings.get("start")),
    )
    if not tables:
        raise ParameterError("no bars were given")
    names = {field.name for field in dataclasses.fields(Settings)}
    chosen, _ = settings_and_params(kind, {k: v for k, v in settings.items() if k in names})
    tables, _ = same_end(kind, tables, chosen)
    plain = {**settings, "figures_only": True, "aligned": False}
    try:
        whole = run(kind, tables, inputs=inputs, **plain)
    except IndexError as error:
        last = as_date("end", settings.get("end")) or max(t.dates[-1].item() for t in tables)
        return Audit(registry.name_of(kind), [], [_looked_for(last, "missing", error)])
    acted = pd.concat([whole.decisions["date"], whole.trades["date"]])
    if acted.empty:
        return Audit(whole.strategy, [], [])
    begun = max(acted.min().date(), *(table.dates[1].item() for table in tables))
    days = [day.date() for day in whole.daily.index if day.date() > begun]
    dates = _cut_dates(days, cuts, _changes(whole))
    rng = np.random.default_rng(seed)
    known_inputs = Inputs.of(inputs)
    one_by_one = {**plain, "inputs": inputs, "preload": False}
    moved = _compare(kind, tables, days[-1], "one by one", whole, one_by_one)
    without_end = {key: value for key, value in plain.items() if key != "end"}
    for cut in dates:
        later = settings.get("end") or max(table.dates[-1].item() for table in tables)
        for how, table_of, known in (
            ("truncated", _truncated, known_inputs.until(cut)),
            ("scrambled", _scrambled, known_inputs.scrambled_after(cut, rng)),
        ):
            futures = [table_of(table.between(None, later), cut, rng) for table in tables]
            moved += _compare(kind, futures, cut, how, whole, {**without_end, "inputs": known})
    return Audit(whole.strategy, dates, moved)


def _compare(
    kind: registry.Strategy,
    bars: AnyBars,
    cut: datetime.date,
    how: str,
    whole: RunResult,
    settings: Mapping[str, Any],
) -> list[Moved]:
    """Return the first difference up to the cut, or None."""
    try:
        other = run(kind, bars, **settings)
    except (IndexError, KeyError) as error:
        return [_looked_for(cut, how, error)]
    return [
        Moved(cut, how, day, f"{what} of {day} changes")
        for what, day in (
            ("the decision", _first_decision_moved(whole.decisions, other.decisions, cut)),
            ("the equity", _first_equity_moved(whole.equity, other.equity, cut)),
        )
        if day is not None
    ][:1]


def _looked_for(cut: datetime.date, how: str, error: LookupError) -> Moved:
    return Moved(cut, how, cut, f"a bar is read that is not there ({type(error).__name__})")


def _first_decision_moved(
    whole: pd.DataFrame, other: pd.DataFrame, cut: datetime.date
) -> datetime.date | None:
    keys = ["date", "session", "instrument"]
    known = pd.Timestamp(cut)
    sides = [table[table["date"] <= known].set_index(keys)["weight"] for table in (whole, other)]
    both = pd.concat(sides, axis=1, keys=["whole", "other"]).sort_index()
    same = np.isclose(both["whole"], both["other"], rtol=ROUNDING, atol=ROUNDING)
    moved = both.index[~same]  # NaN: a decision that only one run made; it is close to no number
    return moved[0][0].date() if len(moved) else None


def _first_equity_moved(
    whole: pd.Series, other: pd.Series, cut: datetime.date
) -> datetime.date | None:
    expected, got = (series[: pd.Timestamp(cut)] for series in (whole, other))
    if len(expected) != len(got):
        return cut
    apart = ~np.isclose(got, expected, rtol=ROUNDING, atol=0.0)
    return expected.index[apart][0].date() if apart.any() else None


def _changes(whole: RunResult) -> set[datetime.date]:
    """Return the days on which a target changed or an order was filled."""
    weights = whole.decisions.pivot(
        index="date", columns=["session", "instrument"], values="weight"
    )
    changed = weights.index[(weights != weights.shift()).any(axis=1)]
    return {day.date() for day in changed.union(pd.DatetimeIndex(whole.trades["date"]))}


def _cut_dates(
    days: Sequence[datetime.date], cuts: int, changes: set[datetime.date]
) -> list[datetime.date]:
    if cuts < 1:
        raise ParameterError(f"cuts must be >= 1, got {cuts}")
    if len(days) < cuts + 3:
        raise ParameterError(
            f"{len(days)} days after the first decision are too few for {cuts} cuts"
        )
    inner = days[2:-1]
    telling = [day for day in inner if day in changes]
    return sorted({*_spread(telling, cuts // 2), *_spread(inner, cuts - cuts // 2)})


def _spread(days: Sequence[datetime.date], number: int) -> list[datetime.date]:
    """Return evenly spaced days without the first and the last, at most `number`."""
    if not days:
        return []
    places = np.linspace(0, len(days) - 1, number + 2).round().astype(int)[1:-1]
    return [days[place] for place in places]


def _truncated(bars: Bars, cut: datetime.date, rng: np.random.Generator) -> Bars:
    return bars.between(None, cut)


def _scrambled(bars: Bars, cut: datetime.date, rng: np.random.Generator) -> Bars:
    """Return bars that continue after the cut as a volatile random walk without dividends."""
    known = int(np.searchsorted(bars.dates, np.datetime64(cut), side="right"))
    return noise_after(bars, known, rng)
