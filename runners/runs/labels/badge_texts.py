"""The catalogue of badges: kind, text and reason of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..result import Badge

KINDS = ("bad", "warn", "info")
"""From the gravest to the mildest."""

SHOWN = 6
"""Most instruments that a badge names."""

TEXTS: dict[str, tuple[str, str, str]] = {
    # the outcome of a run
    "ruined": ("bad", "ruined", "Equity fell to zero or below at the close of {day}."),
    "no trades": ("bad", "no trades", "The strategy never ordered anything."),
    "returns alone": (
        "warn",
        "returns alone",
        "A series of returns alone: no trades, costs or fills are known, nor what it was chosen "
        "from.",
    ),
    "account of the script": (
        "info",
        "account of the script",
        "Data, fills and costs are those of the script and its {broker}: dividends, borrow fees "
        "and interest are booked only if they are. Not checked for knowledge of the future.",
    ),
    "refused by the broker": (
        "bad",
        "orders refused: {count}",
        "The broker refused them, mostly for lack of cash: the strategy held something else than "
        "it asked for. The orders are listed under Trades.",
    ),
    "cash was set": (
        "bad",
        "cash set by hand",
        "The script set the account's cash anew while it ran: returns hold that change.",
    ),
    "cash was added": (
        "info",
        "cash added",
        "{amount} net was added on {days}: returns are those of a fund's share, which "
        "deposits do not change.",
    ),
    "not explained": (
        "warn",
        "unexplained profit",
        "Fills, commissions and prices do not explain {amount} of the profit: something else moved "
        "the account's cash. It is the part called Other.",
    ),
    "dividends not paid": (
        "bad",
        "dividends not paid",
        "The bars hold dividends, and the broker books none: {amount} on what was held over "
        "ex-dates is missing.",
    ),
    "one of several sets": (
        "warn",
        "set {place} of {sets}",
        "The script ran {sets} sets of parameters{rank}: one picked out of them looks better than "
        "it will do.",
    ),
    "no benchmark": (
        "info",
        "no benchmark",
        "No feed has sound bars over all days of the account.",
    ),
    "synthetic points": (
        "info",
        "synthetic points",
        "Points and percent are the index's, not those of the inverse that was held.",
    ),
    "benchmark lacks days": (
        "warn",
        "benchmark lacks days",
        "No bar of {instruments} days: each counts as a day without return.",
    ),
    # audits
    "audited": (
        "info",
        "audited",
        "Run twice, bar by bar, and with other futures after {cuts}, the strategy did the same. "
        "Audited for data, not for selection: how many others were tried is not seen.",
    ),
    "audited in part": (
        "warn",
        "audited in part",
        "With other futures it did the same, but it {unseen}: that, the audit cannot cut.",
    ),
    "audit failed": ("bad", "audit: {text}", "{verdict}."),
    # books
    "members without a position": (
        "warn",
        "never held anything: {members}",
        "No day with a position: {part}.",
    ),
    "no equal risk": (
        "warn",
        "no equal risk: {times}",
        "The covariance of the members could not be used at {times} of {rebalances}: weights were "
        "inverse to volatility there. The members' common days with a position were too few, or "
        "one hedged the others.",
    ),
    "above capacity": (
        "warn",
        "above capacity: {times}",
        "At {times} of {decisions} with orders the largest order was more than {share} of its "
        "stock's median daily volume: so large an account moves the prices that it is filled at. "
        "The account was {least} to {most}; the capacity's median is {median}.",
    ),
    "idle at first": (
        "info",
        "idle at first: {days}",
        "Nothing could be decided on the first {days} of {all}: they count as days without a "
        "return. The Sharpe ratio is {sharpe} with them and {without} without. A start after "
        "{first} leaves them out, where the bars before it warm up.",
    ),
    # fills and costs
    "orders refused": (
        "warn",
        "{orders} refused",
        "Cash did not cover what the strategy ordered: its positions are not those that it meant "
        "to hold.",
    ),
    "orders before bars": (
        "bad",
        "{orders} before the first bar",
        "The strategy orders {instruments} on days before their first bar, when the prices that it "
        "reads are those of the last: such orders never fill. btplaybook audit says more.",
    ),
    "no costs": ("warn", "no costs", "Neither commission nor slippage was charged."),
    "too good a factor": (
        "bad",
        "mean IC {ic}",
        "An IC of this size, over {ahead}, is seldom anything but a look into the future: check "
        "what the factor reads, and when that was known.",
    ),
    "funds among stocks": (
        "warn",
        "funds among the stocks: {funds}",
        "They are sector funds, and are ranked as if they were stocks of {fund}: leave their bars "
        "out.",
    ),
    "before costs": (
        "info",
        "before costs",
        "Returns of quantiles are before costs; turnover and the cost that breaks even are beside "
        "them. --cost-bps charges each order.",
    ),
    "net of costs": (
        "info",
        "net of {cost} bp",
        "Net figures charge {cost} basis points for each order, one way; those of quantiles do "
        "not.",
    ),
    "costs on": ("info", "costs on", "Commission and slippage as stated below."),
    "own costs": ("info", "costs on", "Every order is charged by {costs}, as stated below."),
    "idealised fill": (
        "warn",
        "idealised fill",
        "The {at} that is traded at is also read: a market-on-{at} order, idealised.",
    ),
    "cheat on open": (
        "warn",
        "cheat on open",
        "{orders} filled at the open of the bar at which they were sent, when the whole bar, its "
        "close too, could be read.",
    ),
    "open to open": (
        "warn",
        "open to open",
        "Bars of {instruments} run from one open to the next: decisions and fills are at the open, "
        "and what a setting calls the next open is the close of the same session.",
    ),
    "idealised size": (
        "warn",
        "idealised size",
        "Shares are sized from the price they fill at, which the order could not know.",
    ),
    # the bars
    "data warnings": ("warn", "data warnings: {count}", "{said}."),
    "price only": ("warn", "price only", "No dividends are known or counted for {instruments}."),
    "total prices": (
        "warn",
        "total prices",
        "Dividends are inside the prices of {instruments} and are not paid again: points, "
        "commissions a share and sizes are not those of the day.",
    ),
    "raw prices": (
        "warn",
        "raw prices",
        "The prices of {instruments} are raw, and no split is known.",
    ),
    "closes only": (
        "warn",
        "closes only",
        "Of {instruments} closes alone are known: only fills at a close mean anything.",
    ),
    "lacks last bars": (
        "warn",
        "lacks last bars",
        "No bar of {instruments}: valued at that close.",
    ),
    "ends with": (
        "warn",
        "ends with {first}",
        "The window ends with the last bar of {first}; those of {instruments} go on.",
    ),
    "begins late": (
        "warn",
        "begins late",
        "Inside the window begin {instruments}: before, they cannot be held, and the figures "
        "count those days too.",
    ),
    "without a decision": (
        "warn",
        "{count} without a decision",
        "Decisions fall on the last session of each {every}, and there is no bar on {days}: what "
        "was held before was kept.",
    ),
    # searches
    "best of a search": (
        "warn",
        "in sample",
        "The best of {trials}, chosen with hindsight: expect less of it.",
    ),
    "walk-forward": (
        "info",
        "walk-forward, refits: {refits}",
        "At each refit the set was chosen with bars up to that day alone. Whoever picks lengths, "
        "objective or space by this result has searched once more.",
    ),
    "hold-out": (
        "info",
        "hold-out, opened: {times}",
        "What chose this set did not see these bars. Other commands that tried rules on them, by "
        "the ledger of trials: {searched}. Each further look is one more trial: after the first "
        "they are a hold-out no more.",
    ),
    "ranked by": (
        "warn",
        "ranked by {figure}",
        "More of it is not better: the sets on top have the most of it, not the best.",
    ),
    "no figure": (
        "warn",
        "no {figure}: {count}",
        "Without a trade, say, a figure may not exist; ranked behind the others.",
    ),
    "stopped sets": (
        "bad",
        "stopped: {count}",
        "Their runs did not reach the last bar, and they have no figures: they rank behind the "
        "others. The first, {first}",
    ),
    "ruined sets": (
        "bad",
        "ruined: {count}",
        "Equity fell to zero or below; ranked last.",
    ),
    "confirmed": (
        "info",
        "confirmed: {count}",
        "The best and some at random, run again bar by bar: equity and figures agree to 1e-9.",
    ),
    # studies
    "sample": (
        "bad",
        "sample",
        "The embedded sample {sample} takes the place of {instrument}: no figure of the source "
        "can be held against it. Give --data for real ETFs.",
    ),
    "another window": ("warn", "another window", "The source's figures are of {start} to {end}."),
    "left out": ("warn", "left out: {instruments}", "{reasons}."),
    "shorter than the window": ("info", "shorter than the window", "{spans}."),
    "no costs in a study": ("warn", "no costs", "{convention}"),
    "best of a study": ("warn", "in sample", "{searched}"),
}
"""Name to kind, text and reason; the values in braces are passed to `badge`."""


def badge(name: str, /, **facts: Any) -> Badge:
    """Return a badge of the catalogue.

    Parameters
    ----------
    name : str
        Its key in `TEXTS`.
    **facts
        Values for the braces in its text and its reason.

    Raises
    ------
    KeyError
        The catalogue has no such badge, or a value for its braces is missing.
    """
    kind, text, why = TEXTS[name]
    return Badge(kind, text.format(**facts), why.format(**facts))


def is_badge(given: Any) -> bool:
    """Return whether an object of a guest's holds a known kind, a text and a reason."""
    three = isinstance(given, (tuple, list)) and len(given) == len(Badge._fields)
    return three and all(isinstance(text, str) for text in given) and given[0] in KINDS


def brought_along(given: tuple[str, str, str]) -> Badge:
    """Return the badge of a guest, such as a section, which states kind, text and why itself."""
    return Badge(*given)


def facts_of(name: str, badges: Iterable[Badge]) -> dict[str, str] | None:
    """Return the facts in the text of the first badge of a name; None if there is no such badge."""
    parts = re.split(r"{(\w+)}", TEXTS[name][1])
    pattern = "".join(f"(?P<{p}>.+)" if n % 2 else re.escape(p) for n, p in enumerate(parts))
    found = (re.fullmatch(pattern, one.text) for one in badges)
    return next((match.groupdict() for match in found if match), None)


def gravest_first(badges: Iterable[Badge]) -> list[Badge]:
    """Return badges sorted by kind, the gravest first; the order within a kind is kept."""
    return sorted(badges, key=lambda one: KINDS.index(one.kind))


def named(tables: Sequence[Any]) -> str:
    """Return the names of the first tables, and how many more there are, as text."""
    return first_of([table.name for table in tables])


def first_of(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are, as text."""
    more = len(names) - SHOWN
    told = ", ".join(names[:SHOWN])
    return f"{told} and {more} more" if more > 0 else told
