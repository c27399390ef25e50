"""What is measured beside a search: by its size alone, within some seconds."""

import importlib.util
import sys
from pathlib import Path

import pytest

from btplaybook.runners.worth import effort as patched


@pytest.fixture(scope="module")
def effort():
    """The module as users have it; the tests' own makes few markets."""
    spec = importlib.util.spec_from_file_location("effort_itself", Path(patched.__file__))
    module = sys.modules["effort_itself"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("sets", "bars", "kernel", "family", "runs"),
    [
        (299, 5_206, "SmaFamilyEvaluator", False, 200),
        (299, 8_400, "GeneralEvaluator", True, 200),
        (1_400, 660, "SignFamilyEvaluator", False, 200),
        (1_400, 8_400, "SignFamilyEvaluator", False, 200),
        (1_000, 8_400, "GeneralEvaluator", True, 107),
        (100, 5_000, "GeneralEvaluator", False, 151),
        (30_000, 5_000, "SmaFamilyEvaluator", False, 20),
        (1_000_000, 5_000, "SmaFamilyEvaluator", False, 0),
    ],
)
def test_quick_makes_as_many_markets_as_there_is_time_for(effort, sets, bars, kernel, family, runs):
    found = effort.effort("quick", sets, bars, kernel, family)
    assert found.placebo_runs == runs
    one = effort.market_seconds(sets, bars, kernel, family)
    assert runs * one <= effort.QUICK_SECONDS  # of two kinds on two cores
    assert runs == 200 or (runs + 1) * one > effort.QUICK_SECONDS  # as many as fit
    assert 1 <= found.at_once <= 8
    assert found.at_once == 1 or found.at_once * one <= 0.1  # a kill loses no more


def test_full_makes_a_thousand_and_two_hundred_of_runs(effort):
    assert effort.effort("full", 10**6, 5_000, "GeneralEvaluator", False).placebo_runs == 1_000
    assert effort.effort("full", 100, 5_000, "RunEvaluator", False).placebo_runs == 200


def test_a_walk_forward_is_shifted_where_there_is_time(effort):
    assert effort.forward_fits("quick", 0.5, 6) == (True, True)
    assert effort.forward_fits("quick", 2.0, 6) == (True, False)
    assert effort.forward_fits("quick", 9.0, 6) == (False, False)
    assert effort.forward_fits("full", 9.0, 6) == (True, True)
