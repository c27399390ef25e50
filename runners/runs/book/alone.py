"""The members of a book, each run alone on its instruments, as if it had an account of its own."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ....brokers.errors import BrokerError, RunStopped
from ....brokers.ledger import Ledger, instrument
from ....feeds.arrays import Dates, Floats
from ....feeds.bars import Bars
from ....feeds.conventions import REBALANCES
from ....feeds.quoting import shown
from ....strategies.errors import StrategyError, StrategyStopped
from ...errors import ParameterError
from .. import registry
from ..cerebro import cerebro_of, strategy_that_ran, tell_days
from .members import MemberTerms

if TYPE_CHECKING:
    from ..cerebro import MadeOf

NAMED = (StrategyError, StrategyStopped, RunStopped, BrokerError)
"""Errors of a member that are told with its name; those of its own code rise as they are."""

ON_CHANGE, DAILY, ON_DECISION = REBALANCES


class Alone(NamedTuple):
    """What a member decides and what its paper account is worth; oldest first."""

    member: MemberTerms
    decisions: Sequence[Any]
    """As `PlaybookStrategy.decisions`: one for each bar that decided, warm-up included."""
    equity: pd.Series
    """Value of the paper account by date, in account currency, from the opening day on."""
    ran: Any
    """The strategy that ran."""
    bars_needed: int
    ledger: Ledger
    """That of the paper account."""


def run_alone(member: MemberTerms, made_of: MadeOf, tables: Mapping[str, Bars]) -> Alone:
    """Run a member bar by bar on its instruments, with the settings of the book's run.

    The paper account opens on the book's opening day, or on the first bar of the member's fund,
    else first instrument, if that comes later. It holds the book's starting cash.

    Raises
    ------
    ParameterError
        There are no bars of one of its instruments, its fund is none of them, or it sends orders of
        its own.
    RunStopped, StrategyStopped, StrategyError
        As for `run`; the message names the member.
    """
    own = []
    for name in member.instruments:
        if name not in tables:
            raise ParameterError(
                f"member {member.name!r}: there are no bars of {name!r}; the bars are "
                f"{', '.join(tables)}"
            )
        own.append(tables[name])
    if member.first not in member.instruments:
        raise ParameterError(
            f"member {member.name!r}: etf {shown(member.first)} is none of its instruments"
        )
    settings = dataclasses.replace(made_of.settings, rebalance=member.rebalance, every=member.every)
    opens = max(made_of.opens, tables[member.first].dates[0].item())
    cerebro = cerebro_of(
        member.kind, own, member.params, settings, opens, costs=made_of.costs,
        inputs=made_of.inputs if member.kind.reads else None,
        preload=made_of.preload, feed=made_of.feed,
    )  # fmt: skip
    if made_of.reached is not None:
        tell_days(cerebro.broker, made_of.reached)
    try:
        ran = strategy_that_ran(cerebro)
    except NAMED as error:
        text = re.sub(r"\bmax_gross\b", "max-gross of [run]", str(error))
        raise type(error)(f"member {member.name!r}: {text}") from error
    except Exception as error:
        error.add_note(f"in member {member.name!r} of the book")
        raise
    book = cerebro.broker.ledger
    if orders := [fill for fill in book.fills if np.isnan(fill.target)]:
        raise ParameterError(
            f"member {member.name!r}: {registry.name_of(member.kind)} also sends orders of its "
            f"own, the first filled on {orders[0].date} in {orders[0].instrument}; a member of a "
            "book states target weights alone"
        )
    equity = pd.Series(
        [day.equity for day in book.days], pd.DatetimeIndex([day.date for day in book.days])
    )
    return Alone(member, ran.decisions, equity, ran, ran.bars_needed(), book)


class Wanted(NamedTuple):
    """What a member wants at the bars of a book; days oldest first, columns are instruments."""

    weights: Floats
    """Target weights after each bar, shape (n_days, n_instruments); 0 before the first decision."""
    ordered: NDArray[np.bool_]
    """What an account of the member's own orders at each bar, of the same shape."""
    begun: NDArray[np.bool_]
    """Whether it has decided, shape (n_days,)."""
    settled: NDArray[np.bool_]
    """What it settles at each bar, since the instrument has no bars any more; as `weights`."""


def wanted_by(alone: Alone, dates: Dates, tables: Sequence[Bars]) -> Wanted:
    """Return what a member wants on the days of a book.

    Parameters
    ----------
    alone : Alone
        The member.
    dates : ndarray of datetime64[D], shape (n_days,)
        Every day on which an instrument of the book has a bar.
    tables : sequence of Bars
        The instruments of the book, in the order of the columns.
    """
    shape = len(dates), len(tables)
    weights, ordered = np.zeros(shape), np.zeros(shape, dtype=bool)
    begun, settled = np.zeros(len(dates), dtype=bool), np.zeros(shape, dtype=bool)
    names = [table.name for table in tables]
    columns = [names.index(instrument(data)) for data in alone.ran.datas]
    days = np.array([made.date for made in alone.decisions], dtype="datetime64[D]")
    if not len(days):
        return Wanted(weights, ordered, begun, settled)
    stated = np.array([made.weights for made in alone.decisions])
    newest = np.searchsorted(days, dates, side="right") - 1
    begun = newest >= 0
    weights[:, columns] = np.where(begun[:, None], stated[newest], 0.0)
    for day, data in alone.ran.settled:
        row, column = int(np.searchsorted(dates, np.datetime64(day))), names.index(instrument(data))
        settled[row, column] = True
        if days[newest[row]] < dates[row]:  # a decision of the day knows of it
            weights[row : np.searchsorted(newest, newest[row], side="right"), column] = 0.0
    before = np.vstack([np.zeros(shape[1]), weights[:-1]])
    ordered = weights != before
    again = _again(alone, dates, days)
    for column in columns:
        trades = np.isin(dates, tables[column].dates)
        ordered[:, column] |= again & trades & (weights[:, column] != 0.0)
    return Wanted(weights, ordered, begun, settled)


def _again(alone: Alone, dates: Dates, days: Dates) -> NDArray[np.bool_]:
    """Return the days on which a member brings holdings back to targets that have not changed."""
    if alone.member.rebalance == DAILY:
        return np.ones(len(dates), dtype=bool)
    if alone.member.rebalance == ON_CHANGE:
        return np.zeros(len(dates), dtype=bool)
    whole = np.array([not made.partial for made in alone.decisions], dtype=bool)
    found: NDArray[np.bool_] = np.isin(dates, days[whole])
    return found


def opening_row(dates: Dates, opens: datetime.date) -> int:
    """Return the row of the day on which the account opens."""
    return int(np.searchsorted(dates, np.datetime64(opens, "D")))
