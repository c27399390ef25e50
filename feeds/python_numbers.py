"""NumPy's numbers as Python's: arguments are often taken from an array or a frame."""

from __future__ import annotations

from typing import Any

NUMBERS = frozenset("biuf")
"""What NumPy calls booleans, whole numbers and floats."""


def python_number(value: Any) -> Any:
    """Return a NumPy number or boolean as Python's, and anything else as it is.

    Of two equal numbers only Python's passes for an ``int`` or a ``bool`` everywhere, and `sum` may
    round the two in different ways.
    """
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    return value.item() if kind in NUMBERS and getattr(value, "ndim", 1) == 0 else value


def hold_python_numbers(owner: object) -> None:
    """Turn the NumPy numbers among the fields of a dataclass, a frozen one too, into Python's."""
    for name, value in list(vars(owner).items()):
        object.__setattr__(owner, name, python_number(value))
