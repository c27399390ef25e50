"""Sensitivity of a run to its fill, its costs and the size of its account.

The recorded decisions of the run are replayed through the array ledger. The strategy does not
decide again, so that a row differs from the run only in what the row names.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ...analyzers import statistics
from ...brokers.cost_model import AnyCosts
from ...brokers.costs import Costs
from ...feeds.bars import Bars
from ...feeds.conventions import SIZES_AT
from ...search import ledger
from ...search.errors import LedgerDomainError
from .bars.closes_alone import NO_OPENS, traded_on_closes
from .replay import Replay, replay_of
from .settings import Settings

if TYPE_CHECKING:
    from ...brokers.ledger import Ledger

SLIPPAGE_BPS = (0.0, 1.0, 2.0, 5.0, 10.0)
"""Levels of slippage in basis points of the traded value, each instead of the run's own."""

FILL_IS_THE_RULE = (
    "the strategy acts at the close and at the next open: its fills are the rule itself"
)
"""Why a strategy that trades at the close and at the next open has no fill strip."""

SEARCH_BPS = (*SLIPPAGE_BPS, 20.0, 50.0, 100.0, 200.0, 500.0, 999.0)
"""Levels of slippage between which a break-even is searched; slippage is below 1,000."""

TOLERANCE_BPS = 0.01
CAPITAL = (1e4, 1e5, 1e6, 1e7)
MIN_FEE = 1.0
"""Minimum fee per order of the capital ladder if the run has none, in account currency."""


def strips_of(
    ran: Any,
    book: Ledger,
    tables: Sequence[Bars],
    settings: Settings,
    opens: datetime.date,
    benchmark_return: float,
    costs: AnyCosts | None = None,
) -> dict[str, Any]:
    """Return the three strips of a run.

    Parameters
    ----------
    ran : PlaybookStrategy
        The strategy that ran, with its decisions.
    book : Ledger
        The ledger of its broker; the replay must agree with it.
    tables : sequence of Bars
        One for each feed, in order.
    settings : Settings
        The settings of the run.
    opens : date
        Day at whose close the account opened.
    benchmark_return : float
        Total return of buying and holding, a fraction.
    costs : CostModel, DatedCostModel or None
        The run's own cost model; None: the costs of the settings.

    Returns
    -------
    dict
        ``not_shown``, None or the reason why there are none; ``fill_not_shown``, None or the reason
        why there is none of the fills alone; ``next_open_not_shown``, where the next open is left
        out of them, the reason; ``fill``, ``cost`` and ``capital`` as `fill_strip`,
        `cost_strip` and `capital_ladder` return them, None where not shown.
    """
    try:
        replay = replay_of(ran, book, tables, settings, opens, costs)
        twice = replay.opening is not None
        closes_only = traded_on_closes(tables, book.fills)
        return {
            "not_shown": None,
            "fill_not_shown": FILL_IS_THE_RULE if twice else None,
            **({"next_open_not_shown": NO_OPENS} if closes_only else {}),
            "fill": None if twice else fill_strip(replay, opens_known=not closes_only),
            "cost": cost_strip(replay, benchmark_return),
            "capital": capital_ladder(replay),
        }
    except LedgerDomainError as error:
        return nothing_shown(str(error))


def nothing_shown(why: str) -> dict[str, Any]:
    """Return the strips of a run that has none, with the reason."""
    return {"not_shown": why} | dict.fromkeys(("fill_not_shown", "fill", "cost", "capital"))


def fill_strip(replay: Replay, *, opens_known: bool = True) -> list[dict[str, Any]]:
    """Return the result at four fills and two sizings; at three fills if opens are unknown.

    Returns
    -------
    list of dict
        ``fill`` (those of `search.ledger.FILLS`; "close_after_next" is one day later than any order
        of a run), ``size_at``, ``points`` (None without one index; sizes do not move them),
        ``total_return``, ``gain`` in account currency, ``cagr``, ``sharpe``, ``ruined_on`` and
        ``run``, True for the one that was run.
    """
    rows = []
    for size_at in SIZES_AT:
        for fill in ledger.FILLS:
            if fill == "next_open" and not opens_known:
                continue
            terms, account = replay.account(fill=fill, size_at=size_at)
            returns = account.returns(terms.cash)
            rows.append(
                {
                    "fill": fill,
                    "size_at": size_at,
                    "points": replay.points(fill),
                    **replay.gain(terms, account),
                    "cagr": statistics.cagr(returns, replay.periods_per_year),
                    "sharpe": statistics.sharpe_ratio(
                        returns, replay.periods_per_year, replay.risk_free_rate
                    ),
                    "run": (fill, size_at) == (replay.terms.fill, replay.terms.size_at),
                }
            )
    return rows


