"""Longer checks than a test run has time for: ``make proof``.

1. The account against the plain ledger of the tests, on 20,000 random markets instead of 400.
2. The figures that the SMA switch's documentation states, from real prices where
   ``BTPLAYBOOK_DATA`` names them.
3. A cache of Yahoo's bars after 30 kills in the middle of a write, and after fetches at once.
4. A search of ten million sets, killed twice and resumed by other engines, against one left alone;
   and ``btplaybook search`` of a plain backtrader strategy, 50 sets bar by bar.
5. The sector book's intervals: a premium's alone, then those of the book on 400 whole simulated
   markets; and how soon its gate closes when premiums turn.
   And the tests of a single factor, on 200 markets without premiums and 100 with; what a panel of
   survivors does to them, on 40 markets with delistings.
6. The sector book bar by bar on 20 of these: its betas, its account, the order of its feeds; and
   its look-ahead audit.
7. A folder of results after 60 kills in the middle of a write.
8. 10,000 damaged folders of results: every command that reads one ends well, or with one line.
9. 5,000 set-ups at random in backtrader's loop and in the fast one: the same bits.
10. Every reader on 10,000 mutated files and texts, bombs among them: only the project's own errors.
11. The pivot rule's published 2.6 billion sets on SPY, whole; the same space without bands
    in less than five minutes; and the best sets bar by bar.

Exits 1 where one of them does not hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import factor_calibration
import folder_proof
import fuzz_readers
import kill_proof
import loop_fuzz
import pivot_proof
import record_fuzz
import search_proof
import sector_book
import sector_calibration
import skill_calibration
import survivorship

from btplaybook.feeds.readers import read_bars
from btplaybook.runners.runs.run import run

ORACLE = "tests/brokers/test_account_oracle.py"
PUBLISHED = (  # direction, period, fill, points
    ("trend", 8, "close", -255.38),
    ("reversion", 8, "close", 255.38),
    ("trend", 222, "close", 131.58),
    ("trend", 200, "close", 80.87),
)


def main() -> None:
    """Run all proofs."""
    failed = subprocess.call(
        [sys.executable, "-m", "pytest", "-q", ORACLE, "--hypothesis-profile=proof"]
    )
    failed |= documented_figures()
    failed |= readers_refuse()
    failed |= cache_survives()
    failed |= search_survives()
    failed |= holds(folder_proof.prove())
    failed |= holds(record_fuzz.prove())
    failed |= holds(loop_fuzz.prove())
    failed |= holds(pivot_proof.prove())
    failed |= targets_met(skill_calibration.measure())
    failed |= targets_met(sector_calibration.measure())
    failed |= targets_met(factor_calibration.measure())
    failed |= targets_met([*sector_book.measure(), sector_book.audited()])
    failed |= targets_met(survivorship.proved(survivorship.measured(range(survivorship.SEEDS))))
    sys.exit(1 if failed else 0)


def documented_figures() -> int:
    """Print the measured and the documented figures; return 1 if they differ by more than 0.01."""
    folder = os.environ.get("BTPLAYBOOK_DATA")
    if not folder:
        print("SPY's figures: not shown, BTPLAYBOOK_DATA names no folder")
        return 0
    spy = read_bars(Path(folder) / "etf" / "SPY.csv", end="2013-09-30")
    apart = 0
    for direction, period, fill, documented in PUBLISHED:
        result = run("sma-switch", spy, direction=direction, period=period, fill=fill)
        points = result.metrics["points"]
        apart |= abs(points - documented) > 0.01
        print(f"SPY {direction:>9} {period:>3} {fill}: {points:8.2f} points ({documented:8.2f})")
    return apart


def readers_refuse() -> int:
    """Print the outcomes of mutated inputs and their seed; return 1 if any input failed."""
    found = fuzz_readers.prove()
    print(json.dumps(found, indent=2))
    return int(bool(found["faults"]))


def cache_survives() -> int:
    """Print how often the cache was whole; return 1 if it was not whole once."""
    found = kill_proof.prove()
    print(json.dumps(found, indent=2))
    return int(bool(found["faults"]) or found["at_once_whole"] != found["at_once"])


def search_survives() -> int:
    """Print what the kills left and whether the results are equal; return 1 if they are not."""
    return holds(search_proof.prove("search_proof:sign_rules")) | holds(
        search_proof.prove_command()
    )


def holds(found: dict[str, Any]) -> int:
    """Print the outcome of a proof; return 1 if it has faults."""
    print(json.dumps(found, indent=2))
    return int(bool(found["faults"]))


def targets_met(results: Iterable[dict[str, Any]]) -> int:
    """Print results; return 1 if one misses its target."""
    missed = 0
    for result in results:
        print(json.dumps(result))
        missed |= result["met"] is False
    return missed


if __name__ == "__main__":
    main()
