"""The winner unchanged elsewhere, and what is kept from a search."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.search.page import page
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.worth.vault import kept_back, powers
from btplaybook.search.errors import SearchError

SETTINGS = {"top": 1, "at_random": 0, "worth": "quick"}


@pytest.fixture(scope="module")
def whole():
    return sample("simulated").between(None, "2007-12-31")


@pytest.fixture(scope="module")
def found(whole):
    other = sample("sp500").between("2001-01-02", "2002-12-31")
    return run_search(
        "sma-switch", whole, "period=5|20|60", end="2006-12-29", also=[other], percent_fee=0.001,
        **SETTINGS,
    )  # fmt: skip


def test_later_days_are_those_of_one_run_from_there_on(found, whole):
    later, _ = found.elsewhere
    best = int(found.found.top["period"].iloc[0])
    ran = run(
        "sma-switch", whole, start="2007-01-03", params={"period": best}, percent_fee=0.001,
        strips=False,
    )  # fmt: skip
    assert later.later
    assert (later.first, later.last) == ("2007-01-03", "2007-12-31")
    for name, value in later.metrics.items():
        assert value == ran.metrics[name], name
    assert later.held["total_return"] == ran.benchmark["total_return"]
    years = len(ran.returns) / 252
    growth = [(1.0 + total) ** (1.0 / years) for total in (
        ran.metrics["total_return"], ran.benchmark["total_return"]
    )]  # fmt: skip
    assert later.excess_per_year == pytest.approx(growth[0] - growth[1], rel=1e-9)


def test_other_instruments_are_run_whole(found):
    _, other = found.elsewhere
    assert (other.name, other.later) == ("SP500", False)
    assert other.years == pytest.approx(2.0, abs=0.02)
    plain = json.loads(found.to_json())["elsewhere"]
    assert [each["name"] for each in plain] == ["SIMULATED", "SP500"]
    text = page(found)
    assert "Unchanged where it was not chosen" in text
    assert "SIMULATED, after the search" in text


def test_an_instrument_that_it_cannot_trade_says_why(whole):
    few = sample("sp500").between("2001-01-02", "2001-01-31")
    found = run_search("sma-switch", whole, "period=60", also=[few], **SETTINGS)
    (one,) = found.elsewhere
    assert "60 bars" in one.why
    assert one.excess_per_year is None
    assert f"not run: {one.why[:20]}" in page(found)


def test_the_bars_that_were_searched_are_no_other_instrument(whole):
    other = sample("sp500").between("2001-01-02", "2002-12-31")
    found = run_search(
        "sma-switch", whole, "period=20", also=[replace(whole, name="COPY"), other,
        replace(other, name="AGAIN")], **SETTINGS,
    )  # fmt: skip
    assert [one.name for one in found.elsewhere] == ["COPY", "SP500"]
    assert found.elsewhere[0].why == "these are the bars that were searched"


def test_others_end_where_the_vault_begins(whole):
    other = replace(whole, name="OTHER", close=whole.close * 1.0001, high=whole.high * 1.001)
    found = run_search("sma-switch", whole, "period=20", also=[other], holdout="1y", **SETTINGS)
    assert found.elsewhere[0].last == "2006-12-29"


def test_nothing_is_later_where_the_search_read_to_the_end(whole):
    assert run_search("sma-switch", whole, "period=20", **SETTINGS).elsewhere == []


# -- the vault -------------------------------------------------------------------------------------


def test_what_is_kept_back_changes_nothing_of_the_search(whole):
    kept = run_search("sma-switch", whole, "period=5|20|60", holdout="1y", **SETTINGS)
    assert str(kept.vault.end) == "2006-12-29"
    assert (kept.vault.first, kept.vault.last) == ("2007-01-03", "2007-12-31")
    later = whole.dates > np.datetime64("2006-12-29")
    columns = ("open", "high", "low", "close")
    scaled = {name: getattr(whole, name) * np.where(later, 3.0, 1.0) for name in columns}
    other = replace(whole, **scaled)
    again = run_search("sma-switch", other, "period=5|20|60", holdout="1y", **SETTINGS)
    assert again.to_json() == kept.to_json()
    assert kept.elsewhere == []  # later days stay closed
    plain = json.loads(kept.to_json())["holdout"]
    assert plain["bars"] == np.count_nonzero(later)
    assert "Kept in the vault: the last 1y, 2007-01-03 to 2007-12-31" in page(kept)


def test_its_power_is_that_of_a_one_sided_test():
    """Of a Sharpe ratio S over T days: F(S sqrt(T) / sqrt(1 + S^2/2) - 1.645)."""
    found = powers(504, 252)
    for edge in (0.5, 1.0, 2.0):
        daily = edge / math.sqrt(252)
        z = daily / math.sqrt((1.0 + 0.5 * daily**2) / 503.0) - 1.6448536269514722
        assert found[f"{edge:g}"] == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2)), rel=1e-9)
    assert found["0.5"] == pytest.approx(0.17, abs=0.005)


@pytest.mark.parametrize(
    ("length", "error", "words"),
    [
        ("30y", ParameterError, "holdout 30y keeps all of SIMULATED's"),
        ("3d", ParameterError, "keeps 3 of SIMULATED's bars, and 20 are the fewest"),
        ("two years", SearchError, "holdout must be a length such as 5y"),
    ],
)
def test_a_length_that_cannot_be_kept_is_named(whole, length, error, words):
    with pytest.raises(error, match=words):
        kept_back([whole], length)


@pytest.mark.parametrize("start", ["2006-12-29", "2007-06-01"])
def test_a_start_in_what_is_kept_back_is_named(whole, start):
    """The last day that is searched leaves no second one; after it there is none."""
    first = kept_back([whole], "1y", "2006-12-28").first
    words = f"keeps SIMULATED's bars from {first} on, and start is {start}: nothing is left"
    with pytest.raises(ParameterError, match=words):
        run_search("sma-switch", whole, "period=5|20", holdout="1y", start=start)
