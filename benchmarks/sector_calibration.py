"""The sector book on simulated markets of known premiums: what its intervals and its gate do.

Each market is `feeds.simulated_sector` whole: late listings, delistings, splits, statements that
come late or not at all, betas that wander. The book knows none of the truth; it estimates betas,
measures loadings and residual returns, and scores its own universe, as in a run.

A premium is planted daily on the loadings of the day. They fade, and the book's are measured with
errors, so that less than that is earned over h sessions on a unit of what it measured. The truth
that an interval must hold is this: the slope on the measured loadings of the sum, over the h
sessions, of what the premiums paid, by the same regression, and the mean of it over all markets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sector_decisions import Decisions, decisions_on, month_ends

from btplaybook.feeds.arrays import Floats
from btplaybook.feeds.companies.sector_sample import SectorSample
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.strategies.sector.skill import pooled_regression
from btplaybook.strategies.sector_long_short import HORIZONS, SectorLongShort

COVERAGE = (0.92, 0.98)
REJECTIONS = (0.03, 0.08)
YEARS = 8
TURN = 5 * 252
FACTORS = ("value", "momentum")
KINDS: dict[str, dict[str, Any]] = {
    "planted": {},  # 4 % a year for a unit of either loading
    "none": {"premium_value": 0.0, "premium_momentum": 0.0},
    "turned": {"turn": TURN},
}
YEAR = 252
SKILL_WINDOW: int = SectorLongShort.params.skill_window


class Estimate(NamedTuple):
    """An equation of two premiums by one horizon's labels; arrays of shape (2,)."""

    horizon: int
    window: str
    coefficients: Floats
    lower: Floats
    upper: Floats
    paid: Floats
    """The same slopes of what the premiums paid."""


class Lived(NamedTuple):
    """What the book came to on a market."""

    estimates: list[Estimate]
    made: NDArray[np.intp]
    """Sessions of the decisions, counted from the first bar; none where nobody watched."""
    optimise: NDArray[np.bool_]
    """Whether the gate was open."""
    judged: NDArray[np.bool_]
    """Whether so many forecasts were over that it was not closed for want of them."""
    mean_ic: Floats


def measure(seeds: int = 200, gates: int = 100, processes: int = 2) -> list[dict[str, Any]]:
    """Count, over markets of seeds from 0 on, the intervals that hold, and watch the gate.

    Parameters
    ----------
    seeds : int
        Markets with premiums, and as many without, for the intervals.
    gates : int
        How many of each, and of markets whose premiums turn, are also watched month by month.
    processes : int
        At once.

    Returns
    -------
    list of dict
        `name`, `target` (lowest and highest), `measured` and `met`. Judged are the intervals of
        both factors together: of one alone there are 200, and a share of them that should be 95 %
        is within 3 points of it in 19 of 20 tries, no better. (Twice as many of 3 years, in two
        windows that share no session.) What has no target is there to know.
    """
    lived = lives(range(seeds), gates, processes)
    return [*_intervals(lived), *_gate(lived)]


def lives(seeds: Sequence[int], gates: int, processes: int) -> dict[str, list[Lived]]:
    """Return what the book came to on each market, in the order of the seeds."""
    tasks = [
        (kind, seed, place < gates)
        for place, seed in enumerate(seeds)
        for kind in KINDS
        if place < gates or kind != "turned"
    ]
    done = Parallel(n_jobs=processes)(delayed(_live)(*task) for task in tasks)
    found: dict[str, list[Lived]] = {kind: [] for kind in KINDS}
    for (kind, *_), lived in zip(tasks, done, strict=True):
        found[kind].append(lived)
    return found


def _live(kind: str, seed: int, monthly: bool) -> Lived:
    market = simulated_sector(seed, years=YEARS, **KINDS[kind])
    last = month_ends(market)[-1]
    decided = decisions_on(market, None if monthly else [last])
    made = decided.made if monthly else []
    least = SectorLongShort.params.gate_least
    return Lived(
        [] if kind == "turned" else list(_estimates(market, decided, last)),
        np.array([decision.session for decision in made], dtype=int),
        np.array([decision.judged.optimise for decision in made], dtype=bool),
        np.array([decision.judged.n >= least for decision in made], dtype=bool),
        np.array([decision.judged.mean_ic for decision in made]),
    )


