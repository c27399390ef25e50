"""Twenty real US stocks and the S&P 500 index, as they ship inside skfolio.

skfolio is not imported, as that takes seconds: only two of its files are read.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from .bars import Bars
from .companies.sector_sample import SectorSample
from .errors import RequestError
from .panel import Panel
from .tables.written_dates import days_of

INDEX = "SP500"
INDEX_TITLE = "S&P 500"

_STOCKS_FILE, _INDEX_FILE = "sp500_dataset.csv.gz", "sp500_index.csv.gz"

_BADGES = (
    (
        "warn",
        "closes only",
        "Open, high and low are the close and the volumes are unknown: only fills at a close mean "
        "anything, and no floor on volume is applied.",
    ),
    (
        "warn",
        "dividends inside the prices",
        "The stocks' closes are adjusted for splits and dividends, so that their returns are total "
        "returns; the index pays none, and every stock's residual return is too high by its yield, "
        "about 2 % a year. Prices are rounded to a tenth of a cent, 0.4 % of AAPL's in 1990.",
    ),
    (
        "warn",
        "hedged with an index",
        "The S&P 500 itself stands in for an ETF: it has no fee, and nobody can sell it short.",
    ),
)


def us20() -> SectorSample:
    """Return 20 stocks of the S&P 500 and the index to hedge them with.

    Returns
    -------
    SectorSample
        8,313 closes from 1990-01-02 to 2022-12-28 of AAPL, AMD, BAC, BBY, CVX, GE, HD, JNJ, JPM,
        KO, LLY, MRK, MSFT, PEP, PFE, PG, RRC, UNH, WMT and XOM; the index is named SP500. All 20
        lived to the end. The stocks' closes are adjusted for splits and dividends and their bars
        pay none, so that total returns are right and no dividend is counted twice; the index is
        `price_only`. Raw prices and volumes are unknown (split factors NaN, volumes 0 with
        `volumes_known` False), and so are statements, members and sectors: the book runs on
        momentum alone.

    Raises
    ------
    RequestError
        When skfolio is not installed.
    """
    closes = _closes(_STOCKS_FILE)
    index = _closes(_INDEX_FILE)
    names = sorted(closes.columns)
    stocks = tuple(_bars(closes[name], str(name), price_only=False) for name in names)
    unknown = tuple(np.full(len(bars), np.nan) for bars in stocks)
    return SectorSample(
        etf=replace(_bars(index.iloc[:, 0], INDEX, price_only=True), title=INDEX_TITLE),
        panel=Panel(stocks, unknown, "us20"),
        volumes_known=False,
        badges=_BADGES,
    )


def _closes(name: str) -> pd.DataFrame:
    written = pd.read_csv(_file(name), index_col=0, dtype=str)
    return pd.DataFrame(
        # Python reads text to the nearest double; pandas' own parser may miss it by the last bit.
        np.array(written.to_numpy(dtype=object), dtype=np.float64),
        index=pd.DatetimeIndex(days_of(written.index.to_series())),
        columns=written.columns,
    )


def _file(name: str) -> Path:
    spec = find_spec("skfolio")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise RequestError(
            "sample 'us20' ships inside skfolio, which is not installed: "
            "pip install btplaybook[samples]"
        )
    return Path(folders[0]) / "datasets" / "data" / name


def _bars(closes: pd.Series, name: str, *, price_only: bool) -> Bars:
    close = closes.to_numpy(dtype=np.float64)
    nothing = np.zeros(len(close))
    return Bars(
        name,
        closes.index.to_numpy(dtype="datetime64[D]"),
        open=close,
        high=close,
        low=close,
        close=close,
        volume=nothing,
        dividend=nothing,
        source="us20",
        calendar="XNYS",
        price_only=price_only,
    )
