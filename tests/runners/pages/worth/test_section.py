"""The section on a winner's worth: true sentences, honest figures, no dot lost."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from btplaybook.feeds.resampled import resampled
from btplaybook.runners.pages.search.page import page
from btplaybook.runners.pages.worth.forward import forward_value
from btplaybook.runners.pages.worth.rows import (
    Row,
    as_good,
    probability,
    replicated,
    second_page,
    seven_figures,
    years,
)
from btplaybook.runners.pages.worth.section import worth_section
from btplaybook.runners.pages.worth.sentences import sentences
from btplaybook.runners.pages.worth.strip import stacked
from btplaybook.runners.runs.labels.formats import NONE, percent
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.trials.ledger import Ever
from btplaybook.runners.worth.result import Worth
from btplaybook.search.worth.placebo import Placebo

FORWARD = Row("Walk-forward", NONE, "Not measured.")
WORDS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def found(simulated):
    return run_search("sma-switch", simulated, "period=2..20", top=2, at_random=1, worth="quick")


def placebo(kind, values, real, p=None):
    values = np.array(values, float)
    counted = (1 + np.count_nonzero(values >= real)) / (1 + values.size)
    return Placebo(kind, values.size, counted if p is None else p, real, values)


def worth(values, real, **changes) -> Worth:
    settings = {"level": "quick", "raw": 30, "distinct": 25, **changes}
    return Worth(
        signs=placebo("signs", values, real), permutation=placebo("permutation", values, real),
        **settings,
    )  # fmt: skip


def test_the_page_has_the_seven_figures_in_their_order(found):
    text = page(found)
    assert text.count('id="worth"') == 1
    section = text[text.index('id="worth"') : text.index('id="best"')]
    seven = section[section.index('class="seven"') :]
    names = re.findall(r'<th scope="row">([^<]+)</th>', seven)
    assert names[:7] == [
        "Placebo", "Walk-forward", "Familywise p of the best", "Probability of overfitting",
        "Deflated Sharpe ratio", "Minimum track record", "95% bands",
    ]  # fmt: skip
    assert 'id="chart-luck"' in section
    assert "nan" not in WORDS.sub(" ", section).lower().replace("finance", "")


def test_the_four_stand_side_by_side_in_the_section(found):
    text = page(found)
    table = text[text.index('class="beside-of"') : text.index("Best and median were ranked")]
    said = " ".join(WORDS.sub(" ", table).split())
    totals = [each.figures["total_return"] for each in found.compared]
    assert "Total return " + " ".join(map(percent, totals)) in said
    assert found.forward.metrics["total_return"] == pytest.approx(totals[2], rel=1e-9)
    assert json.loads(found.to_json())["side_by_side"][1]["name"] == "median"


def test_a_search_that_was_not_judged_has_no_section(found):
    assert 'id="worth"' not in page(replace(found, worth=None))
    assert worth_section(None, "excess") is None


def test_no_deflated_ratio_stands_alone(found):
    row = seven_figures(found.worth, FORWARD)[4]
    assert row.value.count("for ") == 2
    assert "95% of searches stay below" in row.reading
    assert "Sidak's p" in row.reading
    pbo = seven_figures(found.worth, FORWARD)[3]
    assert re.fullmatch(r"\d\.\d\d ± \d\.\d\d", pbo.value)


def test_the_sentences_count_what_was_tried_and_what_luck_showed():
    said = sentences(worth([0.1, 0.2, 0.3, 0.4], 0.3, ever=Ever(40, 15, 2)))
    assert said[0] == (
        "We tried 25 different rules, after 15 others on the same bars on this machine "
        "(btplaybook trials)."
    )
    assert "in 2; on 4 whose days are shuffled, in 2." in said[1]
    assert said[2].startswith("83% of what the best rule showed is what luck usually shows")
    assert len(said) == 3  # without statistics no years


@pytest.mark.parametrize(
    ("values", "real", "words"),
    [
        ([0.5, 0.6, 0.7], 0.4, "All that the best rule showed is what luck usually shows anyway."),
        ([0.5, 0.6, 0.7], -0.1, "The best rule did not beat buying and holding."),
        ([-0.5, -0.2, 0.7], 0.4, "On the middle one of these markets the best rule fell short"),
        ([-np.inf, -np.inf, 0.7], 0.4, "On the middle one of these markets the best rule fell"),
    ],
)
def test_the_share_of_luck_is_said_in_words(values, real, words):
    assert any(text.startswith(words) for text in sentences(worth(values, real)))


def test_weeks_are_not_called_days(simulated):
    weeks = run_search(
        "sma-switch", resampled(simulated, "week"), "period=2..4", top=1, at_random=0, worth="quick"
    )
    rows = [*seven_figures(weeks.worth, FORWARD), *second_page(weeks.worth)]
    text = " ".join([*sentences(weeks.worth), *(row.reading for row in rows)])
    assert "whose weeks have random signs" in text
    assert "shuffled weeks" in text
    assert not re.search(r"\bdays?\b", text)
    assert all(row.reading[:1].isupper() for row in rows)
    assert "1 clusters" not in " ".join(row.value for row in rows)


def test_one_day_is_neither_called_worse_nor_told_from_luck(simulated):
    """It is ahead on its one day, whose placebos repeat it but for rounding."""
    one = run_search(
        "sma-switch", simulated, "period=2..20", direction="reversion", top=1, at_random=0,
        worth="quick", start=str(simulated.dates[-1]),
    )  # fmt: skip
    assert one.worth.statistics.ahead
    said = " ".join(sentences(one.worth))
    assert "no better" not in said
    assert "All that the best rule showed is what luck usually shows anyway." in said
    assert seven_figures(one.worth, FORWARD)[5].reading.startswith("Its returns are too few")


def test_what_does_not_exist_is_left_out_of_sentences_and_named_in_the_table():
    bare = Worth(level="quick", raw=3, distinct=None, reasons={"placebo": "too long for now"})
    assert sentences(bare) == ["We tried 3 different rules."]
    rows = seven_figures(bare, FORWARD)
    assert [row.value for row in rows] == [NONE] * 7
    assert rows[0].reading == "Too long for now."
    assert all(row.reading for row in rows)
    assert second_page(bare) == []


def test_counts_of_luck_are_those_behind_p():
    for count in range(8):
        values = [1.0] * count + [0.0] * (7 - count)
        assert as_good(placebo("signs", values, 0.5).p, 7) == count


def test_probabilities_are_never_zero():
    assert probability(0.0004) == "below 0.001"
    assert probability(0.0123) == "0.012"
    assert probability(0.5) == "0.50"
    assert replicated(0.0, 1000) == "below 0.001"
    assert replicated(0.25, 1000) == "0.25"
    assert years(1e6) == "more than 200 years"
    assert years(None) == "no length"


def test_no_dot_is_lost_in_a_stack():
    values = np.random.default_rng(0).normal(size=200)
    at, up = stacked(values, values.min(), values.max())
    assert len(set(zip(at, up, strict=True))) == 200
    assert up.min() == 0.0
    assert up.max() <= 0.8
    assert np.abs(at - values).max() <= (values.max() - values.min()) / 200
    alike = stacked(np.full(50, 2.0), 2.0, 2.0)
    assert len(set(alike[1])) == 50
    assert len(stacked(np.empty(0), 0.0, 1.0)[0]) == 0


def test_the_blue_dot_is_the_rate_of_the_walk_forward_over_the_days_of_the_search():
    """A walk-forward that lost more a year stands to the left, however few its years are."""
    others = dict.fromkeys(("cagr", "max_drawdown", "win_rate", "average_win", "average_loss"))
    forward = SimpleNamespace(
        excess_per_year=-0.03, metrics={**others, "sharpe": 0.2}, held={**others, "sharpe": 0.5}
    )
    found = SimpleNamespace(held_growth=0.10, years=30.0)
    best = 1.08**30 - 1.10**30  # behind by two points a year
    dot = forward_value(forward, "excess", found)
    assert dot == pytest.approx(1.07**30 - 1.10**30, rel=1e-12)
    assert dot < best
    assert forward_value(forward, "excess_per_year", found) == -0.03
    assert forward_value(forward, "sharpe", found) == pytest.approx(-0.3)
    assert forward_value(None, "excess", found) is None
    assert forward_value(forward, "excess", None) is None
