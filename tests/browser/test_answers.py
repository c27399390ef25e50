"""Charts and tables that answer: hover, zoom, toggles, keys, sorting; and a page without script."""

import dataclasses
import re
import time

import numpy as np
import pytest

from btplaybook import run, sample, tearsheet
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

DESK = {"width": 1280, "height": 800}
TEXTS = """() => [...document.querySelectorAll('[data-chart] svg.plot')].map(svg =>
    [...svg.querySelectorAll('text')].filter(t => !t.closest('.cursor'))
        .map(t => [t.textContent, t.getAttribute('x'), t.getAttribute('y')].join(' ')).join('|'))"""


@pytest.fixture
def page(seen, pages):
    """The page as it is when it opens: it is loaded anew for each test, in one window."""
    page = seen(pages["usual"].as_uri(), DESK)
    page.mouse.move(0, 0)
    page.reload()
    return page


def chart(page, name="growth"):
    return page.locator(f"[data-chart={name}] svg.plot")


def values(page, name="growth"):
    texts = page.locator(f"[data-chart={name}] .legend b").all_inner_texts()
    return [
        float(re.sub("[,%]", "", text).replace("\N{MINUS SIGN}", "-")) for text in texts if text
    ]


def drag(page, name, start, end):
    box = chart(page, name).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    page.mouse.up()


def bar_at(share):
    """The bar nearest to a place across the charts, which the first and last day end."""
    dates = sample("sp500").dates
    place = (dates[-1] - dates[0]).astype(float) * share
    return str(dates[np.abs((dates - dates[0]).astype(float) - place).argmin()])


def test_without_a_script_the_same_charts_stand_still(page, opened, pages):
    still, moving = opened(pages["usual"].as_uri(), DESK, java_script_enabled=False), page
    assert still.locator("[data-chart] svg.plot").count() == moving.locator(
        "[data-chart] svg.plot"
    ).count() > 3  # fmt: skip
    assert moving.locator(".tools").is_visible()
    assert not still.locator(".tools").is_visible()
    moving.evaluate("document.querySelector('.tools').hidden = true")  # or all stands lower
    for name in ("growth", "drawdown", "price", "position"):
        shots = [each.locator(f"[data-chart={name}]").screenshot() for each in (still, moving)]
        assert shots[0] == shots[1], name
    assert still.locator(".trips tbody tr").count() == moving.locator(".trips tbody tr").count()


def test_the_script_draws_what_was_written(page):
    """Drawn again over the whole window, every chart has the same labels at the same places."""
    written = page.evaluate(TEXTS)
    chart(page).focus()
    page.keyboard.press("Escape")
    assert page.evaluate(TEXTS) == written


def test_hover_shows_the_values_of_that_day_in_every_chart(page):
    last = values(page)
    box = chart(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50)
    cursors = page.locator(".cursor text").all_text_contents()
    assert len(cursors) == page.locator("[data-chart]").count()
    assert len(set(cursors)) == 1
    assert cursors[0] == bar_at(0.5) == "2009-01-02"
    assert values(page) != last
    page.mouse.move(5, 5)
    assert page.locator(".cursor").count() == 0
    assert values(page) == last


def test_a_dragged_window_narrows_every_chart(page):
    written = page.evaluate(TEXTS)
    drag(page, "growth", 0.4, 0.6)
    narrowed = page.evaluate(TEXTS)
    assert all(now != before for now, before in zip(narrowed, written, strict=True))
    assert page.locator(".reading").inner_text().startswith(f"{bar_at(0.4)} to {bar_at(0.6)}: ")
    assert page.locator(".reading b").count() == 3  # strategy, benchmark, worst drawdown
    page.get_by_role("button", name="show all").click()
    assert page.evaluate(TEXTS) == written


def test_a_window_of_years_is_one_press_away(page):
    page.get_by_role("button", name="5", exact=True).click()
    assert page.locator(".reading").inner_text().startswith("2013-12-31 to 2018-12-31")
    growth = values(page)
    page.get_by_role("button", name="All", exact=True).click()
    assert growth != values(page)


def test_the_scale_and_the_lines_are_chosen(page):
    def labels():
        return chart(page).locator("text").all_text_contents()

    logarithmic = labels()
    page.get_by_role("button", name="Log").click()
    assert labels() != logarithmic
    page.get_by_role("button", name="Log").click()
    assert labels() == logarithmic
    lines = chart(page).locator("svg svg path:not(.grid)").count()
    page.get_by_role("button", name="Benchmark").click()
    assert chart(page).locator("svg svg path:not(.grid)").count() == lines - 1
    page.get_by_role("button", name="Excess").click()
    assert chart(page).locator("svg svg path:not(.grid)").count() == lines


