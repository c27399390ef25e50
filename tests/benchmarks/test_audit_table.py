"""The audit's table holds each verdict against the one that is deserved."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def table():
    for name in ("audit_cheats", "audit_honest", "audit_table"):
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
            sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
    return sys.modules["audit_table"]


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("OnMondays", "look-ahead", "one by one"),
        ("ReadsTomorrowsRow (month_end=True)", "look-ahead", "truncated"),
        ("FollowsEbit (restated early)", "look-ahead", "truncated"),
        ("ReadsTomorrowsCountry (ahead=1)", "look-ahead", "scrambled"),
        ("FollowsEbit (as filed)", "green", ""),
        ("RemembersARun", "not reproducible", "run again"),
        ("WritesAndRestores", "stopped", "writes to its feed"),
        ("ReadsAFile", "told", "reads future.csv"),
        ("OwnDeque", "green", ""),
    ],
)
def test_a_verdict_says_how_it_was_found(table, name, verdict, words):
    (case,) = [case for case in table.cases() if case.name == name]
    assert case.verdict == verdict
    few = {} if case.params else {"n_bars": 150, "cuts": 2}
    found, said = table.judged(case, **few)
    assert found == verdict
    assert said.startswith(words) or words in said


def test_a_wrong_verdict_is_marked_and_counted(table, monkeypatch, capsys):
    (case,) = [case for case in table.cases() if case.name == "WritesToItsFeed"]
    monkeypatch.setattr(table, "cases", lambda: [case, case._replace(verdict="green")])
    assert table.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert "WRONG" not in lines[0]
    assert lines[1].endswith("WRONG, it deserves green")
    assert lines[2] == "1 of 2 judged rightly"
