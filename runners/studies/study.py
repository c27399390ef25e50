"""What a study is: a source, its window, and chapters that measure what it published."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...feeds.bars import Bars
from ...feeds.errors import RequestError
from ..errors import ParameterError
from ..runs.pictures import Chart
from ..runs.settings import Settings
from ..runs.window import opening_day

T = TypeVar("T")


class NotCarried(Exception):
    """The bars at hand cannot carry a chapter; its text says why."""


class Figure(NamedTuple):
    """One figure: what was published, what was measured, and what to think of it."""

    id: str
    """The chapter's id and the measure, with a dot between; the same for every ticker, and once
    for each: ``graph_6.overnight_uncompounded``."""
    ticker: str
    name: str
    """What is measured, in words."""
    published: Any
    """As the source prints it, in `unit`; None where it prints nothing."""
    measured: Any
    """In `unit`: a number, a text or a list of these; None or NaN where it does not exist."""
    unit: str
    """One of `verdicts.UNITS`; any other is printed behind the number."""
    verdict: str
    """A sentence."""
    finding: str = "measured"
    """One of `FINDINGS`."""


FINDINGS = {
    "reproduced": "Reproduced",
    "near": "Near",
    "differs": "Not reproduced",
    "mirror": "By the mirror only",
    "stand_in": "Another model",
    "not_comparable": "Not comparable",
    "measured": "Measured",
}
"""What a verdict comes to, and the word for it."""


class Table(NamedTuple):
    """Rows of texts under a heading; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""


@dataclass(frozen=True)
class Findings:
    """What a chapter found.

    Attributes
    ----------
    words : tuple of str
        The verdict in plain words, a paragraph each.
    figures : list of Figure
        For study.json and for the chapter's table.
    charts, tables
        In the order of the page.
    """

    words: tuple[str, ...] = ()
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


