"""Filters of the universe by country, sub-industry and market value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats
from ..errors import StrategyError

BETWEEN = ";"
"""What separates several names; names of sub-industries have commas."""


class Filters(NamedTuple):
    """What a stock must be like; the defaults keep nothing out.

    Attributes
    ----------
    country, sub_industry : str
        Names, several with `BETWEEN` between them, case ignored; empty keeps all.
    least_market_cap, most_market_cap : float
        Market value, account currency, at which a stock is still in; 0 sets no limit.
    """

    country: str = ""
    sub_industry: str = ""
    least_market_cap: float = 0.0
    most_market_cap: float = 0.0


class KnownGroups(NamedTuple):
    """What is known of m stocks on a day; None where it is not read."""

    countries: tuple[str, ...] | None = None
    """Length m, "" where not known."""
    sub_industries: tuple[str, ...] | None = None
    market_caps: Floats | None = None
    """Shape (m,), account currency; NaN where not known."""


ALL = Filters()
NOTHING = KnownGroups()


def names_in(text: str) -> frozenset[str]:
    """Return the names of a filter, in lower case."""
    return frozenset(name.strip().casefold() for name in text.split(BETWEEN) if name.strip())


def outside_of_groups(wanted: str, groups: Sequence[str] | None, m: int) -> tuple[Bools, Bools]:
    """Return which of m stocks have a group that is not known, and which another than is wanted.

    Raises
    ------
    StrategyError
        A group is wanted, and no groups are given.
    """
    names = names_in(wanted)
    if not names:
        return np.zeros(m, dtype=np.bool_), np.zeros(m, dtype=np.bool_)
    if groups is None:
        raise StrategyError(f"{wanted!r} is wanted, and no groups of the stocks are given")
    unknown = np.array([not group for group in groups], dtype=np.bool_)
    another = np.array([group.casefold() not in names for group in groups], dtype=np.bool_)
    return unknown, another & ~unknown


def outside_of_sizes(
    least: float, most: float, market_caps: Floats | None, m: int
) -> tuple[Bools, Bools, Bools]:
    """Return whose market value is not known, below the floor and above the ceiling, (m,) each.

    Raises
    ------
    StrategyError
        A limit is set, and no market values are given; or a limit is negative, or no number.
    """
    for name, limit in (("least_market_cap", least), ("most_market_cap", most)):
        if not 0.0 <= limit < np.inf:
            raise StrategyError(f"{name} must be >= 0, got {limit!r}")
    if not least and not most:
        none = np.zeros(m, dtype=np.bool_)
        return none, none, none
    if market_caps is None:
        raise StrategyError("a market value is limited, and no market values are given")
    return np.isnan(market_caps), market_caps < least, market_caps > (most or np.inf)
