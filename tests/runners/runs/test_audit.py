"""The look-ahead audit passes honest strategies and finds every planted look-ahead."""

import dataclasses
import json

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import CheckFailed, ParameterError
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.audit import Audit, Moved, audit
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
from btplaybook.strategies.sector_long_short import SectorLongShort


class Momentum(PlaybookStrategy):
    """Honest: on the side of the last move."""

    def target_weights(self):
        return {self.data: 1.0 if len(self.data) > 1 and self.data[0] > self.data[-1] else -1.0}


class Peeks(PlaybookStrategy):
    """Reads the next close, on the last bar too, where there is none."""

    def target_weights(self):
        return {self.data: 1.0 if self.data.close[1] > self.data.close[0] else -1.0}


class PeeksWithCare(PlaybookStrategy):
    """Reads the next close wherever there is one."""

    def target_weights(self):
        if len(self.data) == self.data.buflen():
            return None
        return {self.data: 1.0 if self.data.close[1] > self.data.close[0] else -1.0}


class SizesByTheLastClose(PlaybookStrategy):
    """Never changes side; the last close of all sets the size."""

    def target_weights(self):
        return {self.data: 0.5 * self.data.close.array[-1] / self.data.close.array[0]}


class WholeSampleMean(PlaybookStrategy):
    """Compares with the mean of all closes, those to come included."""

    def target_weights(self):
        return {self.data: 1.0 if self.data.close[0] > np.mean(self.data.close.array) else -1.0}


class FullSampleStatistic(PlaybookStrategy):
    """Works the mean of the whole table out before the first bar."""

    def __init__(self):
        self.level = self.data.p.bars.close.mean()

    def target_weights(self):
        return {self.data: 1.0 if self.data.close[0] > self.level else -1.0}


class OrdersOnTheSide(PlaybookStrategy):
    """Decides nothing that is recorded, and buys as many shares as the last close of all says."""

    def target_weights(self):
        if len(self.data) == 10:
            self.buy(size=self.data.close.array[-1])


class PeeksAtDividends(PlaybookStrategy):
    """Holds into ex-dates alone: a handful of days out of four hundred."""

    def target_weights(self):
        last = len(self.data) == self.data.buflen()
        return {self.data: 0.0 if last else float(self.data.dividend[1] > 0)}


class BadInAnotherWay(PlaybookStrategy):
    """Fails on its own, which is no question of the future."""

    def target_weights(self):
        raise ZeroDivisionError("a bug")


class Undecided(PlaybookStrategy):
    """Never says anything."""

    def target_weights(self):
        return None


CHEATS = [
    Peeks, PeeksWithCare, SizesByTheLastClose, WholeSampleMean, FullSampleStatistic,
    OrdersOnTheSide, PeeksAtDividends,
]  # fmt: skip


@pytest.fixture(scope="module")
def short(simulated):
    """Return the first 200 of the bars: enough for who looks at a few."""
    return simulated.between(None, simulated.dates[199].item())


OF_ONE_INDEX = [name for name in registry.registered() if name != "sector-long-short"]


@pytest.mark.parametrize("name", OF_ONE_INDEX)
def test_every_registered_strategy_passes(simulated, name):
    found = audit(name, simulated, cuts=3)
    assert found.passed
    assert found.moved == []
    assert len(found.cuts) == 3
    found.check()

    decided = run(name, simulated, strips=False).decisions
    assert decided["weight"].nunique() > 1  # there was something to get wrong
    assert decided["date"].min().date() < found.cuts[0]


class KnowsTomorrowsMembers(SectorLongShort):
    """Holds who will be in the index in a year, and whoever is now."""

    def universe(self, history, row):
        day = history.dates[row]
        found = super().universe(history, row)
        later = self.known.members(day + np.timedelta64(365, "D"))
        return dataclasses.replace(found, mask=found.mask & later)


@pytest.fixture(scope="module")
def market(sector_of):
    return of_market(sector_of(1, n_stocks=30, years=3))


def test_the_sector_book_passes_with_noise_in_the_place_of_every_later_input(market):
    found = audit(
        "sector-long-short", market.bars, inputs=market.inputs, least_value=5, cuts=2,
        end="2006-09-29",
    )  # fmt: skip
    assert found.passed
    assert len(found.cuts) == 2
    found.check()


def test_a_book_that_knows_later_members_fails(market):
    found = audit(
        KnowsTomorrowsMembers, market.bars, inputs=market.inputs, cuts=1, end="2006-09-29"
    )
    assert not found.passed
    assert {moved.how for moved in found.moved} <= {"truncated", "scrambled"}


@pytest.mark.parametrize(
    "settings",
    [
        {"fill": "next_open"},
        {"fill": "next_close", "size_at": "decision", "rebalance": "daily"},
        {"every": "week"},
        {"every": "month"},
        {"start": "2005-06-01", "end": "2005-09-15"},
        {"percent_fee": 0.001, "borrow": 0.02, "interest": 0.03},
    ],
    ids=str,
)
def test_an_honest_strategy_passes_however_it_is_run(short, settings):
    assert audit(Momentum, short, cuts=2, **settings).passed
    assert audit("sma-switch", short, cuts=2, period=8, **settings).passed


