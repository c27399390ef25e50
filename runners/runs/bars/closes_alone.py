"""Refuse fills at the open for instruments whose opening prices are unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....brokers.ledger import Fill
from ....feeds.bars import Bars
from ...errors import ParameterError
from .. import registry
from ..labels.badge_texts import badge, named
from ..result import Badge
from ..settings import Settings
from ..traits import traits_of

NO_OPENS = "closes alone are known: there is no next open to fill at"


def check_opens(kind: registry.Strategy, tables: Sequence[Bars], settings: Settings) -> None:
    """Raise if the run fills at opens and no table has opening prices.

    If only some tables have none, `check_fills` checks the traded ones later: a series that the
    strategy only reads may hold closes alone.

    Raises
    ------
    ParameterError
        The fill setting is the next open, or the strategy trades at the open.
    """
    if all(table.closes_only for table in tables):
        _refuse(_at_open(kind, settings), tables)


def check_fills(
    kind: registry.Strategy, tables: Sequence[Bars], settings: Settings, fills: Iterable[Fill]
) -> None:
    """Raise if the run filled an order at the open of a table without opening prices."""
    if why := _at_open(kind, settings):
        traded = {fill.instrument for fill in fills}
        _refuse(why, [t for t in tables if t.closes_only and t.name in traded])


def traded_on_closes(tables: Sequence[Bars], fills: Iterable[Fill]) -> bool:
    """Return whether any traded table holds closes alone."""
    without = {table.name for table in tables if table.closes_only}
    return bool(without) and any(fill.instrument in without for fill in fills)


def closes_only_badges(tables: Sequence[Bars]) -> list[Badge]:
    """Return the badge that names the tables that hold closes alone."""
    found = [table for table in tables if table.closes_only]
    if not found:
        return []
    return [badge("closes only", instruments=named(found))]


def _at_open(kind: registry.Strategy, settings: Settings) -> str | None:
    """Return what makes the run fill at an open, for the message; None if nothing does."""
    if settings.fill == "next_open":
        return "fill next_open"
    if "open" in traits_of(kind).sessions:
        return f"{registry.name_of(kind)}, which trades at the open,"
    return None


def _refuse(why: str | None, tables: Sequence[Bars]) -> None:
    if why and tables:
        raise ParameterError(
            f"{why} needs opening prices, and of {named(tables)} closes alone are known: open, "
            "high and low equal them on every bar"
        )
