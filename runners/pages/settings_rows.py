"""Describe the settings of a run in words: when orders fill, their size and their costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...feeds.conventions import PERIODS
from ...feeds.open_to_open import CLOSE
from ..runs.labels.bar_ends import at_ends, filled_at
from ..runs.labels.figures import figure_of
from ..runs.labels.formats import NONE, number, percent
from ..runs.labels.parameters_shown import shown_params
from ..runs.labels.units import in_units

OWN_ORDERS = "market orders "
SIZES = {
    "fill": "shares from the account's value at the fill price (the target is met exactly)",
    "decision": "shares fixed at the decision's close",
}
REBALANCING = {
    "on_change": "an order only when the target changes",
    "daily": "back to the target at every bar",
    "on_decision": "back to the target whenever the strategy decides",
}


def heading(
    strategy: str,
    params: Mapping[str, Any],
    settings: Mapping[str, Any],
    twice_a_day: bool = False,
    *,
    sends_orders: bool = False,
    at: str = CLOSE,
) -> str:
    """Return the parameters and the fill of orders as one line; `at` is what the bars end at."""
    rebalance = str(settings.get("rebalance"))
    fill = filled_at(str(settings.get("fill")), at)
    if twice_a_day:
        fill = f"{filled_at('close', at)} and at the {filled_at('next_open', at)}"
    if sends_orders:
        own = f"market orders filled at the {fill}"
        return ", ".join([*shown_params(strategy, params), own])
    words = [
        *shown_params(strategy, params),
        f"filled at the {fill}",
        f"ordered {rebalance}",
    ]
    return ", ".join(words).replace("ordered on_", "ordered on ")


def timing_words(
    settings: Mapping[str, Any],
    twice_a_day: bool = False,
    unit: str = "day",
    *,
    sends_orders: bool = False,
    at: str = CLOSE,
    periods: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Return sentences on the timing and size of orders; a bar spans a `unit` and ends `at`.

    `periods` are those after which members of a book decide; without them it is the setting.
    """
    if sends_orders:
        return _own_orders(settings, unit, at)
    decided = periods or (str(settings.get("every", "day")),)
    words = [
        ("Fill", _twice(at) if twice_a_day else fill_words(str(settings.get("fill")), at)),
        (
            "Size",
            at_ends(SIZES.get(str(settings.get("size_at")), str(settings.get("size_at"))), at),
        ),
        ("Orders", REBALANCING.get(str(settings.get("rebalance")), NONE)),
        ("Decisions", " or ".join(dict.fromkeys(_session_of(each, unit) for each in decided))),
        ("Shares", "whole shares" if settings.get("whole_shares") else "fractions of shares"),
        ("Gross limit", f"{number(settings.get('max_gross'), 2)} of equity per order"),
        ("Cash", f"{number(settings.get('cash'), 0)} at the start"),
        ("Refits", _refits(settings.get("walk_forward"))),
    ]
    return [(name, in_units(text, unit)) for name, text in words if NONE not in text]


def _session_of(every: str, unit: str) -> str:
    """Return which sessions decide; every bar does where it spans the period or more."""
    every_bar = PERIODS.index(every) <= PERIODS.index(unit)
    return "every session" if every_bar else f"last session of each {every}"


def fill_words(fill: str, at: str, *, own: bool = False) -> str:
    """Return where orders fill, of a strategy that sends its `own` orders or of one that does not.

    >>> fill_words("next_open", "close")
    "at the next session's open"
    >>> fill_words("close", "open")
    'at the open that the decision is made on (market on open, idealised)'
    """
    if fill == "close" and own:
        return at_ends("at the close of the session that sends them (idealised)", at)
    if fill == "close":
        return at_ends("at the close that the decision is made on (market on close, idealised)", at)
    if at == CLOSE:
        return {
            "next_open": "at the next session's open", "next_close": "at the next session's close"
        }.get(fill, fill)  # fmt: skip
    return f"at the {filled_at(fill, at)}"


def _twice(at: str) -> str:
    return f"one order at the {filled_at('close', at)}, one at the {filled_at('next_open', at)}"


def _refits(how: Mapping[str, Any] | None) -> str:
    """Return how a walk-forward chose its sets."""
    if not how:
        return NONE
    fits = f"on the {how['fit']} before it"
    if how["anchored"]:
        fits = f"on all bars before it, the first on {how['fit']}"
    return f"every {how['refit']}, each {fits}, by {figure_of(str(how['objective'])).noun}"


def _own_orders(settings: Mapping[str, Any], unit: str, at: str) -> list[tuple[str, str]]:
    """Return the sentences of a strategy that sends its own orders."""
    limit = (
        "an order that cash does not cover is refused"
        if settings.get("cash_check")
        else f"{number(settings.get('max_gross'), 2)} of equity, without a cash check"
    )
    words = [
        ("Fill", OWN_ORDERS + fill_words(str(settings["fill"]), at, own=True)),
        ("Other orders", "limits and stops within the bar that reaches their price"),
        ("Size", "shares, as the strategy sends them"),
        ("Limit", limit),
        ("Points", "left out: a gain of one share needs a side, and this strategy sends sizes"),
        ("Cash", f"{number(settings.get('cash'), 0)} at the start"),
    ]
    return [(name, in_units(text, unit)) for name, text in words]


def cost_words(
    settings: Mapping[str, Any], data: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return sentences on the costs of trading and holding; a cost of zero is stated too."""

    def given(key: str) -> Any:
        return settings.get(key) or 0.0

    interest = settings.get("interest") or 0.0
    if isinstance(interest, Mapping) and "sha256" not in interest:
        interest_words = ", ".join(f"{name} {_rate(rate)}" for name, rate in interest.items())
    else:
        interest_words = _rate(interest)
    if settings.get("no_dividends"):
        dividends = "ignored"
    elif data and all(bars.get("price_only") for bars in data):
        dividends = "none in the data"
    else:
        dividends = "paid on what is held overnight"
    charged = [
        ("Per share", number(given("per_share"), 4) if given("per_share") else "none"),
        ("Minimum per order", number(given("min_fee")) if given("min_fee") else "none"),
        ("Of the value", percent(given("percent_fee"), 3) if given("percent_fee") else "none"),
        ("Slippage", f"{given('slippage_bps'):g} bp" if given("slippage_bps") else "none"),
        ("Bid-ask spread", f"{given('spread'):g} per share" if given("spread") else "none"),
    ]
    if isinstance(own := settings.get("costs"), Mapping):
        charged = [("An order", _own_costs(own))]
    return [
        *charged,
        ("Borrowing shares", _rate(given("borrow"))),
        ("Interest on cash", interest_words),
        ("Dividends", dividends),
    ]


def _own_costs(own: Mapping[str, Any]) -> str:
    """Return text for a caller's own costs: class and parameters."""
    parameters = ", ".join(f"{name} {value}" for name, value in own.get("parameters", {}).items())
    return f"charged by {own['class']}{f' ({parameters})' if parameters else ''}"


def _rate(rate: Any) -> str:
    """Return text for a rate per year: a fraction, or a series with its hash."""
    if isinstance(rate, Mapping):
        return f"daily rates {rate['first']} to {rate['last']} ({rate['sha256'][:12]})"
    return f"{percent(float(rate))} a year" if rate else "none"
