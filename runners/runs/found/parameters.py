"""What is known of a strategy's parameters: defaults, documentation, ranges, what to search."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ....search.errors import SpaceError
from ....search.space import Space
from .. import registry
from ..told_params import told
from .docstring import documented_parameters
from .numpydoc import Documented

STEPS = 20
"""Steps of a suggested range, at most."""


def declared_parameters(kind: registry.Strategy) -> list[dict[str, Any]]:
    """Return a strategy's own parameters in their order, as JSON takes them.

    Returns
    -------
    list of dict
        Of each parameter

        - `name`, and its `default`; the text ``<module.Name>`` for an object of Python;
        - `type` and `doc`, as the docstring of the strategy or a base class has them; the type of
          the default, and None, where none documents it;
        - `values`, `least`, `most`: the allowed values or the ends of the range where the docstring
          states them, else None;
        - `settable`: False where only Python can give it;
        - `space`: a range that a search takes: all values, or from half to twice the default. None
          where none suggests itself.
    """
    documented = documented_parameters(kind)
    found = []
    for name, default in registry.parameters(kind).items():
        value = told(default)
        said = documented.get(name) or Documented(_type_of(default), "")
        settable = not (isinstance(value, str) and value.startswith("<"))
        values = said.values or ((False, True) if isinstance(value, bool) else ())
        found.append(
            {
                "name": name,
                "default": value,
                "type": said.type or None,
                "doc": said.text or None,
                "values": list(values) or None,
                "least": said.least,
                "most": said.most,
                "settable": settable,
                "space": _of_values(name, values) or _around(name, value, said),
            }
        )
    return found


def _type_of(default: object) -> str:
    return "" if default is None else type(default).__name__


def _of_values(name: str, values: tuple[object, ...]) -> str | None:
    """Return all values as a range, if it is read as these values."""
    text = f"{name}={'|'.join(map(str, values))}"
    try:
        return text if Space.parse(text).values == (values,) else None
    except SpaceError:
        return None


def _around(name: str, default: object, said: Documented) -> str | None:
    """Return a range from half to twice a number above 0, within the ends of its range."""
    if isinstance(default, bool) or not isinstance(default, (int, float)) or default <= 0:
        return None
    middle = Decimal(repr(default))
    low, high = middle / 2, middle * 2
    if isinstance(default, int):
        low = Decimal(int(low))
    low = low if said.least is None else max(low, Decimal(repr(said.least)))
    high = high if said.most is None else min(high, Decimal(repr(said.most)))
    step = (high - low) / STEPS
    if isinstance(default, int):
        step = max(Decimal(1), Decimal(int(step)))
    if step <= 0:
        return None
    by = "" if step == 1 else f":{_plain(step)}"
    return f"{name}={_plain(low)}..{_plain(high)}{by}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
