"""Closes against opens, and the book of pivots."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.studies.pivot_model import members, opens
from btplaybook.runners.studies.pivot_model.book_periods import figures_of, mean_correlation
from btplaybook.runners.studies.pivot_model.closes import later_prices
from btplaybook.runners.studies.pivot_model.diversified import (
    _book,
    _sides_and_returns,
    diversified,
)
from btplaybook.runners.studies.pivot_model.members import models_of, walk_forward
from btplaybook.runners.studies.pivot_model.opens import closes_or_opens, gains_of
from btplaybook.runners.studies.study import NotCarried
from btplaybook.search.kernels.pivot.best import best_of


@pytest.fixture
def small(small_space, monkeypatch):
    """All chapters try the small space."""
    for module in (members, opens):
        monkeypatch.setattr(module, "published_space", lambda: small_space)
        monkeypatch.setattr(module, "N_LINES", 12)
    monkeypatch.setattr(members, "FIT_YEARS", 1)


# -- closes against opens --------------------------------------------------------------------------


def test_gains_at_opens_are_those_of_the_sets_one_by_one(evidence_of, small_space, naive_sides):
    bars = evidence_of().bars["SPY"].between(None, "2006-08-31")
    space = dataclasses.replace(
        small_space,
        slow=(60,),
        fast=(5,),
        span=(20,),
        regime=(0.0,),
        angle=(15.0, 80.0),
        band_long=(0.0, 0.6),
        band_short=(0.0,),
    )
    first, later = 150, 300
    whole, after = gains_of(bars.close, bars.open, first, later, space, 0)
    for found, rest, prices in (
        (whole.closes, after.closes, bars.close),
        (whole.opens, after.opens, bars.open),
    ):
        changes = prices[1:] / prices[:-1] - 1.0
        assert found.held == pytest.approx(changes[first:].sum())
        gains = []
        for line in space.lines:
            for number in range(space.sets_per_line):
                own = space.parameters(line, number)
                options = own["regime"], own["bias"], own["band_long"], own["band_short"]
                sides = naive_sides(prices, line.slow, line.fast, line.span, line.angle, *options)
                of_day = sides[:-1] * changes
                gains.append((of_day[first:].sum(), of_day[later:].sum()))
        gains = np.array(gains)
        np.testing.assert_allclose(np.sort(found.sets), np.sort(gains[:, 0]), atol=1e-10)
        np.testing.assert_allclose(np.sort(rest.sets), np.sort(gains[:, 1]), atol=1e-10)


def test_stale_opens_are_left_out_once_more(evidence_of, small):
    evidence = evidence_of()
    bars = evidence.bars["SPY"]
    stale = bars.open.copy()
    early = np.flatnonzero(bars.dates < np.datetime64("2007-01-01"))[1::5]
    stale[early] = bars.close[early - 1]
    high, low = np.maximum(bars.high, stale), np.minimum(bars.low, stale)
    made = dataclasses.replace(bars, open=stale, high=high, low=low)
    assert opens.first_sound_year(made) == 2007
    assert opens.first_sound_year(bars) == 2005
    found = closes_or_opens(dataclasses.replace(evidence, bars={**evidence.bars, "SPY": made}))
    names = [row[0] for row in found.tables[0].rows]
    assert names == ["SPY", "IWM", "GLD", "SPY, from 2007"]
    assert "From 2007 on" in found.words[1]
    figures = {(one.id, one.ticker): one.measured for one in found.figures}
    assert figures["opens.best_closes", "IWM"] >= figures["opens.high_closes", "IWM"]


def test_an_index_without_opens_is_not_carried(evidence_of, small):
    evidence = evidence_of(tickers=("SPY",))
    bars = evidence.bars["SPY"]
    stale = np.append(bars.open[0], bars.close[:-1])
    high, low = np.maximum(bars.high, stale), np.minimum(bars.low, stale)
    made = dataclasses.replace(bars, open=stale, high=high, low=low)
    with pytest.raises(NotCarried, match="open is the previous close"):
        closes_or_opens(dataclasses.replace(evidence, bars={"SPY": made}))


# -- the book --------------------------------------------------------------------------------------


def test_a_walk_forward_holds_each_set_until_the_next_is_chosen(funds):
    close = funds["SPY"]["close"].to_numpy()[:300]
    sets = {
        100: {"mode": "fixed", "slow": 20, "fast": 1, "angle": 80.0},
        200: {"mode": "fixed", "slow": 60, "fast": 5, "angle": 10.0},
    }
    found = walk_forward(close, sets)
    first, second = (members.sides_of(close, own) for own in sets.values())
    assert not found[:100].any()
    np.testing.assert_array_equal(found[100:200], first[100:200])
    np.testing.assert_array_equal(found[200:], second[200:])


def test_a_walk_forward_set_reads_no_later_close(evidence_of, small, small_space):
    evidence = evidence_of()
    whole = {"IWM": later_prices(evidence, "IWM")}
    cut = {"IWM": whole["IWM"].between(None, "2009-06-30")}
    known, before = (models_of(evidence_of(end=pd.Timestamp("2008-12-31").date()), own, 0)["IWM"]
                     for own in (whole, cut))  # fmt: skip
    sides = before.sides["walk-forward"]
    pd.testing.assert_series_equal(known.sides["walk-forward"].loc[sides.index], sides)
    assert set(np.unique(sides)) == {-1.0, 0.0, 1.0}


def test_the_set_in_sample_is_the_best_of_those_drawn(evidence_of, small, small_space):
    evidence = evidence_of()
    bars = later_prices(evidence, "GLD")
    model = models_of(evidence, {"GLD": bars}, 0)["GLD"]
    close = evidence.bars["GLD"].close
    returns = np.append(close[1:] / close[:-1] - 1.0, 0.0)
    first = int(np.searchsorted(bars.dates, np.datetime64("2006-01-01"))) - 1
    ends = [close.size - 1]
    (best,) = best_of(close, returns, small_space, first=first, ends=ends, n_lines=12, seed=0)
    held = model.sides["fixed"].to_numpy()[first : close.size - 1]
    assert (held * returns[first:-1]).sum() == pytest.approx(best.gain)
    assert model.params["fixed"] == {"mode": "fixed", **best.parameters}


def test_one_account_of_equal_members_is_the_mean_of_their_returns(evidence_of, small):
    """Brought back monthly, it drifts from equal weights by less than members move in a month."""
    evidence = evidence_of()
    bars = {ticker: later_prices(evidence, ticker) for ticker in ("SPY", "GLD")}
    models = models_of(evidence, bars, 0)
    market = pd.DataFrame({ticker: own.returns for ticker, own in models.items()})
    sides, returns = _sides_and_returns(models, market, "estimated")
    sides, returns = sides.iloc[:300], returns.iloc[:300]
    book = _book(bars, models, "estimated", returns)
    mean = returns.mean(axis=1)
    assert np.abs(book - mean).max() < 2e-3
    assert book.iloc[0] == pytest.approx(mean.iloc[0], abs=1e-12)
    assert (1.0 + book).prod() == pytest.approx((1.0 + mean).prod(), abs=1e-2)
    held = sides.shift(-1).iloc[:-1]
    own = models["SPY"].sides["estimated"].loc[held.index]
    np.testing.assert_array_equal(held["SPY"], own)


def test_figures_of_a_period_by_plain_numpy():
    rng = np.random.default_rng(3)
    dates = pd.date_range("2020-01-01", periods=400, freq="B")
    returns = pd.DataFrame(rng.normal(5e-4, 0.01, (400, 3)), dates)
    own = returns[0].to_numpy()
    found = figures_of(returns[0], 252)
    value = np.cumprod(1.0 + own)
    assert found.a_year == pytest.approx(value[-1] ** (252 / 400) - 1.0)
    assert found.volatility == pytest.approx(own.std(ddof=1) * np.sqrt(252))
    assert found.sharpe == pytest.approx(own.mean() / own.std(ddof=1) * np.sqrt(252))
    peak = np.maximum.accumulate(np.append(1.0, value))[1:]
    assert found.drawdown == pytest.approx((value / peak - 1.0).min())
    pairs = [np.corrcoef(returns[a], returns[b])[0, 1] for a, b in ((0, 1), (0, 2), (1, 2))]
    assert mean_correlation(returns) == pytest.approx(np.mean(pairs))


def test_the_book_is_told_before_and_after_the_window(evidence_of, small):
    found = diversified(evidence_of(tickers=("SPY", "GLD")))
    ids = {one.id.split(".")[1] for one in found.figures}
    assert {"estimated_to", "estimated_after", "fixed_to", "fixed_after"} <= ids
    book = [one for one in found.figures if one.ticker == "book" and one.id.endswith("sharpe")]
    assert all(np.isfinite(one.measured) for one in book)
    assert "The source prints no figure" in found.words[0]
    assert "Over 3 draws" in found.words[-1]
    with pytest.raises(NotCarried, match="fewer than two"):
        diversified(evidence_of(tickers=("SPY",)))
