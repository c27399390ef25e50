"""What is told of statements as filed: which tags they are made of, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..companies.fundamentals import FIELDS
from ..companies.sheets import Badge
from ..quoting import listed
from .facts import CompanyFacts
from .filed import NO_MINORITY, Restated, Statement
from .rows import LeftOut, date_of

WORDS = {
    "ebit": "EBIT",
    "debt": "debt",
    "minority_interest": "minority interest",
    "cash": "cash",
    "shares_outstanding": "shares",
}
"""Fields as people call them."""

_COMPANIES_NAMED = 5


def badges_of(
    companies: Mapping[str, CompanyFacts],
    statements: Mapping[str, Sequence[Statement]],
    restated: Mapping[str, Sequence[Restated]],
) -> tuple[Badge, ...]:
    """Return the badges of companies' statements.

    Parameters
    ----------
    companies, statements, restated : mapping
        By ticker.

    Returns
    -------
    tuple of (kind, text, why)
        How the figures are made and counted always; the others where there is something to tell:
        figures that are not known, restated ones, minority interests taken as 0, classes of share
        that were added, numbers of shares that were stated twice, facts left out.
    """
    return (
        _made(statements),
        *_missing(statements),
        *_restated(restated),
        *_no_minority(statements),
        *_classes(companies),
        *_taken_as_one(companies),
        *_left_out([each for company in companies.values() for each in company.left_out]),
    )


def _made(statements: Mapping[str, Sequence[Statement]]) -> Badge:
    n = sum(map(len, statements.values()))
    parts = []
    for field in FIELDS:
        made = Counter(
            each.made_of[field]
            for own in statements.values()
            for each in own
            if field in each.made_of
        )
        tags = ", ".join(f"{tags} ({count})" for tags, count in made.most_common())
        parts.append(f"{WORDS[field]}: {tags or 'never'}")
    why = (
        f"Each figure counts from the day after its filing. Of {n} statements of "
        f"{len(statements)} companies, {'; '.join(parts)}."
    )
    return ("info", "statements as filed", why)


def _missing(statements: Mapping[str, Sequence[Statement]]) -> list[Badge]:
    parts = []
    for field in FIELDS:
        lacking = {
            ticker: sum(field not in each.made_of for each in own)
            for ticker, own in statements.items()
        }
        total = sum(lacking.values())
        if total:
            most = sorted((t for t in lacking if lacking[t]), key=lambda t: (-lacking[t], t))
            named = [f"{ticker} {lacking[ticker]}" for ticker in most]
            parts.append(f"{WORDS[field]} in {total} ({listed(named, _COMPANIES_NAMED)})")
    if not parts:
        return []
    why = (
        f"Not known: {'; '.join(parts)}. A year needs a chain of filed periods without a gap, a "
        "balance sheet one of the listed combinations of tags, each of its facts usable. None of "
        "them is taken as 0."
    )
    return [("warn", "statements with gaps", why)]


def _restated(restated: Mapping[str, Sequence[Restated]]) -> list[Badge]:
    n = sum(map(len, restated.values()))
    if not n:
        return []
    ticker, first = min(
        ((ticker, each) for ticker, own in restated.items() for each in own),
        key=lambda pair: (pair[1].filed, pair[0]),
    )
    why = (
        "They were filed again with another value, and the new one counts from its own filing on; "
        f"the first {first.tag} of {ticker} for {date_of(first.end)}, on {date_of(first.filed)}."
    )
    return [("info", f"restated figures: {n}", why)]


def _no_minority(statements: Mapping[str, Sequence[Statement]]) -> list[Badge]:
    n = sum(
        each.made_of.get("minority_interest") == NO_MINORITY
        for own in statements.values()
        for each in own
    )
    if not n:
        return []
    why = f"{n} statements state none, nor did those of the 400 days before them."
    return [("info", "minority interest taken as 0", why)]


def _classes(companies: Mapping[str, CompanyFacts]) -> list[Badge]:
    named = [ticker for ticker, company in companies.items() if company.classes_added]
    if not named:
        return []
    why = (
        f"Covers of {listed(named, _COMPANIES_NAMED)} state several numbers of shares of one day: "
        "they are added, and the market value takes the price of the class that is traded here."
    )
    return [("warn", f"classes of share added: {len(named)}", why)]


def _taken_as_one(companies: Mapping[str, CompanyFacts]) -> list[Badge]:
    named = [ticker for ticker, company in companies.items() if company.taken_as_one]
    if not named:
        return []
    why = (
        f"Covers of {listed(named, _COMPANIES_NAMED)} state two equal numbers of shares of one "
        "day, or one that is the other rounded (within 0.5 %): they are counted once. Two classes "
        "of the same size would look the same."
    )
    return [("warn", f"shares stated twice: {len(named)}", why)]


def _left_out(left_out: Sequence[LeftOut]) -> list[Badge]:
    if not left_out:
        return []
    by_reason = Counter(each.reason for each in left_out)
    firsts = {each.reason: each.place for each in reversed(left_out)}
    parts = [f"{reason}: {n}, the first {firsts[reason]}" for reason, n in by_reason.most_common()]
    return [("warn", f"facts left out: {len(left_out)}", f"{'; '.join(parts)}.")]
