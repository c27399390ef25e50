"""Results in a notebook: readable without style, pictures and script."""

import base64
import re
from html.parser import HTMLParser

import pytest

import btplaybook
from btplaybook.runners.pages.notebook.card import Card, html_of
from btplaybook.runners.records.compare import compare
from btplaybook.runners.records.write import write_run

NASTY = "<script>alert(1)</script>"


class Text(HTMLParser):
    """The text and the tags of a fragment."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data + " "


@pytest.fixture(scope="module")
def result():
    return btplaybook.run("sma-switch", btplaybook.sample("sp500"), period=150, strips=False)


def picture(html):
    (source,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return base64.b64decode(source).decode()


def test_a_run_shows_verdict_figures_and_growth(result):
    html = result._repr_html_()
    read = Text(html)
    text = " ".join(read.text.split())
    assert "SMA switch on S&P 500" in text
    assert "1999-01-05 to 2018-12-31" in text
    assert "holding S&P 500 made 104%" in text
    assert "Total return" in text
    assert "no costs" in text
    assert not {"script", "style", "svg"} & set(read.tags)  # viewers remove them
    svg = picture(html)
    assert svg.startswith("<svg xmlns=")
    assert svg.count("<path") > 2
    assert len(html) < 60_000


def test_equal_results_are_shown_in_equal_bytes(result):
    assert result._repr_html_() == result._repr_html_()


def test_bars_show_their_ends_and_closes():
    bars = btplaybook.sample("sp500")
    html = bars._repr_html_()
    text = " ".join(Text(html).text.split())
    assert "S&P 500" in text
    assert f"{len(bars):,} days" in text
    for date in (bars.dates[0], bars.dates[-1]):
        assert str(date) in text
    assert f"{bars.close[-1]:,.2f}" in text
    assert "<path" in picture(html)


def test_a_search_shows_its_best_sets_and_that_they_flatter():
    found = btplaybook.search("sma-switch", btplaybook.sample("sp500"), "period=50..59")
    text = " ".join(Text(found._repr_html_()).text.split())
    assert "best of 10 sets" in text
    assert "chosen on these bars" in text
    assert "held" in text
    assert f"period {found.found.top['period'].iloc[0]}" in text


def test_a_comparison_shows_all_runs(result, tmp_path):
    for period in (20, 150):
        one = btplaybook.run("sma-switch", btplaybook.sample("sp500"), period=period, strips=False)
        write_run(one, tmp_path / f"p{period}")
    html = compare([tmp_path / "p20", tmp_path / "p150"])._repr_html_()
    text = " ".join(Text(html).text.split())
    assert "A p20" in text
    assert "B p150" in text
    assert "Of 2 runs" in text
    assert "<path" in picture(html)


def test_every_text_is_escaped():
    html = html_of(Card(NASTY, NASTY, NASTY, ("", NASTY), [(NASTY, NASTY)], None, [NASTY], NASTY))
    assert "<script" not in html
    assert Text(html).text.count(NASTY) == 8
