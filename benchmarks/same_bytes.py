"""Print a hash of the results of each of twelve commands; equal hashes mean bit-equal figures.

    python benchmarks/same_bytes.py [NAME ...]

Run it in two checkouts, or before and after a change, and compare the lines. A hash covers all
bytes of run.json, search.json and study.json except the versions of libraries, which depend on the
machine. The commands need no file and no network.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

ADDED = {"spread": 0.0}
"""Settings that later versions added, with the value that has no effect."""

COMMANDS = {
    "sma": "run sma-switch --sample sp500 --quick",
    "sma-costs": "run sma-switch --sample sp500 --set period=50 --set direction=reversion"
    " --fill next_open --per-share 0.005 --min-fee 1 --slippage-bps 2 --borrow 0.01"
    " --interest 0.03 --start 2005-01-03 --whole-shares",
    "session": "run session-switch --sample nasdaq --size-at decision --percent-fee 0.0005 --quick",
    "sign-daily": "run sign-s4 --sample sp500 --rebalance daily --quick --end 2010-12-31",
    "sign-weekly": "run sign-s1 --sample nasdaq --every week --benchmark cash"
    " --risk-free-rate 0.02 --quick",
    "resampled": "run sign-s2 --sample sp500 --resample month --quick",
    "own-file": "run examples/dual_momentum.py:DualMomentum --sample sp500 --sample nasdaq"
    " --every month --slippage-bps 5 --quick",
    "sector": "run sector-long-short --sample simulated-sector --quick --start 2012-01-03"
    " --end 2013-12-31",
    "search-sma": "search sma-switch --space period=2..120 --sample sp500",
    "search-sign": "search sign-s4 --space d=1..3,M=1..5,R=2..12 --sample nasdaq"
    " --percent-fee 0.0005 --random 100 --top 5",
    "robust-etf": "study robust-etf",
    "summer-speculations": "study summer-speculations",
}


def main(*names: str) -> None:
    """Run the named commands, or all; print one line per command: hash and name."""
    for name in names or COMMANDS:
        print(digest(COMMANDS[name].split()), name, flush=True)


def digest(command: list[str]) -> str:
    """Return the hash of a command's JSON without the versions."""
    with tempfile.TemporaryDirectory() as folder:
        printed = subprocess.run(
            [sys.executable, "-m", "btplaybook.runners", *command, "--json", "--out", folder],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    content = json.loads(printed)
    content.pop("versions", None)
    for key, neutral in ADDED.items():  # version 0.1.0 wrote neither
        if content.get("settings", {}).get(key, neutral) == neutral:
            content.get("settings", {}).pop(key, None)
    content.update(content.pop("sections", {}))
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


if __name__ == "__main__":
    main(*sys.argv[1:])
