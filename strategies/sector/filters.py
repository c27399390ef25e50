"""Filters of the universe by country, sub-industry and market value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats
from ..errors import StrategyError
from .countries import country_key

BETWEEN = ";"
"""What separates several names; names of sub-industries have commas."""


class Filters(NamedTuple):
    """What a stock must be like; the defaults keep nothing out.

    Attributes
    ----------
    country, sub_industry : str
        Names, several with `BETWEEN` between them, compared by the functions of `KEYS`; empty keeps
        all.
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


@lru_cache(maxsize=4096)
def group_key(name: str) -> str:
    """Return what all spellings of a group have in common: case, spaces and "&" do not count."""
    return " ".join(name.casefold().replace("&", " and ").split())


KEYS: dict[str, Callable[[str], str]] = {
    "country": country_key,
    "sub_industry": group_key,
    "sector": group_key,
}
"""Parameter to the function under which two spellings of a name are the same."""


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a filter as they are written."""
    return tuple(name.strip() for name in text.split(BETWEEN) if name.strip())


def never_met(kind: str, wanted: str, known: Sequence[str]) -> list[str]:
    """Return the names of a filter that no stock ever has.

    Parameters
    ----------
    kind : {"country", "sub_industry", "sector"}
        The parameter.
    wanted : str
        Its value; a sector is one name.
    known : sequence of str
        All names that the stocks have on some day.
    """
    names = names_in(wanted) if kind != "sector" else tuple(filter(None, [wanted.strip()]))
    met = {KEYS[kind](name) for name in known}
    return [name for name in names if KEYS[kind](name) not in met]


def outside_of_groups(
    kind: str, wanted: str, groups: Sequence[str] | None, m: int
) -> tuple[Bools, Bools]:
    """Return which of m stocks have a group that is not known, and which another than is wanted.

    Parameters
    ----------
    kind : {"country", "sub_industry"}
        What the groups are.
    wanted : str
        The filter.
    groups : sequence of str, or None
        Length m, "" where not known.
    m : int
        Number of stocks.

    Raises
    ------
    StrategyError
        A group is wanted, and no groups are given.
    """
    key = KEYS[kind]
    names = {key(name) for name in names_in(wanted)}
    if not names:
        return np.zeros(m, dtype=np.bool_), np.zeros(m, dtype=np.bool_)
    if groups is None:
        raise StrategyError(f"{wanted!r} is wanted, and no groups of the stocks are given")
    unknown = np.array([not group for group in groups], dtype=np.bool_)
    another = np.array([key(group) not in names for group in groups], dtype=np.bool_)
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
