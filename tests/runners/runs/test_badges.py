"""Badges: each has one kind, text and reason, on the pages of runs and searches."""

import dataclasses
import re
from pathlib import Path

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.search.badges import badges as search_badges
from btplaybook.runners.runs.labels.badge_texts import (
    KINDS,
    TEXTS,
    badge,
    facts_of,
    gravest_first,
)
from btplaybook.runners.runs.result import Badge
from btplaybook.runners.runs.run import run
from btplaybook.runners.searches.run import run_search

ROOT = Path(__file__).parents[3]


def test_every_badge_is_built_from_the_catalogue():
    """Only inputs, which bring their badges along, make any elsewhere."""
    building = {
        file.name
        for file in (ROOT / "runners").rglob("*.py")
        if re.search(r"\bBadge\((?!NamedTuple)", file.read_text(encoding="utf-8"))
    }
    assert building == {"badge_texts.py", "inputs.py"}


@pytest.mark.parametrize("name", TEXTS)
def test_every_badge_of_the_catalogue_is_used_and_can_be_filled_in(name):
    kind, text, why = TEXTS[name]
    facts = dict.fromkeys(re.findall(r"{(\w+)}", text + why), "FACT {x}")
    made = badge(name, **facts)
    assert made.kind == kind
    assert made.kind in KINDS
    assert made.text.replace("FACT {x}", "").strip(" :") or name == "without a decision"
    used = sum(
        f'"{name}"' in file.read_text(encoding="utf-8")
        for file in (ROOT / "runners").rglob("*.py")
        if file.name != "badge_texts.py"
    )
    assert used >= 1


def test_a_missing_fact_is_an_error():
    with pytest.raises(KeyError, match="instruments"):
        badge("price only")


def test_the_gravest_come_first_and_equals_stay():
    given = [Badge(kind, str(at), "") for at, kind in enumerate(("info", "warn", "bad", "warn"))]
    assert [one.text for one in gravest_first(given)] == ["2", "1", "3", "0"]


def of_closes(bars):
    return dataclasses.replace(bars, open=bars.close, high=bars.close, low=bars.close)


def short(bars):
    """The same bars under another name, without the first 40 and the last 3."""
    inside = bars.between(bars.dates[40].item(), bars.dates[-4].item())
    return dataclasses.replace(inside, name="SHORT")


SEARCH_ALONE = {"in sample", "confirmed"}
RUN_ALONE = {"synthetic points"}


@pytest.mark.parametrize("change", ["none", "closes only", "short", "weekly"])
def test_a_search_tells_what_a_run_on_the_same_bars_tells(change):
    """Warnings, dividends, closes only, feeds that begin late or end early, weeks left out."""
    bars = sample("sp500", start="2015-01-02", end="2016-12-30")
    tables, settings = [bars], {}
    if change == "closes only":
        tables = [of_closes(bars)]
    elif change == "short":
        tables, settings = [bars, short(bars)], {"short_via": "inverse"}
    elif change == "weekly":
        settings = {"every": "week"}
        keep = bars.frame().drop(index="2015-03-06")
        tables = [type(bars).from_frame(keep, "SP500")]
    ran = run("sma-switch", tables, period=20, strips=False, **settings)
    searched = run_search(
        "sma-switch", tables, "period=20|30", top=1, at_random=0, engine="threads", **settings
    )
    told = search_badges(searched)
    ours = [one for one in ran.badges if one.text not in RUN_ALONE]
    theirs = [one for one in told if one.text.split(":")[0] not in SEARCH_ALONE]
    assert theirs == ours
    expected = {
        "none": "price only",
        "closes only": "closes only",
        "short": "begins late",
        "weekly": "1 week without a decision",
    }
    assert expected[change] in {one.text for one in told}


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("best of a search", {"trials": "299 sets"}, {}),
        ("one of several sets", {"place": 3, "sets": 12, "rank": ""}, {"place": "3", "sets": "12"}),
        ("orders refused", {"orders": "4 orders"}, {"orders": "4 orders"}),
    ],
)
def test_a_badge_is_found_by_its_name(name, facts, expected):
    told = [badge("no trades"), badge(name, **facts)]
    assert facts_of(name, told) == expected
    assert facts_of(name, told[:1]) is None
