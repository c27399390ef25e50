"""The figures of a sector book in run.json, for a real run and for made-up ones."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.pages.sector.section import SectorSection
from btplaybook.runners.runs.result import plain_number
from btplaybook.runners.runs.sections.section import Measured
from btplaybook.runners.runs.sector.book import book_of
from btplaybook.runners.runs.sector.figures import spread

TOP = {
    "fund", "stocks", "terms", "horizons", "params", "universe", "names", "largest_weight",
    "effective_names", "tracking_error", "factors", "methods", "fallback", "neutrality", "pnl",
    "skill", "skill_by_horizon", "skill_readings", "tracking_by_size", "premiums", "turnover",
    "capacity", "variants", "trims", "settlements", "forecasts", "decisions", "groups",
    "survivors_only",
}  # fmt: skip


@pytest.fixture(scope="module")
def chapter(ran_book):
    return book_of(*ran_book)


def test_it_is_json(chapter):
    text = json.dumps(chapter.plain, allow_nan=False)
    assert json.loads(text) == chapter.plain
    assert set(chapter.plain) == TOP


def test_groups_are_those_of_the_diary(ran_book, chapter):
    """This run was handed no inputs: nothing is known, and nothing is made up."""
    assert chapter.plain["groups"] == {
        "countries": [],
        "sub_industries": [],
        "market_caps": {"least": None, "median": None, "most": None, "unknown": 0},
    }


def test_equal_runs_have_equal_chapters(ran_book, chapter):
    assert json.dumps(book_of(*ran_book).plain) == json.dumps(chapter.plain)


def test_every_decision_of_the_account_is_there(ran_book, chapter):
    ran, _, _, daily = ran_book
    opens = daily.index[0].date()
    rows = chapter.plain["decisions"]
    made = [decided for decided in ran.diary if decided.date >= opens]
    assert [row["date"] for row in rows] == [decided.date.isoformat() for decided in made]
    assert len(rows) < len(ran.diary)  # the rest warmed up
    for row, decided in zip(rows, made, strict=True):
        assert row["names"] == np.count_nonzero(decided.weights)
        assert row["universe"] == decided.universe.sum()
        assert set(row["premiums"]) == {"value", "momentum"}
        assert row["hedge"] == decided.hedge
        assert sum(row["excluded"].values()) == sum(decided.excluded.values())


def test_the_two_sides_add_up_to_the_account(ran_book, chapter):
    _, ledger, _, _ = ran_book
    pnl = chapter.plain["pnl"]
    parts = [pnl[part]["total"] for part in ("long", "hedge", "financing")]
    assert pnl["total"] == pytest.approx(ledger.days[-1].equity - 1e7, abs=1e-6)
    assert math.fsum(parts) == pytest.approx(pnl["total"], abs=1e-5)
    assert abs(pnl["residual"]) < 1e-5
    assert pnl["financing"]["borrow"] < 0 < pnl["financing"]["interest"]
    assert pnl["long"]["dividends"] > 0 > pnl["hedge"]["dividends"]


def test_the_betas_are_numpys(ran_book, chapter):
    """The fund's returns from its own bars, which the chapter does not take them from."""
    _, _, tables, daily = ran_book
    fund = tables[0]
    total = (fund.close[1:] + fund.dividend[1:]) / fund.close[:-1] - 1
    market = total[-(len(daily) - 1) :]
    earned = daily["return"].to_numpy()[1:]
    realised = chapter.plain["neutrality"]["realised"]
    assert realised["beta"] == pytest.approx(np.polyfit(market, earned, 1)[0], rel=1e-9)
    last = np.polyfit(market[-63:], earned[-63:], 1)[0]
    assert chapter.beta["realised_63"].iloc[-1] == pytest.approx(last, rel=1e-9)
    assert chapter.daily["fund"].to_numpy() == pytest.approx(market, rel=1e-12)


def test_after_a_decision_the_ex_ante_beta_is_the_diarys(chapter):
    rows = {row["date"]: row["beta"] for row in chapter.plain["decisions"]}
    for day, beta in chapter.beta["ex_ante"].items():
        if str(day.date()) in rows:
            assert beta == pytest.approx(rows[str(day.date())], abs=1e-9)


def test_who_vanished_is_named(chapter):
    (settled,) = chapter.plain["settlements"]
    assert settled["ticker"].startswith("S")
    assert settled["last_bar"] < settled["date"]
    assert settled["price"] > 0


def test_days_in_fallback_lie_between_the_decisions(chapter):
    fallback, decisions = chapter.plain["fallback"], chapter.plain["decisions"]
    listed = {row["date"] for row in fallback["list"]}
    assert listed == {row["date"] for row in decisions if row["method"] != "mean_variance"}
    assert fallback["decisions"] == len(listed)
    assert all(row["reason"] for row in fallback["list"])
    assert 0 < fallback["days"] < len(chapter.daily)
    assert fallback["share_of_days"] == fallback["days"] / len(chapter.daily)


def test_the_capacity_by_hand(made_up):
    """Orders of 10 x 50 of 1,000 against 10,000 shares a day: 100 shares are 1 %, ten times."""
    chapter = book_of(*made_up())
    room = chapter.plain["capacity"]
    assert room["account"]["median"] == pytest.approx(10 * 1000, rel=0.05)
    assert room["hedge"]["median"] == pytest.approx(1000 * 100 / 15, rel=0.05)
    assert (room["exceeded"], room["unknown"]) == (0, 0)
    assert SectorSection().badges(Measured(chapter.plain, book=chapter)) == []
    assert (room["least_on"], room["least_ticker"]) == (
        "2020-01-31",
        chapter.capacity["ticker"].iloc[0],
    )


