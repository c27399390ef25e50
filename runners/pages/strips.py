"""The rows of the strips: results at other fills, costs and account sizes, for the tearsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..runs.labels.bar_ends import ONE_BAR_LATE, end_of, filled_at
from ..runs.labels.figures import FIGURES
from ..runs.labels.formats import NONE, count, number, percent

if TYPE_CHECKING:
    from ..runs.result import RunResult

TOTAL = FIGURES["total_return"]
NO_GAIN = "no gain at 0 bp"
SIZES = {"fill": "Sized at the fill", "decision": "Sized at the decision"}


@dataclass(frozen=True)
class StripRow:
    """One row of a strip: what is changed, the figures, and whether it is the run itself."""

    name: str
    cells: tuple[str, ...]
    run: bool = False
    ruined_on: str | None = None
    stopped: str | None = None
    """Why there are no figures."""


@dataclass(frozen=True)
class StripTable:
    """A table of a strip: columns, named groups of rows, and remarks below."""

    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[StripRow, ...]], ...]
    facts: tuple[tuple[str, str], ...] = ()


def strip_tables(result: RunResult) -> dict[str, StripTable]:
    """Return the tables ``fill``, ``cost`` and ``capital``; empty if the run has no strips.

    The table ``fill`` is absent if the strategy's rule determines its fills.
    """
    strips = result.strips
    if not strips or strips["not_shown"]:
        return {}
    at = end_of(result.data)
    return ({"fill": _fill(strips["fill"], at)} if strips["fill"] else {}) | {
        "cost": _cost(strips["cost"], result.name_of(result.held_name)),
        "capital": _capital(strips["capital"]),
    }


def every_table(result: RunResult) -> StripTable | None:
    """Return the table of runs that decide weekly, monthly and quarterly; None without it."""
    made = (result.strips or {}).get("every")
    if not made:
        return None
    figures = [FIGURES[key] for key in ("total_return", "sharpe", "sharpe_band", "max_drawdown")]
    rows = tuple(
        StripRow(
            row["every"].capitalize(),
            (
                *(figure.show(row[figure.key]) for figure in figures),
                percent(row["turnover"], 0),
                percent(row["costs"]),
                NONE if row["orders"] is None else f"{row['orders']:,}",
            ),
            row["run"],
            row["ruined_on"],
            row["stopped"],
        )
        for row in made
    )
    columns = (*(figure.label for figure in figures), "Turnover a year", "Costs a year", "Orders")
    return StripTable(columns, (("", rows),))


def _fill(rows: Sequence[Mapping[str, Any]], at: str) -> StripTable:
    keys = ("points", "total_return", "cagr", "sharpe")
    figures = [FIGURES[key] for key in (keys if rows[0]["points"] is not None else keys[1:])]

    def line(row: Mapping[str, Any]) -> StripRow:
        cells = tuple(figure.show(row[figure.key]) for figure in figures)
        late = row["fill"] == ONE_BAR_LATE
        name = "One bar late" if late else filled_at(row["fill"], at).capitalize()
        return StripRow(name, cells, row["run"], row["ruined_on"], row.get("stopped"))

    sizes = [size_at for size_at in SIZES if any(row["size_at"] == size_at for row in rows)]
    groups = tuple(
        (
            SIZES[size_at] if len(sizes) > 1 else "",
            tuple(line(row) for row in rows if row["size_at"] == size_at),
        )
        for size_at in sizes
    )
    return StripTable(tuple(figure.label for figure in figures), groups)


def _cost(strip: Mapping[str, Any], held: str) -> StripTable:
    rows = tuple(
        StripRow(
            f"{row['slippage_bps']:g} bp",
            (TOTAL.show(row["total_return"]), _count(row["gain"])),
            row["run"],
            row["ruined_on"],
            row.get("stopped"),
        )
        for row in strip["rows"]
    )
    break_even = strip["break_even"]
    facts = (
        ("The gain is gone at", level_words(break_even["over_zero"], NO_GAIN)),
        (
            f"The lead over {held} held is gone at",
            level_words(break_even["over_buy_and_hold"], "no lead at 0 bp"),
        ),
    )
    return StripTable((TOTAL.label, "Gain"), (("", rows),), facts)


def level_words(found: Mapping[str, Any], no_gain: str) -> str:
    """Return text for a break-even level, or the reason why there is none."""
    if found["why"] == "no gain":
        return no_gain
    if found["why"] == "stopped":
        return "not found: a run on the way was stopped"
    return "more than 999 bp" if found["why"] else f"{number(found['slippage_bps'])} bp"


def _capital(strip: Mapping[str, Any]) -> StripTable:
    rows = tuple(
        StripRow(
            count(row["cash"]),
            (TOTAL.show(row["total_return"]), _count(row["gain"]), _count(row["commission"])),
            ruined_on=row["ruined_on"],
            stopped=row.get("stopped"),
        )
        for row in strip["rows"]
    )
    return StripTable((TOTAL.label, "Gain", FIGURES["pnl.commission"].label), (("", rows),))


def _count(amount: float | None) -> str:
    return NONE if amount is None else count(amount)
