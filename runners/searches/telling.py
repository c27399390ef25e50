"""Tell the stages of a search to whoever shows how far a command is."""

from __future__ import annotations

from collections.abc import Callable

from ...search.driver import Progress as Searched
from ..runs.stages import Progress, Stage


def telling(
    watch: Callable[[Searched], object] | None,
    progress: Progress | None,
    name: str,
    noun: str = "sets",
) -> Callable[[Searched], object] | None:
    """Return what tells both callables how far a search is; None if nobody is told.

    Parameters
    ----------
    watch : callable or None
        Called with the progress of the search itself.
    progress : callable or None
        Called with a `Stage`.
    name, noun : str
        Name of the stages, and what the search goes through.
    """
    if progress is None:
        return watch

    def told(now: Searched) -> None:
        if watch is not None:
            watch(now)
        at = f"{now.places:,} of {now.of:,} {noun}"
        if now.best is not None and noun == "sets":
            at += f", best {now.best:.4g} (set {now.best_index})"
        progress(Stage(name, at, now.places / now.of))

    return told


def confirming(progress: Progress | None) -> Callable[[int, int], object] | None:
    """Return what tells how many sets of how many are confirmed; None if nobody is told."""
    if progress is None:
        return None

    def told(done: int, of: int) -> None:
        progress(Stage("confirming bar by bar", f"{done} of {of} sets", done / of))

    return told
