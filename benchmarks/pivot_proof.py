"""Run the pivot rule's published 2.6 billion sets on SPY, and the same space without bands.

    python benchmarks/pivot_proof.py [--folder FOLDER] [--again]

The run is whole: every set on every day from 1993-12-31 to 2013-09-30. What was found is written
after each pair of averages, so that a run that was killed goes on where it was and ends with the
same figures. ``--again`` begins anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from btplaybook.feeds.readers import read_bars
from btplaybook.runners.runs.run import run
from btplaybook.search.kernels.pivot.line_sums import LineSums, layout_of
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.sorted_scan import SortedScan
from btplaybook.search.kernels.pivot.space import Line, PivotSpace, published_space
from btplaybook.search.kernels.pivot.survey import Found, merged, survey

FOLDER, STATE = Path("out/pivot_proof"), "state.npz"
OPENS, STARTS, ENDS = "1993-12-31", "1994-01-03", "2013-09-30"
"""The account opens at a close; its first day is the next."""
SWITCHES_A_YEAR = (70.0, 92.0)
"""Around the 81 switches a year that the source tells of its winner."""
TOP = 1e-4
"""Share of the distinct rules that are kept."""
THREADS = 2
TARGET_SCAN = 300.0
"""Seconds for the space without bands."""


class Market:
    """SPY's closes, and what holding gains from each to the next in points and in percent."""

    def __init__(self, folder: Path) -> None:
        self.bars = bars = read_bars(folder / "etf" / "SPY.csv", end=ENDS)
        self.close = bars.close
        self.first = int(np.searchsorted(bars.dates, np.datetime64(OPENS)))
        self.end = len(bars.close) - 1
        points = np.append(np.diff(bars.close), 0.0)
        self.weights = np.vstack([points, points / bars.close])
        grown = (bars.close[1:] + bars.dividend[1:]) / bars.close[:-1]
        self.returns = np.append(grown - 1.0, 0.0)
        self.held = self.weights[:, self.first : self.end].sum(axis=1)

    @property
    def years(self) -> float:
        """Trading years from the first decision to the end."""
        return (self.end - self.first) / 252.0


def prove(
    folder: Path = FOLDER, data: str | None = None, space: PivotSpace | None = None
) -> dict[str, Any]:
    """Run both parts and write ``pivot_proof.json`` into the folder.

    Parameters
    ----------
    folder : Path
        Where the state is kept while it runs, and afterwards the top of the rules:
        ``found.npz``, its array ``top`` has the fields of `search.kernels.pivot.survey.TOP`.
    data : str, optional
        Folder with ``etf/SPY.csv``; otherwise what ``BTPLAYBOOK_DATA`` names.
    space : PivotSpace, optional
        Otherwise the published one.

    Returns
    -------
    dict
        What was run, how long it took, and the best sets; ``faults`` if the time for the space
        without bands was missed, or a best set's figures are not those of the rule bar by bar.
    """
    data = data or os.environ.get("BTPLAYBOOK_DATA")
    if not data:
        return {"pivot": "not run: BTPLAYBOOK_DATA names no folder", "faults": []}
    market, space = Market(Path(data)), space or published_space()
    found, seconds = whole(market, space, folder)
    report = described(market, space, found, seconds)
    report["without_bands"] = without_bands(market, space)
    report["faults"] = faults(market, report)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=2) + "\n"
    (folder / "pivot_proof.json").write_text(text, encoding="utf-8")
    (folder / STATE).replace(folder / "found.npz")
    return report


