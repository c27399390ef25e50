import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages import plots
from btplaybook.runners.runs.labels import colours

DATES = pd.bdate_range("2010-01-04", periods=600)
RETURNS = pd.Series(np.random.default_rng(3).normal(0.0005, 0.01, 600), index=DATES)
WEALTH = (1.0 + RETURNS).cumprod()

PICTURES = {
    "growth": lambda: plots.growth(WEALTH, 0.8 * WEALTH),
    "growth alone": lambda: plots.growth(WEALTH, None),
    "growth to ruin": lambda: plots.growth(WEALTH - 0.01 * np.arange(600), WEALTH),
    "uncompounded": lambda: plots.uncompounded(RETURNS.cumsum(), RETURNS.cumsum() / 2),
    "switches": lambda: plots.switches({2010: 4, 2011: 0, 2012: 7}),
    "years": lambda: plots.yearly_returns({2010: 0.1, 2011: -0.2}, {2010: 0.0, 2011: 0.1}),
    "waterfall": lambda: plots.waterfall({"price": 100.0, "borrow": -20.0, "commission": -5.0}),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_a_picture_is_one_labelled_element_and_reproducible(draw):
    svg = draw()
    element = ElementTree.fromstring(svg)
    assert element.tag == "{http://www.w3.org/2000/svg}svg"
    assert element.get("aria-label")
    assert element.get("width") is None
    for left in ("<metadata", "<style", "<!--", "<?xml", "<script"):
        assert left not in svg
    assert draw() == svg


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_settings_are_restored_and_ignored(draw):
    expected = draw()
    with matplotlib.rc_context({"lines.linewidth": 17, "font.size": 31, "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        assert draw() == expected
        assert dict(matplotlib.rcParams) == before


def test_identifiers_carry_the_name():
    svg = (
        '<?xml version="1.0"?><!-- c --><svg width="10pt" viewBox="0 0 10 10"><metadata>now'
        '</metadata><g id="unused"><path id="clip" d="M 1.23456 -0.001 L 2.50000 3"/>'
        '<use href="#clip"/><g clip-path="url(#clip)" fill="#ABCDEF" stroke="#123456"/></g></svg>'
    )
    tidy = plots.tidy_svg(svg, "name", 'a "label"', {"#123456": "#000000"})
    assert 'id="name-clip"' in tidy
    assert 'href="#name-clip"' in tidy
    assert "url(#name-clip)" in tidy
    assert "unused" not in tidy
    assert "now" not in tidy
    assert 'd="M 1.23 -0 L 2.5 3"' in tidy
    assert 'stroke="#000000"' in tidy
    assert "a &quot;label&quot;" in tidy


def test_the_waterfall_ends_at_its_sum():
    """Bars of 300, -100 and their sum: 3 : 1 : 2 wide, the last from where the first starts."""
    svg = plots.waterfall({"price": 300.0, "commission": -100.0})
    spans = {}
    for path in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        colour = re.search(r"fill: (#\w+)", path.get("style", ""))
        ends = [float(x) for x in re.findall(r"[ML] (\S+) ", path.get("d"))]
        if colour and colour[1] in (colours.GAIN, colours.LOSS, colours.ACCENT):
            spans[colour[1]] = (min(ends), max(ends))
    gain, loss, total = spans[colours.GAIN], spans[colours.LOSS], spans[colours.ACCENT]
    # Coordinates are rounded to 1/100 point.
    assert total[0] == gain[0]
    assert loss == pytest.approx((total[1], gain[1]), abs=0.02)
    assert (total[1] - total[0]) / (gain[1] - gain[0]) == pytest.approx(2 / 3, abs=1e-3)


@pytest.mark.parametrize("count", [1, 2, 8, 9, 40])
def test_at_most_eight_years_are_written(count):
    svg = plots.switches({1980 + k: k for k in range(count)})
    texts = [text.text for text in ElementTree.fromstring(svg).iter() if text.tag.endswith("text")]
    years = [text for text in texts if text and len(text) == 4]
    assert 1 <= len(years) <= 8
    assert years[0] == "1980"
