"""When forecasts are leaned on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.gate import verdict

nan = math.nan
ics = some.lists(some.one_of(some.just(nan), some.floats(-1.0, 1.0)), max_size=20)


@pytest.mark.parametrize(
    ("realised", "optimise", "mean", "n", "reason"),
    [
        pytest.param([], False, nan, 0, "no forecasts judged so far, 3 needed", id="none yet"),
        pytest.param([0.5], False, 0.5, 1, "1 forecast judged so far, 3 needed", id="one"),
        pytest.param(
            [0.1, nan, 0.2, nan], False, 0.15, 2, "2 forecasts judged so far, 3 needed", id="NaN"
        ),
        pytest.param(
            [0.1, 0.0, -0.04],
            True,
            0.02,
            3,
            "mean IC of the last 3 forecasts is +0.020, not below 0",
            id="good",
        ),
        pytest.param(
            [0.1, 0.0, -0.193],
            False,
            -0.031,
            3,
            "mean IC of the last 3 forecasts is -0.031, below 0",
            id="poor",
        ),
        pytest.param(
            [1.0, 1.0, -0.1, -0.1, -0.1, -0.1, nan, -0.1, -0.1],
            False,
            -0.1,
            6,
            "mean IC of the last 6 forecasts is -0.100, below 0",
            id="what is long ago is forgotten",
        ),
        pytest.param(
            [0.0] * 6,
            True,
            0.0,
            6,
            "mean IC of the last 6 forecasts is +0.000, not below 0",
            id="on the threshold",
        ),
    ],
)
def test_by_hand(realised, optimise, mean, n, reason):
    found = verdict(realised)
    assert found.optimise is optimise
    assert found.mean_ic == pytest.approx(mean, abs=1e-12, nan_ok=True)
    assert found.n == n
    assert found.reason == reason


def test_the_parameters():
    found = verdict([0.3, 0.1, 0.03], window=1, least=1, threshold=0.05)
    assert found.reason == "mean IC of the last 1 forecast is +0.030, below 0.05"
    assert not found.optimise
    assert verdict([0.3, 0.1, 0.03], window=2, least=1, threshold=0.05).optimise


@given(ics, some.integers(1, 8), some.floats(-1.0, 1.0), some.floats(-1.0, 1.0))
def test_laws(realised, window, threshold, lower):
    """Unknown ICs do not matter; better ones, or a lower threshold, never close the gate."""
    found = verdict(realised, window=window, least=1, threshold=threshold)
    known = [ic for ic in realised if not math.isnan(ic)]
    assert verdict(known, window=window, least=1, threshold=threshold).reason == found.reason
    assert found.n == min(window, len(known))
    if found.optimise:
        better = [min(ic + 0.1, 1.0) for ic in realised]
        assert verdict(better, window=window, least=1, threshold=threshold).optimise
        least = min(lower, threshold)
        assert verdict(realised, window=window, least=1, threshold=least).optimise


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"least": 0}, "least must be from 1 to window, 6, got 0"),
        ({"least": 7}, "least must be from 1 to window, 6, got 7"),
        ({"threshold": 1.5}, r"threshold must be in \[-1, 1\], got 1.5"),
        ({"threshold": nan}, r"threshold must be in \[-1, 1\], got nan"),
    ],
    ids=str,
)
def test_refuses(changed, words):
    with pytest.raises(StrategyError, match=words):
        verdict([0.1] * 6, **changed)
