"""A real browser, and the pages of real runs."""

import base64
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

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

    def count(png: bytes) -> int:
        pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
        return len(pd.unique(pixels.view(np.uint32).ravel()))

    return count


class Drawn(NamedTuple):
    """A chart as a page shows it."""

    label: str | None
    width: float
    height: float
    colours: int


@pytest.fixture(scope="session")
def drawn(colours):
    """Tell what is drawn of charts; playwright's own pictures take twice as long."""

    def look(page, charts):
        chromium = page.context.new_cdp_session(page)
        found = []
        for chart in charts.element_handles():
            label, clip = chart.evaluate(
                """e => {
                    e.scrollIntoView({block: 'center', behavior: 'instant'});
                    const {x, y, width, height} = e.getBoundingClientRect();
                    const clip = {x: x + scrollX, y: y + scrollY, width, height, scale: 1};
                    return [e.getAttribute('aria-label'), clip];
                }"""
            )
            options = {"format": "png", "optimizeForSpeed": True, "clip": clip}
            shot = base64.b64decode(chromium.send("Page.captureScreenshot", options)["data"])
            found.append(Drawn(label, clip["width"], clip["height"], colours(shot)))
        return found

    return look


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
