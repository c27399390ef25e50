"""The measuring of the sector book: its shortcut is the strategy, its counting is right."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.settings import Settings
from btplaybook.strategies.sector_long_short import HORIZONS, SectorLongShort

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
YEAR = 252


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def decisions():
    return loaded("sector_decisions")


@pytest.fixture(scope="module")
def calibration(decisions):
    return loaded("sector_calibration")


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, years=3)


@pytest.fixture(scope="module")
def made(decisions, market):
    return decisions.decisions_on(market)


@pytest.fixture(scope="module")
def ran(market):
    bars, inputs = of_market(market)
    settings = Settings(every="month", rebalance="on_decision")
    opens = market.etf.dates[0].item()
    strategy, _ = run_cerebro(
        SectorLongShort, bars, {"weighting": "equal"}, settings, opens, inputs=inputs
    )
    return strategy


def test_without_the_engine_every_decision_is_the_strategys(made, ran, market):
    assert len(made.made) == len(ran.diary) > 20
    for mine, diary in zip(made.made, ran.diary, strict=True):
        assert market.etf.dates[mine.session].item() == diary.date
        np.testing.assert_allclose(mine.forecast, diary.forecast, rtol=1e-9, atol=1e-12)
        intervals = np.array([[e.coefficients, e.lower, e.upper] for e in mine.equation])
        np.testing.assert_allclose(
            intervals.transpose(0, 2, 1), diary.premium_intervals, rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(mine.judged.mean_ic, diary.mean_ic, rtol=1e-9)
    assert made.past.realised.keys() == ran.realised_by_horizon.keys() == {30, 60}
    for horizon, theirs in ran.realised_by_horizon.items():
        for one, other in zip(made.past.realised[horizon], theirs, strict=True):
            assert one[:2] == other[:2]
            np.testing.assert_allclose(one.ic, other.ic, rtol=1e-9)


def test_one_decision_has_the_equation_of_all(decisions, calibration, market, made):
    last = decisions.month_ends(market)[-1]
    alone = decisions.decisions_on(market, [last])
    assert [decision.session for decision in alone.made] == [last]
    for mine, whole in zip(alone.made[0].equation, made.made[-1].equation, strict=True):
        assert np.isfinite(mine.coefficients).all()
        np.testing.assert_allclose(mine.coefficients, whole.coefficients, rtol=1e-12)
    # What is counted is the equation that the strategy leans on.
    estimates = [e for e in calibration._estimates(market, alone, last) if e.window == "all years"]
    for mine, whole in zip(estimates, made.made[-1].equation, strict=True):
        np.testing.assert_allclose(mine.coefficients, whole.coefficients, rtol=1e-12)
        np.testing.assert_allclose(mine.upper, whole.upper, rtol=1e-12)


def test_the_truth_is_what_the_premiums_paid(calibration, decisions, market, made):
    """Loadings fade: value's hardly, momentum's by the half of its look-backs."""
    last = decisions.month_ends(market)[-1]
    all_years = [e for e in calibration._estimates(market, made, last) if e.window == "all years"]
    assert [e.horizon for e in all_years] == list(HORIZONS)
    near, far = (e.paid for e in all_years)
    assert near[0] == pytest.approx(0.04, rel=0.1)
    assert 0.01 < far[1] < near[1] < 0.04


def life(calibration, closed_at, *, sessions=(1240, 1259, 1260, 1281, 1302)):
    sessions = np.array(sessions)
    shut = np.isin(sessions, closed_at)
    return calibration.Lived([], sessions, ~shut, np.ones_like(shut), np.zeros(shut.size))


@pytest.mark.parametrize(
    ("closed_at", "days"),
    [
        pytest.param((1302,), 42, id="the last of them"),
        pytest.param((1260, 1281), 0, id="on the session of the turn"),
        pytest.param((1240, 1281), 21, id="closed once before, then open"),
        pytest.param((1259, 1281), np.nan, id="closed when they turn"),
        pytest.param((), np.inf, id="never"),
    ],
)
def test_sessions_until_the_gate_closes(calibration, closed_at, days):
    assert calibration.TURN == 5 * YEAR == 1260
    found = calibration._until_closed(life(calibration, closed_at))
    assert found == pytest.approx(days, nan_ok=True)


def test_shares_of_intervals(calibration):
    """Four markets each: the truth is the mean of what was paid, 0.03 and 0.02."""

    def lived(lower, upper, paid):
        ends = (np.array(lower), np.array(upper))
        estimates = [
            calibration.Estimate(h, w, (ends[0] + ends[1]) / 2, *ends, np.array(paid))
            for h in HORIZONS
            for w in ("3 years", "all years")
        ]
        return calibration.Lived(estimates, *np.empty((4, 0)))

    planted = [
        lived((0.00, 0.00), (0.04, 0.04), (0.03, 0.02)),
        lived((0.01, 0.02), (0.02, 0.03), (0.03, 0.02)),
        lived((0.02, 0.01), (0.05, 0.05), (0.02, 0.01)),
        lived((0.03, 0.03), (0.06, 0.06), (0.04, 0.03)),
    ]
    none = [
        lived((-0.01, 0.01), (0.01, 0.02), (0.0, 0.0)),
        *[lived((-0.01, -0.01), (0.01, 0.01), (0.0, 0.0))] * 3,
    ]
    found = {r["name"]: r for r in calibration._intervals({"planted": planted, "none": none})}
    case = "30 sessions ahead, 3 years"
    assert found[f"coverage of the planted premium, {case}"]["measured"] == 6 / 8
    assert found[f"coverage of the planted premium, {case}"]["met"] is False
    assert found[f"coverage of the planted premium, {case}, value"]["measured"] == 3 / 4
    assert found[f"rejections of no premium, {case}"]["measured"] == 1 / 8
    assert found[f"rejections of no premium, {case}, momentum"]["measured"] == 1 / 4
    assert found[f"earned a year on a unit of loading, {case}, value"]["measured"] == 0.03


@pytest.fixture(scope="module")
def factor_calibration():
    return loaded("factor_calibration")


@pytest.mark.parametrize(("premium", "kind"), [(0.0, "rejections of no premium"), (0.1, "power")])
def test_a_factors_tests_are_counted_for_both_factors_and_for_each(
    factor_calibration, monkeypatch, premium, kind
):
    monkeypatch.setattr(factor_calibration, "YEARS", 3)
    hits = factor_calibration.hits_of(0, premium)
    both = {name: found for name, found in hits.items() if not name.endswith("alone")}
    windows = 1 if premium else len(factor_calibration.WINDOWS)
    figures = 2 if premium else 3  # IC, spread, and the IC as usual
    assert len(both) == figures * windows * len(factor_calibration.HORIZONS)
    for name, found in both.items():
        assert name.startswith(kind)
        assert found == [*hits[f"{name}, value alone"], *hits[f"{name}, momentum alone"]]
    results = list(factor_calibration._results(hits))
    held = {result["name"]: result["met"] for result in results if result["target"]}
    assert {*held} == {name for name in both if not (premium or name.endswith("usual"))}
    for result in results:
        assert result["measured"] == np.mean(hits[result["name"]]).round(4)
