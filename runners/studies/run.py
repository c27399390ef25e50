"""Run a study on a folder of bars."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...feeds.bars import Bars
from ...feeds.errors import RequestError
from ...feeds.readers import read_bars
from ...feeds.samples import sample
from ..errors import ParameterError
from ..runs.found.user_files import failure
from ..runs.stages import Progress, part
from .checked_findings import checked_findings, refuse_repeats
from .folder_of_bars import by_ticker, files_in
from .registry import study_of
from .result import StudyResult
from .study import Chapter, Evidence, Findings, NotCarried, Study


def run_study(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    tickers: Sequence[str] | None = None,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    seed: int = 0,
    dividends: bool = True,
    placebos: int | None = None,
    say: Callable[[str], None] = lambda line: None,
    progress: Progress | None = None,
) -> StudyResult:
    """Run a study: measure the figures that its source published.

    Parameters
    ----------
    study : Study, str or Path
        A study; a name that `btplaybook study --list` prints; ``module:NAME``; or a file that holds
        one: ``my_study.py``, ``my_study.py:NAME``.
    folder : str, Path or None
        Folder that holds ``TICKER.csv``, ``.csv.gz`` or ``.parquet``, also in subfolders. None: the
        embedded sample is used instead of the source's own ticker.
    tickers : sequence of str or None
        Tickers to study; None: those of the study.
    start, end : date or None
        First and last day that count; None: those of the source.
    seed : int
        Seed of all random numbers, >= 0.
    dividends : bool
        False: dividends are not read.
    placebos : int or None
        Made-up markets of each kind on which a study's searches are made again, >= 0; the smallest
        p-value is one over them and one more. 0: what winners are worth is not measured. None:
        `winners.PLACEBOS`.
    say : callable
        Called with each message to the user: which tickers and chapters are left out, and why.
    progress : callable or None
        Called with a `Stage` at each chapter, and by chapters that tell how far they are.

    Raises
    ------
    ParameterError
        The study is unknown, the folder holds no bars or none of the tickers, no ticker has bars in
        the window, or a user's chapter raises an error or returns what cannot be kept.
    BarsError
        A file has faults; the message names all of them.
    CheckFailed
        The array ledger and the bar-by-bar run give different results.
    """
    study = study_of(study)
    if seed < 0:
        raise ParameterError(f"seed must be a whole number >= 0, got {seed}")
    if placebos is not None and placebos < 0:
        raise ParameterError(f"placebos must be a whole number >= 0, got {placebos}")
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

        def whole(ticker: str) -> Bars:
            return sample(study.sample, seed=seed, dividends=dividends)

        bars = {table.name: table}
    else:
        wanted = _wanted(study, tickers)
        folder = Path(folder)
        found = files_in(folder)
        files = {path.name.lower(): path for path in found}
        bars = _read(study, wanted, folder, found, first, last, dividends, missing)

        def whole(ticker: str) -> Bars:
            path = by_ticker(found, [ticker])[ticker]
            return read_bars(path, name=ticker, dividends=dividends)

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
        whole=whole,
        placebos=placebos,
    )
    chapters: list[tuple[Chapter, Findings | str]] = []
    for place, chapter in enumerate(study.chapters, 1):
        name = f"chapter {place} of {len(study.chapters)}, {chapter.title}"
        told = dataclasses.replace(evidence, progress=part(progress, name))
        chapters.append((chapter, _built(chapter, told)))
        refuse_repeats(chapters)
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
    """Return the bars of each ticker with bars in the window; add the others to `missing`."""
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
        # The path of the folder is left out of the result: the hash identifies the bars.
        bars[ticker] = dataclasses.replace(table, source=paths[ticker].name)
    if not any(ticker in bars for ticker in wanted):
        reasons = "; ".join(missing.values())
        raise ParameterError(f"--data {folder} has bars of none of {', '.join(wanted)}: {reasons}")
    return bars


def _built(chapter: Chapter, evidence: Evidence) -> Findings | str:
    try:
        found = chapter.build(evidence)
    except NotCarried as why:
        evidence.say(f"{chapter.title}: not carried, {why}")
        return str(why)
    except Exception as error:
        if hasattr(error, "exit_code") or _is_ours(chapter):
            raise
        file = getattr(getattr(chapter.build, "__code__", None), "co_filename", None)
        raise ParameterError(f"chapter {chapter.id!r} raised: {failure(error, file)}") from error
    return checked_findings(chapter, found)


def _is_ours(chapter: Chapter) -> bool:
    """Return whether a chapter is btplaybook's own; then an error is a bug with a traceback."""
    package = __name__.partition(".")[0]
    return str(getattr(chapter.build, "__module__", "")).startswith(f"{package}.")
