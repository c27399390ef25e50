"""Books on the same bars take a decision's signals once, and decide as they do alone."""

import dataclasses

import numpy as np
import pytest

from btplaybook.brokers.playbook_broker import PlaybookBroker
from btplaybook.feeds.bars_feed import BarsFeed
from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro
from btplaybook.strategies.base.computed_once import computed_once, kept, results_of
from btplaybook.strategies.sector.factors import FACTORS
from btplaybook.strategies.sector_long_short import SectorLongShort, changes_no_method

VARIANTS = [
    {"gate": False},
    {"weighting": "equal_variance"},
    {"hedge_band": 0.01, "turnover_cost": 0.01, "cap": 0.25},
    {"fill": "next_open", "size_at": "decision"},
    {"gate_window": 3},
    {"names": 4},
    {"shrink_beta": True},
]


@pytest.fixture(scope="module")
def market(sector_of):
    return sector_of(3, n_stocks=30, years=3)


@pytest.fixture(scope="module")
def bars(market):
    return [table.between(None, "2007-03-30") for table in market.bars[:13]]


@pytest.fixture(scope="module")
def inputs(market):
    return {"split_factors": market.panel, "fundamentals": market.fundamentals}


def run(bars, inputs, kind=SectorLongShort, **params):
    engine = FastCerebro(stdstats=False)
    engine.broker = PlaybookBroker(cash=1e7, whole_shares=True)
    for table in bars:
        engine.adddata(BarsFeed(bars=table), name=table.name)
    engine.addstrategy(kind, inputs=inputs, **{"names": 6, "cap": 0.3, "least_value": 5} | params)
    (ran,) = engine.run()
    return ran


def scored_sessions(monkeypatch, *runs):
    """Return how many sessions each of several runs scored."""
    found, score = [], SectorLongShort.score
    for each in runs:
        rows = []
        with monkeypatch.context() as patched:
            patched.setattr(
                SectorLongShort, "score", lambda *a, rows=rows: rows.append(a) or score(*a)
            )
            each()
        found.append(len(rows))
    return found


def assert_same(mine, alone):
    assert len(mine.diary) == len(alone.diary) > 12
    for one, other in zip(mine.diary, alone.diary, strict=True):
        for field in dataclasses.fields(one):
            np.testing.assert_equal(getattr(one, field.name), getattr(other, field.name))
    np.testing.assert_equal(mine.realised_by_horizon, alone.realised_by_horizon)
    assert mine.decisions == alone.decisions
    days = [[day.equity for day in book.broker.ledger.days] for book in (mine, alone)]
    assert days[0] == days[1]


@pytest.fixture(scope="module")
def after_another(bars, inputs):
    """The variants, each run after the book itself."""
    with computed_once():
        run(bars, inputs)
        return [run(bars, inputs, **params) for params in VARIANTS]


@pytest.mark.parametrize("place", range(len(VARIANTS)), ids=lambda k: " ".join(VARIANTS[k]))
def test_a_variant_decides_as_it_does_alone(bars, inputs, after_another, place):
    assert_same(after_another[place], run(bars, inputs, **VARIANTS[place]))


def test_signals_are_taken_once_where_only_the_account_differs(bars, inputs, monkeypatch):
    with computed_once():
        first, gate_off, fewer = scored_sessions(
            monkeypatch,
            lambda: run(bars, inputs),
            lambda: run(bars, inputs, gate=False),
            lambda: run(bars, inputs, names=4),
        )
    assert (first > 0, gate_off, fewer) == (True, 0, first)


def test_other_bars_and_other_inputs_have_signals_of_their_own(bars, inputs, monkeypatch):
    fund, *stocks = bars
    cut = [fund, *(table.between(None, "2006-06-30") for table in stocks[:1]), *stocks[1:]]
    with computed_once():
        run(bars, inputs)
        for tables, other in ((cut, inputs), (bars, dict(inputs)), (bars, None)):
            alone = scored_sessions(monkeypatch, lambda b=tables, i=other: run(b, i))
            assert alone[0] > 0


def test_nothing_is_kept_outside_of_a_block(bars, inputs, monkeypatch):
    with computed_once():
        assert kept()
        with computed_once():
            results_of("inner")["found"] = 1
        assert results_of("inner") == {"found": 1}
    assert not kept()
    results_of("inner")["lost"] = 1
    assert results_of("inner") == {}
    first, second = scored_sessions(monkeypatch, *[lambda: run(bars, inputs)] * 2)
    assert first == second > 0


def calm(seen):
    return -seen.residuals[-126:].std(axis=0)


class Renamed(SectorLongShort):
    """Differs in its parameters alone."""

    title = "Four names"
    params = (("core", 0), ("beta_window", 200))


class Shy(SectorLongShort):
    """Chooses by what its account holds."""

    def select(self, today, forecast):
        return super().select(today, forecast) & (self.account.held()[0] < 0.05)


class Calm(SectorLongShort):
    """Has a factor of its own."""

    factors = {**FACTORS, "calm": calm}  # noqa: RUF012


class Moody(SectorLongShort):
    """Has a property of its own."""

    @property
    def view(self):
        return self._view

    @view.setter
    def view(self, view):
        self._view = view


@pytest.mark.parametrize(
    ("kind", "shares"), [(Renamed, True), (Shy, False), (Calm, False), (Moody, False)]
)
def test_a_class_with_steps_of_its_own_takes_them_itself(bars, inputs, monkeypatch, kind, shares):
    with computed_once():
        first, second = scored_sessions(
            monkeypatch,
            lambda: run(bars, inputs, kind),
            lambda: run(bars, inputs, kind, gate=False),
        )
    assert second == (0 if shares else first)
    assert changes_no_method(kind) is (shares or kind is Calm)
