"""The metrics of run.json from arrays, equal to those of a bar-by-bar run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ..analyzers.return_figures import return_figures
from ..analyzers.statistics import win_loss
from ..feeds.arrays import Floats
from .errors import LedgerDomainError
from .ledger import FILLS, Account, Slot, Terms, daily_points, known_rates
from .market import Market


def figures(
    market: Market,
    targets: Floats,
    account: Account,
    terms: Terms,
    *,
    sides: Floats | None,
    index: int = 0,
    opening: Slot | None = None,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
) -> dict[str, Any]:
    """Return the metrics of an account, keys and conventions those of run.json.

    Parameters
    ----------
    market : Market
        Prices, from the day on which the account opened.
    targets : ndarray of shape (n_bars, n_feeds)
        Weights in force after each bar's decision, oldest first.
    account : Account
        What `search.ledger.account` made of them under the same terms.
    terms : Terms
        Fill, cash and rates are read.
    sides : ndarray of shape (n_feeds,) or None
        +1 for the index, -1 for its inverse, 0 for what is neither; None where there is no one
        index. Points, percent and switches are None then, and every feed's ex-dates count.
    index : int
        Column of the index.
    opening : Slot or None
        The orders for the next open of a strategy that trades at the close and at the open.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year, for Sharpe and Sortino ratios.

    Returns
    -------
    dict
        Plain numbers, fractions rather than percent; None where a figure does not exist, never NaN.
        Points, percent and switches go on after ruin: they measure the signals.

    Raises
    ------
    LedgerDomainError
        The account's value is not known on some day, as where a series of rates begins too late;
        the index is traded before its first bar; prices that are none; arrays that do not belong
        together; a second slot with another fill than "close".
    """
    _check(market, targets, account, terms, sides, index, opening)
    returns = account.returns(terms.cash)
    later = None if opening is None else opening.targets
    points = percent = switched = None
    if sides is not None:
        daily = daily_points(market, targets, sides, terms.fill, index, opening=later)
        points = math.fsum(daily.tolist())
        gains = daily[1:] / market.closes[:-1, index]  # on the first day nothing is gained
        percent = math.fsum(gains.tolist())
        switched = switches(targets, sides, terms.fill, opening=later)
    years = returns.size / periods_per_year
    ruined_on = None if account.ruined is None else str(market.dates[account.ruined])
    found = {
        **return_figures(returns, periods_per_year, risk_free_rate),
        "points": points,
        "percent": percent,
        "synthetic": sides is not None and int(np.count_nonzero(sides)) > 1,
        **asdict(win_loss(returns, account.invested[1:])),
        "switches": switched,
        "switches_per_year": switched / years if switched is not None and years else None,
        "ruined_on": ruined_on,
        "ex_dividend": ex_dividend(market, account.held, sides, index),
        "pnl": waterfall(account, terms.cash),
    }
    _check_finite(found)
    return found


def switches(targets: Floats, sides: Floats, fill: str, *, opening: Floats | None = None) -> int:
    """Return how often the filled targets reverse the side held in the index.

    Parameters
    ----------
    targets : ndarray of shape (n_bars, n_feeds)
        Weights in force after each bar's decision, oldest first.
    sides : ndarray of shape (n_feeds,)
        +1 for the index, -1 for its inverse.
    fill : str
        See `search.ledger.FILLS`: what the last bars decide is not filled any more.
    opening : ndarray of shape (n_bars, n_feeds) or None
        The targets of the next open of a strategy that trades at the close and at the open.

    Returns
    -------
    int
        From long to flat to short is one reversal; the first entry is none. Feeds are ordered one
        after another, and a side held between two of these orders counts, as in
        `analyzers.switches`.
    """
    delay, _ = FILLS[fill]
    in_turn = targets[: max(0, len(targets) - delay)]
    if opening is not None:
        in_turn = np.stack([targets, opening], axis=1).reshape(-1, sides.size)[:-1]
    before = np.vstack([np.zeros((1, sides.size)), in_turn])[:-1]
    steps = [
        np.column_stack([in_turn[:, :feed], before[:, feed:]]) @ sides
        for feed in range(1, sides.size + 1)
    ]
    taken = np.sign(np.column_stack(steps)).ravel()
    taken = taken[taken != 0.0]
    return int(np.count_nonzero(taken[1:] != taken[:-1]))


def ex_dividend(
    market: Market, held: Floats, sides: Floats | None, index: int = 0
) -> dict[str, int]:
    """Return the number of ex-dates by the side that was held over the night before.

    Parameters
    ----------
    market : Market
        Dividends; those of the opening day are not the account's.
    held : ndarray of shape (n_bars, n_feeds)
        Signed shares after each close.
    sides, index
        As for `figures`. With one index only its own ex-dates count, and its inverse is short; with
        None those of every instrument that was ever held overnight.

    Returns
    -------
    dict
        ``long``, ``short`` and ``flat``.
    """
    pays = market.dividends > 0.0
    for column, row in enumerate(market.first_bars):
        pays[: max(1, row), column] = False  # before its first bar an instrument repeats that one
    overnight = np.vstack([np.zeros_like(held[:1]), held[:-1]])
    if sides is None:
        over = overnight[pays & (overnight != 0.0).any(axis=0)]
    else:
        over = (overnight @ sides)[pays[:, index]]
    return {
        "long": int(np.count_nonzero(over > 0.0)),
        "short": int(np.count_nonzero(over < 0.0)),
        "flat": int(np.count_nonzero(over == 0.0)),
    }


def waterfall(account: Account, cash: float) -> dict[str, float]:
    """Return profit and loss by origin in account currency, costs negative.

    Parameters
    ----------
    account : Account
        The parts come from holdings, prices and rates, the total from its equity.
    cash : float
        At the opening.

    Returns
    -------
    dict
        As `analyzers.waterfall`: ``price``, ``dividends``, ``borrow``, ``interest``,
        ``commission``, ``slippage``, ``total`` and the ``residual`` that they leave unexplained.
    """
    parts = {
        "price": account.price,
        "dividends": account.dividends,
        "borrow": account.borrow,
        "interest": account.interest,
        "commission": 0.0 - account.commission,
        "slippage": 0.0 - account.slippage,
    }
    total = float(account.equity[-1]) - cash
    return {**parts, "total": total, "residual": total - math.fsum(parts.values())}


def _check(
    market: Market,
    targets: Floats,
    account: Account,
    terms: Terms,
    sides: Floats | None,
    index: int,
    opening: Slot | None,
) -> None:
    """Refuse input whose figures would be NaN, or that no run would accept."""
    asked = {"targets": targets} | ({} if opening is None else {"opening.targets": opening.targets})
    for name, array in {**asked, "account.held": account.held}.items():
        if array.shape != market.closes.shape:
            raise LedgerDomainError(
                f"{name} must have the market's shape, {market.closes.shape}, got {array.shape}"
            )
        if not np.isfinite(array).all() and name in asked:
            raise LedgerDomainError(f"{name}: a weight is NaN or infinite")
    _check_prices(market)
    _check_equity(market, account, terms)
    if sides is None:
        return
    if sides.shape != market.first_bars.shape or not sides[index]:
        raise LedgerDomainError(
            f"sides must say +1, -1 or 0 for each of {market.first_bars.size} feeds, and not 0 for "
            f"the index, feed {index}: got {sides.tolist()}"
        )
    unlisted = market.first_bars[index]
    if any((array[:unlisted] @ sides).any() for array in asked.values()):
        raise LedgerDomainError(
            f"feed {index} is the index and has no price before {market.dates[unlisted]}, where "
            "its inverse is already held: there are no points, start later"
        )


def _check_prices(market: Market) -> None:
    for name, good in (
        ("an open", market.opens > 0.0),
        ("a close", market.closes > 0.0),
        ("a dividend", market.dividends >= 0.0),
        ("a price", np.isfinite(market.opens + market.closes + market.dividends)),
    ):
        if not good.all():
            day = market.dates[good.all(axis=1).argmin()]
            raise LedgerDomainError(f"{day}: {name} is NaN, infinite or out of range")


def _check_equity(market: Market, account: Account, terms: Terms) -> None:
    known = np.isfinite(account.equity)
    if known.all():
        return
    row = int(known.argmin())
    late = [
        field.name
        for field in fields(terms.financing)
        if np.isnan(known_rates(getattr(terms.financing, field.name), market.dates)[row])
    ]
    raise LedgerDomainError(
        f"{market.dates[row]}: the rate for {' and '.join(late)} is not known on the day before: "
        "the series must begin earlier, or the account open later"
        if late
        else f"{market.dates[row]}: the account's value is {account.equity[row]}"
    )


def _check_finite(found: Mapping[str, Any]) -> None:
    numbers = {**found, **found["pnl"], "sharpe_band": sum(found["sharpe_band"] or [0.0])}
    for name, value in numbers.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise LedgerDomainError(f"{name} is {value}: it is beyond floating point")
