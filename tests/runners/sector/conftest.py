"""A sector book from a run on a simulated market, and one with made-up values."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from btplaybook.analyzers.daily_account import daily_account
from btplaybook.brokers.ledger import Day, Fill, Ledger
from btplaybook.feeds.bars import Bars
from btplaybook.runners.runs.cerebro import run_cerebro
from btplaybook.runners.runs.keywords import settings_and_params
from btplaybook.runners.runs.window import opening_day, tables_of
from btplaybook.strategies.sector_long_short import SectorLongShort

PARAMS = {
    "weighting": "mean_variance",
    "gate": True,
    "gate_window": 6,
    "gate_threshold": 0.0,
    "names": 2,
    "hedge_band": 0.05,
    "skill_window": 756,
    "tracking_limit": 0.0,
    "fill": "close",
}


@pytest.fixture(scope="session")
def ran_book(sector_of):
    """What `book_of` takes, of a real run: one stock vanished while it was held."""
    market = sector_of(1, n_stocks=30, years=3)
    settings, params = settings_and_params(
        SectorLongShort,
        {
            "start": "2006-06-01", "cash": 1e7, "whole_shares": True, "slippage_bps": 2.0,
            "borrow": 0.005, "interest": 0.01, "names": 8, "cap": 0.3, "min_dollar_volume": 0.0,
        },
    )  # fmt: skip
    tables = tables_of([market.etf, *market.panel.bars], settings)
    opens = opening_day(tables, settings)
    ran, broker = run_cerebro(SectorLongShort, tables, params, settings, opens)
    return ran, broker.ledger, tables, daily_account(broker.ledger)


@pytest.fixture
def made_up():
    """Make a book of three stocks up: two decisions over some days, with the fields given."""

    def make(n_days=40, *, held=True, forecasts=(), params=None, whole_shares=False, **fields):
        dates = pd.bdate_range("2020-01-31", periods=n_days)
        rng = np.random.default_rng(7)
        closes = 50.0 * np.cumprod(1 + rng.normal(0.0, 0.01, (n_days, 4)), axis=0)
        shares = np.array([-15.0, 10.0, 10.0, 0.0]) * held
        cash = 1000.0 - shares @ closes[0]
        book = Ledger(("FUND", "A", "B", "C"), 1000.0)
        for day, close in zip(dates.date, closes, strict=True):
            equity = cash + float(shares @ close)
            close = tuple(close.tolist())
            book.days.append(Day(day, equity, cash, tuple(shares), close, close, 0.0, 0.0, 0.0))
        if held:
            book.fills = [
                Fill(dates[0].date(), "close", name, size, price, price, 0.0, 0.0, 0.5, size)
                for name, size, price in zip(book.instruments[:3], shares, closes[0], strict=False)
            ]
        base = {
            "universe": np.array([True, True, False]) & held,
            "excluded": {"too cheap": 1 if held else 3},
            "betas": np.array([1.0, 0.5, np.nan]),
            "factors": ("momentum",),
            "missing": {"value": 2, "momentum": 0},
            "premiums": np.full(2, np.nan),
            "premium_intervals": np.full((2, 2, 3), np.nan),
            "method": "equal_variance" if held else "flat",
            "reason": "no forecasts judged so far, 3 needed" if held else "no stock was left",
            "mean_ic": np.nan,
            "weights": np.array([0.5, 0.5, 0.0]) * held,
            "tracking_error": np.nan,
            "tracking_by_size": {},
            "target_beta": 0.0,
            "long": np.array([0.5, 0.5, 0.0]) * held,
            "hedge": -0.75 * held,
            "scale": 1.0,
            "beta": 0.0,
            "rounding": 0.0,
            "countries": (),
            "sub_industries": (),
            "market_caps": None,
        }
        days = [dates[0].date(), dates[min(20, n_days - 1)].date()][: min(2, n_days)]
        diary = [SimpleNamespace(date=day, **(base | fields)) for day in days]
        volume = np.full(n_days, 1e4)
        tables = [
            Bars(name, dates.to_numpy("datetime64[D]"), *[closes[:, k]] * 4, volume, 0 * volume)
            for k, name in enumerate(book.instruments)
        ] if n_days > 1 else []  # fmt: skip
        ran = SimpleNamespace(
            fund=SimpleNamespace(_name="FUND"),
            tickers=("A", "B", "C"),
            factors={"value": None, "momentum": None},
            diary=diary,
            trims=[],
            settlements=[],
            realised_by_horizon={30: list(forecasts), 60: []},
            p=SimpleNamespace(**(PARAMS | (params or {}))),
            broker=SimpleNamespace(p=SimpleNamespace(whole_shares=whole_shares)),
        )
        return ran, book, tables, daily_account(book)

    return make


@pytest.fixture
def later():
    """A day, so many days after another."""
    return lambda day, days: day + datetime.timedelta(days=days)
