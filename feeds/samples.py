"""Bars that need no file and no network: real index bars that ship inside arch, and simulated ones.

arch is located, not imported: its import takes two seconds and only the files are wanted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from .bars import Bars
from .frames import RequestError, did_you_mean
from .readers import read_bars
from .simulated import simulated_bars

#: Names of the samples, and what they are.
SAMPLES = {
    "sp500": "S&P 500 index, daily 1999-2018, from arch; no dividends, and until 2007 many opens "
    "are the previous close",
    "nasdaq": "NASDAQ Composite index, daily 1999-2018, from arch; no dividends",
    "simulated": "2,520 simulated bars from 2005 with dividends and without any signal",
}


def sample(
    name: str,
    *,
    seed: int = 0,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
) -> Bars:
    """Return the bars of a sample.

    Parameters
    ----------
    name : {"sp500", "nasdaq", "simulated"}
        The sample; see `SAMPLES`.
    seed : int
        Seed of the simulated bars; the real ones have none.
    start, end : str or datetime.date, optional
        First and last date wanted.
    dividends : bool
        False leaves the dividends of the simulated bars unpaid; an index pays none.

    Returns
    -------
    Bars
        Named SP500, NASDAQ or SIMULATED. The indexes are `price_only`. `source` begins with
        "sample:", which a run from its run.json reads again.

    Raises
    ------
    RequestError
        For an unknown name, a negative seed, arch not installed, or dates that leave fewer than
        2 bars.
    """
    if name not in SAMPLES:
        known = ", ".join(SAMPLES)
        raise RequestError(
            f"unknown sample {name!r}{did_you_mean(name, list(SAMPLES))} (samples: {known})"
        )
    if name == "simulated":
        if seed < 0:
            raise RequestError(f"seed must not be negative, got {seed}")
        bars = simulated_bars(seed, dividends=dividends).between(start, end)
        return replace(bars, source=f"sample:{name}, seed {seed}")
    bars = read_bars(_arch_file(name), name=name.upper(), start=start, end=end)
    return replace(bars, source=f"sample:{name}")


def _arch_file(name: str) -> Path:
    spec = find_spec("arch")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise RequestError(f"sample {name!r} ships inside arch: python -m pip install arch")
    return Path(folders[0]) / "data" / name / f"{name}.csv.gz"
