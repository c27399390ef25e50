"""What a search says its winner is worth: keys, counts, levels, reasons; nothing changes it."""

import json

import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.search.page import page
from btplaybook.runners.pages.worth.sentences import sentences
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.trials.ledger import TrialLedger
from btplaybook.runners.walk_forwards.run import run_walk_forward
from btplaybook.runners.worth import effort
from btplaybook.search.engines.threads import Threads
from btplaybook.search.worth.placebo_bars import placebo_bars

KEYS = {
    "trials", "placebo", "placebo_permuted", "spa_p", "reality_check_p", "pbo", "dsr",
    "min_track_record_years", "bands",
}  # fmt: skip
"""Of the contract; there may be more."""


@pytest.fixture(autouse=True)
def ledger(tmp_path, monkeypatch) -> TrialLedger:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return TrialLedger()


def searched(bars, space="period=2..30", **changes):
    settings = {"top": 1, "at_random": 0, "worth": "quick", **changes}
    return run_search("sma-switch", bars, space, **settings)


@pytest.fixture(scope="module")
def found(simulated, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        return searched(simulated)


def test_search_json_carries_it(found):
    plain = json.loads(found.to_json())["worth"]
    assert plain.keys() >= KEYS
    assert plain["trials"]["raw"] == 29
    assert plain["trials"]["distinct"] == found.found.distinct
    assert plain["trials"]["ever"] == found.found.distinct
    assert plain["trials"]["earlier"] == 0
    assert 1 <= plain["trials"]["effective"] <= plain["trials"]["effective_complete"] <= 29
    for name in ("placebo", "placebo_permuted"):
        values = np.array(plain[name]["over_held"], float)
        assert plain[name]["runs"] == len(values) == effort.QUICK_RUNS
        as_good = int(np.count_nonzero(values >= plain[name]["real"]))
        assert plain[name]["p"] == (1 + as_good) / (1 + effort.QUICK_RUNS)
        assert plain[name]["real"] == found.found.top["excess"].iloc[0]
    assert plain["pbo"].keys() >= {"value", "sd", "loss_probability", "slope"}
    assert plain["dsr"].keys() >= {"distinct", "effective", "null_q95", "sidak_p"}
    assert plain["over"] == "buy and hold"
    for part in (plain["spa_p"], plain["reality_check_p"], plain["pbo"]["value"]):
        assert 0.0 <= part <= 1.0
    assert plain["reasons"] == {}


def test_the_statistics_act_on_the_excess_of_the_bar_by_bar_run(found):
    """Sharpe ratio of the winner's daily excess, from the run's own returns."""
    statistics = found.worth.statistics
    run = found.best
    held = found.bars[0].total_returns[1:]
    excess = run.returns.to_numpy() - held
    band = statistics.bands.mean_excess
    assert band.estimate == pytest.approx(252 * excess.mean(), rel=1e-9)
    assert band.low < band.estimate < band.high
    assert statistics.years == len(excess) / 252
    assert statistics.n_sets == found.found.distinct


def test_it_is_the_same_again_and_from_other_engines(simulated, found):
    again = searched(simulated)
    assert again.to_json() == found.to_json()
    processes = searched(simulated, engine="processes", workers=2)
    assert processes.to_json() == found.to_json()


def test_none_measures_nothing_and_still_counts(simulated, ledger):
    result = searched(simulated, worth="none")
    assert json.loads(result.to_json())["worth"] is None
    (entry,) = ledger.entries()
    assert (entry.command, entry.strategy, entry.tried) == ("search", "sma-switch", 29)
    assert entry.space == "period=2..30 (29)"
    assert entry.distinct == result.found.distinct


def test_the_ledger_counts_across_searches(simulated, ledger):
    first = searched(simulated, "period=2..20", worth="none")
    both = searched(simulated, "period=15..30")
    assert len(ledger.entries()) == 2
    whole = searched(simulated, "period=2..30", worth="none")
    ever = json.loads(both.to_json())["worth"]["trials"]
    assert ever["ever"] == whole.found.distinct  # periods 15 to 20 were tried twice
    assert ever["earlier"] == whole.found.distinct - both.found.distinct
    assert first.found.distinct + both.found.distinct > ever["ever"]


def test_another_objective_is_judged_over_cash(simulated):
    plain = json.loads(searched(simulated, objective="sharpe").to_json())["worth"]
    assert plain["over"] == "cash"
    assert 0.0 < plain["placebo"]["p"] <= 1.0
    points = json.loads(searched(simulated, objective="points").to_json())["worth"]
    assert points["placebo"]["real"] != plain["placebo"]["real"]


def test_one_set_alone(simulated):
    plain = json.loads(searched(simulated, "period=8").to_json())["worth"]
    assert plain["trials"]["effective"] == 1
    assert plain["pbo"]["value"] is None  # there is nothing to choose from
    assert plain["placebo"]["runs"] == effort.QUICK_RUNS
    assert plain["spa_p"] is not None


def test_a_sample_is_judged_as_a_sample(simulated):
    plain = json.loads(searched(simulated, sample=7).to_json())["worth"]
    assert plain["trials"]["raw"] == 7
    assert plain["placebo"]["runs"] == effort.QUICK_RUNS


def test_fewer_markets_say_how_many_and_how_to_have_all(simulated, monkeypatch):
    monkeypatch.setattr(effort, "QUICK_SECONDS", 12.5 * effort.market_seconds(
        29, len(simulated), "SmaFamilyEvaluator", False
    ))  # fmt: skip
    result = searched(simulated, rebalance="daily")
    plain = json.loads(result.to_json())["worth"]
    assert plain["placebo"]["runs"] == plain["placebo_permuted"]["runs"] == 12
    assert "--worth full" in plain["reasons"]["placebo_runs"]
    said = " ".join(sentences(result.worth))
    assert "On 12 made-up markets" in said
    assert "20 would take more than some seconds beside the search: --worth full" in said
    assert "--worth full" in page(result)


def test_sets_that_are_run_bar_by_bar_say_what_is_missing(simulated):
    bars = simulated.between(None, "2005-06-30")
    result = run_search("session-switch", bars, "side=long|short", worth="quick", engine=Threads(1))
    plain = json.loads(result.to_json())["worth"]
    for part in ("placebo", "placebo_permuted", "spa_p", "reality_check_p", "pbo"):
        assert plain[part] is None
        assert "--worth full" in plain["reasons"][part]
    assert plain["bands"]["sharpe"] is not None
    assert plain["trials"]["ever"] == 2


def test_in_full_they_are_run_again_on_made_up_markets(simulated, monkeypatch):
    monkeypatch.setattr(effort, "QUICK_RUNS", 3)
    bars = simulated.between(None, "2005-03-31")
    result = run_search("session-switch", bars, "side=long|short", worth="full", engine=Threads(1))
    worth = result.worth
    assert worth.signs.runs == 3
    made = placebo_bars("signs", [bars], np.random.default_rng([0, 0, 1]))
    again = run_search(
        "session-switch", made[0], "side=long|short", worth="none", engine=Threads(1)
    )
    assert worth.signs.over_held[1] == again.found.top["excess"].iloc[0]
    assert worth.statistics.n_sets == 2
    assert worth.statistics.check.n_sets == 2
    assert worth.reasons == {}


def steady(bars: Bars) -> Bars:
    """Bars that rise by the same fraction each day: every rule is long, and nothing varies."""
    close = 50.0 * 1.001 ** np.arange(len(bars))
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    return Bars("STEADY", bars.dates, **columns, volume=bars.volume, dividend=np.zeros(len(bars)))


@pytest.mark.parametrize("which", ["steady", "two days"])
def test_markets_that_say_nothing_are_told_to_say_nothing(simulated, which):
    bars = steady(simulated) if which == "steady" else simulated.between(None, "2005-01-31")
    start = bars.dates[10 if which == "steady" else -2].item()
    plain = json.loads(searched(bars, "period=2..4", start=start).to_json())["worth"]
    assert "NaN" not in json.dumps(plain)
    assert plain["dsr"]["distinct"] is None
    assert plain["min_track_record_years"] is None
    assert plain["trials"]["raw"] == 3
    assert plain["placebo"]["p"] >= 1 / (1 + effort.QUICK_RUNS)


def test_the_sets_are_chosen_anew_as_a_walk_forward_chooses_them():
    bars = sample("simulated").between(None, "2008-12-31")
    found = searched(bars, "period=5|20|60", percent_fee=0.001)
    alone = run_walk_forward(
        "sma-switch", bars, "period=5|20|60", fit="2y", refit="6m", percent_fee=0.001
    )
    assert found.forward.metrics == alone.metrics
    assert found.forward.path == alone.path
    plain = json.loads(found.to_json())["walk_forward"]
    assert (plain["fit"], plain["refit"], plain["confirmed"]) == ("2y", "6m", True)
    assert plain["excess_per_year"] == alone.excess_per_year
    text = page(found)
    assert "Chosen anew every six months with only what was known then" in text


def test_too_few_years_for_a_walk_forward_are_said_to_be_few(simulated):
    found = searched(simulated.between(None, "2005-12-30"), "period=5|20")
    assert found.forward is None
    assert found.no_forward == "1.0 years are too few to choose anew in them"
    assert "1.0 years are too few to choose anew in them." in page(found)


def test_an_unknown_level_is_named(simulated):
    with pytest.raises(ParameterError, match="worth must be one of quick, full, none, got 'all'"):
        searched(simulated, worth="all")


def test_a_placebo_is_resumed_from_beside_the_store(simulated, found, tmp_path):
    store = tmp_path / "kept"
    stored = searched(simulated, store=store)
    assert stored.worth.signs.p == found.worth.signs.p
    for kind in ("signs", "permutation"):
        assert (tmp_path / f"kept-placebo-{kind}" / "result.json").exists()
    assert searched(simulated, store=store).to_json() == stored.to_json()


def test_progress_tells_the_kinds_of_made_up_markets_apart(simulated):
    stages = []
    searched(
        simulated.between(None, "2005-12-30"), progress=lambda stage: stages.append(stage.name)
    )
    made = list(dict.fromkeys(name for name in stages if "made-up" in name))
    assert made == [
        "searching made-up markets, random signs", "searching made-up markets, shuffled days",
    ]  # fmt: skip


def test_other_instruments_without_a_worth_are_refused(simulated):
    with pytest.raises(ParameterError, match=r"also: .* ask for quick or full"):
        searched(simulated, worth="none", also=[simulated])


def test_without_an_objective_there_is_no_winner_to_judge(simulated):
    """In a market that rises every day no average loses on any: none has an average loss."""
    rising = np.cumprod(np.full(400, 1.001))
    table = simulated.between(None, simulated.dates[399].item())
    bars = Bars("UP", table.dates, *[rising] * 4, np.ones(400), np.zeros(400))
    result = searched(bars, "period=5..9", objective="average_loss", also=[simulated])
    assert result.found.undefined == 5
    plain = json.loads(result.to_json())
    worth = plain["worth"]
    for part in ("placebo", "placebo_permuted", "spa_p", "pbo", "dsr", "bands", "haircut"):
        assert worth[part] is None, part
        assert "there is no winner to judge" in worth["reasons"][part]
    assert "elsewhere" not in plain
    assert len(sentences(result.worth)) == 2
    assert "No set has an objective" in page(result)
