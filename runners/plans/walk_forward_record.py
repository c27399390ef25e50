"""Records of walk-forwards: the account has no plan of its own, as its sets change by date."""

from __future__ import annotations

from ...feeds.quoting import shortened
from ..errors import ParameterError
from ..records.record import Record


def check_no_walk_forward(record: Record) -> None:
    """Raise ParameterError if a record is that of a walk-forward's account."""
    how = record.plain["settings"].get("walk_forward")
    if how is None:
        return
    raise ParameterError(
        f"{shortened(str(record.file))}: is the account of a walk-forward, whose sets change by "
        f"date: run it again: btplaybook walk-forward {shortened(str(record.plain['strategy']))}"
    )
