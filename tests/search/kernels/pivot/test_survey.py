"""A survey of a space against all its sums at once, in parts and whole."""

import numpy as np
import pytest

from btplaybook.search.kernels.pivot.line_sums import LineSums, layout_of
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.space import PivotSpace
from btplaybook.search.kernels.pivot.survey import merged, survey

SPACE = PivotSpace(
    slow=(8, 13),
    fast=(1, 2),
    span=(5, 20),
    regime=(0.0, 1.0),
    angle=(0.0, 45.0, 90.0),
    bias=tuple(round(0.1 * k, 1) for k in range(-4, 5)),
    band_long=(0.0, 0.1, 0.4),
    band_short=(0.0, 0.1, 0.4),
)
ALL = range(len(SPACE.lines))


@pytest.fixture(scope="module")
def sums():
    close = np.round(
        50.0 * np.exp(0.01 * np.random.default_rng(7).standard_normal(400).cumsum()), 1
    )
    points = np.append(np.diff(close), 0.0)
    weights = np.vstack([points, points / close])
    return LineSums(Forces(close), layout_of(weights, points, 30, [399]), SPACE)


def asked(sums, keep):
    held = sums.layout.weights[:, 30:399].sum(axis=1)
    return {"held": held, "switches": (10.0, 20.0), "keep": keep}


@pytest.mark.parametrize("keep", [1, 50, 100_000])
def test_a_survey_is_all_sums_sorted(sums, keep):
    found = survey(sums, ALL, **asked(sums, keep))
    rows = []
    for number in ALL:
        line = sums(SPACE.lines[number])
        for rule in range(line.levels.n_sets.size):
            gains, turns = line.gains[-1, :, rule], line.counts[-1, 0, rule]
            place = number, line.levels.first_set[rule]
            rows.append((*gains, turns, *place, line.levels.n_sets[rule]))
    points, percent, turns, numbers, sets, alike = map(np.array, zip(*rows, strict=True))
    held = asked(sums, keep)["held"]
    assert found.beating.tolist() == [
        alike[points > held[0]].sum(),
        alike[percent > held[1]].sum(),
    ]
    order = np.lexsort((sets, numbers, -points))
    top = order[:keep]
    assert found.top["gain"].tolist() == points[top].tolist()
    assert found.top["line"].tolist() == numbers[top].tolist()
    assert found.top["set"].tolist() == sets[top].tolist()
    inside = np.flatnonzero((turns >= 10) & (turns <= 20))
    for row, gains, among in (
        (0, points, np.arange(points.size)),
        (1, percent, np.arange(points.size)),
        (2, points, inside),
    ):
        best = among[np.lexsort((sets[among], numbers[among], -gains[among]))[0]]
        assert found.best[row].tolist() == [gains[best], numbers[best], sets[best]]


def test_parts_in_any_order_are_the_whole(sums):
    """A part may leave out what a full top of others is above already."""
    whole = survey(sums, ALL, **asked(sums, 40))
    early = survey(sums, ALL[:9], **asked(sums, 40))
    late = survey(sums, ALL[9:], **asked(sums, 40), floor=float(early.top["gain"][-1]))
    for parts in ([early, late], [late, early]):
        together = merged(parts, 40)
        assert together.rules == whole.rules
        for name in ("beating", "best", "top"):
            assert getattr(together, name).tobytes() == getattr(whole, name).tobytes()


def test_no_set_within_the_limits(sums):
    found = survey(sums, ALL[:2], **asked(sums, 5) | {"switches": (1e6, 2e6)})
    assert found.best[2].tolist() == [-np.inf] * 3
