"""A search's page as a person sees it: drawn, silent, legible on a phone and on paper."""

import base64
import io
import json
import re

import pytest
from PIL import Image

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.write import write_search
from btplaybook.runners.searches.run import run_search
from btplaybook.search.space import Space

PHONE = {"width": 400, "height": 800}
DESK = {"width": 1280, "height": 900}
# A4 less the margins of the style sheet, at the browser's 96 pixels an inch.
PAPER = {"width": round((210 - 18) / 25.4 * 96), "height": round((297 - 24) / 25.4 * 96)}


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """Three parameters under a constraint, costs and a fill on the next day."""
    folder = tmp_path_factory.mktemp("search")
    whole = sample("simulated")
    result = run_search(
        "sign-s4", whole.between(None, whole.dates[399].item()),
        Space({"d": range(1, 5), "M": range(2, 9), "R": range(2, 9)}, ["M > d"]),
        every="week", fill="next_open", percent_fee=0.0005, at_random=0,
    )  # fmt: skip
    write_search(result, folder)
    return result, (folder / "search.html").as_uri()


@pytest.fixture
def address(search):
    return search[1]


def test_nothing_runs_without_scripts_either(opened, address):
    """Without a script the same words stand there, but for the bar of tools."""
    page = opened(address, DESK)
    page.evaluate("document.querySelector('.tools').hidden = true")
    still = opened(address, DESK, java_script_enabled=False)
    assert still.inner_text("main") == page.inner_text("main")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_every_chart_is_drawn(seen, address, drawn, size):
    page = seen(address, size)
    charts = drawn(page, page.locator("figure svg[role=img]"))
    # growth and drawdown of the best, all sets, each parameter, each pair's mean and best
    assert len(charts) == 2 + 1 + 3 + 6
    for chart in charts:
        assert chart.width > 200
        assert chart.height > 60
        assert chart.colours > 20, chart.label


@pytest.mark.parametrize("scale", [1, 1.5, 2])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "400"])
def test_cells_of_a_map_lie_side_by_side_without_a_seam(opened, address, size, scale):
    """A seam would blend: every pixel has the colour of a cell, and every colour is seen."""
    page = opened(address, size, device_scale_factor=scale)
    image = page.locator(".maps svg image").first
    data = image.get_attribute("href").partition("base64,")[2]
    cells = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    known = {color for _, color in cells.getcolors(cells.width * cells.height)}
    image.evaluate("e => [...e.parentNode.children].forEach(o => o === e || o.remove())")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    inside = {"x": box["x"] + 2, "y": box["y"] + 2}
    inside |= {"width": box["width"] - 4, "height": box["height"] - 4}
    shot = Image.open(io.BytesIO(page.screenshot(clip=inside))).convert("RGB")
    seen = {color for _, color in shot.getcolors(shot.width * shot.height)}
    assert shot.width > 150 * scale
    assert seen == known


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


def test_trials_parameters_and_objective_are_seen_on_a_phone(seen, search):
    result, address = search
    page = seen(address, PHONE)
    trials = f"{result.found.evaluated:,} sets ({result.found.distinct:,} distinct)"
    assert trials in page.locator("h1").inner_text()
    cells = page.locator("table.top tbody tr").first.locator("th, td")
    for n in range(4):  # three parameters and what ranks
        box = cells.nth(n).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    near = page.locator("table.near").bounding_box()
    assert near["x"] + near["width"] <= PHONE["width"]


def test_text_is_large_enough_to_read_on_a_phone(seen, address):
    sizes = seen(address, PHONE).evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('svg') && e.childNodes.length
                    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) > 300
    assert min(sizes) >= 11


def test_it_prints_on_a_few_sheets_of_paper(seen, address):
    printed = seen(address, DESK).pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 <= sheets <= 6


def test_a_map_says_what_the_cell_under_the_pointer_holds(opened, address):
    page = opened(address, DESK)
    heat = page.locator("svg.heat").first
    heat.scroll_into_view_if_needed()
    told = page.locator("p.told").first
    assert told.inner_text() == ""
    data = json.loads(heat.get_attribute("data-map"))
    left, top, width, height = (float(x) for x in heat.get_attribute("data-frame").split())
    box = heat.bounding_box()
    rows, columns = len(data["down"]["values"]), len(data["across"]["values"])
    for row, column in ((0, 0), (rows - 1, columns - 1)):
        page.mouse.move(
            box["x"] + box["width"] * (left + width * (column + 0.5) / columns),
            box["y"] + box["height"] * (top + height * (row + 0.5) / rows),
        )
        assert told.inner_text() == (
            f"{data['across']['name']} {data['across']['values'][column]}, "
            f"{data['down']['name']} {data['down']['values'][row]}: {data['texts'][row][column]}"
        )
    heat.focus()
    before = told.inner_text()
    page.keyboard.press("ArrowUp")
    assert told.inner_text() != before


def test_nothing_is_said_and_nothing_is_asked(seen, address):
    """The last of the file: the page has been idle by then, and has not to be waited for."""
    page = seen(address, DESK)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
