"""The strips put into words and rows: what a result hangs on, as the tearsheet prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .summary import number, percent

if TYPE_CHECKING:
    from ..runs.result import RunResult

FILLS = {
    "close": "Close",
    "next_open": "Next open",
    "next_close": "Next close",
    "close_after_next": "Close after next",
}
SIZES = {"fill": "Sized at the fill", "decision": "Sized at the decision"}


@dataclass(frozen=True)
class StripRow:
    """One line of a strip: what is changed, the figures, and whether this is the run itself."""

    name: str
    cells: tuple[str, ...]
    run: bool = False
    ruined_on: str | None = None


@dataclass(frozen=True)
class StripTable:
    """Rows under their columns, in named groups; what stands beneath them."""

    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[StripRow, ...]], ...]
    note: str
    facts: tuple[tuple[str, str], ...] = ()


class FillBars(NamedTuple):
    """What the same decisions make at each fill."""

    amounts: dict[str, float]
    run: str
    """The fill that was run."""
    reference: float | None
    """What holding the market makes."""
    in_points: bool
    """The amounts are points, not total returns."""


def strip_tables(result: RunResult) -> dict[str, StripTable]:
    """Return the tables ``fill``, ``cost`` and ``capital``; none where the run has no strips.

    There is no ``fill`` where the fills are the strategy's rule.
    """
    strips = result.strips
    if not strips or strips["not_shown"]:
        return {}
    fill = (
        {"fill": _fill(strips["fill"], strips.get("next_open_not_shown"))} if strips["fill"] else {}
    )
    return fill | {
        "cost": _cost(strips["cost"], result.held_name),
        "capital": _capital(strips["capital"], result),
    }


def fill_bars(result: RunResult) -> FillBars | None:
    """Return the fill strip as its picture takes it; None where the run has none.

    The amounts are points where one index is traded, else total returns sized as in the run.
    """
    strips = result.strips
    if not strips or not strips["fill"]:
        return None
    (own,) = (row for row in strips["fill"] if row["run"])
    in_points = own["points"] is not None
    key = "points" if in_points else "total_return"
    return FillBars(
        {
            FILLS[row["fill"]]: row[key]
            for row in strips["fill"]
            if row["size_at"] == own["size_at"]
        },
        FILLS[own["fill"]],
        result.benchmark.get(key),
        in_points,
    )


def _fill(rows: Sequence[Mapping[str, Any]], no_opens: str | None) -> StripTable:
    with_points = rows[0]["points"] is not None

    def line(row: Mapping[str, Any]) -> StripRow:
        cells = (percent(row["total_return"], 1), percent(row["cagr"]), number(row["sharpe"]))
        points = (number(row["points"]),) if with_points else ()
        return StripRow(FILLS[row["fill"]], points + cells, row["run"], row["ruined_on"])

    groups = tuple(
        (title, tuple(line(row) for row in rows if row["size_at"] == size_at))
        for size_at, title in SIZES.items()
    )
    columns = ("Total return", "CAGR", "Sharpe")
    following = "the next close that" if no_opens else "the next open and close those"
    return StripTable(
        ("Points", *columns) if with_points else columns,
        groups,
        f"The close is that of the bar that decides, {following} of the bar after it, and the "
        "close after next comes one bar later still. At the deciding close both sizes are one."
        + (f" {no_opens[0].upper()}{no_opens[1:]}." if no_opens else ""),
    )


def _cost(strip: Mapping[str, Any], held: str) -> StripTable:
    rows = tuple(
        StripRow(
            f"{row['slippage_bps']:g} bp",
            (percent(row["total_return"], 1), number(row["gain"], 0)),
            row["run"],
            row["ruined_on"],
        )
        for row in strip["rows"]
    )
    break_even = strip["break_even"]
    facts = (
        ("The gain is gone at", _level(break_even["over_zero"], "no gain at 0 bp")),
        (
            f"The lead over {held} held is gone at",
            _level(break_even["over_buy_and_hold"], "no lead at 0 bp"),
        ),
    )
    return StripTable(
        ("Total return", "Gain"),
        (("", rows),),
        "Slippage in basis points of the value of every order, "
        f"{'on top of' if strip.get('on_top') else 'in place of'} the run's own; "
        "commission, borrow and interest are the run's. A switch from long to short trades twice "
        f"what is held; {held} held pays nothing. Where the gain is gone is found by "
        f"replaying, to {break_even['tolerance_bps']:g} bp.",
        facts,
    )


def _level(found: Mapping[str, Any], no_gain: str) -> str:
    """Name a break-even, or say why there is none."""
    if found["why"] == "no gain":
        return no_gain
    return "more than 999 bp" if found["why"] else f"{number(found['slippage_bps'])} bp"


def _capital(strip: Mapping[str, Any], result: RunResult) -> StripTable:
    rows = tuple(
        StripRow(
            number(row["cash"], 0),
            (
                percent(row["total_return"], 1),
                number(row["gain"], 0),
                number(row["commission"], 0),
            ),
            ruined_on=row["ruined_on"],
        )
        for row in strip["rows"]
    )
    fee = "" if strip["min_fee"] is None else number(strip["min_fee"])
    given = f"the run has no minimum: {fee} is an illustration" if strip["illustrative"] else ""
    least = f" and at least {fee} an order{f' ({given})' if given else ''}" if fee else ""
    shares = "whole shares" if result.settings.get("whole_shares") else "fractions of shares"
    return StripTable(
        ("Total return", "Gain", "Commission"),
        (("", rows),),
        f"Whole shares{least}; all else as in the run, which made "
        f"{percent(result.metrics['total_return'], 1)} with {shares} and "
        f"{number(result.settings['cash'], 0)}.",
    )
