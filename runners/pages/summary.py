"""Numbers and settings of a run put into words and rows: what the tearsheet prints as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analyzers import relative_statistics, statistics
from ...feeds.conventions import PERIODS
from ..runs import registry
from ..runs.formats import MINUS as MINUS
from ..runs.formats import NONE as NONE
from ..runs.formats import number as number
from ..runs.formats import percent as percent
from ..runs.lineage import Lineage, lineage
from .units import in_units, unit_of

if TYPE_CHECKING:
    from ..runs.result import RunResult

RELATIVE = ("Beta", "Jensen's alpha", "Information ratio", "Treynor ratio")
"""Figures against a benchmark, in the order of the summary."""

CASH = "cash"
"""Name of the benchmark that is cash, with or without interest."""

MANY = 8
"""Parameters above which those at their defaults are not named."""

FILLS = {
    "close": "at the close that the decision is made on (market on close, idealised)",
    "next_open": "at the next session's open",
    "next_close": "at the next session's close",
}
TWICE = "one order at the close, one at the next open"
SIZES = {
    "fill": "shares from the account's value at the fill price (the target is met exactly)",
    "decision": "shares fixed at the decision's close",
}
REBALANCING = {
    "on_change": "an order only when the target changes",
    "daily": "back to the target at every bar",
    "on_decision": "back to the target whenever the strategy decides",
}


@dataclass(frozen=True)
class Row:
    """One line of the summary: a name, the strategy's and the benchmark's figure, a remark."""

    name: str
    strategy: str
    benchmark: str = ""
    note: str = ""


def summary(result: RunResult) -> list[list[Row]]:
    """Return the summary's groups of rows: growth, risk, against the benchmark, day by day.

    Parameters
    ----------
    result : RunResult
        The run; the figures that its metrics hold are taken from there, the others are computed
        from its daily returns by `btplaybook.analyzers.statistics`.

    Returns
    -------
    list of list of Row
        Figures that do not exist are a dash.
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
    unit = unit_of(result.periods_per_year)
    return [
        [
            replace(row, name=in_units(row.name, unit), note=in_units(row.note, unit))
            for row in group
        ]
        for group in groups
    ]


def strategy_returns(result: RunResult) -> pd.Series:
    """Return the counted daily returns: the account's opening day has none.

    Of an account that ended at exactly zero there is no further return; it is taken as zero.
    """
    returns = result.daily["return"].iloc[1:]
    ruined = (returns <= -1.0).cummax()
    return returns.mask(ruined & returns.isna(), 0.0)


def benchmark_returns(result: RunResult) -> pd.Series | None:
    """Return the benchmark's daily returns; None where there is no benchmark."""
    if "benchmark_return" not in result.daily:
        return None
    returns = result.daily["benchmark_return"].iloc[1:]
    return None if returns.empty or returns.isna().any() else returns


def is_cash(name: str, returns: statistics.Returns) -> bool:
    """Return whether a benchmark is cash: by its name, or since its returns do not vary.

    Interest by the calendar varies, a weekend's is three days', without being a risk.
    """
    return name == CASH or (returns.size > 1 and statistics.standard_deviation(returns) == 0.0)


def yearly_returns(returns: pd.Series) -> dict[int, float]:
    """Compound the daily returns of each calendar year.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple daily returns, oldest first, no NaN.

    Returns
    -------
    dict of int to float
        Year to return as a fraction, oldest first; the first and last year may be partial.
    """
    years = pd.DatetimeIndex(returns.index).year
    return {
        int(year): statistics.total_return(returns[years == year].to_numpy(dtype=float))
        for year in years.unique()
    }


def switches_per_year(sign: pd.Series) -> dict[int, int]:
    """Count the reversals of the position's sign in each calendar year.

    Parameters
    ----------
    sign : Series of int, indexed by date
        Sign of the position at each close (-1, 0, 1), oldest first. Time spent flat does not
        reverse anything by itself, and the first entry is not a reversal.

    Returns
    -------
    dict of int to int
        Every year after the first date, on which the account only opens; oldest first, the years
        without a reversal too.
    """
    years = pd.DatetimeIndex(sign.index).year
    counts = dict.fromkeys((int(year) for year in years[1:].unique()), 0)
    held = sign.to_numpy() != 0
    signs, years = sign.to_numpy()[held], years[held]
    for year in years[1:][signs[1:] != signs[:-1]]:
        counts[int(year)] += 1
    return counts


def shown_params(strategy: str, params: Mapping[str, Any]) -> list[str]:
    """Name each parameter and its value; of many only those that are not at their defaults.

    Parameters
    ----------
    strategy : str
        As run.json has it. Defaults are those of the registered strategy: where a user's class
        subclasses one, what it sets otherwise counts as changed and is shown beside the parent's
        value, its own parameters are always shown, and what else it replaces is named.
    params : mapping of str to object
        Name to value.

    Returns
    -------
    list of str
    """
    kind = registry.loaded_class(strategy)
    family = None if kind is None else lineage(kind)
    defaults = registry.parameters(family.parent if family else kind) if kind else {}
    moved = [name for name, value in params.items() if not _at_default(defaults, name, value)]
    named = list(params) if len(params) <= MANY else moved
    words = [
        f"{name} {params[name]}{_instead(defaults, name, family) if name in moved else ''}"
        for name in named
    ]
    if len(params) > MANY:
        others = len(params) - len(moved)
        of = f" in {family.name}" if family else ""
        words.append(f"{others} {'other ' if moved else ''}parameters at their defaults{of}")
    return [*words, family.words()] if family and family.overrides else words


