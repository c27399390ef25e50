"""The study of the sign rules, on simulated bars and on real prices of the source's tickers."""

import dataclasses
import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.studies import winners
from btplaybook.runners.studies.registry import study_of
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.summer_speculations.trials import SETS_BY_RULE
from btplaybook.runners.trials.ledger import TrialLedger

WINDOW = {"start": pd.Timestamp("2013-01-02").date(), "end": pd.Timestamp("2014-03-31").date()}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bars")
    for seed, ticker in enumerate(("AAA", "BBB")):
        simulated_bars(seed).frame().to_csv(folder / f"{ticker}.csv")
    return folder, run_study("summer-speculations", folder, tickers=["AAA", "BBB"], **WINDOW)


def figures_of(result, id, ticker):
    return [f for f in result.figures() if (f.id, f.ticker) == (id, ticker)]


def test_all_chapters_are_carried(small):
    _, result = small
    assert not result.not_carried()
    assert {figure.ticker for figure in result.figures()} == {"AAA", "BBB", "all"}
    assert all(
        figure.finding == "not_comparable"
        for figure in result.figures()
        if figure.id.startswith("sentences")
    )
    told = '"All" are those given: AAA, BBB; the source has 7 tickers.'
    assert all(told in figure.verdict for figure in result.figures() if figure.ticker == "all")


def test_the_number_of_trials_stands_on_the_page(small):
    from btplaybook.runners.pages.study import page

    _, result = small
    text = page(result)
    assert "1,575 sets" in text
    assert "1,470 of them different rules" in text
    assert SETS_BY_RULE == {"S1": 5, "S2": 70, "S3": 100, "S4": 1400}


def test_the_best_of_s2_is_that_of_a_plain_scan(small):
    folder, result = small
    frame = pd.read_csv(folder / "AAA.csv", index_col="date", parse_dates=True)
    frame = frame.loc[: str(WINDOW["end"])]
    returns = (frame["close"] + frame["dividend"]) / frame["close"].shift() - 1.0
    counted = returns.loc[str(WINDOW["start"]) :]
    held = (1.0 + counted).prod() - 1.0
    best = -np.inf
    for delay, window in itertools.product(range(1, 6), range(1, 15)):
        z = returns.rolling(window).sum().shift(delay)
        position = pd.Series(np.where(z < -1e-12, -1.0, 1.0), returns.index)
        earned = position.shift().loc[counted.index] * counted
        best = max(best, (1.0 + earned).prod() - 1.0 - held)
    (figure,) = figures_of(result, "table_1.s2_excess", "AAA")
    assert figure.measured == pytest.approx(100 * best, rel=1e-9)


@pytest.mark.parametrize(("every", "code"), [("week", "%G-%V"), ("month", "%Y-%m")])
def test_weeks_and_months_have_a_search_of_their_own(small, every, code):
    folder, result = small
    frame = pd.read_csv(folder / "AAA.csv", index_col="date", parse_dates=True)
    frame = frame.loc[: str(WINDOW["end"])].assign(date=lambda table: table.index)
    grouped = frame.groupby(frame.index.strftime(code), sort=False)
    table = grouped.agg({"close": "last", "dividend": "sum", "date": "last"}).set_index("date")
    if every == "week":
        table = table.iloc[:-1]  # the window ends on a Monday, which is the end of a month
    returns = (table["close"] + table["dividend"]) / table["close"].shift() - 1.0
    counted = returns.loc[str(WINDOW["start"]) :]
    held = (1.0 + counted).prod() - 1.0
    best = {}
    for delay, window in itertools.product(range(1, 6), range(1, 15)):
        z = returns.rolling(window).sum().shift(delay)
        position = pd.Series(np.where(z < -1e-12, -1.0, 1.0), returns.index)
        earned = position.shift().loc[counted.index] * counted
        best[delay, window] = (1.0 + earned).prod() - 1.0 - held
    (figure,) = figures_of(result, f"frequencies.s2_{every}_excess", "AAA")
    assert figure.measured == pytest.approx(100 * max(best.values()), rel=1e-9)
    assert f"{table.index[-1].date()}" in figure.verdict
    (first,) = figures_of(result, f"frequencies.s1_{every}_excess", "AAA")
    assert first.measured == pytest.approx(
        100 * max(gain for (_, window), gain in best.items() if window == 1), rel=1e-9
    )


