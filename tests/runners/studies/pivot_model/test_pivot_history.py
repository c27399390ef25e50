"""Fits on the first years, luck, walk-forward and frozen sets against plain NumPy."""

import dataclasses

import numpy as np
import pytest

from btplaybook.feeds.readers import read_bars
from btplaybook.runners.studies.pivot_model import bottom_line, chosen, fits, forward, history, luck
from btplaybook.runners.studies.pivot_model.closes import closes_of
from btplaybook.runners.studies.study import NotCarried


@pytest.fixture
def small(small_space, monkeypatch):
    """All fits try the small space; two draws of 30 lines."""
    for module in (fits, luck, chosen):
        monkeypatch.setattr(module, "published_space", lambda: small_space)
    monkeypatch.setattr(fits, "LINES", 30)
    monkeypatch.setattr(luck, "LINES", 12)
    for module in (fits, history, forward, bottom_line):
        monkeypatch.setattr(module, "SEEDS", 2)


def test_the_denominators_of_the_source_are_those_of_its_prices(realdata):
    bars = read_bars(realdata / "etf" / "SPY.csv", name="SPY", end="2013-09-30")
    counted = int((bars.dates >= np.datetime64("1993-12-31")).sum())
    market = fits.market_of(bars, counted)
    assert str(market.dates[market.first]) == "1993-12-31"
    assert market.last - market.first == 4972
    whole = fits.held(market, market.first, market.last)
    assert [round(each, 1) for each in whole[:3]] == [121.4, 160.3, 135.5]
    assert round(whole.percent, 3) == 1.669


def test_years_end_on_their_anniversaries_and_a_year_warms_up(evidence_of):
    evidence = evidence_of()
    market = fits.markets(evidence)["SPY"]
    assert market.first == 252  # the bars begin with the window
    first = market.dates[market.first].item()
    for years, end in zip(market.years[:-1], market.ends[:-1], strict=True):
        day = first.replace(year=first.year + int(years), day=min(first.day, 28))
        assert market.dates[end].item() <= day < market.dates[end + 1].item()
    assert market.ends[-1] == market.last


def test_an_outcome_is_that_of_the_best_set_of_its_first_years(small, evidence_of, naive_sides):
    evidence = evidence_of(("SPY",))
    market = fits.markets(evidence)["SPY"]
    returns = market.close[1:] / market.close[:-1] - 1.0
    (draw, _) = history.outcomes(evidence, market, "percent")
    for best, one in zip(fits.fits(evidence, market, 0, "percent"), draw, strict=True):
        own = best.parameters
        sides = naive_sides(
            market.close, own["slow"], own["fast"], own["span"], own["angle"], own["regime"],
            own["bias"], own["band_long"], own["band_short"],
        )  # fmt: skip
        begin, end = market.first, market.last
        assert (sides[begin : best.end] * returns[begin : best.end]).sum() == pytest.approx(
            best.gain, abs=1e-12
        )
        assert one.percent == pytest.approx((sides[begin:end] * returns[begin:]).sum(), abs=1e-12)
        moves = sides[:-1] * np.diff(market.close)
        assert one.points == pytest.approx(moves[begin:].sum(), abs=1e-9)
        assert one.later_points == pytest.approx(moves[best.end :].sum(), abs=1e-9)


def test_the_fit_of_the_first_years_reads_no_later_close(small, evidence_of):
    evidence = evidence_of(("SPY",))
    market = fits.markets(evidence)["SPY"]
    changed = market.close.copy()
    changed[market.ends[0] + 1 :] *= np.linspace(1.0, 3.0, market.last - market.ends[0])
    other = market._replace(close=changed, ticker="other")
    one = fits.fits(evidence, market, 0, "percent")[0]
    assert fits.fits(evidence, other, 0, "percent")[0] == one


def test_the_chapter_says_what_the_figures_say(small, evidence_of):
    evidence = evidence_of()
    found = history.graph_4(evidence)
    figures = {(each.id, each.ticker): each for each in found.figures}
    market = fits.markets(evidence)["SPY"]
    whole = fits.held(market, market.first, market.last)
    draws = history.outcomes(evidence, market, "percent")
    ratios = [draw[0].points / whole.adjusted for draw in draws]
    measured = figures["graph_4.full_percent_3", "SPY"]
    assert measured.measured == pytest.approx(np.median(ratios))
    assert measured.published == 2.0  # the study's own window and ticker
    assert {ticker for id, ticker in figures if id == "graph_4.after_3"} == {"SPY", "IWM", "GLD"}
    other = evidence_of(start=evidence.start.replace(year=2006))
    assert all(each.published is None for each in history.graph_4(other).figures)


