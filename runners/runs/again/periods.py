"""A run made again with decisions weekly, monthly and quarterly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ....analyzers.return_figures import return_figures
from ....analyzers.sector.turnover import turnover
from ....brokers.cost_model import AnyCosts
from ....brokers.exact_broker import ExactBroker
from ....feeds.conventions import PERIODS
from ...errors import ParameterError
from .. import registry
from ..bars.any_bars import AnyBars
from ..found.user_files import in_a_line
from ..prepared import prepared
from ..quiet import without_prints
from ..stages import Progress, days_of
from ..traits import traits_of
from ..window import periods_per_year
from .rerun import Rerun

SHOWN = PERIODS[1:]
"""The periods that are compared: week, month, quarter."""

FIGURES = (
    "total_return", "cagr", "volatility", "sharpe", "sharpe_band", "max_drawdown", "turnover",
    "costs", "orders", "ruined_on",
)  # fmt: skip
"""What each row says."""


def by_period(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    *,
    periods: Sequence[str] = SHOWN,
    inputs: Mapping[str, Any] | None = None,
    costs: AnyCosts | None = None,
    params: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> list[dict[str, Any]]:
    """Run a strategy once for each period that it may decide by.

    Parameters
    ----------
    strategy, bars, inputs, costs, params, progress, **settings
        As for `run`. Of a book, `every` of the members that do not decide daily is replaced, and
        when the book is brought back, unless that is daily or by a band.
    periods : sequence of {"day", "week", "month", "quarter"}
        The periods, in the order of the rows.

    Returns
    -------
    list of dict
        As `period_rows`; no row is `run`.

    Raises
    ------
    ParameterError
        A period is unknown; and the errors of `run`, but those of a run that was stopped, whose row
        says so.
    """
    for every in periods:
        if every not in PERIODS:
            raise ParameterError(f"periods must be of {', '.join(PERIODS)}, got {every!r}")
    ready = prepared(
        registry.strategy_of(strategy), bars, inputs=inputs, costs=costs, params=params,
        settings=settings,
    )  # fmt: skip
    again = Rerun(
        ready.kind, ready.tables, ready.params, ready.settings, ready.opens, ready.inputs,
        ready.costs,
    )  # fmt: skip
    return [_row(again, every, progress) for every in periods]


def period_rows(
    again: Rerun, ran: Any, broker: ExactBroker, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Return the figures of a run and of those with other periods between decisions.

    Parameters
    ----------
    again : Rerun
        The run.
    ran, broker : PlaybookStrategy, ExactBroker
        The strategy that ran, and its broker.
    progress : callable, optional
        Called with a `Stage` at each day of each run.

    Returns
    -------
    list of dict
        A row for each of `SHOWN`, and none for a strategy that decides at every bar or that is
        `slow_to_decide`, or for bars longer than a day. ``every``; ``run``, True for the period of
        the run itself; ``stopped``, None, or why there are no figures; and the `FIGURES`:
        ``turnover``, half of what was bought and sold, a year, over the account's mean value;
        ``costs``, commission and slippage, the same way.
    """
    own = own_period(again)
    if own is None or _slow(again) or any(table.frequency != "day" for table in again.tables):
        return []
    return [
        {"every": every, "run": True, "stopped": None, **_figures(again, ran, broker)}
        if every == own
        else _row(again, every, progress)
        for every in SHOWN
    ]


def own_period(again: Rerun) -> str | None:
    """Return by what a run decides; of a book, "" where its members differ; None for every bar."""
    if traits_of(again.kind).sends_orders:
        return None
    periods = getattr(again.kind, "periods_with", None)
    found = {again.settings.every} if periods is None else set(periods(again.params))
    found.discard("day")
    if not found:
        return None
    return found.pop() if len(found) == 1 else ""


def _slow(again: Rerun) -> bool:
    """Return whether the strategy, or a member of a book, is slow to decide."""
    kinds = getattr(again.kind, "kinds_with", None)
    found = [again.kind] if kinds is None else kinds(again.params)
    return any(getattr(kind, "slow_to_decide", False) for kind in found)


def _row(again: Rerun, every: str, progress: Progress | None) -> dict[str, Any]:
    reached = days_of(progress, f"again, deciding each {every}", again.tables)
    row: dict[str, Any] = {"every": every, "run": False}
    try:
        with without_prints():
            ran, broker = again.account(reached=reached, every=every)
    except Exception as error:
        why = in_a_line(error, again.kind.__module__)
        return row | {"stopped": why} | dict.fromkeys(FIGURES)
    return row | {"stopped": None} | _figures(again, ran, broker)


def _figures(again: Rerun, ran: Any, broker: ExactBroker) -> dict[str, Any]:
    daily = ran.analyzers.daily.get_analysis()["daily"]
    pnl = ran.analyzers.waterfall.get_analysis()
    returns, equity = daily["return"].to_numpy()[1:], daily["equity"].to_numpy()
    periods = periods_per_year(again.tables)
    book = broker.ledger
    found = return_figures(returns, periods, again.settings.risk_free_rate)
    years, mean = len(returns) / periods, math.fsum(equity) / len(equity)
    paid = 0.0 - pnl["commission"] - pnl["slippage"]
    return {
        **{name: found[name] for name in FIGURES if name in found},
        "turnover": turnover(book, "", periods).long,
        "costs": paid / mean / years if mean > 0.0 else None,
        "orders": len(book.fills),
        "ruined_on": book.ruined_on.isoformat() if book.ruined_on else None,
    }
