"""backtrader's `tick_` attributes of a feed, computed when somebody reads one."""

from __future__ import annotations

from functools import cache
from typing import Any


class Ticks:
    """Mixed into the class of a feed's lines, where an attribute that a feed lacks is looked up."""

    _ticks_before: dict[str, Any]
    """What a run before has left, which is read until the first bar."""


@cache
def _with_ticks(kind: Any, names: tuple[str, ...]) -> type:
    aliases = {f"tick_{name}": name for name in names if name != "datetime"}
    aliases["tick_last"] = names[0]
    attributes = {tick: property(_reader(tick, name)) for tick, name in aliases.items()}
    return type(kind.__name__, (Ticks, kind), {**attributes, "__module__": kind.__module__})


def _reader(tick: str, name: str) -> Any:
    def read(lines: Any) -> float | None:
        line = getattr(lines, name)
        if not len(line):
            if tick in lines._ticks_before:
                return lines._ticks_before[tick]  # type: ignore[no-any-return]
            raise AttributeError(tick)  # before the first bar of all
        # At the last bar of a feed that was loaded at once, backtrader leaves them empty.
        return line[0] if len(line) < line.buflen() else None

    return read


def read_ticks_late(feed: Any) -> None:
    """Let a feed's ticks be computed from its lines instead of being kept at every bar."""
    names = [name for name in vars(feed) if name.startswith("tick_")]
    feed.lines._ticks_before = {name: vars(feed).pop(name) for name in names}
    kind: Any = type(feed.lines)
    feed.lines.__class__ = _with_ticks(kind, tuple(feed.getlinealiases()))


def keep_ticks(feed: Any) -> None:
    """Write a feed's ticks as they stand, and let it keep them itself again."""
    lines = feed.lines
    names = [name for name in vars(type(lines)) if name.startswith("tick_")]
    now = {name: getattr(lines, name) for name in names} if len(feed) else lines._ticks_before
    lines.__class__ = type(lines).__bases__[1]
    del lines._ticks_before
    vars(feed).update(now)
