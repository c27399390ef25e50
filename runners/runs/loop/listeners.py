"""Who listens to what: methods that nobody wrote are not called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import backtrader as bt


def listens(strategy: Any, name: str) -> bool:
    """Return whether a strategy, or something set on it, has its own method of that name."""
    return name in vars(strategy) or getattr(type(strategy), name) is not getattr(bt.Strategy, name)


def listeners(analyzers: Iterable[Any], name: str) -> list[Any]:
    """Return the analyzers that have their own method of that name, or a child that has."""
    return [analyzer for analyzer in analyzers if _hears(analyzer, name)]


def acting(analyzers: Iterable[Any]) -> list[Any]:
    """Return the analyzers that do something at a bar."""
    return [
        analyzer
        for analyzer in analyzers
        if any(_hears(analyzer, name) for name in ("next", "prenext", "nextstart"))
    ]


def _hears(analyzer: Any, name: str) -> bool:
    changed = any(
        method in vars(analyzer)
        or getattr(type(analyzer), method) is not getattr(bt.Analyzer, method)
        for method in (name, f"_{name}")
    )
    return changed or any(_hears(child, name) for child in analyzer._children)
