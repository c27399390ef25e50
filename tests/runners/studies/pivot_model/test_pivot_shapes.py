"""Shape, bias and switches of the models against plain NumPy."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.runners.studies.pivot_model import biases, chosen, model_bias
from btplaybook.runners.studies.pivot_model.biases import biases_of, year_weights
from btplaybook.runners.studies.pivot_model.model_bias import sides_by_year
from btplaybook.runners.studies.pivot_model.shape import shape
from btplaybook.runners.studies.pivot_model.shape_of import shape_of
from btplaybook.runners.studies.pivot_model.spans import Span, span_of
from btplaybook.runners.studies.pivot_model.switches import switches
from btplaybook.runners.studies.study import NotCarried


@pytest.fixture
def small(small_space, monkeypatch):
    """All chapters try the small space."""
    for module in (chosen, model_bias):
        monkeypatch.setattr(module, "published_space", lambda: small_space)


def worked_span():
    """Seven closes, three decisions before them; two ex-dates."""
    close = np.array([10.0, 10.0, 11.0, 11.0, 9.9, 10.0, 9.0])
    dates = np.array(
        ["2019-12-30", "2019-12-31", "2020-01-02", "2020-01-03", "2020-12-31", "2021-01-04",
         "2021-01-05"], "datetime64[D]",
    )  # fmt: skip
    dividend = np.array([0.0, 0.0, 0.5, 0.0, 0.0, 0.5, 0.0])
    bars = Bars(
        name="A", dates=dates, open=close, high=close, low=close, close=close,
        volume=np.ones(7), dividend=dividend, source="made", calendar="XNYS",
    )  # fmt: skip
    return Span(bars, 1, 6)


def test_a_shape_worked_by_hand():
    sides = np.array([0.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0])
    found = shape_of(worked_span(), sides)
    days = np.array([0.1, 0.0, 0.1, -0.1 / 9.9, -0.1])  # held long, long, short, short, long
    assert found.gain == pytest.approx(days.sum(), abs=1e-12)
    assert found.points == pytest.approx(1.0 + 0.0 + 1.1 - 0.1 - 1.0, abs=1e-12)
    assert found.win_rate == 0.6  # the day without a move is won
    assert found.average_win == pytest.approx(0.2 / 3.0)
    assert found.average_loss == pytest.approx((-0.1 / 9.9 - 0.1) / 2.0)
    assert (found.ex_long, found.ex_short) == (1, 1)
    assert (found.days_long, found.days_short) == (3, 2)
    assert found.switches == pytest.approx(2 / (5 / 252))
    adjusted = worked_span().bars.adjusted_close
    rise = adjusted[6] - adjusted[1]
    if rise > 0.0:
        assert found.over_adjusted == pytest.approx(1.0 / rise)
    else:
        assert found.over_adjusted is None


def test_sides_by_year_worked_by_hand():
    sides = np.array([0.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0])
    found = sides_by_year(worked_span(), sides)
    market = {2020: 0.1 + 0.0 - 0.1, 2021: 0.1 / 9.9 - 0.1}
    assert market[2020] == pytest.approx(0.0)
    assert found.gain_long == pytest.approx(0.1 - 0.1)
    assert found.gain_short == pytest.approx(0.1 - 0.1 / 9.9)
    assert np.isnan(found.up)  # 2020 ends where it began
    assert found.down == pytest.approx(-0.1 / 9.9 - 0.1)
    assert found.market_down == pytest.approx(market[2021])


def test_every_year_moves_alike_by_the_weights(evidence_of):
    span = span_of(evidence_of(), "SPY")
    weights = year_weights(span)
    counted = slice(span.first, span.last)
    years = pd.DatetimeIndex(span.bars.dates[span.first + 1 : span.last + 1]).year
    sizes = pd.Series(np.abs(weights[counted])).groupby(years).mean()
    np.testing.assert_allclose(sizes, sizes.iloc[0], rtol=1e-12)
    returns = np.diff(span.bars.close)[counted] / span.bars.close[counted]
    assert np.abs(weights[counted]).sum() == pytest.approx(np.abs(returns).sum())
    np.testing.assert_array_equal(np.sign(weights[counted]), np.sign(returns))


def test_the_first_decision_is_a_years_end(evidence_of):
    span = span_of(evidence_of(), "SPY")
    assert str(span.bars.dates[span.first])[:7] == "2005-12"
    assert str(span.bars.dates[span.first + 1])[:7] == "2006-01"
    assert span.last == len(span.bars) - 1
    short = evidence_of().bars["SPY"].between(None, "2006-06-30")
    evidence = evidence_of(tickers=("SPY",), later=False)
    evidence = dataclasses.replace(evidence, bars={"SPY": short})
    with pytest.raises(NotCarried, match="year of days"):
        span_of(evidence, "SPY")


def test_the_best_sets_are_those_of_all_tried_one_by_one(evidence_of, small_space, naive_sides):
    span = span_of(evidence_of(), "IWM")
    span = Span(span.bars.between(None, "2007-03-30"), span.first, 0)
    span = span._replace(last=len(span.bars) - 1)
    space = dataclasses.replace(
        small_space, slow=(60,), span=(20,), angle=(15.0, 80.0), regime=(1.0,),
        band_long=(0.0, 0.6), band_short=(0.0,),
    )  # fmt: skip
    found = biases_of(span, space, 0)
    close = span.bars.close
    counted = slice(span.first, span.last)
    rows = []
    for line in space.lines:
        for number in range(space.sets_per_line):
            own = space.parameters(line, number)
            sides = naive_sides(
                close, own["slow"], own["fast"], own["span"], own["angle"], own["regime"],
                own["bias"], own["band_long"], own["band_short"],
            )  # fmt: skip
            held = sides[counted]
            gain = held @ (np.diff(close)[counted] / close[counted])
            rows.append((held @ np.diff(close)[counted], gain, held.mean()))
    points, gains, long = np.array(rows).T
    for key, by in (("points", points), ("percent", gains)):
        best = by.argmax()
        assert found[key].best_gain == pytest.approx(gains[best], abs=1e-10)
        assert found[key].best_long == pytest.approx(long[best], abs=1e-10)
        # A hundredth of 24 sets is one set.
        assert found[key].gain == pytest.approx(gains[best], abs=1e-10)


def test_the_chapters_tell_what_they_measure(evidence_of, small, monkeypatch):
    monkeypatch.setattr(biases, "N_LINES", 12)
    evidence = evidence_of()
    shaped, biased, switched = shape(evidence), model_bias.model_bias(evidence), switches(evidence)
    measured = {one.id: one.measured for one in shaped.figures}
    models = {id.partition(".")[2].partition("_")[0] for id in measured}
    assert {"best", "estimated"} <= models
    assert measured["shape.best_gain"] is not None
    lengths = measured["shape.best_days_long"] + measured["shape.best_days_short"]
    span = span_of(evidence, "SPY")
    assert lengths == span.last - span.first
    words = " ".join((*shaped.words, *biased.words, *switched.words))
    assert "Size and shape are" in words
    assert "Over 5 draws" in words
    assert len(shaped.tables[1].rows) == 5
    own, drawn = shaped.tables[0].rows[0][2], [row[1] for row in shaped.tables[1].rows]
    assert own == drawn[0]
    assert "{" not in words
    gains = {one.id: one.measured for one in biased.figures}
    assert gains["bias.best_gain_long"] + gains["bias.best_gain_short"] == pytest.approx(
        measured["shape.best_gain"]
    )
    by_year = np.array([[float(cell) for cell in row[1:]] for row in switched.tables[0].rows])
    assert by_year[:, 0].sum() == pytest.approx(measured["shape.best_switches"] * span.years)


def test_a_set_that_trades_often_enough_is_within_the_limits(evidence_of, small):
    evidence = evidence_of()
    span = span_of(evidence, "SPY")
    found = chosen.chosen_of(evidence, "SPY")
    assert "often" in found
    switched = shape_of(span, found["often"].sides).switches
    assert chosen.OFTEN[0] <= switched <= chosen.OFTEN[1]
    assert shape_of(span, found["often"].sides).points <= shape_of(span, found["best"].sides).points
