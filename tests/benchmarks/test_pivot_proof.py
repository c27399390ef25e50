"""The run over all sets of the pivot rule goes on where it was killed, with the same result."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from btplaybook.search.kernels.pivot.space import PivotSpace

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SPACE = PivotSpace(
    slow=(20, 60),
    fast=(1, 5),
    span=(20, 80),
    regime=(0.0, 1.0),
    angle=(0.0, 45.0, 81.0, 90.0),
    bias=tuple(round(0.1 * k, 1) for k in range(-3, 4)),
    band_long=(0.0, 0.3),
    band_short=(0.0, 0.3),
)


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def proof():
    spec = importlib.util.spec_from_file_location("pivot_proof", BENCHMARKS / "pivot_proof.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pivot_proof"] = module
    spec.loader.exec_module(module)
    module.TOP = 0.1
    return module


@pytest.fixture(scope="module")
def market(proof, realdata):
    return proof.Market(realdata)


def test_after_a_kill_it_ends_with_the_same_bytes(proof, market, tmp_path, monkeypatch):
    alone, _ = proof.whole(market, SPACE, tmp_path / "alone")
    stored = proof.stored

    def dies(state, key, done, *rest):
        if done == 3:
            state.with_suffix(".new").write_bytes(b"half of it")
            raise Killed
        stored(state, key, done, *rest)

    monkeypatch.setattr(proof, "stored", dies)
    with pytest.raises(Killed):
        proof.whole(market, SPACE, tmp_path / "killed")
    monkeypatch.setattr(proof, "stored", stored)
    resumed = proof.loaded(tmp_path / "killed" / "state.npz", proof.key_of(market, SPACE))
    assert resumed[0] == 2
    found, _ = proof.whole(market, SPACE, tmp_path / "killed")
    assert found.rules == alone.rules == SPACE.n_rules
    for name in ("beating", "best", "top"):
        assert getattr(found, name).tobytes() == getattr(alone, name).tobytes()
    assert len(found.top) == round(0.1 * SPACE.n_rules)


def test_a_state_of_another_space_is_not_taken(proof, market, tmp_path):
    found, seconds = proof.whole(market, SPACE, tmp_path)
    state = tmp_path / "state.npz"
    assert proof.loaded(state, "another") == (0, 0.0, None)
    report = proof.described(market, SPACE, found, seconds)
    best = report["best"]["points"]
    assert best["points"] == pytest.approx(found.best[0, 0], rel=1e-12)
    assert report["sets"] == SPACE.n_sets == 64 * 28
    assert 0.4 < best["win_rate"] < 0.7


def test_without_bands_the_best_bias_is_at_least_the_grids(proof, market):
    found = proof.without_bands(market, SPACE)
    layout = proof.layout_of(market.weights, market.returns, market.first, [market.end])
    sums = proof.LineSums(proof.Forces(market.close), layout, SPACE)
    plain = []
    for line in SPACE.lines:
        of_line = sums(line)
        sets = np.arange(7) * 4  # both bands 0
        plain.append(of_line.gains[-1, 0, of_line.levels.rule_of_set[sets]].max())
    assert found["best"]["points"] >= max(plain)
