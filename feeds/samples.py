"""Bars that need no file and no network: real ones inside arch and skfolio, and simulated ones.

arch is not imported, as that takes two seconds: only its files are read. What makes markets of many
stocks is imported when one is asked for.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .bars import Bars
from .errors import RequestError
from .quoting import did_you_mean
from .readers import read_bars
from .sample_names import MARKETS, SAMPLE, SAMPLES

if TYPE_CHECKING:
    from .companies.sector_sample import SectorSample
    from .panel import Panel

__all__ = ["MARKETS", "SAMPLES", "sample", "sample_market"]

#: Names for readers of the samples that are one instrument.
TITLES = {"sp500": "S&P 500", "nasdaq": "Nasdaq Composite", "simulated": "simulated prices"}


def sample(
    name: str,
    *,
    seed: int = 0,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
) -> Bars:
    """Return the bars of one instrument of a sample.

    Parameters
    ----------
    name : str
        The sample, see `SAMPLES`. Of a market, see `MARKETS`, the instrument is named after a
        number sign: "us20#AAPL".
    seed : int
        Seed of simulated bars; the real ones have none.
    start, end : str or datetime.date, optional
        First and last date wanted.
    dividends : bool
        False leaves the dividends of simulated bars unpaid; the others pay none.

    Returns
    -------
    Bars
        Named SP500, NASDAQ, SIMULATED or as the instrument. The indexes are `price_only`.
        Their `title` is their name for readers. `source` begins with "sample:", which a run from
        its run.json reads again.

    Raises
    ------
    RequestError
        For an unknown name, a market without an instrument, an unknown instrument, a negative
        seed, arch or skfolio not installed, or dates that leave fewer than 2 bars.
    """
    sys.audit(SAMPLE, name)  # a strategy that asks for it reads what comes later too
    market, _, ticker = name.partition("#")
    if market in MARKETS:
        bars = _instrument(market, ticker, seed).between(start, end)
        return bars if dividends or market == "us20" else bars.without_dividends()
    _check(name)
    if name == "simulated":
        from .simulated.prices import simulated_bars

        _check_seed(seed)
        bars = simulated_bars(seed, dividends=dividends).between(start, end)
        return replace(bars, source=f"sample:{name}, seed {seed}", title=TITLES[name])
    whole = _index(name, _arch_file(name))
    return whole if start is None is end else whole.between(start, end)


def sample_market(
    name: str,
    *,
    seed: int = 0,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    dividends: bool = True,
) -> SectorSample:
    """Return a sample that is a whole market.

    Parameters
    ----------
    name : {"us20", "simulated-sector", "simulated-sector-b"}
        The sample; see `SAMPLES`.
    seed : int
        Seed of the simulated market; the real one has none. The second simulated sector is that
        of the seed after it.
    start, end : str or datetime.date, optional
        First and last date of the bars wanted. A stock with fewer than 2 bars between them is
        left out. Statements, members and holdings carry their own dates and stay.
    dividends : bool
        False leaves the dividends of the simulated market unpaid: the prices drop on the
        ex-dates all the same, and all bars are `price_only`.

    Returns
    -------
    SectorSample
        Each table's `source` is that of `sample` for the one instrument: "sample:us20#AAPL",
        "sample:simulated-sector#S01, seed 0".

    Raises
    ------
    RequestError
        For a name that is no market's, a negative seed, skfolio not installed, or dates that
        leave fewer than 2 bars of the ETF.
    """
    if name not in MARKETS:
        _check(name)
        raise RequestError(f"sample {name!r} is one instrument (markets: {', '.join(MARKETS)})")
    market = _market(name, seed)
    etf = market.etf.between(start, end)
    panel = _window(market.panel, etf)
    if not dividends and name != "us20":  # whose dividends are inside the prices
        etf = etf.without_dividends()
        panel = replace(panel, bars=tuple(bars.without_dividends() for bars in panel.bars))
    return replace(market, etf=etf, panel=panel)


def _check(name: str) -> None:
    if name not in SAMPLES:
        known = ", ".join(SAMPLES)
        raise RequestError(
            f"unknown sample {name!r}{did_you_mean(name, list(SAMPLES))} (samples: {known})"
        )


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise RequestError(f"seed must not be negative, got {seed}")


@lru_cache(maxsize=2)  # a file is read and checked in a tenth of a second
def _index(name: str, file: Path) -> Bars:
    bars = read_bars(file, name=name.upper())
    return replace(bars, source=f"sample:{name}", title=TITLES[name])


@lru_cache(maxsize=2)  # a run from its run.json asks for one instrument after the other
def _market(name: str, seed: int) -> SectorSample:
    if name == "us20":
        from .us20 import us20

        market, suffix = us20(), ""
    else:
        from .simulated.sector import simulated_sector

        _check_seed(seed)
        second = name == "simulated-sector-b"
        market = simulated_sector(seed + 1, prefix="B") if second else simulated_sector(seed)
        suffix = f", seed {seed}"

    def sourced(bars: Bars) -> Bars:
        return replace(bars, source=f"sample:{name}#{bars.name}{suffix}")

    panel = replace(
        market.panel,
        bars=tuple(sourced(bars) for bars in market.panel.bars),
        source=f"sample:{name}{suffix}",
    )
    tables: dict[str, Any] = {
        part: replace(table, source=panel.source)
        for part in ("holdings", "membership", "sectors", "fundamentals")
        if (table := getattr(market, part)) is not None
    }
    return replace(market, etf=sourced(market.etf), panel=panel, **tables)


def _instrument(name: str, ticker: str, seed: int) -> Bars:
    market = _market(name, seed)
    found = {bars.name: bars for bars in market.bars}
    names = f"{market.etf.name}, {market.panel.tickers[0]} to {market.panel.tickers[-1]}"
    if not ticker:
        raise RequestError(
            f"sample {name!r} is {len(market.panel.bars)} stocks and {market.etf.name}; name one, "
            f"{name}#{market.panel.tickers[0]}, or give the whole of it to a strategy of many"
        )
    if ticker.upper() not in found:
        raise RequestError(
            f"sample {name!r} holds no {ticker!r}{did_you_mean(ticker, list(found))} ({names})"
        )
    return found[ticker.upper()]


def _window(panel: Panel, etf: Bars) -> Panel:
    """Cut every stock to the ETF's dates."""
    first, last = etf.dates[0], etf.dates[-1]
    tables, factors, absent = [], [], []
    for bars, factor in zip(panel.bars, panel.factors, strict=True):
        begin, stop = bars.dates.searchsorted(first), bars.dates.searchsorted(last, side="right")
        if stop - begin < 2:
            absent.append(bars.name)
            continue
        tables.append(bars.between(first.item(), last.item()))
        factors.append(factor[begin:stop])
    return replace(panel, bars=tuple(tables), factors=tuple(factors), without_bars=tuple(absent))


def _arch_file(name: str) -> Path:
    spec = find_spec("arch")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise RequestError(f"sample {name!r} ships inside arch: python -m pip install arch")
    return Path(folders[0]) / "data" / name / f"{name}.csv.gz"
