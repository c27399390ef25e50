"""What is the same in several runs and what differs; the page shows it before their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..runs.labels.formats import NONE
from .inputs_of_runs import things
from .record import Record


class Difference(NamedTuple):
    """One item that differs between the runs."""

    group: str
    """"run", "params", "settings", "data" or "versions"."""
    name: str
    values: tuple[Any, ...]
    """One value for each run, for JSON; None if the run does not have the item."""


def differences(records: Sequence[Record]) -> list[Difference]:
    """Return the items that differ: strategy and window, parameters, settings, data, versions."""
    return [Difference(*thing) for thing in things(records) if not _same(thing[2])]


def in_common(records: Sequence[Record]) -> list[tuple[str, Any]]:
    """Return name and value of the items that are the same: strategy, parameters, settings."""
    return [
        (name, values[0])
        for group, name, values in things(records)
        if group in ("run", "params", "settings") and _same(values) and values[0] is not None
    ]


def same_bars(records: Sequence[Record]) -> bool:
    """Return whether all runs read bars of the same names in the same order, of any vintage."""
    return _same([tuple(data["name"] for data in record.plain["data"]) for record in records])


def same_window(records: Sequence[Record]) -> bool:
    """Return whether the same days count in all runs."""
    return _same([record.plain["window"] for record in records])


OTHER_WINDOWS = "The windows differ"
"""Heading of the caution that other days count in some runs."""

IN_SAMPLE = "in sample"
"""The badge of a run whose parameters were chosen on its bars."""

TERMS = (
    "fill", "per_share", "min_fee", "percent_fee", "slippage_bps", "spread", "borrow", "interest",
)  # fmt: skip
"""Settings that decide what an order costs, and when it fills."""


def _term(record: Record, name: str) -> Any:
    return record.plain["settings"].get(name)


def cautions(records: Sequence[Record], keys: Sequence[str]) -> list[tuple[str, str]]:
    """Return reasons why the runs may not be comparable, the gravest first.

    Parameters
    ----------
    records : sequence of Record
        The runs.
    keys : sequence of str
        Letter of each run.
    """
    found = []
    for key, record in zip(keys, records, strict=True):
        if day := record.plain["metrics"].get("ruined_on"):
            found.append((f"{key} was ruined", f"Its equity fell to zero or below on {day}."))
        if any(one.get("text") == IN_SAMPLE for one in record.plain.get("badges", [])):
            found.append(
                (f"{key} is in sample", "Its parameters were chosen on these bars: it flatters.")
            )
    if not same_window(records):
        windows = [record.plain["window"] for record in records]
        spans = _listed(keys, [f"{window['first']} to {window['last']}" for window in windows])
        found.append(
            (
                OTHER_WINDOWS,
                f"{spans}. Totals, drawdowns and counts grow with the window, and no best of them "
                "is marked; yearly figures are of different markets.",
            )
        )
    if not same_bars(records):
        traded = _listed(keys, [_names(record) for record in records])
        found.append(
            (
                "Different instruments",
                f"{traded}. Points are of different prices, and no best of them is marked.",
            )
        )
    found += [
        (
            f"{name} is not the same",
            f"The bars have the same dates in {_listed_keys(keys_of)}, and other values: the "
            "vendor restated them, they come from different sources, or they were read in "
            "different ways.",
        )
        for name, keys_of in _restated(records, keys)
    ]
    other = [name for name in TERMS if not _same([_term(record, name) for record in records])]
    if other:
        found.append(
            (
                "Other fills or costs",
                f"The runs differ in {', '.join(other).replace('_', ' ')}: a part of what parts "
                "them is the terms, and not the strategy.",
            )
        )
    if not _same([record.plain["versions"] for record in records]):
        found.append(
            ("Different versions", "The runs were computed by different versions of libraries.")
        )
    return found


def shown(value: Any) -> str:
    """Format the value of a setting, parameter or table; a dash for None."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(shown, value))
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)


def _restated(
    records: Sequence[Record], keys: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each instrument with several vintages of the same dates, and its runs' letters."""
    found: dict[tuple[str, str, str, int], dict[str, list[str]]] = {}
    for key, record in zip(keys, records, strict=True):
        for data in record.plain["data"]:
            span = (data["name"], data["first"], data["last"], data["rows"])
            found.setdefault(span, {}).setdefault(data["sha256"], []).append(key)
    for (name, *_), vintages in found.items():
        if len(vintages) > 1:
            yield name, tuple(sorted({key for those in vintages.values() for key in those}))


def _names(record: Record) -> str:
    return " and ".join(data["name"] for data in record.plain["data"])


def _listed(keys: Sequence[str], values: Sequence[str]) -> str:
    """Return text that lists each distinct value with the runs that have it."""
    having: dict[str, list[str]] = {}
    for key, value in zip(keys, values, strict=True):
        having.setdefault(value, []).append(key)
    return "; ".join(f"{_listed_keys(those)}: {value}" for value, those in having.items())


def _listed_keys(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"


def _same(values: Sequence[Any]) -> bool:
    return all(value == values[0] for value in values)
