"""The strips of a run by runs in which the strategy decides again.

Where the decisions depend on the fills, as in any strategy that sends its own orders, a replay of
the decisions would be no run of that strategy. Each row is a run of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ....brokers.exact_broker import ExactBroker
from ....brokers.ledger import Fill
from ....feeds.conventions import FILLS, SIZES_AT
from ..bars.closes_alone import NO_OPENS, traded_on_closes
from ..stages import Progress
from ..strips import (
    CAPITAL,
    FILL_IS_THE_RULE,
    MIN_FEE,
    SEARCH_BPS,
    SLIPPAGE_BPS,
    nothing_shown,
    strips_of,
)
from ..traits import traits_of
from .break_even import TOLERANCE_BPS, break_even, together
from .rerun import Outcome, Rerun, Variant

if TYPE_CHECKING:
    from .outcomes import Outcomes

MOST_AGAIN = 12_000
"""Most bars times instruments of a strategy that states target weights, to be run again where its
decisions cannot be replayed; strips take up to 25 runs."""

ONE_BAR_LATE = "one_bar_late"
"""The row of the fill strip in which every order reaches the market one bar later."""


def strips_for(
    rerun: Rerun,
    ran: Any,
    broker: ExactBroker,
    benchmark_return: float,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the strips of a run: replayed where that is possible, else run again.

    Parameters
    ----------
    rerun : Rerun
        The run.
    ran, broker : Strategy, ExactBroker
        The strategy that ran, and its broker.
    benchmark_return : float
        Total return of buying and holding, a fraction.
    progress : callable, optional
        Called with a `Stage` after each run.

    Returns
    -------
    dict
        As `strips.strips_of`. Where the strategy decided again ``decided_again`` is True, each row
        has ``stopped`` (None, or why its run was stopped, and then no figures), and
        ``replay_not_possible`` is the reason for a strategy that states target weights.
    """
    if traits_of(rerun.kind).sends_orders:
        if not broker.ledger.fills:
            return nothing_shown("the run never traded")
        return _again(rerun, ran, broker, benchmark_return, progress)
    replayed = strips_of(
        ran, broker.ledger, rerun.tables, rerun.settings, rerun.opens, benchmark_return, rerun.costs
    )
    small = sum(map(len, rerun.tables)) <= MOST_AGAIN
    why = replayed["not_shown"]
    if not why or not broker.ledger.fills or not small:
        return replayed
    again = _again(rerun, ran, broker, benchmark_return, progress)
    return again | {"replay_not_possible": why}


def _again(
    rerun: Rerun,
    ran: Any,
    broker: ExactBroker,
    benchmark_return: float,
    progress: Progress | None,
) -> dict[str, Any]:
    """Return the strips by runs."""
    from .outcomes import Outcomes

    twice = len(traits_of(rerun.kind).sessions) > 1
    fills: Iterable[Fill] = broker.ledger.fills
    closes_only = traded_on_closes(rerun.tables, fills)
    by_fill = [] if twice else _by_fill(rerun, opens_known=not closes_only)
    levels = sorted({*SLIPPAGE_BPS, _own_level(rerun)})
    by_cash = [_with_cash(rerun, cash) for cash in CAPITAL]
    with Outcomes(rerun, rerun.outcome(ran, broker), progress) as outcomes:
        outcomes.run(
            [variant for *_, variant in by_fill]
            + [rerun.variant(slippage_bps=bps) for bps in levels]
            + by_cash,
            "again at other fills, costs and sizes",
        )
        return {
            "not_shown": None,
            "fill_not_shown": FILL_IS_THE_RULE if twice else None,
            **({"next_open_not_shown": NO_OPENS} if closes_only else {}),
            "decided_again": True,
            "fill": None if twice else _fill_rows(by_fill, outcomes),
            "cost": _cost_strip(rerun, levels, outcomes, benchmark_return),
            "capital": {
                **_min_fee(rerun),
                "rows": [
                    {"cash": cash, **_capital_row(outcomes[variant])}
                    for cash, variant in zip(CAPITAL, by_cash, strict=True)
                ],
            },
        }


def _by_fill(rerun: Rerun, *, opens_known: bool) -> list[tuple[str, str, Variant]]:
    """Return fill, sizing and variant of each row."""
    fills = [fill for fill in FILLS if fill != "next_open" or opens_known]
    if not traits_of(rerun.kind).sends_orders:
        return [
            (fill, size_at, rerun.variant(fill=fill, size_at=size_at))
            for size_at in SIZES_AT
            for fill in fills
        ]
    size_at = rerun.settings.size_at
    rows = [(fill, size_at, rerun.variant(fill=fill)) for fill in fills]
    return [*rows, (ONE_BAR_LATE, size_at, rerun.variant(bars_late=1))]


def _fill_rows(by_fill: list[tuple[str, str, Variant]], outcomes: Outcomes) -> list[dict[str, Any]]:
    return [
        {
            "fill": fill,
            "size_at": size_at,
            **outcomes[variant].figures,
            "stopped": outcomes[variant].stopped,
            "run": not variant,
        }
        for fill, size_at, variant in by_fill
    ]


def _cost_strip(
    rerun: Rerun, levels: list[float], outcomes: Outcomes, benchmark_return: float
) -> dict[str, Any]:
    """Return the gain at several levels of slippage, and where it is used up."""

    def outcome(bps: float) -> Outcome:
        return outcomes[rerun.variant(slippage_bps=bps)]

    def total_return(bps: float) -> float | None:
        value = outcome(bps).figures["total_return"]
        return None if value is None else float(value)

    searched = tuple(sorted({*SEARCH_BPS, *levels}))
    over_zero, over_held = together(
        [break_even(total_return, target, searched) for target in (0.0, benchmark_return)],
        lambda wanted: outcomes.run(
            (rerun.variant(slippage_bps=bps) for bps in wanted),
            "again for the break-even",
            more=True,
        ),
    )
    own = _own_level(rerun)
    return {
        "rows": [{"slippage_bps": bps, **_gain(outcome(bps)), "run": bps == own} for bps in levels],
        **({"on_top": True} if rerun.costs is not None else {}),
        "break_even": {
            "over_zero": over_zero,
            "over_buy_and_hold": over_held,
            "tolerance_bps": TOLERANCE_BPS,
        },
    }


def _own_level(rerun: Rerun) -> float:
    """Return the run's slippage in basis points; costs of one's own count as 0."""
    return 0.0 if rerun.costs is not None else float(rerun.settings.slippage_bps)


def _with_cash(rerun: Rerun, cash: float) -> Variant:
    """Return a row of the capital ladder."""
    changes: dict[str, Any] = {"cash": cash}
    if not traits_of(rerun.kind).sends_orders:
        changes["whole_shares"] = True
    if (ladder := _min_fee(rerun))["illustrative"]:
        changes["min_fee"] = ladder["min_fee"]
    return rerun.variant(**changes)


def _min_fee(rerun: Rerun) -> dict[str, Any]:
    """Return the capital ladder's minimum fee, and whether the run itself has none."""
    if rerun.costs is not None:
        return {"min_fee": None, "illustrative": False}
    own = rerun.settings.min_fee
    return {"min_fee": own or MIN_FEE, "illustrative": not own}


def _gain(outcome: Outcome) -> dict[str, Any]:
    gain = {name: outcome.figures[name] for name in ("total_return", "gain", "ruined_on")}
    return {**gain, "stopped": outcome.stopped}


def _capital_row(outcome: Outcome) -> dict[str, Any]:
    return {**_gain(outcome), "commission": outcome.commission, "orders": outcome.orders}
