"""One entry of the ledger of trials: what a command tried, on which bars."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...feeds.bars import Bars
from ...search.distinct import Distinct
from .same_bars import years_of

OPENED = "holdout opened"
"""Command of an entry that is a look at what was kept back."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one command tried.

    Attributes
    ----------
    id : str
        Of the content, so that a command that is repeated adds nothing.
    when : str
        Date and time of the first, UTC, ISO 8601.
    command : str
        "search", "walk-forward", "study NAME", "factor-test", "told" for trials made elsewhere,
        "holdout opened".
    strategy, objective : str
    space : str
        The sets in one line.
    first, last : str
        Window, ISO dates.
    bars : list of dict
        Of each table `name`, `vintage` and `years`, as `same_bars.years_of` returns them.
    tried : int
        Parameter sets that were gone through, equal rules among them.
    distinct : int
        Different rules among them; an estimate from a million on.
    told : bool
        Whether it was told by a user; then no rule is known, and all count as different.
    note : str
    p_values : mapping of str to float or None
        Horizon in sessions to the p-value of a factor's test; empty for all other commands.
    """

    id: str
    when: str
    command: str
    strategy: str = ""
    objective: str = ""
    space: str = ""
    first: str = ""
    last: str = ""
    bars: Sequence[Mapping[str, Any]] = field(default_factory=list)
    tried: int = 0
    distinct: int = 0
    told: bool = False
    note: str = ""
    p_values: Mapping[str, float | None] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Sequence[Bars], rules: Distinct | None = None, **content: Any) -> Entry:
        """Return the entry of what was tried on some bars now.

        Parameters
        ----------
        tables : sequence of Bars
        rules : Distinct, optional
            The distinct rules; None: `distinct` is given.
        **content
            The attributes but for `id`, `when` and `bars`.
        """
        bars = [
            {"name": table.name, "vintage": table.vintage, "years": years_of(table)}
            for table in tables
        ]
        if rules is not None:
            content["distinct"] = rules.count
        whole = {**content, "bars": bars}
        digest = hashlib.sha256(json.dumps(whole, sort_keys=True).encode())
        if rules is not None:
            digest.update(rules.kept.astype("<u8").tobytes())
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        return cls(id=digest.hexdigest()[:16], when=now, **whole)

    @property
    def names(self) -> str:
        """The instruments' names."""
        return ", ".join(str(each["name"]) for each in self.bars)

    def plain(self) -> dict[str, Any]:
        """Return the entry as JSON takes it."""
        return asdict(self)
