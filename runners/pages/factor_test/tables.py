"""Tables of a factor's test, as texts and the numbers behind them."""

from __future__ import annotations

from typing import NamedTuple

from ....search.factors.estimate import Estimate
from ...factor_tests.plain import known
from ...factor_tests.result import FactorTestResult
from ...runs.labels.formats import number, percent, probability
from ..raw import Cell, number_cell, text_cell
from .words import even_words, independent, interval


class Shown(NamedTuple):
    """A table: a heading for each column, and rows of a name and cells."""

    headings: list[str]
    rows: list[tuple[str, list[Cell]]]


def horizon_table(result: FactorTestResult) -> Shown:
    """Return the figures of each horizon, a row each."""
    name = f"Net of {result.cost_bps:g} bp" if result.cost_bps else ""
    net_of = [name] if name else []
    headings = [
        "Sessions ahead", "Mean IC", "95% interval", "p", "Dates", "Independent", "IC > 0",
        "Top less bottom", "95% interval", "p", "Monotonic", "Break even", *net_of,
    ]  # fmt: skip
    rows = []
    for horizon, found in result.horizons.items():
        ic, spread, ics = found.information.mean, found.quantiles.spread, found.information.ics
        above = float((ics > 0.0).mean()) if ics.size else float("nan")
        cells = [
            *_estimate(ic),
            number_cell(f"{ic.n_dates:,}", ic.n_dates),
            number_cell(number(independent(ic), 0), independent(ic)),
            number_cell(percent(above, 0), above),
            *_estimate(spread, rate=True),
            number_cell(number(found.quantiles.monotonicity), found.quantiles.monotonicity),
            number_cell(even_words(found.break_even_bp), found.break_even_bp),
        ]
        if name:
            net = found.net(result.cost_bps)
            cells.append(number_cell(percent(net, 1), net))
        rows.append((str(horizon), cells))
    return Shown(headings, rows)


def turnover_table(result: FactorTestResult) -> Shown:
    """Return what portfolios trade that are rebalanced once in each horizon."""
    headings = [
        "Sessions ahead", "Rebalanced every", "Top, replaced", "a year", "Weighted, replaced",
        "a year", "Orders a year", "Rank autocorrelation",
    ]  # fmt: skip
    rows = []
    for horizon, found in result.horizons.items():
        turned = found.turnover
        times = (turned.top_per_year, turned.weighted_per_year, turned.traded)
        top, weighted, orders = (number_cell(f"{number(each, 1)} x", each) for each in times)
        cells = [
            number_cell(f"{turned.gap} sessions", turned.gap),
            number_cell(percent(turned.top, 0), turned.top),
            top,
            number_cell(percent(turned.weighted, 0), turned.weighted),
            weighted,
            orders,
            number_cell(number(turned.rank_autocorrelation), turned.rank_autocorrelation),
        ]
        rows.append((str(horizon), cells))
    return Shown(headings, rows)


def basket_table(result: FactorTestResult) -> Shown:
    """Return each basket's figures, side by side for the horizons."""
    headings = ["Basket", "Stocks"]
    for horizon in result.horizons:
        headings += [
            f"Dates, {horizon}", f"Mean IC, {horizon}", "95% interval",
            f"Top less bottom third, {horizon}",
        ]  # fmt: skip
    rows = []
    for each in result.baskets.found:
        first = next(iter(each.horizons.values()))
        cells = [number_cell(number(first.names, 1), first.names)]
        for within in each.horizons.values():
            ic, spread = within.ic, within.spread
            cells += [
                number_cell(f"{ic.n_dates:,}", ic.n_dates),
                number_cell(number(ic.mean, 3), ic.mean),
                Cell(interval(ic), None),
                number_cell(f"{percent(spread.mean, 1)}", spread.mean),
            ]
        rows.append((f"{each.kind}, {each.name}", cells))
    return Shown(headings, rows)


def trial_table(result: FactorTestResult) -> Shown | None:
    """Return every test on these bars with its q-values; None where they are not known."""
    if result.tried is None:
        return None
    headings = ["Factor", "Sessions", "From", "To", "p", "q, BH", "q, BY"]
    rows = [
        (
            f"{each.factor.rpartition('/')[2]}{' (this test)' if each.own else ''}",
            [
                text_cell(each.horizon),
                Cell(each.first, None),
                Cell(each.last, None),
                *(number_cell(probability(q), q) for q in (each.p_value, each.bh, each.by)),
            ],
        )
        for each in result.tried.tests
    ]
    return Shown(headings, rows)


def _estimate(found: Estimate, *, rate: bool = False) -> list[Cell]:
    mean = percent(found.mean, 1) if rate else number(found.mean, 3)
    return [
        number_cell(mean, found.mean),
        Cell(interval(found, rate=rate), None),
        number_cell(probability(known(found.p_value)), found.p_value),
    ]
