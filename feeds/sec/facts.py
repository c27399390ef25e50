"""The facts of one company out of a `companyfacts` file of the SEC, checked."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BarsError
from ..frames import Day, as_day
from ..tables.files import read_bytes, shown_path
from .covers import slips
from .lines import BALANCE_SHARES, COVER
from .rounding import ROUNDING, distinct, least_rounded
from .rows import FAULTS, Fact, LeftOut, facts_of, place_of

#: Bytes of one file; the largest of the SEC have some 20 million.
LARGEST_FACTS = 128 * 2**20

_NAME = re.compile(r"CIK(\d{1,10})\.json", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class CompanyFacts:
    """The figures that a company stated in reports of `FORMS`, those that make a figure of ours.

    Attributes
    ----------
    cik : int
        The SEC's number of the company.
    name : str
        Its name, as the file has it.
    facts : tuple of Fact
        By day of filing, number of the filing, tag and days.
    left_out : tuple of LeftOut
        Facts of the same tags and forms that cannot be used. An amount whose tag, days and filing
        can be read is among `facts` too, as NaN.
    classes_added : int
        Covers that state several numbers of shares of one day: classes of share, added up.
    taken_as_one : int
        Covers that state a number of shares of one day twice, equal or once rounded: counted once.
    """

    cik: int
    name: str
    facts: tuple[Fact, ...]
    left_out: tuple[LeftOut, ...] = ()
    classes_added: int = 0
    taken_as_one: int = 0

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies of the amounts that are not in USD, by name."""
        return tuple(sorted({each.currency for each in self.left_out if each.currency}))


def file_of(cik: int) -> str:
    """Return the name that the SEC gives a company's file: CIK0000320193.json."""
    return f"CIK{cik:010d}.json"


def cik_of(name: str) -> int | None:
    """Return the number in a file's name; None for a file of another name.

    CIK1.json and cik0000000001.json are such names too.
    """
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def read_company_facts(path: str | Path, today: Day | None = None) -> CompanyFacts:
    """Read a company's file as the SEC's bulk archive and its interface give it.

    Parameters
    ----------
    path : str or pathlib.Path
        A file CIK##########.json.
    today : datetime64, datetime.date or str, optional
        The day of reading, after which nothing can have been filed; None asks the clock.

    Returns
    -------
    CompanyFacts
        Amounts in USD and numbers of shares of the tags that `lines` names.

    Raises
    ------
    RequestError
        For a file that is not there.
    BarsError
        For a file that is no JSON, or other JSON, one of another company than its name says, one
        without facts, and one beyond a limit.
    """
    return company_facts_of(read_bytes(path, limit=LARGEST_FACTS), Path(path).name, path, today)


def company_facts_of(
    content: bytes, name: str, place: str | Path = "", today: Day | None = None
) -> CompanyFacts:
    """Return the facts of a file's content; `name` is the file's, `place` is told in messages.

    See `read_company_facts`.
    """
    file = shown_path(place or name)
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BarsError(f"{file}: not a JSON file (is the download complete?)") from error
    cik, facts = (whole.get("cik"), whole.get("facts")) if isinstance(whole, dict) else (None, None)
    number = _whole_number(cik)
    if number is None or not isinstance(facts, dict):
        raise BarsError(f"{file}: no companyfacts of the SEC: 'cik' and 'facts' are looked for")
    named = cik_of(name)
    if named is not None and named != number:
        raise BarsError(f"{file}: holds the facts of CIK {number}, not of {named}; fetch it again")
    if not any(isinstance(each, dict) and each for each in facts.values()):
        raise BarsError(f"{file}: holds no facts of CIK {number}")
    left_out: list[LeftOut] = []
    stated: dict[tuple[str, int | None, int, str, int], list[Fact]] = defaultdict(list)
    # A day later than here it may be where the file was written.
    latest = int(as_day(dt.date.today() if today is None else today).astype(np.int64)) + 1
    for fact in facts_of(facts, Path(name).name, latest, left_out):
        # A row of another day of filing was not there on this one, whatever its number says.
        stated[fact.tag, fact.start, fact.end, fact.accession, fact.filed].append(fact)
    found: list[Fact] = []
    classes_added = taken_as_one = 0
    for same in stated.values():
        values = {fact.value for fact in same if not math.isnan(fact.value)}
        if same[0].tag == COVER:
            classes = distinct(values)
            classes_added += len(classes) > 1
            taken_as_one += len(classes) < len(same)
            found.append(same[0]._replace(value=math.fsum(classes)))
        elif not values:
            found.append(same[0])
        elif max(values) - min(values) <= ROUNDING * min(map(abs, values)):
            found.append(same[0]._replace(value=least_rounded(values)))
        else:
            found += [same[0]._replace(value=math.nan)] * (same[0].tag != BALANCE_SHARES)
            left_out.append(LeftOut(FAULTS[5], place_of(Path(name).name, same[0])))
    found.sort(key=lambda fact: (fact.filed, fact.accession, fact.tag, fact.end, fact.start or 0))
    slipped = _slipped(found)
    left_out += [LeftOut(FAULTS[8], place_of(Path(name).name, fact)) for fact in slipped]
    kept = tuple(fact for fact in found if fact not in slipped)
    told = str(whole.get("entityName", ""))
    return CompanyFacts(number, told, kept, tuple(left_out), classes_added, taken_as_one)


def _slipped(facts: list[Fact]) -> set[Fact]:
    """Return the covers, out of facts in the order of filing, whose unit is another one."""
    of_balances = {
        (fact.accession, fact.filed): fact.value for fact in facts if fact.tag == BALANCE_SHARES
    }
    covers = [fact for fact in facts if fact.tag == COVER]
    wrong = slips(
        [(cover.value, of_balances.get((cover.accession, cover.filed))) for cover in covers]
    )
    return {cover for cover, is_wrong in zip(covers, wrong, strict=True) if is_wrong}


def _whole_number(cik: Any) -> int | None:
    """Return a CIK, which older files write as a text with leading zeros."""
    text = str(cik) if isinstance(cik, int | str) and not isinstance(cik, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None
