"""Strategies by name, module and file; the parts of a docstring; suggestions for misspelt names."""

import backtrader as bt
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.found import docstring
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch

MINE = """
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sma_switch import SmaSwitch


class Mine(PlaybookStrategy):
    params = (("lookback", {lookback}),)


class Faster(SmaSwitch):
    params = (("period", 8),)
"""

PARTS = ["", "Rule", "Timing", "Sizing", "Parameters", "Source", "Deviations"]


@pytest.fixture
def mine(tmp_path):
    """A user's file with two strategies."""
    path = tmp_path / "mine.py"
    path.write_text(MINE.format(lookback=20))
    return path


def test_the_registered_strategies_are_in_the_order_of_their_names():
    names = list(registry.registered())
    assert names == sorted(names)
    assert "sma-switch" in names


@pytest.mark.parametrize("name", registry.registered())
def test_a_registered_name_is_that_of_its_class(name):
    kind = registry.resolve(name)
    assert issubclass(kind, PlaybookStrategy)
    assert registry.name_of(kind) == name


@pytest.mark.parametrize("name", registry.registered())
def test_every_registered_strategy_is_documented(name):
    parts = docstring.parts(registry.resolve(name))
    assert list(parts) == PARTS
    assert all(parts.values())


def test_a_module_and_its_class_are_found():
    assert registry.resolve("btplaybook.strategies.sma_switch:SmaSwitch") is SmaSwitch


def test_a_file_and_its_class_are_found(mine):
    kind = registry.resolve(f"{mine}:Mine")
    assert kind.__name__ == "Mine"
    assert registry.parameters(kind) == {"lookback": 20}
    assert registry.name_of(kind).endswith(":Mine")


def test_a_file_named_by_its_relative_path_is_found(mine, monkeypatch):
    monkeypatch.chdir(mine.parent)
    assert registry.parameters(registry.resolve("mine.py:Mine")) == {"lookback": 20}


def test_files_of_one_name_in_two_folders_are_two_strategies(mine, tmp_path):
    other = tmp_path / "other" / "mine.py"
    other.parent.mkdir()
    other.write_text(MINE.format(lookback=60))
    kinds = [registry.resolve(f"{path}:Mine") for path in (mine, other)]
    assert [registry.parameters(kind) for kind in kinds] == [{"lookback": 20}, {"lookback": 60}]


def test_a_subclass_has_its_own_defaults_and_its_parents_parameters(mine):
    kind = registry.resolve(f"{mine}:Faster")
    expected = {"period": 8, "direction": "trend", "short_via": "short"}
    assert registry.parameters(kind) == expected


def test_what_every_strategy_takes_is_no_parameter_of_its_own():
    assert registry.parameters(SmaSwitch) == {
        "period": 200, "direction": "trend", "short_via": "short",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sma-swich", r"'sma-swich'; did you mean 'sma-switch'\?"),
        ("SMA-Switch", r"did you mean 'sma-switch'\?"),
        ("btplaybook.strategies.none:X", "'btplaybook.strategies.none' cannot be imported"),
        (":SmaSwitch", "cannot be imported"),
        ("pathlib:Path", "pathlib:Path is no backtrader strategy"),
        ("nowhere/mine.py:Mine", r"no file nowhere.mine\.py"),
        ("mine.py", "no file mine.py"),
        ("__main__:Mine", "Mine was defined in a notebook or a script: put it into a file"),
    ],
)
def test_what_is_no_strategy_is_refused(text, words):
    with pytest.raises(ParameterError, match=words) as raised:
        registry.resolve(text)
    assert raised.value.exit_code == 2


def test_the_base_class_is_not_offered(mine):
    mine.write_text("from btplaybook.strategies.playbook_strategy import PlaybookStrategy\n")
    with pytest.raises(ParameterError, match="has no class 'Playbook', nor any other"):
        registry.resolve(f"{mine}:Playbook")


class Documented:
    """One line.

    And a second paragraph.

    Rule
    ----
    Buy low.

    Timing
    ------
    Later.
    """


class Summary:
    """One line alone."""


@pytest.mark.parametrize(
    ("documented", "expected"),
    [
        (
            Documented,
            {"": "One line.\n\nAnd a second paragraph.", "Rule": "Buy low.", "Timing": "Later."},
        ),
        (Summary, {"": "One line alone."}),
    ],
)
def test_a_docstring_is_taken_apart_at_its_headings(documented, expected):
    assert docstring.parts(documented) == expected


def test_a_users_file_is_named_as_it_was_given(tmp_path, monkeypatch):
    text = (
        "from btplaybook.strategies.playbook_strategy import PlaybookStrategy\n"
        "class Mine(PlaybookStrategy):\n    number = {}\n"
    )
    monkeypatch.chdir(tmp_path)
    for number, folder in enumerate(("a", "b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.py").write_text(text.format(number))
    kinds = [registry.resolve(f"{folder}/same.py:Mine") for folder in ("a", "b")]
    assert [registry.name_of(kind) for kind in kinds] == ["a/same.py:Mine", "b/same.py:Mine"]
    assert [kind.number for kind in kinds] == [0, 1]


def test_a_strategy_is_handed_over_or_named(mine):
    assert registry.strategy_of(SmaSwitch) is SmaSwitch
    assert registry.strategy_of("sma-switch") is SmaSwitch
    mine.write_text(
        "from btplaybook.strategies.sma_switch import SmaSwitch\nclass A(SmaSwitch): pass\n"
    )
    assert registry.strategy_of(mine).__name__ == "A"


class AtTheOpen(bt.Strategy):
    """Would never be asked."""

    def next_open(self):
        self.buy()


class AtBoth(AtTheOpen):
    """Acts at the close where the open is not asked for."""

    def next(self):
        self.buy()


def test_what_acts_at_the_open_too_is_taken():
    assert registry.strategy_of(AtBoth) is AtBoth


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (bt.Strategy, "Strategy is a base without a rule; subclass it"),
        (
            bt.SignalStrategy,
            "SignalStrategy is a base without a rule: signals of add_signal belong",
        ),
        (PlaybookStrategy, "PlaybookStrategy is a base without a rule; subclass it"),
        (AtTheOpen, r"AtTheOpen acts in next_open\(\), which backtrader calls with cheat_on_open"),
        (5, "5 is no backtrader strategy"),
        (None, "None is no backtrader strategy"),
    ],
)
def test_what_is_handed_over_and_is_none_is_refused(given, words):
    with pytest.raises(ParameterError, match=words):
        registry.strategy_of(given)
