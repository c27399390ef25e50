"""backtrader's `tick_` attributes of a feed, computed when somebody reads one."""

from __future__ import annotations

from functools import cache
from typing import Any


class Ticks:
    """Mixed into the class of a feed's lines, where an attribute that a feed lacks is looked up."""


@cache
def _with_ticks(kind: Any, names: tuple[str, ...]) -> type:
    aliases = {f"tick_{name}": name for name in names if name != "datetime"}
    aliases["tick_last"] = names[0]
    attributes = {tick: property(_reader(name)) for tick, name in aliases.items()}
    return type(kind.__name__, (Ticks, kind), {**attributes, "__module__": kind.__module__})


def _reader(name: str) -> Any:
    def tick(lines: Any) -> float | None:
        line = getattr(lines, name)
        if not len(line):
            raise AttributeError(f"tick_{name}")  # before the first bar a feed has no ticks
        # At the last bar of a feed that was loaded at once, backtrader leaves them empty.
        return line[0] if len(line) < line.buflen() else None

    return tick


def read_ticks_late(feed: Any) -> None:
    """Let a feed's ticks be computed from its lines instead of being kept at every bar."""
    for name in [name for name in vars(feed) if name.startswith("tick_")]:
        delattr(feed, name)  # of a run before
    kind: Any = type(feed.lines)
    feed.lines.__class__ = _with_ticks(kind, tuple(feed.getlinealiases()))


def keep_ticks(feed: Any) -> None:
    """Write a feed's ticks as they stand, and let it keep them itself again."""
    lines = feed.lines
    names = [name for name in vars(type(lines)) if name.startswith("tick_")]
    now = {name: getattr(lines, name) for name in names} if len(feed) else {}
    lines.__class__ = type(lines).__bases__[1]
    vars(feed).update(now)
