"""Errors of strategies: a parameter that cannot be used, or an order that cannot be executed."""

from __future__ import annotations

from typing import Any


class StrategyError(ValueError):
    """A parameter out of range, or a broker that cannot do what the strategy asks of it."""

    exit_code = 2


class StrategyStopped(RuntimeError):
    """A target that is not a number or names no tradable feed, or an order that was not filled."""

    exit_code = 5


def feed_name(data: Any) -> str:
    """Return a feed's name for a message."""
    return str(data._name or f"data{data._id - 1}")
