"""Tables that a strategy holds beside its bars and inputs: an audit cannot cut them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ....feeds.bars import Bars
from .. import registry

ARRAYS = (pd.Series, pd.DataFrame, np.ndarray)

SHORTEST = 20
"""Rows of a table that might tell a future; shorter ones are constants."""


def tables_held(kind: registry.Strategy, params: Mapping[str, Any]) -> list[str]:
    """Return the tables among parameters, class attributes and globals of the strategy's module.

    One phrase each: "holds a table in its parameter factors".
    """
    found = [f"holds a table in its parameter {name}" for name in _tables(params)]
    own = [each for each in kind.__mro__ if not _is_library(each.__module__)]
    for each in own:
        found += [f"holds a table in its attribute {name}" for name in _tables(vars(each))]
    for name in dict.fromkeys(each.__module__ for each in own):
        held = vars(sys.modules[name]) if name in sys.modules else {}
        found += [f"holds a table in {each} of its module" for each in _tables(held)]
    return list(dict.fromkeys(found))


def _tables(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in list(values.items()):
        if isinstance(value, Bars) or (
            isinstance(value, ARRAYS) and value.ndim and len(value) >= SHORTEST
        ):
            yield name


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in (__name__.partition(".")[0], "backtrader", "builtins")
