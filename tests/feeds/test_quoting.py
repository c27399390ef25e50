"""Values in messages: one line each, none of them long."""

import pandas as pd
import pytest

from btplaybook.feeds.quoting import cut, did_you_mean, shortened, shown


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


@pytest.mark.parametrize(
    ("asked", "near", "or_known"),
    [
        pytest.param("spx500", "; did you mean 'sp500'?", "; did you mean 'sp500'?", id="near"),
        pytest.param("NASDAQ", "; did you mean 'nasdaq'?", "; did you mean 'nasdaq'?", id="case"),
        pytest.param("zzz", "", "; known: nasdaq, sp500", id="far"),
    ],
)
def test_did_you_mean(asked: str, near: str, or_known: str) -> None:
    assert did_you_mean(asked, ["sp500", "nasdaq"]) == near
    assert did_you_mean(asked, {"sp500", "nasdaq"}, or_known=True) == or_known


def test_a_long_text_loses_its_middle() -> None:
    text = "".join(chr(97 + place % 26) for place in range(1_000))
    assert shortened(text[:120]) == cut(text[:120]) == text[:120]
    assert shortened(text) == f"{text[:60]}...{text[-60:]}"
    assert cut(text) == f"{text[:400]} ... {text[-200:]} (1,000 characters)"
