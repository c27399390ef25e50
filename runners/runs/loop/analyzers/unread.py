"""Whether anybody reads an analyzer, or changes the account by hand, during a run."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator
from functools import partial
from types import CodeType, FunctionType
from typing import Any

import backtrader as bt

from .....brokers.errors import RunStopped

READERS = frozenset({"analyzers", "_analyzers", "getanalyzers", "get_analysis", "_slave_analyzers"})
"""Names by which code comes to an analyzer."""
VIEWERS = frozenset({"stats", "observers", "getobservers", "_lineiterators"})
"""Names by which code comes to an observer."""
SETTERS = frozenset({
    "set_cash", "setcash", "add_cash", "setcommission", "addcommissioninfo",
    "set_shortcash", "cash =",
})  # fmt: skip
"""Names by which code changes the account in the middle of a bar."""
AFTERWARDS = "stop"
"""The method of a strategy that runs after the last bar."""


def names_in(strategies: Iterable[Any]) -> set[str]:
    """Return the names and texts in the code of strategies and their parts, not backtrader's."""
    found: set[str] = set()
    for thing in _parts_of(strategies):
        for kind in type(thing).__mro__:
            if not kind.__module__.startswith("backtrader."):
                found |= _names_in_class(kind)
        given = vars(thing.p).values() if hasattr(thing, "p") else ()  # functions as parameters
        for value in (*vars(thing).values(), *given):
            if isinstance(value, FunctionType | partial):
                found |= _names_of(value)
    return found


def _parts_of(strategies: Iterable[Any]) -> Iterator[Any]:
    for strategy in strategies:
        yield strategy
        yield strategy._sizer
        yield from strategy.getobservers()
        yield from strategy.getindicators()
        analyzers = vars(strategy.analyzers)["_items"]  # another strategy's may be unread already
        waiting = [*analyzers, *strategy._slave_analyzers]
        while waiting:
            analyzer = waiting.pop()
            yield analyzer
            waiting += analyzer._children


class Unread(bt.metabase.ItemCollection):
    """A strategy's analyzers or observers while they are empty: who reads them is told so."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return super().__getattribute__(name)
        raise _read()

    def __len__(self) -> int:
        raise _read()

    def __getitem__(self, key: Any) -> Any:
        raise _read()


def _read() -> RunStopped:
    return RunStopped(
        "an analyzer or observer is read in the middle of the run, and the fast loop computes "
        "them after it: run with --loop stock"
    )


def _names_in_class(kind: type) -> frozenset[str]:
    if kind is object:
        return frozenset()
    methods = {name: _names_of(value) for name, value in vars(kind).items()}
    while_it_runs = {name: names for name, names in methods.items() if name != AFTERWARDS}
    found = frozenset().union(*while_it_runs.values())
    return found | methods.get(AFTERWARDS, frozenset()) if AFTERWARDS in found else found


def _names_of(value: Any) -> frozenset[str]:
    return frozenset(name for code in _codes_of(value) for name in _names_of_code(code))


def _codes_of(value: Any) -> Iterator[CodeType]:
    """Return the code of a function, also under what wraps it."""
    if isinstance(value, property):
        for part in (value.fget, value.fset, value.fdel):
            yield from _codes_of(part)
    elif isinstance(value, partial):
        yield from _codes_of(value.func)
    elif isinstance(value, FunctionType):
        yield value.__code__
        for cell in value.__closure__ or ():
            try:
                inner = cell.cell_contents
            except ValueError:  # it is empty yet
                continue
            if isinstance(inner, FunctionType) and inner is not value:
                yield inner.__code__
    inner = getattr(value, "__wrapped__", getattr(value, "__func__", None))
    if isinstance(inner, FunctionType) and inner is not value:
        yield inner.__code__


def _names_of_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    if "cash" in code.co_names:
        for step in dis.get_instructions(code):
            if step.opname == "STORE_ATTR" and step.argval == "cash":
                yield "cash ="
    constants = [*code.co_consts]
    while constants:
        constant = constants.pop()
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, tuple | frozenset):
            constants += constant
        elif isinstance(constant, CodeType):
            yield from _names_of_code(constant)
