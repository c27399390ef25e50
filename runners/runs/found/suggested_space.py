"""Suggest what of a parameter a search might try."""

from __future__ import annotations

from decimal import Decimal

from ....search.errors import SpaceError
from ....search.space import Space
from .numpydoc import Documented

STEPS = 20
"""Steps of a suggested range, about."""


def suggested_space(name: str, default: object, said: Documented) -> str | None:
    """Return a range of a parameter as `search --space` takes it.

    Parameters
    ----------
    name : str
        The parameter.
    default : object
        Its default.
    said : Documented
        What its docstring says of it.

    Returns
    -------
    str or None
        All values where they are listed, and of a truth value both: "side=long|short". Of a number
        above 0 a range from half to twice of it, within the ends that are documented. None for
        anything else.
    """
    if values := said.values or ((False, True) if isinstance(default, bool) else ()):
        return _of_values(name, values)
    if not isinstance(default, (int, float)) or default <= 0:
        return None
    return _around(name, default, said)


def _of_values(name: str, values: tuple[object, ...]) -> str | None:
    """Return all values as a range, if it is read as these values."""
    text = f"{name}={'|'.join(map(str, values))}"
    try:
        return text if Space.parse(text).values == (values,) else None
    except SpaceError:
        return None


def _around(name: str, default: float, said: Documented) -> str | None:
    middle, whole = Decimal(repr(default)), isinstance(default, int)
    low, high = middle / 2, middle * 2
    if whole:
        low = Decimal(int(low))
    low = low if said.least is None else max(low, Decimal(repr(said.least)))
    high = high if said.most is None else min(high, Decimal(repr(said.most)))
    step = (high - low) / STEPS
    if whole:
        step = max(Decimal(1), Decimal(int(step)))
    if low >= high:
        return None
    by = "" if step == 1 else f":{_plain(step)}"
    return f"{name}={_plain(low)}..{_plain(high)}{by}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
