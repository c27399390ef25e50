"""Both factors of the letter tested alone, sector by sector."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ....search.worth.multiple_testing import benjamini_hochberg
from ...errors import ParameterError
from ...factor_tests.result import FactorTestResult
from ...factor_tests.run import run_factor_test
from ...runs.labels.formats import number, percent, probability
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ...runs.sector.survivorship import bias_words
from ..study import Evidence, Figure, Findings, NotCarried
from .books import COSTS, books_of
from .markets import markets_of
from .rows import compared, estimate_text, how_many, measured
from .weightings import difference

FACTORS = ("value", "momentum")
Tests = Mapping[tuple[str, str], FactorTestResult]
"""Ticker of the fund and factor to the test."""

FALSE_SHARE = 0.05
"""Share of false discoveries that is allowed among all tests."""


def tests_of(evidence: Evidence) -> Tests:
    """Return the test of each factor in each sector, each made once for all chapters."""
    return evidence.once("factor tests", lambda: _tested(evidence))


def _tested(evidence: Evidence) -> Tests:
    markets = markets_of(evidence)
    todo = [(ticker, factor) for ticker in markets for factor in FACTORS]
    found = {}
    for ticker, factor in evidence.each(todo, "testing factors", ", ".join):
        try:
            found[ticker, factor] = run_factor_test(
                factor,
                list(markets[ticker].bars),
                inputs=markets[ticker].inputs,
                start=str(evidence.start),
                cost_bps=1e4 * COSTS.percent_fee,
                say=evidence.say,
            )
        except ParameterError as error:
            evidence.say(f"{ticker}, {factor}: not tested, {error}")
    if not found:
        raise NotCarried("no factor is known for enough stocks")
    return found


def factor_tests(evidence: Evidence) -> Findings:
    """Return what each factor predicted alone, with errors that allow for overlap."""
    tests = tests_of(evidence)
    figures, p_values = list[Figure](), dict[tuple[str, str, int], float]()
    tables = []
    for factor in FACTORS:
        rows = []
        for ticker in markets_of(evidence):
            if (ticker, factor) not in tests:
                continue
            found = tests[ticker, factor]
            cells = []
            for horizon, at in found.horizons.items():
                ic, spread = at.information.mean, at.quantiles.spread
                if math.isfinite(ic.p_value):
                    p_values[ticker, factor, horizon] = ic.p_value
                cells += [
                    estimate_text(ic.mean, ic.error),
                    f"{percent(spread.mean, 1)} ± {percent(spread.error, 1)}",
                ]
                figures += [
                    measured(
                        f"factors.{factor}_ic_{horizon}", ticker,
                        f"{factor}: mean rank correlation, next {horizon} sessions", ic.mean,
                        "coefficient",
                        f"error {number(ic.error, 3)}, p {probability(_known(ic.p_value))}, "
                        f"{number(ic.effective, 0)} effective of {ic.n_dates} dates",
                    ),
                    measured(
                        f"factors.{factor}_spread_{horizon}", ticker,
                        f"{factor}: top less bottom fifth, next {horizon} sessions",
                        100.0 * spread.mean, "% a year", f"error {percent(spread.error, 1)}",
                    ),
                ]  # fmt: skip
            first = next(iter(found.horizons.values()))
            rows.append(
                (
                    ticker,
                    *cells,
                    f"{number(first.information.mean.effective, 0)} of "
                    f"{first.information.mean.n_dates}",
                    _cost_text(first.break_even_bp),
                )
            )
        horizons = list(next(iter(tests.values())).horizons)
        columns = tuple(
            text
            for horizon in horizons
            for text in (f"rank correlation, {horizon}", f"top less bottom, {horizon}")
        )
        if not rows:
            continue
        tables.append(
            Table(
                factor.capitalize(), (*columns, "effective dates", "costs to break even"), rows,
                "± standard errors that allow for overlapping windows. Effective: independent "
                "dates whose mean would have the same error. Costs: of an order, one way.",
            )
        )  # fmt: skip
    left = how_many(len(discoveries(p_values)), len(p_values), "test")
    headline = f"{left} can be told from 0, at {FALSE_SHARE:.0%} of false discoveries"
    return Findings(_words(p_values), figures, _charts(tests), tables, headline=headline)


def _charts(tests: Tests) -> list[Chart]:
    """Return the mean rank correlation of the first horizon by sector, both factors."""
    tickers = list(dict.fromkeys(ticker for ticker, _ in tests))
    tickers = [one for one in tickers if all((one, factor) in tests for factor in FACTORS)]
    if len(tickers) < 2:
        return []
    horizon = next(iter(next(iter(tests.values())).horizons))
    series = {
        factor: {
            ticker: tests[ticker, factor].horizons[horizon].information.mean.mean
            for ticker in tickers
        }
        for factor in FACTORS
    }
    label = f"Mean rank correlation of each factor with the next {horizon} sessions"
    return [Chart(label, GroupedBars("study-factors", label, series))]


def discoveries(p_values: Mapping[tuple[str, str, int], float]) -> list[tuple[str, str, int]]:
    """Return the tests that are left when false discoveries are held to `FALSE_SHARE`."""
    if not p_values:
        return []
    q_values = benjamini_hochberg(list(p_values.values()))
    return [test for test, q in zip(p_values, q_values.tolist(), strict=True) if q <= FALSE_SHARE]


def _words(p_values: Mapping[tuple[str, str, int], float]) -> tuple[str, ...]:
    below = [test for test, p in p_values.items() if p <= 0.05]
    left = discoveries(p_values)
    words = [
        f"{how_many(len(below), len(p_values), 'test')} have a p-value of 5% or less, where "
        f"{number(0.05 * len(p_values), 1)} would by chance; {len(left)} of them are left when the "
        f"share of false discoveries is held to {FALSE_SHARE:.0%}"
        + (": " + ", ".join(f"{f} in {t} over {h}" for t, f, h in left) if left else "")
        + "."
    ]
    biases = [bias_words(factor, 30) for factor in FACTORS]
    return (*words, *(text for text in biases if text))


def persistent(evidence: Evidence) -> Findings:
    """Return whether a factor that ranked well in one quarter ranks well in the next."""
    tests, books = tests_of(evidence), books_of(evidence)
    rows, figures, apart = [], list[Figure](), []
    for (ticker, factor), test in tests.items():
        found = test.persistence
        band = f"{number(_known(found.lower))} to {number(_known(found.upper))}"
        rows.append((f"{ticker}, {factor}", number(_known(found.correlation)), band,
                     f"{found.n_pairs:,}"))  # fmt: skip
        figures.append(
            measured(
                f"persistence.{factor}", ticker,
                f"{factor}: correlation of a quarter's rank correlation with the next one's",
                found.correlation, "coefficient", f"95% band {band}, {found.n_pairs} pairs",
            )
        )  # fmt: skip
        if math.isfinite(found.lower) and not found.lower <= 0.0 <= found.upper:
            apart.append((ticker, factor, found.correlation))
    known = [row for row in tests.values() if math.isfinite(row.persistence.lower)]
    positive = [one for one in apart if one[2] > 0.0]
    mean, error = difference(books, "one score, recent weights", "one score")
    words = (
        f"The band of {how_many(len(apart), len(known), 'correlation')} leaves out 0"
        + (f", {len(positive)} of them above it. " if apart else ". ")
        + compared("factors weighted by recent skill", "factors of equal weight", mean, error),
    )
    columns = ("of a quarter with the next", "95% band", "pairs")
    headline = (
        "a quarter tells something of the next in "
        f"{how_many(len(apart), len(known), 'case')} of sector and factor"
        if known
        else "too few quarters to tell"
    )
    table = Table("Persistence", columns, rows)
    return Findings(words, figures, tables=[table], headline=headline)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _cost_text(bp: float) -> str:
    """Return a cost in basis points; a dash where the factor earned nothing to pay it from."""
    return f"{number(bp, 0)} bp" if math.isfinite(bp) else number(None)
