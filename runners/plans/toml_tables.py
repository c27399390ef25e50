"""Read the tables of a TOML plan and check each key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...feeds.errors import RequestError
from ...feeds.quoting import did_you_mean, shown
from ...feeds.reading import OPTIONS
from ...feeds.setting import Setting
from ...feeds.tables.files import existing_file
from ..errors import ParameterError
from ..runs.declared import SETTINGS, SOURCES
from .toml_values import parameter_of, value_of

KEYS: dict[str, Setting] = {
    "strategy": Setting(kind="text", help="NAME, module:Class or path/file.py:Class"),
    "out": Setting(kind="text", help="The folder to write to"),
    "quick": Setting(kind="flag", help="Leave the strips of other fills, costs and sizes out"),
    "quantstats": Setting(kind="flag", help="Also write quantstats' own report"),
    **SOURCES,
    **OPTIONS,
    **SETTINGS,
}
"""Every key of a plan, except names of parameters and of bars, which the user chooses."""

LARGEST_PLAN = 200_000
"""Size of the largest plan that is read, in bytes."""

MOST_DOTS = 300
"""Most dots in a line of a plan, counting those of dotted keys."""

LONGEST_KEY = 100
"""Longest key that an error message names in full, in characters."""

TABLES: dict[str, tuple[str, ...] | None] = {
    "run": tuple(key for key, each in KEYS.items() if each.table == "run"),
    "params": None,
    "bars": None,
    "costs": tuple(key for key, each in KEYS.items() if each.table == "costs"),
}
"""The tables of a TOML plan and their keys; None if the user chooses the keys."""

OF_A_BOOK = ("book", "member")
"""The tables of a plan that is a book; see `book_plan`."""


def content_of(file: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ParameterError
        It cannot be read, is no TOML, or is larger than a plan.
    """
    text = _text_of(file)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"{file} is no TOML: {error}") from error


def plan_tables(file: Path, content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Check the tables of a plan.

    Parameters
    ----------
    file : Path
        A TOML file, for messages.
    content : mapping
        What it holds, without the tables of a book.

    Returns
    -------
    dict of str to dict
        Each table of `TABLES`, empty if the file does not have it. Keys are written with
        underscores, values have the types that a run takes.

    Raises
    ------
    ParameterError
        A table or key is unknown, or a value has the wrong type.
    """
    tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
    for name, table in content.items():
        if name not in TABLES:
            raise ParameterError(f"{file}: {_unknown_table(name, table)}")
        if not isinstance(table, dict):
            raise ParameterError(f"{file}: {name} is a table: write [{name}] on a line of its own")
        for key, value in table.items():
            entry = _entry(file, name, key, value)
            if entry.keys() & tables[name].keys():
                raise ParameterError(f"{file}: [{name}] {key} is written with a dash and without")
            tables[name] |= entry
    return tables


def _text_of(file: Path) -> str:
    """Return the text of a plan, after a check that it is not too large to parse.

    The parser makes a table for each dot of a dotted key and walks through all of them again, so
    that its time grows with the square of the number of dots.
    """
    try:
        if existing_file(file).stat().st_size > LARGEST_PLAN:
            raise ParameterError(f"{file}: larger than {LARGEST_PLAN:,} bytes, the limit of a plan")
        text = file.read_bytes().decode("utf-8-sig")
    except RequestError as error:
        raise ParameterError(f"cannot read {error}") from error
    except OSError as error:
        raise ParameterError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{file} is no TOML: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise ParameterError(
                f"{file}: more than {MOST_DOTS:,} dots in line {number}, the limit of a plan; a "
                "list may go on in the next line"
            )
    return text


def _entry(file: Path, table: str, key: str, value: object) -> dict[str, Any]:
    """Return a key, with underscores, and its value as a run takes it."""
    where = f"{file}: [{table}] {_named(key)}"
    known = TABLES[table]
    if known is not None:
        option = key.replace("-", "_")
        if option not in known:
            raise ParameterError(f"{where}: there is no such key{_elsewhere(table, option)}")
        return {option: value_of(where, KEYS[option].kind, value)}
    if table == "params":
        return {key: parameter_of(where, value)}
    if not key.isprintable():
        raise ParameterError(f"{where}: a name of bars holds characters that cannot be shown")
    if not key:
        raise ParameterError(f"{where}: a name of bars may not be empty")
    return {key: _bars(where, value)}


def _bars(where: str, value: object) -> dict[str, Any]:
    """Return a file of bars and its options: from "a.csv" or {file = "a.csv", prices = "raw"}."""
    entry = value if isinstance(value, dict) else {"file": value}
    file = entry.get("file")
    if not isinstance(file, str) or not file or not file.isprintable():
        raise ParameterError(
            f'{where} must be the name of a file, or a table such as {{file = "a.csv", '
            f'prices = "raw"}}, got {shown(value)}'
        )
    options = {key.replace("-", "_"): given for key, given in entry.items()}
    for option in options:
        if option not in ("file", *OPTIONS):
            raise ParameterError(
                f"{where}: there is no option of reading {shown(option)}"
                f"{did_you_mean(option, OPTIONS, or_known=True)}"
            )
    return {
        option: given
        if option == "file"
        else value_of(f"{where}: {option}", OPTIONS[option].kind, given)
        for option, given in options.items()
    }


def _named(key: str) -> str:
    return key if key.isprintable() and len(key) <= LONGEST_KEY else shown(key)


def _unknown_table(name: str, content: object) -> str:
    name = _named(name)
    if isinstance(content, dict):
        return (
            f"there is no table [{name}]{did_you_mean(name, (*TABLES, *OF_A_BOOK), or_known=True)}"
        )
    if isinstance(content, list) and all(isinstance(each, dict) for each in content):
        return f"there is no table [[{name}]]{did_you_mean(name, OF_A_BOOK, or_known=True)}"
    option = name.replace("-", "_")
    for table, known in TABLES.items():
        if known and option in known:
            return f"{name} stands outside of a table: it belongs to [{table}]"
    return f"{name} stands outside of a table; the tables are {', '.join(TABLES)}"


def _elsewhere(table: str, option: str) -> str:
    for other, known in TABLES.items():
        if known and option in known:
            return f"; it belongs to [{other}]"
    return did_you_mean(option, TABLES[table] or (), or_known=True)
