"""Find the sections of a run, measure them, and check that run.json can hold their figures."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....feeds.bars import Bars
from ....feeds.quoting import did_you_mean, shortened, shown
from ...errors import ParameterError
from ..found import entry_points
from .section import Section

GROUP = entry_points.SECTIONS

DEEPEST = 40
"""Deepest nesting of mappings and lists; run.json is read back up to 50 levels."""

LARGEST = 10**300
"""Upper limit of a whole number; run.json is read back up to 300 digits."""

Again = Callable[[Mapping[str, Any]], pd.Series]
"""Run the same bars with changed parameters; return the account's value by date."""


class Shown(NamedTuple):
    """A section and the figures that it measured."""

    section: Section
    measured: Mapping[str, Any]


def sections_from(declared: Iterable[Any], given: Iterable[Any]) -> list[Section]:
    """Return the sections that a strategy declares, followed by those given to the run.

    Parameters
    ----------
    declared, given : iterable of Section, class or str
        A text is a name in the entry point group ``btplaybook.sections``.

    Raises
    ------
    ParameterError
        An unknown name, something that is no section, or one name for two of them. A class and
        the name of it are one section, and so is one object that is given twice.
    """
    found: dict[str, Section] = {}
    from_class: set[str] = set()
    for one in (*_each(declared), *_each(given)):
        named = _registered(one) if isinstance(one, str) else one
        section = _checked(named)
        known = found.setdefault(section.name, section)
        alike = type(known) is type(section) and inspect.isclass(named)
        if known is not section and not (alike and section.name in from_class):
            raise ParameterError(
                f"two sections are called {shown(section.name)}: {_called(known)} and "
                f"{_called(section)}; give one of them another name"
            )
        if inspect.isclass(named):
            from_class.add(section.name)
    return list(found.values())


def measured_by(
    sections: Sequence[Section],
    ran: Any,
    ledger: Any,
    bars: Sequence[Bars],
    daily: pd.DataFrame,
    *,
    again: Again | None = None,
    risk_free_rate: float = 0.0,
) -> dict[str, Shown]:
    """Measure the figures of each section.

    Parameters
    ----------
    sections : sequence of Section
        The sections, as `sections_from` returns them.
    ran, ledger, bars, daily
        As for `Section.measure`.
    again : callable or None
        Runs the strategy with changed parameters; None: sections compare nothing.
    risk_free_rate : float
        Per year.

    Returns
    -------
    dict of str to Shown
        Name to section and figures, without sections that returned None.

    Raises
    ------
    ParameterError
        A section returned figures that run.json cannot hold.
    """
    found = {}
    for section in sections:
        measured = noted(section, "measure", ran, ledger, tuple(bars), daily.copy())
        if measured is None:
            continue
        variants = noted(section, "variants", ran) if again and _compares(section) else {}
        if again and variants:
            equity = {
                name: again(changed) if changed else daily["equity"]
                for name, changed in variants.items()
            }
            measured = noted(section, "compared", measured, equity, risk_free_rate)
        if not isinstance(measured, Mapping):
            raise ParameterError(
                f"section {section.name}: measure() must return a mapping of figures or None, "
                f"got {type(measured).__name__}"
            )
        _check_plain(f"section {section.name}", measured, 0)
        found[section.name] = Shown(section, measured)
    return found


def plain(measured: Any) -> Any:
    """Convert figures to JSON values: Python numbers, lists and dictionaries."""
    if isinstance(measured, Mapping):
        return {str(key): plain(value) for key, value in measured.items()}
    if isinstance(measured, (list, tuple)):
        return [plain(value) for value in measured]
    if isinstance(measured, np.floating):
        return float(measured)  # item() of a long double returns a long double
    return measured.item() if isinstance(measured, np.generic) else measured


def registered_among(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are registered sections, in the given order."""
    points = entry_points.registered(GROUP)
    return tuple(name for name in names if name in points)


def _each(given: Any) -> list[Any]:
    if isinstance(given, (str, type)) or not isinstance(given, Iterable):
        given = (given,)  # a single section instead of a sequence
    return [one for one in given if one is not None]


def _registered(name: str) -> Any:
    points = entry_points.registered(GROUP)
    if name not in points:
        raise ParameterError(
            f"there is no section {shown(name)}{did_you_mean(name, points, or_known=True)}"
        )
    section = entry_points.load(points[name])
    if getattr(section, "name", None) != name:
        raise ParameterError(
            f"{entry_points.where(points[name])} is registered as {name!r} and calls itself "
            f"{shown(getattr(section, 'name', None))}: the names must be equal"
        )
    return section


def _checked(given: Any) -> Section:
    section: Any = given
    if inspect.isclass(given):
        try:
            inspect.signature(given).bind()
        except TypeError as error:
            raise ParameterError(
                f"{_called(given)} cannot be built without arguments ({error}): give an object "
                "of it"
            ) from error
        section = given()
    for method in ("measure", "panel"):
        if not callable(getattr(section, method, None)):
            raise ParameterError(f"{_called(section)} is no section: it has no {method}()")
    name = getattr(section, "name", None)
    if not (isinstance(name, str) and re.fullmatch(r"[\w-]{1,60}", name)):
        raise ParameterError(
            f"{_called(section)} is no section: its name must be letters, digits, - and _, "
            f"got {shown(name)}"
        )
    checked: Section = section
    return checked


def _called(section: Any) -> str:
    kind = section if inspect.isclass(section) else type(section)
    return f"{kind.__module__}:{kind.__qualname__}"


def _compares(section: Section) -> bool:
    return hasattr(section, "variants") and hasattr(section, "compared")


def noted(section: Section, method: str, *arguments: Any) -> Any:
    """Call a method of a section; add the section's name to an error that it raises."""
    try:
        return getattr(section, method)(*arguments)
    except Exception as error:
        error.add_note(f"in {method}() of section {section.name} ({_called(section)})")
        raise


def _check_plain(where: str, value: Any, depth: int) -> None:
    """Raise if run.json cannot hold a value or could not be read back; name the value's place."""
    if depth > DEEPEST:
        raise ParameterError(
            f"{shortened(where)}: mappings and lists lie more than {DEEPEST} levels deep"
        )
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str) or not _is_utf8(key):
                raise ParameterError(f"{where}: a key must be text, got {shown(key)}")
            _check_plain(f"{where}: {key}", one, depth + 1)
    elif isinstance(value, (list, tuple)):
        for place, one in enumerate(value):
            _check_plain(f"{where}[{place}]", one, depth + 1)
    elif isinstance(value, str):
        if not _is_utf8(value):
            raise ParameterError(f"{where} cannot be written as UTF-8: {shown(value)}")
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise ParameterError(f"{where} is too large a number: {shown(value)}")
    elif isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise ParameterError(
                f"{where} is {value}: a figure that does not exist is None, as run.json has it"
            )
    elif isinstance(value, np.timedelta64) or not (
        value is None or isinstance(value, (int, np.integer, np.bool_))
    ):
        raise ParameterError(
            f"{where} must be text, a number, True, False, None, or a list or mapping of these, "
            f"got {type(value).__name__}: what only the panel needs goes into Measured(..., "
            "NAME=value)"
        )


def _is_utf8(text: str) -> bool:
    """Return whether UTF-8 can hold a text; it cannot hold an unpaired surrogate."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
