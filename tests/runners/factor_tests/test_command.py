"""`btplaybook factor-test` on a small sector: files, words, JSON, one line for an error."""

import html
import json
import re
from dataclasses import replace
from functools import partial

import pytest

from btplaybook.runners.factor_tests.result import FactorTestResult
from btplaybook.runners.factor_tests.tried import Tried
from btplaybook.runners.pages.factor_test.page import large_figures, page
from btplaybook.runners.pages.factor_test.tables import basket_table
from btplaybook.runners.pages.factor_test.words import (
    dates_words,
    independent,
    interval,
    part_of,
    remarks,
    sentences,
    tried_words,
    verdict,
)
from btplaybook.runners.runs.labels.formats import number, percent, probability
from btplaybook.runners.runs.sector.survivorship import BADGE
from btplaybook.search.factors.estimate import unknown

SAMPLE = ("--sample", "simulated-sector")


@pytest.fixture
def factor_test(command, market, monkeypatch, tmp_path):
    """Call the command in a folder of its own, the sample being the small sector."""
    monkeypatch.setattr("btplaybook.runners.plans.plan.sample_market", lambda *_, **__: market)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return partial(command, "factor-test")


def test_it_writes_a_page_and_its_figures(factor_test, tmp_path):
    code, out, _ = factor_test("momentum", *SAMPLE, "--horizon", "20", "--horizon", "40")
    assert code == 0
    folder = tmp_path / "out" / "factor-momentum"
    plain = json.loads((folder / "factor_test.json").read_text())
    assert [*plain["horizons"]] == ["20", "40"]
    shown = (folder / "factor_test.html").read_text()
    assert "momentum on 45 stocks of SECTOR" in shown
    assert plain["window"]["first"] in shown
    assert "Page: out/factor-momentum/factor_test.html" in out
    assert "20 sessions ahead: the mean rank IC" in out
    assert max(len(line) for line in out.splitlines()[:4]) <= 80


def test_json_stands_alone_on_stdout(factor_test, tmp_path):
    code, out, err = factor_test("value", *SAMPLE, "--json", "--out", "x", "--cost-bps", "3")
    assert (code, err) == (0, "")
    assert out == (tmp_path / "x" / "factor_test.json").read_text()
    assert json.loads(out)["settings"]["cost_bps"] == 3.0


def test_a_factor_of_ones_own_and_the_universes_parameters(factor_test, tmp_path):
    (tmp_path / "mine.py").write_text("def cheap(seen):\n    return -seen.raw_price\n")
    code, out, _ = factor_test(
        "mine.py:cheap", *SAMPLE, "--set", "min_price=1", "--set", "core=30", "--json"
    )
    plain = json.loads(out)
    assert code == 0
    assert plain["factor"]["name"] == "mine.py:cheap"
    assert plain["settings"]["params"]["core"] == 30
    assert plain["universe"]["names"]["most"] <= 30
    assert (tmp_path / "out" / "factor-cheap" / "factor_test.html").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("momentun", *SAMPLE), 2, "did you mean 'momentum'?"),
        (("momentum", *SAMPLE, "--set", "names=5"), 2, "has no parameter 'names'"),
        (("momentum", *SAMPLE, "--horizon", "0"), 2, "horizon must be a whole number from 1"),
        (("momentum", *SAMPLE, "--quantiles", "99"), 2, "quantiles must be a whole number from 2"),
        (("momentum",), 2, "no bars"),
    ],
)
def test_an_error_is_one_line(factor_test, arguments, code, words):
    found, out, err = factor_test(*arguments)
    assert (found, out) == (code, "")
    assert err.startswith("btplaybook: ")
    assert words in err
    assert err.count("\n") == 1


def test_help_names_every_option(factor_test):
    code, out, _ = factor_test("--help")
    assert code == 0
    for option in ("--panel", "--fundamentals", "--horizon", "--step", "--quantiles", "--cost-bps",
                   "--set", "--start", "--end", "--seed", "--out", "--json", "--open"):  # fmt: skip
        assert option in out


