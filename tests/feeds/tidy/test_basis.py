"""What prices hold, spelled in many vendors' ways: raw, split-adjusted and total twins agree.

The laws: a raw file with stated splits, its split-adjusted twin and, without dividends, its total
twin give one table of bars (1e-9); total prices never pay again; what nothing explains is named.
"""

import io

import numpy as np
import pandas as pd
import pytest
import vendors
from vendors import Market, market

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.errors import BarsError, RequestError
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.reading import Reading
from btplaybook.runners.runs.run import run

RATIOS = [
    pytest.param(2.0, id="2:1"),
    pytest.param(1.5, id="3:2"),
    pytest.param(7.0, id="7:1"),
    pytest.param(0.125, id="1:8"),
]
SPLIT_ROW, PAID = 60, {20: 0.3, 85: 0.35}
COLUMNS = ("open", "high", "low", "close", "volume", "dividend")


def read(frame, tmp_path, **reading):
    file = tmp_path / "AAA.csv"
    frame.to_csv(file, index=False)
    return read_bars(file, reading=Reading(**reading))


def twin(of, **columns):
    """Return the split-adjusted bars, built from arrays."""
    arrays = {name: of.bars[name].to_numpy() for name in COLUMNS[:-1]}
    return Bars("AAA", of.bars.index.to_numpy(), **arrays, dividend=of.paid, **columns)


def check_equal(bars, expected, *, volume=True, dividends=True):
    assert (bars.dates == expected.dates).all()
    for name in COLUMNS:
        if (name != "volume" or volume) and (name != "dividend" or dividends):
            np.testing.assert_allclose(
                getattr(bars, name), getattr(expected, name), rtol=1e-12, err_msg=name
            )


def figures(bars):
    result = run("sma-switch", bars, period=8, strips=False, figures_only=True)
    return result.metrics["total_return"], result.benchmark["total_return"]


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("layout", vendors.RAW.values(), ids=vendors.RAW)
@pytest.mark.parametrize("paid", [{}, PAID], ids=["no dividends", "dividends"])
def test_raw_prices_with_stated_splits_come_out_split_adjusted(tmp_path, layout, ratio, paid):
    of = Market(market(), {SPLIT_ROW: ratio}, paid)
    bars = read(layout(of), tmp_path)
    assert bars.prices == "raw"
    states_dividends = layout is not vendors.eod_historical
    check_equal(bars, twin(of), dividends=states_dividends)
    if states_dividends and paid and ratio in (1.5, 0.125):  # a run takes its time
        np.testing.assert_allclose(figures(bars), figures(twin(of)), rtol=1e-9)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("layout", vendors.SPLIT.values(), ids=vendors.SPLIT)
def test_split_adjusted_prices_stay_as_they_are(tmp_path, layout, ratio):
    of = Market(market(), {SPLIT_ROW: ratio}, PAID)
    bars = read(layout(of), tmp_path)
    assert bars.prices == "split"
    check_equal(bars, twin(of), dividends=layout is vendors.yfinance_download)


@pytest.mark.parametrize("ratio", RATIOS)
def test_total_prices_never_pay_their_dividends_again(tmp_path, ratio):
    of = Market(market(), {SPLIT_ROW: ratio}, PAID)
    bars = read(vendors.yfinance_history(of), tmp_path)
    assert bars.prices == "total"
    assert not bars.price_only
    assert (bars.dividend == 0).all()
    np.testing.assert_allclose(bars.close, of.adjusted, rtol=1e-12)


@pytest.mark.parametrize("ratio", RATIOS)
def test_raw_split_adjusted_and_total_twins_give_the_same_figures(tmp_path, ratio):
    of = Market(market(), {SPLIT_ROW: ratio})
    raw, total = vendors.tiingo(of), vendors.yfinance_history(of)
    expected = figures(twin(of))
    np.testing.assert_allclose(figures(read(raw, tmp_path)), expected, rtol=1e-9)
    np.testing.assert_allclose(figures(read(total, tmp_path)), expected, rtol=1e-9)


@pytest.mark.parametrize("row", [1, 2, 64, 128, 129], ids=lambda row: f"row {row}")
@pytest.mark.parametrize("layout", vendors.RAW.values(), ids=vendors.RAW)
def test_a_split_on_any_day_of_the_table_is_seen(tmp_path, layout, row):
    of = Market(market(), {row: 2.0})
    check_equal(read(layout(of), tmp_path), twin(of))


@pytest.mark.parametrize("layout", vendors.RAW.values(), ids=vendors.RAW)
def test_several_splits_multiply(tmp_path, layout):
    of = Market(market(), {30: 2.0, 31: 1.5, 90: 0.125}, PAID)
    if layout is vendors.events_without_adjusted:
        of = Market(of.bars, {30: 2.0, 60: 1.5, 90: 0.125}, PAID)
    bars = read(layout(of), tmp_path)
    check_equal(bars, twin(of), dividends=layout is not vendors.eod_historical)


