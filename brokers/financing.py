"""What a night costs: interest on cash, and the fee for borrowed shares."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from ..feeds.conventions import LARGEST_RATE
from ..feeds.python_numbers import hold_python_numbers
from .errors import BrokerError

Rate = float | pd.Series
"""A constant annual rate, or a Series of annual rates by date (decimal fractions, oldest first)."""

DAYS_A_YEAR = 360.0
"""Money-market convention: actual days over 360."""


@dataclass(frozen=True, eq=False)
class Financing:
    """Annual rates, all decimal fractions (0.05 is 5 % a year), accrued ACT/360.

    Parameters
    ----------
    cash : float or Series
        Earned on free cash: the cash balance less the market value of the shorts.
    rebate : float or Series
        Earned on short proceeds, marked to the market value of the shorts.
    debit : float or Series
        Paid on free cash where it is negative.
    borrow : float or Series
        Paid on the market value of the shorts.

    Raises
    ------
    BrokerError
        A rate outside (-1, 1): a percentage was meant; or a Series that is empty, unsorted or NaN.

    Examples
    --------
    >>> from btplaybook.brokers.financing import Financing
    >>> rates = Financing(cash=0.03, rebate=0.01, debit=0.08, borrow=0.02)
    >>> interest, fee = rates.overnight(150_000.0, 50_000.0, 3, datetime.date(2024, 3, 1))
    >>> round(interest, 2), round(fee, 2)  # of 3 nights: 100,000 free at 3 %, 50,000 short
    (29.17, -8.33)
    """

    cash: Rate = 0.0
    rebate: Rate = 0.0
    debit: Rate = 0.0
    borrow: Rate = 0.0

    def __post_init__(self) -> None:
        hold_python_numbers(self)
        for field in fields(self):
            rate = getattr(self, field.name)
            if isinstance(rate, pd.Series):
                rate = _by_day(field.name, rate)
                object.__setattr__(self, field.name, rate)
            _check_rate(field.name, rate)

    @classmethod
    def of(cls, interest: Rate | Mapping[str, Rate], borrow: Rate) -> Financing:
        """Return rates from the two options of a run.

        Parameters
        ----------
        interest : float, Series or mapping
            One rate for cash, rebate and debit, or a mapping with any of these names; a name that
            is left out is 0.
        borrow : float or Series
            As for the class.

        Raises
        ------
        BrokerError
            Another name in the mapping; as for the class.
        """
        if not isinstance(interest, Mapping):
            return cls(interest, interest, interest, borrow)
        unknown = sorted(set(interest) - {"cash", "rebate", "debit"})
        if unknown:
            raise BrokerError(
                f"interest knows the rates cash, rebate and debit, got {', '.join(unknown)}"
            )
        return cls(**interest, borrow=borrow)

    @property
    def free(self) -> bool:
        """Whether no rate is set."""
        return all(
            isinstance(rate := getattr(self, f.name), (int, float)) and not rate
            for f in fields(self)
        )

    def overnight(
        self, cash: float, short_value: float, days: int, known_on: datetime.date
    ) -> tuple[float, float]:
        """Return (interest, borrow fee) for the nights since `known_on`, in account currency.

        Signed: what is earned is > 0, what is paid < 0.

        Parameters
        ----------
        cash : float
            Balance after the last close, the proceeds of shorts included.
        short_value : float
            Market value of the shorts at the last close, >= 0.
        days : int
            Calendar days since the last close.
        known_on : date
            Day of the last close; a rate of a later day is not known yet.

        Raises
        ------
        BrokerError
            A Series of rates begins after `known_on`.
        """
        years = days / DAYS_A_YEAR
        free = cash - short_value
        rate = rate_on(self.cash if free > 0 else self.debit, known_on)
        interest = free * rate + short_value * rate_on(self.rebate, known_on)
        return interest * years, -short_value * rate_on(self.borrow, known_on) * years


def rate_on(rate: Rate, day: datetime.date) -> float:
    """Return the annual rate that was known on `day`: the newest one dated no later.

    Raises
    ------
    BrokerError
        The Series begins after `day`.
    """
    if not isinstance(rate, pd.Series):
        return float(rate)
    row = int(rate.index.searchsorted(pd.Timestamp(day), side="right")) - 1
    if row < 0:
        raise BrokerError(f"no rate is known on {day}: the series begins on {rate.index[0].date()}")
    return float(rate.iloc[row])


def _by_day(name: str, rates: pd.Series) -> pd.Series:
    """Return rates by day; the day is that of the stamp where it was written."""
    days = rates.index
    if not isinstance(days, pd.DatetimeIndex) or not days.is_monotonic_increasing or days.hasnans:
        raise BrokerError(f"the {name} rates need a DatetimeIndex, oldest first")
    days = days.tz_localize(None).normalize()
    if (twice := days[days.duplicated()]).size:
        raise BrokerError(f"the {name} rates have {twice[0].date()} twice: keep one rate a day")
    return rates.set_axis(days)


def _check_rate(name: str, rate: Rate) -> None:
    if isinstance(rate, pd.Series) and not len(rate):
        raise BrokerError(f"the {name} rates are empty")
    values = rate.to_numpy(float) if isinstance(rate, pd.Series) else np.array([rate], float)
    wrong = np.flatnonzero(~(np.abs(values) < LARGEST_RATE))
    if not len(wrong):
        return
    when = f" of {rate.index[wrong[0]].date()}" if isinstance(rate, pd.Series) else ""
    if when and np.isnan(values[wrong[0]]):
        raise BrokerError(
            f"the {name} rate{when} is missing: leave such days out, or fill them with .ffill()"
        )
    raise BrokerError(
        f"the {name} rate{when} must be a decimal fraction a year (0.05 is 5 %), got "
        f"{float(values[wrong[0]])!r}"
    )
