"""A strategy's parameters as its file has them are those of the class, and nothing runs."""

from pathlib import Path

import pytest

from btplaybook.runners.runs import registry
from btplaybook.runners.runs.found.docstring import documented_parameters
from btplaybook.runners.runs.found.source_text import (
    COMMON,
    parameters_of_text,
    summary_of_text,
)
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FILES = sorted(
    str(file) for file in EXAMPLES.glob("*.py") if "Strategy)" in file.read_text(encoding="utf-8")
)

FORMS = '''
import backtrader as bt
from btplaybook.strategies import sma_switch
from btplaybook.strategies.sma_switch import SmaSwitch as Switch
from near import Near

print("executed")
WINDOW = 3


class Pairs(bt.Strategy):
    """Pairs."""

    params = (("window", WINDOW), ("every", 2), ["half", -0.5])


class Words(bt.Strategy):
    params = dict(n=1, of="close")


class Table(bt.SignalStrategy):
    params: object = {"n": 1, "on": True}


class Faster(Switch):
    """Faster.

    Parameters
    ----------
    period : int
        Bars.
    """

    params = (("period", 20), ("note", ""))


class Other(sma_switch.SmaSwitch):
    params = (("period", 20),)


class Further(Near):
    params = (("m", 2),)


class Bare(bt.Strategy):
    pass


class Line(bt.Indicator):
    params = (("n", 1),)
'''

NEAR = """
import backtrader as bt


class Near(bt.Strategy):
    params = (("n", 1),)
"""


@pytest.fixture
def forms(tmp_path, monkeypatch, capsys):
    (tmp_path / "forms.py").write_text(FORMS)
    (tmp_path / "near.py").write_text(NEAR)
    monkeypatch.chdir(tmp_path)
    yield "forms.py"
    assert capsys.readouterr().out == ""


def defaults(strategy):
    return {name: written.default for name, written in parameters_of_text(strategy).items()}


@pytest.mark.parametrize("text", [*registry.registered(), *FILES])
def test_they_are_those_of_the_class(text):
    kind = registry.resolve(text)
    written = parameters_of_text(text)
    assert list(written) == list(registry.parameters(kind))
    for name, default in registry.parameters(kind).items():
        assert written[name].default == (None if name == "min_history" else default)  # a constant
    assert {n: w.said for n, w in written.items() if w.said} == documented_parameters(kind)
    assert summary_of_text(text) == (kind.__doc__ or "").partition("\n")[0]


def test_examples_were_found():
    assert len(FILES) >= 4


def test_what_every_playbook_strategy_has_is_left_out():
    assert dict(PlaybookStrategy.params._getitems()).keys() == {*COMMON}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Pairs", {"window": None, "every": 2, "half": -0.5}),
        ("Words", {"n": 1, "of": "close"}),
        ("Table", {"n": 1, "on": True}),
        ("Faster", {"period": 20, "direction": "trend", "short_via": "short", "note": ""}),
        ("Other", {"period": 20}),  # a base class behind a module's name is not looked for
        ("Further", {"n": 1, "m": 2}),
        ("Bare", {}),
        ("Gone", {}),
    ],
)
def test_forms_of_params(forms, name, found):
    assert defaults(f"{forms}:{name}") == found


def test_a_description_of_the_class_itself_goes_first(forms):
    written = parameters_of_text(f"{forms}:Faster")
    assert written["period"].said.text == "Bars."
    assert written["direction"].said.values == ("trend", "reversion")
    assert written["note"].said is None


def test_several_strategies_and_none_named(forms):
    assert parameters_of_text(forms) == {}
    assert defaults("near.py") == {"n": 1}


@pytest.mark.parametrize(
    "content", [b"class (", b"\xff\xfe\x00", b"x = " + b"(" * 500, b"", b"class A(A): pass"]
)
def test_a_file_that_says_nothing(tmp_path, content):
    (tmp_path / "odd.py").write_bytes(content)
    assert parameters_of_text(f"{tmp_path / 'odd.py'}:A") == {}
    assert summary_of_text(f"{tmp_path / 'odd.py'}:A") == ""


@pytest.mark.parametrize("text", ["", "nosuch", "no/such.py", "no.such:Class", ":", "a:b:c", "."])
def test_a_text_that_names_nothing(text):
    assert parameters_of_text(text) == {}
    assert summary_of_text(text) == ""
