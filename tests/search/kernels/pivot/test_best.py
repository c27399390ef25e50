"""The best sets of random lines: against the rule on every set, and what a seed means."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from btplaybook.search.errors import SearchError
from btplaybook.search.kernels.pivot.best import best_of, drawn_lines, neighbours
from btplaybook.search.kernels.pivot.space import Line, PivotSpace, published_space
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.pivot import SEEN, pivot_side

SPACE = PivotSpace(
    slow=(8, 13, 21),
    fast=(1, 2, 3),
    span=(5, 20),
    regime=(0.0, 1.0),
    angle=(0.0, 30.0, 60.0, 90.0),
    bias=(-0.2, 0.0, 0.2),
    band_long=(0.0, 0.4),
    band_short=(0.0, 0.4),
)


@pytest.fixture(scope="module")
def close():
    return 50.0 * np.exp(0.01 * np.random.default_rng(5).standard_normal(300).cumsum())


def sides_of(close, parameters):
    order = ("slow", "fast", "span", "angle", "regime", "bias", "band_long", "band_short")
    seen = np.empty((close.size + 1, SEEN))
    return compiled(pivot_side)(close, False, *(parameters[k] for k in order), 0, 0.0, seen)


def test_no_set_of_the_rule_gains_more(close):
    weights = np.append(np.diff(close), np.nan)
    lines = drawn_lines(SPACE, 10, 1)
    found = best_of(close, weights, SPACE, first=30, ends=[100, 250, 299], n_lines=10, seed=1)
    for best in found:
        gains = [
            sides_of(close, SPACE.parameters(line, k))[30 : best.end] @ weights[30 : best.end]
            for line in lines
            for k in range(SPACE.sets_per_line)
        ]
        assert best.gain == pytest.approx(max(gains), rel=1e-12)
        sides = sides_of(close, best.parameters)[30 : best.end + 1]
        assert sides[:-1] @ weights[30 : best.end] == pytest.approx(best.gain, rel=1e-12)
        assert best.switches == np.count_nonzero(np.diff(sides))
        assert (best.sets, best.idle) == (10 * 12, 0)


def test_ends_together_are_ends_alone(close):
    weights = np.append(np.diff(close), 0.0)
    ends = [90, 154, 299]
    together = best_of(close, weights, SPACE, first=26, ends=ends, refine=3)
    alone = [best_of(close, weights, SPACE, first=26, ends=[end], refine=3)[0] for end in ends]
    for one, other in zip(together, alone, strict=True):
        assert one.gain == pytest.approx(other.gain, rel=1e-12)
        assert replace(one, gain=0.0) == replace(other, gain=0.0)


def test_refinement_stays_in_the_space_and_never_loses(close):
    weights = np.append(np.diff(close), 0.0)
    plain = best_of(close, weights, SPACE, first=30, ends=[299], n_lines=3, seed=2)[0]
    refined = best_of(close, weights, SPACE, first=30, ends=[299], n_lines=3, seed=2, refine=9)[0]
    everything = best_of(close, weights, SPACE, first=30, ends=[299], n_lines=None)[0]
    assert plain.gain <= refined.gain <= everything.gain
    assert plain.sets < refined.sets <= everything.sets == SPACE.n_sets


def test_neighbours_by_hand():
    near = neighbours(replace(SPACE, least_ratio=8.0), Line(13, 1, 5, 0.0, 90.0))
    assert {line[:2] for line in near} == {(8, 1), (13, 1), (21, 1), (21, 2)}
    assert {line[2:] for line in near} == {
        (span, regime, angle) for span in (5, 20) for regime in (0.0, 1.0) for angle in (60.0, 90.0)
    }


def test_the_published_count_is_that_of_all_pairs_of_averages():
    space, apart = published_space(), published_space(4.0)
    assert (len(space.lines), space.n_sets) == (527_040, 2_614_645_440)
    assert len(apart.lines) == 453_840
    assert len(set(drawn_lines(space, 2000, 3))) == 2000
    assert drawn_lines(space, 50, 3) == drawn_lines(space, 50, 3) != drawn_lines(space, 50, 4)


def test_lines_by_their_number():
    lines = SPACE.lines
    axes = (SPACE.slow, SPACE.fast, SPACE.span, SPACE.regime, SPACE.angle)
    every = [Line(*values) for values in product(*axes) if SPACE.has(*values[:2])]
    assert [lines[k] for k in range(len(lines))] == [*lines] == every
    assert [lines.number_of(line) for line in every] == [*range(len(lines))]
    assert lines[5:40:7] == tuple(every[5:40:7])
    assert lines[-1] == every[-1]
    with pytest.raises(IndexError):
        lines[len(lines)]
    with pytest.raises(ValueError, match="not in"):
        lines.number_of(every[0]._replace(angle=1.25))


@pytest.mark.parametrize("wrong", [{"n_lines": 0}, {"refine": -1}])
def test_refused(close, wrong):
    with pytest.raises(SearchError, match="got"):
        best_of(close, np.zeros(300), SPACE, first=30, ends=[299], **wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slow": (5, 5)}, "twice"),
        ({"fast": (0,)}, "whole numbers"),
        ({"angle": (91.0,)}, "0 to 90"),
        ({"least_ratio": 99.0}, "some slow"),
    ],
)
def test_spaces_are_checked(change, words):
    with pytest.raises(SearchError, match=words):
        replace(SPACE, **change)
