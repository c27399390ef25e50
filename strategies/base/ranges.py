"""Checks of a strategy's parameters: an error names the parameter, its range and its value."""

from __future__ import annotations

from numbers import Integral, Real

from ..errors import StrategyError

MOST_BARS = 1_000_000
"""Bars or days that a parameter may count: four thousand years of sessions."""

MOST_FALLBACK = 1e6
"""Largest fallback of the sign rules' g; from 2 on, the position after a negative z is 100 %
short."""

_LONGEST = 80


def whole(name: str, value: object, least: int, most: int = MOST_BARS) -> int:
    """Return a parameter that is a whole number from `least` to `most`.

    Raises
    ------
    StrategyError
        It is another number, a truth value or no number.
    """
    if type(value) is int and least <= value <= most:
        return value  # a search asks for each of its values, and abstract classes answer slowly
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise StrategyError(f"{name} must be a whole number >= {least}, got {written(value)}")
    if int(value) > most:
        raise StrategyError(
            f"{name} must be a whole number from {least} to {most:,}, got {written(value)}"
        )
    return int(value)


def number(name: str, value: object, least: float, most: float) -> float:
    """Return a parameter that is a number from `least` to `most`.

    Raises
    ------
    StrategyError
        It is another number, NaN, a truth value or no number.
    """
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not (real and least <= value <= most):  # type: ignore[operator]
        raise StrategyError(f"{name} must be in [{least:g}, {most:g}], got {written(value)}")
    return float(value)  # type: ignore[arg-type]


def flag(name: str, value: object) -> bool:
    """Return a parameter that is True or False; StrategyError for anything else."""
    if not isinstance(value, bool):
        raise StrategyError(f"{name} must be True or False, got {written(value)}")
    return value


def text(name: str, value: object) -> str:
    """Return a parameter that is a text; StrategyError for anything else."""
    if not isinstance(value, str):
        raise StrategyError(f"{name} must be a text, got {written(value)}")
    return value


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise StrategyError unless a parameter is one of some texts."""
    if not isinstance(value, str) or value not in allowed:
        raise StrategyError(f"{name} must be one of {', '.join(allowed)}, got {written(value)}")


def written(value: object) -> str:
    """Return a value as text for a message: on one line, cut after 80 characters."""
    try:
        found = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # Python writes no integer of more than 4,300 digits
        return f"a very large {type(value).__name__}"
    return found if len(found) <= _LONGEST else f"{found[:_LONGEST]}..."
