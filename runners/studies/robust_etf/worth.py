"""What the best periods of Graph 2 are worth."""

from __future__ import annotations

from ....search.space import Space
from ..study import Evidence, Findings, NotCarried
from ..winners import UNMEASURED, Family, ground, placebos, winners
from ..worth_chapter import worth_findings
from . import sweeps


def worth(evidence: Evidence) -> Findings:
    """Return what the best period of each direction is worth on the main ticker."""
    if not placebos(evidence):
        return Findings(words=(UNMEASURED,))
    main = evidence.main
    bars = len(evidence.of(main))
    periods = [period for period in sweeps.PERIODS if period < bars]
    if len(periods) < 2:
        raise NotCarried(f"{main} has {bars} bars, too few for averages")
    families = [
        Family(
            direction, "sma-switch", Space({"period": periods}), {"direction": direction}, "points"
        )
        for direction in sweeps.DIRECTIONS
    ]
    on = ground(evidence, main, max(periods), dividends=False, rebalance="daily")
    return worth_findings(
        winners(evidence, main, families, on),
        f"The best periods of Graph 2 on {main}, each judged within its own direction: "
        f"{len(periods)} periods, ranked by the points of one share, prices without dividends, "
        "nothing charged. The statistics act on daily returns of one unit of money, brought back "
        "to its side every day, less those of holding: a short that is not brought back ruins "
        "many of these accounts.",
    )
