import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.analyzers.market.ex_dates import ex_dividend_sides
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.runs.run import run
from btplaybook.strategies.rules.sma_switch import sma_side


@pytest.mark.parametrize(
    ("dividend", "held", "counts"),
    [
        pytest.param([0, 1, 0, 1], [1, -1, -1, 0], (1, 1, 0), id="the night before counts"),
        pytest.param([1, 0, 0, 0], [1, 1, 1, 1], (0, 0, 0), id="nobody holds before the first bar"),
        pytest.param([0, 0, 0, 1], [1, 1, 0, 1], (0, 0, 1), id="bought on the ex-date"),
        pytest.param([0, 1, 1, 1], [0.2, -3.0, 0.0, 1.0], (1, 1, 1), id="sizes do not matter"),
        pytest.param([0, 0, 0, 0], [1, 1, 1, 1], (0, 0, 0), id="no dividend"),
        pytest.param([1], [1], (0, 0, 0), id="a single bar"),
    ],
)
def test_by_hand(dividend, held, counts):
    sides = ex_dividend_sides(dividend, held)
    assert sides == dict(zip(("long", "short", "flat"), counts, strict=True))


@pytest.mark.parametrize(
    ("dividend", "held", "words"),
    [
        ([], [], "held_overnight must not be empty"),
        ([0.0], [1.0, 1.0], "dividend must have one value a bar, 2, got 1"),
        ([0.0, np.nan], [1.0, 1.0], "dividend must be finite, got nan at index 1"),
        ([0.0, -0.5], [1.0, 1.0], "dividend must be 0 or more, got -0.5 at index 1"),
        ([0.0, 0.5], [np.nan, 1.0], "held_overnight must be finite, got nan at index 0"),
    ],
)
def test_what_is_refused(dividend, held, words):
    with pytest.raises(ValueError, match=words):
        ex_dividend_sides(dividend, held)


@given(some.lists(some.tuples(some.sampled_from([0.0, 0.4]), some.integers(-1, 1)), min_size=1))
def test_against_a_plain_loop(rows):
    """Every ex-date but one on the first bar has a side; the mirror swaps long and short."""
    dividend, held = (np.array(values, dtype=float) for values in zip(*rows, strict=True))
    copies = dividend.copy(), held.copy()
    sides = ex_dividend_sides(dividend, held)
    assert sides["long"] == sum(
        due > 0 and before > 0 for due, before in zip(dividend[1:], held, strict=False)
    )
    assert sum(sides.values()) == np.count_nonzero(dividend[1:])
    mirrored = ex_dividend_sides(dividend, -held)
    assert (mirrored["long"], mirrored["short"]) == (sides["short"], sides["long"])
    assert np.array_equal(dividend, copies[0])
    assert np.array_equal(held, copies[1])


def test_a_run_counts_the_same():
    table = simulated_bars(5)
    bars = table.between(None, str(table.dates[599]))
    ran = run("sma-switch", bars, period=8, strips=False).metrics["ex_dividend"]
    assert ran == ex_dividend_sides(bars.dividend, sma_side(bars.close, 8, False))
    assert min(ran["long"], ran["short"]) > 0
