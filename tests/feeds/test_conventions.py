"""What all parts agree on is said in a file that all of them may import: it imports nothing."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import MOMENTS
from btplaybook.brokers.sizing import target_shares
from btplaybook.feeds import arrays, conventions
from btplaybook.search.ledger import FILLS
from btplaybook.search.screen import REBALANCE


def test_it_imports_nothing():
    tree = ast.parse(Path(conventions.__file__).read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_the_types_of_arrays_import_numpy_alone():
    tree = ast.parse(Path(arrays.__file__).read_text(encoding="utf-8"))
    froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert froms == {"__future__", "numpy.typing"}


def test_the_parts_know_the_same_words():
    assert tuple(MOMENTS) == conventions.FILLS == tuple(FILLS)[:3]
    assert all(FILLS[fill][1] == moment for fill, moment in MOMENTS.items())
    assert conventions.REBALANCES[:2] == REBALANCE


@pytest.mark.parametrize(
    ("shares", "whole"),
    [(99.9999999999, 100.0), (99.99999999, 99.0), (-2.9999999995, -3.0), (0.5, 0.0), (7.0, 7.0)],
)
def test_whole_shares_forgive_a_billionth(shares, whole):
    assert target_shares(shares, 1.0, 1.0, whole=True) == whole
    assert np.sign(shares) * np.floor(abs(shares) + conventions.FORGIVEN) == whole
    assert math.copysign(1.0, target_shares(-0.5, 1.0, 1.0, whole=True)) == -1.0
