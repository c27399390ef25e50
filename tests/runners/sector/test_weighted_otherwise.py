"""Which other books a sector book is compared with."""

from types import SimpleNamespace

import pandas as pd
import pytest

from btplaybook.runners.runs.sector.weighted_otherwise import equity_of_variants

MINE = pd.Series([1.0, 2.0])


@pytest.mark.parametrize(
    ("weighting", "gate", "names", "asked"),
    [
        ("mean_variance", True, ["gate on", "gate off", "never optimised"],
         [{"gate": False}, {"weighting": "equal_variance"}]),
        ("mean_drawdown", False, ["gate off", "gate on", "never optimised"],
         [{"gate": True}, {"weighting": "equal_variance"}]),
        ("inverse_variance", True, ["inverse variance"], []),
    ],
)  # fmt: skip
def test_the_run_comes_first_and_the_others_are_run(weighting, gate, names, asked):
    runs = []

    def run(**changes):
        runs.append(changes)
        return pd.Series([float(len(runs))])

    params = SimpleNamespace(weighting=weighting, gate=gate)
    found = equity_of_variants(MINE, params, run)
    assert list(found) == names
    assert found[names[0]] is MINE
    assert runs == asked
