"""The study of the sector letter on two small made-up sectors in a folder, chapter by chapter."""

import dataclasses
import datetime
import hashlib
import html
import json
import math
import re
import types

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.study import page as page_of
from btplaybook.runners.pages.study_verdict import study_bottom_line
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.sector import books, hedging, names, timeframes, universe
from btplaybook.runners.studies.sector.declared import STUDY
from btplaybook.runners.studies.sector.factor_tests import REFUSED, discoveries
from btplaybook.runners.studies.sector.rows import (
    Gain,
    beyond_chance,
    compared,
    how_many,
    range_text,
)
from btplaybook.runners.studies.sector.value import value_words
from btplaybook.runners.studies.sector.weightings import difference

START, END = datetime.date(2006, 5, 1), datetime.date(2006, 8, 31)
PANELS = {"XLV": "health_care", "XLE": "energy"}


def frame_of(tables):
    return pd.concat([table.frame().rename_axis("date").assign(ticker=table.name).reset_index()
                      for table in tables])  # fmt: skip


@pytest.fixture(scope="module")
def markets(sector_of):
    return {
        ticker: sector_of(seed, n_stocks=30, years=3, prefix=prefix)
        for ticker, seed, prefix in (("XLV", 4, ""), ("XLE", 11, "B"))
    }


