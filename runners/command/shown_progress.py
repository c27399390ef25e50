"""How far a command is, on stderr: one line of a terminal, or a plain line now and then."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, NamedTuple, Self

from ..runs.stages import Progress, Stage
from . import output

if TYPE_CHECKING:
    from .progress_line import ProgressLine

PLAIN_EVERY = 10.0
"""Seconds from one plain line to the next."""

SHOWN_EVERY = 0.25
"""Seconds from one state of the line on a terminal to the next."""

SILENT = 1.0
"""Seconds for which a terminal shows nothing: most commands are over soon after."""

LEAST_SECONDS = 3.0
"""Seconds of a part before which no time left is told."""

LEAST_SHARE = 0.05
"""Part of what remained up to which no time left is told: it tells little of the rest."""


def progress_of(title: str, *, machine: bool) -> AbstractContextManager[Progress]:
    """Return the progress of a command, to be shown within the block.

    Parameters
    ----------
    title : str
        What runs: "book", "study robust-etf".
    machine : bool
        Whether stdout is for another program (``--json``, ``--csv``): then nothing is shown.
    """
    if machine:
        return nullcontext(_silent)
    return ShownProgress(title, plain=not sys.stderr.isatty())


def _silent(_: Stage) -> None:
    """Show nothing."""


class Pace(NamedTuple):
    """From where the speed of a part is measured: over the newer half of its time, or more.

    The first days of a run are soon over where the strategy does not decide yet.
    """

    began: float
    """When a share was told first: a search that is resumed begins in the middle."""
    base: tuple[float, float]
    """A time, and the share at it, since which the speed is measured."""
    mark: tuple[float, float] | None = None
    """The next base, once the time since the beginning is twice that of the mark."""

    def at(self, now: float, share: float) -> Pace:
        """Return the pace after another share was told."""
        spent = now - self.began
        if self.mark is None:
            return self._replace(mark=(now, share)) if spent >= SILENT else self
        if spent >= 2.0 * (self.mark[0] - self.began):
            return Pace(self.began, self.mark, (now, share))
        return self


class Told(NamedTuple):
    """A stage, when it was told, and the pace of the part that it names."""

    stage: Stage
    at: float
    pace: Pace | None = None


class ShownProgress:
    """Shows the stages that it is called with, while its block lasts.

    A thread of its own shows them, so that the time goes on where no stage is told for long, and
    being told costs next to nothing.

    Parameters
    ----------
    title : str
        What runs.
    plain : bool
        Print a line every `PLAIN_EVERY` seconds, as into a file; False: keep one line of a terminal
        up to date, which goes away at the end.
    clock, say : callable
        The time in seconds; what prints a plain line.
    """

    def __init__(
        self,
        title: str,
        *,
        plain: bool,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], object] = output.say,
    ) -> None:
        self._title, self._plain, self._clock, self._say = title, plain, clock, say
        self._began = now = clock()
        self._told = Told(Stage(""), now)
        self._due = now + (PLAIN_EVERY if plain else SILENT)
        self._line: ProgressLine | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="progress", daemon=True)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._streams = sys.stdout, sys.stderr
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        self._over.set()
        self._thread.join()
        if self._line is not None:
            self._line.close()
            # A strategy's prints may have been redirected when the line took stdout over.
            sys.stdout, sys.stderr = self._streams

    def __call__(self, stage: Stage) -> None:
        """Take note of a stage."""
        now, told = self._clock(), self._told
        if stage.name != told.stage.name:
            told = Told(stage, now)
        pace = told.pace
        if stage.share is not None:
            pace = pace.at(now, stage.share) if pace else Pace(now, (now, stage.share))
        self._told = Told(stage, now, pace)

    def show(self) -> None:
        """Show the newest stage, where it is time to."""
        now = self._clock()
        if now < self._due:
            return
        told, spent = self._told, f"{_duration(now - self._began)} so far"
        stage, left = told.stage, _left(told, now)
        share = "" if stage.share is None else f"{stage.share:.0%}"
        if self._plain:
            self._due = now + PLAIN_EVERY
            words = (stage.name, str(stage.at), share, left and f"{left} of this part")
            known = ", ".join(word for word in words if word)
            self._say(f"{self._title}: {known}; {spent}" if known else f"{self._title}: {spent}")
            return
        self._due = now + SHOWN_EVERY
        if self._line is None:
            from .progress_line import ProgressLine

            self._line = ProgressLine()
        what = f"{self._title}: {stage.name}" if stage.name else self._title
        much = ", ".join(word for word in (share, left) if word)
        self._line.show(what, stage.share, much, str(stage.at), spent)

    def _beat(self) -> None:
        with suppress(OSError):  # whoever read stderr is gone
            while not self._over.wait(SHOWN_EVERY):
                self.show()


def _left(told: Told, now: float) -> str:
    """Return how long the part still takes, if it goes on as it went up to the stage that was told.

    Empty where the share is unknown, where too little has been made to know the speed, and once
    that time is over: then the part did not go on so.
    """
    share = told.stage.share
    if share is None or told.pace is None or told.at - told.pace.began < LEAST_SECONDS:
        return ""
    began, before = told.pace.base
    if share - before <= LEAST_SHARE * (1.0 - before):
        return ""
    left = (told.at - began) * (1.0 - share) / (share - before) - (now - told.at)
    return f"about {_duration(left)} left" if left >= 0.5 else ""


def _duration(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"
