"""The figures of a book for run.json: members, contributions, correlation, overlap."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....analyzers import statistics
from ....analyzers.sector.diary import of_the_account
from ....brokers.ledger import Ledger
from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ...errors import ParameterError
from .. import registry, told_params
from ..result import BOOK
from ..window import periods_per_year
from . import split
from .alone import Alone
from .sectors import sector_rows
from .terms import EQUAL_RISK, MEASURED

RETURN, RISK = "return", "risk"


class BookFigures(NamedTuple):
    """The figures of a book, and the curves that its panel draws."""

    plain: dict[str, Any]
    curves: dict[str, pd.Series]
    """Growth of 1 of the book, and of each member's paper account, by date."""


def figures_of(ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame) -> BookFigures:
    """Return the figures of a book that ran.

    Parameters
    ----------
    ran : BookStrategy
        The book after its run.
    ledger, bars, daily
        As for `Section.measure`.

    Raises
    ------
    ParameterError
        A member never decided.
    """
    _check_decided(ran, bars)
    cash, periods = ledger.starting_cash, periods_per_year(bars)
    profits = _profits(ran, ledger, bars)
    returned = profits.sum(axis=0) / cash
    risks, risk = split.contributions_to_risk(_of_value(profits, daily, cash))
    risks, risk = risks * math.sqrt(periods), risk * math.sqrt(periods)
    sides = np.sign(ran.wanted.sum(axis=2)).astype(int)
    papers = [_returns(each.equity, daily.index, ran.settings.cash) for each in ran.alone]
    members = [
        {
            **_member(each, periods, ran.settings, daily.index[0].date()),
            "weight_mean": float(ran.path.allocations[:, place].mean()),
            "contribution": {RETURN: float(returned[place]), RISK: float(risks[place])},
            "days_held": int((ran.wanted[:, place] != 0.0).any(axis=1).sum()),
            "days_long": int((sides[:, place] > 0).sum()),
            "days_short": int((sides[:, place] < 0).sum()),
        }
        for place, each in enumerate(ran.alone)
    ]
    parts = [each["contribution"] for each in members]
    by_name = {table.name: table for table in bars}
    sectors = sector_rows(ran.alone, by_name, parts, ran.settings.risk_free_rate)
    sectors.sort(key=lambda row: ran.in_order.index(row["name"]))
    names = [each.member.name for each in ran.alone]
    shown = [names.index(name) for name in ran.in_order]
    plain = {
        **ran.terms.plain(),
        "members": [members[place] for place in shown],
        **({"sectors": sectors} if sectors else {}),
        "costs": {"contribution": {RETURN: float(returned[-1]), RISK: float(risks[-1])}},
        "total": {"contribution": {RETURN: float(profits.sum() / cash), RISK: risk}},
        "names": ran.in_order,
        "correlation": _placed(split.correlation(np.column_stack(papers)), shown),
        "overlap": _placed(split.overlap(sides), shown),
        "days": len(ran.dates),
        "days_all_long": int((sides > 0).all(axis=1).sum()),
        "days_all_short": int((sides < 0).all(axis=1).sum()),
        "days_flat": int((ran.path.targets == 0.0).all(axis=1).sum()),
        "days_scaled": int((ran.path.scale < 1.0).sum()),
        "rebalances": int(ran.path.whole[1:].sum()),
        **_fallback(ran),
    }
    curves = {BOOK: daily["equity"] / cash}
    curves |= {each.member.name: each.equity / ran.settings.cash for each in ran.alone}
    return BookFigures(plain, curves)


def _fallback(ran: Any) -> dict[str, int]:
    """Return how often weights of equal risk were those of inverse volatility instead."""
    if ran.terms.weights != EQUAL_RISK:
        return {}
    return {"rebalances_by_volatility": int(ran.fell_back[1:].sum())}


def _placed(matrix: Sequence[Sequence[Any]], places: Sequence[int]) -> list[list[Any]]:
    """Return a square matrix with rows and columns in another order."""
    return [[matrix[row][column] for column in places] for row in places]


def _check_decided(ran: Any, bars: Sequence[Bars]) -> None:
    lengths = {table.name: len(table) for table in bars}
    if ran.terms.weights in MEASURED and not ran.path.allocations.any():
        raise ParameterError(
            f"no member ever got a weight: {ran.terms.weights} needs returns that vary on "
            f"{ran.terms.window} days with a position ([book] window)"
        )
    for each in ran.alone:
        if not len(each.decisions):
            first = each.member.instruments[0]
            why = (
                f"it needs {each.bars_needed} bars, and {first} has {lengths[first]}"
                if each.bars_needed > lengths[first]
                else f"it stated no target at any of the {lengths[first]} bars of {first}"
            )
            raise ParameterError(f"member {each.member.name!r} never decided: {why}")


