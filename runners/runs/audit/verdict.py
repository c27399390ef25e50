"""The outcome of an audit, in words, as JSON and as a badge."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ...errors import CheckFailed
from ..labels.badge_texts import badge, gravest_first
from ..labels.formats import counted
from ..result import Badge, RunResult

AGAIN = "run again"
"""How a strategy was run that gave another result with the same bars."""

OPEN = "scrambled after the open"
"""How a strategy was run whose orders of an open must not know that day's close."""

TOLD = 5
"""Phrases on what was read beside the bars that the verdict holds, at most."""

SELECTION = "audited for data, not for selection"
"""What no audit of one strategy sees: how many others were tried before it."""


class Moved(NamedTuple):
    """An order, a decision or an equity value that changed with later bars, or in a second run."""

    cut: datetime.date
    """Last day whose bar both runs have."""
    how: str
    """"one by one", "truncated", "scrambled"; "missing": the whole run read past its last bar; "run
    again": a second run with the same bars."""
    date: datetime.date
    """First day on which the two runs differ."""
    what: str
    """The difference, in words."""


@dataclasses.dataclass(frozen=True)
class Audit:
    """The outcome of a look-ahead audit.

    Attributes
    ----------
    strategy : str
        Its name.
    cuts : list of date
        Days after which the bars were removed or scrambled; empty if the strategy did nothing.
    moved : list of Moved
        The differences found; empty if there is no look-ahead.
    unseen : tuple of str
        What the strategy read beside its bars and inputs, one phrase each: "reads prices.csv". The
        audit cannot cut it.
    data : tuple of str
        The bars that it was audited on: name, number and dates of each table.
    """

    strategy: str
    cuts: list[datetime.date]
    moved: list[Moved]
    unseen: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no order, no decision and no equity value changed."""
        return not self.moved

    @property
    def reason(self) -> str | None:
        """Why it failed: "not reproducible" or "look-ahead"; None if it passed."""
        if self.passed:
            return None
        return "not reproducible" if self.moved[0].how == AGAIN else "look-ahead"

    def words(self) -> str:
        """Return the verdict as one line of text."""
        if self.moved:
            return self._failure(self.moved[0])
        if not self.cuts:
            return f"Look-ahead audit {self._passed}: {self.strategy} decided nothing{self._told()}"
        return (
            f"Look-ahead audit {self._passed}: {self.strategy} did the same twice, bar by bar, "
            f"and with {len(self.cuts)} truncated and {2 * len(self.cuts)} scrambled futures"
            f"{self._told()}; {SELECTION}"
        )

    def check(self) -> None:
        """Raise CheckFailed unless the audit passed."""
        if not self.passed:
            raise CheckFailed(self.words())

    def badge(self) -> Badge:
        """Return the badge for a result's page."""
        if self.moved:
            text = "not reproducible" if self.reason == "not reproducible" else "knows the future"
            return badge("audit failed", text=text, verdict=self.words())
        if self.unseen:
            return badge("audited in part", unseen=", ".join(self.unseen))
        return badge("audited", cuts=counted(len(self.cuts), "day"))

    def plain(self) -> dict[str, Any]:
        """Return what run.json holds."""
        return {
            "passed": self.passed,
            "verdict": self.words(),
            "reason": self.reason,
            "cuts": [str(cut) for cut in self.cuts],
            "moved": [
                {"cut": str(one.cut), "how": one.how, "date": str(one.date), "what": one.what}
                for one in self.moved
            ],
            "unseen": list(self.unseen),
        }

    def to_json(self) -> str:
        """Return what ``btplaybook audit --json`` prints."""
        whole = {"schema": 1, "strategy": self.strategy, "data": [*self.data], **self.plain()}
        return json.dumps(whole, indent=2) + "\n"

    def _failure(self, first: Moved) -> str:
        if first.how == AGAIN:
            return (
                f"Look-ahead audit failed: {self.strategy} is not reproducible. Run again with the "
                f"same bars, {first.what}{self._told()}"
            )
        future = f"the bars after {first.cut} {first.how}"
        if first.how == OPEN:
            future = f"the bar of {first.cut} scrambled after its open"
        if first.how == "one by one":
            future = "bars delivered one by one"
        return (
            f"Look-ahead audit failed: {self.strategy} knows the future. With {future}, "
            f"{first.what}{self._told()}"
        )

    @property
    def _passed(self) -> str:
        return "passed in part" if self.unseen else "passed"

    def _told(self) -> str:
        """Return what the audit could not cut, as the end of a sentence."""
        return f"; it {_listed(self.unseen)}, which the audit cannot cut" if self.unseen else ""


def with_audit(result: RunResult, found: Audit) -> RunResult:
    """Return a result with the outcome of its audit in run.json and among its badges."""
    return dataclasses.replace(
        result,
        audit=found.plain(),
        badges=gravest_first([*result.badges, found.badge()]),
    )


def _listed(phrases: Sequence[str]) -> str:
    if len(phrases) > TOLD:
        phrases = [*phrases[:TOLD], f"{len(phrases) - TOLD} more (--json lists them)"]
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if phrases[1:] else phrases)
