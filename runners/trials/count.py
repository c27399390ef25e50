"""Enter what a command tried into the ledger, and count what was ever tried on the same bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...feeds.bars import Bars
from ...search.distinct import Distinct
from .entry import Entry
from .ledger import Ever, LedgerDamaged, TrialLedger


def counted(
    tables: Sequence[Bars],
    rules: Distinct | None,
    say: Callable[[str], None],
    *,
    ledger: TrialLedger | None = None,
    **content: Any,
) -> Ever | None:
    """Append an entry, and return what was ever tried on its bars.

    Parameters
    ----------
    tables : sequence of Bars
    rules : Distinct or None
        The distinct rules; None: `distinct` is given, and they count as different from all others.
    say : callable
        Called with why there is no count: a result is not lost for the ledger's sake.
    ledger : TrialLedger, optional
        None: this user's.
    **content
        Attributes of the `Entry`.

    Returns
    -------
    Ever or None
        None where the ledger cannot be read or written.
    """
    ledger = TrialLedger() if ledger is None else ledger
    entry = Entry.of(tables, rules, **content)
    failed = "what was tried is not counted"
    try:
        ledger.add(entry, rules)
        failed = "what was tried is counted, but not what was ever tried"
        return ledger.ever(tables, rules, entry.id)
    except (LedgerDamaged, OSError) as error:
        say(f"{failed}: {ledger.folder}: {error}")
        return None
