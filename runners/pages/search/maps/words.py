"""What a map says in words: of each cell, and of all cells of one kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from ....runs.labels.formats import counted
from .cells import Cells
from .colours import NO_FIGURE, RUINED, ZERO


@dataclass(frozen=True)
class Words:
    """The words of a map.

    Attributes
    ----------
    figure : str
        The figure's name.
    shown : callable
        Formats a figure.
    kind : str
        Statistic over the sets of a cell, such as "mean"; used if cells hold several sets.
    empty : str
        The reason why a cell may hold no set.
    """

    figure: str
    shown: Callable[[float], str]
    kind: str = ""
    empty: str = "no set"

    def of(self, cells: Cells, row: int, column: int) -> str:
        """Return what a cell holds."""
        sets, ruined, undefined = (
            int(table[row, column]) for table in (cells.sets, cells.ruined, cells.undefined)
        )
        value = cells.values[row, column]
        if not sets:
            return self.empty
        if sets == 1:
            if ruined:
                return "ruined"
            return f"no {self.figure}" if np.isnan(value) else self.shown(value)
        best = f"{self.before}{self.shown(value)}"
        told = [f"no {self.figure}" if np.isnan(value) else best]
        told += [f"{ruined:,} of {sets:,} sets ruined"] if ruined else []
        told += [f"{undefined:,} of {sets:,} sets without {self.figure}"] if undefined else []
        told += [f"{sets:,} sets"] if not ruined and not undefined else []
        return ", ".join(told[1:] if ruined == sets else told)

    @property
    def before(self) -> str:
        """What stands before the figure of several sets."""
        return f"{self.kind} {self.figure} ".lstrip()


def place_of(cells: Cells, row: int, column: int) -> str:
    """Return the names and values of a cell."""
    across, down = cells.across, cells.down
    return f"{across.name} {across.values[column]}, {down.name} {down.values[row]}"


def legend(cells: Cells, words: Words, *, marked: bool) -> str:
    """Return the legend of the marks with their numbers of sets; empty without marks.

    `marked` says that the best set is outlined.
    """
    items = [*_items(cells, words, marked=marked)]
    spans = "".join(
        f'<span><svg class="mark" viewBox="0 0 10 10">{swatch}</svg>{escape(text)}</span>'
        for swatch, text in items
    )
    return f'<p class="legend">{spans}</p>' if items else ""


def _items(cells: Cells, words: Words, *, marked: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if marked:
        found.append((_square("none", "var(--ink)", 1.2), "best set"))
    several = bool((cells.sets > 1).any())
    cross = '<path d="M2 2l6 6m0-6l-6 6" style="stroke:#fff"/>'
    for which, counts, told, swatch in (
        (cells.all_ruined, cells.ruined, "all ruined" if several else "ruined",
         _square(RUINED) + cross),
        (cells.some_ruined, cells.ruined, "some ruined", _square(ZERO) + corner(10, 0, 7, RUINED)),
        (cells.without, cells.undefined, f"no {words.figure}", _square(NO_FIGURE)),
        (cells.some_undefined, cells.undefined, f"some without {words.figure}",
         _square(ZERO) + corner(0, 10, -7, NO_FIGURE)),
    ):  # fmt: skip
        if which.any():
            held = int(counts[which].sum())
            of = f" in {counted(int(which.sum()), 'cell')}" if several else ""
            found.append((swatch, f"{told}: {counted(held, 'set')}{of}"))
    if holes := int((cells.sets == 0).sum()):
        clear = _square("none", "var(--muted)", 0.6)
        found.append((clear, f"{words.empty}: {counted(holes, 'cell')}"))
    return found


def corner(x: float, y: float, size: float, colour: str) -> str:
    """Return a corner of a cell: the upper right one, or the lower left one if `size` < 0."""
    return f'<path d="{corner_path(x, y, size)}" style="fill:{colour}"/>'


def corner_path(x: float, y: float, size: float) -> str:
    """Return the path of `corner`."""
    return f"M{x:.2f} {y:.2f}h{-size:.2f}l{size:.2f} {size:.2f}z"


def _square(fill: str, stroke: str = "none", width: float = 0) -> str:
    return (
        f'<rect x="0.5" y="0.5" width="9" height="9" '
        f'style="fill:{fill};stroke:{stroke};stroke-width:{width:g}"/>'
    )
