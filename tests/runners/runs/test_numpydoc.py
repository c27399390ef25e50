"""Docstrings in numpydoc's form: entries, types, allowed values and ranges."""

import pytest

from btplaybook.runners.runs.found.numpydoc import Documented, parameters_of, parts_of


def parameters(*lines):
    return parameters_of("\n".join(["A rule.", "", "Parameters", "----------", *lines]))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        pytest.param(
            ["n : int", "    Bars, from 1 to 1,000,000 (20)."],
            {"n": Documented("int", "Bars, from 1 to 1,000,000 (20).", (), 1, 1_000_000)},
            id="both ends",
        ),
        pytest.param(
            ["n : int", "    Bars in", "    the mean, >= 2 (5)."],
            {"n": Documented("int", "Bars in the mean, >= 2 (5).", (), 2, None)},
            id="one end, on two lines",
        ),
        pytest.param(
            ["w : float", "    Weight, in [-0.5, 0.5]."],
            {"w": Documented("float", "Weight, in [-0.5, 0.5].", (), -0.5, 0.5)},
            id="brackets",
        ),
        pytest.param(
            ["w : float", "    Weight, > 0. Twice, >= 2, is bold."],
            {"w": Documented("float", "Weight, > 0. Twice, >= 2, is bold.")},
            id="an end that does not belong to it, and a later sentence",
        ),
        pytest.param(
            ["view : str", "    A beta, from 1 to 2."],
            {"view": Documented("str", "A beta, from 1 to 2.")},
            id="a text has no range",
        ),
        pytest.param(
            ['side : {"long", "short"}', "    Which way."],
            {"side": Documented("str", "Which way.", ("long", "short"))},
            id="values",
        ),
        pytest.param(
            ["k : {1, 2}"], {"k": Documented("int", "", (1, 2))}, id="values without a description"
        ),
        pytest.param(
            ["k : {one of these}"], {"k": Documented("{one of these}", "")}, id="no values"
        ),
        pytest.param(["k : {}"], {"k": Documented("{}", "")}, id="empty braces"),
        pytest.param(
            ["a, b : int, float", "    Both."],
            {"a": Documented("int", "Both."), "b": Documented("float", "Both.")},
            id="two names, two types",
        ),
        pytest.param(
            ["a, b : int", "    Both, >= 1.", "", "c : bool", "    More."],
            {
                "a": Documented("int", "Both, >= 1.", (), 1),
                "b": Documented("int", "Both, >= 1.", (), 1),
                "c": Documented("bool", "More."),
            },
            id="two names of one type, and another entry",
        ),
        pytest.param(["a: not numpydoc", "    Words."], {}, id="another form"),
    ],
)
def test_an_entry(entry, told):
    assert parameters(*entry) == told


def test_no_part_has_no_parameters():
    assert parameters_of("A rule.") == {}
    assert parts_of("") == {"": ""}


def test_parts_by_heading():
    text = "First.\n\nMore.\n\nRule\n----\nHold.\n\nSource\n------\nA paper."
    assert parts_of(text) == {"": "First.\n\nMore.", "Rule": "Hold.", "Source": "A paper."}
