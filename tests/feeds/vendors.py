"""Files as vendors write them, out of one split-adjusted table: what each reader must see again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from btplaybook.feeds.calendars import sessions

PRICES = ["open", "high", "low", "close"]


def market(n: int = 130, seed: int = 7, calendar: str = "XNYS") -> pd.DataFrame:
    """Return split-adjusted bars on the sessions from 2019-01-02: index date, columns of bars."""
    rng = np.random.default_rng(seed)
    dates = sessions(calendar, "2019-01-04", "2020-12-31")[:n]
    close = np.round(40 * np.exp(np.cumsum(rng.normal(0.0005, 0.012, n))), 2)
    open_ = np.round(np.concatenate(([close[0]], close[:-1])) * np.exp(rng.normal(0, 0.004, n)), 2)
    return pd.DataFrame(
        {
            "open": open_,
            "high": np.maximum(open_, close) + 0.25,
            "low": np.minimum(open_, close) - 0.25,
            "close": close,
            "volume": rng.integers(1, 9, n) * 50_400.0,
        },
        index=pd.DatetimeIndex(dates, name="date"),
    )


@dataclass(frozen=True)
class Market:
    """Split-adjusted bars, the splits within them, and the dividends in the same units."""

    bars: pd.DataFrame
    splits: dict[int, float] = field(default_factory=dict)
    """Row to new shares for an old one."""
    dividends: dict[int, float] = field(default_factory=dict)

    @property
    def ratio(self) -> np.ndarray:
        """New shares for an old one on each day, 1 without a split."""
        ratio = np.ones(len(self.bars))
        for row, new in self.splits.items():
            ratio[row] = new
        return ratio

    @property
    def factor(self) -> np.ndarray:
        """Raw price / split-adjusted price."""
        return np.array([np.prod(self.ratio[row + 1 :]) for row in range(len(self.bars))])

    @property
    def paid(self) -> np.ndarray:
        """Dividend of each day, split-adjusted."""
        paid = np.zeros(len(self.bars))
        for row, cash in self.dividends.items():
            paid[row] = cash
        return paid

    @property
    def raw(self) -> pd.DataFrame:
        """The bars as they were traded."""
        raw = self.bars.copy()
        raw[PRICES] = raw[PRICES].mul(self.factor, axis=0)
        raw["volume"] = raw["volume"] / self.factor
        return raw

    @property
    def adjusted(self) -> np.ndarray:
        """Closes adjusted for splits and dividends."""
        close = self.bars["close"].to_numpy()
        step = np.ones(len(close))
        step[:-1] = 1 - self.paid[1:] / close[:-1]
        return close * np.cumprod(step[::-1])[::-1]

    @property
    def total(self) -> pd.DataFrame:
        """The bars with splits and dividends inside every price."""
        total = self.bars.copy()
        total[PRICES] = total[PRICES].mul(self.adjusted / self.bars["close"], axis=0)
        return total


Layout = Callable[[Market], pd.DataFrame]


def alpha_vantage(of: Market) -> pd.DataFrame:
    """Raw, newest first, one split coefficient an event."""
    raw = of.raw.rename_axis("timestamp").reset_index()
    frame = raw.assign(
        adjusted_close=of.adjusted,
        dividend_amount=of.paid * of.factor,
        split_coefficient=of.ratio,
    )
    return frame[::-1]


def tiingo(of: Market) -> pd.DataFrame:
    """Raw beside adjusted columns, ISO stamps in UTC."""
    frame = of.raw.reset_index()
    frame["date"] = frame["date"].dt.strftime("%Y-%m-%dT00:00:00.000Z")
    for name in PRICES:
        frame[f"adj{name.title()}"] = of.total[name].to_numpy()
    frame["adjVolume"] = of.bars["volume"].to_numpy()
    return frame.assign(divCash=of.paid * of.factor, splitFactor=of.ratio)


def quandl(of: Market) -> pd.DataFrame:
    """Quandl WIKI: raw, `Ex-Dividend` and `Split Ratio`, then adjusted columns."""
    frame = of.raw.rename(columns=str.title).rename_axis("Date").reset_index()
    frame["Ex-Dividend"], frame["Split Ratio"] = of.paid * of.factor, of.ratio
    for name in PRICES:
        frame[f"Adj. {name.title()}"] = of.total[name].to_numpy()
    return frame.assign(**{"Adj. Volume": of.bars["volume"].to_numpy()})


def marketstack(of: Market) -> pd.DataFrame:
    """`split_factor` an event although its name says otherwise; newest first; a symbol."""
    frame = of.raw.reset_index()
    frame["date"] = frame["date"].dt.strftime("%Y-%m-%dT00:00:00+0000")
    return frame.assign(
        adj_close=of.adjusted, split_factor=of.ratio, dividend=of.paid * of.factor, symbol="AAA"
    )[::-1]


def running_factor(of: Market) -> pd.DataFrame:
    """Raw prices with the factor that divides them."""
    return of.raw.reset_index().assign(split_factor=of.factor, dividend=of.paid * of.factor)


def multiplying_factor(of: Market) -> pd.DataFrame:
    """Raw prices with the factor that multiplies them."""
    return of.raw.reset_index().assign(
        split_adjustment_factor=1 / of.factor, dividend=of.paid * of.factor
    )


def growing_factor(of: Market) -> pd.DataFrame:
    """Raw prices with the number of shares that one share of the first day has become."""
    return of.raw.reset_index().assign(
        cumulative_split_factor=np.cumprod(of.ratio), dividend=of.paid * of.factor
    )


def events_without_adjusted(of: Market) -> pd.DataFrame:
    """Raw prices, ratios in words on the days of splits, blanks on others."""
    words = {2.0: "2:1", 1.5: "3/2", 7.0: "7 for 1", 0.125: "1:8", 1.0: ""}
    return of.raw.reset_index().assign(
        Splits=[words[new] for new in of.ratio], dividend=of.paid * of.factor
    )


def eod_historical(of: Market) -> pd.DataFrame:
    """Raw close beside an adjusted close; splits stand nowhere else."""
    frame = of.raw.rename(columns=str.title).rename_axis("Date").reset_index()
    return frame.assign(Adjusted_close=of.adjusted)


def yfinance_download(of: Market) -> pd.DataFrame:
    """`download(auto_adjust=False, actions=True)`: split-adjusted, with what happened."""
    frame = of.bars.rename(columns=str.title).rename_axis("Date").reset_index()
    events = np.where(of.ratio == 1.0, 0.0, of.ratio)
    frame["Adj Close"], frame["Dividends"], frame["Stock Splits"] = of.adjusted, of.paid, events
    return frame


def yfinance_history(of: Market) -> pd.DataFrame:
    """`Ticker.history()`: dividends are inside the prices, and stand beside them."""
    frame = of.total.rename(columns=str.title).rename_axis("Date").reset_index()
    frame["Date"] = frame["Date"].dt.tz_localize("America/New_York").astype(str)
    events = np.where(of.ratio == 1.0, 0.0, of.ratio)
    return frame.assign(Dividends=of.paid, **{"Stock Splits": events})


def yahoo_site(of: Market) -> pd.DataFrame:
    """The file of Yahoo's page: split-adjusted, adjusted close, no dividends."""
    frame = of.bars.rename(columns=str.title).rename_axis("Date").reset_index()
    frame.insert(5, "Adj Close", of.adjusted)
    return frame


def stooq(of: Market) -> pd.DataFrame:
    """Stooq's download: split-adjusted, nothing else."""
    return of.bars.rename(columns=str.title).rename_axis("Date").reset_index()


RAW: dict[str, Layout] = {
    "Alpha Vantage": alpha_vantage,
    "Tiingo": tiingo,
    "Quandl WIKI": quandl,
    "Marketstack": marketstack,
    "a factor that divides": running_factor,
    "a factor that multiplies": multiplying_factor,
    "a factor that grows": growing_factor,
    "ratios in words": events_without_adjusted,
    "EOD Historical": eod_historical,
}
SPLIT: dict[str, Layout] = {
    "yfinance download": yfinance_download,
    "Yahoo's page": yahoo_site,
    "Stooq": stooq,
}
TOTAL: dict[str, Layout] = {"yfinance history": yfinance_history}
