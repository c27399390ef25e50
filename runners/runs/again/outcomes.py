"""The results of many runs: each made once, on all cores where that is worth it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable
from typing import Self

from ....search.engines.calls import Calls, NotSent
from ....search.engines.cores import cores
from ....search.errors import SearchStopped
from .. import registry
from ..labels.formats import counted
from ..stages import Progress, Stage
from .rerun import Outcome, Rerun, Variant

WORTH_PROCESSES = 2.0
"""Seconds of a round of runs from which on processes are started, which takes one or two."""


class Outcomes:
    """Results of variants of a run, kept so that none is run twice.

    Parameters
    ----------
    rerun : Rerun
        The run.
    own : Outcome
        Its own result.
    progress : callable, optional
        Called with a `Stage` as runs are finished.

    Notes
    -----
    Runs are made in processes if they would take more than `WORTH_PROCESSES` in this one, and if
    other processes can import the strategy: one of a notebook or of ``__main__`` runs here. The
    results are the same.
    """

    def __init__(self, rerun: Rerun, own: Outcome, progress: Progress | None = None) -> None:
        self._rerun, self._progress = rerun, progress
        self._known: dict[Variant, Outcome] = {(): own}
        self._calls: Calls | None = None
        self._may_send = cores() > 1 and can_be_imported(rerun.kind)

    def __enter__(self) -> Self:
        """Return the results."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, if any were started."""
        self._end()

    def __getitem__(self, variant: Variant) -> Outcome:
        """Return the result of a variant; run it if it has not been run."""
        self.run([variant])
        return self._known[variant]

    def run(self, variants: Iterable[Variant], name: str = "again", *, more: bool = False) -> None:
        """Run those variants that have not been run.

        `name` is that of the stages that are told; with `more` others follow under the same name,
        so that no share is known.

        Raises
        ------
        SearchStopped
            A process died.
        """
        missing = [each for each in dict.fromkeys(variants) if each not in self._known]
        of = len(missing)

        def told(done: int) -> None:
            if self._progress is None:
                return
            if more:
                made = len(self._known) - 1  # without the run itself
                self._progress(Stage(name, f"{counted(made, 'run')} made"))
            else:
                self._progress(Stage(name, f"{done} of {counted(of, 'run')}", done / of))

        if missing and self._calls is None:
            told(0)
            first = missing.pop(0)
            began = time.perf_counter()
            self._known[first] = self._rerun(first)
            if (time.perf_counter() - began) * len(missing) > WORTH_PROCESSES:
                self._start(len(missing))
        if not missing:
            return
        before = of - len(missing)
        told(before)
        if self._calls is not None:
            try:
                results = self._calls(missing, lambda done: told(before + done))
                self._known |= zip(missing, results, strict=True)
                return
            except NotSent:
                self._may_send = False
                self._end()
            except SearchStopped as error:
                raise SearchStopped(
                    f"{error} while the strategy ran again for the strips: leave them out (--quick)"
                ) from error
        for done, variant in enumerate(missing, before + 1):
            self._known[variant] = self._rerun(variant)
            told(done)

    def _start(self, runs: int) -> None:
        """Start processes, unless the strategy cannot be sent to them."""
        if not self._may_send:
            return
        try:
            self._calls = Calls(self._rerun, min(cores(), runs + 1))
        except NotSent:
            self._may_send = False

    def _end(self) -> None:
        if self._calls is not None:
            self._calls.close()
            self._calls = None


def can_be_imported(kind: registry.Strategy) -> bool:
    """Return whether another process might find a strategy by its name."""
    if multiprocessing.current_process().daemon:
        return False
    name = registry.name_of(kind)
    return not name.startswith("__main__") and registry.loaded_class(name) is kind
