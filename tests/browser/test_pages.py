"""What a person sees: every chart drawn, nothing asked of the network, legible on a phone."""

import re

import pytest

NAMES = ("usual", "short window", "never traded", "ruined")
PHONE = {"width": 400, "height": 800}
DESK = {"width": 1280, "height": 900}
# A4 less the margins of the style sheet, at the browser's 96 pixels an inch.
PAPER = {"width": round((210 - 26) / 25.4 * 96), "height": round((297 - 28) / 25.4 * 96)}


@pytest.fixture(params=NAMES)
def address(request, pages):
    return pages[request.param].as_uri()


def test_nothing_is_said_and_nothing_is_asked(opened, address):
    page = opened(address, DESK)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]


def test_nothing_runs_without_scripts_either(opened, address):
    with_scripts = opened(address, DESK).inner_text("main")
    assert opened(address, DESK, java_script_enabled=False).inner_text("main") == with_scripts


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_every_chart_is_drawn(opened, pages, colours, size):
    page = opened(pages["usual"].as_uri(), size)
    charts = page.locator("figure svg:not(svg svg)")
    assert charts.count() > 10
    for n in range(charts.count()):
        chart = charts.nth(n)
        box = chart.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 60
        assert colours(chart.screenshot()) > 20, chart.get_attribute("aria-label")


@pytest.mark.parametrize("size", [DESK, PHONE, PAPER], ids=["1280", "400", "A4"])
def test_nothing_is_wider_than_the_page(opened, too_wide, address, size):
    page = opened(address, size)
    if size is PAPER:
        page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert too_wide(page) == []


def test_text_is_large_enough_to_read_on_a_phone(opened, pages):
    page = opened(pages["usual"].as_uri(), PHONE)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('svg') && e.childNodes.length
                    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) > 100
    assert min(sizes) >= 12


def test_it_prints_on_a_few_sheets_of_paper(opened, address):
    printed = opened(address, DESK).pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 1 <= sheets <= 10
