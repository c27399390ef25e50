"""What a factor may see, sealed: arrays that end at the session and cannot be changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from ...feeds.arrays import Bools, Floats
from ...strategies.sector.factors import Seen


class SealedSeen(Seen):
    """What was known of the stocks of the universe after a session.

    Its arrays are read-only copies: none is a view of one that goes on after the session, and what
    a factor writes into one session cannot reach the next. Histories are copied when they are read.
    """

    _cut: Callable[[str, int | None], Floats]

    def __init__(self, seen: Seen, chosen: Bools) -> None:
        def cut(name: str, rows: int | None) -> Floats:
            table: Floats = getattr(seen, name)
            return _locked(table[slice(None) if rows is None else slice(-rows, None)][:, chosen])

        vars(self).update(
            day=seen.day,
            tickers=tuple(t for t, kept in zip(seen.tickers, chosen, strict=True) if kept),
            raw_price=_locked(seen.raw_price[chosen]),
            statements=_locked(seen.statements[chosen]),
            _cut=cut,
        )

    @cached_property
    def returns(self) -> Floats:
        """Daily total returns up to the session."""
        return self._cut("returns", None)

    @cached_property
    def residuals(self) -> Floats:
        """Daily residual returns up to the session."""
        return self._cut("residuals", None)

    def newest_residuals(self, rows: int) -> Floats:
        """Return the last rows of `residuals`, without the others."""
        return self._cut("residuals", rows)

    def of(self, chosen: Bools) -> Seen:
        """Return the same data for some of the stocks; `chosen` is of bool, shape (m,)."""
        return SealedSeen(self, chosen)


def _locked(array: Floats) -> Floats:
    """Return an array that owns its data and cannot be written to."""
    own = array if array.base is None else array.copy()
    own.flags.writeable = False
    return own
