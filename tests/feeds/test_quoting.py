"""Values in messages: one line each, none of them long."""

import pandas as pd
import pytest

from btplaybook.feeds.quoting import shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("EBIT", "'EBIT'", id="text"),
        pytest.param(1e306, "1e+306", id="number"),
        pytest.param("two\nlines\0", r"'two\nlines\x00'", id="line end and NUL"),
        pytest.param(10**5000, "a very large int", id="5,000 digits"),
        pytest.param("x" * 1000, "'" + "x" * 79 + "... (1,002 characters)", id="long text"),
    ],
)
def test_shown(value, written):
    assert shown(value) == written


def test_whatever_it_is_takes_one_line():
    for value in (pd.Series([1, 2]), [[0] * 50] * 50, {"a": "\u2028"}, "\ud800"):
        assert len(shown(value)) < 120
        assert len(shown(value).splitlines()) == 1