# -- its words -------------------------------------------------------------------------------------


def changed(result: FactorTestResult, mean: float, p: float, **figures: float) -> FactorTestResult:
    """Return the result with another mean IC at every horizon."""
    at = {
        horizon: found._replace(
            information=found.information._replace(
                mean=found.information.mean._replace(mean=mean, p_value=p)
            )
        )
        for horizon, found in result.horizons.items()
    }
    return replace(result, horizons=at, **figures)


@pytest.mark.parametrize(
    ("mean", "p", "opening"),
    [
        (0.05, 0.01, "momentum predicts residual returns: over 30 sessions mean rank IC 0.050"),
        (-0.05, 0.01, "momentum predicts residual returns, the wrong way round: over 30"),
        (0.05, 0.2, "that momentum predicts residual returns cannot be told from chance: over 30"),
    ],
)
def test_the_verdict_follows_the_p_value_and_the_sign(tested, mean, p, opening):
    assert verdict(changed(tested, mean, p)).startswith(opening)


def test_the_verdict_tells_what_many_tests_leave(tested):
    own = tested.tried.tests[0]._replace(p_value=0.02, by=0.3)
    other = own._replace(own=False, p_value=0.9)
    assert verdict(replace(tested, tried=Tried([own, other]))).endswith(
        "among 2 tests on these bars it may be chance (q 0.30)."
    )


def test_the_verdict_speaks_of_a_spread_that_is_told_where_the_ic_is_not(tested):
    at = {
        horizon: found._replace(
            quantiles=found.quantiles._replace(
                spread=found.quantiles.spread._replace(mean=0.08, p_value=0.01)
            )
        )
        for horizon, found in changed(tested, 0.01, 0.4).horizons.items()
    }
    assert verdict(replace(tested, horizons=at)).startswith(
        "that momentum predicts residual returns cannot be told from chance by rank IC, but top "
        "less bottom fifth is told from 0: over 30"
    )


@pytest.mark.parametrize(
    ("effective", "step", "words"),
    [
        (40.2, 5, "400 dates, which overlap, are worth 40 independent ones"),
        (427.0, 5, "400 dates, which overlap, are worth as many independent ones"),
        (427.0, 30, "400 dates, which do not overlap"),
        (40.2, 29, "400 dates, which overlap, are worth 40 independent ones"),
    ],
)
def test_dates_are_worth_no_more_than_there_are(tested, effective, step, words):
    mean = tested.horizons[30].information.mean._replace(n_dates=400, effective=effective)
    assert dates_words(mean, 30, step) == words
    assert independent(mean) == min(effective, 400)


@pytest.mark.parametrize(("p", "told"), [(0.62, False), (0.04, True)])
def test_the_share_of_chance_is_told_where_there_is_a_discovery(tested, p, told):
    own = tested.tried.tests[0]._replace(p_value=p, by=0.3)
    said = " ".join(sentences(replace(tested, tried=Tried([own]))))
    words = "over 30 sessions, has p 0.04: of all tests with a p-value as small, 30% may be chance"
    assert (words.replace("0.04", probability(p)) in said) == told
    assert "1 test of 1 factor" in said


def test_what_survivorship_does_stands_after_the_first_verdict(tested):
    badge = tested.badges[0]._replace(text=BADGE)
    first, second, *_ = sentences(replace(tested, badges=[badge]))
    assert first.startswith("30 sessions ahead: the mean rank IC")
    assert "survivors alone make momentum look" in second


