"""The bottom line of a study: how many published figures hold."""

import dataclasses
import re

import hypothesis.strategies as st
import pytest
from hypothesis import given

from btplaybook.runners.pages.study_verdict import (
    chapters_clause,
    figures_clause,
    study_bottom_line,
)
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.study import FINDINGS


def counts(**findings):
    assert set(findings) <= set(FINDINGS)
    return findings


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (counts(reproduced=6, near=2, differs=2, mirror=3, stand_in=8),
         "of 21 published figures 8 hold (2 nearly), 2 do not hold, 3 hold by the mirror only, 8 "
         "cannot be judged"),
        (counts(reproduced=1, differs=1, mirror=1, not_comparable=1, measured=1),
         "of 5 published figures 1 holds, 1 does not hold, 1 holds by the mirror only, 2 cannot be "
         "judged"),
        (counts(near=1, differs=3), "of 4 published figures 1 holds nearly, 3 do not hold"),
        (counts(mirror=2, stand_in=1),
         "of 3 published figures 2 hold by the mirror only, 1 cannot be judged"),
        (counts(reproduced=11), "all 11 published figures hold"),
        (counts(reproduced=1, near=1), "both published figures hold (1 nearly)"),
        (counts(near=3), "all 3 published figures hold nearly"),
        (counts(differs=7), "none of 7 published figures holds"),
        (counts(stand_in=7, not_comparable=5), "none of 12 published figures can be judged"),
        (counts(reproduced=1), "the one published figure holds"),
        (counts(near=1), "the one published figure holds nearly"),
        (counts(differs=1), "the one published figure does not hold"),
        (counts(mirror=1), "the one published figure holds by the mirror only"),
        (counts(measured=1), "the one published figure cannot be judged"),
        (counts(), "no published figure was measured"),
        (counts(reproduced=0), "no published figure was measured"),
    ],
)  # fmt: skip
def test_how_many_hold(found, text):
    assert figures_clause(found) == text


@given(st.dictionaries(st.sampled_from(list(FINDINGS)), st.integers(0, 2000)))
def test_every_figure_is_counted_once(found):
    words = re.sub(r" \(.*?\)", "", figures_clause(found).replace(",", ""))
    if words.startswith("of "):
        n, *parts = map(int, re.findall(r"\d+", words))
        assert n == sum(found.values()) == sum(parts)


@pytest.mark.parametrize(
    ("not_carried", "chapters", "text"),
    [
        (0, 6, ""),
        (2, 6, "the bars could not carry 2 of 6 chapters"),
        (1, 1, "the bars could not carry 1 of 1 chapter"),
    ],
)
def test_chapters_that_the_bars_could_not_carry(not_carried, chapters, text):
    assert chapters_clause(not_carried, chapters) == text


def test_a_real_study(quick, tmp_path, table, write):
    """The study's ticker, over another window than the source's."""
    write(tmp_path / "SPY.csv", table(0))
    result = run_study("robust-etf", tmp_path, tickers=["SPY"])
    line = study_bottom_line(result)
    assert line.parts[0] == f"none of {len(result.published())} published figures can be judged"
    on_sample = study_bottom_line(dataclasses.replace(result, from_sample=True))
    assert on_sample.parts == (*line.parts, "measured on the sample sp500 in place of SPY")
