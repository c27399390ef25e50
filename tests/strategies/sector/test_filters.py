"""Filters by country, sub-industry and sector: spellings of one name keep the same stocks."""

import numpy as np
import pytest

from btplaybook.strategies.sector.countries import COUNTRIES, country_key, country_name
from btplaybook.strategies.sector.filters import never_met, outside_of_groups

SPELLINGS = ["US", "USA", "us", "U.S.", "U.S.A.", "United States", "united  states",
             "The United States of America"]  # fmt: skip


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_spellings_of_a_country_keep_the_same_stocks(spelled):
    groups = [*SPELLINGS, "IE", "Ireland", ""]
    unknown, another = outside_of_groups("country", f"{spelled}; irl", groups, len(groups))
    assert not another.any()
    assert unknown.tolist() == [False] * (len(groups) - 1) + [True]
    _, another = outside_of_groups("country", spelled, groups, len(groups))
    assert np.flatnonzero(another).tolist() == [len(SPELLINGS), len(SPELLINGS) + 1]


def test_each_spelling_belongs_to_one_country():
    """No code or name stands in two rows, and each finds its own row."""
    names = [
        (row[:2], name)
        for row in COUNTRIES.strip().splitlines()
        for name in (row[:2], row[3:6], *row[7:].split(", "))
    ]
    assert len({name.casefold() for _, name in names}) == len(names)
    assert all(country_key(name) == code for code, name in names)
    assert country_name("che") == "Switzerland"
    assert country_name("Atlantis") == "Atlantis"


def test_a_sub_industry_is_known_however_its_case_spaces_and_ampersand_are_spelled():
    known = ["Oil & Gas Drilling", "Biotechnology"]
    spelled = "oil and  gas drilling; BIOTECHNOLOGY"
    assert never_met("sub_industry", spelled, known) == []
    _, another = outside_of_groups("sub_industry", spelled, known, 2)
    assert not another.any()


@pytest.mark.parametrize(
    ("kind", "wanted", "unknown"),
    [
        ("country", "US; Irlend", ["Irlend"]),
        ("country", "ireland;USA", []),
        ("country", "GB", ["GB"]),
        ("sub_industry", "Drugs; Biotechnology", ["Drugs"]),
        ("sector", "health care", []),
        ("sector", "Helth Care", ["Helth Care"]),
        ("sector", "", []),
    ],
)
def test_names_that_no_stock_ever_has_are_found(kind, wanted, unknown):
    known = {"country": ["US", "IE"], "sub_industry": ["Biotechnology"], "sector": ["Health Care"]}
    assert never_met(kind, wanted, known[kind]) == unknown