def _profits(ran: Any, ledger: Ledger, bars: Sequence[Bars]) -> Floats:
    """Return the profit of each day, in account currency: of each member, and behind of costs.

    Costs are what the account's value moved by beside the members' profits: commission, slippage,
    interest and borrow fees.
    """
    days = ledger.days
    holdings, opens, closes = (
        np.array([getattr(day, name) for day in days], dtype=float)
        for name in ("holdings", "opens", "closes")
    )
    equity = np.array([day.equity for day in days])
    rows = np.searchsorted(ran.dates, np.array([day.date for day in days], dtype="datetime64[D]"))
    fill = ran.p.fill
    in_force = rows if fill == "close" else np.maximum(rows - 1, 0)
    parts = ran.path.allocations[:, :, None] * ran.wanted * ran.path.scale[:, None, None]
    parts = _kept_while_held(parts[in_force], holdings)
    shares = split.member_shares(parts, holdings, equity, closes)
    dividends = np.zeros_like(closes)
    row_of = {day.date: row for row, day in enumerate(days)}
    for paid in ledger.ex_dates:
        if paid.date in row_of:
            dividends[row_of[paid.date], ledger.instruments.index(paid.instrument)] = paid.dividend
    opened = _opened(opens, bars, days) if fill == "next_open" else None
    members = split.member_profits(shares, opened, closes, dividends)
    moved = np.diff(equity, prepend=ledger.starting_cash)
    return np.column_stack([members, moved - members.sum(axis=1)])


def _opened(opens: Floats, bars: Sequence[Bars], days: Sequence[Any]) -> Floats:
    """Return opens, NaN on days on which an instrument has no bar."""
    dates = np.array([day.date for day in days], dtype="datetime64[D]")
    there = np.column_stack([np.isin(dates, table.dates) for table in bars])
    return np.where(there, opens, np.nan)


def _kept_while_held(parts: Floats, holdings: Floats) -> Floats:
    """Return parts where the last ones stay in force while an order to close is not filled."""
    kept = parts.copy()
    for day in range(1, len(kept)):
        waits = (holdings[day] != 0.0) & ~(kept[day] != 0.0).any(axis=0)
        kept[day][:, waits] = kept[day - 1][:, waits]
    return kept


def _of_value(profits: Floats, daily: pd.DataFrame, cash: float) -> Floats:
    """Return profits as fractions of the account's value the day before; they sum to its return.

    What the opening day cost counts on the first day, as in the account's returns.
    """
    equity = daily["equity"].to_numpy()
    before = np.concatenate([[cash], equity[1:-1]])
    moved = profits[1:].copy()
    moved[0] += profits[0]
    alive = (before > 0.0)[:, None]
    found: Floats = np.divide(moved, before[:, None], out=np.zeros_like(moved), where=alive)
    return found


def _returns(equity: pd.Series, index: pd.Index[Any], cash: float) -> Floats:
    """Return the returns of a paper account on the days of the book, NaN before its second day."""
    values = equity.reindex(index, method="ffill").to_numpy()
    before = np.concatenate([[np.nan], values[:-1]])
    before = np.where(index == equity.index[0], np.nan, before)
    after = np.flatnonzero(index > equity.index[0])
    if len(after):
        before[after[0]] = cash  # the costs of its opening day count in its first return
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(before <= 0.0, 0.0, values / before - 1.0)
    return found[1:]


def _member(alone: Alone, periods: int, settings: Any, opened: datetime.date) -> dict[str, Any]:
    member = alone.member
    values = np.concatenate([[settings.cash], alone.equity.to_numpy()[1:]])
    before = values[:-1]
    returns = np.divide(np.diff(values), before, out=np.zeros(len(before)), where=before > 0.0)
    parameters = {**registry.parameters(member.kind), **member.params}
    code = registry.code_of(member.kind)
    whole = [made for made in alone.decisions if not made.partial]
    first = of_the_account(whole or alone.decisions, opened)[0].date
    return {
        "name": member.name,
        "strategy": registry.name_of(member.kind),
        **({"code": code} if code else {}),
        "instruments": list(member.instruments),
        "params": {name: told_params.told(value) for name, value in parameters.items()},
        "weight": member.weight,
        "rebalance": member.rebalance,
        "every": member.every,
        "first_decision": first.isoformat(),
        "total_return": float(values[-1] / settings.cash - 1.0),
        "cagr": statistics.cagr(returns, periods),
        "volatility": statistics.volatility(returns, periods),
        "sharpe": statistics.sharpe_ratio(returns, periods, settings.risk_free_rate),
    }
