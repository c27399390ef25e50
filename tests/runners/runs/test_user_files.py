"""A strategy in a user's file: its class, the files that it imports, and failed imports."""

import sys

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.found import docstring
from btplaybook.runners.runs.run import run
from btplaybook.strategies.rule_strategy import RuleStrategy

HELPER = """
import backtrader as bt

WEIGHT = {weight}


class Constant(bt.Indicator):
    lines = ("weight",)

    def next(self):
        self.lines.weight[0] = WEIGHT
"""

MINE = """
import helper
import tools.pair
from helper import Constant
from tools import pair
from tools.pair import TIMES
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Mine(PlaybookStrategy):
    def __init__(self):
        self.weight = Constant(self.data)

    def target_weights(self):
        import helper as again
        assert again is helper and tools.pair is pair
        return self.weight[0] * TIMES
"""

PLAIN = "import backtrader as bt\nclass Only(bt.Strategy):\n"
DERIVED = """import backtrader as bt
class Base(bt.Strategy): pass
class _Middle(Base): pass
class Last(_Middle): pass
"""
TWO = """
from btplaybook.strategies.sma_switch import SmaSwitch as Parent

class First(Parent):
    pass

class Second(Parent):
    pass
"""


@pytest.fixture
def folders(tmp_path):
    """Two folders with files of equal names: a strategy, a helper, a package."""
    for folder, weight in (("a", 0.5), ("b", -0.25)):
        (tmp_path / folder / "tools").mkdir(parents=True)
        for name, text in {
            "mine.py": MINE,
            "helper.py": HELPER.format(weight=weight),
            "tools/__init__.py": "",
            "tools/pair.py": "import helper\nfrom tools.one import ONE\nTIMES = 2.0 * ONE\n",
            "tools/one.py": "ONE = 1.0\n",
        }.items():
            (tmp_path / folder / name).write_text(text)
    return tmp_path


def weights(path):
    result = run(str(path), sample("sp500"), start="2018-10-01", strips=False)
    assert result.strategy == f"{path}:Mine"
    return list(np.unique(result.decisions["weight"]))


def test_the_only_strategy_of_a_file_and_what_lies_beside_it_are_found(folders):
    before = list(sys.path), set(sys.modules) & {"helper", "tools"}
    assert weights(folders / "a" / "mine.py") == [1.0]
    assert weights(folders / "b" / "mine.py") == [-0.5]  # two folders, two helpers
    assert weights(folders / "a" / "mine.py") == [1.0]
    assert (list(sys.path), set(sys.modules) & {"helper", "tools"}) == before


def test_a_neighbour_that_was_edited_is_read_again(folders):
    assert weights(folders / "a" / "mine.py") == [1.0]
    (folders / "a" / "helper.py").write_text(HELPER.format(weight=0.125))
    assert weights(folders / "a" / "mine.py") == [0.25]


def test_a_neighbour_does_not_hide_what_others_import(folders, monkeypatch):
    loaded = type(sys)("helper")
    monkeypatch.setitem(sys.modules, "helper", loaded)
    assert weights(folders / "a" / "mine.py") == [1.0]
    assert sys.modules["helper"] is loaded


def test_neighbours_that_import_one_another(tmp_path):
    (tmp_path / "one.py").write_text("import two\nX = 1\ndef f():\n    return two.Y\n")
    (tmp_path / "two.py").write_text("import one\nY = 2\n")
    (tmp_path / "mine.py").write_text(
        "import one, two\nfrom btplaybook.strategies.sma_switch import SmaSwitch\n"
        "assert two.one is one and one.f() == 2\nclass Mine(SmaSwitch): pass\n"
    )
    assert registry.resolve(str(tmp_path / "mine.py")).__name__ == "Mine"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (TWO, r"It holds First, Second: say .*mine\.py:First"),
        (DERIVED, r"It holds Base, Last: say .*mine\.py:Last"),
        (f"{PLAIN}    async def next(self): pass", r"^next\(\) of Only is a coroutine"),
        (f"{PLAIN}    def prenext(self): yield", r"^prenext\(\) of Only is a generator"),
        (f"{PLAIN}    async def nextstart(self): yield", r"^nextstart\(\) of Only is a generator"),
        ("x = 1", r"mine\.py holds no backtrader strategy"),
        ("x = 1\ny = unknown", r"line 2 of mine\.py: NameError: name 'unknown' is not defined"),
        ("import gone", r"line 1 of mine\.py: ModuleNotFoundError: No module named 'gone'"),
        ("import broken", r"line 2 of broken\.py: ZeroDivisionError: division by zero"),
        ("from .broken import x", r"imports its neighbours by name alone"),
        ("def f(: pass", r"invalid syntax \(mine\.py, line 1\)"),
        ("raise SystemExit(3)", r"line 1 of mine\.py: SystemExit: 3"),
        ("open('/no/such/file')", r"line 1 of mine\.py: FileNotFoundError"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(tmp_path, source, words):
    (tmp_path / "mine.py").write_text(source)
    (tmp_path / "broken.py").write_text("\n1 / 0\n")
    before = set(sys.modules)
    with pytest.raises(ParameterError, match=words) as raised:
        registry.resolve(str(tmp_path / "mine.py"))
    assert "\n" not in str(raised.value)
    left = [name for name in set(sys.modules) - before if name.startswith("user_strategy_")]
    assert not ("cannot be imported" in str(raised.value) and left)  # nothing half run stays


def test_a_base_with_an_underscore_is_not_meant(tmp_path):
    (tmp_path / "mine.py").write_text(f"{PLAIN}    pass\n_Base = Only\nclass _Other(Only): pass\n")
    assert registry.resolve(str(tmp_path / "mine.py")).__name__ == "Only"


def test_a_class_without_a_docstring_states_no_rule(folders):
    kind = registry.resolve(str(folders / "a" / "mine.py"))
    assert docstring.text_of(kind) == ""
    assert docstring.parts(kind) == {"": ""}

    class Undocumented(RuleStrategy):
        pass

    assert docstring.text_of(Undocumented) == ""
    assert docstring.text_of(RuleStrategy).startswith("A strategy that holds the position")
    subclass = registry.resolve("btplaybook.strategies.sign.sign_s1:SignS1")
    assert docstring.parts(subclass)["Rule"]
