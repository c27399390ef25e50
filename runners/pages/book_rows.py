"""The panels of a book of several instruments: alpha, exposures, holdings, attribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from ..runs.labels.bar_ends import end_of
from ..runs.labels.formats import MINUS, NONE, number, percent
from ..runs.labels.units import in_units, unit_of
from ..runs.sections.pictures import Chart, Curves
from ..runs.sections.section import Panel, Table
from .attribution_rows import attribution_panel
from .holdings_rows import holdings_panel

if TYPE_CHECKING:
    from ..runs.result import RunResult
    from ..runs.sector.book import SectorBook

EXPOSURES = {"gross": "Gross", "net": "Net", "beta": "Beta, ex ante", "target": "Target beta"}
"""Keys of `exposures` and their labels."""


def book_panels(result: RunResult) -> list[Panel]:
    """Return the panels of a run of several instruments, in the order in which they are read.

    Parameters
    ----------
    result : RunResult
        The run.

    Returns
    -------
    list of Panel
        Alpha, beta and skill; exposures; today's holdings; attribution. Pictures are data, and
        their names begin with ``book-``. A panel without anything to say is left out; a run of one
        instrument has none.
    """
    if result.holdings is None:
        return []
    panels = (
        alpha_panel(result),
        exposures_panel(result),
        holdings_panel(result),
        attribution_panel(result),
    )
    return [panel for panel in panels if panel is not None]


def alpha_panel(result: RunResult) -> Panel | None:
    """Return alpha and beta to the market, and how well forecasts ranked; None without either."""
    rows, words = [], []
    if (found := result.relative) is not None:
        beta_t = found["beta"] / found["beta_error"] if found["beta_error"] else None
        alpha = (found["alpha"], found["alpha_error"], found["alpha_t"])
        rows = [
            _estimate("Alpha a year", *alpha, percent),
            _estimate("Beta", found["beta"], found["beta_error"], beta_t, _thousandths),
            ("Correlation", number(found["correlation"]), "", ""),
            ("Residual volatility a year", percent(found["residual_volatility"]), "", ""),
        ]
        over = " over what cash earned" if result.benchmark_kind == "cash" else ""
        counted = in_units(f"{found['days']:,} daily returns", unit_of(result.periods_per_year))
        words = [
            f"To {found['to']}, from {counted}. Alpha is the intercept of the regression{over}. "
            f"Standard errors are Newey-West's, with {found['lags']} lags; a t between {MINUS}2 "
            "and 2 is what chance gives."
        ]
    book = _sector_book(result)
    for horizon, skill in ({} if book is None else book.plain["skill_by_horizon"]).items():
        name = f"Mean rank IC, {horizon} sessions ahead"
        error, t = skill["standard_error"], skill["t_statistic"]
        rows.append(_estimate(name, skill["mean"], error, t, _thousandths))
    if not rows:
        return None
    table = Table("", ("Estimate", "Standard error", "t"), rows)
    return Panel("Alpha, beta and skill", words=words, tables=[table])


def exposures(result: RunResult) -> dict[str, pd.Series]:
    """Return the exposures by day of the account, oldest first.

    Returns
    -------
    dict of str to Series
        ``gross`` and ``net``: sums of absolute and of signed position values, fractions of the
        account. Of a sector book also ``beta``, of the positions with the betas of the last
        decision, NaN where one of these is not known, and ``target``, NaN before the first
        decision. Empty if positions are not known.
    """
    found = {name: result.daily[name] for name in ("gross", "net") if name in result.daily}
    if (book := _sector_book(result)) is not None:
        found |= {"beta": book.beta["ex_ante"], "target": book.beta["target"]}
    return found


def exposures_panel(result: RunResult) -> Panel | None:
    """Return gross, net and beta over time; None for a run that never held anything."""
    series = exposures(result)
    if "gross" not in series or not series["gross"].any():
        return None
    in_percent = {EXPOSURES[name]: series[name] for name in ("gross", "net") if name in series}
    betas = {EXPOSURES[name]: series[name] for name in ("beta", "target") if name in series}
    day, at = str(result.daily.index[-1].date()), end_of(result.data)
    rows = [
        (EXPOSURES[name], *(_shown(name, value) for value in _levels(values)))
        for name, values in series.items()
    ]
    charts = [
        Chart(
            "Gross and net, of the account",
            Curves("book-exposures", f"Gross and net exposure after each {at}", in_percent),
        )
    ]
    if any(values.notna().any() for values in betas.values()):
        label = f"Beta of the positions after each {at}, and its target"
        charts.append(Chart("Beta, ex ante", Curves("book-beta", label, betas, percent=False)))
    table = Table(f"After each {at}", (day, "Mean", "Least", "Most"), rows)
    return Panel("Exposures", charts=charts, tables=[table])


def _levels(values: pd.Series) -> tuple[float, float, float, float]:
    return values.iloc[-1], values.mean(), values.min(), values.max()


def _shown(name: str, value: float) -> str:
    return percent(value, 1) if name in ("gross", "net") else _thousandths(value)


def _estimate(
    name: str,
    value: float | None,
    error: float | None,
    t: float | None,
    show: Callable[[float | None], str],
) -> tuple[str, str, str, str]:
    return name, show(value), show(error), NONE if t is None else number(t, 1)


def _thousandths(value: float | None) -> str:
    return number(value, 3)


def _sector_book(result: RunResult) -> SectorBook | None:
    """Return the measurements of a sector book; None for another run."""
    if "sector" not in result.sections:
        return None
    from ..runs.sector.book import SectorBook

    kept = getattr(result.sections["sector"].measured, "kept", None)
    book = getattr(kept, "book", None)
    return book if isinstance(book, SectorBook) else None
