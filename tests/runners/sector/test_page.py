"""The panel of a sector book: its texts for real and made-up books, and valid HTML."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, charts_in

from btplaybook.feeds.open_to_open import NOTE
from btplaybook.runners.pages.html import rendered
from btplaybook.runners.pages.sector.page import page_of
from btplaybook.runners.pages.sector.rows import group_rows
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.labels.formats import NONE
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.sector.book import book_of, with_variants
from btplaybook.strategies.sector_long_short import SectorLongShort

NASTY = "<script>alert(1)</script> {{ book }} \"'&"
HEADINGS = [
    "The book", "Neutral?", "Long book against hedge", "Did the forecasts rank?",
    "What the factors paid", "Who was held", "Who was left out", "How large can it get",
]  # fmt: skip


class Page(HTMLParser):
    """The elements, visible text, headings and attributes of a page; `open` must end empty."""

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.headings, self.attributes, self.tags = [], "", [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        self.text += data + " "


def fragment(chapter):
    return rendered("sector.html", sector=page_of(chapter))


def words_of(page):
    return " ".join(Page(page).text.split())


def ran_book_chapter(ran_book):
    equity = ran_book[3]["equity"]
    variants = {"gate on, as run": equity, "gate off": 1.01 * equity}
    return with_variants(book_of(*ran_book), variants, 0.0)


@pytest.fixture(scope="module")
def page(ran_book):
    return fragment(ran_book_chapter(ran_book))


def test_every_section_is_there(page):
    assert Page(page).headings == [*HEADINGS, "Gate on, gate off, never optimised"]
    assert page.count('<svg class="plot"') == 11
    for chart in charts_in(page):
        assert Seen(chart).body


def test_it_is_well_formed_and_needs_nothing_else(page):
    parsed = Page(page)
    assert parsed.open == []
    assert "script" not in parsed.tags
    identifiers = [value for name, value in parsed.attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', page)) <= set(identifiers)
    for name, value in parsed.attributes:
        if name in ("src", "href", "xlink:href"):
            assert value.startswith(("#", "data:")), value[:60]
    assert len(page) < 1_000_000


def test_no_number_is_missing_in_the_text(page):
    assert not re.search(r"\b(nan|inf|None|e-0\d)\b", words_of(page))


def test_who_vanished_is_on_the_page(ran_book, page):
    (settled,) = ran_book[0].settlements
    text = words_of(page)
    assert "Vanished while held" in text
    assert f"{settled.date} {settled.ticker} {settled.last_bar}" in text


def test_equal_books_make_equal_bytes_in_any_process(ran_book, page):
    assert fragment(ran_book_chapter(ran_book)) == page


def test_pictures_do_not_hang_on_the_process(tmp_path):
    program = (
        "import hashlib, numpy as np, pandas as pd;"
        "from btplaybook.runners.pages.sector import name_pictures as pictures;"
        "days = pd.bdate_range('2020-01-31', periods=5);"
        "table = pd.DataFrame(np.eye(5), index=days, columns=list('ABCDE'));"
        "svg = pictures.weights(table, days[-1]) + pictures.candidates(table, days[-1]);"
        "print(hashlib.sha256(svg.encode()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(answers) == 1


def test_what_a_user_named_is_escaped(made_up):
    ran, ledger, tables, daily = made_up(reason=NASTY, excluded={NASTY: 1})
    opens = daily.index[0].date()
    ran.settlements.append(
        SimpleNamespace(
            _asdict=lambda: {"date": opens, "ticker": NASTY, "last_bar": opens, "price": 1.0}
        )
    )
    page = fragment(book_of(ran, ledger, tables, daily))
    assert "<script" not in page
    assert Page(page).text.count(NASTY) >= 2


CASES = {
    "never optimised": (
        {"params": {"weighting": "equal_variance"}},
        ["Equal-variance weights were asked for", "weights decisions, as asked 2 of 2"],
        ["Weighted without forecasts"],
    ),
    "always in fallback": (
        {},
        ["2 of 2 decisions were weighted without them, 39 days or 100% of the window",
         "no forecasts judged so far, 3 needed", "Not estimated"],
        [],
    ),
    "never in fallback": (
        {"method": "mean_variance", "reason": ""},
        ["All of 2 decisions were weighted by their forecasts."],
        ["Weighted without forecasts"],
    ),
    "no trades": (
        {"held": False},
        ["Nobody: no stock could be chosen", "No stock was ordered", "Nobody held decisions 2"],
        ["Tracking error a year, against"],
    ),
    "too short for a beta": (
        {"n_days": 3},
        ["The window is too short for a beta"],
        [],
    ),
    "a moving target": (
        {"target_beta": 0.1, "rounding": -0.0004},
        ["the mean target of 0.10", "no decision more than 0.0004 from its target"],
        ["whole shares"],
    ),
    "weighed by drawdowns": (
        {"params": {"weighting": "mean_drawdown"}, "method": "mean_drawdown", "reason": ""},
        ["All of 2 decisions were weighted by their forecasts.", "mean-drawdown weights"],
        ["never set the weights"],
    ),
    "fractions": ({"rounding": 4e-16}, [], ["whole shares", "from its target.", "a millionth"]),
    "a factor of one's own, half-known": (
        {"factors": ()},
        ["2 of 2 decisions did without value, on momentum alone."],
        [],
    ),
    "estimated": (
        {"premium_intervals": np.tile([0.02, 0.01, 0.03], (2, 2, 1)),
         "premiums": np.array([0.02, -0.01])},
        ["Value 0 of 2 2 of 2 2 of 2 2.0%", "Momentum 2 of 2 2 of 2 2 of 2 \N{MINUS SIGN}1.0%"],
        ["Not estimated"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_it_says(made_up, case):
    fields, there, absent = CASES[case]
    page = fragment(book_of(*made_up(**fields)))
    text = words_of(page).lower()
    for phrase in there:
        assert phrase.lower() in text, phrase
    for phrase in absent:
        assert phrase.lower() not in text, phrase
    assert Page(page).headings == HEADINGS
    assert not re.search(r"\b(nan|inf|none)\b", text)


def test_what_the_stocks_are(made_up):
    fields = {
        "countries": ("US", "", "CH"), "sub_industries": ("Drugs", "Drugs", ""),
        "market_caps": np.array([2e9, np.nan, 9e9]),
    }  # fmt: skip
    page = fragment(book_of(*made_up(**fields)))
    text = words_of(page)
    assert "Country Could be chosen Mean weight Largest" in text
    assert "US 1 50.0% 50.0% not known 1 50.0% 50.0%" in text
    assert "Drugs 2 100.0% 100.0%" in text
    assert "CH" not in text  # never in the universe
    assert (
        "Their market value at the last decision, least to most, 1 not known 2.00 billion" in text
    )
    place = HEADINGS.index("Who was left out")
    assert Page(page).headings == [
        *HEADINGS[:place], "Sub-industries and countries", *HEADINGS[place:]
    ]  # fmt: skip


def test_of_many_groups_the_smallest_are_one_row(made_up):
    rows = [
        {"group": f"G{k}", "least": k, "most": 2 * k, "mean_weight": 0.1 - 0.005 * k,
         "largest_weight": 0.2} for k in range(14)
    ]  # fmt: skip
    found = group_rows({"groups": {"countries": rows}}, "countries")
    assert len(found) == 13
    assert found[1] == ("G1", "1 to 2", "9.5%", "20.0%")
    assert found[-1] == ("2 more", NONE, "7.5%", NONE)


def test_whole_shares_are_named_where_they_were_traded(made_up):
    whole = words_of(fragment(book_of(*made_up(rounding=-0.0004, whole_shares=True))))
    assert "Whole shares kept no decision more than 0.0004 from its target." in whole
    fractions = words_of(fragment(book_of(*made_up(rounding=-0.0004))))
    assert "hole share" not in fractions


@pytest.mark.parametrize("whole_shares", [True, False])
def test_the_tearsheet_speaks_of_whole_shares_only_where_they_were_traded(whole_shares, sector_of):
    market = sector_of(1, n_stocks=30, years=3)
    result = run(
        SectorLongShort, [market.etf, *market.panel.bars], strips=False, start="2006-06-01",
        end="2006-09-29", cash=1e7, names=8, cap=0.3, whole_shares=whole_shares,
    )  # fmt: skip
    assert result.sections["sector"].measured.kept.book.whole_shares == whole_shares
    page = " ".join(re.sub(r"<[^>]+>", " ", tearsheet(result)).split())
    assert ("hole shares" in page) == whole_shares
    assert ("fractions of shares" in page) != whole_shares


def test_a_book_that_never_decided_says_so(made_up):
    ran, *rest = made_up(held=False)
    ran.diary.clear()
    page = fragment(book_of(ran, *rest))
    assert "It decided nothing in this window" in words_of(page)
    assert Page(page).headings == ["The book"]
    assert Page(page).open == []


def test_one_decision_on_the_last_day(made_up):
    ran, *rest = made_up()
    ran.diary[:] = [ran.diary[-1]]
    ran.diary[0].date = rest[-1].index[-1].date()
    assert Page(fragment(book_of(ran, *rest))).open == []


def test_hardly_a_day(made_up):
    assert Page(fragment(book_of(*made_up(n_days=2)))).open == []


def test_forecasts_that_were_judged(made_up, later):
    parts = made_up(n_days=200)
    start = parts[-1].index[0].date()
    parts[0].realised_by_horizon[30] = [
        SimpleNamespace(
            made_on=later(start, 30 * n),
            known_on=later(start, 30 * n + 42),
            ic=ic,
            other_ic=0.5 * ic,
            _asdict=lambda: {"made_on": start, "known_on": start, "ic": 0.0},
        )
        for n, ic in enumerate((0.2, -0.1, 0.3))
    ]
    chapter = book_of(*parts)
    text = words_of(fragment(chapter))
    assert "3 forecasts judged, 67% of them above 0; mean 0.133" in text
    assert isinstance(chapter.skill.index, pd.DatetimeIndex)


def test_bars_of_opens_are_told_as_opens(ran_book):
    """What is held after each bar is held after the day's opening price."""
    ran, ledger, tables, daily = ran_book
    closes = page_text(book_of(ran, ledger, tables, daily))
    assert "after each close" in closes
    opens = [replace(each, origin=replace(each.origin, notes=(NOTE,))) for each in tables]
    shown = page_text(book_of(ran, ledger, opens, daily))
    assert "after each open" in shown
    assert "held at each open times" in shown
    assert "taken at the last open" in shown
    assert "close" not in shown


def page_text(book):
    """Return what a reader sees of a sector book's panel."""
    found = rendered("sector.html", sector=page_of(book))
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", "", found))
