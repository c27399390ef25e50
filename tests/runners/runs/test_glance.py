"""Results at a glance: three digits, no loss hidden, two results told apart."""

import math

import hypothesis.strategies as st
import pytest
from hypothesis import given

from btplaybook.runners.runs.labels.glance import outcome, outcomes, percent_size, trimmed


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (24.497, "24.5"),
        (104.1, "104"),
        (12.0, "12"),
        (3.1234, "3.12"),
        (0.04567, "0.0457"),
        (9.996, "10"),
        (0.09996, "0.1"),
        (999.6, "1,000"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_have_three_digits(size, text):
    assert trimmed(size) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.245, "24.5%"),
        (-0.12, "12%"),
        (0.0, "0%"),
        (1.2e-5, "0.0012%"),
        (9e-6, "less than 0.001%"),
    ],
)
def test_a_percentage_has_no_sign(value, text):
    assert percent_size(value) == text


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (0.24497, "made 24.5%"),
        (1.0412, "made 104%"),
        (-0.1234, "lost 12.3%"),
        (0.0, "made nothing"),
        (-1e-16, "made nothing"),
        (-4.2e-5, "lost 0.0042%"),
        (-1e-9, "lost less than 0.001%"),
        (9.99, "made 999%"),
        (10.4, "grew to 11.4 times the stake"),
        (2e6, "grew to 2,000,001 times the stake"),
        (-0.99996, "lost 99.996%"),
        (-1.0 + 1e-15, "lost almost everything"),
        (-1.0, "lost 100%"),
        (-1.35, "lost 135%"),
    ],
)
def test_an_outcome(total, words):
    assert outcome(total) == words


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (0.245, 1.04, ("made 24.5%", "made 104%")),
        (-0.12, -0.5, ("lost 12%", "lost 50%")),
        (1.0421, 1.0398, ("made 104.2%", "made 104%")),
        (0.5, 0.5, ("made 50%", "made 50%")),
        (10.4, 1.04, ("grew to 11.4 times the stake", "to 2.04 times")),
        (1.04, 10.4, ("grew to 2.04 times the stake", "to 11.4 times")),
        (10.4, 10.41, ("grew to 11.4 times the stake", "to 11.41 times")),
        (10.4, -0.12, ("grew to 11.4 times the stake", "lost 12%")),
        (0.0, 10.4, ("made nothing", "grew to 11.4 times the stake")),
    ],
)
def test_two_outcomes_are_in_one_unit_and_told_apart(ours, theirs, words):
    assert outcomes(ours, theirs) == words


@given(st.floats(-0.999, 9.0).filter(lambda total: abs(total) > 1e-5))
def test_what_is_printed_is_near(total):
    verb, percentage = outcome(total).split()
    printed = float(percentage.rstrip("%").replace(",", "")) / 100.0
    assert verb == ("made" if total > 0.0 else "lost")
    assert math.isclose(printed, abs(total), rel_tol=5.1e-3)
