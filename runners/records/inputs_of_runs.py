"""Every input of several runs side by side: what was run, parameters, settings, data, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...feeds.reading import OPTIONS
from .record import Record

FEEDS = (
    ("source", "source", None),
    ("first", "first bar", None),
    ("last", "last bar", None),
    ("rows", "rows", None),
    ("prices", "prices", "split"),
    ("price_only", "price only", False),
    ("frequency", "a bar spans a", "day"),
    ("calendar", "calendar", None),
)
"""Key of a table in run.json, its name for readers, and what an absent one stands for."""

READ = {"prices": "prices told", "calendar": "calendar told"}
"""Names of options of reading whose outcome has the name itself."""


def things(records: Sequence[Record]) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield group, name and values (one for each run) of every input of the runs.

    A parameter that holds parameters, as the members of a book do, is told value by value.
    """
    plain = [record.plain for record in records]
    yield "run", "strategy", tuple(run["strategy"] for run in plain)
    code = tuple(str((run.get("code") or {}).get("sha256") or "")[:12] or None for run in plain)
    if any(code):
        yield "run", "code", code
    windows = tuple(f"{run['window']['first']} to {run['window']['last']}" for run in plain)
    yield "run", "window", windows
    yield from _named("params", [flat(run["params"]) for run in plain])
    yield from _named("settings", [run["settings"] for run in plain])
    yield from _tables([run["data"] for run in plain], "")
    if any(run.get("benchmark_data") for run in plain):
        yield from _tables([run.get("benchmark_data", []) for run in plain], " of the benchmark")
    yield from _named("data", [_of_inputs(run.get("inputs") or []) for run in plain])
    yield from _named("versions", [run["versions"] for run in plain])


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by name, with those inside a table of a list of tables each by its own.

    A table in a list is called by its "name": ``{"members": [{"name": "slow", "weight": 0.5}]}``
    is ``{"slow: weight": 0.5}``, and the order of the members is ``{"members": ["slow"]}``.
    """
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{key} {name}": each for name, each in flat(value).items()} or {key: None}
        elif tables := _named_tables(value):
            found[key] = list(tables)
            for name, table in tables.items():
                rest = {k: v for k, v in table.items() if k != "name"}
                found |= {f"{name}: {inner}": each for inner, each in _inner(rest).items()}
        else:
            found[key] = value
    return found


def _inner(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a member; its parameters go by their own names."""
    params = table.get("params")
    own = {key: value for key, value in table.items() if key != "params"}
    return flat(own) | (flat(params) if isinstance(params, Mapping) else {})


def _named_tables(value: Any) -> dict[str, Mapping[str, Any]]:
    """Return tables of a list by their names; empty if it is no list of named tables."""
    if not isinstance(value, list) or not value:
        return {}
    if not all(isinstance(each, Mapping) and isinstance(each.get("name"), str) for each in value):
        return {}
    return {each["name"]: each for each in value}


def _named(
    group: str, tables: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    for name in dict.fromkeys(key for table in tables for key in table):
        yield group, name, tuple(table.get(name) for table in tables)


def _tables(
    tables: Sequence[Sequence[Mapping[str, Any]]], of: str
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield what is kept of each run's tables, place by place."""
    several = max(map(len, tables)) > 1
    for place in range(max(map(len, tables))):
        feeds = [table[place] if place < len(table) else {} for table in tables]
        which = f"{of} {place + 1}" if several else of
        yield "data", f"bars{which}", tuple(feed.get("name") for feed in feeds)
        for key, name, absent in FEEDS:
            values = tuple(feed.get(key, absent) if feed else None for feed in feeds)
            if any(value is not None for value in values):
                yield "data", f"{name}{which}", values
        readings = [feed.get("reading") or {} for feed in feeds]
        for name, option in OPTIONS.items():
            if any(name in reading for reading in readings):
                values = tuple(reading.get(name, option.default) for reading in readings)
                called = READ.get(name, name.replace("_", " "))
                yield "data", f"{called}{which}", values
        yield "data", f"vintage{which}", tuple((feed.get("sha256") or "")[:12] for feed in feeds)


def _of_inputs(inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return source and vintage of what a run read beside its bars, by name."""
    found: dict[str, Any] = {}
    for each in inputs:
        name = str(each.get("name"))
        found[f"{name}: source"] = each.get("source")
        found[f"{name}: vintage"] = str(each.get("sha256") or "")[:12] or None
    return found
