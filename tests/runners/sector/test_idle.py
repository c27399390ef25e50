"""Days before the first decision: counted in the figures, and told beside them."""

import numpy as np
import pytest

from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.run import run

NAME = "sector-long-short"


@pytest.fixture(scope="module")
def market(sector_of):
    """A year without a decision, and another with a dozen of them."""
    found = of_market(sector_of(1, n_stocks=30, years=3))
    return found._replace(bars=[bars.between(None, "2006-12-29") for bars in found.bars])


@pytest.fixture(scope="module")
def whole(market):
    return run(NAME, market.bars, inputs=market.inputs, strips=False)


def idle_badges(result):
    return [badge for badge in result.badges if badge.text.startswith("idle at first")]


def test_idle_days_are_those_before_the_first_decision(whole):
    first = whole.sections["sector"].measured["decisions"][0]["date"]
    returns = whole.returns
    before = returns[returns.index < first]
    assert whole.idle_days == len(before) > 200
    assert (before == 0.0).all()
    (told,) = idle_badges(whole)
    assert told.text == f"idle at first: {len(before)} days"
    rest = returns[returns.index >= first].to_numpy()
    without = rest.mean() / rest.std(ddof=1) * np.sqrt(252)
    words = f"is {whole.metrics['sharpe']:.2f} with them and {without:.2f} without"
    assert words in told.why.replace("\N{MINUS SIGN}", "-")
    assert f"{len(before)} days before the first decision counted" in tearsheet(whole)


def test_a_book_is_idle_until_its_first_member_decides(market, whole):
    book = Book([Member(NAME, market.bars, weight=1.0)], weights="fixed")
    result = book.run(inputs=market.inputs, strips=False)
    assert result.idle_days == whole.idle_days
    assert idle_badges(result) == idle_badges(whole)


def test_a_window_that_was_warmed_up_has_none(market):
    """What was decided before the account opened is held from its first day on."""
    result = run(NAME, market.bars, inputs=market.inputs, strips=False, start="2006-06-15")
    assert result.idle_days == 0
    assert not idle_badges(result)


def test_other_strategies_count_theirs_without_a_badge(simulated):
    """A rule of 50 closes is silent for 49 of them; the first one opens the account."""
    result = run("sma-switch", simulated, period=50, strips=False)
    assert result.idle_days == 48
    assert not idle_badges(result)
    assert run("sma-switch", simulated, period=50, start="2005-06-01", strips=False).idle_days == 0