def cost_strip(replay: Replay, benchmark_return: float) -> dict[str, Any]:
    """Return the gain at several levels of slippage, and the break-even levels.

    Parameters
    ----------
    replay : Replay
        The run's decisions. A level replaces the run's own slippage; commission, spread, borrow and
        interest are as in the run. With a caller's own costs the level is added: it moves the
        market price against each order before they charge it.
    benchmark_return : float
        Total return of buying and holding, free of cost.

    Returns
    -------
    dict
        ``rows``: ``slippage_bps``, ``total_return``, ``gain``, ``ruined_on`` and ``run``; the run's
        own level is one of them. ``on_top``, True under costs of your own only. ``break_even``:
        ``over_zero`` and ``over_buy_and_hold``, each as `break_even` returns it, and
        ``tolerance_bps``.
    """
    own = replay.own_slippage
    known = {bps: replay.gain(*replay.at_slippage(bps)) for bps in sorted({*SLIPPAGE_BPS, own})}

    def total_return(bps: float) -> float:
        if bps not in known:
            known[bps] = replay.gain(*replay.at_slippage(bps))
        return float(known[bps]["total_return"])

    rows = [{"slippage_bps": bps, **gain, "run": bps == own} for bps, gain in known.items()]
    on_top = type(replay.terms.costs) is not Costs
    return {
        "rows": rows,
        **({"on_top": True} if on_top else {}),
        "break_even": {
            "over_zero": break_even(total_return),
            "over_buy_and_hold": break_even(lambda bps: total_return(bps) - benchmark_return),
            "tolerance_bps": TOLERANCE_BPS,
        },
    }


def break_even(excess: Callable[[float], float]) -> dict[str, Any]:
    """Return the smallest slippage at which an excess is used up.

    Parameters
    ----------
    excess : callable
        Function from slippage in basis points to the excess; it falls with slippage.

    Returns
    -------
    dict
        ``slippage_bps``, to `TOLERANCE_BPS`, by bisection between the first two of `SEARCH_BPS`
        that lie on either side; None where there is none, and ``why``: "no gain" (the excess is not
        there without slippage) or "beyond" (it outlasts the highest).
    """
    if excess(0.0) <= 0.0:
        return {"slippage_bps": None, "why": "no gain"}
    below = 0.0
    for above in SEARCH_BPS[1:]:
        if excess(above) <= 0.0:
            break
        below = above
    else:
        return {"slippage_bps": None, "why": "beyond"}
    while above - below > 0.5 * TOLERANCE_BPS:
        middle = 0.5 * (below + above)
        below, above = (middle, above) if excess(middle) > 0.0 else (below, middle)
    return {"slippage_bps": round(0.5 * (below + above), 2), "why": None}


def capital_ladder(replay: Replay) -> dict[str, Any]:
    """Return the result with whole shares and a minimum fee, for accounts of four sizes.

    Returns
    -------
    dict
        ``min_fee`` per order, None under costs of your own, which say themselves what an order
        costs; ``illustrative``: True where the run has none and `MIN_FEE` stands for it; ``rows``:
        ``cash``, ``total_return``, ``gain``, ``ruined_on``, ``commission`` in account currency and
        the number of ``orders``.
    """
    costs = replay.terms.costs
    illustrative = type(costs) is Costs and not costs.min_fee
    if type(costs) is Costs and illustrative:
        costs = dataclasses.replace(costs, min_fee=MIN_FEE)
    rows = []
    for cash in CAPITAL:
        terms, account = replay.account(cash=cash, costs=costs, whole_shares=True)
        rows.append(
            {
                "cash": cash,
                **replay.gain(terms, account),
                "commission": account.commission,
                "orders": account.orders,
            }
        )
    min_fee = costs.min_fee if type(costs) is Costs else None
    return {"min_fee": min_fee, "illustrative": illustrative, "rows": rows}
