"""What cannot be filled where closes alone are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...brokers.ledger import Fill
from ...feeds.bars import Bars
from ..errors import ParameterError
from . import registry
from .badge_texts import badge, named
from .result import Badge
from .settings import Settings

NO_OPENS = "closes alone are known: there is no next open to fill at"


def check_opens(kind: registry.Strategy, tables: Sequence[Bars], settings: Settings) -> None:
    """Refuse a run that fills at opens where no table has any.

    Where some have, `check_fills` looks at what was traded: a series that is only read may be one
    of closes.

    Raises
    ------
    ParameterError
        The fill, or one of the strategy's sessions, is at the open.
    """
    if all(table.closes_only for table in tables):
        _refuse(_at_open(kind, settings), tables)


def check_fills(
    kind: registry.Strategy, tables: Sequence[Bars], settings: Settings, fills: Iterable[Fill]
) -> None:
    """Refuse a run that filled at opens of a table without any, as `check_opens` does."""
    if why := _at_open(kind, settings):
        traded = {fill.instrument for fill in fills}
        _refuse(why, [t for t in tables if t.closes_only and t.name in traded])


def traded_on_closes(tables: Sequence[Bars], fills: Iterable[Fill]) -> bool:
    """Whether any table that was traded holds closes alone."""
    without = {table.name for table in tables if table.closes_only}
    return bool(without) and any(fill.instrument in without for fill in fills)


def closes_only_badges(tables: Sequence[Bars]) -> list[Badge]:
    """Return the badge of tables that hold closes alone."""
    found = [table for table in tables if table.closes_only]
    if not found:
        return []
    return [badge("closes only", instruments=named(found))]


def _at_open(kind: registry.Strategy, settings: Settings) -> str | None:
    """Say what fills at an open, if anything does."""
    if settings.fill == "next_open":
        return "fill next_open"
    if "open" in kind.sessions:
        return f"{registry.name_of(kind)}, which trades at the open,"
    return None


def _refuse(why: str | None, tables: Sequence[Bars]) -> None:
    if why and tables:
        raise ParameterError(
            f"{why} needs opening prices, and of {named(tables)} closes alone are known: open, "
            "high and low equal them on every bar"
        )
