"""Print how the audit judges planted look-ahead and honest strategies.

    python benchmarks/audit_table.py

Ends with 1 where one of the first is missed, or one of the second is accused. The strategies are in
`audit_cheats.py` and `audit_honest.py`; the tests hold each of them to the same verdict.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import audit_cheats
import audit_honest
import numpy as np
import pandas as pd

from btplaybook.brokers.errors import RunStopped
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.companies.fundamentals import Fundamentals
from btplaybook.feeds.simulated.uneven import uneven_market
from btplaybook.runners.runs.audit import CUTS, audit

TWO_FEEDS = (audit_cheats.OtherFeedAhead, audit_honest.RanksItsFeeds)
"""The strategies that trade a second feed."""

PARTIAL = (*({"weekday": day} for day in range(5)), {"month_end": True})
"""Parameters of `ReadsTomorrowsRow`: the days on which it looks ahead."""


class Case(NamedTuple):
    """A strategy and the verdict that it deserves."""

    strategy: Any
    verdict: str
    """"look-ahead", "not reproducible", "stopped", "told" or "green"."""
    params: dict[str, Any] = {}  # noqa: RUF012  never changed
    inputs: dict[str, Any] | None = None
    of: str = ""
    """What of its inputs the verdict is about."""

    @property
    def name(self) -> str:
        """The class, with the parameters that it is given."""
        told = ", ".join(f"{name}={value}" for name, value in self.params.items())
        told = told or self.of
        return self.strategy.__name__ + (f" ({told})" if told else "")


def cases() -> list[Case]:
    """Return all strategies, the cheats first."""
    days = pd.bdate_range("2005-01-03", "2006-12-29")
    beside = pd.Series(np.random.default_rng(0).standard_normal(len(days)), days)
    row, follows = audit_cheats.ReadsTomorrowsRow, audit_cheats.FollowsEbit
    country, moving = audit_cheats.ReadsTomorrowsCountry, audit_cheats.moving_company()
    filed, early = map(audit_cheats.restated_statements, (Fundamentals, audit_cheats.RestatedEarly))
    return [
        *(Case(kind, "look-ahead") for kind in audit_cheats.AHEAD),
        *(Case(row, "look-ahead", params, {"beside": beside}) for params in PARTIAL),
        Case(follows, "look-ahead", {}, {"fundamentals": early}, "restated early"),
        Case(country, "look-ahead", {"ahead": 1}, {"sectors": moving}),
        *(Case(kind, "not reproducible") for kind in audit_cheats.NOT_REPRODUCIBLE),
        *(Case(kind, "stopped") for kind in audit_cheats.WRITING),
        Case(audit_cheats.ReadsAFile, "told"),
        Case(row, "green", {}, {"beside": beside}),
        Case(country, "green", {"ahead": 0}, {"sectors": moving}),
        Case(follows, "green", {}, {"fundamentals": filed}, "as filed"),
        *(Case(kind, "green") for kind in audit_honest.HONEST),
    ]


def market(case: Case, n_bars: int) -> list[Bars]:
    """Return the bars that a case is audited on."""
    return uneven_market(3, 2 if case.strategy in TWO_FEEDS else 1, n_bars=n_bars)


def judged(case: Case, *, n_bars: int = 250, cuts: int = CUTS) -> tuple[str, str]:
    """Return the verdict of the audit on a case, and what it says."""
    bars = market(case, n_bars)
    try:
        with _future_file(bars[0]) if case.strategy is audit_cheats.ReadsAFile else _nothing():
            found = audit(case.strategy, bars, inputs=case.inputs, params=case.params, cuts=cuts)
    except RunStopped as error:
        return "stopped", str(error)
    hows = dict.fromkeys(moved.how for moved in found.moved)
    said = f"{', '.join(hows)}: {found.moved[0].what}" if hows else ", ".join(found.unseen)
    return found.reason or ("told" if found.unseen else "green"), said


@contextlib.contextmanager
def _future_file(bars: Bars) -> Iterator[None]:
    """Make the file of tomorrow's closes, in a folder of its own."""
    rows = [f"{day},{close}" for day, close in zip(bars.dates[:-1], bars.close[1:], strict=True)]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(audit_cheats.FUTURE_FILE).write_text("\n".join(rows), encoding="utf-8")
        yield


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield


def main() -> int:
    """Print the table; return the exit code."""
    wrong = 0
    for case in cases():
        begun = time.perf_counter()
        verdict, said = judged(case)
        right = verdict == case.verdict
        wrong += not right
        mark = "" if right else f"  WRONG, it deserves {case.verdict}"
        took = time.perf_counter() - begun
        print(f"{case.name:<36}{verdict:<18}{took:5.1f} s  {said}{mark}")
    n = len(cases())
    print(f"{n - wrong} of {n} judged rightly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
