"""What survivorship does to the two factors: the file that pages quote, and its sentences."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.factor_tests import survivors
from btplaybook.runners.pages.sector.sentences import bias_of_survivors
from btplaybook.runners.runs.sector.survivorship import (
    FILE,
    MARKET,
    bias_words,
    known_bias,
    survivors_only,
)


@pytest.fixture(scope="module")
def kept():
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_the_first_market_of_the_file_gives_what_is_written(kept):
    """The whole file is measured again by `benchmarks/survivorship.py`, in `make proof`."""
    market = simulated_sector(kept["seeds"][0]["seed"], **MARKET)
    found = survivors.bias_on(market, "momentum")
    for horizon, bias in found.items():
        written = kept["seeds"][0]["bias"]["momentum"][str(horizon)]
        assert bias._asdict() == pytest.approx(written, abs=1e-9)
    gone = 1.0 - len(survivors.survivors_of(market)) / len(market.panel.bars)
    assert kept["seeds"][0]["gone"] == pytest.approx(gone)


def test_the_file_is_of_the_markets_that_are_named(kept):
    assert kept["market"] == MARKET
    assert len({one["seed"] for one in kept["seeds"]}) == len(kept["seeds"]) >= 40


def test_the_band_is_that_of_the_markets(kept):
    told = known_bias("value", 60)
    ics = [one["bias"]["value"]["60"]["ic"] for one in kept["seeds"]]
    assert told.ic == pytest.approx((np.mean(ics), *np.quantile(ics, (0.05, 0.95))))
    assert told.markets == len(ics)


def test_losers_that_died_flatter_value_and_hurt_momentum():
    """Cheap and fallen shares that are still there have come back."""
    for horizon in (30, 60):
        value, momentum = known_bias("value", horizon), known_bias("momentum", horizon)
        assert value.ic.mean > 0.0 > momentum.ic.high
        assert value.spread.low > 0.0 > momentum.spread.high


def test_a_factor_or_horizon_that_was_not_measured_has_no_bias():
    assert known_bias("calm", 30) is None
    assert known_bias("value", 45) is None
    assert bias_words("calm", 30) == ""


def test_the_sentence_names_markets_direction_and_band():
    words = bias_words("momentum", 30)
    assert words.startswith("On 40 simulated markets of which ")
    assert "make momentum look worse" in words
    assert "look better" in bias_words("value", 60)


def test_only_a_panel_of_survivors_is_told_so():
    badge = ("warn", "survivorship", "why")
    of = lambda *badges: {"split_factors": SimpleNamespace(badges=badges)}  # noqa: E731
    assert survivors_only(of(badge))
    assert not survivors_only(of(("warn", "static sectors", "why")))
    assert not survivors_only({})
    assert not survivors_only(None)
    book = {"survivors_only": True, "factors": {"value": 3, "calm": 1}, "horizons": [30, 60]}
    assert bias_of_survivors(book) == [bias_words("value", 30)]
    assert bias_of_survivors(book | {"survivors_only": False}) == []