def whole(market: Market, space: PivotSpace, folder: Path) -> tuple[Found, float]:
    """Evaluate every set; return what was found and the seconds of all runs that it took."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / STATE
    key = key_of(market, space)
    chunks = [
        [number for number, _ in lines]
        for _, lines in groupby(enumerate(space.lines), key=lambda pair: pair[1][:2])
    ]
    keep = max(1, round(TOP * space.n_rules))
    done, seconds, found = loaded(state, key)
    forces = Forces(market.close)
    forces.prepare(space.lines[:: len(space.angle)])
    layout = layout_of(market.weights, market.returns, market.first, [market.end])
    workers = [LineSums(forces, layout, space) for _ in range(THREADS)]
    switches = tuple(rate * market.years for rate in SWITCHES_A_YEAR)
    began, at_start = perf_counter(), done
    with ThreadPoolExecutor(THREADS) as pool:
        for chunk in chunks[done:]:
            floor = -np.inf
            if found is not None and len(found.top) == keep:
                floor = float(found.top["gain"][-1])

            def part(k: int, chunk: Sequence[int] = chunk, floor: float = floor) -> Found:
                return survey(
                    workers[k],
                    chunk[k::THREADS],
                    held=market.held,
                    switches=switches,
                    keep=keep,
                    floor=floor,
                )

            before = [] if found is None else [found]
            found = merged([*before, *pool.map(part, range(THREADS))], keep)
            done += 1
            spent = perf_counter() - began
            stored(state, key, done, seconds + spent, found)
            left = spent / (done - at_start) * (len(chunks) - done)
            print(
                f"\rpivot: {done} of {len(chunks)} pairs of averages, {left / 60.0:.1f} min left ",
                end="" if done < len(chunks) else "\n",
                file=sys.stderr,
                flush=True,
            )
    assert found is not None
    return found, seconds + perf_counter() - began


def key_of(market: Market, space: PivotSpace) -> str:
    """Return what tells one market and space from another."""
    digest = hashlib.sha256(repr(space).encode())
    digest.update(market.close.tobytes() + market.returns.tobytes())
    digest.update(repr((market.first, market.end, SWITCHES_A_YEAR, TOP)).encode())
    return digest.hexdigest()


def loaded(state: Path, key: str) -> tuple[int, float, Found | None]:
    """Return pairs done, seconds and what was found; zeros without a state of this key."""
    if not state.exists():
        return 0, 0.0, None
    with np.load(state) as kept:
        if str(kept["key"]) != key:
            return 0, 0.0, None
        found = Found(int(kept["rules"]), kept["beating"], kept["best"], kept["top"])
        return int(kept["done"]), float(kept["seconds"]), found


def stored(state: Path, key: str, done: int, seconds: float, found: Found) -> None:
    """Write a state in place of the one before, whole or not at all."""
    beside = state.with_suffix(".new")
    with beside.open("wb") as file:
        np.savez(file, key=key, done=done, seconds=seconds, **found._asdict())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(state)


def described(market: Market, space: PivotSpace, found: Found, seconds: float) -> dict[str, Any]:
    """Return what the whole run came to, as plain data."""
    days = market.end - market.first
    evaluations = found.rules * days
    names = ("points", "percent", "points_at_70_to_92_switches_a_year")
    best = {}
    for name, row in zip(names, found.best.tolist(), strict=True):
        if row[0] == -np.inf:
            best[name] = None
            continue
        parameters = space.parameters(space.lines[int(row[1])], int(row[2]))
        best[name] = figures(market, space, parameters)
    n_apart = sum(line.slow >= 4 * line.fast for line in space.lines)
    return {
        "days": days,
        "lines": len(space.lines),
        "lines_with_slow_at_least_four_times_fast": n_apart,
        "sets": space.n_sets,
        "distinct_rules": found.rules,
        "bar_evaluations": evaluations,
        "bar_evaluations_of_all_sets": space.n_sets * days,
        "seconds": round(seconds, 1),
        "threads": THREADS,
        "rate_1e9_a_second": round(evaluations / seconds / 1e9, 2),
        "rate_of_all_sets_1e9_a_second": round(space.n_sets * days / seconds / 1e9, 2),
        "held": dict(zip(("points", "percent"), market.held.tolist(), strict=True)),
        "sets_beating_holding": dict(
            zip(("points", "percent"), found.beating.tolist(), strict=True)
        ),
        "best": best,
        "top_rules": len(found.top),
        "least_points_in_top": float(found.top["gain"][-1]),
    }


def figures(market: Market, space: PivotSpace, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one set, from the sums of its line."""
    line = Line(*(parameters[name] for name in Line._fields))
    layout = layout_of(market.weights, market.returns, market.first, [market.end])
    found = LineSums(Forces(market.close), layout, space)(line)
    thresholds = (space.bias, space.band_long, space.band_short)
    places = [
        axis.index(parameters[name])
        for name, axis in zip(("bias", "band_long", "band_short"), thresholds, strict=True)
    ]
    number = np.ravel_multi_index(places, [len(axis) for axis in thresholds])
    rule = int(found.levels.rule_of_set[number])
    switches, losses, idle = (int(count) for count in found.counts[-1, :, rule])
    days = market.end - market.first - idle
    points, percent = (float(gain) for gain in found.gains[-1, :, rule])
    return {
        "parameters": parameters,
        "sets_alike": int(found.levels.n_sets[rule]),
        "points": points,
        "percent": percent,
        "points_to_holding": points / float(market.held[0]),
        "percent_to_holding": percent / float(market.held[1]),
        "switches": switches,
        "switches_a_year": round(switches / market.years, 1),
        "win_rate": round((days - losses) / days, 4),
    }


