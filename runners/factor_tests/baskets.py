"""A factor in baskets of similar stocks: by sector, country, capitalisation and beta."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools
from ...search.factors.baskets import THIRDS, InBasket, in_basket, thirds
from ...search.factors.labelled import LEAST_NAMES
from .cross_sections import CrossSections, Groups


class Basket(NamedTuple):
    """A factor among the stocks of one basket."""

    kind: str
    """"sector", "country", "capitalisation" or "beta"."""
    name: str
    """The group, or "low", "middle", "high" third of each date."""
    horizons: dict[int, InBasket]


class Baskets(NamedTuple):
    """All baskets that are known, and why others are not."""

    found: list[Basket]
    unknown: dict[str, str]
    """Kind to why it has no baskets."""


WITHOUT = {
    "sector": "no source tells the stocks' sectors: give --securities",
    "country": "no source tells the stocks' countries: give --securities with a column country",
    "capitalisation": "no source tells the shares outstanding: give --fundamentals",
    "beta": "no beta is known",
}


def baskets_of(sections: CrossSections, horizons: Sequence[int]) -> Baskets:
    """Return a factor's figures in every basket that is known.

    Parameters
    ----------
    sections : CrossSections
    horizons : sequence of int
        Sessions ahead.

    Returns
    -------
    Baskets
        Baskets are formed anew on each date, the factor is ranked within them. A kind with one
        group alone has none: that is the whole universe.
    """
    found: list[Basket] = []
    unknown: dict[str, str] = {}
    for kind, groups in (("sector", sections.sectors), ("country", sections.countries)):
        named = list(_groups(groups, sections.universe))
        if len(named) < 2:
            unknown[kind] = f"all are of one: {named[0][0]}" if named else WITHOUT[kind]
            continue
        found += [
            Basket(kind, name, _figures(sections, members, horizons)) for name, members in named
        ]
    for kind, figure in (("capitalisation", sections.capitalisation), ("beta", sections.betas)):
        third = thirds(figure, sections.universe)
        if (third < 0).all():
            unknown[kind] = WITHOUT[kind]
            continue
        found += [
            Basket(kind, name, _figures(sections, third == place, horizons))
            for place, name in enumerate(THIRDS)
        ]
    few = {f"{each.kind} {each.name}" for each in found if _few(each)}
    unknown |= {name: f"fewer than {LEAST_NAMES} stocks on every date" for name in sorted(few)}
    return Baskets([each for each in found if not _few(each)], unknown)


def _few(basket: Basket) -> bool:
    return all(np.isnan(each.names) for each in basket.horizons.values())


def _groups(groups: Groups, universe: Bools) -> Iterator[tuple[str, Bools]]:
    """Yield each name of a group that is in the universe on some date, and its members (s, m)."""
    if not groups:
        return
    table = np.array(groups)
    for name in np.unique(table[universe]).tolist():
        if name:
            yield name, (table == name) & universe


def _figures(
    sections: CrossSections, members: Bools, horizons: Sequence[int]
) -> dict[int, InBasket]:
    return {
        horizon: in_basket(sections.values, members, sections.residuals, sections.rows, horizon)
        for horizon in horizons
    }
