"""Showing a page: in a browser, and below the cell of a notebook."""

import re
import sys
import webbrowser
from html import unescape
from types import SimpleNamespace

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.showing import BASE, frame, page_of, within_notebook
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.studies.result import StudyResult
from btplaybook.runners.studies.robust_etf.declared import STUDY
from btplaybook.runners.walk_forwards.run import run_walk_forward

BARS = sample("sp500", end="2000-12-29")
PAGE = '<!DOCTYPE html><html><head><title>a "page" & more</title></head><body>{}</body></html>'

PAGES = {
    "run": "tearsheet.tearsheet",
    "search": "search.page.page",
    "walk-forward": "walk_forward.page.page",
    "comparison": "compare.page",
    "study": "study.page",
}


@pytest.fixture(autouse=True)
def pages(monkeypatch):
    """Stand in for the pages themselves, which other tests see to."""
    for name, home in PAGES.items():
        text = PAGE.format(name)
        monkeypatch.setattr(f"btplaybook.runners.pages.{home}", lambda _, text=text: text)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A result of each kind that has a page."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("btplaybook.runners.pages.tearsheet.tearsheet", lambda _: "<!DOCTYPE html>")
        made = [run("sma-switch", BARS, period=period, strips=False) for period in (20, 50)]
        for place, result in enumerate(made):
            write_run(result, folder / str(place))
    return {
        "run": made[0],
        "search": run_search("sma-switch", BARS, "period=10..12", top=1, at_random=0),
        "walk-forward": run_walk_forward(
            "sma-switch", BARS, "period=10..12", fit="1y", refit="6m", shifted=False, strips=False
        ),
        "comparison": compare([folder / "0", folder / "1"]),
        "study": StudyResult(
            STUDY,
            SimpleNamespace(start="1999", end="2000"),
            from_sample=True,
            missing={},
            chapters=[],
        ),
    }


@pytest.fixture
def opened(monkeypatch):
    """The addresses that a browser was asked to open."""
    asked = []
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    return asked


@pytest.fixture
def shown(monkeypatch):
    """What a notebook was asked to display."""
    asked = []
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    display = SimpleNamespace(display=lambda data, raw: asked.append((data, raw)))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return asked


@pytest.mark.parametrize("kind", PAGES)
def test_a_browser_opens_the_page(results, kind, opened):
    file = results[kind].show()
    assert file.read_text(encoding="utf-8") == PAGE.format(kind)
    assert opened == [file.as_uri()]
    assert results[kind].show() != file


@pytest.mark.parametrize("kind", PAGES)
def test_a_notebook_shows_the_page_below_the_cell_once(results, kind, shown, opened):
    assert results[kind].show() is None
    ((data, raw),) = shown
    assert raw is True
    assert data["text/plain"] == repr(results[kind])
    assert set(data) == {"text/plain", "text/html"}
    (text,) = re.findall('<iframe srcdoc="([^"]*)"', data["text/html"])
    assert unescape(text) == PAGE.format(kind).replace("<head>", f"<head>{BASE}")
    assert 'height="800"' in data["text/html"]
    assert not opened


def test_a_frame_may_run_the_pages_script_alone_and_holds_no_tag_of_the_page():
    found = frame("<head></head><script>alert(1)</script>\"'>")
    assert re.findall('sandbox="([^"]*)"', found) == ["allow-scripts"]  # not of the notebook's own
    assert found.count("<") == 4  # the frame and the element around it
    assert "<script" not in found


@pytest.mark.parametrize(
    ("ipython", "within"),
    [
        pytest.param(None, False, id="no IPython"),
        pytest.param(SimpleNamespace(get_ipython=lambda: None), False, id="only imported"),
        pytest.param(SimpleNamespace(get_ipython=lambda: object()), False, id="in a terminal"),
        pytest.param(
            SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)), True, id="a notebook"
        ),
    ],
)
def test_what_is_a_notebook(ipython, within, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert within_notebook() is within


def test_what_has_no_page_says_so():
    with pytest.raises(ParameterError, match="a NextResult has no page"):
        page_of(tomorrow("sma-switch", BARS, period=20))
