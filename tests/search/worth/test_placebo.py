"""A search made again on made-up markets: p values, engines, resuming, what holding is worth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.metrics import buy_and_hold
from btplaybook.search.driver import search
from btplaybook.search.evaluator import COLUMNS, Evaluator, objectives
from btplaybook.search.kernels.chosen import kernel_for
from btplaybook.search.ledger import Terms
from btplaybook.search.objectives import DERIVED, derived
from btplaybook.search.space import Space
from btplaybook.search.worth.placebo import (
    PlaceboEvaluator,
    held_objective,
    over,
    placebo,
)  # fmt: skip
from btplaybook.search.worth.placebo_bars import KINDS, placebo_bars
from btplaybook.strategies.sma_switch import SmaSwitch

SPACE = Space({"period": range(2, 12)})


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[299].item())


def kernel_on(common: dict[str, Any], tables: Sequence[Bars]) -> Evaluator:
    return kernel_for(**common, bars=tables[0])


def evaluator_of(bars: Bars, **changes: Any) -> PlaceboEvaluator:
    common = {
        "strategy": SmaSwitch, "defaults": registry.parameters(SmaSwitch), "space": SPACE,
        "opens_on": bars.dates[20].item(), "terms": Terms(), "rebalance": "daily", "every": "day",
        "risk_free_rate": 0.0,
    }  # fmt: skip
    settings: dict[str, Any] = {
        "kind": "signs", "on": partial(kernel_on, common), "tables": (bars,),
        "opens_on": bars.dates[20].item(), "space": SPACE, "objective": "excess", **changes,
    }  # fmt: skip
    return PlaceboEvaluator(**settings)


def best(evaluator: PlaceboEvaluator, tables: Sequence[Bars]) -> float:
    found = search(SPACE, evaluator.on(tables), "excess", workers=1)
    return float(found.top["excess"].iloc[0])


def test_each_made_up_market_is_searched_as_the_real_one_is(bars):
    evaluator = evaluator_of(bars, seed=3)
    found = placebo(evaluator, best(evaluator, [bars]), runs=5)
    again = [
        best(
            evaluator,
            placebo_bars(
                "signs", [bars], np.random.default_rng([3, 0, number]), bars.dates[20].item()
            ),
        )
        for number in range(5)
    ]
    assert found.over_held.tolist() == again  # the excess of holding over itself is 0
    assert found.real == best(evaluator, [bars])
    assert found.p == (1 + sum(value >= found.real for value in again)) / 6


@dataclass(frozen=True)
class Told:
    """An evaluator of one set, whose objective is the last close."""

    tables: Sequence[Bars]
    values: dict[str, float] = field(default_factory=dict)
    columns = ("gain",)

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        return np.full((len(indices), 1), self.values.get(self.tables[0].vintage, np.nan))


def told(values: Sequence[float], bars: Bars, seed: int = 0) -> PlaceboEvaluator:
    """Return an evaluator whose made-up markets come to these values."""
    known = {}
    for number, value in enumerate(values):
        made = placebo_bars(
            "signs", [bars], np.random.default_rng([seed, 0, number]), bars.dates[0].item()
        )
        known[made[0].vintage] = value
    return PlaceboEvaluator(
        kind="signs", on=partial(Told, values=known), tables=(bars,), seed=seed,
        opens_on=bars.dates[0].item(), space=Space({"one": (1,)}), objective="gain",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "real", "p"),
    [
        ([1.0, 2.0, 3.0], 4.0, 1 / 4),
        ([1.0, 2.0, 3.0], 3.0, 2 / 4),  # as good counts as luck
        ([1.0, 2.0, 3.0 - 1e-15], 3.0, 2 / 4),  # as good but for rounding
        ([5.0, 6.0, 7.0], 1.0, 1.0),
        ([np.nan, np.nan, 3.0], 1.0, 2 / 4),  # no set has an objective: not as good
        ([np.inf, np.nan, np.nan], 1.0, 1 / 4),  # an infinite objective is none
        ([1.0], np.nan, 1 / 2),
    ],
)
def test_p_counts_the_real_market_as_one_of_them(bars, values, real, p):
    found = placebo(told(values, bars), real, runs=len(values))
    if np.isnan(real):
        assert found.p == 1.0  # a search without a winner has found nothing
    else:
        assert found.p == p
    assert found.runs == len(values)


@pytest.mark.parametrize("engine", ["threads", "processes"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_gives_the_same(bars, engine, kind):
    evaluator = evaluator_of(bars, kind=kind)
    found = placebo(evaluator, 0.0, runs=6, engine=engine, workers=2)
    rows = evaluator(np.arange(6))
    assert found.over_held.tolist() == rows[:, 0].tolist()
    assert found.kind == kind


class Stopped(Exception):
    pass


def test_what_was_begun_goes_on_where_it_stopped(bars, tmp_path):
    evaluator, seen = evaluator_of(bars), []

    def stop(progress):
        seen.append(progress.evaluated)
        if progress.evaluated == 3:
            raise Stopped

    manifest = {"bars": bars.vintage}
    with pytest.raises(Stopped):
        placebo(evaluator, 0.0, runs=8, store=tmp_path, manifest=manifest, workers=1, say=stop)
    after: list[int] = []
    again = placebo(
        evaluator, 0.0, runs=8, store=tmp_path, manifest=manifest,
        say=lambda progress: after.append(progress.evaluated),
    )  # fmt: skip
    assert seen == [1, 2, 3]
    assert min(after) > 3
    whole = placebo(evaluator, 0.0, runs=8)
    assert again.over_held.tolist() == whole.over_held.tolist()
    assert again.p == whole.p


def test_a_sample_is_searched_as_a_sample(bars):
    whole = placebo(evaluator_of(bars), 0.0, runs=4)
    some = placebo(evaluator_of(bars, sample=3), 0.0, runs=4)
    assert (some.over_held <= whole.over_held).all()
    assert (some.over_held < whole.over_held).any()


def test_holding_is_worth_what_a_run_says(bars):
    dates = pd.DatetimeIndex(bars.dates[20:])
    _, held = buy_and_hold(bars, dates, 1e6, 252, 0.02)
    held = {**held, **derived(held), "excess": 0.0, "excess_per_year": 0.0, "switches": 0.0}
    names = [*objectives(COLUMNS), *DERIVED]
    for name in names:
        value = held_objective(bars, bars.dates[20].item(), name, 0.02)
        assert value == pytest.approx(held[name], rel=1e-9, abs=1e-12), name
    assert np.isnan(held_objective(bars, bars.dates[20].item(), "mine"))


def test_over_holding_is_a_difference_where_holding_has_the_figure():
    assert over(3.0, 1.0) == 2.0
    assert over(3.0, np.nan) == 3.0
