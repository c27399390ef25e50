"""A walk-forward's page as a person sees it: drawn, silent, no wider than a phone or paper."""

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.write import write_walk_forward
from btplaybook.runners.walk_forwards.run import run_walk_forward

PHONE = {"width": 400, "height": 800}
DESK = {"width": 1280, "height": 900}
# A4 less the margins of the style sheet, at the browser's 96 pixels an inch.
PAPER = {"width": round((210 - 18) / 25.4 * 96), "height": round((297 - 24) / 25.4 * 96)}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Two parameters, one of them a text; thirty refits."""
    folder = tmp_path_factory.mktemp("walked")
    whole = sample("simulated")
    result = run_walk_forward(
        "sma-switch", whole.between(None, whole.dates[399].item()),
        "period=4|9|20,direction=trend|reversion", fit="4m", refit="10d", percent_fee=0.0005,
        strips=False, worth="quick", holdout="1m",
    )  # fmt: skip
    write_walk_forward(result, folder)
    return (folder / "walk_forward.html").as_uri()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_every_chart_is_drawn(seen, address, drawn, size):
    page = seen(address, size)
    charts = drawn(page, page.locator("figure svg[role=img]"))
    assert len(charts) == 2 + 1 + 2 + 1  # growth, drawdown; luck; two parameters; refit dates
    for chart in charts:
        assert chart.width > 200
        assert chart.height > 50
        assert chart.colours > 10, chart.label


@pytest.mark.parametrize("size", [DESK, PHONE, PAPER], ids=["1280", "400", "A4"])
def test_nothing_is_wider_than_the_page(seen, too_wide, address, size):
    page = seen(address, size, "print" if size is PAPER else "screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert too_wide(page) == []


def test_the_four_are_seen_side_by_side_on_a_phone(seen, address):
    table = seen(address, PHONE).locator("#beside table").bounding_box()
    assert table["x"] + table["width"] <= PHONE["width"]


def test_a_reader_zooms_growth_and_drawdown_together(opened, address):
    page = opened(address, DESK)
    page.locator("button[data-years='1']").click()
    assert page.locator(".window-of").is_visible()
    assert page.said == []


def test_nothing_is_said_and_nothing_is_asked(seen, address):
    """The last of the file: the page has been idle by then, and has not to be waited for."""
    page = seen(address, DESK)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
