"""What each fit chooses, and the targets of the sets in force.

Laws: a fit is a search on the bars up to its refit; a fit without a winner keeps what was before.
"""

import pickle
from functools import partial

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.search.driver import search
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.ledger import Terms
from btplaybook.search.refits import Window
from btplaybook.search.space import Space
from btplaybook.search.walk_forward import (
    Choice,
    FitEvaluator,
    Stretch,
    fitted,
    in_force,
    stitched,
    stretches,
)
from btplaybook.strategies.sma_switch import SmaSwitch

SPACE = Space({"period": range(2, 12)})
FITS = ((0, 40), (20, 60), (0, 60))


def kernel_on(tables, opens):
    return kernel_for(
        strategy=SmaSwitch, defaults=registry.parameters(SmaSwitch), space=SPACE, bars=tables[0],
        opens_on=opens.item(), terms=Terms(), rebalance="daily", every="day", risk_free_rate=0.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fits():
    bars = sample("simulated", end="2005-06-30")
    return FitEvaluator(on=kernel_on, tables=(bars,), sessions=bars.dates[10:], fits=FITS,
                        space=SPACE, objective="sharpe")  # fmt: skip


def test_a_fit_is_a_search_on_the_bars_up_to_its_refit(fits):
    told = []
    choices = fitted(fits, workers=1, say=told.append)
    assert list(choices) == list(FITS)
    for (opens, refit), choice in choices.items():
        cut = fits.tables[0].between(None, fits.sessions[refit].item())
        alone = search(SPACE, kernel_on([cut], fits.sessions[opens]), "sharpe", workers=1)
        best = alone.top.iloc[0]
        assert choice == Choice(
            best["index"], best["sharpe"], best["excess_per_year"], 10, alone.distinct,
            alone.undefined, alone.ruined,
        )  # fmt: skip
    assert [(stage.places, stage.best) for stage in told] == [(1, None), (2, None), (3, None)]


def test_a_sample_is_the_same_in_every_fit(fits):
    some = FitEvaluator(**{**vars(fits), "sample": 3, "seed": 5})
    for opens, refit in FITS:
        choice = fitted(some, workers=1)[opens, refit]
        assert choice.evaluated == 3
        assert choice.in_sample <= fitted(fits, workers=1)[opens, refit].in_sample


def test_another_process_makes_the_same_fits(fits):
    there = pickle.loads(pickle.dumps(fits))
    assert there(np.arange(3)).tolist() == fits(np.arange(3)).tolist()


class Undefined:
    """An evaluator whose sets have no objective, but one that is ruined."""

    columns = ("sharpe", "ruined", "excess_per_year")

    def __call__(self, indices):
        rows = np.full((len(indices), 3), np.nan)
        rows[:, 1] = -1.0
        rows[indices == 4] = 9.0
        return rows


def undefined(tables, opens):
    return Undefined()


def test_ruined_sets_and_those_without_an_objective_are_no_choice(fits):
    none = FitEvaluator(**{**vars(fits), "on": undefined, "fits": FITS[:1]})
    assert fitted(none, workers=1) == {FITS[0]: Choice(None, None, None, 10, None, 9, 1)}


@pytest.mark.parametrize(
    ("chosen", "held"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([None, None, 3, None, 0, None], [None, None, 3, 3, 0, 0]),
        ([None], [None]),
    ],
)
def test_a_fit_without_a_winner_keeps_the_set_before(chosen, held):
    assert in_force(chosen) == held


def test_stretches_join_what_stays_and_end_after_the_last_session():
    windows = [Window(0, 2, 4), Window(2, 4, 6), Window(4, 6, 9)]
    assert stretches(windows, [7, 7, 1]) == [Stretch(7, 2, 6), Stretch(1, 6, 10)]
    assert stretches(windows, [None, 7, 7]) == [Stretch(None, 2, 4), Stretch(7, 4, 10)]


def test_the_account_has_the_targets_of_the_set_in_force_from_its_refit_on():
    own = {1: np.arange(10.0)[:, None], 2: -np.arange(10.0)[:, None]}
    parts = [Stretch(None, 2, 4), Stretch(1, 4, 7), Stretch(2, 7, 10)]
    targets = partial(stitched, parts, own.__getitem__)
    assert targets(2)[:, 0].tolist() == [0, 0, 4, 5, 6, -7, -8, -9]
    assert targets(5)[:, 0].tolist() == [5, 6, -7, -8, -9]  # opened later, as a shift is judged
