"""What a page of twenty years of one instrument costs: CPU, weight, and time in a browser."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from btplaybook import run, sample, tearsheet

RUNS = 5
CPU_SECONDS = 0.8
BYTES = 900_000
RENDERED_SECONDS = 1.0
NOT_IMPORTED = ("quantstats", "seaborn", "matplotlib")


def measure() -> list[dict[str, object]]:
    """Return CPU seconds to draw the page, its bytes, and seconds until a browser has loaded it."""
    result = run("sma-switch", sample("sp500"))
    tearsheet(result)  # imports and template
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        page = tearsheet(result)
        taken.append(time.process_time() - start)
    cpu, size = statistics.median(taken), len(page.encode("utf-8"))
    imported = _imported_by_a_page()
    found: list[dict[str, object]] = [
        _told("page of 20 years: CPU to draw it", cpu, CPU_SECONDS, "s"),
        _told("page of 20 years: weight", size, BYTES, "bytes"),
        {
            "name": "page: drawing libraries imported",
            "measured": imported,
            "target": [],
            "met": imported == [],
        },
    ]
    loaded = _loaded(page)
    if loaded is not None:
        found.append(_told("page of 20 years: loaded by Chromium", loaded, RENDERED_SECONDS, "s"))
    return found


def _told(name: str, measured: float, target: float, unit: str) -> dict[str, object]:
    return {
        "name": name,
        "measured": round(measured, 3),
        "target": f"at most {target:g} {unit}",
        "met": measured <= target,
    }


def _imported_by_a_page() -> list[str]:
    code = (
        "import sys; from btplaybook import run, sample, tearsheet; "
        "tearsheet(run('sma-switch', sample('sp500'))); "
        f"print(*[name for name in {NOT_IMPORTED!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def _loaded(page: str) -> float | None:
    """Return the seconds from opening a page to its load event; None without a browser."""
    with tempfile.TemporaryDirectory() as folder, _browser() as browser:
        if browser is None:
            return None
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        taken = []
        for _ in range(RUNS):
            tab = browser.new_page(viewport={"width": 1280, "height": 800})
            tab.goto(file.as_uri())
            taken.append(
                tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000.0
            )
            tab.close()
        return statistics.median(taken)


@contextmanager
def _browser() -> Iterator:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
