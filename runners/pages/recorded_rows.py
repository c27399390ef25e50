"""Describe the account of a user's own cerebro in words: fills, sizes and costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..runs.labels.formats import number, percent
from ..runs.labels.parameters_shown import shown_params

STOCK = "backtrader.brokers.bbroker.BackBroker"


def heading(strategy: str, params: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return the parameters and the broker as one line."""
    broker = settings["broker"]
    words = shown_params(strategy, params)
    words.append(f"account of {_broker_name(broker)}")
    if fill := _market_fill(broker):
        words.append(f"market orders filled {fill}")
    return ", ".join(words)


def timing_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return sentences on the fill and size of orders."""
    broker, sizer = settings["broker"], settings["sizer"]
    words = [("Broker", _broker_name(broker))]
    if fill := _market_fill(broker):
        words.append(("Market orders", fill))
    if broker.get("coo"):
        words.append(("Cheat on open", "orders sent at an open fill there, the whole bar known"))
    parameters = _parameters(sizer)
    words.append(("Sizer", _name(sizer) + (f" ({parameters})" if parameters else "")))
    if "max_gross" in broker and not broker.get("cash_check"):
        limit = number(broker["max_gross"], 2)
        words.append(("Limit", f"{limit} of equity, without a cash check"))
    elif "checksubmit" in broker:
        checked = "cash is checked when an order is taken and when it fills"
        words.append(
            ("Orders", checked if broker["checksubmit"] else "cash is checked at the fill")
        )
    if broker.get("filler"):
        words.append(("Volume", f"filled in parts by {str(broker['filler']).strip('<>')}"))
    return [*words, ("Cash", f"{number(settings['cash'], 0)} at the start")]


def cost_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return sentences on the costs of trading and holding; a cost of zero is stated too."""
    broker = settings["broker"]
    if isinstance(broker.get("costs"), Mapping):
        return _exact_costs(broker)
    schemes = broker.get("commission") or {}
    if "class" in schemes:
        schemes = {"": schemes}
    words = []
    for feed, scheme in schemes.items():
        of = f", {feed}" if feed else ""
        words.append((f"Commission{of}", _commission(scheme)))
        if not scheme["stocklike"]:
            margin = "of the price" if scheme["automargin"] else number(scheme["margin"])
            words.append((f"Contract{of}", f"{scheme['mult']:g} a point, margin {margin}"))
        if scheme["leverage"] != 1.0:
            words.append((f"Leverage{of}", f"{scheme['leverage']:g}"))
        if scheme["interest"]:
            sides = "on all positions" if scheme["interest_long"] else "on shorts"
            rate = percent(scheme["interest"])
            words.append((f"Interest{of}", f"{rate} a year {sides}, of the entry price"))
    words.append(("Slippage", _slippage(broker)))
    if broker["class"] == STOCK:
        words.append(("Dividends", "not paid by backtrader's broker"))
    return words


def _exact_costs(broker: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the costs of a broker of this package."""
    parts = {"An order": broker["costs"], "Financing": broker.get("financing")}
    words = [
        (name, f"{_name(part)} ({_parameters(part)})")
        for name, part in parts.items()
        if isinstance(part, Mapping)
    ]
    return [*words, ("Dividends", "paid on what is held overnight")]


def _broker_name(broker: Mapping[str, Any]) -> str:
    return "backtrader's own broker" if broker["class"] == STOCK else _name(broker)


def _name(thing: Mapping[str, Any]) -> str:
    return str(thing["class"]).rpartition(".")[2]


def _parameters(thing: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in thing.items() if key != "class")


def _market_fill(broker: Mapping[str, Any]) -> str:
    """Return where market orders fill; empty if the broker does not say it."""
    if "market_fill" in broker:
        return f"at the {broker['market_fill'].replace('_', ' ')}"
    if "coc" not in broker:
        return ""
    if broker["coc"]:
        return "at the close of the bar that sends them (cheat on close)"
    if broker.get("coo"):
        return "at the next bar's open, those sent at an open at that one (cheat on open)"
    return "at the next bar's open"


def _commission(scheme: Mapping[str, Any]) -> str:
    rate = scheme["commission"]
    if scheme["per"] == "own":
        return f"charged by {_name(scheme)}"
    if not rate:
        return "none"
    if scheme["per"] == "value":
        return f"{percent(rate, 3)} of the value"
    return f"{rate:g} per {'share' if scheme['stocklike'] else 'contract'}"


def _slippage(broker: Mapping[str, Any]) -> str:
    if rate := broker.get("slip_perc"):
        return f"{percent(rate, 3)} of the price{_within(broker)}"
    if amount := broker.get("slip_fixed"):
        return f"{amount:g} a share{_within(broker)}"
    return "none"


def _within(broker: Mapping[str, Any]) -> str:
    return "" if broker.get("slip_out") else ", within the bar's range"
