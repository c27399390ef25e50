"""The first crossing between two levels, of results that need not fall evenly."""

import pytest

from btplaybook.runners.runs.again.break_even import break_even, together

LEVELS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 999.0)


def found_in(gain, target=0.0):
    """Search one function; also return the levels that were run, round by round."""
    known, rounds = {}, []

    def run(levels):
        rounds.append(levels)
        known.update((level, gain(level)) for level in levels)

    (found,) = together([break_even(known.__getitem__, target, LEVELS)], run)
    return found, rounds


@pytest.mark.parametrize(
    ("gain", "target", "bps", "why"),
    [
        pytest.param(lambda bps: 0.3 - bps / 25, 0.0, 7.5, None, id="between two levels"),
        pytest.param(lambda bps: 0.5 - bps / 25, 0.3, 5.0, None, id="over holding, at a level"),
        pytest.param(lambda bps: 2.0 * 0.98**bps - 1.0, 0.0, 34.3, None, id="compounded"),
        pytest.param(lambda bps: -1.0 if bps > 333.0 else 0.2, 0.0, 333.0, None, id="a cliff"),
        pytest.param(
            lambda bps: (3.0 - bps) * (8.0 - bps) / 99, 0.0, 3.0, None, id="the first of two"
        ),
        pytest.param(lambda bps: 0.0, 0.0, None, "no gain", id="nothing to lose"),
        pytest.param(lambda bps: 1.0, 0.0, None, "beyond", id="never"),
        pytest.param(lambda bps: None, 0.0, None, "stopped", id="stopped at once"),
        pytest.param(
            lambda bps: None if bps > 9.0 else 1.0, 0.0, None, "stopped", id="stopped on the way"
        ),
    ],
)
def test_break_even(gain, target, bps, why):
    found, _ = found_in(gain, target)
    assert found["why"] == why
    assert found["slippage_bps"] == (None if bps is None else pytest.approx(bps, abs=0.26))


def test_an_even_loss_takes_one_more_round_after_its_levels():
    *levels, around = found_in(lambda bps: 2.0 * 0.98**bps - 1.0)[1]
    assert levels == [[0.0], [1.0, 2.0], [5.0, 10.0], [20.0, 50.0]]
    assert around == pytest.approx([34.06, 34.56], abs=0.01)  # ln 2 / -ln 0.98 = 34.31


def test_two_searches_share_their_rounds():
    known, rounds = {}, []

    def run(levels):
        rounds.append(levels)
        known.update((level, 0.3 - level / 25) for level in levels)

    searches = [break_even(known.__getitem__, target, LEVELS) for target in (0.0, 0.2)]
    over_zero, over_held = together(searches, run)
    assert over_zero["slippage_bps"] == pytest.approx(7.5, abs=0.26)
    assert over_held["slippage_bps"] == pytest.approx(2.5, abs=0.26)
    assert rounds[0] == [0.0, 0.0]
