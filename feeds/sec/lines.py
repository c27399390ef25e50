"""Which tags of a filing make which figure of a company, in the order in which they are tried."""

from __future__ import annotations

from typing import NamedTuple

#: Forms whose figures count. An 8-K states parts of a report that has not been reviewed, and other
#: forms repeat what these have stated.
FORMS = frozenset(
    form + amended
    for form in ("10-K", "10-Q", "10-KT", "10-QT")
    for amended in ("", "/A")
)  # fmt: skip


class Term(NamedTuple):
    """One summand of a recipe.

    Attributes
    ----------
    tags : tuple of str
        Tags of the taxonomy us-gaap that state the same. Of one period the newest filing counts,
        and within a filing the first of these tags.
    optional : bool
        True counts 0 where none of the tags states it.
    """

    tags: tuple[str, ...]
    optional: bool = False


Recipe = tuple[Term, ...]
"""Terms that are added."""

_SHORT = Term(("ShortTermBorrowings", "CommercialPaper"), optional=True)
_NONCURRENT = Term(("LongTermDebtNoncurrent",))
_LEASES_NONCURRENT = Term(("LongTermDebtAndCapitalLeaseObligations",))
_DEBT_CURRENT = Term(("DebtCurrent",))
_CURRENT = Term(("LongTermDebtCurrent",))
_LEASES_CURRENT = Term(("LongTermDebtAndCapitalLeaseObligationsCurrent",))
_ANY_CURRENT = Term((*_CURRENT.tags, *_LEASES_CURRENT.tags), optional=True)

_PRETAX = Term(
    (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "MinorityInterestAndIncomeLossFromEquityMethodInvestments",
    )
)
_INTEREST = Term(
    ("InterestExpense", "InterestExpenseNonoperating", "InterestAndDebtExpense",
     "InterestExpenseDebt")
)  # fmt: skip

EBIT: tuple[Recipe, ...] = ((Term(("OperatingIncomeLoss",)),), (_PRETAX, _INTEREST))
"""Earnings before interest and taxes, of a span of days. The first recipe counts of which each term
is known for the whole year."""

BALANCE: dict[str, tuple[Recipe, ...]] = {
    # No recipe adds a tag and a part of it: DebtCurrent holds the current part of long-term debt
    # and short-term borrowings, and LongTermDebt its own current part.
    "debt": (
        (Term(("DebtLongtermAndShorttermCombinedAmount",)),),
        (_NONCURRENT, _DEBT_CURRENT),
        (_NONCURRENT, _CURRENT, _SHORT),
        (Term(("LongTermDebt",)), _SHORT),
        (_NONCURRENT, _ANY_CURRENT, _SHORT),
        (_LEASES_NONCURRENT, _DEBT_CURRENT),
        (_LEASES_NONCURRENT, _LEASES_CURRENT, _SHORT),
        (Term(("LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities",)), _SHORT),
        (_LEASES_NONCURRENT, _ANY_CURRENT, _SHORT),
        (_DEBT_CURRENT,),
        (Term(_SHORT.tags), _ANY_CURRENT),
    ),
    "minority_interest": (
        (Term(("MinorityInterest",)),),
        (Term(("NoncontrollingInterestIncludingRedeemable",)),),
    ),
    "cash": (
        (Term(("CashAndCashEquivalentsAtCarryingValue",)),),
        (Term(("CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",)),),
        (Term(("Cash",)),),
        (Term(("CashAndDueFromBanks",)),),
    ),
}
"""Figures of a balance sheet, of one day. The first recipe counts of which each term that is not
optional is stated for that day."""

COVER = "EntityCommonStockSharesOutstanding"
"""Taxonomy dei: shares outstanding on a day of their own, which the cover of a filing states."""

BALANCE_SHARES = "CommonStockSharesOutstanding"
"""Taxonomy us-gaap: shares outstanding at the end of the period."""

SPANS = ("NetIncomeLoss", "ProfitLoss")
"""Tags whose newest span tells, with those of `EBIT`, which period a filing reports on."""

BALANCE_DAY = "Assets"
"""Tag whose newest day tells it of a filing without any span."""


def tags_of(recipes: tuple[Recipe, ...]) -> tuple[str, ...]:
    """Return every tag of some recipes once, in their order."""
    return tuple(dict.fromkeys(tag for recipe in recipes for term in recipe for tag in term.tags))


OURS = frozenset(
    (*tags_of(EBIT), *(tag for recipes in BALANCE.values() for tag in tags_of(recipes)), COVER)
)
"""Tags that are counted where they are filed again with another value."""

SPAN_TAGS = frozenset((*tags_of(EBIT), *SPANS))
"""Tags, taxonomy us-gaap, whose facts are of spans of days."""

DAY_TAGS = frozenset(
    (*(tag for recipes in BALANCE.values() for tag in tags_of(recipes)), BALANCE_DAY)
)
"""Tags, taxonomy us-gaap, whose facts are amounts on a day."""
