"""What the best sets of Table 1 are worth."""

from __future__ import annotations

from ....search.space import Space
from ..study import Evidence, Findings
from ..winners import UNMEASURED, Family, Winner, ground, placebos, winners
from ..worth_chapter import worth_findings
from .frequencies import LONGEST
from .trials import NAMES, PARAMETERS, RANGES

FAMILIES = tuple(
    Family(rule, NAMES[rule], Space({name: RANGES[name] for name in names}), {}, "excess")
    for rule, names in PARAMETERS.items()
)


def worth(evidence: Evidence) -> Findings:
    """Return what each ticker's best set of each rule is worth."""
    if not placebos(evidence):
        return Findings(words=(UNMEASURED,))
    found: list[Winner] = []
    for ticker in evidence.each(evidence.tickers, "judging winners"):
        # The set with the longest memory reads so many bars, and the close before them.
        on = ground(evidence, ticker, LONGEST + 1, rebalance="daily")
        found += winners(evidence, ticker, FAMILIES, on)
    return worth_findings(
        found,
        "The winners of Table 1, each judged within its own family: the sets of its rule, ranked "
        "by their excess over buying and holding. As there, nothing is charged. The statistics "
        "act on daily returns less those of holding.",
    )
