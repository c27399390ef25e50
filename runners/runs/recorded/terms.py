"""What a cerebro of a user's own states: its strategy, feeds, broker and commission schemes."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import backtrader as bt

from ....brokers.ledger import instrument
from .. import registry
from ..found import docstring
from ..told_params import told
from ..traits import traits_of

CHARGES = ("get_credit_interest", "_get_credit_interest")
"""Methods of a commission scheme that book interest."""


def of_strategy(strategy: Any) -> dict[str, Any]:
    """Return name, title, docstring, parameters and code of a strategy that ran."""
    kind = type(strategy)
    name, code = registry.name_of(kind), registry.code_of(kind)
    if kind.__module__ == "__main__":
        file = getattr(sys.modules["__main__"], "__file__", None)
        code = None
        if file and os.path.isfile(file):
            name = f"{file}:{kind.__qualname__}"
            with open(file, "rb") as content:
                code = {"file": file, "sha256": hashlib.sha256(content.read()).hexdigest()}
    params = {key: told(getattr(strategy.p, key)) for key in registry.parameters(kind)}
    return {
        "name": name,
        "title": traits_of(kind).title,
        "rule": docstring.parts(kind),
        "params": params,
        "code": code,
    }


def settings_of(strategy: Any, names: Mapping[Any, str], cash: float) -> dict[str, Any]:
    """Return the settings of a strategy's account as JSON: cash, broker and sizer."""
    broker = strategy.broker
    stated = broker.p._getkwargs() if hasattr(broker, "p") else {}
    schemes = {name: _scheme(broker, data) for data, name in names.items()}
    one, *others = schemes.values()
    sizer = strategy.getsizer()
    return {
        "cash": cash,
        "risk_free_rate": 0.0,
        "broker": {
            "class": class_of(broker),
            **{
                key: _stated(value)
                for key, value in stated.items()
                if key not in ("cash", "commission")
            },
            "commission": one if all(other == one for other in others) else schemes,
        },
        "sizer": {
            "class": class_of(sizer),
            **{k: told(v) for k, v in sizer.p._getkwargs().items()},
        },
    }


def _stated(value: Any) -> Any:
    """Return a broker's parameter as JSON; of one that is a dataclass its class and fields."""
    if not is_dataclass(value) or isinstance(value, type):
        return told(value)
    return {
        "class": class_of(value),
        **{f.name: told(getattr(value, f.name)) for f in fields(value)},
    }


def class_of(thing: Any) -> str:
    """Return ``module.Class`` of an object."""
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def unique_names(datas: Sequence[Any]) -> list[str]:
    """Return the names of feeds; of two with one name the later has a number behind it."""
    names: list[str] = []
    for data in datas:
        name, again = instrument(data), 2
        while name in names:
            name, again = f"{instrument(data)}-{again}", again + 1
        names.append(name)
    return names


def source_of(data: Any) -> str:
    """Return where a feed's bars came from: its file, or the feed's class."""
    bars: Any = getattr(data, "bars", None)
    if hasattr(bars, "source"):
        return str(bars.source)
    named = data.p.dataname
    return named if isinstance(named, str) and named else type(data).__name__


def stated_by(data: Any) -> dict[str, Any]:
    """Return what a feed of `Bars` states of them; empty for other feeds."""
    bars = getattr(data, "bars", None)
    stated = ("calendar", "frequency", "price_only", "prices", "title")
    return {name: getattr(bars, name) for name in stated if hasattr(bars, name)}


def of_scheme(broker: Any, data: Any) -> dict[str, Any]:
    """Return what of a feed's commission scheme the account's arithmetic needs."""
    scheme = broker.getcommissioninfo(data)
    return {
        "mult": 1.0 if scheme.stocklike else float(scheme.p.mult),
        "interest": charges_interest(scheme),
    }


def charges_interest(scheme: Any) -> bool:
    """Return whether a commission scheme charges interest on positions."""
    base = bt.CommInfoBase
    own = any(getattr(type(scheme), name) is not getattr(base, name) for name in CHARGES)
    return bool(scheme.p.interest) or own


def slips(broker: Any) -> bool:
    """Return whether a broker moves prices by slippage of its own."""
    stated = getattr(broker, "p", None)
    return bool(getattr(stated, "slip_perc", 0.0) or getattr(stated, "slip_fixed", 0.0))


def size_held(broker: Any, data: Any) -> float:
    """Return what a broker holds of a feed; it must not learn of a feed by being asked."""
    positions = getattr(broker, "positions", None)
    if isinstance(positions, Mapping):
        held = positions.get(data)
        return float(held.size) if held is not None else 0.0
    return float(broker.getposition(data).size)


def _scheme(broker: Any, data: Any) -> dict[str, Any]:
    scheme = broker.getcommissioninfo(data)
    own = type(scheme)._getcommission is not bt.CommInfoBase._getcommission
    per = "value" if scheme._commtype == bt.CommInfoBase.COMM_PERC else "unit"
    stated = {key: told(value) for key, value in scheme.p._getkwargs().items()}
    return {
        "class": class_of(scheme),
        **stated,
        "stocklike": bool(scheme.stocklike),
        "per": "own" if own else per,
    }
