"""Draw the README's picture, the top of the embedded sample's tearsheet: ``make picture``."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.run import run

PICTURE = Path(__file__).parent / "pages" / "tearsheet.png"
WIDTH, HEIGHT = 1280, 800


def main() -> None:
    """Run the sample and photograph its page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder, "tearsheet.html")
        page.write_text(tearsheet(run("sma-switch", sample("sp500"))), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        sheet = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        sheet.goto(page.as_uri())
        sheet.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
