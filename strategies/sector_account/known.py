"""What the inputs of the sector book know of its stocks on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ...feeds.arrays import Bools, Dates, Floats
from ..errors import StrategyError
from ..sector.filters import ALL, KEYS, Filters, KnownGroups, names_in
from ..sector.funds import SECTORS, sector_of
from ..sector.history import History
from ..sector.inputs import Fundamentals, Holdings, Membership, Sectors, SplitFactors
from ..sector.size import market_caps


class Instruments(Protocol):
    """A fund and its m stocks, as far as they have been delivered."""

    fund_name: str
    tickers: tuple[str, ...]

    def first_day(self, column: int) -> np.datetime64 | None:
        """Return the day of a stock's first bar; None before it."""
        ...


_SOME_DAY = np.datetime64("2000-01-03", "D")


class SectorKnown:
    """The inputs, read for the stocks of an account.

    Parameters
    ----------
    inputs : mapping or None
        Name to source, as `strategies.sector.inputs` lists them; what is left out is not known.
    account : Instruments
        The fund and its stocks, such as a `SectorAccount`.
    sector : str
        GICS sector to keep to; empty takes that of the fund.

    Raises
    ------
    StrategyError
        Sectors are given, and neither that of the fund is known nor what it holds.
    """

    def __init__(self, inputs: Mapping[str, Any] | None, account: Instruments, sector: str) -> None:
        given = inputs or {}
        self._factors: SplitFactors | None = given.get("split_factors")
        self._holdings: Holdings | None = given.get("holdings")
        self._membership: Membership | None = given.get("membership")
        self._sectors: Sectors | None = given.get("sectors")
        self._fundamentals: Fundamentals | None = given.get("fundamentals")
        self.tickers, self.fund = account.tickers, account.fund_name
        self._first_day = account.first_day
        self.sector = self._sector(sector)
        self._spellings: dict[str, dict[str, str]] = {kind: {} for kind in KEYS}
        self._nowhere = ("",) * len(self.tickers)
        self._counted = np.full(len(self.tickers), "NaT", dtype="datetime64[D]")
        self._counted_factors = np.full(len(self.tickers), np.nan)

    def check_filters(self, params: Any) -> None:
        """Refuse filters and caps that read what no input knows.

        Parameters
        ----------
        params : object
            With the parameters of `SectorLongShort` as attributes.

        Raises
        ------
        StrategyError
            The message names the parameter, and the option that gives what it reads.
        """
        for name, method, column in (
            ("country", "countries_on", "country"),
            ("sub_industry", "sub_industries_on", "sub_industry"),
            ("sub_industry_cap", "sub_industries_on", "sub_industry"),
        ):
            wanted = getattr(params, name)
            if isinstance(wanted, str) and wanted and not names_in(wanted):
                raise StrategyError(f"{name} {wanted!r} names none; separate names by ;")
            if wanted and self._grouped(method, _SOME_DAY) is None:
                raise StrategyError(
                    f"{name} reads each stock's {column.replace('_', '-')}, which no input tells: "
                    f"give --securities FILE with a column {column}"
                )
        for name in ("min_market_cap", "max_market_cap"):
            if getattr(params, name) and self._fundamentals is None:
                raise StrategyError(
                    f"{name} reads numbers of shares, which no input tells: give --fundamentals"
                )

    def groups(self, history: History, row: int, filters: Filters | None = None) -> KnownGroups:
        """Return the stocks' groups after a session; with filters, what these read of them."""
        day, every = history.dates[row], filters is None
        wanted = filters or ALL
        sized = wanted.least_market_cap or wanted.most_market_cap
        return KnownGroups(
            self.countries(day) if every or wanted.country else None,
            self.sub_industries(day) if every or wanted.sub_industry else None,
            self.market_caps(history, row) if every or sized else None,
        )

    def members(self, day: np.datetime64) -> Bools | None:
        """Return which stocks were in the index, (m,); None where no index is given."""
        if self._membership is None:
            return None
        return self._among(self._membership.members_on(day))

    def of_sector(self, day: np.datetime64) -> Bools | None:
        """Return which stocks were of the fund's sector, (m,); None where no source tells."""
        if self._sectors is None or not self.sector:
            return None
        known, key = self._sectors.sectors_on(day), KEYS["sector"]
        own = key(self.sector)
        return np.array([key(known.get(ticker, "")) == own for ticker in self.tickers])

    def countries(self, day: np.datetime64) -> tuple[str, ...]:
        """Return the stocks' countries, length m; "" where not known."""
        return self._spelled_once("country", self._grouped("countries_on", day))

    def sub_industries(self, day: np.datetime64) -> tuple[str, ...]:
        """Return the stocks' sub-industries, length m; "" where not known."""
        return self._spelled_once("sub_industry", self._grouped("sub_industries_on", day))

    def market_caps(self, history: History, row: int) -> Floats:
        """Return raw price times the shares known then, (m,), account currency; NaN unknown."""
        shares = self.statements(history.dates[row])[:, 4]
        return market_caps(self.raw_prices(history, row), shares)

    def held_by_fund(self, day: np.datetime64) -> Bools | None:
        """Return which stocks the fund held, (m,); None where no holdings are given.

        Before the first snapshot: none of them.
        """
        if self._holdings is None:
            return None
        return ~np.isnan(self.weights_in_fund(day))

    def weights_in_fund(self, day: np.datetime64) -> Floats:
        """Return the stocks' fractions of the fund, (m,); NaN where not held or not known."""
        holdings = self._holdings
        held = (holdings.weights_on(day, self.fund) if holdings is not None else None) or {}
        return np.array([held.get(ticker, np.nan) for ticker in self.tickers])

    def raw_prices(self, history: History, row: int) -> Floats:
        """Return closes as they were quoted, (m,); split-adjusted where no factors are known."""
        factors = self._split_factors(history.dates[row], self.tickers)
        prices: Floats = history.close[row] * np.where(np.isnan(factors), 1.0, factors)
        return prices

    def statements(self, day: np.datetime64) -> Floats:
        """Return what companies had reported by a day, (m, 5), shares in today's units.

        Reported shares are multiplied by the ratio of the splits since they were counted.
        """
        if self._fundamentals is None:
            return np.full((len(self.tickers), 5), np.nan)
        found = self._fundamentals.known_on(day, self.tickers).copy()
        counted = self._fundamentals.shares_on(day, self.tickers)
        today = self._split_factors(day, self.tickers)
        then = self._factors_when_counted(counted)
        known = ~np.isnat(counted)
        factors = np.where(np.isnan(then), 1.0, then / today)
        found[known, 4] *= factors[known]
        return found

    def _factors_when_counted(self, counted: Dates) -> Floats:
        """Return the split factors on the days on which shares were counted, (m,).

        NaN for NaT and where they are not known. A day that is as at the last call keeps its
        factor; one that was not known then is asked for again.
        """
        unknown = (counted != self._counted) | np.isnan(self._counted_factors)
        asked = unknown & ~np.isnat(counted)
        for then in np.unique(counted[asked]):
            stated = np.flatnonzero(asked & (counted == then))
            factors = self._split_factors(then, [self.tickers[column] for column in stated])
            for place in np.flatnonzero(np.isnan(factors)):  # counted before its first bar
                factors[place] = self._first_split_factor(int(stated[place]))
            self._counted_factors[stated] = factors
        self._counted_factors[np.isnat(counted)] = np.nan
        self._counted = counted
        return self._counted_factors

    def _split_factors(self, day: np.datetime64, tickers: Sequence[str]) -> Floats:
        """Return raw over split-adjusted prices on a day, NaN where that is not known."""
        if self._factors is None:
            return np.full(len(tickers), np.nan)
        return self._factors.split_factors(day, tickers)

    def _first_split_factor(self, column: int) -> float:
        """Return a stock's factor on its first bar, NaN where there is none."""
        first = self._first_day(column)
        if first is None:
            return np.nan
        return float(self._split_factors(first, [self.tickers[column]])[0])

    def _grouped(self, method: str, day: np.datetime64) -> tuple[str, ...] | None:
        """Return what a method of the sectors says of each stock; None where it says nothing.

        Sectors from a source of the user's own may lack the method.
        """
        found = getattr(self._sectors, method, lambda _: None)(day)
        if found is None:
            return None
        return tuple(found.get(ticker, "") for ticker in self.tickers)

    def _spelled_once(self, kind: str, groups: tuple[str, ...] | None) -> tuple[str, ...]:
        """Return groups with one spelling each, the one that was met first."""
        if groups is None:
            return self._nowhere
        key, spelled = KEYS[kind], self._spellings[kind]
        return tuple(group and spelled.setdefault(key(group), group) for group in groups)

    def _among(self, names: Any) -> Bools:
        return np.array([ticker in names for ticker in self.tickers])

    def _sector(self, sector: str) -> str:
        """Return the GICS sector to keep to; empty where the fund's holdings alone tell."""
        if sector or self._sectors is None:
            return sector
        if self.fund not in SECTORS and self._holdings is not None:
            return ""
        return sector_of(self.fund)
