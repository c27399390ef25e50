"""How far something long is: its part, the place reached in it, and the share behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from ...feeds.bars import Bars

T = TypeVar("T")


class Stage(NamedTuple):
    """How far something long is."""

    name: str
    """The part that is under way, "" where there is but one; a run of a variant is named after the
    parameters that it changes. The share, and the time left, are those of this part."""
    at: datetime.date | str = ""
    """The place reached in it: a day of the bars, or words as "run 5 of 28"."""
    share: float | None = None
    """Share of the part that lies behind, 0 to 1; None where it is not known."""


Progress = Callable[[Stage], object]
"""What is called with each stage."""

Days = Callable[[datetime.date], object]
"""What is called with each day that an account reaches."""


def days_of(
    progress: Progress | None, name: str, tables: Sequence[Bars], *, days: int | None = None
) -> Days | None:
    """Return what tells the days of a run as stages; None if nobody is told.

    Parameters
    ----------
    progress : callable or None
        Called with a `Stage` for each day; its share is that of `days`.
    name : str
        Name of the stages.
    tables : sequence of Bars
        The bars that are run; at least one table.
    days : int or None
        Days on the calendar that the run takes from the first bar on; None: up to the last bar.
    """
    if progress is None:
        return None
    first = min(table.dates[0] for table in tables).item()
    whole = days or max((max(table.dates[-1] for table in tables).item() - first).days, 1)

    def reached(day: datetime.date) -> None:
        progress(Stage(name, day, min((day - first).days / whole, 1.0)))

    return reached


def part(progress: Progress | None, name: str) -> Progress | None:
    """Begin a part of something longer, and return what tells its stages, under its name.

    Parameters
    ----------
    progress : callable or None
        Called with the stages of the whole. None: nobody is told, and None is returned.
    name : str
        Name of the part.
    """
    if progress is None:
        return None
    progress(Stage(name))
    return lambda stage: progress(
        stage._replace(name=f"{name}, {stage.name}" if stage.name else name)
    )


def inside(
    progress: Progress | None,
    name: str,
    at: str,
    share: float | None = None,
    ends: float | None = None,
) -> Progress | None:
    """Begin one of the steps of a part, and return what tells the stages of that step.

    Parameters
    ----------
    progress : callable or None
        Called with the stages of the whole. None: nobody is told, and None is returned.
    name, at : str
        The part of the whole, and the step within it.
    share, ends : float or None
        Shares of the part at which the step begins and ends; None where they are not known.
    """
    if progress is None:
        return None
    progress(Stage(name, at, share))

    def told(stage: Stage) -> None:
        words = ", ".join(str(word) for word in (at, stage.name, stage.at) if word)
        known = share
        if share is not None and ends is not None and stage.share is not None:
            known = share + (ends - share) * stage.share
        progress(Stage(name, words, known))

    return told


def told_each(
    progress: Progress | None,
    name: str,
    items: Sequence[T],
    words: Callable[[T], str] = str,
    weight: Callable[[T], float] = lambda item: 1.0,
) -> Iterator[T]:
    """Yield items, and tell each before it is worked on.

    Parameters
    ----------
    progress : callable or None
        Called with a `Stage` for each item. None: nobody is told.
    name : str
        Name of the stages.
    items : sequence
        What is worked on, one by one.
    words, weight : callable
        What an item is called, and how long it takes beside the others, > 0.
    """
    if progress is None:
        yield from items
        return
    total, before = sum(map(weight, items)), 0.0
    for place, item in enumerate(items, 1):
        progress(Stage(name, f"{words(item)}, {place} of {len(items)}", before / total))
        yield item
        before += weight(item)
