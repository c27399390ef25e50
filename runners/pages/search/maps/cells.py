"""The cells of a map of two parameters: the figure and the state of the sets in each."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .....search.found import Pair
from .....search.space import Value
from ....searches.values import in_order, is_numeric


class Side(NamedTuple):
    """One parameter of a map, along its rows or its columns."""

    name: str
    values: list[Value]
    places: list[int]
    """Index of each value in the table."""


class Cells(NamedTuple):
    """A table of cells: rows from top to bottom, columns from left to right."""

    down: Side
    across: Side
    values: NDArray[np.float64]
    """The figure, shape (n_rows, n_columns); NaN if no set of the cell has one."""
    sets: NDArray[np.int64]
    ruined: NDArray[np.int64]
    undefined: NDArray[np.int64]

    @classmethod
    def of(cls, pair: Pair, table: pd.DataFrame) -> Cells:
        """Return the cells of a pair of parameters; the one with more values goes across.

        Numbers rise to the right and upwards; texts keep their order, from the left and from the
        top.
        """
        frames = [table, pair.sets, pair.ruined, pair.undefined]
        if table.shape[0] > table.shape[1]:
            frames = [frame.T for frame in frames]
        down, across = _side(frames[0].index), _side(frames[0].columns)
        if is_numeric(down.values):
            down = Side(down.name, down.values[::-1], down.places[::-1])
        grid = np.ix_(down.places, across.places)
        values, sets, ruined, undefined = (frame.to_numpy()[grid] for frame in frames)
        return cls(down, across, values.astype(float), sets, ruined, undefined)

    @property
    def all_ruined(self) -> NDArray[np.bool_]:
        """Which cells hold sets that are all ruined."""
        found: NDArray[np.bool_] = (self.sets > 0) & (self.ruined == self.sets)
        return found

    @property
    def without(self) -> NDArray[np.bool_]:
        """Which other cells hold sets of which none has the figure."""
        return (self.sets > 0) & ~self.all_ruined & np.isnan(self.values)

    @property
    def some_ruined(self) -> NDArray[np.bool_]:
        """Which cells hold both ruined and other sets."""
        return (self.ruined > 0) & ~self.all_ruined

    @property
    def some_undefined(self) -> NDArray[np.bool_]:
        """Which cells with a figure also hold sets without one."""
        return (self.undefined > 0) & ~self.without

    def place_of(self, one: dict[str, Any]) -> tuple[int, int]:
        """Return the row and column of a set."""
        return (
            self.down.values.index(one[self.down.name]),
            self.across.values.index(one[self.across.name]),
        )


def _side(index: pd.Index[Any]) -> Side:
    values = index.tolist()
    places = in_order(values)
    return Side(str(index.name), [values[place] for place in places], places)
