"""Check the type of each part of a run.json before it is used."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from ...feeds.quoting import shortened
from ..runs.result import SCHEMA

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Test = Callable[[Any], bool]


def fault_of(plain: Any) -> str | None:
    """Return why a JSON value is not the record of a run; None if it is one.

    The values of settings and parameters are checked later, against their options and their
    strategy.
    """
    if not isinstance(plain, Mapping):
        return "it holds no table"
    if plain.get("schema") != SCHEMA or isinstance(plain.get("schema"), bool):
        return f"its schema is {_shown(plain.get('schema'))}, not {SCHEMA}"
    if (name := _broken_name(plain)) is not None:
        return f"a name in it is {_shown(name)}, of more than one line"
    for key, (test, wanted) in _PARTS.items():
        if (key in plain or key not in _OPTIONAL) and not test(plain.get(key)):
            got = _shown(plain.get(key))
            return f"{key} is missing or of the wrong kind: it must be {wanted}, got {got}"
    for key, tests in _TABLES.items():
        for entry in plain.get(key, []):
            for name, (test, wanted) in tests.items():
                if not test(entry.get(name)):
                    got = _shown(entry.get(name))
                    return f"each of {key} needs {', '.join(tests)}: {name} is {wanted}, not {got}"
            if not _or_null(_is_text)(entry.get("title")):
                return f"a title in {key} is text, not {_shown(entry['title'])}"
    if not plain["data"]:
        return f"each of data needs {', '.join(_TABLES['data'])}: there is none"
    names = [entry["name"] for entry in plain["data"]]
    if len(set(names)) < len(names):
        return "two of data have one name"
    if not _is_window(plain["window"]):
        return f"window needs first and last, two dates, got {_shown(plain['window'])}"
    for side in ("metrics", "benchmark", "trades"):
        for name, value in plain.get(side, {}).items():
            if not (_is_figure(value) or (name in _WORDS and _is_text(value))):
                return f"{side}.{name} is no number but {_shown(value)}"
    return None


def _broken_name(plain: Any) -> str | None:
    """Return a key, at any depth, that holds a line break or control character, or None."""
    if isinstance(plain, dict):
        for key in plain:
            if _BREAKS.search(key):
                return str(key)
    inside = plain.values() if isinstance(plain, dict) else plain
    return next(
        (
            found
            for value in inside
            if isinstance(value, (dict, list)) and (found := _broken_name(value)) is not None
        ),
        None,
    )


def _shown(value: Any) -> str:
    return shortened(repr(value), 60)


def _is_text(value: Any) -> bool:
    """Return whether a value is a text of one line, since messages show it unchanged."""
    return isinstance(value, str) and value != "" and not _BREAKS.search(value)


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_figure(value: Any) -> bool:
    """Return whether a value is a number, null, true or false, or a list or table of these."""
    inside = [value]
    if isinstance(value, (dict, list)):
        inside = list(value.values()) if isinstance(value, dict) else value
    return all(one is None or isinstance(one, (int, float)) for one in inside)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15


def _is_day(value: Any) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == str(value)
    except (TypeError, ValueError):
        return False


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_table_of(test: Test) -> Test:
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


def _is_list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _is_window(value: Any) -> bool:
    return (
        all(_is_day(value.get(end)) for end in ("first", "last"))
        and value["first"] <= value["last"]
    )


def _or_null(test: Test) -> Test:
    return lambda value: value is None or test(value)


def _is_audit(value: Any) -> bool:
    return _is_table(value) and isinstance(value.get("cuts"), list)


_PARTS: dict[str, tuple[Test, str]] = {
    "strategy": (_is_text, "text"),
    "code": (_is_table_of(_is_text), "a table of texts"),
    "params": (_is_table, "a table"),
    "settings": (_is_table, "a table"),
    "versions": (_is_table_of(_is_text), "a table of texts"),
    "data": (_is_list_of(_is_table), "a list of tables"),
    "inputs": (_is_list_of(_is_table), "a list of tables"),
    "window": (_is_table, "a table"),
    "metrics": (_is_table, "a table"),
    "benchmark": (_is_table, "a table"),
    "trades": (_is_table, "a table"),
    "relative": (_is_table, "a table"),
    "holdings": (_is_list_of(_is_table), "a list of tables"),
    "attribution": (_is_table, "a table"),
    "audit": (_is_audit, "a table with a list of cuts"),
    "badges": (_is_list_of(_is_table), "a list of tables"),
    "unfilled": (_is_list_of(_is_table), "a list of tables"),
    "strips": (_or_null(_is_table), "a table or null"),
    "sector": (_is_table, "a table"),
    "book": (_is_table, "a table"),
    "benchmark_data": (_is_list_of(_is_table), "a list of tables"),
}  # fmt: skip
_WORDS = ("name", "kind", "ruined_on")
_OPTIONAL = (
    "benchmark",
    "code",
    "inputs",
    "trades",
    "relative",
    "holdings",
    "attribution",
    "audit",
    "badges",
    "unfilled",
    "strips",
    "sector",
    "book",
    "benchmark_data",
)
_BARS: dict[str, tuple[Test, str]] = {
    "name": (_is_text, "text"),
    "source": (_is_text, "text"),
    "sha256": (_is_string, "text"),
    "first": (_is_string, "text"),
    "last": (_is_string, "text"),
    "rows": (_is_count, "a whole number"),
}
_TABLES: dict[str, dict[str, tuple[Test, str]]] = {
    "data": _BARS,
    "benchmark_data": _BARS,
    "inputs": {"name": (_is_text, "text"), "source": (_is_text, "text")},
}