def _at_default(defaults: Mapping[str, Any], name: str, value: Any) -> bool:
    return name in defaults and bool(defaults[name] == value)


def _instead(defaults: Mapping[str, Any], name: str, family: Lineage | None) -> str:
    """Say what the parent has in a parameter's place; nothing of a strategy that has none."""
    if family is None:
        return ""
    has = f"{defaults[name]} in" if name in defaults else "not in"
    return f" ({has} {family.name})"


def parameter_rows(strategy: str, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the strategy, each parameter and its value, and what a subclass changed of each."""
    kind = registry.loaded_class(strategy)
    family = None if kind is None else lineage(kind)
    defaults = registry.parameters(family.parent) if family else {}
    rows = [("strategy", strategy)]
    for name, value in params.items():
        moved = family is not None and not _at_default(defaults, name, value)
        rows.append((name, f"{value}{_instead(defaults, name, family) if moved else ''}"))
    if family is not None:
        rows.append(("subclasses", family.name))
        if family.overrides:
            rows.append(("overrides", ", ".join(family.overrides)))
    return rows


def heading(
    strategy: str,
    params: Mapping[str, Any],
    settings: Mapping[str, Any],
    twice_a_day: bool = False,
) -> str:
    """Name the parameters and how orders are filled, in one line."""
    fill, rebalance = str(settings.get("fill")), str(settings.get("rebalance"))
    if twice_a_day:
        fill = "close and at the next open"
    words = [
        *shown_params(strategy, params),
        f"filled at the {fill.replace('_', ' ')}",
        f"ordered {rebalance}",
    ]
    return ", ".join(words).replace("ordered on_", "ordered on ")


def timing_words(
    settings: Mapping[str, Any], twice_a_day: bool = False, unit: str = "day"
) -> list[tuple[str, str]]:
    """Say when and how large the orders were; `unit` is what a bar spans."""
    every = str(settings.get("every", "day"))
    every_bar = PERIODS.index(every) <= PERIODS.index(unit)
    words = [
        ("Fill", TWICE if twice_a_day else FILLS.get(fill := str(settings.get("fill")), fill)),
        ("Size", SIZES.get(str(settings.get("size_at")), str(settings.get("size_at")))),
        ("Orders", REBALANCING.get(str(settings.get("rebalance")), NONE)),
        ("Decisions", "every session" if every_bar else f"last session of each {every}"),
        ("Shares", "whole shares" if settings.get("whole_shares") else "fractions of shares"),
        ("Gross limit", f"{number(settings.get('max_gross'), 2)} of equity per order"),
        ("Cash", f"{number(settings.get('cash'), 0)} at the start"),
    ]
    return [(name, in_units(text, unit)) for name, text in words if NONE not in text]


def cost_words(
    settings: Mapping[str, Any], data: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Say what trading and holding cost; a cost of zero is said, not left out."""

    def given(key: str) -> Any:
        return settings.get(key) or 0.0

    interest = settings.get("interest") or 0.0
    if isinstance(interest, Mapping) and "sha256" not in interest:
        interest_words = ", ".join(f"{name} {_rate(rate)}" for name, rate in interest.items())
    else:
        interest_words = _rate(interest)
    if settings.get("no_dividends"):
        dividends = "ignored"
    elif data and all(bars.get("price_only") for bars in data):
        dividends = "none in the data"
    else:
        dividends = "paid on what is held overnight"
    charged = [
        ("Per share", number(given("per_share"), 4) if given("per_share") else "none"),
        ("Minimum per order", number(given("min_fee")) if given("min_fee") else "none"),
        ("Of the value", percent(given("percent_fee"), 3) if given("percent_fee") else "none"),
        ("Slippage", f"{given('slippage_bps'):g} bp" if given("slippage_bps") else "none"),
    ]
    if isinstance(own := settings.get("costs"), Mapping):
        charged = [("An order", _own_costs(own))]
    return [
        *charged,
        ("Borrowing shares", _rate(given("borrow"))),
        ("Interest on cash", interest_words),
        ("Dividends", dividends),
    ]


def waterfall_rows(pnl: Mapping[str, Any], cash: float | None) -> list[Row]:
    """Return the profit's parts in money and, where the starting cash is known, as its share."""
    order = ("price", "dividends", "borrow", "interest", "commission", "slippage", "total")
    rows = [
        Row(
            name.capitalize(),
            number(pnl[name]),
            percent(pnl[name] / cash) if cash and pnl[name] is not None else "",
        )
        for name in order
        if name in pnl
    ]
    return [*rows, Row("Residual", number(pnl.get("residual")), note="what does not add up")]


def _own_costs(own: Mapping[str, Any]) -> str:
    """Name costs of the caller's own: their class and parameters."""
    parameters = ", ".join(f"{name} {value}" for name, value in own.get("parameters", {}).items())
    return f"charged by {own['class']}{f' ({parameters})' if parameters else ''}"


def _rate(rate: Any) -> str:
    """Name a rate per year: a fraction, or a series known by its hash."""
    if isinstance(rate, Mapping):
        return f"daily rates {rate['first']} to {rate['last']} ({rate['sha256'][:12]})"
    return f"{percent(float(rate))} a year" if rate else "none"


def _growth_and_risk(
    result: RunResult, returns: statistics.Returns, benchmark: statistics.Returns | None
) -> list[Row]:
    """Return total return to expected shortfall, the benchmark beside the strategy."""
    periods, rate = result.periods_per_year, _risk_free_rate(result)

    def row(
        name: str,
        key: str,
        show: Callable[[float | None], str],
        figure: Callable[[statistics.Returns], float | None],
        note: str = "",
    ) -> Row:
        there = ""
        if benchmark is not None:
            there = show(_known(result.benchmark, key, lambda: figure(benchmark)))
        return Row(name, show(_known(result.metrics, key, lambda: figure(returns))), there, note)

    def sharpe_with_band(series: statistics.Returns | None, known: Mapping[str, Any]) -> str:
        if series is None:
            return ""
        ratio = _known(known, "sharpe", lambda: statistics.sharpe_ratio(series, periods, rate))
        band = statistics.sharpe_band(series, periods, rate)
        if ratio is None or band is None:
            return NONE
        return f"{number(ratio)} [{number(band[0])},\N{NO-BREAK SPACE}{number(band[1])}]"

    return [
        row("Total return", "total_return", percent, statistics.total_return),
        row("Growth per year", "cagr", percent, lambda r: statistics.cagr(r, periods), "CAGR"),
        row(
            "Volatility per year",
            "volatility",
            percent,
            lambda r: statistics.volatility(r, periods),
        ),
        Row(
            "Sharpe ratio",
            sharpe_with_band(returns, result.metrics),
            sharpe_with_band(benchmark, result.benchmark),
            "with its 95% confidence band",
        ),
        row(
            "Sortino ratio",
            "sortino",
            number,
            lambda r: statistics.sortino_ratio(r, periods, rate),
        ),
        row("Maximum drawdown", "max_drawdown", percent, statistics.max_drawdown),
        row(
            "Recovery factor",
            "recovery_factor",
            number,
            statistics.recovery_factor,
            "total return over maximum drawdown",
        ),
        row(
            "Value at risk, one day",
            "value_at_risk",
            percent,
            statistics.value_at_risk,
            "historical, 95%",
        ),
        row(
            "Expected shortfall, one day",
            "expected_shortfall",
            percent,
            statistics.expected_shortfall,
            "historical, 95%",
        ),
    ]


def _against(
    result: RunResult, returns: statistics.Returns, benchmark: statistics.Returns
) -> list[Row]:
    """Return the figures that need the benchmark to be said; over cash none of them exists."""
    periods, rate = result.periods_per_year, _risk_free_rate(result)
    if is_cash(result.benchmark_name, benchmark):
        why = "the benchmark has no risk"
        return [Row(name, NONE, "", why) for name in RELATIVE]
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


def _day_by_day(result: RunResult) -> list[Row]:
    """Return uncompounded gains, winning days, switches and ex-dividend dates."""
    ours, theirs = result.metrics, result.benchmark

    def row(name: str, key: str, show: Callable[[float | None], str], note: str = "") -> Row:
        there = show(theirs[key]) if theirs.get(key) is not None else ""
        return Row(name, show(ours.get(key)), there, note)

    def switch_count(value: float | None) -> str:
        return number(value, 0)

    rows = []
    if ours.get("points") is not None or ours.get("percent") is not None:
        of = "the index's price (synthetic)" if ours.get("synthetic") else "price only"
        rows += [
            row("Uncompounded gain, points", "points", number, f"one share, {of}"),
            row("Uncompounded gain", "percent", percent, f"one unit of money a day, {of}"),
        ]
    rows += [
        row("Winning days", "win_rate", percent, "of those with a position; zero counts as a win"),
        row("Average winning day", "average_win", percent),
        row("Average losing day", "average_loss", percent),
        row("Switches", "switches", switch_count, "reversals from long to short or back"),
        row("Switches per year", "switches_per_year", lambda value: number(value, 1)),
    ]
    held = ours.get("ex_dividend") or {}
    if any(held.values()):
        words = f"{held.get('long', 0)} / {held.get('short', 0)} / {held.get('flat', 0)}"
        rows.append(Row("Ex-dividend dates", words, "", "held long / short / flat overnight"))
    return rows


def _known(
    metrics: Mapping[str, Any], key: str, compute: Callable[[], float | None]
) -> float | None:
    """Return the run's own figure; compute those that its metrics do not hold."""
    value = metrics[key] if key in metrics else compute()
    return None if value is None or not np.isfinite(value) else float(value)


def _risk_free_rate(result: RunResult) -> float:
    return float(result.settings.get("risk_free_rate") or 0.0)
