"""What a fund holds, as Yahoo states it today: its ten largest holdings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..companies.holdings import Holdings
from ..companies.sheets import Badge
from ..companies.snapshots import FRACTIONS
from ..errors import RequestError, SourceError
from ..vendors.fetch import cache_folder
from ..vendors.kept import Enquiry, Kept
from ..vendors.update import today_at
from .addresses import SUMMARY
from .client import question
from .fetch import check_ticker
from .source import SECONDS

if TYPE_CHECKING:
    from .session import YahooSession

#: Largest sum, in percent, of a fund's holdings; rounding takes it above 100.
MOST = 110.0


def fetch_holdings(
    etf: str,
    *,
    folder: str | Path | None = None,
    offline: bool = False,
    today: dt.date | None = None,
    seconds: float = SECONDS,
    session: YahooSession | None = None,
) -> Holdings:
    """Return what a fund holds, as Yahoo states it today, applied to every day.

    Yahoo names the ten largest holdings, without a date, and has no past: a run on them knows
    from its first day on what has become large since, and no other stock is in its universe.
    For a result to believe, give the fund's own published snapshots to `read_holdings`. What is
    fetched is kept, a file a day with the day of fetching for its date:
    `holdings/XLE/2026-03-02.csv` in the cache. `read_holdings` reads those files too, and each
    counts from its own day on; so a record that is point in time grows from the first fetch.

    Parameters
    ----------
    etf : str
        The fund, as Yahoo spells it, in any case.
    folder : str or pathlib.Path, optional
        The cache; None for this user's, `cache_folder()`. Yahoo is asked once a day.
    offline : bool
        True serves the cache without asking Yahoo.
    today : datetime.date, optional
        The date in New York; None takes it from the clock. What was kept later is not looked at.
    seconds : float
        Time that Yahoo gets to answer, > 0.
    session : YahooSession, optional
        What carries the request; None for this process's own.

    Returns
    -------
    Holdings
        One snapshot without a date, source "yahoo:holdings XLE". Weights are fractions of the
        fund and add up to less than 1. Badges say that they are not point in time, how many they
        are and of which day, and whether Yahoo was not reached and an older answer is used.

    Raises
    ------
    RequestError
        For a text that is no ticker, one that Yahoo does not know, one that is no fund, a fund
        without holdings, one whose ten largest are next to nothing, or none of them a security.
    SourceError
        When Yahoo gives no answer that can be used and nothing is kept.
    CacheError
        When the cache cannot be written.
    BarsError
        When the answer contradicts itself, or a kept one cannot be read.
    """
    name, day = check_ticker(etf), today_at("America/New_York", today)
    cache = cache_folder(folder)

    def ask() -> pd.DataFrame:
        from .session import shared_session

        connection = session or shared_session()
        table = _asked(name, cache / ".py-yfinance", connection, seconds)
        table.insert(0, "date", day.isoformat())
        return table

    enquiry = Enquiry(cache / "holdings", day, "Yahoo was not asked" if offline else "")
    kept = enquiry.table(name, ask)
    found = Holdings.from_frame(kept.table.drop(columns="date"), source=f"yahoo:holdings {name}")
    if not found.snapshots[0].weights:
        raise RequestError(f"none of the holdings that Yahoo states of {name} is a listed security")
    return replace(found, noted=_badges(name, kept, found))


def _asked(name: str, folder: Path, session: YahooSession, seconds: float) -> pd.DataFrame:
    """Return etf, ticker, name and weight in percent, the largest first."""
    with question(name, SUMMARY, folder=folder, session=session, seconds=seconds) as asked:
        funds = asked.get_funds_data()
        largest = _largest(name, funds)
        percent = 100 * np.array(largest["Holding Percent"].tolist(), dtype=np.float64)
        table = pd.DataFrame(
            {
                "etf": name,
                "ticker": largest.index.astype(str),
                "name": largest["Name"].astype(str).to_numpy(),
                "weight": percent,
            }
        )
        if not (np.isfinite(percent).all() and (percent >= 0).all() and percent.sum() <= MOST):
            raise SourceError("Yahoo's answer holds weights that are no fractions of the fund")
    # Yahoo lists some of them twice, under two names.
    table = table.drop_duplicates(["ticker", "weight"])
    if not len(table):
        raise RequestError(f"Yahoo states no holdings of {name}")
    if table["weight"].sum() <= FRACTIONS:
        raise RequestError(
            f"Yahoo states {len(table)} holdings of {name}, {table['weight'].sum():.2g} % of it: "
            "too few to go by; give its published holdings"
        )
    return table


def _largest(name: str, funds: Any) -> pd.DataFrame:
    try:
        found: pd.DataFrame = funds.top_holdings
    except KeyError as error:
        # What kind it is has been read before a part of the answer was found to be missing.
        missing = error.args[0]
        if missing not in ("summaryProfile", "topHoldings", "fundProfile"):
            raise
        kind = funds.quote_type()
        if kind in ("ETF", "MUTUALFUND"):
            raise RequestError(f"Yahoo states no holdings of {name}") from error
        raise RequestError(f"{name} is no fund: to Yahoo it is {kind}") from error
    return found


def _badges(name: str, kept: Kept, found: Holdings) -> tuple[Badge, ...]:
    (snapshot,) = found.snapshots
    share = 100 * (sum(snapshot.weights.values()) + sum(snapshot.cash.values()))
    badges = [
        (
            "warn",
            f"largest {len(kept.table)} holdings only",
            f"As Yahoo states them on {kept.day}, {share:.1f} % of {name}, applied to the past; "
            "no other stock is in the universe.",
        )
    ]
    if kept.reason:
        badges.append(
            ("warn", f"Yahoo's holdings of {kept.day}", f"Yahoo gave none today: {kept.reason}.")
        )
    return tuple(badges)
