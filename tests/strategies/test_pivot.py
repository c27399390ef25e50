"""The pivot strategy: its parameters, its account, what it says of tomorrow, and its record."""

import numpy as np
import pandas as pd
import pytest

from btplaybook import run, sample
from btplaybook.feeds.resampled import resampled
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.next.words import words_of
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.pivot import Pivot
from btplaybook.strategies.rules.pivot import pivot_days, pivot_side

FIXED = {"mode": "fixed", "slow": 40, "fast": 3, "span": 20, "angle": 60.0}


@pytest.fixture(scope="module")
def bars():
    return sample("sp500", end="2001-06-29")


def params(**changed):
    return {**dict(Pivot.params._getpairs()), **changed}


def test_the_estimated_strengths_are_the_default_and_nothing_is_fitted():
    call = Pivot.rule_call(params())
    assert call.rule is pivot_side
    assert call.arguments == (True, 100, 5, 40, 45.0, 0.0, 0.0, 0.0, 0.0, 0, 20.0)
    assert call.bars_needed == 162
    assert Pivot.rule_call(params(window=250)).bars_needed == 352
    assert Pivot.rule_call(params(**FIXED)).bars_needed == 41


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mode": "fitted"}, "mode must be one of estimated, fixed, got 'fitted'"),
        ({"slow": 5}, "fast must be below slow, got fast 5 and slow 5"),
        ({"slow": 1, "fast": 1}, "slow must be a whole number >= 2"),
        ({"fast": 0}, "fast must be a whole number >= 1"),
        ({"span": 0}, "span must be a whole number >= 1"),
        ({"angle": 91}, r"angle must be in \[0, 90\]"),
        ({"angle": float("nan")}, r"angle must be in \[0, 90\]"),
        ({"regime": 11}, r"regime must be in \[-10, 10\]"),
        ({"bias": "a"}, "bias must be in"),
        ({"band_long": -0.1}, r"band_long must be in \[0, "),
        ({"band_short": -0.1}, r"band_short must be in \[0, "),
        ({"window": 59}, "window must be 0, for all pairs, or at least 60, got 59"),
        ({"penalty": -1}, r"penalty must be in \[0, "),
    ],
)
def test_a_parameter_out_of_range_is_refused(changed, words):
    with pytest.raises(StrategyError, match=words):
        Pivot.rule_call(params(**changed))


@pytest.mark.parametrize("chosen", [{}, FIXED, {**FIXED, "band_long": 0.5, "band_short": 0.3}])
def test_first_decision_and_account_are_those_of_the_rule(bars, chosen):
    call = Pivot.rule_call(params(**chosen))
    sides = pivot_side(np.array(bars.close), *call.arguments)
    assert not sides[: call.bars_needed - 1].any()
    result = run(Pivot, bars, **chosen, rebalance="daily", no_dividends=True, strips=False)
    price = np.array(bars.close)
    wealth = np.cumprod(1.0 + sides[:-1] * (price[1:] / price[:-1] - 1.0))
    equity = result.daily["equity"].to_numpy() / 1e6
    assert equity[1:] == pytest.approx(wealth[-len(equity) + 1 :], rel=1e-12)


def test_the_record_holds_every_pivot(bars, tmp_path):
    result = run(Pivot, bars, start="2000-01-03", strips=False)
    write_run(result, tmp_path)
    table = pd.read_parquet(tmp_path / "pivots.parquet")
    days = pivot_days(np.array(bars.close), *Pivot.rule_call(params()).arguments)
    assert table.index[0] == pd.Timestamp("1999-12-31")  # decided there, counted from the next
    assert len(table) == len(result.daily)
    for name in ("to_long", "to_short", "score", "move", "slope"):
        expected = getattr(days, name)[:-1][-len(table) :]
        assert np.array_equal(table[name], expected)
    # The side of each day is that of the close and its pivot.
    above = (table["close"] > table["to_long"]) == (table["slope"] > 0)
    held = result.daily["sign"].to_numpy()
    assert (np.where(above, 1, -1) == held).all()
    told = result.plain()["sections"]["pivot"]
    assert told["days"] == len(table)
    assert told["days_without_pivot"] == 0
    assert told["reversion_share"] == pytest.approx((table["slope"] < 0).mean())
    page = (tmp_path / "tearsheet.html").read_text()
    assert "Strength of trend and stretch" in page
    assert f"{told['reversion_share']:.1%}"[:-1] in page
    assert "pivots.parquet" in page
    write_run(run("sma-switch", bars, strips=False), tmp_path)
    assert not (tmp_path / "pivots.parquet").exists()  # it belongs to the result before


def test_tomorrow_says_the_pivot_and_a_close_beyond_it_switches(bars):
    result = tomorrow(Pivot, bars)
    days = pivot_days(np.array(bars.close), *Pivot.rule_call(params()).arguments)
    (order,) = result.orders
    (condition,) = order.conditions
    assert condition.trigger == pytest.approx(days.to_short[-1], rel=1e-12)
    assert (order.size < 0) == (result.target == {"SP500": -1.0}) or order.size
    words = "\n".join(words_of(result))
    assert f"Pivot {days.to_long[-1]:,.2f}: " in words
    assert "is the stronger force." in words


def test_a_pivot_that_is_too_far_away_is_no_order(bars):
    result = tomorrow(Pivot, bars, mode="fixed", angle=0.0, bias=50.0)
    assert result.orders == []
    assert "No switch plausible: no pivot within 5 standard deviations" in "\n".join(
        words_of(result)
    )


def test_bars_from_open_to_open_make_it_a_rule_of_opens(bars):
    opens = resampled(bars, "open")
    assert opens.close.tolist() == bars.open[1:].tolist()
    result = run(Pivot, bars, **FIXED, resample="open", rebalance="daily", no_dividends=True,
                 strips=False)  # fmt: skip
    price = np.array(bars.open[1:])
    sides = pivot_side(price, *Pivot.rule_call(params(**FIXED)).arguments)
    wealth = np.cumprod(1.0 + sides[:-1] * (price[1:] / price[:-1] - 1.0))
    equity = result.daily["equity"].to_numpy() / 1e6
    assert equity[1:] == pytest.approx(wealth[-len(equity) + 1 :], rel=1e-12)
    assert "open to open" in [badge.text for badge in result.badges]


def test_a_flat_price_has_no_unit_and_no_pivot_whatever_the_regime():
    close = np.concatenate([np.full(5, 50.0), np.full(400, 50.5)])
    arguments = Pivot.rule_call(
        params(mode="fixed", slow=20, fast=2, span=2, regime=-10.0)
    ).arguments
    days = pivot_days(close, *arguments)
    assert days.no_pivot[100:].all()
    assert not np.isinf(days.to_long).any()


def test_a_penny_price_is_written_with_its_digits(bars):
    frame = bars.frame()
    frame[["open", "high", "low", "close"]] /= 1e6
    words = "\n".join(words_of(tomorrow(Pivot, frame, no_dividends=True)))
    assert "Pivot 0.00" in words
    assert "Pivot 0.00:" not in words


def test_tomorrow_says_that_a_close_of_such_bars_is_an_open(bars):
    words = "\n".join(words_of(tomorrow(Pivot, bars, resample="open")))
    assert " at the open if SP500 opens " in words
    assert " closes " not in words
    assert "last close" not in words


def test_an_account_that_its_first_order_ruins_has_a_page(bars, tmp_path):
    result = run(Pivot, bars, per_share=1e5, strips=False)
    assert result.metrics["ruined_on"]
    write_run(result, tmp_path)
    assert "ruined" in (tmp_path / "tearsheet.html").read_text()
