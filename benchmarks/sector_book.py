"""Check the sector book bar by bar on simulated markets: beta, account and order of the feeds.

Each market is run twice with 10 million of starting cash, whole shares and all costs; the second
time its stocks have another order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from btplaybook.brokers.ledger import Ledger
from btplaybook.feeds.arrays import Floats
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.run import RESIDUAL
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.sector_long_short import SectorLongShort

EX_ANTE = 0.002
REALISED = 0.1
COSTS: dict[str, Any] = {
    "cash": 10e6,
    "whole_shares": True,
    "per_share": 0.005,
    "slippage_bps": 2.0,
    "borrow": 0.01,
    "interest": 0.02,
}
SETTINGS = Settings(rebalance="on_decision", every="month", **COSTS)


class Held(NamedTuple):
    """The outcomes of the two runs on one market."""

    ex_ante: float
    """Largest distance of the account's beta from its target after a decision."""
    realised: float
    """Slope of the account's daily returns on the fund's, from the first decision to the end."""
    residual: float
    """Unexplained profit and loss, as a fraction of the starting cash."""
    decisions: int
    same_shares: bool
    same_bytes: bool
    """Whether every day's equity has the same bytes in both runs."""
    apart: float
    """Largest relative difference between the two runs' equity."""


def measure(seeds: int = 20, processes: int = 2) -> list[dict[str, Any]]:
    """Run the markets of seeds 0 .. seeds - 1 and check the book's properties.

    Returns
    -------
    list of dict
        `name`, `target` (largest value, or number of seeds), `measured` and `met`.
    """
    held = Parallel(n_jobs=processes)(delayed(_held)(seed) for seed in range(seeds))
    worst = {name: max(abs(getattr(one, name)) for one in held) for name in Held._fields}
    decisions = sum(one.decisions for one in held)
    where = f"{seeds} markets"
    return [
        _most(f"ex-ante beta from target, {decisions} decisions on 10 million", EX_ANTE, worst),
        _most(f"realised beta of the whole window, {where}", REALISED, worst, "realised"),
        _most(f"unexplained profit and loss over cash, {where}", RESIDUAL, worst, "residual"),
        _all("markets with the same shares, stocks in another order", held, "same_shares"),
        _all("markets with the same bytes of equity, stocks in another order", held, "same_bytes"),
        _told("largest relative difference of these equities", worst["apart"]),
    ]


def audited(seed: int = 0) -> dict[str, Any]:
    """Audit the book with all prices, members, holdings and statements after a day scrambled."""
    bars, inputs = of_market(simulated_sector(seed, years=4))
    found = audit(SectorLongShort, bars, inputs=inputs, strips=False, **COSTS)
    return {
        "name": f"{found.words()}: cuts",
        "target": 6,
        "measured": len(found.cuts) if found.passed else 0,
        "met": found.passed and len(found.cuts) == 6,
    }


def _held(seed: int) -> Held:
    bars, inputs = of_market(simulated_sector(seed))
    fund, *stocks = bars
    order = np.random.default_rng(seed).permutation(len(stocks))
    (ran, ledger), (_, other) = (
        _run([fund, *those], inputs) for those in (stocks, [stocks[k] for k in order])
    )
    equity, again = (np.array([day.equity for day in book.days]) for book in (ledger, other))
    return Held(
        ex_ante=_worst_beta(ran, ledger),
        realised=_realised_beta(ran, ledger, fund.total_returns),
        residual=ran.analyzers.waterfall.get_analysis()["residual"] / SETTINGS.cash,
        decisions=len(ran.diary),
        same_shares=_shares(ledger) == _shares(other),
        same_bytes=equity.tobytes() == again.tobytes(),
        apart=float(np.abs(again / equity - 1.0).max()),
    )


def _run(tables: Any, inputs: Any) -> tuple[Any, Ledger]:
    opens = tables[0].dates[0].item()
    ran, broker = run_cerebro(SectorLongShort, tables, {}, SETTINGS, opens, inputs=inputs)
    return ran, broker.ledger


def _worst_beta(ran: Any, ledger: Ledger) -> float:
    """Return the largest distance of the beta of the account's positions from its target."""
    by_day = {day.date: day for day in ledger.days}
    place = {name: column for column, name in enumerate(ledger.instruments)}
    columns = [place[ticker] for ticker in ran.tickers]
    worst = 0.0
    for decided in ran.diary:
        day = by_day[decided.date]
        worth = np.nan_to_num(np.array(day.holdings) * np.array(day.closes)) / day.equity
        held = worth[columns] != 0.0
        beta = worth[columns][held] @ decided.betas[held] + worth[place[ran.fund._name]]
        target = decided.target_beta if held.any() else 0.0
        worst = max(worst, abs(beta - target))
    return float(worst)


def _realised_beta(ran: Any, ledger: Ledger, fund: Floats) -> float:
    equity = np.array([day.equity for day in ledger.days])
    first = [day.date for day in ledger.days].index(ran.diary[0].date)
    mine, its = (equity[1:] / equity[:-1] - 1.0)[first:], fund[1:][first:]
    return float(np.cov(mine, its)[0, 1] / np.var(its, ddof=1))


def _shares(ledger: Ledger) -> dict[tuple[Any, str], float]:
    return {(fill.date, fill.instrument): fill.size for fill in ledger.fills}


def _most(name: str, target: float, worst: dict[str, float], of: str = "ex_ante") -> dict[str, Any]:
    return {
        "name": name,
        "target": target,
        "measured": float(f"{worst[of]:.3g}"),
        "met": bool(worst[of] <= target),
    }


def _all(name: str, held: list[Held], of: str) -> dict[str, Any]:
    good = sum(getattr(one, of) for one in held)
    return {"name": name, "target": len(held), "measured": good, "met": good == len(held)}


def _told(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "target": None, "measured": float(f"{value:.3g}"), "met": None}


if __name__ == "__main__":
    for result in [*measure(), audited()]:
        print(result)
