"""One figure out of a `companyfacts` file, or why it cannot be used."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..companies.statements import LARGEST_AMOUNT, LARGEST_SHARES
from ..quoting import shown
from .lines import BALANCE, BALANCE_SHARES, COVER, DAY_TAGS, FORMS, SPAN_TAGS, tags_of

#: Companies that state their shares class by class write 1, 100 or 1,000 on the line without a
#: class; no listed company has so few.
PLACEHOLDER = 1_000

#: Reasons for which a fact is left out.
FAULTS = (
    "not a number and two dates",
    "beyond what a company has",
    "not a positive number of shares",
    "a thousand shares or fewer, which stand for another number",
    "filed before its period ended",
    "stated twice with different values in one filing",
    "not in USD",
    "a negative debt",
    "shares a power of ten off the cover before, without a split",
    "filed after today",
    "not written as facts are",
)

_DEBT = frozenset(tags_of(BALANCE["debt"]))


class Fact(NamedTuple):
    """One figure of one filing; days are counted from 1970-01-01."""

    tag: str
    start: int | None
    """First day of a span; None for an amount on a day."""
    end: int
    """Last day of the span, or the day."""
    value: float
    """NaN where the filing states it and it cannot be used: it is then not known, and not 0."""
    filed: int
    accession: str
    """Number of the filing."""


class LeftOut(NamedTuple):
    """A fact that cannot be used."""

    reason: str
    """One of `FAULTS`."""
    place: str
    """File, tag, day and filing, for people."""
    currency: str = ""
    """That which it is in instead of USD, as the file writes it."""


def place_of(file: str, fact: Fact) -> str:
    """Return file, tag, day and filing of a fact, for people."""
    return f"{file}: {fact.tag} of {date_of(fact.end)} in {fact.accession}"


def date_of(day: int) -> dt.date:
    """Return the date of a day that is counted from 1970-01-01."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _day(text: Any) -> int | None:
    try:
        return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days
    except (TypeError, ValueError):
        return None


def facts_of(
    facts: Mapping[str, Any], file: str, latest: int, left_out: list[LeftOut]
) -> Iterator[Fact]:
    """Yield the facts of our tags and forms in the order of the file.

    Parameters
    ----------
    facts : mapping
        Taxonomy to tag to units, as the file has it.
    file : str
        Its name, for people.
    latest : int
        Last day, counted from 1970-01-01, on which a fact can have been filed.
    left_out : list of LeftOut
        What cannot be used is added to it. An amount of them whose days can be read is yielded
        too, as NaN.
    """
    gaap = {tag: "USD" for tag in (*SPAN_TAGS, *DAY_TAGS)}
    wanted = {"us-gaap": {**gaap, BALANCE_SHARES: "shares"}, "dei": {COVER: "shares"}}
    for taxonomy, units in wanted.items():
        stated: Any = facts.get(taxonomy, {})
        if not isinstance(stated, dict):
            left_out.append(LeftOut(FAULTS[10], f"{file}: {taxonomy}"))
            continue
        for tag, unit in units.items():
            for other, row in _rows(stated[tag], unit) if tag in stated else ():
                if row is None:
                    left_out.append(LeftOut(FAULTS[10], f"{file}: {tag}"))
                    continue
                if row.get("form") not in FORMS:
                    continue
                spans = tag in SPAN_TAGS
                shares = unit == "shares"
                read = FAULTS[6] if other else _fact(tag, row, latest, spans=spans, shares=shares)
                if isinstance(read, Fact):
                    yield read
                    continue
                day = f"{tag} of {shown(row.get('end'))} in {shown(row.get('accn'))}"
                told = f", in {shown(other)}" if other else ""
                left_out.append(LeftOut(read, f"{file}: {day}{told}", other))
                days = _days(row, spans=spans)
                if days is not None and days[1] <= days[2] <= latest and not shares:
                    start, end, filed = days
                    accession = row.get("accn")
                    filing = accession if isinstance(accession, str) else ""
                    yield Fact(tag, start, end, math.nan, filed, filing)


def _rows(stated: Any, unit: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Yield the rows of a tag, each with its currency where it is stated in that one alone.

    None stands for what is no row.
    """
    units: Any = stated.get("units") if isinstance(stated, dict) else None
    if not isinstance(units, dict):
        yield "", None
        return
    own = set()
    for name in sorted(units, key=lambda name: name != unit):
        if name != unit and unit == "shares":
            continue
        if not isinstance(units[name], list):
            yield "", None
            continue
        for row in units[name]:
            if not isinstance(row, dict):
                yield "", None
                continue
            days = str([row.get(key) for key in ("start", "end", "accn", "filed")])
            if name == unit:
                own.add(days)
                yield "", row
            elif days not in own:
                yield name, row


def _fact(
    tag: str, row: Mapping[str, Any], latest: int, *, spans: bool, shares: bool
) -> Fact | str:
    """Return a fact, or which of `FAULTS` it has."""
    value: Any = row.get("val")
    accession = row.get("accn")
    days = _days(row, spans=spans)
    if days is None:
        return FAULTS[0]
    start, end, filed = days
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value != value or not isinstance(accession, str):
        return FAULTS[0]
    if abs(value) > (LARGEST_SHARES if shares else LARGEST_AMOUNT):
        return FAULTS[1]
    if shares and value <= 0:
        return FAULTS[2]
    if shares and value <= PLACEHOLDER:
        return FAULTS[3]
    if filed < end:
        return FAULTS[4]
    if filed > latest:
        return FAULTS[9]
    if tag in _DEBT and value < 0:
        return FAULTS[7]
    return Fact(tag, start, end, float(value), filed, accession)


def _days(row: Mapping[str, Any], *, spans: bool) -> tuple[int | None, int, int] | None:
    """Return the first day of a span, the last and that of filing; None where one is missing."""
    end, filed = _day(row.get("end")), _day(row.get("filed"))
    start = _day(row.get("start")) if spans else None
    if end is None or filed is None or (spans and (start is None or start > end)):
        return None
    return start, end, filed
