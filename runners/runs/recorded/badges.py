"""What readers should know of the account of a script before they believe it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....brokers.ledger import Unfilled
from ....feeds.bars import Bars
from ..badges import price_badges, warning_badges
from ..labels.badge_texts import badge
from ..labels.formats import counted
from ..result import Badge
from .account import Account
from .recorder import REFUSED
from .recording import Recording


def refused(unfilled: Sequence[Unfilled]) -> int:
    """Return how many orders the broker refused."""
    return sum(order.reason in REFUSED.values() for order in unfilled)


def account_badges(
    recordings: Sequence[Recording],
    account: Account,
    tables: Sequence[Bars],
    unfilled: Sequence[Unfilled],
    measured: Mapping[str, Any],
) -> list[Badge]:
    """Return statements on the account of a script."""
    first, book, daily = recordings[0], account.book, account.daily
    found: list[Badge] = []
    if first.ledger is None:
        broker = str(first.settings["broker"]["class"]).rpartition(".")[2]
        found.append(badge("account of the script", broker=broker))
    if book.ruined_on:
        found.append(badge("ruined", day=book.ruined_on))
    if not book.fills:
        found.append(badge("no trades"))
    if count := refused(unfilled):
        found.append(badge("refused by the broker", count=count))
    if first.cash_was_set:
        found.append(badge("cash was set"))
    if "deposits" in daily:
        days = counted(int((daily["deposits"] != 0.0).sum()), "day")
        found.append(badge("cash was added", amount=f"{daily['deposits'].sum():,.2f}", days=days))
    if "other" in daily:
        found.append(badge("not explained", amount=f"{daily['other'].sum():,.2f}"))
    if first.ledger is None and (missed := _dividends_missed(account)):
        found.append(badge("dividends not paid", amount=f"{missed:,.2f}"))
    charged = measured["pnl"]["commission"] or measured["pnl"]["slippage"]
    if book.fills:
        found.append(badge("costs on" if charged else "no costs"))
    if any(fill.moment == "close" for fill in book.fills) and first.settings["broker"].get("coc"):
        found.append(badge("idealised fill", at="close"))
    if first.settings["broker"].get("coo") and (count := _at_their_open(recordings)):
        found.append(badge("cheat on open", orders=counted(count, "order")))
    return [*found, *warning_badges(tables), *price_badges(tables)]


def _at_their_open(recordings: Sequence[Recording]) -> int:
    """Return how many market orders filled at the open of the day on which they were sent."""
    count = 0
    for each in recordings:
        sent = {(order.date, order.instrument) for order in each.sent if order.kind == "Market"}
        names = [feed.name for feed in each.feeds]
        count += sum(
            fill.moment == "open" and (fill.date, names[fill.feed]) in sent
            for fill in each.executions
        )
    return count


def _dividends_missed(account: Account) -> float:
    """Return the dividends on what was held over the night, if the account was paid none."""
    owed = sum(event.held * event.dividend for event in account.book.ex_dates)
    return 0.0 if account.daily["dividends"].any() else owed
