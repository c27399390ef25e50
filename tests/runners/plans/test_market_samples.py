"""Samples of many instruments, run by strategies that do not read all that comes with them."""

import json

import pytest

from btplaybook.feeds.samples import sample_market
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.runs.inputs import SPLIT_FACTORS, inputs_of_market

OWN = """
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Equal(PlaybookStrategy):
    params = (("every", "month"),)

    def target_weights(self):
        return {data: 1.0 / len(self.datas) for data in self.datas if len(data)}
"""


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "equal.py"
    file.write_text(OWN)
    return file


def test_a_market_without_tables_has_no_inputs_of_them():
    """us20 knows neither holdings nor members, sectors and statements."""
    market = sample_market("us20")
    assert market.holdings is None
    assert set(inputs_of_market(market)) == {SPLIT_FACTORS}


@pytest.mark.parametrize("name", ["us20", "simulated-sector"])
def test_what_a_strategy_does_not_read_is_left_out_and_badges_stay(name, own):
    market = sample_market(name)
    loaded = Plan(str(own), samples=(name,)).load_all()
    assert [bars.name for bars in loaded.bars] == [bars.name for bars in market.bars]
    assert loaded.inputs is not None
    assert set(loaded.inputs) == {SPLIT_FACTORS}
    assert loaded.inputs.badges == market.badges
    whole = Plan("sector-long-short", samples=(name,)).load_all().inputs
    assert whole is not None
    assert set(whole) == set(of_market(market).inputs)


def test_a_strategy_of_one_s_own_runs_on_such_a_sample(command, own, tmp_path):
    out = tmp_path / "out"
    ended = command(
        "run", own, "--sample", "us20", "--start", "2020-01-02", "--quick", "--out", out
    )
    assert ended.code == 0, ended.err
    kept = json.loads((out / "run.json").read_text())
    assert len(kept["data"]) == 21
    assert "survivorship" in {badge["text"] for badge in kept["badges"]}


@pytest.mark.parametrize(
    ("strategy", "sample", "words"),
    [
        ("session-switch", "us20", "needs opening prices, and of SP500, AAPL"),
        ("session-switch", "simulated-sector", "trades one feed; 61 given"),
        ("sma-switch", "us20", "21 given"),
    ],
)
def test_a_strategy_of_one_feed_says_what_it_lacks(command, strategy, sample, words, tmp_path):
    """And nothing of inputs that nobody typed."""
    ended = command("run", strategy, "--sample", sample, "--out", tmp_path)
    assert ended.code == 2
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1
    assert "holdings" not in ended.err
