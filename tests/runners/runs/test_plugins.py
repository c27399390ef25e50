"""Strategies of other distributions: valid ones, broken ones, and names that are taken."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.run import run
from btplaybook.strategies.sma_switch import SmaSwitch

GOOD = '''
from btplaybook.strategies.sma_switch import SmaSwitch


class Faster(SmaSwitch):
    """A faster switch."""

    params = (("period", 20),)
'''

BROKEN = {
    "no such module": ("gone:Faster", "", "ModuleNotFoundError: No module named 'gone'"),
    "a dependency is missing": (
        "plugin:Faster",
        "import gone",
        "ModuleNotFoundError: No module named 'gone'",
    ),
    "raises": ("plugin:Faster", "raise ValueError('two\\nlines')", "ValueError: two lines"),
    "a bug": ("plugin:Faster", "1 / 0", "ZeroDivisionError: division by zero"),
    "exits": ("plugin:Faster", "raise SystemExit('bye')", "SystemExit: bye"),
    "is no Python": ("plugin:Faster", "class", "SyntaxError: invalid syntax"),
    "no such class": ("plugin:Slower", GOOD, "'plugin' has no attribute 'Slower'"),
    "a value that says nothing": ("?", "", "cannot be loaded: "),
    "a module": ("plugin", GOOD, "(plugin) is no backtrader strategy: subclass bt.Strategy"),
    "a function": ("plugin:f", "def f(): pass", "(plugin:f) is no backtrader strategy"),
    "another class": ("pathlib:Path", "", "(pathlib:Path) is no backtrader strategy"),
}

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put distributions on the path: what they register, and the module `plugin`."""

    def put(distribution: str, source: str = GOOD, *, named: bool = True, **points: str) -> None:
        site = tmp_path / distribution
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        lines = [f"{name.replace('_', '-')} = {value}" for name, value in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{registry.GROUP}]", *lines]))
        if named:
            (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n")
        (site / "plugin.py").write_text(source)
        monkeypatch.syspath_prepend(site)

    yield put
    sys.modules.pop("plugin", None)


def test_a_plugins_strategy_is_one_of_ours(install: Install, simulated: Bars) -> None:
    install("playbook-extra", faster="plugin:Faster")
    strategies, left_out = registry.loaded()
    assert left_out == []
    assert strategies["sma-switch"] is SmaSwitch
    assert registry.name_of(strategies["faster"]) == "faster"
    assert list(strategies) == list(registry.registered())
    assert run("faster", simulated).params["period"] == 20


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_is_named_and_left_out(install: Install, case: str) -> None:
    value, source, words = BROKEN[case]
    whole = set(registry.registered())
    install("playbook-broken", source, broken=value)
    strategies, (line,) = registry.loaded()
    assert set(strategies) == whole
    assert line.startswith("'broken' of playbook-broken ")
    assert words in line
    assert "\n" not in line
    with pytest.raises(ParameterError) as raised:
        registry.resolve("broken")
    assert (str(raised.value), raised.value.exit_code) == (line, 2)


def test_a_broken_plugin_stops_no_other_strategy(
    install: Install, simulated: Bars, command: Callable[..., object]
) -> None:
    install("playbook-broken", "1 / 0", broken="plugin:Faster", sma_switch="plugin:Faster")
    assert run("sma-switch", simulated, period=8).strategy == "sma-switch"
    ended = command("describe", "sma-switch")
    assert (ended.code, ended.err) == (0, "")
    ended = command("describe", "broken")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "btplaybook: 'broken' of playbook-broken cannot be loaded: "
        "ZeroDivisionError: division by zero\n"
    )


def test_list_names_what_it_leaves_out(install: Install, command: Callable[..., object]) -> None:
    listed = command("list")
    assert (listed.code, listed.err) == (0, "")
    install("playbook-broken", "1 / 0", broken="plugin:Faster", sma_switch="plugin:Faster")
    ended = command("list")
    assert (ended.code, ended.out) == (0, listed.out)
    _, left_out = registry.loaded()
    assert ended.err == "".join(f"btplaybook: left out: {line}\n" for line in left_out)
    assert len(left_out) == 2


@pytest.mark.parametrize("distribution", ["aardvark", "zebra"])
def test_a_plugin_cannot_take_the_place_of_our_own(install: Install, distribution: str) -> None:
    install(distribution, sma_switch="plugin:Faster")
    assert registry.resolve("sma-switch") is SmaSwitch
    _, (line,) = registry.loaded()
    assert line == f"'sma-switch' of {distribution} (plugin:Faster) is hidden by that of btplaybook"


@pytest.mark.parametrize("order", [("alpha", "beta"), ("beta", "alpha")])
def test_of_two_plugins_the_first_by_name_counts(install: Install, order: tuple[str, str]) -> None:
    values = {"alpha": "plugin:Faster", "beta": "btplaybook.strategies.sma_switch:SmaSwitch"}
    for distribution in order:
        install(distribution, mine=values[distribution])
    assert registry.resolve("mine").__name__ == "Faster"
    _, (line,) = registry.loaded()
    assert line == f"'mine' of beta ({values['beta']}) is hidden by that of alpha"


def test_one_class_registered_twice_is_no_conflict(install: Install) -> None:
    for distribution in ("alpha", "beta"):
        install(distribution, mine="plugin:Faster")
    strategies, left_out = registry.loaded()
    assert "mine" in strategies
    assert left_out == []


def test_a_distribution_without_metadata_is_left_out_like_any(install: Install) -> None:
    install("playbook-broken", named=False, broken="gone:Faster")
    _, (line,) = registry.loaded()
    assert line.startswith("'broken' of an unnamed distribution cannot be loaded")