@pytest.mark.parametrize("move", [-0.09, -0.03, 0.0, 0.03, 0.09], ids=lambda m: f"{m:+.0%}")
@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (2, "2:1"), (3, "3:1"), (4, "4:1"), (5, "5:1"), (10, "10:1"), (20, "20:1"),
        (1.5, "3:2"), (4 / 3, "4:3"), (1 / 2, "1:2"), (1 / 3, "1:3"), (1 / 10, "1:10"),
        (2 / 3, "2:3"), (3 / 4, "3:4"), (1 / 20, "1:20"),
    ],
    ids=str,
)  # fmt: skip
def test_a_jump_that_no_column_explains_is_named(ratio, words, move):
    of = Market(market(), {SPLIT_ROW: ratio})
    calm = of.bars.copy()
    for name in vendors.PRICES:
        calm[name] = 40.0 + 0.2 * np.sin(np.arange(len(calm)))
    calm["high"] += 0.2
    calm["low"] -= 0.2
    calm.loc[calm.index[SPLIT_ROW] :, vendors.PRICES] *= 1 + move
    raw = Market(calm, of.splits).raw
    bars = Bars.from_frame(raw.reset_index(), "AAA")
    date = str(raw.index[SPLIT_ROW].date())
    (warning,) = [line for line in bars.warnings if "split" in line]
    assert date in warning
    assert words in warning
    assert f"--split {date}=" in warning
    stated = Bars.from_frame(
        raw.reset_index(), "AAA", reading=Reading(split=(f"{date}={words.replace(':', '/')}",))
    )
    np.testing.assert_allclose(stated.close, calm["close"], rtol=1e-12)
    assert not [line for line in stated.warnings if "split" in line]


def test_a_special_dividend_is_no_split():
    of = Market(market(), dividends={50: 18.0})
    bars = of.bars.copy()
    bars.loc[bars.index[50] :, vendors.PRICES] *= 0.5  # a special dividend of nearly half
    frame = bars.assign(dividend=of.paid).reset_index()
    assert not [line for line in Bars.from_frame(frame).warnings if "split of" in line]


@pytest.mark.parametrize("prices", ["raw", "split", "total"])
def test_the_option_overrides_what_is_found(tmp_path, prices):
    of = Market(market(), {SPLIT_ROW: 2.0}, PAID)
    bars = read(vendors.yfinance_history(of), tmp_path, prices=prices)
    assert bars.prices == prices
    assert (bars.dividend > 0).any() == (prices != "total")


def test_a_file_with_lower_case_labels_is_yfinances_too(tmp_path):
    of = Market(market(), {SPLIT_ROW: 2.0}, PAID)
    frame = vendors.yfinance_history(of).rename(columns=str.lower)
    assert read(frame, tmp_path).prices == "total"


def test_yfinances_download_without_adjusted_close_is_total():
    of = Market(market())
    frame = of.total.rename(columns=str.title)
    frame.columns = pd.MultiIndex.from_product([frame.columns, ["AAA"]], names=["Price", "Ticker"])
    assert Bars.from_frame(frame).prices == "total"
    written = Bars.from_frame(frame)
    text = io.StringIO(frame.to_csv())
    again = Bars.from_frame(pd.read_csv(text, header=[0, 1], index_col=0))
    assert again == written


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ("2019-03-01=0", "DATE=RATIO"), ("2019-03-01", "DATE=RATIO"), ("1.3.2019=2", "DATE=RATIO"),
        ("2019-13-01=2", "DATE=RATIO"), ("2031-01-01=2", "no bar before and after"),
        ("2001-01-01=2", "no bar before and after"),
    ],
)  # fmt: skip
def test_a_split_that_cannot_be_is_refused(split, words):
    with pytest.raises(RequestError, match=words):
        Bars.from_frame(market().reset_index(), reading=Reading(split=(split,)))


def test_a_stated_split_that_the_prices_do_not_show_is_named():
    of = Market(market(), {30: 2.0, 60: 2.0, 90: 2.0})
    raw = of.raw
    raw.loc[: raw.index[29], vendors.PRICES] /= 2  # the vendor forgot the first
    bars = Bars.from_frame(raw.reset_index().assign(split_ratio=of.ratio))
    assert any("prices show no such split" in line for line in bars.warnings)


def test_dividends_of_raw_prices_are_adjusted_with_them(tmp_path):
    of = Market(market(), {SPLIT_ROW: 7.0}, {20: 0.3, SPLIT_ROW: 0.2, 85: 0.35})
    bars = read(vendors.tiingo(of), tmp_path)
    np.testing.assert_allclose(bars.dividend, of.paid, rtol=1e-12)


