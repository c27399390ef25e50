"""The page of a study: all published figures, no external resource, all markup escaped."""

import datetime
import html
import re
from html.parser import HTMLParser

import pytest
from drawn import Seen, charts_in, other_markup
from scripts import without_script

from btplaybook.runners.pages.raw import text_cell
from btplaybook.runners.pages.study import badges, page
from btplaybook.runners.runs.labels.formats import NONE, POINTS
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.study import FINDINGS
from btplaybook.runners.studies.verdicts import as_printed, printed

NASTY = "<SCRIPT>ALERT(1)&\"'{{1}}"


class Reader(HTMLParser):
    """Gathers tags, texts and attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.addresses, self.ids, self.open = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.addresses += [
            found[name] for name in ("src", "href", "xlink:href", "action", "srcset", "poster")
            if name in found
        ]  # fmt: skip
        assert not [name for name in found if name.startswith("on")]

    def handle_data(self, data):
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def result(quick_module, tmp_path_factory, table, write):
    """A study of a ticker whose name is a trap, and of two usual ones, one of them missing."""
    root = tmp_path_factory.mktemp("bars")
    write(root / f"{NASTY}.csv", table(0))
    write(root / "GLD.csv", table(1, "2009-01-05"))
    return run_study(
        "robust-etf", root, tickers=[NASTY, "GLD", "<I>GONE"],
        start=datetime.date(2008, 3, 3), end=datetime.date(2010, 6, 30),
    )  # fmt: skip


@pytest.fixture(scope="module")
def text(result):
    return page(result)


@pytest.fixture(scope="module")
def read(text):
    return Reader(text)


def test_names_are_texts_and_no_markup(text, read):
    assert not {"iframe", "object", "embed", "img"} & {*read.tags}
    still = without_script(text)
    assert other_markup(still) == []
    assert "<script" not in still.lower()
    # Quotes may stand as they are in a text; in an attribute the reader would have stumbled.
    assert html.escape(NASTY, quote=False) in text or html.escape(NASTY) in text
    assert any(NASTY in words for words in read.texts)
    assert any("<I>GONE" in words for words in read.texts)


def test_nothing_comes_from_outside(text, read):
    outside = [address for address in read.addresses if not address.startswith(("#", "data:"))]
    assert outside == []
    assert "@import" not in text
    assert [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.startswith("#")] == []


def test_links_lead_to_somewhere_on_the_page(read):
    links = {address[1:] for address in read.addresses if address.startswith("#")}
    chapters = {link for link in links if link.startswith(("graph", "wins"))}
    assert chapters >= {"graph_2", "graph_3", "graph_5", "graph_7", "graph_11", "wins"}
    assert links <= {*read.ids}
    assert len(set(read.ids)) == len(read.ids)


def test_every_published_figure_is_on_it_with_its_finding(result, text):
    assert len(result.published()) > 10
    body = re.search(r'<table class="verdicts sortable">.*?</table>', text, re.S)[0]
    rows = [Reader(row).texts for row in re.findall(r"<tr>.*?</tr>", body, re.S)][1:]
    assert len(rows) == len(result.published())
    for figure, cells in zip(result.published(), rows, strict=True):
        cells = [cell for cell in cells if cell]
        assert cells == [
            figure.name,
            figure.ticker,
            as_printed(figure.published, figure.unit),
            printed(figure.measured, figure.unit),
            FINDINGS[figure.finding],
        ]


def raw(rows):
    """The numbers by which a script sorts each row; None for a text."""
    found = []
    for row in re.findall(r"<tr>.*?</tr>", rows, re.S)[1:]:
        values = [re.search(r'data-value="([^"]*)"', one) for one in re.findall("<td[^>]*>", row)]
        found.append([None if one is None else one[1] for one in values])
    return found


def test_a_script_sorts_the_figures_by_the_numbers_themselves(result, text):
    body = re.search(r'<table class="verdicts sortable">.*?</table>', text, re.S)[0]
    order = [*FINDINGS]
    rows = raw(body)
    assert [row[2] for row in rows] == [str(order.index(one.finding)) for one in result.published()]
    numbers = 0
    for row, figure in zip(rows, result.published(), strict=True):
        if isinstance(figure.measured, float) and row[1]:
            assert float(row[1]) == pytest.approx(figure.measured, abs=0.0051)  # as it is printed
            numbers += 1
    assert numbers > 3


def test_a_script_sorts_the_tables_of_a_chapter(text):
    tables = re.findall(r'<table class="plain sortable">.*?</table>', text, re.S)
    assert len(tables) > 5
    for table in tables:
        for row in re.findall(r"<tr>.*?</tr>", table, re.S):
            for attributes, words in re.findall(r"<td([^>]*)>([^<]*)</td>", row):
                number = re.fullmatch(r' data-value="(-?[\d.]*)"', attributes)
                digits = words.replace(",", "").replace("\N{MINUS SIGN}", "-").rstrip("%")
                assert number is None or number[1] == digits or words == NONE
    (one,) = (table for table in tables if ", by fill" in table and NASTY in html.unescape(table))
    assert {value is None for value in raw(one)[0]} == {True, False}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("\N{MINUS SIGN}1,234.50%", "-1234.50"), (f"12.3{POINTS}", "12.3"), ("0", "0"),
        ("255", "255"), (NONE, ""), ("0 of 299", None), ("trend", None), ("3.73 : 1", None),
        ("2009-01-05", None), ("", None),
    ],
)  # fmt: skip
def test_the_number_in_a_text(text, number):
    assert text_cell(text) == (text, number)


def test_verdicts_are_in_words_and_counted(result, text, read):
    words = " ".join(read.texts)
    for figure in result.published():
        assert FINDINGS[figure.finding] in words
    counts = {name: 0 for name in FINDINGS}
    for figure in result.published():
        counts[figure.finding] += 1
    tally = Reader(re.search(r'<p class="tally">.*?</p>', text, re.S)[0]).texts[0]
    assert tally == (
        ", ".join(f"{FINDINGS[name].lower()}: {n}" for name, n in counts.items() if n) + "."
    )


def test_chapters_say_what_the_source_says_and_why_they_are_not_carried(result, read):
    words = " ".join(read.texts)
    for chapter, found in result.chapters:
        assert chapter.title in words
        assert chapter.says in words
        if isinstance(found, str):
            assert f"These bars cannot carry it: {found}." in words
        else:
            assert all(paragraph in words for paragraph in found.words)
            titles = [chart.title for chart in found.charts]
            assert all(title in read.texts for title in titles)
            assert all(table.title in read.texts for table in found.tables)


def test_every_picture_is_drawn_and_named(result, text):
    charts = [
        chart
        for _, found in result.chapters
        if not isinstance(found, str)
        for chart in found.charts
    ]
    pictures = re.findall(r"<figure.*?</figure>", text, re.S)
    assert len(pictures) == len(charts) > 10
    for picture in pictures:
        assert re.search(r'<svg class="plot" role="img" aria-label="[^"]{20,}"', picture)
        assert "nan" not in picture.lower()
        (chart,) = map(Seen, charts_in(picture))
        assert len(chart.paths) > 1
        assert len(chart.texts) > 3
        assert any(re.search(r"\d", cell) for row in chart.body for cell in row[1:])


def test_the_bars_stand_below(result, read):
    for bars in result.evidence.bars.values():
        assert bars.name in read.texts
        assert bars.vintage[:12] in read.texts


def test_badges_say_what_to_know_first(result):
    found = {badge.text: badge.why for badge in badges(result)}
    assert [*found] == [
        "another window", "left out: <I>GONE", "shorter than the window", "no costs", "in sample",
    ]  # fmt: skip
    assert "1993-01-29 to 2013-09-30" in found["another window"]
    assert "no <I>GONE.csv" in found["left out: <I>GONE"]
    assert found["shorter than the window"] == "GLD from 2009-01-05."
