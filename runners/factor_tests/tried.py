"""Every factor that was tested on the same bars, with p-values that allow for their number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...feeds.bars import Bars
from ...search.worth.multiple_testing import benjamini_hochberg, benjamini_yekutieli
from ..trials.entry import Entry
from ..trials.ledger import LedgerDamaged, TrialLedger

COMMAND = "factor-test"


class Trial(NamedTuple):
    """One test of one factor: over one horizon, on one window."""

    factor: str
    horizon: str
    first: str
    last: str
    p_value: float | None
    """Of a true mean rank IC of 0; None where there was none."""
    bh: float | None
    """Benjamini-Hochberg's q: share of false discoveries, for positively dependent tests."""
    by: float | None
    """Benjamini-Yekutieli's q: the same, whatever the dependence."""
    own: bool
    """Whether it is one of the result's own tests."""


class Tried(NamedTuple):
    """All tests, the oldest first."""

    tests: list[Trial]

    @property
    def factors(self) -> int:
        """Number of different factors."""
        return len({each.factor for each in self.tests})

    def plain(self) -> list[dict[str, Any]]:
        """Return the `trials` of factor_test.json."""
        return [each._asdict() for each in self.tests]


def tried_on(
    tables: Sequence[Bars],
    say: Callable[[str], None],
    ledger: TrialLedger | None = None,
    *,
    p_values: Mapping[str, float | None],
    **content: Any,
) -> Tried | None:
    """Enter a test into the ledger of trials, and return all tests on its bars.

    Parameters
    ----------
    tables : sequence of Bars
        The bars of the test.
    say : callable
        Called with why there are no tests: a result is not lost for the ledger's sake.
    ledger : TrialLedger, optional
        None: this user's.
    p_values : mapping of str to float or None
        Horizon to p-value.
    **content
        Other attributes of the `Entry`.

    Returns
    -------
    Tried or None
        None where the ledger cannot be read or written.
    """
    ledger = TrialLedger() if ledger is None else ledger
    entry = Entry.of(
        tables,
        command=COMMAND,
        tried=len(p_values),
        distinct=1,
        p_values=dict(p_values),
        **content,
    )
    try:
        ledger.add(entry)
        entries = [each for each in ledger.on(tables) if each.command == COMMAND]
    except (LedgerDamaged, OSError) as error:
        say(f"the factors that were tested are not counted: {ledger.folder}: {error}")
        return None
    return Tried(adjusted(entries, entry.id))


def adjusted(entries: Sequence[Entry], own: str) -> list[Trial]:
    """Return each p-value of entries with its q-values; `own` is the id of the result's entry."""
    tests = [
        Trial(each.strategy, horizon, each.first, each.last, p, None, None, each.id == own)
        for each in entries
        for horizon, p in sorted(each.p_values.items(), key=_sessions)
    ]
    known = [place for place, each in enumerate(tests) if each.p_value is not None]
    p_values = [tests[place].p_value for place in known]
    both = zip(benjamini_hochberg(p_values), benjamini_yekutieli(p_values), strict=True)
    for place, (bh, by) in zip(known, both, strict=True):
        tests[place] = tests[place]._replace(bh=float(bh), by=float(by))
    return tests


def _sessions(named: tuple[str, float | None]) -> tuple[float, str]:
    """Return what horizons are sorted by; the ledger keeps them as texts."""
    horizon = named[0]
    return (float(horizon) if horizon.isdecimal() else float("inf")), horizon
