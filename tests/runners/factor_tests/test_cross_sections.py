"""The cross-sections are the sector book's, and no later bar or statement changes them."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from btplaybook.runners.factor_tests.cross_sections import cross_sections
from btplaybook.runners.factor_tests.factor import FactorUnderTest
from btplaybook.runners.runs import registry
from btplaybook.strategies.sector.score import z_scores

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
FACTORS = ("value", "momentum")
STEP = 5


def found_on(bars, inputs, factor, **params):
    fund, *stocks = bars
    known = registry.parameters(registry.resolve("sector-long-short")) | params
    return cross_sections(
        FactorUnderTest.of(factor), fund, stocks, inputs, known, step=STEP, first_row=0
    )


@pytest.fixture(scope="module")
def sections(sector):
    return {factor: found_on(*sector, factor) for factor in FACTORS}


def test_they_are_those_of_the_book(sections, market):
    """What the book scores at each session, whose decisions are those of a run bar by bar."""
    spec = importlib.util.spec_from_file_location("decided", BENCHMARKS / "sector_decisions.py")
    decided = importlib.util.module_from_spec(spec)
    sys.modules["decided"] = decided
    spec.loader.exec_module(decided)
    past = decided.decisions_on(market).past
    scored = past._scored
    compared = 0
    for k, factor in enumerate(FACTORS):
        found = sections[factor]
        z = z_scores(found.values)
        for place, row in enumerate(found.rows.tolist()):
            if row not in scored:
                continue
            compared += 1
            assert (found.universe[place] == scored[row].universe).all()
            assert z[place] == pytest.approx(scored[row].loadings[:, k], rel=1e-9, nan_ok=True)
    assert compared > 150


@pytest.mark.parametrize("factor", FACTORS)
def test_a_scrambled_future_changes_nothing_that_was_known(sector, sections, factor):
    bars, inputs = sector
    cut = 500
    day = bars[0].dates[cut]
    rng = np.random.default_rng(0)
    other = [_scrambled(table, day, rng) for table in bars]
    here = found_on(other, inputs.scrambled_after(day.item(), rng), factor)
    there = sections[factor]
    before, also = there.rows <= cut, here.rows <= cut
    assert 20 < before.sum() < len(before)
    assert there.rows[before].tolist() == here.rows[also].tolist()
    for name in ("values", "universe", "betas", "capitalisation"):
        one, same = getattr(there, name)[before], getattr(here, name)[also]
        assert np.array_equal(one, same, equal_nan=True), name
    assert not np.array_equal(there.residuals[cut + 1 :], here.residuals[cut + 1 :])


def _scrambled(bars, day, rng):
    """Return bars whose prices and volumes after a day are others."""
    later = bars.dates > day
    moved = np.where(later, np.exp(0.1 * rng.standard_normal(later.size)), 1.0)
    columns = {name: getattr(bars, name) * moved for name in ("open", "high", "low", "close")}
    return replace(bars, **columns, volume=bars.volume * np.where(later, 0.01, 1.0))


def test_a_session_begins_where_it_is_asked_to(sector):
    fund, *stocks = sector.bars
    known = registry.parameters(registry.resolve("sector-long-short"))
    found = cross_sections(
        FactorUnderTest.of("momentum"), fund, stocks, sector.inputs, known, step=10, first_row=401
    )
    assert found.rows.tolist() == list(range(410, len(fund), 10))


def test_dates_before_the_first_stock_are_left_out(sector, sections):
    bars, inputs = sector
    day = bars[0].dates[300]
    late = [bars[0], *(table.between(day.item(), None) for table in bars[1:])]
    found = found_on(late, inputs, "momentum", min_dollar_volume=0.0)
    assert found.rows[0] == 555  # 253 sessions after the first bar, and on a multiple of the step
    assert found.universe[0].any()


def test_the_floors_keep_stocks_out_and_count_them(sector, sections):
    found = found_on(*sector, "momentum", min_price=60.0)
    assert found.universe.sum() < sections["momentum"].universe.sum()
    assert found.excluded["price below the floor"] > 0
    assert np.isnan(found.values[~found.universe]).all()


def test_the_filters_keep_to_similar_stocks(sector, sections):
    found, whole = found_on(*sector, "momentum", country="US"), sections["momentum"]
    named = {
        name
        for names, inside in zip(found.countries, found.universe, strict=True)
        for name, kept in zip(names, inside, strict=True)
        if kept
    }
    assert named == {"US"}
    assert found.universe.sum() < whole.universe.sum()
    least = float(np.nanmedian(whole.capitalisation[-1]))
    large = found_on(*sector, "momentum", min_market_cap=least)
    assert (large.capitalisation[large.universe] >= least).all()


def test_the_core_is_the_funds_largest(sector):
    found = found_on(*sector, "momentum", core=12)
    assert found.universe.sum(axis=1).max() == 12


def test_shrunk_betas_are_nearer_to_one_another(sector, sections):
    found, plain = found_on(*sector, "momentum", shrink_beta=True), sections["momentum"]
    inside = plain.universe[-1]
    assert np.nanstd(found.betas[-1][inside]) < np.nanstd(plain.betas[-1][inside])


def test_market_values_are_prices_times_shares(sections):
    found = sections["value"]
    known = found.capitalisation[found.universe]
    assert np.isfinite(known).mean() > 0.5
    assert (known[np.isfinite(known)] > 1e6).all()
