"""A simulated sector: an ETF, its stocks and their books, with premiums of known size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..arrays import Dates, Floats
from ..bars import Bars
from ..calendars import sessions
from ..companies.fundamentals import Fundamentals
from ..companies.holdings import Holdings
from ..companies.membership import Membership
from ..companies.sector_sample import SectorSample, Truth
from ..companies.securities import Securities
from ..companies.sheets import Badge
from ..errors import RequestError
from ..panel import Panel
from ..reading import Origin
from ..tickers import plain_ticker
from .companies import LEAST_STOCKS, Companies, draw_companies, ex_dates
from .falls import ends_after_a_fall, without_the_fallen
from .groups import countries, sub_industries
from .market import ETF_VOLATILITY, OVERNIGHT, PERIODS, THEME_VOLATILITY, Walk, walk
from .statements import Statements

ETF = "SECTOR"
FIRST_SESSION = "2005-01-03"
END_OF_TIME = "2100-01-01"  # thirty simulated years go on after today

_LEAST_YEARS, _MOST_YEARS = 3, 30
_ETF_FIRST_CLOSE = 50.0
_ETF_YIELD = 0.004  # of the previous close, a quarter
_ETF_EX_DATE = 53  # session of the quarter
_ETF_DOLLAR_VOLUME = 1e9
_RANGE = 0.35  # high and low beyond open and close, in daily standard deviations
_CASH = 0.004  # of the fund, in its snapshots
KNOWN = Origin(splits_known=True)
"""Of made-up stocks, whose splits are stated: their other jumps are news."""


#: Badges of every result from this market.
SIMULATED: Badge = (
    "warn",
    "simulated",
    "A made-up market whose premiums on value and momentum are planted: what a book earns here "
    "says nothing of a real one.",
)


def simulated_sector(
    seed: int = 0,
    *,
    n_stocks: int = 60,
    years: int = 9,
    premium_value: float = 0.04,
    premium_momentum: float = 0.04,
    turn: int | None = None,
    delist_below: float | None = None,
    prefix: str = "",
) -> SectorSample:
    """Simulate a sector ETF, the stocks around it, and everything that is known of them.

    In session t + 1 stock i earns, in total return,

        r_i = beta_i r_ETF + premium_value v_i / 252 + premium_momentum m_i / 252 + e_i,

    up to what the cap-weighted sum of the last three terms asks back from every stock in
    proportion to its beta, since the ETF *is* its basket: its total return equals that of its
    constituents at their weights of the close before, to rounding. v_i and m_i are the loadings
    at the close of t, as the sector book measures them, over all listed stocks: the winsorised
    z-score of EBIT of the trailing year over enterprise value, from statements filed by then,
    and that of the blend of 30, 60 and 90-session residual momentum and its consistency, from
    true betas. A loading that is not known earns nothing. e_i has fat tails and shares a
    sub-theme with a quarter of the stocks; nothing else can be forecast, neither the night nor
    the day.

    Parameters
    ----------
    seed : int
        Seed of the generator, not negative. Equal arguments give equal tables on every machine:
        only sums, products and square roots are taken, and prices are rounded to four decimals.
        Markets that differ in their premiums alone see the same shocks.
    n_stocks : int
        Stocks, 30 or more, S01 to S60.
    years : int
        Years of 252 sessions of XNYS from 2005-01-03, 3 to 30.
    premium_value, premium_momentum : float
        Expected residual return a year for one unit of loading; 0 for a market without.
    turn : int, optional
        Session, counted from 0, from which on both premiums have the other sign.
    delist_below : float, optional
        Loss against the ETF over 252 sessions, in (0, 1), after which a stock is delisted at the
        end of a quarter, by another -30 % on its last day. None: nobody leaves for a fall.
    prefix : str
        Letters before every ticker, so that several sectors can stand in one account; no number
        depends on it.

    Returns
    -------
    SectorSample
        With every table and the truth. For the events see `draw_companies`: 5 late listings, 3
        delistings, 4 splits, a gap, illiquid and cheap names, changes of the index,
        corrections of statements, statements without shares, an enterprise value below 0. The
        ETF is SECTOR, and all but 3 stocks are of Health Care; its holdings are published at
        the first session and at the end of each quarter, with a row of cash. Sub-themes are its
        sub-industries, and one stock in six is of another country than US. A prefix "B" makes
        BSECTOR of the ETF, and BS01 to BS60 of its stocks.

    Raises
    ------
    RequestError
        For a negative seed, fewer than 30 stocks, years outside 3 to 30, a premium that is not
        within -1 to 1, a turn outside the sessions, a loss outside of 0 to 1, a prefix that is
        not letters.
    """
    n = years * PERIODS
    _check(seed, n_stocks, years, (premium_value, premium_momentum), turn)
    if delist_below is not None and not 0 < delist_below < 1:
        raise RequestError(f"delist_below must be a loss between 0 and 1, got {delist_below}")
    if prefix and not (prefix.isascii() and prefix.isalpha()):
        raise RequestError(f"prefix must be letters from A to Z, got {prefix!r}")
    last = f"{2006 + years}-12-31"
    dates = sessions("XNYS", FIRST_SESSION, last)[:n]
    streams = [np.random.default_rng([seed, part]) for part in range(5)]

    companies = draw_companies(streams[0], dates, n_stocks, prefix)
    fund = plain_ticker(f"{prefix}{ETF}")
    premiums = np.tile([premium_value, premium_momentum], (n, 1))
    if turn is not None:
        premiums[turn:] *= -1

    def walked(companies: Companies) -> tuple[Statements, Walk]:
        chance = [np.random.default_rng([seed, part]) for part in (1, 2)]  # the same for each walk
        statements = Statements(chance[0], companies, dates)
        return statements, walk(chance[1], companies, statements, premiums)

    statements, path = walked(companies)
    if delist_below is not None:
        ended = ends_after_a_fall(companies, path.returns, path.market, delist_below)
        companies = without_the_fallen(companies, ended)
        statements, path = walked(companies)

    source = f"simulated sector, seed {seed}"
    etf, panel = _tables(streams[3], companies, path, dates, source, fund)
    return SectorSample(
        etf=etf,
        panel=panel,
        holdings=Holdings.from_frame(
            _holdings(companies, path, dates, fund), source=source, today=END_OF_TIME
        ),
        membership=Membership.from_frame(_membership(companies, dates), source=source),
        sectors=Securities.from_frame(_securities(streams[4], companies, dates), source=source),
        fundamentals=Fundamentals.from_frame(
            pd.DataFrame(statements.rows()), source=source, today=END_OF_TIME
        ),
        truth=_truth(companies, path, dates, premiums),
        badges=(SIMULATED,),
    )


def _check(
    seed: int, n_stocks: int, years: int, premiums: tuple[float, float], turn: int | None
) -> None:
    if seed < 0:
        raise RequestError(f"seed must not be negative, got {seed}")
    if n_stocks < LEAST_STOCKS:
        raise RequestError(f"n_stocks must be >= {LEAST_STOCKS}, got {n_stocks}")
    if not _LEAST_YEARS <= years <= _MOST_YEARS:
        raise RequestError(f"years must be from {_LEAST_YEARS} to {_MOST_YEARS}, got {years}")
    for premium in premiums:
        if not -1 <= premium <= 1:
            raise RequestError(f"a premium must be within -1 to 1 a year, got {premium}")
    if turn is not None and not 0 <= turn < years * PERIODS:
        raise RequestError(f"turn must be a session from 0 to {years * PERIODS - 1}, got {turn}")


def _tables(
    rng: np.random.Generator,
    companies: Companies,
    path: Walk,
    dates: Dates,
    source: str,
    fund: str,
) -> tuple[Bars, Panel]:
    """Draw opens, highs and lows between the closes; raw prices, the ETF in the first column."""
    n = len(dates)
    chance = rng.standard_normal((4, n, 1 + len(companies.tickers)))
    fund_close, fund_dividend = _fund(path.market, dates)
    close = np.column_stack((fund_close, path.price))
    dividend = np.column_stack((fund_dividend, path.dividend))
    returns = np.column_stack((path.market, path.returns))
    factors = np.column_stack((np.ones(n), companies.split_factors))
    own = np.sqrt(companies.volatility * companies.volatility + THEME_VOLATILITY**2)
    betas = np.column_stack((np.ones(n), path.betas))
    noise = np.concatenate(([0.0], own))
    sigma = np.sqrt(betas * betas * ETF_VOLATILITY**2 + noise * noise)

    # A Brownian bridge from close to close: the night does not forecast the day. The
    # stocks share the ETF's.
    split = (OVERNIGHT * (1 - OVERNIGHT)) ** 0.5
    bridge = betas * ETF_VOLATILITY * chance[0, :, :1] + noise * chance[0]
    night = OVERNIGHT * returns + split * bridge
    for company, (day, move) in companies.jumps.items():
        night[day, company + 1] = move  # news come overnight
    before = np.vstack((close[:1], close[:-1]))
    opened = before * (1 + night) - dividend
    reach = np.minimum(_RANGE * sigma * np.abs(chance[1:3]), 0.5)
    high = np.maximum(opened, close) * (1 + reach[0])
    low = np.minimum(opened, close) * (1 - reach[1])
    dollars = np.concatenate(([_ETF_DOLLAR_VOLUME], companies.dollar_volume))
    volume = (dollars * (1 + np.abs(chance[3])) / 1.8 / (close * factors)).round(0)

    columns = {
        "open": (opened * factors).round(4) / factors,
        "high": (high * factors).round(4) / factors,
        "low": (low * factors).round(4) / factors,
        "close": (close * factors).round(4) / factors,
        "volume": volume * factors,
        "dividend": dividend,
    }
    etf = Bars(fund, dates, **{name: table[:, 0] for name, table in columns.items()}, source=source)
    stocks, raw = [], []
    for place, ticker in enumerate(companies.tickers):
        rows = companies.trades[:, place]
        kept = {name: table[rows, place + 1] for name, table in columns.items()}
        stocks.append(Bars(ticker, dates[rows], **kept, source=source, origin=KNOWN))
        raw.append(companies.split_factors[rows, place])
    return etf, Panel(tuple(stocks), tuple(raw), source)


def _fund(market: Floats, dates: Dates) -> tuple[Floats, Floats]:
    pays = ex_dates(dates, np.array([_ETF_EX_DATE]))[:, 0]
    close, dividend = np.empty(len(dates)), np.zeros(len(dates))
    close[0] = _ETF_FIRST_CLOSE
    for t in range(1, len(dates)):
        dividend[t] = round(_ETF_YIELD * close[t - 1], 4) if pays[t] else 0.0
        close[t] = close[t - 1] * (1 + market[t]) - dividend[t]
    return close, dividend


def _holdings(companies: Companies, path: Walk, dates: Dates, fund: str) -> pd.DataFrame:
    quarter = dates.astype("datetime64[M]").astype(np.int64) // 3
    published = np.flatnonzero(np.append(np.diff(quarter) > 0, False))
    tables = []
    for t in (0, *published.tolist()):
        held = np.flatnonzero(path.weights[t])
        percent = 100 * (1 - _CASH) * path.weights[t, held]
        tables.append(
            pd.DataFrame(
                {
                    "date": dates[t],
                    "etf": fund,
                    "ticker": [*(companies.tickers[place] for place in held), "CASH_USD"],
                    "weight": np.append(percent.round(6), 100 * _CASH),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _membership(companies: Companies, dates: Dates) -> pd.DataFrame:
    rows = []
    for place, ticker in enumerate(companies.tickers):
        within = np.concatenate(([0], companies.member[:, place], [0])).astype(np.int64)
        joined, left = np.flatnonzero(np.diff(within) > 0), np.flatnonzero(np.diff(within) < 0)
        for first, stop in zip(joined, left, strict=True):
            end = dates[stop] if stop < len(dates) else np.datetime64("NaT", "D")
            rows.append((ticker, dates[first], end))
    return pd.DataFrame(rows, columns=["ticker", "start_date", "end_date"])


def _securities(rng: np.random.Generator, companies: Companies, dates: Dates) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ticker": companies.tickers,
            "sector": companies.sectors,
            "sub_industry": sub_industries(companies),
            "country": countries(rng, len(companies.tickers)),
            "start_date": dates[companies.listed],
        }
    )


def _truth(companies: Companies, path: Walk, dates: Dates, premiums: Floats) -> Truth:
    session = np.arange(len(dates))[:, None]
    earns = (session > companies.listed) & (session <= companies.ended)
    gone = np.flatnonzero(companies.ended < len(dates) - 1).tolist()
    return Truth(
        dates=dates,
        tickers=companies.tickers,
        premiums=premiums,
        loadings=path.loadings,
        betas=np.where(earns, path.betas, np.nan),
        residuals=np.where(earns, path.residuals, np.nan),
        paid=np.where(earns, path.paid, np.nan),
        delisted={companies.tickers[place]: dates[companies.ended[place]] for place in gone},
    )
