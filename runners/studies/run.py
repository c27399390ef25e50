"""From a study's name and a folder of bars to its figures."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...feeds.bars import Bars
from ...feeds.errors import RequestError
from ...feeds.readers import read_bars
from ...feeds.samples import sample
from ..errors import ParameterError
from ..runs.provenance import described, versions
from ..runs.result import SCHEMA, plain_number
from .folder_of_bars import by_ticker, files_in
from .registry import study_named
from .study import Chapter, Evidence, Figure, Findings, NotCarried, Study


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult:
    """A study that was run.

    Attributes
    ----------
    study : Study
        The declaration.
    evidence : Evidence
        What it was run on.
    from_sample : bool
        The embedded sample took the place of the source's ticker.
    missing : dict of str to str
        Tickers that were asked for and left out, and why.
    chapters : list of (Chapter, Findings or str)
        What each found, or why the bars cannot carry it.
    """

    study: Study
    evidence: Evidence
    from_sample: bool
    missing: dict[str, str]
    chapters: list[tuple[Chapter, Findings | str]]

    def __repr__(self) -> str:
        """Show the figures in a dozen lines at most."""
        from ..in_words import of_study

        return of_study(self)

    def figures(self) -> list[Figure]:
        """Return every figure, chapter by chapter."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return [figure for findings in found for figure in findings.figures]

    def published(self) -> list[Figure]:
        """Return the figures that the source prints."""
        return [figure for figure in self.figures() if figure.published is not None]

    def not_carried(self) -> list[tuple[Chapter, str]]:
        """Return the chapters that the bars cannot carry, and why."""
        return [(chapter, why) for chapter, why in self.chapters if isinstance(why, str)]

    def plain(self) -> dict[str, Any]:
        """Return the content of study.json."""
        evidence = self.evidence
        return {
            "schema": SCHEMA,
            "study": self.study.name,
            "source": self.study.source,
            "window": {
                "first": str(evidence.start),
                "last": str(evidence.end),
                "as_published": evidence.as_published,
            },
            "seed": evidence.seed,
            "tickers": list(evidence.tickers),
            "sample": self.study.sample if self.from_sample else None,
            "data": [described(bars) for bars in evidence.bars.values()],
            "shorter_than_window": {
                name: short for name in evidence.bars if (short := evidence.shortened(name))
            },
            "missing": self.missing,
            "not_carried": [
                {"id": chapter.id, "title": chapter.title, "why": why}
                for chapter, why in self.not_carried()
            ],
            "figures": [figure._asdict() for figure in self.figures()],
            "versions": versions(),
        }

    def to_json(self) -> str:
        """Return study.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"


def run_study(
    name: str,
    folder: str | Path | None = None,
    *,
    tickers: Sequence[str] | None = None,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    seed: int = 0,
    dividends: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> StudyResult:
    """Measure what a source published.

    Parameters
    ----------
    name : str
        As `btplaybook study --list` prints it.
    folder : str, Path or None
        Searched, subfolders too, for ``TICKER.csv``, ``.csv.gz`` or ``.parquet``. None: the
        embedded sample takes the place of the source's own ticker.
    tickers : sequence of str or None
        What to study; None: the study's own.
    start, end : date or None
        First and last day that count; None: the source's.
    seed : int
        For everything random, >= 0.
    dividends : bool
        False: dividends are not read.
    say : callable
        Takes a line of progress.

    Raises
    ------
    ParameterError
        An unknown study, a folder without bars, none of the tickers in it, or a window that no
        ticker's bars reach into.
    BarsError
        A file has a fault; every fault is named.
    CheckFailed
        The array ledger and the bar-by-bar run disagree.
    """
    study = study_named(name)
    if seed < 0:
        raise ParameterError(f"seed must be a whole number >= 0, got {seed}")
    first, last = start or study.start, end or study.end
    if first >= last:
        raise ParameterError(f"start {first} must lie before end {last}")
    missing: dict[str, str] = {}
    files: Mapping[str, Path] = {}
    if folder is None:
        if tickers:
            raise ParameterError("--tickers names what to read in a folder: give --data DIR too")
        table = sample(study.sample, seed=seed, end=last, dividends=dividends)
        wanted: tuple[str, ...] = (table.name,)
        bars = {table.name: table}
    else:
        wanted = _wanted(study, tickers)
        folder = Path(folder)
        found = files_in(folder)
        files = {path.name.lower(): path for path in found}
        bars = _read(study, wanted, folder, found, first, last, dividends, missing)
    for ticker, why in missing.items():
        say(f"{ticker}: {why}, skipped")
    evidence = Evidence(
        study,
        bars,
        tuple(ticker for ticker in wanted if ticker in bars),
        first,
        last,
        files,
        seed,
        say,
    )
    chapters = [(chapter, _built(chapter, evidence)) for chapter in study.chapters]
    return StudyResult(study, evidence, folder is None, missing, chapters)


def _wanted(study: Study, tickers: Sequence[str] | None) -> tuple[str, ...]:
    names = [ticker.strip().upper() for ticker in tickers] if tickers else list(study.tickers)
    if not all(names):
        raise ParameterError(f"--tickers takes names with commas between, got {tickers!r}")
    return tuple(dict.fromkeys(names))


def _read(
    study: Study,
    wanted: Sequence[str],
    folder: Path,
    found: Sequence[Path],
    first: datetime.date,
    last: datetime.date,
    dividends: bool,
    missing: dict[str, str],
) -> dict[str, Bars]:
    """Return the bars of the tickers that have any in the window; name the others in `missing`."""
    inverses = [study.inverses[ticker] for ticker in wanted if ticker in study.inverses]
    paths = by_ticker(found, [*wanted, *inverses])
    bars: dict[str, Bars] = {}
    for ticker in dict.fromkeys([*wanted, *inverses]):
        if ticker not in paths:
            if ticker in wanted:
                missing[ticker] = f"no {ticker}.csv or {ticker}.parquet in the data folder"
            continue
        try:
            table = read_bars(paths[ticker], name=ticker, end=last, dividends=dividends)
            table.between(first, last)
        except RequestError as error:
            missing[ticker] = str(error).removeprefix(f"{paths[ticker]}: ")
            continue
        # Where the folder lies is no part of the result: the vintage says which bars these were.
        bars[ticker] = dataclasses.replace(table, source=paths[ticker].name)
    if not any(ticker in bars for ticker in wanted):
        reasons = "; ".join(missing.values())
        raise ParameterError(f"--data {folder} has bars of none of {', '.join(wanted)}: {reasons}")
    return bars


def _built(chapter: Chapter, evidence: Evidence) -> Findings | str:
    evidence.say(f"{chapter.title} ...")
    try:
        return chapter.build(evidence)
    except NotCarried as why:
        evidence.say(f"{chapter.title}: not carried, {why}")
        return str(why)