@pytest.fixture(scope="module")
def folder(markets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for ticker, market in markets.items():
        market.etf.frame().to_csv(folder / f"{ticker}.csv")
        frame_of(market.panel.bars).to_parquet(folder / f"{PANELS[ticker]}.parquet")
    return folder


@pytest.fixture(scope="module")
def found(folder):
    heard = []
    result = run_study(
        STUDY, folder, tickers=["XLV", "XLE"], start=START, end=END, say=heard.append
    )
    return result, heard


@pytest.fixture(scope="module")
def figures(found):
    return {(figure.id, figure.ticker): figure for figure in found[0].figures()}


def test_every_sentence_has_a_chapter_and_none_is_left_out(found):
    result, _ = found
    assert [chapter.id for chapter, _ in result.chapters] == [
        "universe", "beta", "factors", "persistence", "readings", "names", "weights", "neutral",
        "view", "gate", "timeframes", "every_etf", "bottom_line",
    ]  # fmt: skip
    assert [chapter.id for chapter, what in result.chapters if isinstance(what, str)] == []


def test_what_the_folder_does_not_hold_is_said(found):
    _, heard = found
    for name in ("membership", "sectors", "fundamentals"):
        assert any(line.endswith(f"{name} not known") for line in heard)


@pytest.fixture(scope="module")
def alone(found):
    """The chapters of one of the sectors, from the books that the study of both has run."""
    evidence = found[0].evidence
    known = {
        "markets": {"XLE": evidence.once("markets", dict)["XLE"]},
        "books": {"XLE": evidence.once("books", dict)["XLE"]},
        "factor tests": {
            key: test
            for key, test in evidence.once("factor tests", dict).items()
            if key[0] == "XLE"
        },
        REFUSED: {key: why for key, why in evidence.once(REFUSED, dict).items() if key[0] == "XLE"},
    }
    one = dataclasses.replace(evidence, tickers=("XLE",), _known=known)
    return {
        chapter.id: chapter.build(one)
        for chapter in STUDY.chapters
        if chapter.id not in ("timeframes", "every_etf")
    }


def assert_sentences(findings):
    """Each paragraph is made of sentences, and no clause counts 1 of 1 or 0 of 0."""
    for words in findings.words:
        assert re.match(r"[A-Z0-9]", words), words
        assert words.endswith("."), words
    for text in (*findings.words, findings.headline):
        assert not re.search(r"\b1 of 1 |\b0 of [01] |\bnan\b|None|\N{EN DASH} to", text), text


def test_every_paragraph_is_made_of_sentences(found):
    for _, findings in found[0].chapters:
        assert_sentences(findings)
        assert findings.headline


def test_one_sector_is_told_as_one(alone):
    for findings in alone.values():
        assert_sentences(findings)
        assert findings.headline
        text = " ".join((*findings.words, findings.headline))
        assert not re.search(r"\ball sectors|sectors together|mean of \d+ sectors|alike", text)
    assert alone["bottom_line"].headline.startswith("after costs the book of XLE makes ")


def test_the_first_line_of_one_sector_has_the_growth_of_its_table(alone):
    (row,) = alone["bottom_line"].tables[0].rows
    assert f"makes {row[1]} a year at a Sharpe ratio of {row[2]} (" in alone["bottom_line"].headline


def test_a_panel_without_statements_says_that_value_never_counted(alone, found):
    assert any("value counted at no decision" in words for words in alone["factors"].words)
    assert any(
        words.startswith("In XLE value was not tested (") for words in alone["factors"].words
    )
    for id in ("persistence", "bottom_line"):
        assert any("on momentum alone" in words for words in alone[id].words)
    figures = {(one.id, one.ticker): one for one in found[0].figures()}
    for ticker in PANELS:
        figure = figures["factors.value_decisions", ticker]
        assert (figure.measured, figure.verdict) == (0, "of 5")


def test_the_badges_warnings_and_inputs_of_the_data_stand_on_the_page(found):
    result, _ = found
    told = json.loads(result.to_json())
    page = html.unescape(page_of(result))
    inputs = {one["name"]: one for one in told["inputs"]}
    assert list(inputs) == ["30 stocks of XLV", "30 stocks of XLE"]
    markets = result.evidence.once("markets", dict)
    for ticker, market in markets.items():
        given = inputs[f"30 stocks of {ticker}"]
        assert given["sha256"] == market.panel.sha256
        own = [f"{bars.name}: {text}" for bars in market.panel.bars for text in bars.warnings]
        assert given["warnings"] == own
        assert all(text in page for text in own)
    texts = [one["text"] for one in told["badges"]]
    warned = [text for one in markets.values() for bars in one.bars for text in bars.warnings]
    assert (f"data warnings: {len(warned)}" in texts) == bool(warned)
    for market in markets.values():
        assert {text for _, text, _ in market.panel.badges} <= {*texts}
    assert all(f"<summary>{text}</summary>" in page for text in texts)


def test_it_is_json_and_a_page(found):
    result, _ = found
    told = json.loads(result.to_json())
    assert told["study"] == "sector"
    assert {figure["ticker"] for figure in told["figures"]} == {"XLV", "XLE"}
    page = page_of(result)
    for chapter in STUDY.chapters:
        assert chapter.title in page
    shown = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\bnan\b|\bNone\b", shown)


def test_the_files_of_stocks_are_named_with_their_hashes(found, folder):
    result, _ = found
    told = json.loads(result.to_json())["files"]
    assert list(told) == ["energy.parquet", "health_care.parquet"]
    for name, digest in told.items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"{name} <code>{digest[:12]}</code>" in page_of(result)


def test_its_first_line_is_its_conclusion_and_every_chapter_is_told_at_the_head(found):
    result, _ = found
    line = study_bottom_line(result).text
    assert line.startswith("After costs 2 sectors together make ")
    head = page_of(result).partition('<section class="chapter"')[0]
    assert line in html.unescape(head)
    for chapter, told in result.told():
        assert f'<a href="#{chapter.id}">' in head
        assert told[1:] in html.unescape(head)
    assert len(result.told()) == len(STUDY.chapters)


def test_the_gain_in_the_first_line_is_that_of_equal_parts(found):
    """The growth a year and the Sharpe ratio of the mean daily return of both books' accounts."""
    result, _ = found
    ways = books.books_of(result.evidence)
    daily = np.mean([own["as asked"].returns for own in ways.values()], axis=0)
    grown = np.prod(1.0 + daily) ** (252 / len(daily)) - 1.0
    growth = f"{100 * grown:.1f}%".replace("-", "\N{MINUS SIGN}")
    sharpe = f"{daily.mean() / daily.std(ddof=1) * 252**0.5:.2f}".replace("-", "\N{MINUS SIGN}")
    assert f"make {growth} a year at a Sharpe ratio of {sharpe} (" in result.conclusion()
    (figure,) = [one for one in result.figures() if one.id == "bottom_line.growth"]
    assert figure.measured == pytest.approx(100 * grown)


def test_the_books_figures_are_those_of_a_run(folder, markets, figures):
    """Of one way of one sector, run by itself on the same files."""
    from btplaybook.feeds.panel import read_panel
    from btplaybook.feeds.readers import read_bars
    from btplaybook.runners.runs.run import run

    fund = read_bars(folder / "XLV.csv", end=END)
    panel = read_panel(folder / "health_care.parquet", end=END)
    alone = run(
        "sector-long-short", [fund, *panel.bars], inputs={"split_factors": panel}, strips=False,
        start=str(START), cash=books.CASH, whole_shares=True, costs=books.COSTS,
        borrow=books.BORROW, weighting="mean_variance_drawdown", figures_only=True,
    )  # fmt: skip
    figure = figures["weights.variance_and_drawdown", "XLV"]
    assert figure.measured == pytest.approx(alone.metrics["sharpe"])


def test_both_readings_and_every_time_frame_stand_for_each_sector(figures):
    for ticker in PANELS:
        for key in ("readings.long_30", "readings.newest_60", "timeframes.quarter", "gate.share"):
            assert (key, ticker) in figures
    assert ("every_etf.equal_risk", "XLV") in figures


def test_hedges_leave_what_a_plain_computation_leaves():
    """Two names with betas 1 and 2 to the fund and known noise, and a market of its own."""
    rng = np.random.default_rng(0)
    n = 800
    fund, other = 0.01 * rng.standard_normal((2, n))
    noise = 0.005 * rng.standard_normal((n, 2))
    returns = fund[:, None] * [1.0, 2.0] + noise
    left, trailing, realised = hedging._windows(returns, fund)
    assert np.median(left[0::2]) == pytest.approx(0.2, abs=0.04)  # 0.25 / 1.25
    assert np.median(left[1::2]) == pytest.approx(0.0588, abs=0.02)  # 0.25 / 4.25
    assert trailing[0::2].mean() == pytest.approx(1.0, abs=0.05)
    assert realised[1::2].mean() == pytest.approx(2.0, abs=0.05)
    untouched, _, _ = hedging._windows(returns, other)
    assert np.median(untouched) == pytest.approx(1.0, abs=0.02)


def test_a_way_grew_faster_by_the_mean_of_the_differences_of_growth(found, figures):
    result, _ = found
    ways = books.books_of(result.evidence)
    gain = difference(ways, "view of a 200-day average", "as asked")
    assert gain.sectors == 2
    assert 100 * gain.mean == pytest.approx(
        np.mean([figures["view.gain", ticker].measured for ticker in PANELS])
    )
    size = f"{100 * abs(gain.mean):.1f}% a year {'higher' if gain.mean > 0 else 'lower'}"
    (view,) = [one for chapter, one in result.chapters if chapter.id == "view"]
    assert size in view.headline
    assert size in view.words[0]


def ran(returns):
    return types.SimpleNamespace(returns=pd.Series(returns))


def test_the_error_of_a_difference_is_that_of_the_mean_daily_one():
    """Where returns are small and independent, 252 times the deviation over the root of n."""
    rng = np.random.default_rng(0)
    one, other = 1e-4 * rng.standard_normal((2, 2000))
    gain = difference({"A": {"one": ran(one), "other": ran(other)}}, "one", "other")
    assert gain.mean == pytest.approx(252 * (one - other).mean(), rel=0.01)
    assert gain.error == pytest.approx(252 * (one - other).std() / 2000**0.5, rel=0.15)
    same = difference({"A": {"one": ran(one), "other": ran(one)}}, "one", "other")
    assert (same.mean, same.error) == (0.0, 0.0)
    ruined = difference({"A": {"one": ran([0.1, -1.0]), "other": ran([0.1, 0.0])}}, "one", "other")
    assert np.isnan(ruined.mean)


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (Gain(0.0, 0.0, 1), "with it and without the accounts are the same"),
        (Gain(np.nan, np.nan, 1), "with it and without the growth a year is not known"),
        (
            Gain(0.014, 0.008, 5),
            "with it growth is 1.4% a year higher than without, in the mean of 5 sectors "
            "(standard error 0.8%), which chance explains",
        ),
        (
            Gain(-0.03, 0.01, 1),
            "with it growth is 3.0% a year lower than without (standard error 1.0%), which is more "
            "than chance explains",
        ),
    ],
)
def test_compared(gain, words):
    assert compared("with it", "without", gain) == words


