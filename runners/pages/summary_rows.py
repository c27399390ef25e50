"""The rows of a tearsheet's summary: growth, risk, comparison with the benchmark, days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyzers import relative_statistics, statistics
from ..runs.labels.bar_ends import at_ends, end_of
from ..runs.labels.figures import DAY_BY_DAY, FIGURES, PROFIT, Figure
from ..runs.labels.formats import NONE, counted, number, percent
from ..runs.labels.units import in_units, unit_of
from .daily_returns import benchmark_returns, is_cash, strategy_returns
from .market_figures import market_figures

if TYPE_CHECKING:
    from ..runs.result import RunResult

RELATIVE = ("Beta", "Jensen's alpha", "Information ratio", "Treynor ratio")
"""Figures relative to a benchmark, in the order of the summary."""


@dataclass(frozen=True)
class Row:
    """One row of the summary: name, figure of the strategy and of the benchmark, remark."""

    name: str
    strategy: str
    benchmark: str = ""
    note: str = ""


def summary(result: RunResult) -> list[list[Row]]:
    """Return the summary's groups of rows: growth, risk, comparison with the benchmark, days.

    Parameters
    ----------
    result : RunResult
        The run. Figures come from its metrics; those that the metrics do not hold are computed from
        its daily returns by `btplaybook.analyzers.statistics`.

    Returns
    -------
    list of list of Row
        A figure that does not exist is a dash.
    """
    returns = strategy_returns(result).to_numpy(dtype=float)
    market = benchmark_returns(result)
    benchmark = None if market is None else market.to_numpy(dtype=float)
    groups = [
        _growth_and_risk(result, returns, benchmark),
        _day_by_day(result),
    ]
    if benchmark is not None:
        groups.insert(1, _against(result, returns, benchmark))
    unit, at = unit_of(result.periods_per_year), end_of(result.data)
    return [
        [
            replace(row, name=in_units(row.name, unit), note=at_ends(in_units(row.note, unit), at))
            for row in group
        ]
        for group in groups
    ]


def _growth_and_risk(
    result: RunResult, returns: statistics.Returns, benchmark: statistics.Returns | None
) -> list[Row]:
    """Return the rows from total return to expected shortfall, for strategy and benchmark."""
    periods, rate = result.periods_per_year, _risk_free_rate(result)
    computed: dict[str, Callable[[statistics.Returns], float | None]] = {
        "total_return": statistics.total_return,
        "cagr": lambda series: statistics.cagr(series, periods),
        "volatility": lambda series: statistics.volatility(series, periods),
        "sharpe": lambda series: statistics.sharpe_ratio(series, periods, rate),
        "sortino": lambda series: statistics.sortino_ratio(series, periods, rate),
        "max_drawdown": statistics.max_drawdown,
        "recovery_factor": statistics.recovery_factor,
        "value_at_risk": statistics.value_at_risk,
        "expected_shortfall": statistics.expected_shortfall,
    }

    def cell(series: statistics.Returns | None, known: Mapping[str, Any], key: str) -> str:
        if series is None:
            return ""
        value = _known(known, key, lambda: computed[key](series))
        if key != "sharpe":
            return FIGURES[key].show(value)
        band = statistics.sharpe_band(series, periods, rate)
        if value is None or band is None:
            return NONE
        return f"{number(value)} [{number(band[0])},\N{NO-BREAK SPACE}{number(band[1])}]"

    notes = {"sharpe": "with its 95% confidence band"}
    if result.is_neutral and result.idle_days:
        notes["sharpe"] += f", {counted(result.idle_days, 'day')} before the first decision counted"
    return [
        Row(
            FIGURES[key].label,
            cell(returns, result.metrics, key),
            cell(benchmark, result.benchmark, key),
            notes.get(key, FIGURES[key].note),
        )
        for key in computed
    ]


def _against(
    result: RunResult, returns: statistics.Returns, benchmark: statistics.Returns
) -> list[Row]:
    """Return the figures relative to the benchmark; none of them exists for cash."""
    periods, rate = result.periods_per_year, _risk_free_rate(result)
    if is_cash(result.benchmark_name, benchmark):
        why = "the benchmark has no risk"
        rows = [Row(name, NONE, "", why) for name in RELATIVE]
        return [*_to_market(result), *rows[2:]] if result.is_neutral else rows
    slope = relative_statistics.beta_with_error(returns, benchmark)
    alpha = relative_statistics.jensen_alpha(returns, benchmark, periods, rate)
    information = relative_statistics.information_ratio(returns, benchmark, periods)
    treynor = relative_statistics.treynor_ratio(returns, benchmark, periods, rate)
    beta_note, alpha_note = "", "per year"
    if slope is not None:
        beta_note = f"standard error {number(slope.standard_error)} (Newey-West)"
    if alpha is not None:
        alpha_note = f"per year, standard error {percent(alpha.standard_error)} (Newey-West)"
    treynor_note = "mean excess return per year over beta"
    if slope is not None and not slope.away_from_zero:
        treynor_note += ", which is within two standard errors of 0"
    notes = [beta_note, alpha_note, "of the active return, per year", treynor_note]
    figures = [
        number(relative_statistics.beta(returns, benchmark)),
        percent(None if alpha is None else alpha.alpha),
        number(information),
        percent(treynor),
    ]
    return [
        Row(name, figure, "", note)
        for name, figure, note in zip(RELATIVE, figures, notes, strict=True)
    ]


def _to_market(result: RunResult) -> list[Row]:
    """Return beta and alpha of a neutral book to what it hedges, with their errors."""
    name, alpha, beta = market_figures(result)
    beta_note = alpha_note = f"to {name}"
    if beta is not None:
        beta_note += f", standard error {number(beta.standard_error, 3)}"
    if alpha is not None:
        alpha_note += f", per year over cash, standard error {percent(alpha.standard_error)}"
    return [
        Row(RELATIVE[0], number(None if beta is None else beta.value, 3), "", beta_note),
        Row(RELATIVE[1], percent(None if alpha is None else alpha.value), "", alpha_note),
    ]


def _day_by_day(result: RunResult) -> list[Row]:
    """Return uncompounded gains, winning days, switches and ex-dividend dates."""
    ours, theirs = result.metrics, result.benchmark

    def row(figure: Figure) -> Row:
        there = theirs.get(figure.key)
        note = figure.note
        if figure.key == "win_rate" and not result.knows_orders:
            note = "of all days; zero counts as a win"
        if ours.get("synthetic"):
            note = note.replace("price only", "the index's price (synthetic)")
        return Row(
            figure.label,
            figure.show(ours.get(figure.key)),
            "" if there is None else figure.show(there),
            note,
        )

    one_index = ours.get("points") is not None or ours.get("percent") is not None
    absent: tuple[str, ...] = () if one_index else ("points", "percent")
    if not result.knows_orders or result.sends_orders:
        absent += ("switches", "switches_per_year")
    rows = [row(FIGURES[key]) for key in DAY_BY_DAY if key not in absent]
    held = ours.get("ex_dividend") or {}
    if any(held.values()):
        words = f"{held.get('long', 0)} / {held.get('short', 0)} / {held.get('flat', 0)}"
        rows.append(Row("Ex-dividend dates", words, "", "held long / short / flat overnight"))
    return rows


def waterfall_rows(pnl: Mapping[str, Any], cash: float | None) -> list[Row]:
    """Return the parts of the profit in money and, if the starting cash is known, as its share."""
    names = {key.removeprefix("pnl."): FIGURES[key].label for key in PROFIT}
    names |= {"other": "Other", "total": "Total"}
    rows = [
        Row(
            name,
            number(pnl[part]),
            percent(pnl[part] / cash) if cash and pnl[part] is not None else "",
        )
        for part, name in names.items()
        if part in pnl
    ]
    return [*rows, Row("Residual", number(pnl.get("residual")), note="what does not add up")]


def _known(
    metrics: Mapping[str, Any], key: str, compute: Callable[[], float | None]
) -> float | None:
    """Return the figure of the run's metrics; compute it if the metrics do not hold it."""
    value = metrics[key] if key in metrics else compute()
    return None if value is None or not np.isfinite(value) else float(value)


def _risk_free_rate(result: RunResult) -> float:
    return float(result.settings.get("risk_free_rate") or 0.0)
