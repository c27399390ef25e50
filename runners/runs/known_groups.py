"""Names in the filters of a strategy that no stock ever has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...feeds.quoting import did_you_mean, listed, shown
from ..errors import ParameterError

MOST = 30
"""Known names that a message lists."""

HELD_BY = {
    "country": "no stock is ever of country {name}",
    "sub_industry": "no stock is ever of sub-industry {name}",
    "sector": "no stock is ever of sector {name}",
}


def check_groups(source: Any, params: Mapping[str, Any]) -> None:
    """Raise if a filter names a country, sub-industry or sector that no stock ever has.

    Parameters
    ----------
    source : Sectors
        What tells the stocks' groups. One without ``names_ever`` is not asked.
    params : mapping of str to object
        The strategy's parameters; those that are not given filter nothing.

    Raises
    ------
    ParameterError
        In one line: the name, the nearest known one and all known ones.
    """
    if not hasattr(source, "names_ever"):
        return
    # Other runs than those with a table of securities import nothing of the sector strategy.
    from ...strategies.sector.countries import country_name
    from ...strategies.sector.filters import KEYS, never_met

    for kind in KEYS:
        wanted = params.get(kind)
        if not isinstance(wanted, str) or not wanted:
            continue
        known = source.names_ever(kind)
        if known is None:  # the strategy says which column is missing
            continue
        for name in never_met(kind, wanted, known):
            spelled = {each: None for each in known}
            if kind == "country":
                spelled |= {country_name(each): None for each in known}
            near = _separated(kind, name, known) or did_you_mean(name, spelled)
            told = listed([*known], MOST) or "none"
            raise ParameterError(
                f"{HELD_BY[kind].format(name=shown(name))} in the table of securities{near or ';'} "
                f"known: {told}"
            )


def _separated(kind: str, name: str, known: Sequence[str]) -> str:
    """Return how to write known names that something else than `BETWEEN` separates; else empty."""
    from ...strategies.sector.filters import BETWEEN, never_met

    for mark in ",|" if kind != "sector" else "":
        parts = [part.strip() for part in name.split(mark) if part.strip()]
        if len(parts) > 1 and not any(never_met(kind, part, known) for part in parts):
            return f"; a {BETWEEN!r} separates names: {kind}={shown(BETWEEN.join(parts))}."
    return ""
