"""A page without what only the browser reads."""

import base64
import hashlib
import re

NUMBERS = r'<script type="application/json" id="chart-data">.*?</script>'


def without_script(page: str) -> str:
    """Return a page without the numbers of its charts and its own script.

    The script must be the only one, and the one that the page's policy names by its hash.
    """
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    return re.sub(NUMBERS, "", page.replace(f"<script>{script}</script>", ""), flags=re.S)


def without_style(page: str) -> str:
    """Return a page without script and style sheet."""
    return re.sub(r"<style>.*?</style>", "", without_script(page), flags=re.S)
