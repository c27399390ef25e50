"""Statements as they were filed, out of a folder of the SEC's `companyfacts` files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..companies.fundamentals import Fundamentals
from ..companies.sheets import Badge, check_days
from ..errors import BarsError, RequestError
from ..frames import Day
from ..quoting import listed, shown
from ..tables.files import shown_path
from ..tickers import plain_ticker
from .ciks import OF_THE_SEC, OF_THE_USER, ciks_of
from .facts import CompanyFacts, cik_of, file_of, read_company_facts
from .filed import Statement, statements_of
from .told import badges_of

#: Days after its period's end beyond which a statement counts no more: a fiscal year of 53 weeks,
#: and 90 days.
STALE_AFTER = 470

_FAULTS_SHOWN, _NAMED = 20, 5
_PACKED = (".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz")


def read_facts(
    folder: str | Path,
    tickers: Sequence[str] | None = None,
    *,
    securities: str | Path | None = None,
    filing_lag_days: int = 1,
    stale_after: int = STALE_AFTER,
    today: Day | None = None,
) -> Fundamentals:
    """Read what companies stated, each figure known from its own filing on.

    Parameters
    ----------
    folder : str or pathlib.Path
        Files CIK##########.json of the SEC, as its bulk archive companyfacts.zip and
        `fetch_facts` give them. Perhaps also `company_tickers.json` of the SEC or `tickers.csv`
        (ticker, cik).
    tickers : sequence of str, optional
        The companies; None takes all whose ticker and file are known.
    securities : str or pathlib.Path, optional
        A table with the columns ticker and cik, which overrides those of the folder.
    filing_lag_days : int
        Days, >= 0, from a filing until it is known; see `read_fundamentals`.
    stale_after : int
        Days after its period's end beyond which a statement counts no more.
    today : datetime64, datetime.date or str, optional
        The day of reading; what is filed after it is left out and told. None asks the clock.

    Returns
    -------
    Fundamentals
        Trailing: each statement holds all that had been filed by its day. EBIT of the fiscal year
        that ends with the newest period, debt, minority interest and cash of its balance sheet,
        and the shares of the newest cover with the day on which they were counted. Badges tell
        which tags it is made of, and count what is missing, restated and left out.

    Raises
    ------
    RequestError
        For a folder that is not there, is a file (the archive, not unpacked) or holds no such
        file, tickers without a CIK or a file, where no company is left, and a number of days out
        of range.
    BarsError
        For files that cannot be used, a line for each.

    Notes
    -----
    `statements_of` says how a figure is made, `year_to` how a year is added up, and
    `btplaybook.feeds.sec.lines` which tags are tried.
    """
    place = Path(folder)
    check_days("filing_lag_days", filing_lag_days)
    there = _files(place)
    ciks = ciks_of(place, securities)
    names = _asked(place, ciks, there, tickers)
    known = {name: ciks[name] for name in names if name in ciks}
    used = {name: cik for name, cik in known.items() if cik in there}
    left = (
        *_badge("no CIK", [name for name in names if name not in known], "of none of the tables"),
        *_badge("no file", [name for name in known if name not in used], "not in the folder"),
    )
    if not used:
        raise RequestError(_nothing_left(place, names, known))
    companies = _read(place, {cik: there[cik] for cik in used.values()}, today)
    made = {cik: statements_of(company) for cik, company in companies.items()}
    statements = {name: made[cik][0] for name, cik in used.items()}
    empty = [
        f"{name}{_faults(companies[used[name]])}" for name, own in statements.items() if not own
    ]
    told = badges_of(
        {name: companies[cik] for name, cik in used.items()},
        statements,
        {name: made[cik][1] for name, cik in used.items()},
    )
    silent = _badge("no report", empty, "without a 10-K or 10-Q whose figures can be read")
    if len(empty) == len(used):
        raise RequestError(f"{shown_path(place)}: {silent[0][2]}")
    found = _fundamentals(statements, filing_lag_days, stale_after)
    return replace(found, source=f"sec:{folder}", noted=(*told, *left, *silent))


def _files(folder: Path) -> dict[int, str]:
    """Return the files by CIK; of several of a company the one that has the SEC's name."""
    if folder.is_file():
        what = "an archive: unpack it" if folder.suffix in _PACKED else "a file"
        raise RequestError(f"{shown_path(folder)}: {what}; name the folder of the unpacked files")
    if not folder.is_dir():
        raise RequestError(f"{shown_path(folder)}: no such folder; name one of companyfacts files")
    names = sorted(each.name for each in folder.iterdir())
    found = {cik: name for name in reversed(names) if (cik := cik_of(name)) is not None}
    found |= {cik: file_of(cik) for cik in found if file_of(cik) in names}
    if not found:
        there = listed([shown(name) for name in names], _NAMED)
        packed = any(Path(name).suffix in _PACKED for name in names)
        todo = "unpack them" if packed else "`btplaybook fetch-facts` downloads them"
        raise RequestError(
            f"{shown_path(folder)}: no file {file_of(320193)[:3]}##########.json in it"
            f"{f', but {there}' if names else ''}; {todo}"
        )
    return found


