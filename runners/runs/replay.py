"""Replay the recorded decisions of a run through the array ledger."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...analyzers import statistics
from ...brokers.cost_model import AnyCosts, MovedMarket, name_of
from ...brokers.costs import Costs
from ...brokers.errors import RunStopped
from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...search import ledger
from ...search.errors import LedgerDomainError
from ...search.market import Market
from .settings import Settings
from .window import periods_per_year

if TYPE_CHECKING:
    from ...brokers.ledger import Ledger

MOST_IN_PYTHON = 200_000
"""Most bars times instruments of a replay with a caller's own costs; strips replay 60 times."""

SAME = 1e-9
"""Largest difference between replay and run, as a fraction of the account."""


@dataclass(frozen=True, eq=False)
class Replay:
    """The decisions of a run, to be replayed with other fills, costs or sizes.

    Attributes
    ----------
    market : Market
        Prices from the opening day on.
    targets, due : ndarray of shape (n_bars, n_feeds)
        Target weights after each bar's decision, and which of them are ordered at that bar.
    opening : Slot or None
        The same for the next open, if the strategy trades at the open too; else None.
    sides : ndarray of shape (n_feeds,) or None
        +1 for the index, -1 for its inverse; None if the feeds are not a single index and its
        inverse.
    index : int
        Column of the index.
    terms : Terms
        The terms of the run.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year.
    """

    market: Market
    targets: Floats
    due: NDArray[np.bool_]
    opening: ledger.Slot | None
    sides: Floats | None
    index: int
    terms: ledger.Terms
    periods_per_year: int
    risk_free_rate: float

    def account(self, **changes: Any) -> tuple[ledger.Terms, ledger.Account]:
        """Return the account and the terms of a replay with `changes` to the run's terms.

        Raises
        ------
        LedgerDomainError
            An interest rate is unknown on some day, or the costs leave no positive price to fill
            at.
        """
        terms = dataclasses.replace(self.terms, **changes)
        try:
            account = ledger.account(
                self.market, self.targets, self.due, terms, opening=self.opening
            )
        except RunStopped as error:
            raise LedgerDomainError(f"a replay was stopped: {error}") from error
        if not np.isfinite(account.equity).all():
            raise LedgerDomainError("a rate of interest is not known on some day")
        return terms, account

    @property
    def own_slippage(self) -> float:
        """The run's slippage in basis points, the level of `at_slippage` that changes nothing."""
        costs = self.terms.costs
        return float(costs.slippage_bps) if type(costs) is Costs else 0.0

    def at_slippage(self, bps: float) -> tuple[ledger.Terms, ledger.Account]:
        """Return the account with another slippage, in basis points, and all other costs unchanged.

        It replaces the slippage of `Costs`. With a caller's own costs it moves the market price
        before they charge the order.
        """
        costs = self.terms.costs
        if type(costs) is Costs:
            return self.account(costs=dataclasses.replace(costs, slippage_bps=bps))
        return self.account(costs=MovedMarket(costs, bps))

    def points(self, fill: str) -> float | None:
        """Return the uncompounded gain in points at a fill; None without a single index."""
        if self.sides is None:
            return None
        daily = ledger.daily_points(
            self.market,
            self.targets,
            self.sides,
            fill,
            self.index,
            opening=None if self.opening is None else self.opening.targets,
        )
        return float(daily.sum())

    def gain(self, terms: ledger.Terms, account: ledger.Account) -> dict[str, Any]:
        """Return what an account gained, in account currency."""
        ruined_on = None if account.ruined is None else str(self.market.dates[account.ruined])
        return {
            "total_return": statistics.total_return(account.returns(terms.cash)),
            "gain": float(account.equity[-1]) - terms.cash,
            "ruined_on": ruined_on,
        }


