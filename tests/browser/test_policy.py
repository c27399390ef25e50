"""What a page may do, as a browser sees it: nothing, even if foreign markup got into it."""

import dataclasses
import re
import socketserver
import threading
from contextlib import suppress

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.write import write_comparison, write_run
from btplaybook.runners.runs.run import run

DESK = {"width": 1280, "height": 900}
NASTY = '</title></style><script>document.title="run"</script><img src=http://127.0.0.1:9/x.png>'
INJECTED = """
<base href="SERVER/">
<script>document.title = "run"</script>
<script src="SERVER/x.js"></script>
<img src="SERVER/x.png" onerror="document.title = 'run'">
<img src="data:," onerror="document.title = 'run'">
<link rel="stylesheet" href="SERVER/x.css">
<iframe src="SERVER/"></iframe>
<style>body { background: url(SERVER/y.png) }</style>
<form action="SERVER/"><button id="send">send</button></form>
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs with markup in their texts, and their comparison, in one folder each."""
    root = tmp_path_factory.mktemp("policy")
    whole = sample("simulated")
    bars = dataclasses.replace(whole.between(None, whole.dates[299].item()), source=NASTY)
    for period in (8, 9):
        result = run("sma-switch", bars, period=period, strips=False)
        result = dataclasses.replace(result, title=NASTY, versions={NASTY: str(period)})
        write_run(result, root / str(period), quantstats=period == 8)
    write_comparison(compare([root / "8", root / "9"]), root / "compare")
    return root


@pytest.fixture
def server():
    """Address of a server on this machine, and the requests that it got."""
    requests = []

    class Counted(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.settimeout(1)  # a browser connects ahead of what it may not ask
            with suppress(TimeoutError):
                requests.extend([asked] if (asked := self.request.recv(100)) else [])

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counted) as listening:
        listening.daemon_threads = True  # or its end waits for connections without a request
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}", requests
        listening.shutdown()


@pytest.fixture
def quiet(seen, folder):
    """Show a page once it is idle; all are opened at the first one, to wait for them together."""
    names = ("8/tearsheet.html", "8/quantstats.html", "compare/compare.html")

    def show(name):
        page = {each: seen((folder / each).as_uri(), DESK) for each in names}[name]
        page.wait_for_load_state("networkidle")
        return page

    return show


@pytest.mark.parametrize("name", ["8/tearsheet.html", "compare/compare.html"])
def test_no_text_breaks_the_policy_or_asks_for_anything(quiet, folder, name):
    address = (folder / name).as_uri()
    page = quiet(name)
    assert page.said == []  # a browser logs whatever its policy stops
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.title() != "run"
    assert page.locator("figure svg:not(svg svg)").count() >= 2


def test_the_report_of_quantstats_keeps_the_policy_too(quiet, folder):
    address = (folder / "8" / "quantstats.html").as_uri()
    page = quiet("8/quantstats.html")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.title().startswith(NASTY)
    assert page.locator("#left svg").count() == 14


def test_foreign_markup_neither_runs_nor_reaches_the_network(opened, folder, tmp_path, server):
    base, requests = server
    text = (folder / "8" / "tearsheet.html").read_text(encoding="utf-8")
    injected = INJECTED.replace("SERVER", base)
    (tmp_path / "page.html").write_text(text.replace("<body>", f"<body>{injected}", 1))
    without = re.sub("<meta http-equiv[^>]*>", "", text.replace("<body>", f"<body>{injected}", 1))
    (tmp_path / "without.html").write_text(without)
    address = (tmp_path / "page.html").as_uri()
    page = opened(address, DESK)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('form').requestSubmit()")
    page.wait_for_timeout(200)
    assert page.title() != "run"
    assert page.url == address
    assert requests == []
    stopped = " ".join(page.said)
    for rule in ("default-src 'none'", "img-src data:", "form-action 'none'", "base-uri 'none'"):
        assert rule in stopped
    assert len(page.said) >= 8, page.said
    # The same without the policy: it is what stops them.
    other = opened((tmp_path / "without.html").as_uri(), DESK)
    other.wait_for_timeout(200)
    assert other.title() == "run"
    assert len(requests) > 0
