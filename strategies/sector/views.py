"""Market views: rules for the book's target beta, from the fund's own past.

A view gets the fund's bars up to today, no later ones, and returns a target beta.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...feeds.arrays import Floats
from ..base.ranges import MOST_FALLBACK, number, one_of, whole, written
from ..errors import StrategyError
from ..rules.sign_rule import STATIONARY, sign_positions
from ..rules.sma_switch import sma_side

LARGEST = 0.2
"""The source's bound: the target beta may vary from -0.2 to 0.2."""

ACCEPTED = (
    "a number from -0.2 to 0.2; sma:PERIOD[:trend|reversion][:SIZE]; "
    "sign:d=D[,M=M][,R=R][,fallback=G][,sizing=sign|forecast][,size=SIZE]"
)
"""What `view_of` reads."""


class View(Protocol):
    """A rule for the book's target beta."""

    @property
    def bars(self) -> int:
        """Bars of the fund up to the first decision."""
        ...

    def __call__(self, close: Floats, market: Floats) -> float:
        """Return the target beta after the last of the fund's bars, in [-0.2, 0.2].

        Parameters
        ----------
        close : ndarray of shape (n_bars,)
            The fund's closes up to today, oldest first, not adjusted for dividends, > 0; no NaN.
        market : ndarray of shape (n_bars,)
            Its daily total returns on the same bars. The first is not read; no other is NaN.
        """
        ...


@dataclass(frozen=True)
class Constant:
    """Always the same target beta.

    Attributes
    ----------
    size : float
        In [-0.2, 0.2]; anything else is a `StrategyError`.
    """

    size: float = 0.0
    bars = 1

    def __post_init__(self) -> None:
        """Check the range."""
        number("a target beta", self.size, -LARGEST, LARGEST)

    def __call__(self, close: Floats, market: Floats) -> float:
        """Return the size."""
        return float(self.size)


@dataclass(frozen=True)
class FromSma:
    """Target beta by the side of the fund's moving average, as in the SMA switch.

    The target is +size or -size, and 0 before the first decision; a close on the average keeps the
    side.

    Attributes
    ----------
    period : int
        Bars in the average, >= 1.
    direction : {"trend", "reversion"}
        "trend": +size above the average and -size below it; "reversion" is the mirror.
    size : float
        In [0, 0.2]. What is out of its range is a `StrategyError`.
    """

    period: int = 200
    direction: str = "trend"
    size: float = LARGEST

    def __post_init__(self) -> None:
        """Check the ranges."""
        whole("period", self.period, 1)
        one_of("direction", self.direction, _DIRECTIONS)
        _check_size(self.size)

    @property
    def bars(self) -> int:
        """Return the bars in the average."""
        return self.period

    def __call__(self, close: Floats, market: Floats) -> float:
        """Return the target beta after the last close."""
        # The side follows from the newest close off its average, so that few bars are needed.
        for newest in (1, 16, close.size):
            first = max(close.size - (self.period - 1) - newest, 0)
            sides = sma_side(close[first:], self.period, self.direction == "reversion")
            if sides.size and sides[-1]:
                return float(sides[-1]) * self.size
        return 0.0


