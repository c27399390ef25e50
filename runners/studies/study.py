"""A study: a source, its window, and chapters that measure what the source published."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...feeds.bars import Bars
from ...feeds.errors import RequestError
from ..errors import ParameterError
from ..runs.result import Badge
from ..runs.sections.pictures import Chart
from ..runs.sections.section import Table
from ..runs.settings import Settings
from ..runs.stages import Progress, told_each
from ..runs.window import opening_day

T = TypeVar("T")


class NotCarried(Exception):
    """The bars are not sufficient for a chapter; the text says why."""


class Figure(NamedTuple):
    """One figure of a study: the published value, the measured value, and a verdict."""

    id: str
    """The chapter's id, a dot and the measure: ``graph_6.overnight_uncompounded``. It is the same
    for all tickers and occurs once for each."""
    ticker: str
    name: str
    """What is measured, for readers."""
    published: Any
    """The value as the source prints it, in `unit`; None if it prints none."""
    measured: Any
    """In `unit`: a number, a text or a list of these; None or NaN if it does not exist."""
    unit: str
    """One of `verdicts.UNITS`; any other text is printed after the number."""
    verdict: str
    """The verdict, a sentence."""
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
"""Kind of verdict to the word printed for it."""


@dataclass(frozen=True)
class Findings:
    """What a chapter found: paragraphs, figures, charts and tables.

    Attributes
    ----------
    words : tuple of str
        Paragraphs with the verdict.
    figures : list of Figure
        Figures for study.json and for the chapter's table.
    charts, tables
        Charts and tables, in the order of the page.
    worth : list of dict
        What searched winners are worth, for `worth` of study.json: see `winners.Winner.plain`.
    headline : str
        The finding in one clause, without a full stop, for the table at the head of a study whose
        source prints no figures. Empty: the first paragraph stands there.
    badges : list of Badge
        Reasons to doubt what the chapter measured, for the head of the page and study.json; equal
        ones of several chapters stand there once.
    inputs : list of dict
        What the chapter read beside the tickers' bars, for the table of data and study.json:
        ``name``, ``source``, ``sha256``, ``first`` (the first day known, or None), and perhaps
        ``warnings``, a list of texts.
    """

    words: tuple[str, ...] = ()
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    worth: list[dict[str, Any]] = field(default_factory=list)
    headline: str = ""
    badges: list[Badge] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def told(self) -> str:
        """The finding in one line: the headline, else the first paragraph."""
        return self.headline or next(iter(self.words), "")


class Chapter(NamedTuple):
    """A chapter of a study: one graph or table of the source."""

    id: str
    """A letter, then letters, digits, ``_`` or ``-``. The ids of its figures begin with it."""
    title: str
    says: str
    """What the source says, paraphrased."""
    build: Callable[[Evidence], Findings]
    """Measures the figures; raises `NotCarried` if the bars are not sufficient."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """The declaration of a study; `run_study` runs it.

    Attributes
    ----------
    name : str
        Name on the command line: a lower-case letter or digit, then also ``-``, ``_`` or ``.``. The
        default folder of the result is ``out/<name>/``.
    title, source, summary : str
        Title of the page; the source with author and date; one line for ``study --list``.
    start, end : date
        The source's window: the first and last day that count, `start` before `end`.
    tickers : tuple of str
        Tickers to study by default; the first is the source's own.
    inverses : mapping of str to str
        Ticker to the ETF that moves inversely. Bars of these ETFs are read too, and may be missing.
    sample : str
        The embedded sample that is used instead of the first ticker without a data folder.
    convention : str
        Text of the badge "no costs": what is charged and counted. Empty: no badge.
    searched : str
        Text of the badge "in sample": from how many sets each best one was chosen. Empty: no badge.
    chapters : tuple of Chapter
        The chapters in the order of the page; each has its own id.

    Raises
    ------
    ParameterError
        A field is invalid; the message names it.

    Examples
    --------
    >>> from btplaybook.runners.studies.run import run_study
    >>> def positive(evidence):
    ...     close = evidence.window(evidence.main).close
    ...     measured = 100.0 * (close[1:] > close[:-1]).mean()
    ...     verdict = "A little more than half of the days gain."
    ...     share = Figure("gains.share", "SPY", "days with a gain", 53, measured, "%", verdict)
    ...     return Findings(words=(verdict,), figures=[share])
    >>> study = Study(
    ...     name="positive-days",
    ...     title="Days with a gain",
    ...     source="An example",
    ...     summary="how often the close is above the previous close",
    ...     start=datetime.date(2000, 1, 1),
    ...     end=datetime.date(2010, 12, 31),
    ...     tickers=("SPY",),
    ...     chapters=(Chapter("gains", "Gains", "53 % of the days gain.", positive),),
    ... )
    >>> [(figure.name, round(figure.measured, 1)) for figure in run_study(study).figures()]
    [('days with a gain', 52.7)]
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
        """Raise if a field is invalid."""
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
    """The bars and settings on which the chapters measure.

    Attributes
    ----------
    study : Study
        The study.
    bars : mapping of str to Bars
        Ticker to its bars up to the window's end, with the warm-up.
    tickers : tuple of str
        Tickers to study that have bars, without inverse ETFs; never empty.
    start, end : date
        First and last day that count.
    files : mapping of str to Path
        Other files of the data folder, by name in lower case; a chapter asks for them by `file`.
    seed : int
        Seed of all random numbers.
    say : callable
        Called with each message to the user, such as a ticker that is left out.
    progress : callable or None
        Called with the stages of `each`.
    whole : callable or None
        From a ticker to its bars with those after the window; None: they are not known.
    placebos : int or None
        Made-up markets of each kind for every winner; 0: what winners are worth is not measured;
        None: `winners.PLACEBOS`.
    """

    study: Study
    bars: Mapping[str, Bars]
    tickers: tuple[str, ...]
    start: datetime.date
    end: datetime.date
    files: Mapping[str, Path]
    seed: int
    say: Callable[[str], None]
    progress: Progress | None = None
    whole: Callable[[str], Bars] | None = None
    placebos: int | None = None
    read: dict[str, Path] = field(default_factory=dict)
    """The other files that chapters have asked for and found; study.json has their hashes."""
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def main(self) -> str:
        """The ticker of the charts."""
        return self.tickers[0]

    @property
    def as_published(self) -> bool:
        """Whether the window is that of the source."""
        return (self.start, self.end) == (self.study.start, self.study.end)

    def file(self, *names: str) -> Path | None:
        """Return the first of these files that the data folder has, in any case; else None."""
        for name in names:
            path = self.files.get(name.lower())
            if path is not None:
                self.read[path.name] = path
                return path
        return None

    def comparable(self, ticker: str) -> bool:
        """Return whether this ticker's figures can be compared with the source's."""
        return self.as_published and ticker == self.study.tickers[0] and not self.shortened(ticker)

    def of(self, ticker: str) -> Bars:
        """Return a ticker's bars with the warm-up; raise NotCarried if there are none."""
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
        """Return the length of a ticker's window in years, as in run.json.

        It is the number of returns divided by the returns per year; the opening day has no return.
        """
        bars = self.window(ticker)
        return (len(bars) - 1) / bars.periods_per_year

    def warmed_up(self, ticker: str) -> bool:
        """Return whether `window` begins with a bar before the window, for its close only."""
        return bool(self.window(ticker).dates[0] < np.datetime64(self.start))

    def shortened(self, ticker: str) -> str | None:
        """Return how a ticker's bars are shorter than the window ("from 2004-11-18"), or None."""
        dates = self.of(ticker).dates
        first, last = dates[0].item(), dates[-1].item()
        late = f"from {first}" if (first - self.start).days > _SLACK else ""
        early = f"to {last}" if (self.end - last).days > _SLACK else ""
        return " ".join(part for part in (late, early) if part) or None

    def each(
        self,
        items: Sequence[T],
        part: str,
        words: Callable[[T], str] = str,
        weight: Callable[[T], float] = lambda item: 1.0,
    ) -> Iterator[T]:
        """Yield items that take long, and tell each before it is measured.

        Parameters
        ----------
        items : sequence
            What is measured one by one, such as tickers.
        part : str
            What is done with each: "searching". The time left is that of this part of the chapter.
        words, weight : callable
            What an item is called, and how long it takes beside the others, > 0.
        """
        return told_each(self.progress, part, items, words, weight)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the cached value of `compute`: chapters share slow computations."""
        if key not in self._known:
            self._known[key] = compute()
        found: T = self._known[key]
        return found


_SLACK = 5
"""Days by which bars may miss an end of the window: a weekend and holidays."""
