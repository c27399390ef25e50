"""A page below the cell of a notebook: the frame shows it, and its links stay within it."""

from btplaybook.runners.pages.showing import frame

SIZE = {"width": 1100, "height": 900}


def framed(pages, tmp_path, name):
    """A notebook's page with a tearsheet in a frame."""
    page = pages[name].read_text(encoding="utf-8")
    outer = tmp_path / "notebook.html"
    outer.write_text(f"<!DOCTYPE html><html><body>{frame(page)}</body></html>", encoding="utf-8")
    return outer.as_uri()


def test_the_frame_shows_the_page_and_its_pictures(pages, tmp_path, opened, colours):
    outer = opened(framed(pages, tmp_path, "usual"), SIZE)
    inner = outer.frames[1]
    assert inner.locator("h1").inner_text()
    drawn = inner.locator("svg[role=img]")
    alone = opened(pages["usual"].as_uri(), SIZE).locator("svg[role=img]")
    assert drawn.count() == alone.count() > 5
    picture = drawn.first
    picture.scroll_into_view_if_needed()
    assert colours(picture.screenshot()) > 50
    assert not outer.said
    assert not [address for address in outer.asked if address.startswith("http")]


def test_charts_answer_within_the_frame(pages, tmp_path, opened):
    outer = opened(framed(pages, tmp_path, "usual"), SIZE)
    inner = outer.frames[1]
    chart = inner.locator("[data-chart=growth] svg.plot")
    legend = inner.locator("[data-chart=growth] .legend")
    assert inner.locator(".cursor").count() == 0
    last = legend.inner_text()
    chart.hover()
    assert inner.locator(".cursor").count() == inner.locator("[data-chart]").count() > 3
    assert legend.inner_text() != last
    inner.get_by_role("button", name="5", exact=True).click()
    assert inner.locator(".reading").inner_text().startswith("2013-12-31 to 2018-12-31")
    assert not outer.said


def test_a_foreign_script_does_not_run_within_the_frame(pages, tmp_path, opened):
    text = pages["usual"].read_text(encoding="utf-8")
    foreign = "<script>document.title = parent.document.title = 'run'</script>"
    changed = tmp_path / "foreign.html"
    changed.write_text(text.replace("<body>", f"<body>{foreign}", 1), encoding="utf-8")
    outer = opened(framed({"foreign": changed}, tmp_path, "foreign"), SIZE)
    assert outer.frames[1].locator("h1").inner_text()
    assert outer.title() != "run"
    assert outer.frames[1].title() != "run"
    assert len(outer.said) == 1
    assert "script-src" in outer.said[0]


def test_a_link_within_the_page_stays_within_the_frame(pages, tmp_path, opened):
    outer = opened(framed(pages, tmp_path, "usual"), SIZE)
    inner = outer.frames[1]
    assert not inner.locator('a[href="#deviations"]').first.is_visible()
    inner.locator("#quantstats summary").first.click()
    inner.locator('a[href="#deviations"]').first.click()
    inner.wait_for_function("document.scrollingElement.scrollTop > 500")
    assert inner.evaluate("document.scrollingElement.scrollTop") > 500
    assert inner.locator("h1").count() == 1
    assert [each.url for each in outer.frames][1] == "about:srcdoc#deviations"
