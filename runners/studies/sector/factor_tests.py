"""Both factors of the letter tested alone, sector by sector."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ....search.worth.multiple_testing import benjamini_hochberg
from ...errors import ParameterError
from ...factor_tests.result import FactorTestResult
from ...factor_tests.run import run_factor_test
from ...runs.labels.formats import band, number, percent, probability
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ...runs.sector.survivorship import bias_words
from ..study import Evidence, Figure, Findings, NotCarried
from .books import COSTS, books_of
from .markets import markets_of
from .rows import compared, estimate_text, how_many, listed, measured, range_text, sentence
from .value import value_counts, value_rule, value_words
from .weightings import difference

FACTORS = ("value", "momentum")
Tests = Mapping[tuple[str, str], FactorTestResult]
"""Ticker of the fund and factor to the test."""

REFUSED = "factor tests that were refused"
"""Key of the reasons why a factor could not be tested, by ticker and factor."""

CAPTION = (
    "Top less bottom: return a year of the top fifth of the stocks less that of the bottom fifth, "
    "before costs. ± standard errors that allow for overlapping windows. Effective dates: "
    "independent dates whose mean would have the same error. Costs: of an order, one way."
)
FALSE_SHARE = 0.05
"""Share of false discoveries that is allowed among all tests."""


def tests_of(evidence: Evidence) -> Tests:
    """Return the test of each factor in each sector, each made once for all chapters."""
    return evidence.once("factor tests", lambda: _tested(evidence))


def _tested(evidence: Evidence) -> Tests:
    markets = markets_of(evidence)
    todo = [(ticker, factor) for ticker in markets for factor in FACTORS]
    found = {}
    refused: dict[tuple[str, str], str] = evidence.once(REFUSED, dict)
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
            refused[ticker, factor] = str(error)
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
                factor.capitalize(), (
                    *columns, f"effective dates, {horizons[0]}",
                    f"costs to break even, {horizons[0]}",
                ),
                rows,
            )
        )  # fmt: skip
    if tables:
        tables[-1] = tables[-1]._replace(
            caption=f"{listed([str(one) for one in horizons])}: sessions ahead. {CAPTION}"
        )
    counts = value_counts(evidence)
    figures += [
        measured(
            "factors.value_decisions", ticker, "decisions of the book at which value counted",
            count, "decisions", f"of {decisions}",
        )
        for ticker, (count, decisions) in counts.items()
    ]  # fmt: skip
    left = how_many(len(discoveries(p_values)), len(p_values), "test")
    headline = (
        f"{left} can be told from 0, at {FALSE_SHARE:.0%} of false discoveries"
        if p_values
        else "no test has dates enough to be told from 0"
    )
    words = (*_words(p_values), *_dates(evidence, tests), *value_rule(counts), *_biases(evidence))
    return Findings(words, figures, _charts(tests), tables, headline=headline)


def _dates(evidence: Evidence, tests: Tests) -> list[str]:
    """Return on how many dates each factor could be tested, and which could not be."""
    told = []
    for factor in FACTORS:
        own = [test for (_, name), test in tests.items() if name == factor]
        if own:
            first = next(iter(own[0].horizons))
            dates = [test.horizons[first].information.mean.n_dates for test in own]
            first_day = min(test.window[0] for test in own)
            last_day = max(test.window[1] for test in own)
            told.append(f"{factor} on {range_text(dates, 0)} dates, {first_day} to {last_day}")
    refused: Mapping[tuple[str, str], str] = evidence.once(REFUSED, dict)
    step = next(iter(tests.values())).settings["step"]
    words = [f"The factors were tested each {step} sessions: {'; '.join(told)}."]
    without = dict.fromkeys((factor, why) for (_, factor), why in refused.items())
    for factor, why in without:
        where = listed([ticker for ticker, name in refused if refused[ticker, name] == why])
        words.append(f"In {where} {factor} was not tested ({why}).")
    return words


def _biases(evidence: Evidence) -> list[str]:
    """Return what survivorship does to each factor; nothing where no panel is one of survivors."""
    if not any(market.survivors_only for market in markets_of(evidence).values()):
        return []
    return [text for factor in FACTORS if (text := bias_words(factor, 30))]


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
    if not p_values:
        return ("No test has dates enough for a p-value.",)
    n, below, left = len(p_values), sum(p <= 0.05 for p in p_values.values()), discoveries(p_values)
    has = "has" if below < 2 else "have"
    words = (
        f"{how_many(below, n, 'test').capitalize()} {has} a p-value of 5% or less, where chance "
        f"alone would give {number(0.05 * n, 1)} such tests."
    )
    if below:
        names = ": " + listed([f"{f} in {t} over {h} sessions" for t, f, h in left]) if left else ""
        words += (
            f" Where the share of false discoveries is held to {FALSE_SHARE:.0%}, "
            f"{len(left) or 'none'} {'is' if len(left) == 1 else 'are'} left{names}."
        )
    return (words,)


def persistent(evidence: Evidence) -> Findings:
    """Return whether a factor that ranked well in one quarter ranks well in the next."""
    tests, books = tests_of(evidence), books_of(evidence)
    rows, figures, apart = [], list[Figure](), []
    for (ticker, factor), test in tests.items():
        found = test.persistence
        ends = (found.lower, found.upper) if math.isfinite(found.lower) else None
        interval = band(ends)
        rows.append((f"{ticker}, {factor}", number(_known(found.correlation)), interval,
                     f"{found.n_pairs:,}"))  # fmt: skip
        figures.append(
            measured(
                f"persistence.{factor}", ticker,
                f"{factor}: correlation of a quarter's rank correlation with the next one's",
                found.correlation, "coefficient", f"95% band {interval}, {found.n_pairs} pairs",
            )
        )  # fmt: skip
        if math.isfinite(found.lower) and not found.lower <= 0.0 <= found.upper:
            apart.append((ticker, factor, found.correlation))
    known = [row for row in tests.values() if math.isfinite(row.persistence.lower)]
    positive = [one for one in apart if one[2] > 0.0]
    gain = difference(books, "one score, recent weights", "one score")
    told = compared("with factors weighted by recent skill", "with equal weights", gain)
    skill = "how a factor ranks in one quarter tells something of the next quarter"
    if not known:
        tells = "too few quarters to tell whether a factor's skill persists"
    elif len(books) > 1:
        cases = how_many(len(apart), len(known), "case")
        tells = f"{skill} in {cases} of sector and factor"
    else:
        cases = how_many(len(apart), len(known), "factor")
        tells = f"{skill} for {cases}"
    positive_words = (
        f"The 95% band of the correlation leaves out 0 there, and lies above it for {len(positive)}"
        f" of {len(apart)}. "
        if apart
        else ""
    )
    words = (
        f"{sentence(tells)} {positive_words}{sentence(told)}",
        *value_words(value_counts(evidence)),
    )
    columns = ("correlation of a quarter with the next", "95% band", "pairs of quarters")
    headline = f"{tells}; {told}"
    table = Table("Persistence", columns, rows)
    return Findings(words, figures, tables=[table], headline=headline)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _cost_text(bp: float) -> str:
    """Return a cost in basis points; a dash where the factor earned nothing to pay it from."""
    return f"{number(bp, 0)} bp" if math.isfinite(bp) else number(None)