def _estimates(market: SectorSample, decided: Decisions, last: int) -> Iterator[Estimate]:
    """Yield the newest equation, one that shares no session with it, and that of all years."""
    truth = market.truth
    if truth is None:
        raise ValueError("the premiums of this market are not known")
    residuals = decided.residuals
    paid = np.where(np.isnan(residuals), np.nan, np.nan_to_num(truth.paid))
    apart = last - SKILL_WINDOW - max(HORIZONS)
    for horizon in HORIZONS:
        for name, until, window in (
            ("3 years", apart, SKILL_WINDOW),
            ("3 years", last, SKILL_WINDOW),
            ("all years", last, len(residuals)),
        ):
            rows, loadings = decided.scored(until, horizon, window)
            found, true = (
                pooled_regression(loadings, series[: until + 1], rows, horizon=horizon)
                for series in (residuals, paid)
            )
            yield Estimate(
                horizon, name, found.coefficients, found.lower, found.upper, true.coefficients
            )


def _intervals(lived: dict[str, list[Lived]]) -> Iterator[dict[str, Any]]:
    for window, horizon in product(("3 years", "all years"), HORIZONS):
        planted, none = (
            [
                estimate
                for life in lived[kind]
                for estimate in life.estimates
                if (estimate.window, estimate.horizon) == (window, horizon)
            ]
            for kind in ("planted", "none")
        )
        truth = np.mean([e.paid for e in planted], axis=0)
        inside = np.array([(e.lower <= truth) & (truth <= e.upper) for e in planted])
        rejected = np.array([(e.lower > 0.0) | (e.upper < 0.0) for e in none])
        case = f"{horizon} sessions ahead, {window}"
        yield _judged(f"coverage of the planted premium, {case}", inside, COVERAGE)
        yield _judged(f"rejections of no premium, {case}", rejected, REJECTIONS)
        for k, factor in enumerate(FACTORS):
            alone = f"{case}, {factor}"
            yield _told(f"coverage of the planted premium, {alone}", inside[:, k].mean())
            yield _told(f"rejections of no premium, {alone}", rejected[:, k].mean())
            yield _told(f"earned a year on a unit of loading, {alone}", truth[k])
            for name, estimates in (("with", planted), ("without", none)):
                mean = np.mean([e.coefficients[k] for e in estimates])
                yield _told(f"mean estimate {name} premiums, {alone}", mean)


def _gate(lived: dict[str, list[Lived]]) -> Iterator[dict[str, Any]]:
    """Yield how soon the gate closes after a turn, and how often where nothing turned."""
    watched = {kind: [life for life in found if life.made.size] for kind, found in lived.items()}
    for kind, name in (("turned", "after the turn"), ("planted", "where nothing turns")):
        days = np.array([_until_closed(life) for life in watched[kind]])
        open_then = days[~np.isnan(days)]
        for word, quantile in (("median", 0.5), ("90 % quantile", 0.9)):
            found = np.quantile(open_then, quantile, method="higher")
            yield _told(f"sessions until an open gate closes {name}, {word}", found)
        later = [
            ~life.optimise[(life.made > TURN + YEAR // 2) & (life.made <= TURN + 3 * YEAR // 2)]
            for life in watched[kind]
        ]
        word = f"decisions with the gate closed, months 7 to 18 {name}"
        yield _told(word, np.concatenate(later).mean())
    for kind, name in (("planted", "with premiums"), ("none", "without premiums")):
        closed = [~life.optimise[life.judged] for life in watched[kind]]
        yield _told(f"judged decisions with the gate closed, {name}", np.concatenate(closed).mean())
        ics = [life.mean_ic[life.judged] for life in watched[kind]]
        yield _told(f"mean IC that the gate judged, {name}", np.concatenate(ics).mean())


def _until_closed(life: Lived) -> float:
    """Return the sessions from the turn to the first decision that the gate closed.

    NaN where it was not open at the last decision before; infinite where it stayed open.
    """
    after = life.made >= TURN
    if not life.optimise[~after][-1]:
        return np.nan
    closed = life.made[after & ~life.optimise]
    return float(closed[0] - TURN) if closed.size else np.inf


def _judged(name: str, hits: NDArray[np.bool_], target: tuple[float, float]) -> dict[str, Any]:
    share = float(hits.mean())
    return {
        "name": name,
        "target": target,
        "measured": round(share, 4),
        "met": target[0] <= share <= target[1],
    }


def _told(name: str, value: float) -> dict[str, Any]:
    measured = round(float(value), 4) if np.isfinite(value) else None  # None: never
    return {"name": name, "target": None, "measured": measured, "met": None}


if __name__ == "__main__":
    for result in measure():
        print(result)
