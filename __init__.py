"""A playbook of documented trading strategies for backtrader: exact fills, honest tearsheets.

What most scripts need stands here: `run`, `tomorrow`, `report`, `audit`, `sample`, `read_bars`,
`Bars`, `Book` and `Member`, `search`, `run_walk_forward`, `compare`, `run_study`, what writes their
results (`write_run`, `tearsheet`, ...), what a cerebro of your own needs (`Recorder`, `recorded`),
and what a section is made of. Each is imported when it is first named, so that the package itself
loads at once.
`search` is the sub-package of that name, and may be called: ``btplaybook.search(...)`` is
`run_search`, and ``from btplaybook.search.space import Space`` works beside it.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # what type checkers take for true, without the cost of `typing`
if TYPE_CHECKING:
    from inspect import Signature

    from .feeds.bars import Bars
    from .feeds.readers import read_bars
    from .feeds.samples import sample
    from .runners.pages.tearsheet import tearsheet
    from .runners.records.compare import compare
    from .runners.records.write import (
        write_comparison,
        write_next,
        write_run,
        write_search,
        write_study,
        write_walk_forward,
    )
    from .runners.runs.audit import audit
    from .runners.runs.book.book import Book, Member
    from .runners.runs.next.tomorrow import tomorrow
    from .runners.runs.next.words import words_of
    from .runners.runs.recorded.recorder import Recorder
    from .runners.runs.recorded.result import recorded
    from .runners.runs.returns_alone import report
    from .runners.runs.run import run
    from .runners.runs.sections.pictures import Chart
    from .runners.runs.sections.section import Measured, Panel, Section, Table
    from .runners.searches.run import run_search as search
    from .runners.studies.run import run_study
    from .runners.walk_forwards.run import run_walk_forward

__version__ = "0.1.0"
__all__ = [
    "Bars", "Book", "Chart", "Measured", "Member", "Panel", "Recorder", "Section", "Table", "audit",
    "compare", "read_bars", "recorded", "report", "run", "run_study", "run_walk_forward", "sample",
    "search", "tearsheet", "tomorrow", "words_of",
    "write_comparison", "write_next", "write_run", "write_search", "write_study",
    "write_walk_forward",
]  # fmt: skip

_HOMES = {
    "Bars": ".feeds.bars",
    "Book": ".runners.runs.book.book",
    "Member": ".runners.runs.book.book",
    "Recorder": ".runners.runs.recorded.recorder",
    "Chart": ".runners.runs.sections.pictures",
    **dict.fromkeys(("Measured", "Panel", "Section", "Table"), ".runners.runs.sections.section"),
    "audit": ".runners.runs.audit",
    "compare": ".runners.records.compare",
    "read_bars": ".feeds.readers",
    "recorded": ".runners.runs.recorded.result",
    "report": ".runners.runs.returns_alone",
    "run": ".runners.runs.run",
    "run_study": ".runners.studies.run",
    "run_walk_forward": ".runners.walk_forwards.run",
    "sample": ".feeds.samples",
    "tearsheet": ".runners.pages.tearsheet",
    **dict.fromkeys(
        (
            "write_comparison",
            "write_next",
            "write_run",
            "write_search",
            "write_study",
            "write_walk_forward",
        ),
        ".runners.records.write",
    ),
    "tomorrow": ".runners.runs.next.tomorrow",
    "words_of": ".runners.runs.next.words",
}


class _Search(ModuleType):
    """The sub-package `search`: a call of it searches."""

    def __call__(self, *arguments: object, **keywords: object) -> object:
        return import_module(".runners.searches.run", __name__).run_search(*arguments, **keywords)

    @property
    def __signature__(self) -> Signature:
        from inspect import signature

        return signature(import_module(".runners.searches.run", __name__).run_search)


# Importing any of its modules puts the sub-package in the place of the name: it is made callable,
# so that `btplaybook.search` is one and the same thing before and after.
import_module(".search", __name__).__class__ = _Search


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(_HOMES[name], __name__), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
