"""`list --json` and `describe --json`: what is said is what the strategies do."""

import inspect
import json
import os
import subprocess
import sys

import pytest

from btplaybook.runners.runs import registry
from btplaybook.runners.runs.found.described import BAR_BY_BAR, KERNEL
from btplaybook.runners.runs.found.docstring import parts
from btplaybook.search.space import Space
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.checks import check

KEYS = [
    "name", "title", "summary", "source", "class", "distribution", "sends_orders", "search",
    "parameters",
]  # fmt: skip

GUESTS = '''
import backtrader as bt
from btplaybook.strategies.sma_switch import SmaSwitch

print("a greeting")


class Faster(SmaSwitch):
    """A faster switch."""

    params = (("period", 20), ("note", "x"))

    def rule_position(self):
        return super().rule_position()


class Plain(bt.Strategy):
    params = (
        ("fast", 0.5), ("of", bt.ind.SMA), ("on", True), ("off", None), ("least", float("-inf")),
    )
'''


@pytest.fixture
def told(command):
    def call(*arguments):
        ended = command(*arguments, "--json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    return call


@pytest.fixture
def guests(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guests.py").write_text(GUESTS)


def parameter(described, name):
    (found,) = [each for each in described["parameters"] if each["name"] == name]
    return found


def test_the_list_holds_every_strategy_in_order(told):
    listed = told("list")
    assert [each["name"] for each in listed] == list(registry.registered())
    assert all(list(each) == KEYS for each in listed)
    assert {each["distribution"] for each in listed} == {"btplaybook"}


def test_what_the_list_says_of_the_switch(told):
    (switch,) = [each for each in told("list") if each["name"] == "sma-switch"]
    assert switch == {
        "name": "sma-switch",
        "title": "SMA switch",
        "summary": "Long on one side of the moving average, short on the other.",
        "source": '"Developing A Robust ETF Trading Algorithm", Seeking Alpha, 1 November 2013, '
        '"A Simple Model\nFirst", Graphs 2 and 3.',
        "class": "btplaybook.strategies.sma_switch:SmaSwitch",
        "distribution": "btplaybook",
        "sends_orders": False,
        "search": "kernel",
        "parameters": switch["parameters"],
    }
    assert switch["parameters"][:2] == [
        {
            "name": "period",
            "default": 200,
            "type": "int",
            "doc": "Bars in the average, from 1 to 1,000,000 (200).",
            "values": None,
            "least": 1,
            "most": 1_000_000,
            "settable": True,
            "space": "period=100..400:15",
        },
        {
            "name": "direction",
            "default": "trend",
            "type": "str",
            "doc": "Long above the average, or below it.",
            "values": ["trend", "reversion"],
            "least": None,
            "most": None,
            "settable": True,
            "space": "direction=trend|reversion",
        },
    ]


def test_how_each_strategy_is_searched(told):
    by_runs = {each["name"] for each in told("list") if each["search"] == BAR_BY_BAR}
    assert by_runs == {"sector-long-short", "session-switch"}  # see `evaluator_for`


def test_two_processes_print_the_same_bytes():
    def printed(seed):
        command = [sys.executable, "-m", "btplaybook.runners", "describe", "sign-s4", "--json"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    assert printed("1") == printed("2")


@pytest.mark.parametrize("name", registry.registered())
def test_a_description_has_the_parts_of_the_docstring(told, name):
    described, kind = told("describe", name), registry.resolve(name)
    for heading, text in parts(kind).items():
        if heading not in ("", "Parameters"):
            assert described[heading.lower()] == text
    assert described["doc"] == inspect.getdoc(kind)
    assert [each["name"] for each in described["parameters"]] == list(registry.parameters(kind))
    assert all(each["doc"] and each["type"] for each in described["parameters"])


def accepts(kind, **changed):
    params = {**registry.parameters(kind), **changed}
    if kind.rule_call(params) is None and "gate" in params:
        check(type("Params", (), params))


DECLARED = [
    pytest.param(kind, name, id=f"{kind.__name__}-{name}")
    for kind in map(registry.resolve, registry.registered())
    for name in registry.parameters(kind)
    if kind.__name__ != "SessionSwitch"  # which checks its two choices as it is built
]


@pytest.mark.parametrize(("kind", "name"), DECLARED)
def test_the_ends_of_a_range_are_those_of_the_strategy(told, kind, name):
    said = parameter(told("describe", registry.name_of(kind)), name)
    for end, beyond in ((said["least"], -1), (said["most"], 1)):
        if end is not None:
            accepts(kind, **{name: end, **({"cap": 1.0} if name == "names" else {})})
            with pytest.raises(StrategyError, match=name):
                accepts(kind, **{name: end + beyond})
    if said["values"] and isinstance(said["default"], str):
        for value in said["values"] if name != "short_via" else ():
            accepts(kind, **{name: value})
            with pytest.raises(StrategyError, match=name):
                accepts(kind, **{name: f"{value}?"})
    if said["space"]:
        (values,) = Space.parse(said["space"]).values
        assert said["default"] in values or said["values"] is None
        assert 2 <= len(values) <= 41
        for value in (values[0], values[-1]) if name != "cap" else (values[-1],):
            accepts(kind, **{name: value})


def test_a_file_of_ones_own(told, guests):
    faster = told("describe", "guests.py:Faster")
    assert (faster["name"], faster["class"]) == ("guests.py:Faster", "guests.py:Faster")
    assert faster["distribution"] is None
    assert faster["rule"] is None
    assert faster["doc"] == "A faster switch."
    assert faster["subclass_of"] == {"name": "sma-switch", "overrides": ["rule_position"]}
    assert faster["code"]["file"] == "guests.py"
    assert faster["search"] == KERNEL
    period = parameter(faster, "period")
    assert (period["default"], period["least"], period["space"]) == (20, 1, "period=10..40")
    assert parameter(faster, "direction")["values"] == ["trend", "reversion"]
    note = parameter(faster, "note")
    assert (note["default"], note["doc"], note["space"]) == ("x", None, None)


def test_a_plain_strategy_of_backtrader(told, guests):
    plain = told("describe", "guests.py:Plain")
    assert (plain["summary"], plain["doc"], plain["subclass_of"]) == (None, None, None)
    assert (plain["sends_orders"], plain["search"]) == (True, BAR_BY_BAR)
    assert [each["name"] for each in plain["settings"]] == ["fill"]
    assert plain["settings"][0]["default"] == "next_open"
    assert plain["without_effect"] == ["size_at", "rebalance", "every", "whole_shares"]
    fast, of, on, off, least = plain["parameters"]
    assert (fast["type"], fast["space"]) == ("float", "fast=0.25..1:0.0375")
    assert (of["settable"], of["space"]) == (False, None)
    assert of["default"].startswith("<backtrader.")
    assert (on["values"], on["space"]) == ([False, True], "on=False|True")
    assert (off["default"], off["type"], off["space"]) == (None, None, None)
    assert (least["default"], least["settable"], least["space"]) == ("<-inf>", False, None)


def test_what_the_sector_book_reads(told):
    book = told("describe", "sector-long-short")
    assert {each["name"]: each["option"] for each in book["inputs"]}["split_factors"] == "panel"
    assert (book["sections"], book["benchmark"]) == (["sector"], "cash")
    assert {each["name"]: each["default"] for each in book["settings"]} == {
        "fill": "close", "size_at": "fill", "rebalance": "on_decision", "every": "month",
    }  # fmt: skip
    assert book["without_effect"] == ["cash_check"]


def test_what_is_left_out_is_said_aside(command, tmp_path, monkeypatch):
    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{registry.GROUP}]\ngone = gone:Faster\nfaster = guests_of_a_package:Faster\n"
    )
    (tmp_path / "guests_of_a_package.py").write_text(GUESTS)
    monkeypatch.syspath_prepend(tmp_path)
    ended = command("list", "--json")
    listed = {each["name"]: each for each in json.loads(ended.out)}
    assert listed["faster"]["class"] == "guests_of_a_package:Faster"
    assert listed["faster"]["distribution"] == "broken"
    assert "gone" not in listed
    assert "left out: 'gone' of broken" in ended.err
