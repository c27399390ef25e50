"""Badges of a factor's test that its figures or its stocks earn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...feeds.bars import Bars
from ...strategies.sector.funds import SECTORS
from ..runs.labels.badge_texts import badge, named
from ..runs.labels.formats import counted, number
from ..runs.result import Badge
from .result import AtHorizon

SUSPECT_IC = 0.5
"""Mean rank IC beyond which, either way, a look into the future is the likelier reason."""


def fund_badges(fund: Bars, stocks: Sequence[Bars]) -> list[Badge]:
    """Return a badge that names the sector funds among the stocks."""
    funds = [stock for stock in stocks if stock.name in SECTORS]
    return [badge("funds among stocks", funds=named(funds), fund=fund.name)] if funds else []


def found_badges(at: Mapping[int, AtHorizon]) -> list[Badge]:
    """Return a badge on the largest mean rank IC where it is too good to be true."""
    means = {horizon: found.information.mean.mean for horizon, found in at.items()}
    suspect = [horizon for horizon, mean in means.items() if abs(mean) > SUSPECT_IC]
    if not suspect:
        return []
    worst = max(suspect, key=lambda horizon: abs(means[horizon]))
    ahead = counted(worst, "session")
    return [badge("too good a factor", ic=number(means[worst], 2), ahead=ahead)]