def left(sector, market):
    return hedging.Left(sector, market, 0.87, 0.5)


def test_hedges_are_compared_in_percentage_points():
    one = hedging._words({"XLE": left(0.41, 0.71)})[0]
    assert one.startswith("The sector fund hedges better than SPY. It leaves 30 percentage points")
    several = hedging._words({"A": left(0.6, 0.7), "B": left(0.5, 0.4), "C": left(0.5, 0.51)})[0]
    assert "in 2 of 3 sectors. In the median sector it leaves 1 percentage point less" in several
    assert (
        "no better than SPY. It leaves 5 percentage points more"
        in hedging._words({"A": left(0.55, 0.5)})[0]
    )
    without = hedging._words({"A": left(0.55, np.nan)})[0]
    assert without.endswith("leaves 55% of a stock's variance; SPY is not among the data.")
    assert hedging._words({"A": hedging.Left(*[np.nan] * 4)}) == (
        "Too few sessions to judge a hedge.",
    )


def book_of(universe, names=30, value=0):
    decisions = [{"universe": n} for n in universe]
    plain = {
        "decisions": decisions,
        "universe": {"most": max(universe), "median": float(np.median(universe))},
        "names": {"median": names},
        "factors": {"value": value},
    }
    return {"as asked": types.SimpleNamespace(plain=plain)}


