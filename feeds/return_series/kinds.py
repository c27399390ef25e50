"""What a column of numbers holds: returns as fractions, returns in per cent, or equity."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from ..arrays import Floats
from ..errors import RequestError
from ..tables.spellings import plain_label

KINDS = ("returns", "percent", "equity")

#: Median of the absolute returns of a period, and volatility a year, above which numbers are no
#: plausible fractions: 1.2 written for 1.2 % is 120 %.
LARGE_RETURN, LARGE_VOLATILITY = 0.2, 2.0

#: Usual volatility a year, that of a normal law with the same median, and growth of a year, above
#: which they are none either: in per cent a calm bond fund moves by 0.1 a day, as a fraction by
#: 160 % a year.
LARGE_USUAL_VOLATILITY, LARGE_GROWTH = 1.0, 3.0
_SD_OF_MEDIAN = 1.4826

#: Mean squared step over variance: near 2 for numbers that do not hang together, as returns, and
#: near 0 for a path, as equity or a running total. Returns stay above the first, equity below the
#: second.
OF_RETURNS, OF_EQUITY = 0.2, 1.5

#: Fewest numbers from which on that ratio says anything.
ENOUGH = 20

#: Median of the relative steps of equity.
LARGE_STEP = 0.2

#: Range of growth factors, 1 + return.
_FACTORS = (0.5, 1.5)

_RETURNS = re.compile(r"(?:.*_)?(?:returns?|rets?|change|chg|performance|perf|rendite)(?:_.*)?")
_EQUITY = re.compile(
    r"(?:.*_)?(?:equity|nav|balance|value|portfolio|account|capital|wealth|close|price|level|"
    r"net_liq|net_liquidation|aum)(?:_.*)?"
)
_LOG = re.compile(r"(?:.*_)?(?:log|ln)_?(?:returns?|rets?|change|chg)(?:_.*)?")
_PERCENT = re.compile(r"(?:.*_)?(?:pct(?!_change)|percent|per_cent|prozent)(?:_.*)?")


_SAID = "the cells or the column's name say per cent"

#: What messages say to do: an account's kind can be stated, that of a benchmark cannot.
REMEDY = (
    "say --kind returns (0.01 is 1 %), --kind percent (1 is 1 %) or --kind equity (the account's "
    "value)"
)
OF_A_BENCHMARK = "write a benchmark's returns as fractions (0.01 is 1 %), or its value"


class Kind(NamedTuple):
    """What a column holds, and what says so."""

    kind: str
    why: str


def kind_of(
    values: Floats, label: str, *, per_cent: bool, periods_per_year: int, remedy: str = REMEDY
) -> Kind:
    """Tell what a column holds, by its numbers and, where they leave it open, by its name.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The numbers as they are written, oldest first; NaN does not count.
    label : str
        The column's name.
    per_cent : bool
        Whether a per cent sign follows each number.
    periods_per_year : int
        Rows a year, for the volatility that no returns have.
    remedy : str
        What a message says to do.

    Returns
    -------
    Kind
        - "returns" or "percent": numbers of both signs, above -1 as fractions, not too large, and
          without the course of a running total. "percent" where the cells or the name say so.
        - "equity": positive levels whose steps are small against them.

    Raises
    ------
    RequestError
        The numbers may be two of these, or are none; the message ends with `remedy`. The column is
        called log returns.
    """
    if _LOG.fullmatch(plain_label(label)):
        unless = "say --kind returns" if remedy == REMEDY else "rename the column"
        raise RequestError(
            f"{label} says log returns: write simple ones, exp(r) - 1, or {unless} if they are "
            "simple"
        )
    try:
        return _kind(values[np.isfinite(values)], label, per_cent, periods_per_year)
    except _Unclear as error:
        raise RequestError(f"returns or equity cannot be told: {error}; {remedy}") from None


class _Unclear(ValueError):
    """What is seen, and what it may be."""

    def __init__(self, seen: str, maybe: str) -> None:
        super().__init__(f"{seen} (perhaps {maybe})")


def _kind(found: Floats, label: str, per_cent: bool, periods_per_year: int) -> Kind:
    if not found.size:
        return Kind("returns", "no number")
    named = plain_label(label)
    said = per_cent or "%" in label or _PERCENT.fullmatch(named) is not None
    says_returns = _RETURNS.fullmatch(named) is not None
    says_equity = not says_returns and _EQUITY.fullmatch(named) is not None and not _swings(found)
    if (found < 0).any() and not says_equity:
        if not ((found > 0).any() or says_returns or said):
            raise _Unclear(f"no number is above 0 (the least is {found.min():g})", "drawdowns")
        return _returns(found, said, periods_per_year)
    if says_equity and not per_cent and found[0] > 0:
        return _not_factors(found, Kind("equity", f"the column is called {label}"))
    levels = _are_levels(found) and not per_cent
    if says_returns or (said and not levels):
        if levels and found.min() >= 1:
            raise _Unclear(
                f"{label} holds levels from {found.min():g} to {found.max():g}", "equity"
            )
        return _returns(found, said, periods_per_year)
    if levels:
        return _not_factors(found, Kind("equity", "positive levels with small steps"))
    raise _Unclear(
        f"no number is negative ({found.min():g} to {found.max():g}) and they are no plain levels",
        "returns without a loss, or equity",
    )


def _returns(values: Floats, said: bool, periods_per_year: int) -> Kind:
    returns = values / 100.0 if said else values
    moves = values.min() < values.max()
    if values.size >= ENOUGH and moves and _unevenness(values) < OF_RETURNS:
        signs = " of both signs" if values.min() < 0 < values.max() else ""
        raise _Unclear(
            f"numbers{signs} that hang together as a path does",
            "a running total of returns or profit: give 1 + the total, or the account's value",
        )
    moved = np.abs(returns[returns != 0])
    typical = float(np.median(moved)) if moved.size else 0.0
    a_year = math.sqrt(periods_per_year)
    volatile = (
        float(returns.std()) * a_year > LARGE_VOLATILITY
        or _SD_OF_MEDIAN * typical * a_year > LARGE_USUAL_VOLATILITY
    )
    seen = f"as fractions half of the returns are beyond {100 * typical:.3g} %"
    if (returns <= -1.0).any():
        seen += f", the least is {returns.min():g}"
    elif (grown := _growth(returns, periods_per_year)) > LARGE_GROWTH:
        seen += f", and 1 grows to {grown:,.3g} in a year"
    elif typical <= LARGE_RETURN and not volatile:
        return Kind("percent", _SAID) if said else Kind("returns", "fractions around 0")
    raise _Unclear(seen, "returns in per cent (1.2 for 1.2 %), or money")


def _growth(returns: Floats, periods_per_year: int) -> float:
    """Return what 1 grows to in an average year; 1.0 for less than a year of returns above -1."""
    years = returns.size / periods_per_year
    with np.errstate(over="ignore"):
        return float(np.exp(np.log1p(returns).sum() / years)) if years >= 1.0 else 1.0


def _swings(values: Floats) -> bool:
    """Whether the sign changes again and again, as that of returns, but not that of an account."""
    changes = int(np.count_nonzero(np.diff(np.sign(values[values != 0]))))
    return changes > max(2, values.size // 10)


def _are_levels(values: Floats) -> bool:
    if values.min() <= 0 or not (values.min() >= LARGE_RETURN or values.max() >= 1.0):
        return False
    steps = np.abs(values[1:] / values[:-1] - 1.0)
    return not steps.size or float(np.median(steps)) <= LARGE_STEP


def _not_factors(values: Floats, kind: Kind) -> Kind:
    """Return the kind, unless the numbers look like growth factors, 1 + return."""
    low, high = _FACTORS
    around_one = low < values.min() and values.max() < high
    if around_one and values.size >= ENOUGH and _unevenness(values) > OF_EQUITY:
        raise _Unclear(
            f"levels around 1 ({values.min():g} to {values.max():g}) that do not hang together",
            "growth factors 1 + r: subtract 1",
        )
    return kind


def _unevenness(values: Floats) -> float:
    """Return the mean squared step over the variance; 0.0 for numbers that are all equal."""
    variance = float(values.var())
    return float(np.mean(np.diff(values) ** 2)) / variance if variance else 0.0
