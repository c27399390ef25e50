"""The tables of a TOML plan, checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from .errors import ParameterError, did_you_mean
from .inputs import INPUTS
from .plan_values import parameter_of, value_of
from .settings import Settings

COSTS = ("per_share", "min_fee", "percent_fee", "slippage_bps", "borrow", "interest")
SETTINGS = tuple(setting.name for setting in fields(Settings))
TABLES: dict[str, tuple[str, ...] | None] = {
    "run": (
        "strategy",
        "out",
        "sample",
        "ticker",
        *INPUTS,
        "quick",
        *(key for key in SETTINGS if key not in COSTS),
    ),
    "params": None,
    "bars": None,
    "costs": COSTS,
}
"""The tables of a TOML plan, and the keys of those whose keys are not the user's own."""


def plan_tables(file: Path) -> dict[str, dict[str, Any]]:
    """Read the tables of a plan.

    Parameters
    ----------
    file : Path
        A TOML file.

    Returns
    -------
    dict of str to dict
        Each of `TABLES`, empty where the file has none: keys with underscores, values as a run
        takes them.

    Raises
    ------
    ParameterError
        The file cannot be read, a table or key is unknown, or a value is of the wrong kind.
    """
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ParameterError(f"cannot read {file}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"{file} is no TOML: {error}") from error
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


def _entry(file: Path, table: str, key: str, value: object) -> dict[str, Any]:
    """Return one key and its value as the run takes them."""
    where = f"{file}: [{table}] {key}"
    known = TABLES[table]
    if known is not None:
        option = key.replace("-", "_")
        if option not in known:
            raise ParameterError(f"{where}: there is no such key{_elsewhere(table, option)}")
        return {option: value_of(where, option, value)}
    if table == "params":
        return {key: parameter_of(where, value)}
    if not isinstance(value, str) or not value:
        raise ParameterError(f"{where} must be the name of a file, got {value!r}")
    if not key:
        raise ParameterError(f"{where}: a name of bars may not be empty")
    return {key: value}


def _unknown_table(name: str, content: object) -> str:
    if isinstance(content, dict):
        return f"there is no table [{name}]{did_you_mean(name, TABLES)}"
    option = name.replace("-", "_")
    for table, known in TABLES.items():
        if known and option in known:
            return f"{name} stands outside of a table: it belongs to [{table}]"
    return f"{name} stands outside of a table; the tables are {', '.join(TABLES)}"


def _elsewhere(table: str, option: str) -> str:
    for other, known in TABLES.items():
        if known and option in known:
            return f"; it belongs to [{other}]"
    return did_you_mean(option, TABLES[table] or ())
