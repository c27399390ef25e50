"""The companies of the simulated sector: their properties, and the events of their shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays import Dates, Floats
from ..checks import Mask
from ..tickers import plain_ticker

Ints = NDArray[np.int64]

#: The fewest companies that leave room for every event below.
LEAST_STOCKS = 30

SECTOR = "Health Care"
_OTHER_SECTORS = ("Information Technology", "Materials", "Materials")

N_THEMES = 4
_FIRST_DAY_OF_EVENTS = 130  # so that a year's beta is known of most names when events begin


@dataclass(frozen=True, eq=False)
class Companies:
    """Properties and events of n_stocks companies over n sessions, in the order of their tickers.

    Sessions are counted from 0. `split_factors` is raw price / split-adjusted price, and shares
    and prices are split-adjusted to the last session.
    """

    tickers: tuple[str, ...]
    sectors: tuple[str, ...]
    theme: Ints  # (m,) number of the sub-theme that moves it
    beta: Floats  # (m,) towards which its beta returns
    volatility: Floats  # (m,) daily, of its own noise
    price: Floats  # (m,) before the first session
    shares: Floats  # (m,)
    dollar_volume: Floats  # (m,) on a quiet day
    dividend_yield: Floats  # (m,) a quarter; 0 for a company that never pays
    earnings_yield: Floats  # (m,) EBIT over enterprise value, a year, at the start
    listed: Ints  # (m,) session of the first bar
    ended: Ints  # (m,) session of the last bar
    jumps: dict[int, tuple[int, float]]  # company -> session and return of a lone event
    split_factors: Floats  # (n, m)
    trades: Mask  # (n, m) whether there is a bar
    member: Mask  # (n, m) whether it is in the index
    pays: Mask  # (n, m) ex-dates
    without_shares: Ints  # companies that report no number of shares
    rich: int  # the company whose cash exceeds all that it is worth, for a year
    restated: Ints  # companies that correct a filing


def draw_companies(
    rng: np.random.Generator, dates: Dates, n_stocks: int, prefix: str = ""
) -> Companies:
    """Draw the companies and their events.

    Parameters
    ----------
    rng : numpy.random.Generator
        Only uniforms, integers and permutations are drawn.
    dates : ndarray of datetime64[D], shape (n,)
        Sessions, oldest first; 504 or more.
    n_stocks : int
        Companies, `LEAST_STOCKS` or more.
    prefix : str
        Letters before every ticker.

    Returns
    -------
    Companies
        Each event falls on companies of its own: 5 late listings, 3 delistings (a bankruptcy at
        -70 %, a takeover at +30 %, one without a jump), 3 splits and a reverse split 1:10 of a
        share that began at 3.50, a gap of 7 sessions, 3 names that trade below 10 million a
        day, 3 of other sectors, 2 that report no shares, one with more cash than value, 3 that
        leave the index and one of these that comes back, 2 restatements.
    """
    n, m = len(dates), n_stocks
    drawn = iter(rng.permutation(m).tolist())
    late, other, thin, left, split = (_take(drawn, k) for k in (5, 3, 3, 3, 3))
    without_shares, restated = _take(drawn, 2), _take(drawn, 2)
    bankrupt, bought, moved, reverse, gap, rich = (next(drawn) for _ in range(6))

    theme = rng.integers(0, N_THEMES, m)
    price = 30 + 120 * rng.random(m)
    dollar_volume = 1e6 * (20 + 480 * rng.random(m) ** 3)
    dollar_volume[thin] = 1e6 * (3 + 4 * rng.random(len(thin)))
    value = dollar_volume * (150 + 200 * rng.random(m))
    dividend_yield = np.where(rng.random(m) < 0.25, 0.0, 0.01 * rng.random(m))

    listed, ended = np.zeros(m, dtype=np.int64), np.full(m, n - 1, dtype=np.int64)
    listed[late] = rng.integers(_FIRST_DAY_OF_EVENTS, n // 2, len(late))
    ended[[bankrupt, bought, moved]] = rng.integers(n // 2, n - 20, 3)
    jumps = {
        bankrupt: (int(ended[bankrupt]), -0.70),
        bought: (int(ended[bought]) - 10, 0.30),  # it trades on until the deal is closed
    }

    factors = np.ones((n, m))
    for company, ratio in [*zip(split.tolist(), (2.0, 2.0, 3.0), strict=True), (reverse, 0.1)]:
        factors[: int(rng.integers(n // 3, n // 2)), company] = ratio
        price[company] = (3.50 if company == reverse else 180.0) / ratio

    session = np.arange(n)[:, None]
    trades = (session >= listed) & (session <= ended)
    closed = int(rng.integers(n // 2, n - 20))
    trades[closed : closed + 7, gap] = False
    member = (session >= listed) & (session <= ended)
    for company in late.tolist():
        joined = int(listed[company] + rng.integers(20, 60))
        member[:joined, company] = False
    for place, company in enumerate(left.tolist()):
        out = int(rng.integers(n // 2, n - 100))
        back = out + 60 if place == 0 else n
        member[out:back, company] = False

    width = max(2, len(str(m)))
    sectors = [SECTOR] * m
    for company, sector in zip(other.tolist(), _OTHER_SECTORS, strict=True):
        sectors[company] = sector
    return Companies(
        tickers=tuple(plain_ticker(f"{prefix}S{number:0{width}}") for number in range(1, m + 1)),
        sectors=tuple(sectors),
        theme=theme,
        beta=0.6 + 0.8 * rng.random(m),
        volatility=0.010 + 0.009 * rng.random(m),
        price=price,
        shares=(value / price).round(-3),
        dollar_volume=dollar_volume,
        dividend_yield=dividend_yield,
        earnings_yield=0.02 + 0.10 * rng.random(m),
        listed=listed,
        ended=ended,
        jumps=jumps,
        split_factors=factors,
        trades=trades,
        member=member,
        pays=ex_dates(dates, rng.integers(5, 55, m)) & (dividend_yield > 0) & trades,
        without_shares=without_shares,
        rich=rich,
        restated=restated,
    )


def _take(drawn: Iterator[int], count: int) -> Ints:
    return np.fromiter(drawn, dtype=np.int64, count=count)


def ex_dates(dates: Dates, offset: Ints) -> Mask:
    """Mark in each quarter the session that is `offset` sessions after the quarter's first."""
    quarter = dates.astype("datetime64[M]").astype(np.int64) // 3
    begins = np.flatnonzero(np.diff(quarter, prepend=quarter[0] - 1))
    within = np.arange(len(dates)) - begins[quarter - quarter[0]]
    marked: Mask = within[:, None] == offset
    marked[0] = False
    return marked
