"""The panel of whose the profit was: by side, and by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..runs.labels.figures import FIGURES
from ..runs.labels.formats import counted, number, percent
from ..runs.sections.pictures import Chart, GroupedBars
from ..runs.sections.section import Panel, Table

if TYPE_CHECKING:
    from ..runs.result import RunResult

AT_EACH_END = 10
"""Names shown of the best and of the worst; a list of twice as many is shown whole."""

DRAWN = 5
"""The same of the picture, whose names must not touch."""

PARTS = ("price", "dividends", "borrow", "commission", "slippage")

SIDES = {"long": "Long", "short": "Short", "hedge": "Hedge"}

Row = tuple[str, ...]


def attribution_panel(result: RunResult) -> Panel | None:
    """Return the profit by side and by name, of the cash at the start; None where nobody traded.

    A hedge is a side and no name: its loss would hide what the names made.
    """
    split = result.attribution
    cash = result.settings.get("cash")
    if not split or not split["by_name"] or not cash:
        return None
    parts = [part for part in PARTS if any(each[part] for each in split["by_name"])]
    heads = [FIGURES[f"pnl.{part}"].label for part in parts]
    picked = [each for each in split["by_name"] if each.get("role") != "hedge"]
    names = picked or split["by_name"]
    by_side = Table(
        "Of the cash at the start", (*heads, "Total", "Money"), _sides(split, parts, cash)
    )
    return Panel(
        "Attribution",
        words=[_words(names, cash)],
        charts=[_chart(names, cash)],
        tables=[by_side, *_names(names, parts, heads, cash)],
    )


def _chart(names: Sequence[Mapping[str, Any]], cash: float) -> Chart:
    """Return the picture of each name's profit, or of the best and the worst."""
    whole = len(names) <= 2 * DRAWN
    ends = names if whole else [*names[:DRAWN], *names[-DRAWN:]]
    bars = {each["instrument"]: each["total"] / cash for each in ends}
    label = "Profit of each name" if whole else f"Profit of the {DRAWN} best and {DRAWN} worst"
    picture = GroupedBars("book-names", label, {"profit": bars}, percent=True)
    return Chart(f"{label}, of the cash at the start", picture)


def _sides(split: Mapping[str, Any], parts: Sequence[str], cash: float) -> list[Row]:
    """Return a row for each side that was held, then what belongs to the account as a whole."""
    rows = [
        (*_row(SIDES.get(side, side), each, parts, cash), number(each["total"], 0))
        for side, each in split["by_side"].items()
        if any(each[part] for part in parts)
    ]
    labels = {"interest": "Interest on cash", "other": "Other", "total": "Total"}
    rows += [
        (name, *("",) * len(parts), percent(split[key] / cash), number(split[key], 0))
        for key, name in labels.items()
        if key == "total" or split.get(key)
    ]
    return [*rows, ("Residual", *("",) * len(parts), "", number(split["residual"]))]


def _names(
    names: Sequence[Mapping[str, Any]], parts: Sequence[str], heads: Sequence[str], cash: float
) -> list[Table]:
    """Return the names in one table, or the best, the worst, and folded all between them."""
    shares = any(each["share"] is not None for each in names)
    columns = (*heads, "Total", *(("Of the profit",) if shares else ()))
    rows = [
        (
            *_row(each["instrument"], each, parts, cash),
            *((percent(each["share"], 1),) if shares else ()),
        )
        for each in names
    ]
    if len(rows) <= 2 * AT_EACH_END:
        return [Table("By name", columns, rows)]
    best, between, worst = (
        rows[:AT_EACH_END], rows[AT_EACH_END:-AT_EACH_END], rows[-AT_EACH_END:]
    )  # fmt: skip
    return [
        Table(f"The {AT_EACH_END} best names", columns, best),
        Table(f"{counted(len(between), 'name')} between them", columns, between, folded=True),
        Table(f"The {AT_EACH_END} worst names", columns, worst),
    ]


def _row(name: str, each: Mapping[str, Any], parts: Sequence[str], cash: float) -> Row:
    return (name, *(percent(each[part] / cash) for part in parts), percent(each["total"] / cash))


def _words(names: Sequence[Mapping[str, Any]], cash: float) -> str:
    """Say how many names made money, and how much those did together and the others."""
    made = [each["total"] for each in names if each["total"] > 0.0]
    lost = [each["total"] for each in names if each["total"] < 0.0]
    return (
        f"{len(made):,} of {counted(len(names), 'name')} made {percent(sum(made) / cash, 1)} of "
        f"the cash at the start, {len(lost):,} lost {percent(-sum(lost) / cash, 1)}."
    )