def test_daily_bars_are_the_tables(small):
    _, result = small
    for rule in ("s1", "s2", "s3", "s4"):
        (by_frequency,) = figures_of(result, f"frequencies.{rule}_day_excess", "BBB")
        (table,) = figures_of(result, f"table_1.{rule}_excess", "BBB")
        assert by_frequency.measured == pytest.approx(table.measured, rel=1e-12)


def test_equal_inputs_give_equal_bytes(small):
    folder, result = small
    again = run_study("summer-speculations", folder, tickers=["AAA", "BBB"], **WINDOW)
    assert again.to_json() == result.to_json()


@pytest.fixture(scope="module")
def oih(realdata):
    return run_study("summer-speculations", realdata, tickers=["OIH", "BTC-USD"])


@pytest.mark.parametrize(
    ("id", "measured"),
    [
        ("table_1.s1_excess", -59.2),
        ("table_1.s2_excess", -7.5),
        ("table_1.s3_excess", -31.3),
        ("table_1.s4_excess", 63.0),
        ("frequencies.s1_week_excess", -55.0),
        ("frequencies.s4_week_excess", 11.6),
        ("frequencies.s2_month_excess", 191.0),
        ("fallback.s4_fallback_share", 51.7),
        ("fallback.s4_excess_fallback_1", 38.7),
        ("fallback.s4_excess_fallback_0", 13.5),
        ("script.s1_excess", 50.6),
        ("script.s2_excess", 42.6),
        ("script.s3_excess", 5.6),
        ("script.s4_excess", 56.0),
    ],
)
def test_oih(oih, id, measured):
    (figure,) = figures_of(oih, id, "OIH")
    assert round(figure.measured, 1) == measured


@pytest.mark.parametrize(
    ("id", "ticker", "finding"),
    [
        ("sentences.all_work", "OIH", "differs"),
        ("sentences.top", "OIH", "reproduced"),
        ("sentences.all_work", "BTC-USD", "reproduced"),
        ("coefficient.median", "OIH", "reproduced"),
    ],
)
def test_the_sentences(oih, id, ticker, finding):
    (figure,) = figures_of(oih, id, ticker)
    assert figure.finding == finding


def test_holding_is_what_a_plain_product_says(oih, realdata):
    bars = read_bars(realdata / "etf" / "OIH.csv", end="2024-08-20")
    returns = pd.Series(bars.total_returns, pd.DatetimeIndex(bars.dates)).loc["2022":]
    (figure,) = figures_of(oih, "table_1.s4_excess", "OIH")
    assert f"{100 * ((1.0 + returns).prod() - 1.0):.2f}%" in figure.verdict


# -- what the winners are worth --------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(small, tmp_path_factory):
    """The study of one ticker with its winners judged, and its entry in the ledger of trials."""
    folder, _ = small
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setattr(winners, "REPLICATES", 50)
        patch.setattr(winners, "NULL_SAMPLES", 3)
        study = study_of("summer-speculations")
        alone = tuple(one for one in study.chapters if one.id == "worth")
        study = dataclasses.replace(study, chapters=alone)
        result = run_study(study, folder, tickers=["AAA"], placebos=4, **WINDOW)
        return result, TrialLedger().entries()


