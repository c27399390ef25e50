"""A real browser, and the pages of real runs."""

import io
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.run import run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless; its user is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        engine = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield engine
        engine.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tearsheets by what became of the run."""
    folder = tmp_path_factory.mktemp("pages")
    index = sample("sp500")
    made = {
        "usual": run("sma-switch", index, period=50, per_share=0.01, borrow=0.01),
        "short window": run("sma-switch", index, period=20, start="2018-12-03"),
        "never traded": run("sma-switch", index.between("2018-01-02", "2018-03-29"), period=60),
        "ruined": run("sma-switch", index, period=100, direction="trend", cash=1, min_fee=0.6),
    }
    for name, result in made.items():
        write_run(result, folder / name.replace(" ", "_"))
    return {name: folder / name.replace(" ", "_") / "tearsheet.html" for name in made}


@pytest.fixture(scope="session")
def colours() -> Callable[[bytes], int]:
    """Count the colours of a PNG: a chart that drew nothing has one."""
    return lambda png: colours_of(Image.open(io.BytesIO(png)))


def colours_of(picture):
    pixels = np.array(picture.convert("RGBA"))  # a copy: a cut-out is no whole block of memory
    return len(pd.unique(pixels.view(np.uint32).ravel()))


@pytest.fixture(scope="session")
def all_drawn():
    """Check the size of each chart, and its colours in one picture of the whole page."""

    def check(charts, height=60, least=20):
        page = charts.first.page
        whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        above = page.evaluate("scrollY")
        for chart in charts.all():
            box = chart.bounding_box()
            assert box["width"] > 200
            assert box["height"] > height
            left, top = math.ceil(box["x"]), math.ceil(box["y"] + above)
            picture = whole.crop(
                (left, top, left + int(box["width"]) - 1, top + int(box["height"]) - 1)
            )
            assert colours_of(picture) > least, chart.get_attribute("aria-label")

    return check


def new_page(browser, address, size, **context):
    """Open an address at a size, and keep what the page says and asks for."""
    page = browser.new_context(viewport=size, **context).new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address)
    return page


@pytest.fixture
def opened(browser):
    """Open an address at a size; close the page after the test."""
    made = []

    def open_page(address, size, **context):
        page = new_page(browser, address, size, **context)
        made.append(page)
        return page

    yield open_page
    for page in made:
        page.context.close()


@pytest.fixture(scope="module")
def seen(browser):
    """Show a page to tests that only look at it: each size of it is opened once for a module."""
    made = {}

    def see(address, size, media="screen"):
        key = (address, *size.values(), media)
        if key not in made:
            made[key] = new_page(browser, address, size)
            if media != "screen":
                made[key].emulate_media(media=media)
        made[key].evaluate("scrollTo(0, 0)")  # where an earlier test may have left it
        return made[key]

    yield see
    for page in made.values():
        page.context.close()


@pytest.fixture(scope="session")
def too_wide():
    """Name the elements of a page that reach over its right edge, unless a box scrolls to them."""

    def reaching(page):
        return page.evaluate(
            """() => {
            const scrolled = e => {
                while ((e = e.parentElement))
                    if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) return true;
                return false;
            };
            return [...document.querySelectorAll('body *')]
                .filter(e => !e.closest('svg') || e.tagName === 'svg')
                .filter(e => !scrolled(e))
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                .map(e => [e.tagName, e.getAttribute('class'), e.textContent.slice(0, 40)]
                    .join(' '));
            }"""
        )

    return reaching
