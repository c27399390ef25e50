"""Data that the sector book reads beside bars, as protocols: feeds have these methods.

The book is handed a mapping of them: ``split_factors``, ``holdings``, ``membership``, ``sectors``,
``fundamentals``. Each returns, for a day, what was known by that day; what is left out
is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from ...feeds.arrays import Dates, Floats


class SplitFactors(Protocol):
    """Split factors, which turn prices into the raw ones of floors and market values."""

    def split_factors(self, day: np.datetime64, tickers: Sequence[str]) -> Floats:
        """Return raw price / split-adjusted price at the last bar up to a day; NaN if unknown."""
        ...


class Holdings(Protocol):
    """What a fund held, snapshot by snapshot."""

    def weights_on(self, day: np.datetime64, etf: str) -> Mapping[str, float] | None:
        """Return ticker to fraction of the fund, as the newest snapshot up to a day says it.

        Cash and currencies are left out. None where no snapshot was known.
        """
        ...


class Membership(Protocol):
    """Who was in an index."""

    def members_on(self, day: np.datetime64) -> frozenset[str]:
        """Return the members on a day."""
        ...


class Sectors(Protocol):
    """Which sector a company was in."""

    def sectors_on(self, day: np.datetime64) -> Mapping[str, str]:
        """Return ticker to GICS sector, as known on a day."""
        ...


class Groups(Sectors, Protocol):
    """Sectors from a source that may also know countries and sub-industries."""

    def countries_on(self, day: np.datetime64) -> Mapping[str, str] | None:
        """Return ticker to country, as known on a day; "" or left out where it is not known.

        None where the source has no countries at all.
        """
        ...

    def sub_industries_on(self, day: np.datetime64) -> Mapping[str, str] | None:
        """Return ticker to sub-industry; else as `countries_on`."""
        ...


class Fundamentals(Protocol):
    """What companies had reported."""

    def known_on(self, day: np.datetime64, tickers: Sequence[str]) -> Floats:
        """Return what was known on a day, shape (n_tickers, 5), NaN where nothing was.

        Columns: EBIT of the trailing year, debt, minority interest, cash, shares outstanding as
        reported.
        """
        ...

    def shares_on(self, day: np.datetime64, tickers: Sequence[str]) -> Dates:
        """Return the day as of which `known_on` counts shares, (n_tickers,); NaT for none."""
        ...
