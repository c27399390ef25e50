"""What is known of a strategy's parameters: defaults, documentation, ranges, what to search."""

from __future__ import annotations

from typing import Any

from .. import registry
from ..told_params import told
from .docstring import documented_parameters
from .numpydoc import Documented
from .suggested_space import suggested_space


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
                "space": suggested_space(name, value, said),
            }
        )
    return found


def _type_of(default: object) -> str:
    return "" if default is None else type(default).__name__