def test_sentences_say_what_is_not_known(tested):
    none = unknown("labels cover 5 sessions, 126 are needed", 0.1)
    at = {
        horizon: found._replace(information=found.information._replace(mean=none))
        for horizon, found in tested.horizons.items()
    }
    said = " ".join(sentences(replace(tested, horizons=at, tried=None)))
    assert "no error is known: labels cover 5 sessions, 126 are needed" in said
    assert "How many factors were tested on these bars is not known." in said
    assert interval(none) == "not known"


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (0.0512, "the top fifth earned 5.1% a year more than the bottom fifth"),
        (-0.0512, "the top fifth earned 5.1% a year less than the bottom fifth"),
    ],
)
def test_a_loss_is_told_as_one(tested, mean, words):
    at = {
        horizon: found._replace(
            quantiles=found.quantiles._replace(spread=found.quantiles.spread._replace(mean=mean))
        )
        for horizon, found in tested.horizons.items()
    }
    said = " ".join(sentences(replace(tested, horizons=at)))
    assert words in said
    assert ("costs only add to the loss" in said) == (mean < 0.0)
    net = percent(at[30].net(5.0), 1)
    assert f"net of 5 bp an order it is {net}" in said


@pytest.mark.parametrize(("quantiles", "name"), [(3, "third"), (5, "fifth"), (7, "quantile")])
def test_quantiles_have_names(quantiles, name):
    assert part_of(quantiles) == name


# -- its page --------------------------------------------------------------------------------------


def test_the_page_has_every_part_and_badge(tested):
    shown = page(tested)
    for part in ("horizons", "decay", "turnover", "persistence", "baskets", "trials", "run"):
        assert f'id="{part}"' in shown
    for name in ("factor-quantiles-30", "factor-ic", "factor-decay-ic", "factor-baskets"):
        assert f'id="chart-{name}"' in shown
    for one in tested.badges:
        assert one.text in shown
    assert "net of 5 bp" in shown
    assert "Net of 5 bp" in shown
    assert not re.search(r"\bnan\b", shown.partition("<script>")[0])


def test_the_large_figures_are_those_of_the_shortest_horizon(tested):
    six = {one.name: one for one in large_figures(tested)}
    found = tested.horizons[30]
    assert six["Mean rank IC"].value == number(found.information.mean.mean, 3)
    assert six["Independent dates"].value == f"{independent(found.information.mean):.0f}"
    assert six["Tests on these bars"].value == "2"


def test_a_name_of_a_users_is_escaped(tested):
    shown = page(replace(tested, factor="<b>.py:<i>x", words="<script>alert"))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "&lt;i&gt;x" in shown


def test_the_page_tells_each_sentence_once(tested):
    """Verdict, large figures and tables have the numbers; the remarks are what is left."""
    shown = html.unescape(page(tested))
    for line in (*remarks(tested), tried_words(tested)):
        assert shown.count(line) == 1
    assert not [line for line in sentences(tested)[:2] if line in shown]
    half = "earns half as much a session as"
    assert shown.count(half) + shown.count("No half-life") == 1


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.62, "of 1 factor"), (0.04, "of 1 factor; q of this one 0.30, over all 1 test")],
)
def test_a_q_value_says_how_many_tests_it_counts(tested, p, words):
    """A q-value of a test that discovers nothing is none; of a discovery it names its number."""
    own = tested.tried.tests[0]._replace(p_value=p, by=0.3)
    found = replace(tested, tried=Tried([own]))
    six = {one.name: one for one in large_figures(found)}
    assert six["Tests on these bars"].note == words
    assert "counted over all of this table (1 test)," in page(found)


def test_the_baskets_table_counts_its_dates(tested):
    shown = basket_table(tested)
    assert shown.headings.count("Dates, 30") == shown.headings.count("Dates, 60") == 1
    column = shown.headings.index("Dates, 60") - 1
    for basket, (_, cells) in zip(tested.baskets.found, shown.rows, strict=True):
        assert len(cells) == len(shown.headings) - 1
        assert cells[column].text == f"{basket.horizons[60].ic.n_dates:,}"
        assert 0 < basket.horizons[60].ic.n_dates <= tested.cross_sections


def test_the_unit_of_what_is_added_up_is_told(tested):
    """Every 5 sessions a label of 30 begins: a date adds a sixth, so that none counts twice."""
    assert "each date adds 5/30 or 5/60 of its value, as labels overlap" in page(tested)
    apart = replace(tested, settings={**tested.settings, "step": 60})
    assert "each date adds its own value" in page(apart)
