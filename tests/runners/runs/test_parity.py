"""Plain backtrader strategies do in our account what they do in backtrader's own.

Every notification, trade, position, and the cash and value that the strategy sees at each bar agree
to 1e-9, where nothing is charged; where the account is meant to differ, the first notification that
does is pinned. The strategies are in `guests`, the comparison is `benchmarks/parity.py`.
"""

import functools
import importlib.util
import re
import sys
from pathlib import Path

import pytest

import btplaybook
from btplaybook.runners.runs.run import run

ROOT = Path(__file__).parents[3]
BENCHMARK = ROOT / "benchmarks" / "parity.py"
PAGE = (ROOT / "docs/pages/any_strategy.md").read_text(encoding="utf-8")


def _parity():
    spec = importlib.util.spec_from_file_location("parity", BENCHMARK)
    module = sys.modules["parity"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


parity = _parity()
MEANT = {(one.case.name, one.fill) for one in parity.DIFFERENCES}


def _named(case):
    return case.name.replace(" ", "-")


@pytest.mark.parametrize("case", parity.CASES, ids=_named)
def test_orders_fills_cash_and_value_are_backtraders(case):
    runs = parity.compared(case)
    differs = [name for name, *_ in runs if (case.name, name) in MEANT]
    _, first, _ = runs[0]
    sent = len({row[1] for row in first["orders"]})
    fills = sum(row[2] == "Completed" for row in first["orders"])
    row = re.search(rf"^\| {re.escape(case.name)} \| .* (\|.*\|.*\|.*\|)$", PAGE, re.MULTILINE)
    assert row[1] == f"| {sent} | {fills} | {', '.join(differs) or 'nowhere'} |"
    for name, theirs, mine in runs:
        assert len(theirs["orders"]) > 20
        assert theirs["trades"]
        if (case.name, name) not in MEANT:
            assert parity.differences(theirs, mine) == []
            assert mine["value"] == pytest.approx(theirs["value"], rel=1e-9)


def test_the_cases_are_enough():
    kinds = {case.strategy for case in parity.OWN}, {case.strategy for case in parity.SAMPLES}
    assert [len(each) >= least for each, least in zip(kinds, (12, 8), strict=True)] == [True, True]


@pytest.mark.parametrize("case", parity.HABITS, ids=_named)
def test_what_people_write_is_answered_as_by_backtrader(case, capsys):
    theirs, mine = parity.stock(case), parity.ours(case)
    assert theirs["seen"]
    assert parity.differences(theirs, mine) == []
    assert parity.differences(theirs, parity.ours(case, preload=False)) == []
    assert "starting with 100000" in capsys.readouterr().out


@pytest.mark.parametrize(
    "one", parity.DIFFERENCES, ids=lambda one: f"{_named(one.case)}-{one.fill}"
)
def test_where_the_account_is_meant_to_differ(one, capsys):
    theirs, mine = parity.stock(one.case, fill=one.fill), parity.ours(one.case, fill=one.fill)
    assert parity.first_told(theirs, mine) == [one.stock, one.ours]
    assert f"| {one.why} | {one.case.name} | {one.fill} |" in PAGE


def test_the_example_of_the_page_runs(monkeypatch, capsys):
    short = functools.partial(run, strips=False)
    monkeypatch.setattr(btplaybook, "run", short, raising=False)
    code, *_ = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {"__name__": __name__})
    assert re.fullmatch(r"-?0\.\d{4}, \d+ fills\n", capsys.readouterr().out)


@pytest.mark.parametrize("case", [parity.OWN[0], parity.SAMPLES[0]], ids=_named)
def test_a_run_is_the_same_run(case):
    result = run(
        parity.GUESTS / case.strategy,
        parity.market_of(case.market),
        params=case.params,
        cash=parity.CASH,
        analyzers={"diary": parity.Diary},
        strips=False,
    )
    theirs = parity.stock(case)
    assert parity.differences(theirs, result.analyses["diary"]) == []
    assert result.equity.to_numpy() == pytest.approx([row[2] for row in theirs["days"]], rel=1e-9)
    assert result.metrics["pnl"]["residual"] == pytest.approx(0.0, abs=1e-9 * parity.CASH)


def test_a_strategy_that_ends_its_run_is_measured_up_to_there(capsys):
    (case,) = [case for case in parity.HABITS if case.strategy.endswith("StopsTheRun")]
    result = run(parity.GUESTS / case.strategy, parity.market_of("one"), strips=False)
    assert len(result.equity) == 90
    assert "ending with" in capsys.readouterr().out
