"""Check the tests of a single factor on simulated markets with and without premiums.

Each market is a complete `simulated_sector`, and its cross-sections are those of
`btplaybook factor-test`. Without premiums a test at 5 % must reject in about 5 % of the markets,
for the mean rank IC and for top less bottom quantile, whatever the horizon. With premiums the share
of rejections is the test's power.

For comparison the series of ICs is also tested as it is usually done: Newey-West with as many lags
as the labels overlap, and 1.96.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from btplaybook.feeds.arrays import Floats
from btplaybook.feeds.simulated.sector import simulated_sector
from btplaybook.runners.factor_tests.cross_sections import CrossSections, cross_sections
from btplaybook.runners.factor_tests.factor import FactorUnderTest
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.runs import registry
from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.persistence import persistence
from btplaybook.search.factors.quantiles import quantile_returns
from btplaybook.strategies.sector.newey_west import newey_west

REJECTIONS = (0.03, 0.07)
YEARS = 8
HORIZONS = (5, 30, 60)
STEP = 5
FACTORS = ("value", "momentum")
WINDOWS = {"4 years": 5 * 252, "7 years": YEARS * 252}
"""Name to the last session; the first year goes into betas and history."""

PREMIUMS = (0.0, 0.02, 0.04)
"""Residual return a year per unit of loading, of both factors."""

Hits = dict[str, list[bool]]


def measure(seeds: int = 200, powered: int = 50, processes: int = 2) -> list[dict[str, Any]]:
    """Count rejections over many markets.

    Parameters
    ----------
    seeds : int
        Number of markets without premiums.
    powered : int
        Number of markets for each premium above 0.
    processes : int
        Number of parallel processes.

    Returns
    -------
    list of dict
        `name`, `target` (lowest and highest), `measured` (a share of tests) and `met`. Targets
        apply to both factors together: 400 tests of 200 markets, whose share of rejections varies
        by 2 points either way in 19 of 20 cases. Results without a target are for information.
    """
    tasks = [
        (seed, premium) for premium in PREMIUMS for seed in range(powered if premium else seeds)
    ]
    done = Parallel(n_jobs=processes)(delayed(hits_of)(*task) for task in tasks)
    counts: Hits = defaultdict(list)
    for found in done:
        for name, hits in found.items():
            counts[name] += hits
    return list(_results(counts))


def hits_of(seed: int, premium: float) -> Hits:
    """Return the name of each test to whether it rejects, on one market."""
    market = simulated_sector(seed, years=YEARS, premium_value=premium, premium_momentum=premium)
    (fund, *stocks), inputs = of_market(market)
    params = registry.parameters(registry.resolve("sector-long-short"))
    found: Hits = defaultdict(list)
    for factor in FACTORS:
        sections = cross_sections(
            FactorUnderTest.of(factor), fund, stocks, inputs or {}, params, step=STEP, first_row=0
        )
        for window, end in WINDOWS.items():
            if premium and window != "7 years":
                continue
            for name, hit in _rejections(sections, end, window, plain=not premium):
                kind = "rejections of no premium" if not premium else f"power at {premium:g} a year"
                found[f"{kind}, {name}"].append(hit)
                found[f"{kind}, {name}, {factor} alone"].append(hit)
    return found


def _rejections(
    sections: CrossSections, end: int, window: str, *, plain: bool
) -> Iterator[tuple[str, bool]]:
    rows = sections.rows[sections.rows < end]
    values, residuals = sections.values[: rows.size], sections.residuals[:end]
    for horizon in HORIZONS:
        dates = labelled(values, residuals, rows, horizon)
        ic, case = information(dates), f"{horizon} sessions ahead, {window}"
        yield f"IC, {case}", ic.mean.p_value < 0.05
        yield f"spread, {case}", quantile_returns(dates).spread.p_value < 0.05
        if plain:
            yield f"IC, {case}, as usual", _rejects_as_usual(ic.ics, horizon)
    if plain:
        band = persistence(values, residuals, rows, STEP)
        if not band.reason:
            yield f"persistence, {window}, band", band.lower > 0.0 or band.upper < 0.0


def _rejects_as_usual(ics: Floats, horizon: int) -> bool:
    """Return whether Newey-West with the overlap's lags and 1.96 rejects a mean of 0."""
    apart = (ics - ics.mean())[:, None]
    error = np.sqrt(newey_west(apart, -(-horizon // STEP))[0, 0]) / ics.size
    return bool(abs(ics.mean()) > 1.96 * error)


def _results(counts: Hits) -> Iterator[dict[str, Any]]:
    for name, hits in sorted(counts.items()):
        share = round(float(np.mean(hits)), 4)
        held = name.startswith("rejections") and not name.endswith(("alone", "usual", "band"))
        yield {
            "name": name,
            "target": REJECTIONS if held else None,
            "measured": share,
            "met": REJECTIONS[0] <= share <= REJECTIONS[1] if held else None,
        }


def main(arguments: Sequence[str]) -> None:
    """Print the results; the arguments are numbers of markets, without and with premiums."""
    for result in measure(*map(int, arguments)):
        print(result)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
