"""Simulated daily bars without a signal: whatever a rule earns on them is chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Dates, Floats
from ..bars import Bars
from ..calendars import sessions

N_BARS = 2_520
FIRST_SESSION = "2005-01-03"
LAST_SEARCHED = "2018-12-31"  # well past the last of so many sessions

_FIRST_CLOSE = 100.0
_DAILY_VARIANCE = 0.011**2  # 17 % a year
_SHOCK, _MEMORY = 0.08, 0.90  # of a GARCH(1, 1) variance: half of a shock is left after 34 days
_OVERNIGHT = 0.3  # share of a day's variance that falls between close and open
_YIELD = 0.005  # dividend as a fraction of the previous close, each quarter
_RANGE = 0.35  # high and low beyond open and close, in daily standard deviations
_SHARES = 2e7


def simulated_bars(seed: int = 0, *, name: str = "SIMULATED", dividends: bool = True) -> Bars:
    """Simulate ten years of bars whose total return is a martingale difference.

    The variance follows a GARCH(1, 1) process, part of each day's move falls overnight, and
    the price drops by the dividend at the open of the ex-date, the third Friday of March, June,
    September and December or the session before it. With o_t and i_t of mean zero,

        O_t = C_{t-1} (1 + o_t) - D_t,    C_t = O_t (1 + i_t),

    and D_t known the day before, so that neither the night, nor the day, nor both together with
    the dividend can be forecast in the mean.

    Parameters
    ----------
    seed : int
        Seed of the generator, not negative. Equal seeds give equal bars on every machine: only
        sums, products and square roots are taken, and prices are rounded to four decimals.
    name : str
        The instrument, as it is shown.
    dividends : bool
        False pays none: the price alone is then the martingale, and the bars are `price_only`.

    Returns
    -------
    Bars
        2,520 bars on the sessions of XNYS from 2005-01-03.
    """
    dates = sessions("XNYS", FIRST_SESSION, LAST_SEARCHED)[:N_BARS]
    shocks = np.random.default_rng(seed).standard_normal((N_BARS, 5))
    pays = _ex_dates(dates) if dividends else np.zeros(N_BARS, dtype=np.bool_)
    table: dict[str, Any] = _walk(shocks, pays)
    return Bars(
        name,
        dates,
        **table,
        source=f"simulated, seed {seed}",
        calendar="XNYS",
        price_only=not dividends,
    )


def _walk(shocks: Floats, pays: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> dict[str, Floats]:
    table = {
        name: np.zeros(len(shocks))
        for name in ("open", "high", "low", "close", "volume", "dividend")
    }
    close, variance = _FIRST_CLOSE, _DAILY_VARIANCE
    for t, (night, day, up, down, activity) in enumerate(shocks.tolist()):
        overnight = (_OVERNIGHT * variance) ** 0.5 * night
        intraday = ((1 - _OVERNIGHT) * variance) ** 0.5 * day
        reach = _RANGE * variance**0.5
        dividend = round(_YIELD * close, 4) if pays[t] else 0.0
        opened = close * (1 + overnight) - dividend
        close = opened * (1 + intraday)
        table["open"][t], table["close"][t] = opened, close
        table["high"][t] = max(opened, close) * (1 + reach * abs(up))
        table["low"][t] = min(opened, close) * (1 - reach * abs(down))
        table["dividend"][t] = dividend
        table["volume"][t] = _SHARES * (1 + abs(activity)) * (variance / _DAILY_VARIANCE) ** 0.5
        move = overnight + intraday
        variance = (
            (1 - _SHOCK - _MEMORY) * _DAILY_VARIANCE + _SHOCK * move * move + _MEMORY * variance
        )
    return {name: values.round(0 if name == "volume" else 4) for name, values in table.items()}


def _ex_dates(dates: Dates) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    months = np.unique(dates.astype("datetime64[M]"))
    quarters = months[(months.astype(np.int64) + 1) % 3 == 0]
    third_fridays = np.busday_offset(quarters, 2, roll="forward", weekmask="Fri")
    before = np.searchsorted(dates, third_fridays, side="right") - 1
    pays = np.zeros(len(dates), dtype=np.bool_)
    pays[before[(third_fridays <= dates[-1]) & (before > 0)]] = True
    return pays
