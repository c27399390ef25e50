"""Read docstrings in numpydoc's form: the parts, and what is said of each parameter.

Texts alone, so that a program can ask without importing a strategy.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

_ENTRY = re.compile(r"^(\w+(?:, ?\w+)*) : (.+)$")
_NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)"
_RANGE = re.compile(
    rf",\s(?:from\s{_NUMBER}\sto\s{_NUMBER}|in\s\[{_NUMBER}, {_NUMBER}\]|>=\s{_NUMBER})(?!\d|\.\d)"
)
_OUTSIDE_BRACES = re.compile(r",\s*(?![^{]*\})")


class Documented(NamedTuple):
    """What a docstring says of a parameter."""

    type: str
    """As it is written: "int", or "str" where the values are listed."""
    text: str
    """Its description on one line."""
    values: tuple[object, ...] = ()
    """The allowed values, where the docstring lists them: ``{"long", "short"}``."""
    least: float | None = None
    most: float | None = None
    """The ends of its range, where the first sentence states one: ", from 1 to 9", ", >= 1"."""


def parts_of(text: str) -> dict[str, str]:
    """Return the parts of a docstring: heading to text; the text before the first heading is ""."""
    pieces = HEADING.split(text)
    headings = ["", *pieces[1::2]]
    return {name: body.strip() for name, body in zip(headings, pieces[::2], strict=True)}


def parameters_of(text: str) -> dict[str, Documented]:
    """Return what a docstring's part "Parameters" says of each name.

    Names that share an entry ("a, b : int, float") share its text, and its type where one stands
    for all. A part of another form gives no names.
    """
    found: dict[str, Documented] = {}
    names: list[str] = []
    types: list[str] = []
    lines: list[str] = []

    def close() -> None:
        kinds = types if len(types) == len(names) else [", ".join(types)] * len(names)
        for name, kind in zip(names, kinds, strict=True):
            found[name] = _documented(kind, " ".join(lines))

    for line in parts_of(text).get("Parameters", "").splitlines():
        if (entry := _ENTRY.match(line)) is not None:
            close()
            names = [name.strip() for name in entry[1].split(",")]
            types = _OUTSIDE_BRACES.split(entry[2].strip())
            lines = []
        elif line.strip():
            lines.append(line.strip())
    close()
    return found


def _documented(kind: str, text: str) -> Documented:
    """Return an entry with the values or the range that it states."""
    values: tuple[object, ...] = ()
    if kind.startswith("{") and kind.endswith("}"):
        try:
            values = tuple(ast.literal_eval(f"({kind[1:-1]},)"))
        except (ValueError, SyntaxError):
            return Documented(kind, text)
        return Documented(type(values[0]).__name__, text, values)
    least = most = None
    if kind in ("int", "float") and (stated := _RANGE.search(text.partition(". ")[0])):
        low, high, left, right, lowest = stated.groups()
        least = _number(low or left or lowest)
        most = _number(high or right) if high or right else None
    return Documented(kind, text, (), least, most)


def _number(text: str) -> float:
    plain = text.replace(",", "")
    return int(plain) if plain.lstrip("-").isdigit() else float(plain)