def _asked(
    folder: Path, ciks: dict[str, int], there: dict[int, str], tickers: Sequence[str] | None
) -> list[str]:
    if not ciks:
        raise RequestError(
            f"{shown_path(folder)}: whose files these are is not known: give --securities with a "
            f"column cik, or put the SEC's {OF_THE_SEC} or a {OF_THE_USER} (ticker,cik) there"
        )
    if tickers is None:
        return sorted(name for name, cik in ciks.items() if cik in there)
    return list(dict.fromkeys(map(plain_ticker, tickers)))


def _nothing_left(folder: Path, names: Sequence[str], known: dict[str, int]) -> str:
    if not names:
        return f"{shown_path(folder)}: there are no stocks to look for"
    if not known:
        return f"{shown_path(folder)}: no CIK is known of {listed(names, _NAMED)}"
    files = [file_of(cik) for cik in known.values()]
    return f"{shown_path(folder)}: no facts of {listed(names, _NAMED)}: no {listed(files, _NAMED)}"


def _faults(company: CompanyFacts) -> str:
    """Return what a company's facts lack: their currencies, and the first other fault."""
    names = [name if name.isalpha() else shown(name) for name in company.currencies]
    told = [f"amounts in {listed(names, _NAMED)}, not in USD"] if names else []
    faults = [each for each in company.left_out if not each.currency]
    if faults:
        first = faults[0]
        told.append(f"facts left out: {len(faults)}, the first {first.reason}: {first.place}")
    return f" ({'; '.join(told)})" if told else ""


def _read(folder: Path, files: dict[int, str], today: Day | None) -> dict[int, CompanyFacts]:
    found, faults = {}, []
    for cik, name in sorted(files.items()):
        try:
            found[cik] = read_company_facts(folder / name, today)
        except BarsError as error:
            faults.append(str(error))
    if faults:
        more = len(faults) - _FAULTS_SHOWN
        raise BarsError("\n".join([*faults[:_FAULTS_SHOWN], *([f"and {more} more"] * (more > 0))]))
    return found


def _fundamentals(
    statements: dict[str, list[Statement]], filing_lag_days: int, stale_after: int
) -> Fundamentals:
    rows = [(name, each) for name in sorted(statements) for each in statements[name]]

    def days(numbers: list[int | None]) -> np.ndarray:
        return np.array(
            [np.datetime64("NaT", "D") if each is None else each for each in numbers],
            dtype="datetime64[D]",
        )

    return Fundamentals(
        tuple(name for name, _ in rows),
        days([each.period_end for _, each in rows]),
        days([each.filed + filing_lag_days for _, each in rows]),
        days([each.counted_on for _, each in rows]),
        np.array([each.values for _, each in rows], dtype=np.float64),
        "trailing",
        stale_after,
    )


def _badge(text: str, names: Sequence[str], why: str) -> list[Badge]:
    if not names:
        return []
    return [("warn", f"{text}: {len(names)}", f"{listed(names, _NAMED)}: {why}.")]
