"""How far a run is, on stderr: a line that is written over, or a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from ..runs.stages import FIRST, Stage
from . import output

if TYPE_CHECKING:
    from .progress import DayBar

PLAIN_EVERY = 10.0
"""Seconds from one plain line to the next."""

SHOWN_EVERY = 0.25
"""Seconds from one state of the line on a terminal to the next."""

SILENT = 1.0
"""Seconds for which a terminal shows nothing: most runs are over by then."""

LEAST_SHARE = 0.05
"""Share of the days before which no time left is told: the first bars tell little of it."""


class RunProgress:
    """Shows the stages of a run as they are told.

    Parameters
    ----------
    title : str
        The strategy's name.
    plain : bool
        Print a line every `PLAIN_EVERY` seconds, as into a file; False: keep one line of a terminal
        up to date.
    clock, say : callable
        The time in seconds; what prints a plain line.
    """

    def __init__(
        self,
        title: str,
        *,
        plain: bool,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = output.say,
    ) -> None:
        self._title, self._plain, self._clock, self._say = title, plain, clock, say
        self._stage, self._began = FIRST, clock()
        self._due = self._began + (PLAIN_EVERY if plain else SILENT)
        self._bar: DayBar | None = None

    def __enter__(self) -> Self:
        """Return the progress."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: Stage) -> None:
        """Show a stage, where it is time to."""
        now = self._clock()
        if stage.name != self._stage:
            self._stage, self._began = stage.name, now
        if now < self._due:
            return
        what = self._title if stage.name == FIRST else f"{self._title} {stage.name}"
        if self._plain:
            self._due = now + PLAIN_EVERY
            self._say(f"{what}: {stage.day}, {stage.share:.0%}{self._left(stage.share, now)}")
            return
        self._due = now + SHOWN_EVERY
        if self._bar is None:
            from .progress import DayBar

            self._bar = DayBar()
        self._bar.show(what, str(stage.day), stage.share)

    def _left(self, share: float, now: float) -> str:
        """Return how long the stage still takes, if it goes on as it went so far."""
        if share < LEAST_SHARE:
            return ""
        seconds = (now - self._began) * (1.0 - share) / share
        left = f"{seconds:.0f} s" if seconds < 120.0 else f"{seconds / 60.0:.0f} min"
        return f", about {left} left"


def progress_of(title: str, *, json: bool) -> RunProgress:
    """Return the progress of a command: plain with ``--json`` and where stderr is no terminal."""
    return RunProgress(title, plain=json or not sys.stderr.isatty())