def test_an_account_that_is_too_large_is_counted(made_up):
    ran, ledger, tables, daily = made_up()
    for table in tables:
        object.__setattr__(table, "volume", table.volume / 20)
    book = book_of(ran, ledger, tables, daily)
    assert book.plain["capacity"]["exceeded"] == 1
    (told,) = SectorSection().badges(Measured(book.plain, book=book))
    assert (told.kind, told.text) == ("warn", "above capacity: 1 decision")
    assert told.why.startswith("At 1 decision of 1 with orders the largest order was more than 1%")
    least, most = (f"{value:,.0f}" for value in (daily["equity"].min(), daily["equity"].max()))
    median = f"{book.plain['capacity']['account']['median']:,.0f}"
    assert told.why.endswith(f"was {least} to {most}; the capacity's median is {median}.")
    assert 480 < float(median) < 520


def test_a_volume_of_zero_throughout_is_not_known(made_up):
    ran, ledger, tables, daily = made_up()
    for table in tables:
        object.__setattr__(table, "volume", 0 * table.volume)
    room = book_of(ran, ledger, tables, daily).plain["capacity"]
    assert room["account"] == {"least": None, "median": None, "most": None}
    assert room["unknown"] == 1


def test_forecasts_from_before_the_account_do_not_count(made_up, later):
    def forecast(days, ic):
        ran = made_up()[0]
        made_on = later(ran.diary[0].date, days)
        return ran_forecast(made_on, later(made_on, 42), ic)

    chapter = book_of(*made_up(forecasts=[forecast(-30, 0.9), forecast(0, 0.1)]))
    assert chapter.plain["skill"]["judged"] == 1
    assert chapter.plain["skill"]["mean"] == pytest.approx(0.1)
    assert [row["made_on"] for row in chapter.plain["forecasts"]] == ["2020-01-31"]
    assert chapter.skill["ic"].tolist() == [0.1]


def test_the_skill_of_each_horizon_is_by_hand(ran_book, chapter):
    ran, _, _, _ = ran_book
    first = chapter.plain["decisions"][0]["date"]
    found = chapter.plain["skill_by_horizon"]
    assert list(found) == ["30", "60"]
    assert found["30"] == chapter.plain["skill"]
    for horizon, one in found.items():
        made = ran.realised_by_horizon[int(horizon)]
        ics = [each.ic for each in made if each.made_on.isoformat() >= first]
        known = [ic for ic in ics if not math.isnan(ic)]
        assert (one["judged"], one["unjudged"]) == (len(known), len(ics) - len(known))
        assert one["mean"] == pytest.approx(np.mean(known))
        assert one["t_statistic"] == pytest.approx(one["mean"] / one["standard_error"])
    assert found["60"]["judged"] < found["30"]["judged"]
    assert found["60"]["lags"] > found["30"]["lags"]  # more forecasts overlap


def test_both_readings_of_the_past_are_judged_on_the_same_days(ran_book, chapter):
    ran, _, _, _ = ran_book
    used, other = chapter.plain["skill_readings"]
    assert used["by_horizon"] == chapter.plain["skill_by_horizon"]
    assert (used["windows"], used["noisy"]) == ({"30": 756, "60": 756}, False)
    assert (other["windows"], other["noisy"]) == ({"30": 30, "60": 60}, True)
    first = chapter.plain["decisions"][0]["date"]
    made = [one for one in ran.realised_by_horizon[30] if one.made_on.isoformat() >= first]
    ics = [one.other_ic for one in made if not math.isnan(one.other_ic)]
    assert len(ics) > 3
    assert other["by_horizon"]["30"]["mean"] == pytest.approx(np.mean(ics))
    assert other["by_horizon"]["30"]["mean"] != used["by_horizon"]["30"]["mean"]


def test_the_smallest_tracking_error_falls_with_the_number_of_names(ran_book, chapter):
    ran, _, _, _ = ran_book
    found = chapter.plain["tracking_by_size"]
    assert list(found) == ["5", "10", "15", "20", "25"]  # of 30 stocks
    for decided in ran.diary:
        errors = list(decided.tracking_by_size.values())
        assert (np.diff(errors) < 1e-9).all()
    by_hand = [one.tracking_by_size[10] for one in ran.diary if 10 in one.tracking_by_size]
    assert found["10"]["most"] == pytest.approx(max(by_hand))


def ran_forecast(made_on, known_on, ic):
    fields = {"made_on": made_on, "known_on": known_on, "ic": ic, "other_ic": -ic}
    return SimpleNamespace(**fields, _asdict=lambda: fields)


def test_an_equation_on_the_score_has_one_term(made_up):
    chapter = book_of(*made_up(premiums=np.array([0.1]), premium_intervals=np.ones((2, 1, 3))))
    assert chapter.plain["terms"] == ["score"]
    assert chapter.plain["decisions"][0]["intervals"] == {"score": {"30": [1, 1], "60": [1, 1]}}
    assert chapter.plain["premiums"]["score"]["30"] == {"without_zero": 2, "intervals": 2}
    assert chapter.plain["factors"] == {"value": 0, "momentum": 2}


@pytest.mark.parametrize("change", ["empty diary", "nobody held", "one day"])
def test_books_of_little_are_whole(made_up, change):
    parts = made_up(n_days=2) if change == "one day" else made_up(held=change != "nobody held")
    if change == "empty diary":
        parts[0].diary.clear()
    chapter = book_of(*parts)
    assert set(chapter.plain) == TOP
    json.dumps(chapter.plain, allow_nan=False, default=plain_number)


def test_spread():
    assert spread(pd.Series([3.0, math.nan, 1.0])) == {"least": 1.0, "median": 2.0, "most": 3.0}
    assert spread(pd.Series([math.nan])) == {"least": None, "median": None, "most": None}