def test_keys_move_the_cursor_and_say_the_values(page):
    chart(page).focus()
    page.keyboard.press("ArrowLeft")
    said = page.locator(".spoken").inner_text()
    assert said.startswith("2018-12-28: ")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.locator(".spoken").inner_text() < said
    before = page.evaluate(TEXTS)
    page.keyboard.press("+")
    assert page.evaluate(TEXTS) != before


def test_round_trips_sort_by_number_and_back(page):
    table = page.locator("table.trips")
    rows = table.locator("tbody tr")
    written = rows.all_inner_texts()
    head = table.locator("thead th", has_text="Return")
    column = 8

    def returns():
        cells = table.locator(f"tbody td:nth-of-type({column})")
        texts = cells.evaluate_all("all => all.map(cell => cell.getAttribute('data-value'))")
        assert len(texts) == rows.count()
        return [float(text) for text in texts]

    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert returns() == sorted(returns(), reverse=True)
    head.get_by_role("button").click()
    assert returns() == sorted(returns())
    head.get_by_role("button").click()
    assert rows.all_inner_texts() == written


def test_chips_open(page):
    chip = page.locator(".chip").first
    assert not chip.locator("p").is_visible()
    chip.locator("summary").click()
    assert chip.locator("p").is_visible()


def test_every_chart_has_its_figures_as_a_table(page):
    for name in page.locator("[data-chart]").evaluate_all("all => all.map(e => e.dataset.chart)"):
        section = page.locator(f"[data-chart={name}]").locator(
            "xpath=ancestor::*[self::section or self::header][1]"
        )
        table = section.locator("details.figures table").first
        assert table.locator("tbody tr").count() > 3
    for plain in page.locator("div.chart").all():
        assert plain.locator("details.figures table tbody tr").count() > 0


def test_it_is_light_and_drawn_at_once(opened, pages):
    address = pages["usual"]
    assert address.stat().st_size <= 900_000
    for _ in range(3):
        start = time.perf_counter()
        opened(address.as_uri(), DESK).wait_for_load_state("load")
        if (taken := time.perf_counter() - start) < 2.0:
            break
    assert taken < 2.0  # the target of 1 s is measured by the benchmark, on a quiet machine


class Both(PlaybookStrategy):
    """Half of the account in each of two instruments."""

    def target_weights(self):
        return {self.data0: 0.5, self.data1: -0.5}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The page of two instruments, and the second one's bars."""
    first = sample("sp500", start="2016-01-04")
    second = dataclasses.replace(first, name="TENTH", title="", close=first.close / 10.0,
                                 open=first.open / 10.0, high=first.high / 10.0,
                                 low=first.low / 10.0)  # fmt: skip
    file = tmp_path_factory.mktemp("pair") / "page.html"
    file.write_text(tearsheet(run(Both, [first, second], strips=False)), encoding="utf-8")
    return file, second


def test_the_reader_picks_an_instrument(opened, pair):
    file, second = pair
    page = opened(file.as_uri(), DESK)
    picker = page.locator("[data-pick]")
    assert picker.is_visible()
    assert picker.locator("option").all_inner_texts() == ["S&P 500", "TENTH"]
    written = page.evaluate(TEXTS)
    picker.select_option("1")
    assert page.evaluate(TEXTS) != written
    assert (
        page.locator("[data-chart=price] h3").inner_text() == "Closes of TENTH, with the position"
    )
    assert values(page, "price")[0] == pytest.approx(second.close[-1], abs=0.005)
    head = page.locator("#price details.figures th[scope=col]").all_text_contents()
    assert {"S&P 500", "TENTH"} <= set(head)
    picker.select_option("0")
    assert page.evaluate(TEXTS) == written


def test_a_window_under_water_stays_within_its_chart(page):
    drag(page, "growth", 0.1, 0.12)  # long before a new high
    outer = chart(page, "drawdown").bounding_box()
    for path in page.locator("[data-chart=drawdown] svg svg path").all():
        box = path.bounding_box()
        assert box is None or box["y"] >= outer["y"] - 2


def test_headings_stand_below_the_bar_of_a_narrowed_window(page):
    page.get_by_role("button", name="1 year").click()
    page.locator('.contents a[href="#months"]').click()
    bar, heading = (
        page.locator(".contents").bounding_box(),
        page.locator("#months h2").bounding_box(),
    )
    assert heading["y"] >= bar["y"] + bar["height"] - 1
