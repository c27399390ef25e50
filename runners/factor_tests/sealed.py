"""What a factor may see, sealed: arrays that end at the session and cannot be changed."""

from __future__ import annotations

from functools import cached_property

from ...feeds.arrays import Bools, Floats
from ...strategies.sector.factors import Seen


class SealedSeen(Seen):
    """What was known of the stocks of the universe after a session.

    Histories are copied up to the session when it is made, and their columns are cut when they are
    read: no array that goes on after the session can be reached from the object, and what a factor
    writes into one session cannot reach the next.
    """

    _past: dict[str, Floats]
    _chosen: Bools

    def __init__(self, seen: Seen, chosen: Bools) -> None:
        vars(self).update(
            day=seen.day,
            tickers=tuple(t for t, kept in zip(seen.tickers, chosen, strict=True) if kept),
            raw_price=_locked(seen.raw_price[chosen]),
            statements=_locked(seen.statements[chosen]),
            _past={name: _locked(getattr(seen, name).copy()) for name in ("returns", "residuals")},
            _chosen=chosen.copy(),
        )

    @cached_property
    def returns(self) -> Floats:
        """Daily total returns up to the session."""
        return self._columns(self._past["returns"])

    @cached_property
    def residuals(self) -> Floats:
        """Daily residual returns up to the session."""
        return self._columns(self._past["residuals"])

    def newest_residuals(self, rows: int) -> Floats:
        """Return the last rows of `residuals`, without the others."""
        return self._columns(self._past["residuals"][-rows:])

    def of(self, chosen: Bools) -> Seen:
        """Return the same data for some of the stocks; `chosen` is of bool, shape (m,)."""
        return SealedSeen(self, chosen)

    def _columns(self, table: Floats) -> Floats:
        return _locked(table[:, self._chosen])


def _locked(array: Floats) -> Floats:
    """Return an array that owns its data and cannot be written to."""
    own = array if array.base is None else array.copy()
    own.flags.writeable = False
    return own
