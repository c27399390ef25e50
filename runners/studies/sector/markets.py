"""The sectors that the study is made on: a fund, its stocks, and what was known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....feeds.bars import Bars
from ....feeds.companies.fundamentals import read_fundamentals
from ....feeds.companies.membership import read_membership
from ....feeds.companies.securities import read_securities
from ....feeds.panel import Panel, read_panel
from ....feeds.simulated.sector import simulated_sector
from ....strategies.sector.funds import SECTORS
from ....strategies.sector.history import History, aligned
from ...factor_tests.book_view import series_of
from ...runs.inputs import Inputs, inputs_of_market
from ...runs.labels.formats import counted
from ...runs.sector.survivorship import survivors_only
from ..folder_of_bars import SUFFIXES
from ..study import Evidence, NotCarried

TABLES = {
    "membership": ("sp500_membership.csv", "membership.csv"),
    "sectors": ("securities.csv",),
    "fundamentals": ("fundamentals_annual.csv", "fundamentals.csv"),
}
"""Input of the book to the names of files that it may be in; the first one found is read."""

LEAST = 10
"""Stocks of a panel below which no basket can be chosen from it: the caps of 10 % need as many."""

_READERS = {
    "membership": read_membership,
    "sectors": read_securities,
    "fundamentals": read_fundamentals,
}


@dataclass(frozen=True, eq=False)
class Market:
    """One sector.

    Attributes
    ----------
    ticker : str
        The fund.
    sector : str
        Its GICS sector.
    fund : Bars
        Up to the window's end, with the warm-up.
    panel : Panel
        The stocks, up to the same day.
    inputs : Inputs
        Split factors, and of `TABLES` what the data folder holds.
    """

    ticker: str
    sector: str
    fund: Bars
    panel: Panel
    inputs: Inputs

    @property
    def bars(self) -> tuple[Bars, ...]:
        """The fund's bars, then each stock's."""
        return (self.fund, *self.panel.bars)

    @property
    def survivors_only(self) -> bool:
        """Whether the panel's badges say that nobody was delisted."""
        return survivors_only(self.inputs)

    @cached_property
    def history(self) -> History:
        """The stocks on the fund's sessions."""
        stocks = sorted(self.panel.bars, key=lambda bars: bars.name)
        return aligned(series_of(self.fund), [series_of(bars) for bars in stocks])


def markets_of(evidence: Evidence) -> Mapping[str, Market]:
    """Return the sectors by the ticker of their fund, each read once.

    Raises
    ------
    NotCarried
        No ticker has a panel of stocks in the data folder.
    """
    return evidence.once("markets", lambda: _read(evidence))


def _read(evidence: Evidence) -> Mapping[str, Market]:
    if not evidence.files:
        return {evidence.main: _simulated(evidence)}
    tables = {name: evidence.file(*names) for name, names in TABLES.items()}
    known = {name: _READERS[name](path) for name, path in tables.items() if path is not None}
    for name, path in tables.items():
        if path is None:
            evidence.say(f"no {' or '.join(TABLES[name])} in the data folder: {name} not known")
    found = {}
    for ticker in evidence.each(list(evidence.tickers), "reading stocks"):
        sector = SECTORS.get(ticker)
        name = (sector or ticker).lower().replace(" ", "_")
        path = evidence.file(*(f"{name}{suffix}" for suffix in SUFFIXES))
        if sector is None or path is None:
            evidence.say(
                f"{ticker}: no {name}.parquet or .csv with its stocks in the data folder, skipped"
            )
            continue
        panel = read_panel(path, end=evidence.end)
        last = max(bars.dates[-1] for bars in panel.bars)
        if last < np.datetime64(evidence.start):
            evidence.say(f"{ticker}: its stocks end on {last}, before {evidence.start}, skipped")
            continue
        if len(panel.bars) < LEAST:
            evidence.say(
                f"{ticker}: {path.name} has {counted(len(panel.bars), 'stock')} in the window, "
                f"{LEAST} are needed, skipped"
            )
            continue
        inputs = Inputs({"split_factors": panel, **known})
        found[ticker] = Market(ticker, sector, evidence.of(ticker), panel, inputs)
    if not found:
        raise NotCarried(
            "no ticker has its stocks in the data folder: a file such as health_care.parquet "
            f"beside XLV, of {LEAST} stocks or more"
        )
    return found


def _simulated(evidence: Evidence) -> Market:
    sample = simulated_sector(evidence.seed)
    fund = evidence.of(evidence.main)
    return Market(evidence.main, "simulated", fund, sample.panel, inputs_of_market(sample))