def test_a_sector_that_never_has_thirty_stocks_is_named():
    small, between, large = book_of([20, 26]), book_of([28, 40, 50]), book_of([40, 50])
    told = universe._small({"S": small, "B": between, "L": large})
    assert [words.partition(":")[0] for words in told] == [
        "In S fewer than 30 stocks can be chosen at both decisions, at the fewest 20",
        "In B fewer than 30 stocks can be chosen at 1 of 3 decisions, at the fewest 28",
    ]
    assert names._too_few({"S": small, "B": between, "L": large}) == [
        "baskets of 30 names cannot be tested in S, which never has as many"
    ]
    held = names._held({"S": book_of([26], names=23)}, {"S": {"20": {"median": 0.01}}})
    assert any("basket holds 23 names." in words for words in held)
    assert not any("30" in words for words in held)


def test_the_universe_is_told_by_what_the_data_hold(found):
    (market, *_) = found[0].evidence.once("markets", dict).values()
    told = {}
    for given in ((), ("membership",), ("membership", "holdings")):
        inputs = dict.fromkeys(given)
        own = types.SimpleNamespace(inputs=inputs)
        (told[given],) = universe._read({"A": own})
    assert market.inputs.keys() == {"split_factors"}
    assert "Neither what the fund held nor" in told[()]
    assert "the index stands for it" in told["membership",]
    assert "stocks that the fund held" in told["membership", "holdings"]
    assert "not among" not in told["membership", "holdings"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, []),
        ({"A": (0, 0)}, []),
        ({"A": (4, 4)}, ["In the book of A value counted at every decision."]),
        (
            {"A": (0, 4)},
            ["In the book of A value counted at no decision: all rest on momentum alone."],
        ),
        (
            {"A": (1, 4), "B": (4, 4)},
            [
                "In the 2 books value counted at 1 of 4 decisions in A and at all 4 decisions in "
                "B; the others rest on momentum alone."
            ],
        ),
    ],
)
def test_how_often_value_counted(counts, words):
    assert value_words(counts) == words


@pytest.mark.parametrize(("stocks", "least"), [(26, 13), (27, 14), (60, 30), (90, 30), (4, 3)])
def test_value_counts_where_half_of_the_sector_has_it(stocks, least):
    market = types.SimpleNamespace(panel=types.SimpleNamespace(bars=range(stocks)))
    assert books.params_of(market, "drawdown") == {
        "weighting": "mean_drawdown", "least_value": least,
    }  # fmt: skip


def periods(*bands, costs=(0.3, 0.2, 0.1)):
    return [
        {"every": every, "sharpe_band": band, "costs": cost}
        for every, band, cost in zip(timeframes.SHOWN, bands, costs, strict=True)
    ]