@dataclass(frozen=True)
class FromSignRule:
    """Target beta by the sign rules S1 to S4: `size` times their position.

    The target is 0 before the first decision.

    Attributes
    ----------
    delay : int
        d, bars between today and the newest return in the sum, >= 0.
    window : int
        M, returns in the sum, >= 1.
    memory : int
        R, pairs that g is estimated from, >= 2: S3 and S4. 0: g is 2, as in S1 and S2.
    fallback : float
        g where none of the pairs has a negative sum, >= 0. Not read with a memory of 0.
    sizing : {"sign", "forecast"}
        What of the forecast is held. With a memory of 0 they are the same.
    size : float
        In [0, 0.2]. What is out of its range is a `StrategyError`.
    """

    delay: int
    window: int = 1
    memory: int = 0
    fallback: float = STATIONARY
    sizing: str = "sign"
    size: float = LARGEST

    def __post_init__(self) -> None:
        """Check the ranges."""
        whole("d", self.delay, 0)
        whole("M", self.window, 1)
        if self.memory != 0:
            whole("R", self.memory, 2)
        number("fallback", self.fallback, 0.0, MOST_FALLBACK)
        one_of("sizing", self.sizing, _SIZINGS)
        _check_size(self.size)

    @property
    def bars(self) -> int:
        """Return the bars of the first sum, and of the pairs that g is estimated from."""
        return self.delay + self.window + self.memory + 1

    def __call__(self, close: Floats, market: Floats) -> float:
        """Return the target beta after the last return."""
        if market.size < self.bars:
            return 0.0
        # The rule reads nothing but total returns: any prices with these returns give its position.
        wealth = np.cumprod(np.concatenate([[1.0], 1.0 + market[1 - self.bars :]]))
        position = sign_positions(
            wealth,
            np.zeros(self.bars),
            self.delay,
            self.window,
            self.memory,
            self.memory > 0,
            float(self.fallback),
            self.sizing == "forecast",
        )[-1]
        return float(position) * self.size


_LONGEST = 200
"""Longest text of a view, in characters."""

_DIRECTIONS = ("trend", "reversion")
_SIZINGS = ("sign", "forecast")

_SIGN_NAMES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "d": ("delay", int),
    "M": ("window", int),
    "R": ("memory", int),
    "fallback": ("fallback", float),
    "sizing": ("sizing", str),
    "size": ("size", float),
}
"""What the sign rules' source calls the attributes of `FromSignRule`."""


def view_of(stated: str | float) -> View:
    """Return the view that a text or a number states.

    Parameters
    ----------
    stated : str or float
        "0.1" or 0.1; "sma:200", "sma:200:reversion", "sma:200:trend:0.1"; "sign:d=5,M=13,R=2",
        "sign:d=0,size=0.1". What is left out has the default of `FromSma` or `FromSignRule`.

    Raises
    ------
    StrategyError
        None of these, or a parameter out of range.
    """
    try:
        if not isinstance(stated, str):
            return Constant(number("a target beta", stated, -LARGEST, LARGEST))
        if len(stated) > _LONGEST:
            raise StrategyError(f"more than {_LONGEST} characters")
        kind, _, rest = stated.strip().partition(":")
        if kind == "sma":
            return FromSma(**_sma_options(rest))
        if kind == "sign":
            return FromSignRule(**_sign_options(rest))
        return Constant(_read(stated, float))
    except StrategyError as error:
        raise StrategyError(f"view {written(stated)}: {error}; accepted: {ACCEPTED}") from None


def _sma_options(text: str) -> dict[str, Any]:
    """Return PERIOD[:DIRECTION][:SIZE] by name."""
    period, *more = text.split(":")
    options: dict[str, Any] = {"period": _read(period, int)}
    if more and more[0] in _DIRECTIONS:
        options["direction"] = more.pop(0)
    if more:
        options["size"] = _read(":".join(more), float)
    return options


def _sign_options(text: str) -> dict[str, Any]:
    """Return NAME=VALUE,... by the names of the attributes."""
    options: dict[str, Any] = {}
    for pair in text.split(","):
        name, _, value = (part.strip() for part in pair.partition("="))
        if name not in _SIGN_NAMES:
            raise StrategyError(f"{name!r} is none of {', '.join(_SIGN_NAMES)}")
        attribute, kind = _SIGN_NAMES[name]
        if attribute in options:
            raise StrategyError(f"{name} is given twice")
        options[attribute] = _read(value, kind)
    if "delay" not in options:
        raise StrategyError("d is missing")
    return options


def _read(text: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        number = "whole number" if kind is int else "number"
        raise StrategyError(f"{text!r} is no {number}") from None


def _check_size(size: float) -> None:
    number("size", size, 0.0, LARGEST)