def test_every_winner_is_that_of_the_table(small, judged):
    _, table = small
    rows = judged[0].plain()["worth"]
    assert [row["family"] for row in rows] == ["S1", "S2", "S3", "S4"]
    for row in rows:
        (figure,) = figures_of(table, f"table_1.{row['family'].lower()}_excess", "AAA")
        assert 100 * row["value"] == pytest.approx(figure.measured, rel=1e-9)
        assert str(tuple(row["set"].values())).replace(",)", ")") in figure.name
        assert row["worth"]["over"] == "buy and hold"
        assert row["worth"]["trials"]["raw"] == SETS_BY_RULE[row["family"]]
        assert "ever" not in row["worth"]["trials"]  # it hangs on the machine
        for kind in ("placebo", "placebo_permuted"):
            found = row["worth"][kind]
            assert found["real"] == row["value"]
            as_good = sum(value >= row["value"] for value in found["over_held"])
            assert found["p"] == (1 + as_good) / 5
        assert row["no_walk_forward"] == "1.2 years are too few to choose anew in them"


def test_the_statistics_act_on_the_winners_days(small, judged):
    folder, _ = small
    row = next(one for one in judged[0].plain()["worth"] if one["family"] == "S2")
    frame = pd.read_csv(folder / "AAA.csv", index_col="date", parse_dates=True)
    returns = (frame["close"] + frame["dividend"]) / frame["close"].shift() - 1.0
    z = returns.rolling(row["set"]["M"]).sum().shift(row["set"]["d"])
    position = pd.Series(np.where(z < -1e-12, -1.0, 1.0), returns.index)
    over = (position.shift() - 1.0) * returns
    window = over.loc[str(WINDOW["start"]) : str(WINDOW["end"])]
    band = row["worth"]["bands"]["excess_per_year"]
    assert band["estimate"] == pytest.approx(252 * window.mean(), rel=1e-9)
    later = (position.shift() * returns).loc[row["later"]["first"] :]
    assert row["later"]["first"] == "2014-04-01"
    total = row["later"]["metrics"]["total_return"]
    assert total == pytest.approx((1.0 + later).prod() - 1.0, rel=1e-9)


def test_what_a_study_tried_stands_in_the_ledger(judged):
    (entry,) = judged[1]
    assert (entry.command, entry.tried) == ("study summer-speculations", 1575)
    assert entry.strategy == "sign-s1, sign-s2, sign-s3, sign-s4"
    assert entry.space == "S1 5 sets; S2 70 sets; S3 100 sets; S4 1,400 sets"
    assert (entry.names, entry.first, entry.last) == ("AAA", "2013-01-02", "2014-03-31")
    assert 1000 < entry.distinct <= 1470


def test_the_page_says_how_many_luck_alone_would_give(judged):
    from btplaybook.runners.pages.study import page

    text = page(judged[0])
    assert "searched again on 4 made-up markets of each kind" in text
    assert "where there is nothing to find, 0.2 would on average" in text
    assert "There is no walk-forward: 1.2 years are too few" in text


def test_no_made_up_markets_leave_it_out(small):
    _, result = small  # the tests' default
    assert "worth" not in result.plain()
    assert winners.UNMEASURED in [words for _, found in result.chapters for words in found.words]
    with pytest.raises(ParameterError, match="placebos must be a whole number >= 0, got -1"):
        run_study("summer-speculations", placebos=-1)


PAGE = (Path(__file__).resolve().parents[3] / "docs/pages/studies.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| (OIH|BTC-USD) \| (-?[\d.]+) \| (-?[\d.]+) \| (-?[\d.]+) \| (-?[\d.]+) \|$",
    PAGE,
    re.MULTILINE,
)


def test_the_documented_rows_are_the_measured_ones(oih):
    assert [row[0] for row in ROWS] == ["OIH", "BTC-USD"]
    for ticker, *documented in ROWS:
        found = [
            figures_of(oih, f"table_1.{rule}_excess", ticker)[0].measured
            for rule in ("s1", "s2", "s3", "s4")
        ]
        assert [f"{value:.1f}" for value in found] == documented
