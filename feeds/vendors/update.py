"""What a vendor's answer makes of the history that is already held."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pandas as pd

from ..errors import SourceError
from .answer import Answer
from .finished_bars import FinishedBars, finished_bars
from .restatement import OVERLAP, Difference, Merged, difference, merge, rescale
from .vintages import Held


@dataclass(frozen=True, eq=False)
class Update:
    """What an answer makes of the cache.

    Attributes
    ----------
    merged : Merged
        The history to keep.
    bars : FinishedBars
        What the answer held, and what was left out of it.
    today : datetime.date
        The date at the exchange.
    scaled_through : str
        Splits up to this date are in the history.
    about : dict
        currency, kind and timezone.
    restated : Difference or None
        What the vendor has changed about known bars.
    """

    merged: Merged
    bars: FinishedBars
    today: dt.date
    scaled_through: str
    about: dict[str, str]
    restated: Difference | None = None

    @property
    def why(self) -> str:
        """Why the version before is worth keeping."""
        if self.restated:
            return "restated"
        return "split" if self.merged.ratio != 1 else ""


def first_answer(
    today: dt.date | None, answered: Callable[[dt.date | None], Answer], title: str
) -> Update:
    """Take the whole history from the vendor, where there is none yet.

    Parameters
    ----------
    today : datetime.date or None
        The date at the exchange; None takes it from the clock.
    answered : callable
        Asks the vendor for what there is from a date on, or with None for all.
    title : str
        What messages call the vendor.

    Raises
    ------
    SourceError
        When there is no finished bar, and what `answered` raises.
    """
    answer, day, bars = _finished(answered(None), today, title)
    merged = Merged(bars.history, appended=len(bars.history))
    return Update(merged, bars, day, _scaled_through(merged, answer), _about(answer))


def updated(
    held: Held, today: dt.date | None, answered: Callable[[dt.date | None], Answer], title: str
) -> Update:
    """Ask for what is newer than the history held, and compare where the two overlap.

    A second question, for the whole history, follows where they do not agree. Parameters and
    errors as for `first_answer`.
    """
    known = held.history
    answer, day, bars = _finished(answered(known.index[-OVERLAP:][0].date()), today, title)
    splits = _splits(answer, after=held.current.scaled_through)
    merged = merge(known, bars.history, splits)
    restated = None
    if merged is None:
        answer, day, bars = _finished(answered(None), today, title)
        splits = _splits(answer, after=held.current.scaled_through)
        ratio = math.prod(splits.values())
        restated = difference(rescale(known, ratio), bars.history)
        appended = int((bars.history.index > known.index[-1]).sum())
        merged = Merged(bars.history, appended, ratio)
    scaled_through = (
        held.current.scaled_through if merged.waiting else _scaled_through(merged, answer)
    )
    return Update(merged, bars, day, scaled_through, _about(answer), restated)


def _finished(
    answer: Answer, today: dt.date | None, title: str
) -> tuple[Answer, dt.date, FinishedBars]:
    day = today_at(answer.timezone, today)
    bars = finished_bars(answer.history, day)
    if bars.history.empty:
        raise SourceError(f"{title}'s answer holds no finished bar")
    return answer, day, bars


def _splits(answer: Answer, *, after: str) -> dict[dt.date, float]:
    # In the whole answer: history is rescaled on the morning of a split, before its day is over.
    ratios = answer.history["split"]
    ratios = ratios[(ratios != 1) & (ratios.index > pd.Timestamp(after))]
    return {dt.date.fromisoformat(str(date)[:10]): float(ratio) for date, ratio in ratios.items()}


def _scaled_through(merged: Merged, answer: Answer) -> str:
    # Not simply today: a split of today may be listed an hour from now.
    splits = answer.history.index[answer.history["split"] != 1]
    return str(max([merged.history.index[-1], *splits]).date())


def _about(answer: Answer) -> dict[str, str]:
    return {"currency": answer.currency, "kind": answer.kind, "timezone": answer.timezone}


def today_at(timezone: str, today: dt.date | None = None) -> dt.date:
    """Return the date at an exchange; `today` where it is given."""
    return today or dt.datetime.now(ZoneInfo(timezone or "UTC")).date()