class Chapter(NamedTuple):
    """One graph or table of the source."""

    id: str
    """A letter, then letters, digits, ``_`` or ``-``: the ids of its figures begin with it."""
    title: str
    says: str
    """What the source says, in this project's words."""
    build: Callable[[Evidence], Findings]
    """Measures; raises `NotCarried` where the bars at hand cannot carry the chapter."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study, declared.

    Attributes
    ----------
    name : str
        As typed: a lower-case letter or digit, then also ``-``, ``_`` or ``.``. The default
        folder of the result is ``out/<name>/``.
    title, source, summary : str
        As printed, the source with author and date, and one line for ``study --list``.
    start, end : date
        The source's window: the first and last day that count, `start` before `end`.
    tickers : tuple of str
        What is studied where nothing else is asked for; the first is the source's own.
    inverses : mapping of str to str
        Ticker to the ETF that moves inversely; looked for as well, missed without complaint.
    sample : str
        The embedded sample that takes the first ticker's place without a data folder.
    convention : str
        For the badge "no costs" of the page: what is charged and counted. Empty: no badge.
    searched : str
        For the badge "in sample": how many sets each best is of. Empty: no badge.
    chapters : tuple of Chapter
        In the order of the page; no id twice.

    Raises
    ------
    ParameterError
        A field cannot be used; the message names it.
    """

    name: str
    title: str
    source: str
    summary: str
    start: datetime.date
    end: datetime.date
    tickers: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    inverses: Mapping[str, str] = field(default_factory=dict)
    sample: str = "sp500"
    convention: str = ""
    searched: str = ""

    def __post_init__(self) -> None:
        """Refuse what no study can be run or written with."""
        for name in ("name", "title", "source", "summary"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise ParameterError(f"a study needs a text for {name}, got {value!r}")
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", self.name):
            raise ParameterError(
                "a study's name is a lower-case letter or digit, then also '-', '_' or '.': "
                f"got {self.name!r}"
            )
        where = f"study {self.name!r}"
        for name in ("start", "end"):
            value = getattr(self, name)
            if type(value) is not datetime.date:
                raise ParameterError(f"{where}: {name} must be a datetime.date, got {value!r}")
        if self.start >= self.end:
            raise ParameterError(f"{where}: start {self.start} must lie before end {self.end}")
        for name, kind, what in (("tickers", str, "a text"), ("chapters", Chapter, "a Chapter")):
            values = getattr(self, name)
            if not isinstance(values, tuple) or not values:
                raise ParameterError(f"{where}: {name} must be a tuple, not empty; got {values!r}")
            for value in values:
                if not isinstance(value, kind):
                    raise ParameterError(f"{where}: {name}: {value!r} is not {what}")
        ids = [chapter.id for chapter in self.chapters]
        for place, id in enumerate(ids):
            if not re.fullmatch(r"[A-Za-z][\w-]*", str(id)):
                raise ParameterError(
                    f"{where}: a chapter's id is a letter, then letters, digits, '_' or '-': "
                    f"got {id!r}"
                )
            if id in ids[:place]:
                raise ParameterError(f"{where}: two chapters have the id {id!r}")


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the chapters measure on.

    Attributes
    ----------
    study : Study
        The declaration.
    bars : mapping of str to Bars
        By ticker, up to the window's end, warm-up included.
    tickers : tuple of str
        Those to be studied that have bars, inverses not among them; never empty.
    start, end : date
        First and last day that count.
    files : mapping of str to Path
        Further files of the data folder by their names in lower case.
    seed : int
        For everything random.
    say : callable
        Takes a line of progress.
    """

    study: Study
    bars: Mapping[str, Bars]
    tickers: tuple[str, ...]
    start: datetime.date
    end: datetime.date
    files: Mapping[str, Path]
    seed: int
    say: Callable[[str], None]
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def main(self) -> str:
        """The ticker that the charts are of."""
        return self.tickers[0]

    @property
    def as_published(self) -> bool:
        """Whether the window is the source's."""
        return (self.start, self.end) == (self.study.start, self.study.end)

    def comparable(self, ticker: str) -> bool:
        """Whether a figure that the source prints for its own ticker can be held against this."""
        return self.as_published and ticker == self.study.tickers[0] and not self.shortened(ticker)

    def of(self, ticker: str) -> Bars:
        """Return a ticker's bars, warm-up included; raise NotCarried where there are none."""
        try:
            return self.bars[ticker]
        except KeyError:
            raise NotCarried(f"there are no bars of {ticker}") from None

    def window(self, ticker: str) -> Bars:
        """Return the bars that count, from the opening day on (the bar before the first return)."""
        bars = self.of(ticker)
        try:
            opens = opening_day([bars], Settings(start=self.start))
            return bars.between(opens, self.end)
        except (RequestError, ValueError) as error:
            raise NotCarried(str(error)) from error

    def years(self, ticker: str) -> float:
        """Return the length of a ticker's window as run.json counts it.

        It is the number of returns, of which the opening day has none, over those of a year.
        """
        bars = self.window(ticker)
        return (len(bars) - 1) / bars.periods_per_year

    def warmed_up(self, ticker: str) -> bool:
        """Whether `window` begins with a bar before the window, which gives its close only."""
        return bool(self.window(ticker).dates[0] < np.datetime64(self.start))

    def shortened(self, ticker: str) -> str | None:
        """Return how a ticker's bars fall short of the window ("from 2004-11-18"), or None."""
        dates = self.of(ticker).dates
        first, last = dates[0].item(), dates[-1].item()
        late = f"from {first}" if (first - self.start).days > _SLACK else ""
        early = f"to {last}" if (self.end - last).days > _SLACK else ""
        return " ".join(part for part in (late, early) if part) or None

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what `compute` answered the first time; chapters share what is slow."""
        if key not in self._known:
            self._known[key] = compute()
        found: T = self._known[key]
        return found


_SLACK = 5
"""Days by which bars may miss an end of the window: a weekend and its holidays."""
