"""Make room in the lines of indicators at once, where backtrader appends entry by entry."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import backtrader as bt

LineBuffer = bt.linebuffer.LineBuffer
_NAN = float("nan")


@contextmanager
def made_room_at_once(strategies: Iterable[Any]) -> Iterator[None]:
    """Let the lines of strategies and of all their indicators grow at once within the block."""
    lines = [
        line
        for strategy in strategies
        for owner in _tree(strategy)
        for line in owner.lines
        if _grows_as_ever(line)
    ]
    for line in lines:
        line.forward = partial(_forward, line)
    try:
        yield
    finally:
        for line in lines:
            vars(line).pop("forward", None)  # once for a line that two share


def _tree(owner: Any) -> Iterator[Any]:
    """Yield something that has lines, and the indicators in it."""
    yield owner
    for indicator in getattr(owner, "_lineiterators", {}).get(bt.LineIterator.IndType, ()):
        yield from _tree(indicator)


def _grows_as_ever(line: Any) -> bool:
    return (
        isinstance(line, LineBuffer)
        and type(line).forward is LineBuffer.forward
        and line.mode == LineBuffer.UnBounded
        and "forward" not in vars(line)
    )


def _forward(line: Any, value: float = _NAN, size: int = 1) -> None:
    """Move a line on by `size` entries, each of them `value`."""
    line.idx += size
    line.lencount += size
    line.array.extend(array("d", (value,)) * size)
