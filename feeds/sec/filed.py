"""What a company had stated by each day on which it filed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from ..companies.fundamentals import FIELDS
from .chains import Span, year_to
from .facts import CompanyFacts
from .lines import BALANCE, BALANCE_DAY, BALANCE_SHARES, COVER, EBIT, OURS, SPAN_TAGS, Term
from .rounding import ROUNDING
from .rows import Fact

#: Days before a balance sheet in which a minority interest must have been stated for its absence
#: to be a gap; else it is 0, as most companies have none and state none.
MINORITY_DAYS = 400

NO_MINORITY = "0, as none is stated"

#: Days by which the day of a cover may be before the end of the period it reports on.
EARLY_COVER = 7


class Statement(NamedTuple):
    """What was known of a company from a filing on; days are counted from 1970-01-01."""

    filed: int
    period_end: int
    """Last day of the newest period that it had reported on."""
    counted_on: int | None
    """Day as of which its shares are counted: what was split later is not in them."""
    values: tuple[float, ...]
    """As `FIELDS`; NaN where not known."""
    made_of: Mapping[str, str]
    """Field to the tags that it was made of; a field that is not known is not in it."""


Days = tuple[int | None, int]
"""First and last day of a span; None and the day of an amount."""


class Restated(NamedTuple):
    """A figure that was filed again with another value."""

    tag: str
    end: int
    filed: int


class _Known:
    """Figures as the filings so far state them, by tag and days, the newest filing last."""

    def __init__(self) -> None:
        self.figures: dict[str, dict[Days, list[Fact]]] = defaultdict(dict)
        self.period: int | None = None  # last day of the newest one that a filing reports on
        self.restated: list[Restated] = []
        self.amounts = False  # whether there is one that can be used

    def take(self, facts: list[Fact]) -> None:
        """Take the facts of one day, in the order of filings."""
        for fact in facts:
            is_shares = fact.tag in (COVER, BALANCE_SHARES)
            self.amounts = self.amounts or not (is_shares or math.isnan(fact.value))
            stated = self.figures[fact.tag].setdefault((fact.start, fact.end), [])
            if stated and math.isnan(fact.value):
                continue  # what an earlier filing says stays
            before = stated[-1].value if stated else fact.value
            stated.append(fact)
            same = math.isnan(before) or math.isclose(before, fact.value, rel_tol=ROUNDING)
            if fact.tag in OURS and not same:
                self.restated.append(Restated(fact.tag, fact.end, fact.filed))
        for _, filing in groupby(facts, key=lambda fact: fact.accession):
            own_facts = list(filing)
            ends = [fact.end for fact in own_facts if fact.tag in SPAN_TAGS]
            ends = ends or [fact.end for fact in own_facts if fact.tag == BALANCE_DAY]
            if ends:
                self.period = max(ends) if self.period is None else max(self.period, *ends)

    def newest(self, term: Term, days: Days) -> Fact | None:
        """Return what the newest filing states of a span or day, of the term's first tag there."""
        found = [own[days][-1] for tag in term.tags if days in (own := self.figures[tag])]
        return max(found, key=lambda fact: (fact.filed, fact.accession), default=None)

    def spans(self, term: Term) -> dict[Span, list[Fact]]:
        """Return what was stated of each span, the oldest filing first."""
        found: dict[Span, list[Fact]] = defaultdict(list)
        for tag in reversed(term.tags):  # within a filing the first tag comes last, and counts
            for (start, end), facts in self.figures[tag].items():
                if start is not None:
                    found[start, end] += facts
        if len(term.tags) > 1:
            for facts in found.values():
                facts.sort(key=lambda fact: (fact.filed, fact.accession))
        return found


