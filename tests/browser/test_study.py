"""A study's page as a person sees it: drawn, silent, legible on a phone and on paper."""

import datetime
import re

import pytest

from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.records.write import write_study
from btplaybook.runners.studies.pivot_model import chosen, fits, luck, members
from btplaybook.runners.studies.robust_etf import history, sweeps
from btplaybook.runners.studies.run import run_study
from btplaybook.search.kernels.pivot.space import PivotSpace

PHONE = {"width": 400, "height": 800}
DESK = {"width": 1280, "height": 900}
# A4 less the margins of the style sheet, at the browser's 96 pixels an inch.
PAPER = {"width": round((210 - 18) / 25.4 * 96), "height": round((297 - 24) / 25.4 * 96)}
FEW = PivotSpace(
    slow=(20, 60, 100), fast=(1, 5), span=(20, 40), regime=(0.0, 1.0), angle=(15.0, 45.0, 80.0),
    bias=(-0.2, 0.0, 0.2), band_long=(0.0, 0.3, 0.6), band_short=(0.0, 0.3, 0.6), least_ratio=4.0,
)  # fmt: skip
"""72 lines of the pivot rule: the page is looked at, not what the rule makes."""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Every chapter, on simulated bars of the study's tickers, with short sweeps."""
    root = tmp_path_factory.mktemp("study")
    (root / "bars").mkdir()
    for seed, ticker in enumerate(("SPY", "QQQ", "IWM", "DIA", "TLT", "GLD", "SH")):
        bars = simulated_bars(seed).frame().loc["2007-11-01":"2012-12-31"]
        bars.to_csv(root / "bars" / f"{ticker}.csv", index_label="date")
    with pytest.MonkeyPatch.context() as patch:
        for module in (fits, chosen, luck, members):
            patch.setattr(module, "published_space", lambda: FEW)
        patch.setattr(sweeps, "PERIODS", range(2, 31))
        patch.setattr(history, "PERIODS", range(2, 31))
        patch.setattr(sweeps, "CONFIRMED", 1)
        result = run_study(
            "robust-etf", root / "bars",
            start=datetime.date(2008, 1, 2), end=datetime.date(2012, 12, 31),
        )  # fmt: skip
    assert result.not_carried() == []
    write_study(result, root / "out")
    return result, (root / "out" / "study.html").as_uri()


@pytest.fixture
def address(study):
    return study[1]


def test_nothing_runs_without_scripts_either(seen, opened, address):
    with_scripts = seen(address, DESK).inner_text("main")
    assert opened(address, DESK, java_script_enabled=False).inner_text("main") == with_scripts


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_every_chart_is_drawn(seen, study, drawn, size):
    result, address = study
    page = seen(address, size)
    charts = drawn(page, page.locator("figure svg:not(svg svg)"))
    assert len(charts) == sum(len(found.charts) for _, found in result.chapters)
    for chart in charts:
        assert chart.width > 200
        assert chart.height > 60
        assert chart.colours > 20, chart.label


@pytest.mark.parametrize("size", [DESK, PHONE, PAPER], ids=["1280", "400", "A4"])
def test_nothing_is_wider_than_the_page(seen, too_wide, address, size):
    page = seen(address, size, "print" if size is PAPER else "screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert too_wide(page) == []


def test_no_table_is_cut_off_on_paper(seen, address):
    page = seen(address, PAPER, "print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('table')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.innerText.slice(0, 60))"""
    )
    assert wide == []


def test_every_verdict_is_legible_on_a_phone(seen, study):
    result, address = study
    page = seen(address, PHONE)
    rows = page.locator("table.verdicts:not(.full) tbody tr")
    assert rows.count() == len(result.published()) > 10
    for n in range(rows.count()):
        box = rows.nth(n).locator(".finding").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('svg') && e.childNodes.length
                    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) > 300
    assert min(sizes) >= 11


def test_a_verdict_leads_to_its_chapter(opened, address):
    page = opened(address, DESK)
    link = page.locator("table.verdicts:not(.full) tbody a").last
    target = page.locator(link.get_attribute("href"))
    link.click()
    assert target.locator("h2").bounding_box()["y"] < DESK["height"]


def test_it_prints_on_a_few_sheets_of_paper(seen, address):
    printed = seen(address, DESK).pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 4 <= sheets <= 20


def test_nothing_is_said_and_nothing_is_asked(seen, address):
    """The last of the file: the page has been idle by then, and has not to be waited for."""
    page = seen(address, DESK)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