def replay_of(
    ran: Any,
    book: Ledger,
    tables: Sequence[Bars],
    settings: Settings,
    opens: datetime.date,
    costs: AnyCosts | None = None,
) -> Replay:
    """Return a run's replay after checking that it reproduces the run.

    Parameters
    ----------
    ran : PlaybookStrategy
        The strategy that ran, with its decisions.
    book : Ledger
        The ledger of its broker.
    tables : sequence of Bars
        One for each feed, in order.
    settings : Settings
        The settings of the run.
    opens : date
        Day at whose close the account opened.
    costs : CostModel, DatedCostModel or None
        The run's own cost model; None: the costs of the settings.

    Raises
    ------
    LedgerDomainError
        Nothing was traded, feeds have gaps, the account does not follow from the decisions alone,
        or a caller's own costs would be called for so many bars that it takes minutes.
    """
    if not book.fills:
        raise LedgerDomainError("the run never traded")
    market = Market.of(tables, opens)
    terms = settings.terms
    if costs is not None:
        terms = dataclasses.replace(terms, costs=costs)
        if market.closes.size > MOST_IN_PYTHON:
            raise LedgerDomainError(
                f"costs of your own ({name_of(costs)}) are replayed in plain Python, and "
                f"{market.closes.size:,} bars would take minutes"
            )
    closing, *later = slots(ran.decisions, ran.sessions, market, settings.rebalance)
    if hasattr(ran, "due_at"):  # it orders more than its changes, and less than all
        closing = closing._replace(due=ran.due_at(market.dates))
    sides = ran.index_sides()
    columns = list(ran.datas)
    replay = Replay(
        market,
        closing.targets,
        closing.due,
        later[0] if later else None,
        None if sides is None else np.array([float(sides.get(data, 0)) for data in columns]),
        0 if sides is None else columns.index(next(iter(sides))),
        terms,
        periods_per_year(tables),
        settings.risk_free_rate,
    )
    equity = np.array([day.equity for day in book.days])
    _, replayed = replay.account()
    scale = max(float(equity.max()), settings.cash)
    apart = ~np.isclose(replayed.equity, equity, rtol=SAME, atol=SAME * scale)
    if apart.any():
        own = [fill for fill in book.fills if np.isnan(fill.target)]
        why = f"on {market.dates[apart.argmax()]} the replay of the decisions is worth another sum"
        if own:
            why = (
                f"the strategy also sends orders of its own, the first filled on {own[0].date} in "
                f"{own[0].instrument}"
            )
        raise LedgerDomainError(f"the account is not that of the recorded decisions alone: {why}")
    return replay


def slots(
    decisions: Sequence[Any], sessions: Sequence[str], market: Market, rebalance: str
) -> list[ledger.Slot]:
    """Return each session's target weights at each bar, and which of them are ordered there.

    Parameters
    ----------
    decisions : sequence of Decision
        As the strategy recorded them, oldest first.
    sessions : sequence of str
        The strategy's sessions, in the order in which it decides.
    market : Market
        The market; its dates are used.
    rebalance : {"on_change", "daily", "on_decision"}
        When targets are ordered. A target has changed if it differs from the last ordered one of
        any session.

    Returns
    -------
    list of Slot
        One for each session. Before its first decision a session orders nothing, and its targets
        are the last ones ordered by another session, or 0 before any decision.
    """
    in_force = [
        targets_in_force([made for made in decisions if made.session == session], market)
        for session in sessions
    ]
    in_turn = np.stack(in_force, axis=1).reshape(-1, market.closes.shape[1])
    decided = ~np.isnan(in_turn[:, 0])
    newest = np.maximum.accumulate(np.where(decided, np.arange(decided.size), -1))
    targets = np.where(newest[:, None] < 0, 0.0, in_turn[newest])
    due = ledger.orders_due(targets, "daily" if rebalance == "daily" else "on_change")
    if rebalance == "on_decision":
        whole = [decision_bars(decisions, session, market) for session in sessions]
        due |= np.stack(whole, axis=1).reshape(-1, 1) & (targets != 0.0)
    due &= decided[:, None]
    turns = len(sessions)
    return [ledger.Slot(targets[turn::turns], due[turn::turns]) for turn in range(turns)]


def decision_bars(decisions: Sequence[Any], session: str, market: Market) -> NDArray[np.bool_]:
    """Return at which bars a session decided on all weights, shape (n_bars,)."""
    days = [made.date for made in decisions if made.session == session and not made.partial]
    return np.isin(market.dates, np.array(days, dtype="datetime64[D]"))


def targets_in_force(decisions: Sequence[Any], market: Market) -> Floats:
    """Return the newest decided weights at each bar, (n_bars, n_feeds); NaN before the first."""
    days = np.array([decision.date for decision in decisions], dtype="datetime64[D]")
    before = (np.nan,) * market.closes.shape[1]
    weights = np.array([before, *(decision.weights for decision in decisions)], dtype=np.float64)
    return weights[np.searchsorted(days, market.dates, side="right")]
