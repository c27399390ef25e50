"""A real browser, and the pages of real runs."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from btplaybook.feeds.samples import sample
from btplaybook.runners.run import run

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
        result.write(folder / name.replace(" ", "_"))
    return {name: folder / name.replace(" ", "_") / "tearsheet.html" for name in made}


@pytest.fixture(scope="session")
def colours() -> Callable[[bytes], int]:
    """Count the colours of a PNG: a chart that drew nothing has one."""

    def count(png: bytes) -> int:
        found = Image.open(io.BytesIO(png)).convert("RGB").getcolors(maxcolors=1 << 24)
        return len(found or ())

    return count