def statements_of(company: CompanyFacts) -> tuple[list[Statement], list[Restated]]:
    """Return what was known of a company after each of its filings that told something new.

    Parameters
    ----------
    company : CompanyFacts
        Its facts, in the order of filing.

    Returns
    -------
    statements : list of Statement
        By day of filing. Each stands for all that had been filed by then: of a figure that was
        filed again the newest value counts, from its own filing on and never before. EBIT is of
        the fiscal year that ends with the newest period (see `year_to`), the balance sheet of its
        last day, and shares are those of the newest cover. The first is of the first filing with
        an amount that can be used.
    restated : list of Restated
        The figures that were filed again with another value.
    """
    known = _Known()
    found: list[Statement] = []
    for day, filings in groupby(company.facts, key=lambda fact: fact.filed):
        known.take(list(filings))
        period = known.period
        if period is None or not known.amounts:
            continue
        made_of: dict[str, str] = {}
        shares, counted_on = _shares(known, period, made_of)
        values = {
            "ebit": _year(known, period, made_of),
            **{name: _balance(known, name, period, made_of) for name in BALANCE},
            "shares_outstanding": shares,
        }
        row = tuple(values[name] for name in FIELDS)
        now = Statement(day, period, counted_on, row, made_of)
        if not found or repr(found[-1][1:]) != repr(now[1:]):  # NaN equals no NaN
            found.append(now)
    return found, known.restated


def _year(known: _Known, period: int, made_of: dict[str, str]) -> float:
    for recipe in EBIT:
        sums, tags = [], []
        for term in recipe:
            spans = known.spans(term)
            whole = _year_of(spans, period)
            if whole is None:
                break
            if math.isnan(whole):
                return math.nan
            sums.append(whole)
            newest = (facts[-1] for facts in spans.values())
            tags.append(max(newest, key=lambda fact: (fact.end, fact.filed)).tag)
        else:
            made_of["ebit"] = " + ".join(tags)
            return math.fsum(sums)
    return math.nan


def _year_of(spans: Mapping[Span, list[Fact]], period: int) -> float | None:
    """Return a year's sum; NaN where spans make it that are stated and cannot be used."""
    versions = {days: [(fact.filed, fact.value) for fact in facts] for days, facts in spans.items()}
    usable = {
        days: [each for each in own if not math.isnan(each[1])]
        for days, own in versions.items()
        if not math.isnan(own[-1][1])
    }
    whole = year_to(usable, period)
    return year_to(versions, period) if whole is None and len(usable) < len(versions) else whole


def _balance(known: _Known, name: str, period: int, made_of: dict[str, str]) -> float:
    """Return a figure of a balance sheet.

    What is stated and cannot be used ends the search: a later recipe would do without it.
    """
    for recipe in BALANCE[name]:
        newest = [known.newest(term, (None, period)) for term in recipe]
        stated = [fact for fact in newest if fact is not None]
        if any(math.isnan(fact.value) for fact in stated):
            return math.nan
        needed = all(
            fact is not None or term.optional for fact, term in zip(newest, recipe, strict=True)
        )
        if stated and needed:
            made_of[name] = " + ".join(fact.tag for fact in stated)
            return math.fsum(fact.value for fact in stated)
    if name == "minority_interest" and not any(
        period - MINORITY_DAYS <= end <= period
        for recipe in BALANCE[name]
        for term in recipe
        for tag in term.tags
        for _, end in known.figures[tag]
    ):
        made_of[name] = NO_MINORITY
        return 0.0
    return math.nan


def _shares(known: _Known, period: int, made_of: dict[str, str]) -> tuple[float, int | None]:
    """Return shares and the day as of which they are counted.

    A cover's are counted on its own day. A balance sheet's are told, as the rules ask for, with the
    splits up to its filing in them.
    """
    newest = (facts[-1] for facts in known.figures[COVER].values())
    covers = [fact for fact in newest if fact.end >= period - EARLY_COVER]
    if covers:
        cover = max(covers, key=lambda fact: fact.end)
        made_of["shares_outstanding"] = COVER
        return cover.value, cover.end
    stated = known.figures[BALANCE_SHARES].get((None, period))
    if stated is None:
        return math.nan, None
    made_of["shares_outstanding"] = BALANCE_SHARES
    return stated[-1].value, stated[-1].filed
