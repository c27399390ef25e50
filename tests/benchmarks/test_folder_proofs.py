"""The proofs about folders of results find what they look for."""

import importlib.util
import json
import random
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def fuzz():
    spec = importlib.util.spec_from_file_location("record_fuzz", BENCHMARKS / "record_fuzz.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["record_fuzz"] = module
    spec.loader.exec_module(module)
    return module


FILES = {
    "run.json": json.dumps({"a": [1, 2.5, "x"], "b": {"c": None}, "sha256": "0"}).encode(),
    "daily.parquet": bytes(range(256)),
    "bars.parquet": bytes(range(256)),
    ".manifest.json": b"{}",
}


def test_equal_seeds_give_equal_damage_and_others_other(fuzz):
    made = [fuzz.damaged(FILES, random.Random(seed)) for seed in (*range(200), *range(200))]
    assert made[:200] == made[200:]
    assert len({tuple(sorted(files.items())) for files in made}) > 150
    assert all(files != FILES for files in made)


def test_a_traceback_and_a_second_line_are_faults(fuzz, monkeypatch):
    from btplaybook.runners.command import cli

    def ending(code, *lines):
        def main():
            print(*lines, sep="\n", file=sys.stderr)
            raise SystemExit(code)

        return main

    monkeypatch.setattr(sys, "argv", [])
    for main, code, is_fault in (
        (ending(0), 0, False),
        (ending(2, "btplaybook: wrong"), 2, False),
        (ending(2, "a word on the way", "btplaybook: wrong"), 2, False),
        (ending(2, "btplaybook: wrong", "and more"), 2, True),
        (ending(2), 2, True),
        (ending(7, "btplaybook: wrong"), 7, True),
        (lambda: {}["gone"], "traceback", True),
    ):
        monkeypatch.setattr(cli, "main", main)
        ended, fault = fuzz._ended(["rerun", "x"])
        assert (ended, bool(fault)) == (code, is_fault)
