"""Make the accounts of a walk-forward from what its fits came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...feeds.arrays import Dates
from ...search.refits import Duration, Window, checked_windows, shifts, windows
from ...search.space import Space
from ...search.walk_forward import Choice, Stretch, in_force, stretches
from ..runs.metrics import buy_and_hold
from ..runs.prepared import Prepared
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.window import periods_per_year
from ..searches.bar_by_bar import keywords
from .accounts import ArrayAccounts
from .decided import Deciding
from .fits import day_after
from .path import difference
from .result import Shifted


@dataclass(frozen=True, eq=False)
class Plan:
    """The windows of a walk-forward, and those of its shifts by how much later they are."""

    windows: Sequence[Window]
    later: Mapping[str, Sequence[Window]]

    @classmethod
    def of(cls, sessions: Dates, fit: Duration, refit: Duration, *, anchored: bool) -> Plan:
        """Return the plan of sessions.

        Raises
        ------
        SearchError
            As for `checked_windows`.
        """
        own = checked_windows(sessions, fit, refit, anchored=anchored)
        steps = shifts(refit)
        later = {
            str(step): windows(sessions, fit, refit, anchored=anchored, shift=step)
            for step in steps
        }
        unit = steps[0].unit if steps else ""
        found = {f"0{unit}": own, **{name: each for name, each in later.items() if each}}
        return cls(own, found if len(found) > 1 else {})

    def fits(self, shifted: bool) -> list[tuple[int, int]]:
        """Return opening and refit of all fits, each once; those of the shifts behind."""
        every = [self.windows, *(self.later.values() if shifted else ())]
        return list(dict.fromkeys((each.opens, each.refit) for own in every for each in own))


@dataclass(frozen=True, eq=False)
class Making:
    """Makes the accounts of windows whose fits are made."""

    given: Prepared
    space: Space
    sessions: Dates
    choices: Mapping[tuple[int, int], Choice]
    arrays: ArrayAccounts | None

    def parts(self, of: Sequence[Window]) -> list[Stretch]:
        """Return which set is traded when."""
        chosen = [self.choices[window.opens, window.refit].best for window in of]
        return stretches(of, in_force(chosen))

    def run(self, parts: Sequence[Stretch], opens: int, **options: Any) -> RunResult:
        """Return the bar-by-bar run of stretches from an opening session on."""
        given = self.given
        deciding = Deciding(
            kind=given.kind, params=given.params, space=self.space, tables=given.tables,
            settings=given.settings, inputs=given.inputs, sessions=self.sessions,
        )  # fmt: skip
        own = {**keywords(given.settings), "start": day_after(self.sessions[opens])}
        return run(deciding.replaying(parts), list(given.tables), **options, **own)

    def held(self, opens: int) -> tuple[pd.Series, dict[str, Any]]:
        """Return returns and metrics of holding the first feed from an opening session on."""
        given = self.given
        return buy_and_hold(
            given.tables[0], pd.DatetimeIndex(self.sessions[opens:]), given.settings.cash,
            periods_per_year(given.tables), given.settings.risk_free_rate,
        )  # fmt: skip

    def shifted(self, plan: Plan) -> list[Shifted]:
        """Return the account of each shift over the days that all of them have."""
        if not plan.later:
            return []
        opens = max(own[0].refit for own in plan.later.values())
        _, held = self.held(opens)
        found = []
        for shift, own in plan.later.items():
            parts = self.parts(own)
            if self.arrays is not None:
                _, _, measured = self.arrays.account(parts, opens)
            else:
                measured = self.run(parts, opens, figures_only=True).metrics
            found.append(
                Shifted(
                    shift,
                    str(self.sessions[opens + 1]),
                    str(self.sessions[-1]),
                    measured["total_return"],
                    difference(measured["total_return"], held["total_return"]),
                    measured["sharpe"],
                )
            )
        return found