def test_two_feeds_pass(simulated):
    pair = {"INDEX": simulated, "INVERSE": sample("simulated", seed=1)}
    assert audit("sma-switch", pair, period=8, short_via="inverse", end="2005-12-30").passed


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_planted_cheat_is_caught(short, cheat):
    found = audit(cheat, short, cuts=2)
    assert not found.passed
    first = found.moved[0]
    assert first.date <= first.cut <= short.dates[-1].item()
    with pytest.raises(CheckFailed, match="knows the future") as raised:
        found.check()
    assert raised.value.exit_code == 1


def test_the_first_day_that_moved_is_named(short):
    found = audit(SizesByTheLastClose, short, cuts=1)
    (cut,) = found.cuts
    first_day = short.dates[0].item()
    assert [moved.how for moved in found.moved] == [
        "one by one", "truncated", "scrambled", "scrambled",
    ]  # fmt: skip
    assert found.moved[1][:3] == (cut, "truncated", first_day)
    assert found.words().startswith(
        f"Look-ahead audit failed: {found.strategy} knows the future. With bars delivered one by "
        f"one, the decision of {first_day} changes: SIMULATED at 0.5, not SIMULATED at "
    )


def test_what_was_worked_out_before_the_first_bar_shows_where_bars_are_cut(short):
    moved = audit(FullSampleStatistic, short, cuts=1).moved
    assert {one.how for one in moved} == {"one by one", "truncated", "scrambled"}


def test_a_bug_is_no_look_ahead(short):
    with pytest.raises(ZeroDivisionError):
        audit(BadInAnotherWay, short)


def test_what_decided_nothing_knew_nothing(short):
    found = audit(Undecided, short)
    assert found.passed
    assert found.cuts == []
    assert found.words().endswith("Undecided decided nothing")


def test_an_audit_is_the_same_twice(short):
    assert audit(WholeSampleMean, short, seed=3, cuts=2) == audit(
        WholeSampleMean, short, seed=3, cuts=2
    )


@pytest.mark.parametrize("cuts", [1, 2, 9])
def test_the_cuts_are_spread_over_the_days_that_count(short, cuts):
    days = audit(Momentum, short, cuts=cuts, start="2005-06-01").cuts
    assert len(set(days)) == cuts
    assert days == sorted(days)
    assert str(days[0]) > "2005-06-01"
    assert days[-1] < short.dates[-1].item()


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"cuts": 0}, "cuts must be >= 1"), ({"start": "2006-08-01"}, "3 days after the first")],
)
def test_what_cannot_be_cut_is_refused(simulated, settings, words):
    with pytest.raises(ParameterError, match=words):
        audit(Momentum, simulated, **settings)


def test_the_verdict_of_a_pass_counts_the_futures():
    words = Audit("sma-switch", [None, None, None], []).words()
    assert "passed" in words
    assert "3 truncated" in words


def test_a_moved_audit_has_not_passed():
    day = np.datetime64("2020-01-06").item()
    moved = Moved(day, "scrambled", day, f"the equity of {day} changes")
    found = Audit("mine", [day], [moved])
    assert not found.passed
    assert found.words().endswith("after 2020-01-06 scrambled, the equity of 2020-01-06 changes")


# -- on the command line ---------------------------------------------------------------------------

FILE = """
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Cheat(PlaybookStrategy):
    def target_weights(self):
        ahead = {ahead} if len(self.data) + {ahead} <= self.data.buflen() else 0
        return {{self.data: 1.0 if self.data.close[ahead] >= self.data.close[0] else -1.0}}


class Careless(PlaybookStrategy):
    def target_weights(self):
        return {{self.data: 1.0 if self.data.close[{ahead}] > self.data.close[0] else -1.0}}
"""


@pytest.mark.parametrize("name", ["Cheat", "Careless"])
def test_a_red_audit_ends_the_command_with_1(command, tmp_path, name):
    (tmp_path / "mine.py").write_text(FILE.format(ahead=1))
    ended = command(
        "run", f"{tmp_path}/mine.py:{name}", "--sample", "simulated", "--end", "2006-06-30",
        "--audit", "--json", "--out", tmp_path / "out",
    )  # fmt: skip
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert "Look-ahead audit failed" in ended.err
    assert f"{name} knows the future" in ended.err
    assert not (tmp_path / "out").exists()  # a result that must not be believed has no page


def test_a_green_audit_is_told_beside_the_json(command, tmp_path):
    ended = command(
        "run", "sma-switch", "--sample", "simulated", "--end", "2005-12-30", "--set", "period=8",
        "--audit", "--json", "--out", tmp_path / "out",
    )  # fmt: skip
    assert ended.code == 0
    assert json.loads(ended.out)["strategy"] == "sma-switch"
    assert "Look-ahead audit passed: sma-switch" in ended.err