def test_time_frames_are_told_apart_by_their_bands_alone():
    overlap, apart = periods((-1, 1), (0, 2), (0, 1)), periods((-3, -2), (0, 2), (0, 1))
    unknown = periods(None, None, None, costs=(None, None, None))
    none = "no time frame can be told from another: the bands of Sharpe ratios "
    assert timeframes._apart({"A": overlap}) == none + "overlap"
    assert timeframes._apart({"A": overlap, "B": overlap}) == none + "overlap in every sector"
    assert timeframes._apart({"A": unknown}) == none + "are not known"
    assert timeframes._apart({"A": apart, "B": overlap}).endswith("are apart in 1 of 2 sectors")
    assert timeframes._highest({"week": 1}).endswith("where the book decides each week.")
    assert timeframes._highest({"week": 1, "quarter": 4}).endswith(
        "each week in 1 of 5 sectors and each quarter in 4 of 5 sectors."
    )
    assert timeframes._costs({"A": overlap}).startswith("Costs fall from")
    assert timeframes._costs({"A": periods(*[None] * 3, costs=(0.1, 0.2, 0.3))}).startswith(
        "Costs do not fall from"
    )
    assert timeframes._costs({"A": unknown}) == ""


def test_discoveries_are_those_of_the_step_up_rule():
    p_values = {("A", "value", 30): 0.001, ("B", "value", 30): 0.03, ("C", "value", 30): 0.5}
    # q: 0.003, 0.045, 0.5
    assert discoveries(p_values) == [("A", "value", 30), ("B", "value", 30)]
    assert discoveries({("A", "value", 30): 0.04, ("B", "value", 30): 0.9}) == []
    assert discoveries({}) == []


@pytest.mark.parametrize(
    ("hits", "of", "words"),
    [
        (0, 3, "none of 3 books"),
        (2, 3, "2 of 3 books"),
        (3, 3, "all 3 books"),
        (2, 2, "both books"),
        (1, 1, "the one book"),
        (0, 1, "no book"),
        (0, 0, "no book"),
    ],
)
def test_how_many(hits, of, words):
    assert how_many(hits, of, "book") == words


def test_a_range_of_one_number_is_that_number():
    assert range_text([0.851, 0.849]) == "0.85"
    assert range_text([3, 12, 5], 0) == "3 to 12"


def test_beyond_chance():
    assert beyond_chance(0.1, 0.05)
    assert not beyond_chance(0.09, 0.05)
    assert not beyond_chance(None, 0.05)
    assert not beyond_chance(0.1, None)


def test_a_folder_without_stocks_says_which_file_is_missing(folder, tmp_path):
    (tmp_path / "XLV.csv").write_bytes((folder / "XLV.csv").read_bytes())
    heard = []
    result = run_study(STUDY, tmp_path, tickers=["XLV"], start=START, end=END, say=heard.append)
    assert [line for line in heard if line.startswith("XLV: no health_care.parquet or .csv")]
    assert all("beside XLV" in what for _, what in result.chapters)


def test_where_no_chapter_can_be_carried_the_command_ends_with_a_line(
    command, folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    (data / "XLV.csv").write_bytes((folder / "XLV.csv").read_bytes())
    ended = command(
        "study", "sector", "--data", data, "--tickers", "XLV", "--start", START, "--end", END,
    )  # fmt: skip
    assert (ended.code, ended.out) == (2, "")
    last = ended.err.strip().splitlines()[-1]
    assert last.startswith(
        "btplaybook: no chapter of study sector can be carried: no ticker has its stocks in the "
        "data folder"
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == []


def test_a_panel_of_few_stocks_is_no_sector(markets, folder, tmp_path):
    (tmp_path / "XLV.csv").write_bytes((folder / "XLV.csv").read_bytes())
    few = [bars for bars in markets["XLV"].panel.bars if len(bars) > 600][:2]
    frame_of(few).to_parquet(tmp_path / "health_care.parquet")
    heard = []
    result = run_study(STUDY, tmp_path, tickers=["XLV"], start=START, end=END, say=heard.append)
    assert "XLV: health_care.parquet has 2 stocks in the window, 10 are needed, skipped" in heard
    assert "of 10 stocks or more" in result.carries_nothing()


def test_a_book_without_a_sharpe_ratio_has_no_bar():
    rows = {"XLV": [{"every": "week", "sharpe": None}, {"every": "month", "sharpe": 0.0}]}
    drawn = timeframes._chart(rows).picture.series
    assert math.isnan(drawn["each week"]["XLV"])
    assert drawn["each month"]["XLV"] == 0.0