def test_a_split_factor_that_is_missing_or_negative_is_named():
    frame = vendors.running_factor(Market(market(), {SPLIT_ROW: 2.0}))
    frame.loc[3, "split_factor"] = -2.0
    with pytest.raises(BarsError, match="split_factor is not positive on 2019-01-09"):
        Bars.from_frame(frame)


@pytest.mark.parametrize("ratio", [6 / 5, 5 / 4, 9 / 8, 11 / 10, 21 / 20, 4 / 3, 0.1, 0.125, 0.05])
@pytest.mark.parametrize("paid", [{20: 0.3, 85: 0.35}, {20: 0.3, SPLIT_ROW: 0.2}], ids=["", "same"])
def test_an_adjusted_close_tells_splits_of_any_ratio(ratio, paid):
    of = Market(market(), {SPLIT_ROW: ratio}, paid)
    frame = of.raw.reset_index().assign(adj_close=of.adjusted, dividend=of.paid * of.factor)
    bars = Bars.from_frame(frame, "AAA")
    assert bars.prices == "raw"
    np.testing.assert_allclose(bars.close, of.bars["close"], rtol=1e-9)
    np.testing.assert_allclose(bars.dividend, of.paid, rtol=1e-9)


def test_an_adjusted_close_of_splits_alone_tells_them():
    of = Market(market(), {SPLIT_ROW: 0.1}, {20: 0.3, SPLIT_ROW: 0.2, 90: 0.3})
    frame = of.raw.reset_index().assign(
        adj_close=of.bars["close"].to_numpy(), dividend=of.paid * of.factor
    )
    bars = Bars.from_frame(frame, "AAA")
    np.testing.assert_allclose(bars.close, of.bars["close"], rtol=1e-9)


def test_dividends_that_an_adjusted_close_alone_tells_are_noted(tmp_path):
    of = Market(market(), dividends=PAID)
    told = read(vendors.yahoo_site(of), tmp_path).origin.notes
    assert any("adjusted close tells of dividends" in line for line in told)


def test_sundays_of_weekly_bars_are_noted():
    weekly = market().resample("W").last()
    bars = Bars.from_frame(weekly.reset_index())
    assert bars.frequency == "week"
    assert any("dated on Sundays" in line for line in bars.origin.notes)


def test_a_large_dividend_is_no_split():
    of = Market(market(), dividends={50: 6.0})
    frame = of.bars.reset_index().assign(adj_close=of.adjusted, dividend=of.paid)
    assert Bars.from_frame(frame, "AAA").prices == "split"


def test_a_close_that_equals_the_adjusted_one_before_dividends_is_total():
    of = Market(market(), dividends=PAID)
    frame = of.total.reset_index().assign(adj_close=of.total["close"].to_numpy(), dividend=of.paid)
    bars = Bars.from_frame(frame, "AAA")
    assert bars.prices == "total"
    assert (bars.dividend == 0).all()


def test_a_dividend_that_is_carried_forward_is_warned_about():
    frame = market().reset_index().assign(dividend=0.3)
    assert any("dividends on 130 of 130 bars" in line for line in Bars.from_frame(frame).warnings)


def test_filled_days_are_warned_about():
    filled = market().asfreq("D").ffill()
    warned = Bars.from_frame(filled.reset_index()).warnings
    assert any("repeat the prices of the bar before" in line for line in warned)


@pytest.mark.parametrize(
    ("row", "cells"), [(20, {"open": 0.0}), (20, {"high": 0.1})], ids=["zero open", "low high"]
)
def test_the_dividend_of_a_row_that_is_left_out_is_paid_on_the_next(row, cells):
    frame = market().reset_index().assign(dividend=0.0)
    frame.loc[row, ["dividend"]] = 0.3
    for name, value in cells.items():
        frame.loc[row, name] = value
    bars = Bars.from_frame(frame, reading=Reading(drop_bad_rows=True))
    assert bars.dividend.sum() == 0.3
    assert bars.dividend[row] == 0.3
    assert any("is paid on" in line for line in bars.warnings)


def test_the_dividend_of_a_second_row_of_a_day_is_the_days():
    frame = market().reset_index().assign(dividend=0.0)
    twice = frame.iloc[[20]].assign(dividend=0.3)
    frame = pd.concat([frame.iloc[:21], twice, frame.iloc[21:]])
    bars = Bars.from_frame(frame, reading=Reading(drop_bad_rows=True))
    assert (len(bars), bars.dividend[20], bars.dividend.sum()) == (130, 0.3, 0.3)
