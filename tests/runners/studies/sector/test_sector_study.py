"""The study of the sector letter on two small made-up sectors in a folder, chapter by chapter."""

import datetime
import hashlib
import html
import json
import re

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.pages.study import page as page_of
from btplaybook.runners.pages.study_verdict import study_bottom_line
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.sector import books, hedging
from btplaybook.runners.studies.sector.declared import STUDY
from btplaybook.runners.studies.sector.factor_tests import discoveries
from btplaybook.runners.studies.sector.rows import beyond_chance, how_many, range_text

START, END = datetime.date(2006, 5, 1), datetime.date(2006, 8, 31)
PANELS = {"XLV": "health_care", "XLE": "energy"}


def frame_of(tables):
    return pd.concat([table.frame().rename_axis("date").assign(ticker=table.name).reset_index()
                      for table in tables])  # fmt: skip


@pytest.fixture(scope="module")
def markets():
    return {
        ticker: simulated_sector(seed, n_stocks=30, years=3, prefix=prefix)
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
    """The mean daily return of both books, times 252, computed from their accounts."""
    result, _ = found
    ways = books.books_of(result.evidence)
    daily = np.mean([own["as asked"].returns for own in ways.values()], axis=0)
    growth = f"{25200 * daily.mean():.1f}%".replace("-", "\N{MINUS SIGN}")
    sharpe = f"{daily.mean() / daily.std(ddof=1) * 252**0.5:.2f}".replace("-", "\N{MINUS SIGN}")
    assert f"make {growth} a year at a Sharpe ratio of {sharpe} (" in result.conclusion()


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
        (1, 1, "1 of 1 book"),
        (0, 1, "0 of 1 book"),
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
