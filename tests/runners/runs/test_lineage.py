"""What a subclass overrides of the registered strategy that it subclasses."""

import sys

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.found.lineage import lineage
from btplaybook.runners.runs.labels.parameters_shown import parameter_rows, shown_params
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sector_long_short import SectorLongShort
from btplaybook.strategies.sma_switch import SmaSwitch

MINE = '''
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sector_long_short import SectorLongShort
from btplaybook.strategies.sma_switch import SmaSwitch

print("loaded")


class Quick(SmaSwitch):
    """Another default, and nothing else."""

    params = (("period", 50),)


class Half(Quick):
    """Half of it."""

    params = (("size", 0.5),)

    def target_weights(self):
        weights = super().target_weights()
        return weights and {data: self.p.size * weight for data, weight in weights.items()}


class Book(SectorLongShort):
    """Many parameters, of which some have another default."""

    params = (("names", 12), ("cap", 0.2))
    factors = {}

    def select(self, today, forecast):
        return super().select(today, forecast)


class Own(PlaybookStrategy):
    """From nobody."""

    params = (("lookback", 20),)

    def target_weights(self):
        return {}
'''


@pytest.fixture
def mine(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)

    def resolved(name):
        kind = registry.resolve(f"mine.py:{name}")
        return registry.name_of(kind), {n: v for n, v in registry.parameters(kind).items()}

    return resolved


def test_a_default_of_the_subclass_is_a_change_of_the_parents(mine):
    strategy, params = mine("Quick")
    assert params["period"] == 50
    assert shown_params(strategy, params) == [
        "period 50 (200 in sma-switch)", "direction trend", "short_via short",
    ]  # fmt: skip
    assert shown_params(strategy, {**params, "period": 200})[0] == "period 200"


def test_overridden_methods_and_new_parameters_are_named(mine):
    strategy, params = mine("Half")
    shown = shown_params(strategy, params)
    assert shown[-1] == "overrides target_weights of SmaSwitch"
    assert "size 0.5 (not in sma-switch)" in shown
    assert "period 50 (200 in sma-switch)" in shown  # of the class between


def test_of_many_parameters_those_that_the_parent_has_otherwise(mine):
    strategy, params = mine("Book")
    count = len(registry.parameters(SectorLongShort))
    assert shown_params(strategy, params | {"skill_window": 500}) == [
        "names 12 (30 in sector-long-short)",
        "skill_window 500 (756 in sector-long-short)",
        "cap 0.2 (0.1 in sector-long-short)",
        f"{count - 3} other parameters at their defaults in sector-long-short",
        "overrides factors and select of SectorLongShort",
    ]


def test_registered_strategies_and_strangers_have_no_parent(mine):
    assert lineage(SmaSwitch) is None
    assert shown_params("sma-switch", {"period": 50}) == ["period 50"]
    strategy, params = mine("Own")
    assert shown_params(strategy, params) == ["lookback 20"]
    many = registry.parameters(SectorLongShort)
    assert shown_params("sector-long-short", many) == [f"{len(many)} parameters at their defaults"]


def test_a_method_of_a_mixin_counts():
    class Mixin:
        def bars_needed(self):
            return 3

        def helper(self):
            return 1

    class Mixed(Mixin, SmaSwitch):
        """Both."""

    assert lineage(Mixed).overrides == ("bars_needed",)
    assert not issubclass(Mixin, PlaybookStrategy)


def test_a_users_file_is_not_run_again_for_its_words(mine, capsys):
    strategy, params = mine("Half")
    assert capsys.readouterr().out == "loaded\n"
    shown_params(strategy, params)
    parameter_rows(strategy, params)
    assert capsys.readouterr().out == ""
    assert registry.loaded_class("nowhere.py:Nobody") is None
    assert registry.loaded_class("sys:path") is None
    assert registry.loaded_class("no-such-strategy") is None
    assert not [name for name in sys.modules if "nowhere" in name]


def test_the_page_names_them(mine):
    strategy, _ = mine("Half")
    page = tearsheet(run(strategy, sample("sp500"), strips=False, end="1999-06-30"))
    assert "period 50 (200 in sma-switch)" in page
    assert "overrides target_weights of SmaSwitch" in page
    assert "<dt>overrides</dt><dd>target_weights</dd>" in page
    assert "<dt>subclasses</dt><dd>sma-switch</dd>" in page