def test_luck_counts_the_markets_that_are_as_far_ahead(small, evidence_of):
    evidence = evidence_of(("SPY",))
    market = fits.markets(evidence)["SPY"]
    found = luck.luck_of(market, evidence.of("SPY"), 19, 3)
    assert {kind: len(each) for kind, each in found.others.items()} == {
        "signs": 19, "permutation": 19,
    }  # fmt: skip
    returns = market.close[1:] / market.close[:-1] - 1.0
    assert found.held == pytest.approx(returns[market.first :].sum(), abs=1e-12)
    for kind, each in found.others.items():
        beyond = np.count_nonzero(np.array(each) >= found.gain - found.held)
        assert found.p(kind) == (1 + beyond) / 20
    again = luck.luck_of(market, evidence.of("SPY"), 19, 3)
    assert again == found


def test_luck_is_left_out_where_no_market_is_asked_for(small, evidence_of):
    with pytest.raises(NotCarried, match="no made-up markets were asked for"):
        luck.luck(dataclasses.replace(evidence_of(("SPY",)), placebos=0))
    found = luck.luck(dataclasses.replace(evidence_of(("SPY", "GLD")), placebos=4))
    assert len(found.figures) == 4
    assert all(20.0 <= each.measured <= 100.0 for each in found.figures)


def test_a_walk_holds_in_each_year_what_was_best_before_it(small, evidence_of):
    evidence = evidence_of(("SPY",))
    market = fits.markets(evidence)["SPY"]
    walk = forward.walked(evidence, market, 1)
    returns = market.close[1:] / market.close[:-1] - 1.0
    sides = np.zeros(market.close.size)
    for best, nxt in zip(fits.fits(evidence, market, 1, "percent"), market.ends[1:], strict=False):
        own = fits.fixed_sides(market.close, best.parameters)
        sides[best.end : nxt] = own[best.end : nxt]
    assert np.array_equal(walk.sides[:-1], sides[:-1])
    assert walk.gain == pytest.approx((sides[:-1] * returns)[market.ends[0] :].sum(), abs=1e-12)
    figure = forward.walk_forward(evidence).figures[0]
    gains = [forward.walked(evidence, market, seed).gain for seed in range(2)]
    years = (market.last - market.ends[0]) / 252
    hold = returns[market.ends[0] :].sum()
    assert figure.measured == pytest.approx(100 * (np.median(gains) - hold) / years, abs=1e-9)


def test_frozen_sets_are_judged_on_days_after_the_window_alone(small, evidence_of):
    evidence = evidence_of(("SPY",))
    market = fits.markets(evidence)["SPY"]
    closes = closes_of(evidence, "SPY")
    later = forward.later_of(evidence, market, closes)
    returns = (closes.close[1:] / closes.close[:-1] - 1.0)[closes.last :]
    assert later.held == pytest.approx(returns.sum(), abs=1e-12)
    best = fits.fits(evidence, market, 0, "percent")[-1]
    sides = fits.fixed_sides(closes.close, best.parameters)[closes.last : -1]
    assert later.frozen[0] == pytest.approx((sides * returns).sum(), abs=1e-12)
    assert str(closes.dates[closes.last]) <= str(evidence.end)
    with pytest.raises(NotCarried, match="no ticker has 250 days after"):
        forward.frozen(evidence_of(("SPY",), later=False))


def test_the_bottom_line_says_each_statement_and_what_is_missing(small, evidence_of):
    found = bottom_line.bottom_line(evidence_of())
    (table,) = found.tables
    assert len(table.rows) == 7
    statements = dict(table.rows)
    assert (
        "ex-dates."
        in statements["81 switches a year, 53.42% winning days, long on 46 of 80 ex-dates"]
    )
    assert "with the years of the fit" in statements["3 years give 2.00 times the ETF's gain"]
    assert statements["15 years give 3.73 times the ETF's gain"].startswith("Not measured: SPY has")
    assert " of 3" in statements["It goes on after the article"]
    alone = bottom_line.bottom_line(evidence_of(("SPY",), later=False))
    assert dict(alone.tables[0].rows)["It goes on after the article"].startswith("Not measured")
    assert "cannot be told" in alone.words[0]


def test_too_few_years_are_no_chapter(small, evidence_of):
    short = evidence_of(("SPY",), end=evidence_of().start.replace(year=2008))
    with pytest.raises(NotCarried, match="no ticker has more than 3 years"):
        history.graph_4(short)
