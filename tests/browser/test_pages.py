"""What a person sees: every chart drawn, nothing asked of the network, legible on a phone, on paper
and in the dark."""

import re

import pytest

NAMES = ("usual", "short window", "never traded", "ruined")
PHONE = {"width": 400, "height": 850}
SMALL = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
# A4 less the margins of the style sheet, at the browser's 96 pixels an inch.
PAPER = {"width": round((210 - 18) / 25.4 * 96), "height": round((297 - 24) / 25.4 * 96)}


@pytest.fixture(params=NAMES)
def address(request, pages):
    return pages[request.param].as_uri()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_every_chart_is_drawn(seen, pages, drawn, size):
    page = seen(pages["usual"].as_uri(), size)
    charts = drawn(page, page.locator("figure svg:not(svg svg)"))
    assert len(charts) > 10
    for chart in charts:
        assert chart.width > 200
        assert chart.height > 60
        assert chart.colours > 20, chart.label


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL, PAPER], ids=["1280", "400", "320", "A4"])
def test_nothing_is_wider_than_the_page(seen, too_wide, address, size):
    page = seen(address, size, "print" if size is PAPER else "screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert too_wide(page) == []


def test_text_is_large_enough_to_read_on_a_phone(seen, pages):
    page = seen(pages["usual"].as_uri(), PHONE)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('svg') && !e.closest('.unseen') && e.childNodes.length
                    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) > 100
    assert min(sizes) >= 12


def test_it_prints_on_a_few_sheets_of_paper(seen, address):
    printed = seen(address, DESK).pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 1 <= sheets <= 6


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_the_verdict_stands_in_the_first_screen(seen, address, size):
    page = seen(address, size)
    for part in ("h1", ".window", ".verdict", ".six", ".chips", "[data-chart=growth] svg.plot"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"], part
    assert page.locator("[data-chart=drawdown] svg.plot").bounding_box()["y"] < size["height"]


def test_a_dark_reader_gets_a_dark_page(opened, pages):
    page = opened(pages["usual"].as_uri(), DESK, color_scheme="light")

    def luminance():
        return page.evaluate(
            """() => {
                const line = document.querySelector('[data-chart=growth] .plot path[style]');
                const body = getComputedStyle(document.body);
                return [body.backgroundColor, body.color, getComputedStyle(line).stroke]
                    .map(c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0));
            }"""
        )

    paper, ink, line = luminance()
    page.emulate_media(color_scheme="dark")
    page.reload()
    dark_paper, dark_ink, dark_line = luminance()
    assert paper == 3 * 255
    assert dark_paper < 100
    assert dark_ink > 600 > ink
    assert dark_line != line


def test_nothing_is_said_and_nothing_is_asked(seen, address):
    """The last of the file: the page has been idle by then, and has not to be waited for."""
    page = seen(address, DESK)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
