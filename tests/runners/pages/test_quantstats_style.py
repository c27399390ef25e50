"""What quantstats' own report needs of matplotlib leaves the process as it was, and fits a page."""

import xml.etree.ElementTree as ElementTree

import matplotlib

from btplaybook.runners.pages import quantstats_style as style


def drawn():
    return style.picture("name", "label", lambda axes: axes.plot([1, 2], [3, 4], label="line"))


def test_a_picture_is_one_labelled_element_and_reproducible():
    svg = drawn()
    element = ElementTree.fromstring(svg)
    assert element.tag == "{http://www.w3.org/2000/svg}svg"
    assert element.get("aria-label") == "label"
    assert element.get("width") is None
    for left in ("<metadata", "<style", "<!--", "<?xml", "<script"):
        assert left not in svg
    assert drawn() == svg


def test_settings_are_restored_and_ignored():
    expected = drawn()
    with matplotlib.rc_context({"lines.linewidth": 17, "font.size": 31, "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        assert drawn() == expected
        assert dict(matplotlib.rcParams) == before


def test_identifiers_carry_the_name():
    svg = (
        '<?xml version="1.0"?><!-- c --><svg width="10pt" viewBox="0 0 10 10"><metadata>now'
        '</metadata><g id="unused"><path id="clip" d="M 1.23456 -0.001 L 2.50000 3"/>'
        '<use href="#clip"/><g clip-path="url(#clip)" fill="#ABCDEF" stroke="#123456"/></g></svg>'
    )
    tidy = style.tidy_svg(svg, "name", 'a "label"', {"#123456": "#000000"})
    assert 'id="name-clip"' in tidy
    assert 'href="#name-clip"' in tidy
    assert "url(#name-clip)" in tidy
    assert "unused" not in tidy
    assert "now" not in tidy
    assert 'd="M 1.23 -0 L 2.5 3"' in tidy
    assert 'stroke="#000000"' in tidy
    assert "a &quot;label&quot;" in tidy