def without_bands(market: Market, space: PivotSpace) -> dict[str, Any]:
    """Evaluate every possible bias of every line; return the best one and the seconds."""
    began = perf_counter()
    forces = Forces(market.close)
    forces.prepare(space.lines[:: len(space.angle)])
    points = np.ascontiguousarray(market.weights[0])
    loses = -np.sign(np.where(np.abs(market.returns) > 1e-13, market.returns, 0.0)).astype(np.int8)

    def part(k: int) -> tuple[float, int, float, int, int]:
        best, count = (-np.inf, 0, 0.0, 0), 0
        scan = SortedScan(points, loses, market.first, market.end)
        for number in range(k, len(space.lines), THREADS):
            scores = forces.scores(space.lines[number])
            if np.isnan(scores).all():  # trend and stretch cancel: no pivot on any day
                continue
            found = scan(scores)
            at = found.best
            count += found.gain.size
            if found.gain[at] > best[0]:
                best = (
                    float(found.gain[at]),
                    number,
                    float(found.bias[at]),
                    int(found.switches[at]),
                )
        return (*best, count)

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(part, range(THREADS)))
    gain, number, bias, switches, _ = min(parts, key=lambda found: (-found[0], found[1]))
    seconds = perf_counter() - began
    return {
        "rules": sum(found[-1] for found in parts),
        "seconds": round(seconds, 1),
        "target": TARGET_SCAN,
        "met": seconds <= TARGET_SCAN,
        "best": {
            "parameters": space.lines[number]._asdict()
            | {"bias": bias, "band_long": 0.0, "band_short": 0.0},
            "points": gain,
            "points_to_holding": gain / float(market.held[0]),
            "switches": switches,
            "switches_a_year": round(switches / market.years, 1),
        },
    }


def faults(market: Market, report: dict[str, Any]) -> list[str]:
    """Return what does not hold: the time without bands, and best sets run bar by bar."""
    found = [] if report["without_bands"]["met"] else ["the space without bands took too long"]
    bests = [*report["best"].values(), report["without_bands"]["best"]]
    for best in bests:
        if best is not None:
            measured = bar_by_bar(market, best["parameters"])
            apart = abs(measured["points"] - best["points"])
            if apart > 1e-9 * best["points"] or measured["switches"] != best["switches"]:
                found.append(f"{best} is {measured} bar by bar")
    return found


def bar_by_bar(market: Market, parameters: dict[str, Any]) -> dict[str, float]:
    """Return points and switches of a set that is run, filled at the close, free of costs."""
    params = {"mode": "fixed", **parameters}
    result = run("pivot", market.bars, params=params, fill="close", rebalance="daily", start=STARTS)
    return {name: result.metrics[name] for name in ("points", "switches")}


def main() -> None:
    """Run the proof and print its report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--again", action="store_true", help="begin anew")
    asked = parser.parse_args()
    if asked.again:
        (asked.folder / STATE).unlink(missing_ok=True)
    report = prove(asked.folder)
    print(json.dumps(report, indent=2))
    sys.exit(bool(report["faults"]))


if __name__ == "__main__":
    main()
