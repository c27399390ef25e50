"""The panel of a book on the tearsheet: members, their curves, contributions, correlation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from ..labels.formats import NONE, band, counted, number, percent
from ..labels.parameters_shown import changed_parameters
from ..result import BOOK
from ..sections.pictures import Chart, Curves, GroupedBars
from ..sections.section import Panel, Table
from .members import in_short
from .terms import BAND, DAILY, ENDS, EQUAL, EQUAL_RISK, FIXED, INVERSE_VOLATILITY

MOST_CURVES = 7
"""Members that are drawn beside the book; more would hide one another."""


PARTS = (
    "To return is a member's part of the book's total return, to volatility its part of the book's "
    "volatility a year: a member that moves against the others has a negative one."
)


def panel_of(figures: Mapping[str, Any], curves: Mapping[str, pd.Series]) -> Panel:
    """Return the panel.

    Parameters
    ----------
    figures : mapping
        As `figures_of` returns them.
    curves : mapping of str to Series
        Growth of 1 of the book and of each member, by date.
    """
    members = figures["members"]
    return Panel(
        "Members",
        words=[_terms(figures), _days(figures), PARTS],
        charts=[_growth(figures, curves), _contributions(figures)],
        tables=[
            _member_table(figures),
            *([_sector_table(figures["sectors"])] if figures.get("sectors") else []),
            *(_matrices(figures) if len(members) > 1 else []),
        ],
    )


def _all_neutral(figures: Mapping[str, Any]) -> bool:
    """Return whether all members are sector books, which have no side."""
    return len(figures.get("sectors", ())) == len(figures["members"])


def _matrices(figures: Mapping[str, Any]) -> list[Table]:
    correlation = _matrix(
        "Correlation of daily returns", figures, "correlation", number,
        "Of the members' own accounts, over the days that both have.",
    )  # fmt: skip
    if _all_neutral(figures):
        return [correlation]
    overlap = _matrix(
        "Days on the same side", figures, "overlap", lambda x: percent(x, 0),
        "Both long or both short, of all days; on the diagonal, days with a position. The "
        "side of a member is the sign of its net weight.",
    )  # fmt: skip
    return [correlation, overlap]


def _sector_table(sectors: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            f"{each['name']} ({each['fund']})",
            percent(each["total_return"], 1),
            number(each["sharpe"]),
            band(each["sharpe_band"]),
            _with_error(each["beta"], each["beta_error"]),
            _with_error(each["mean_ic"], each["ic_error"]),
            percent(each["fallback"], 0),
            percent(each["turnover"], 0),
            percent(each["contribution"]["return"], 1),
            percent(each["contribution"]["risk"]),
        )
        for each in sectors
    ]
    return Table(
        "Sector",
        (
            "return alone", "Sharpe alone", "95% band", "beta to its fund", "mean rank IC",
            "in fallback", "turnover a year", "to return", "to volatility",
        ),
        rows,
        "Return to turnover: of the member's own account. Beta and mean rank correlation of "
        "forecasts and the residual returns that followed, each with its standard error. In "
        "fallback: days on weights that no forecast set. Turnover: half of what was bought and "
        "sold, stocks and fund, over the account's mean value.",
    )  # fmt: skip


def _with_error(value: float | None, error: float | None) -> str:
    """Format a figure and its standard error."""
    if value is None or error is None:
        return number(value, 3)
    return f"{number(value, 3)} ± {number(error, 3)}"


def _terms(figures: Mapping[str, Any]) -> str:
    """Return how members are weighted and when holdings are brought back."""
    weighted = {
        EQUAL: "Members have equal weights",
        FIXED: "Members have fixed weights",
        INVERSE_VOLATILITY: "Members are weighted inversely to the volatility of their last "
        f"{figures.get('window')} days with a position",
        EQUAL_RISK: "Members contribute the same to the variance of their last "
        f"{figures.get('window')} common days with a position",
    }[figures["weights"]]
    when = {
        DAILY: "brought back at every bar",
        **{name: f"brought back at the last session of each {each}" for name, each in ENDS.items()},
        BAND: f"brought back when one has drifted by more than {percent(figures.get('band'), 1)}",
    }[figures["rebalance"]]
    limit = figures.get("max_gross")
    gross = ""
    if limit is not None:
        gross = (
            f" Gross exposure is limited to {percent(limit, 0)}, which scaled "
            f"{counted(figures['days_scaled'], 'day')}."
        )
    fell_back = ""
    if by_volatility := figures.get("rebalances_by_volatility"):
        fell_back = (
            f" At {counted(by_volatility, 'rebalance')} the covariance could not be used, and the "
            "weights were inverse to volatility."
        )
    return f"{weighted}, {when}: {counted(figures['rebalances'], 'time')}.{fell_back}{gross}"


def _days(figures: Mapping[str, Any]) -> str:
    """Return on how many days all members were on one side."""
    if _all_neutral(figures):
        return (
            f"All members are hedged with their funds; the book held nothing on "
            f"{counted(figures['days_flat'], 'day')} of {figures['days']:,}."
        )
    return (
        f"Of {counted(figures['days'], 'day')}, all members were long on "
        f"{counted(figures['days_all_long'], 'day')} and all short on "
        f"{counted(figures['days_all_short'], 'day')}; the book held nothing on "
        f"{counted(figures['days_flat'], 'day')}."
    )


def _growth(figures: Mapping[str, Any], curves: Mapping[str, pd.Series]) -> Chart:
    names = [BOOK, *sorted(figures["names"], key=lambda name: _part(figures, name, "return"))[::-1]]
    drawn = {name: curves[name] - 1.0 for name in names[: MOST_CURVES + 1]}
    left_out = len(names) - len(drawn)
    more = f"; {left_out} members that contributed least are not drawn" if left_out else ""
    return Chart(
        "The book and its members",
        Curves("book-growth", "Gain of the book and of each member's own account", drawn),
        f"Each member as run alone, with an account of its own and its own costs{more}.",
    )


def _contributions(figures: Mapping[str, Any]) -> Chart:
    parts = {each["name"]: each["contribution"] for each in figures["members"]}
    parts["costs"] = figures["costs"]["contribution"]
    whole = figures["total"]["contribution"]
    shares = {
        f"of {what}": {name: _share(part[what], whole[what]) for name, part in parts.items()}
        for what in ("return", "risk")
    }
    return Chart(
        "Share of return and of risk",
        GroupedBars("book-parts", "What each member contributes, as a share", shares, percent=True),
        "Bars of one colour sum to 100 %. Costs: commission, slippage, interest, borrow fees.",
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _part(figures: Mapping[str, Any], name: str, what: str) -> float:
    return next(
        float(each["contribution"][what]) for each in figures["members"] if each["name"] == name
    )


def _member_table(figures: Mapping[str, Any]) -> Table:
    rows = [
        (
            each["name"],
            _strategy(each),
            in_short(each["instruments"]),
            percent(each["weight_mean"], 1),
            percent(each["total_return"], 1),
            number(each["sharpe"]),
            percent(each["contribution"]["return"], 1),
            percent(each["contribution"]["risk"]),
            each["first_decision"],
        )
        for each in figures["members"]
    ]
    blank = (NONE,) * 5
    for name, part in (("Costs and interest", figures["costs"]), ("Book", figures["total"])):
        made = part["contribution"]
        rows.append((name, *blank, percent(made["return"], 1), percent(made["risk"]), NONE))
    return Table(
        "Member",
        (
            "strategy", "instruments", "mean weight", "return alone", "Sharpe alone",
            "to return", "to volatility", "first decision",
        ),
        rows,
        "To return: profit in the book's account, as a fraction of its starting cash; the column "
        "sums to the book's total return. To volatility: covariance with the book's daily return "
        "over the book's volatility, per year; the column sums to the book's volatility.",
    )  # fmt: skip


def _strategy(member: Mapping[str, Any]) -> str:
    """Return a member's strategy, with the parameters that are not at their defaults."""
    moved = changed_parameters(member["strategy"], member["params"])
    name = member["strategy"].rpartition("/")[2]
    return ", ".join([name, *(f"{key} {value}" for key, value in moved)])


def _matrix(
    title: str,
    figures: Mapping[str, Any],
    key: str,
    show: Callable[[float], str],
    caption: str,
) -> Table:
    names = figures["names"]
    rows = [
        (name, *(NONE if value is None else show(value) for value in row))
        for name, row in zip(names, figures[key], strict=True)
    ]
    return Table(title, tuple(names), rows, caption)
