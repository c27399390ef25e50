"""The best sets of a pivot space on one market, at several ends in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....feeds.arrays import Floats
from ...errors import SearchError
from .bit_lanes import IDLE, LOSSES, SWITCHES
from .line_sums import LineSums, layout_of
from .scores import Forces
from .space import Line, PivotSpace


@dataclass(frozen=True, kw_only=True)
class Best:
    """The best set up to one end, and how many were tried for it."""

    end: int
    """Bar at whose close the sums end."""
    gain: float
    """Sum of side times weight over the bars from the first decision to the end."""
    parameters: dict[str, Any]
    """Slow, fast, span, regime, angle, bias, band_long and band_short."""
    switches: int
    losses: int
    """Bars on which the side held lost."""
    idle: int
    """Bars before the first side."""
    sets: int
    """Parameter sets evaluated for this end, those that act alike among them."""
    rules: int
    """Sets that differ by more than rounding in a level."""


def best_of(
    close: Floats,
    weights: Floats,
    space: PivotSpace,
    *,
    first: int,
    ends: Sequence[int],
    n_lines: int | None = 2000,
    seed: int = 0,
    refine: int = 0,
    returns: Floats | None = None,
) -> list[Best]:
    """Return the set of highest gain up to each end, of random score lines and around the best.

    All thresholds of each line are evaluated.

    Parameters
    ----------
    close : ndarray of shape (n_bars,)
        Closing prices, oldest first, > 0; no NaN. Bars before `first` warm up.
    weights : ndarray of shape (n_bars,)
        What being long from each close to the next gains: points, or returns. The last is not read.
    space : PivotSpace
        Where lines and thresholds come from.
    first : int
        Bar of the first decision that counts.
    ends : sequence of int
        Bars at whose close the sums end, rising.
    n_lines : int or None
        Lines drawn without replacement; None, or as many as there are: all of them.
    seed : int
        Of the draw. The same seed draws the same lines on every market.
    refine : int
        Most rounds of refinement for each end: all lines at most one step of each of the five axes
        from the best so far, until none is better.
    returns : ndarray of shape (n_bars,), optional
        Whose sign counts losing bars; `weights` if not given.

    Returns
    -------
    list of Best
        One for each end. Of equal gains the set evaluated first, lines in the order of the space.

    Raises
    ------
    SearchError
        As `line_sums.layout_of`; fewer than one line, or rounds below 0.
    """
    if (n_lines is not None and n_lines < 1) or refine < 0:
        raise SearchError(f"lines >= 1 and rounds of refinement >= 0, got {n_lines} and {refine}")
    forces = Forces(close)
    signs = weights if returns is None else returns
    lines = drawn_lines(space, n_lines, seed)
    found = _Leaders(LineSums(forces, layout_of(weights, signs, first, ends), space), ends)
    found.look_at(lines)
    if not refine:
        return found.best
    best = []
    for end, leader in zip(ends, found.best, strict=True):
        alone = _Leaders(LineSums(forces, layout_of(weights, signs, first, [end]), space), [end])
        alone.best, alone.seen = [leader], set(lines)
        for _ in range(refine):
            before = alone.best[0].gain
            alone.look_at(neighbours(space, _line_of(alone.best[0])))
            if alone.best[0].gain == before:
                break
        best.append(alone.best[0])
    return best


def drawn_lines(space: PivotSpace, n_lines: int | None, seed: int) -> list[Line]:
    """Return lines of a space drawn at random without replacement, in the order of the space.

    Parameters
    ----------
    space : PivotSpace
    n_lines : int or None
        How many; None, or as many as there are: all.
    seed : int
        Of the draw.
    """
    total = len(space.lines)
    if n_lines is None or n_lines >= total:
        return list(space.lines)
    chosen = np.random.default_rng(seed).choice(total, n_lines, replace=False)
    return [space.lines[k] for k in np.sort(chosen).tolist()]


def neighbours(space: PivotSpace, line: Line) -> list[Line]:
    """Return the lines of a space at most one step of each axis from a line, itself among them."""
    near = []
    for values, own in zip(
        (space.slow, space.fast, space.span, space.regime, space.angle), line, strict=True
    ):
        place = values.index(own)
        near.append(values[max(place - 1, 0) : place + 2])
    slow, fast, span, regime, angle = near
    return [
        Line(int(a), int(b), int(c), d, e)
        for a in slow
        for b in fast
        if space.has(int(a), int(b))
        for c in span
        for d in regime
        for e in angle
    ]


class _Leaders:
    """The best set up to each end of the lines looked at so far."""

    def __init__(self, sums: LineSums, ends: Sequence[int]) -> None:
        self._sums, self._ends = sums, ends
        self.best: list[Best] = []
        self.seen: set[Line] = set()

    def look_at(self, lines: Iterable[Line]) -> None:
        """Evaluate the lines that were not looked at before."""
        new = [line for line in dict.fromkeys(lines) if line not in self.seen]
        self.seen.update(new)
        space = self._sums.space
        leads: list[dict[str, Any] | None] = [None] * len(self._ends)
        highest = [best.gain for best in self.best] or [-np.inf] * len(self._ends)
        for line in new:
            found = self._sums(line)
            rules = found.gains[:, 0].argmax(axis=1)
            for place, rule in enumerate(rules.tolist()):
                gain = float(found.gains[place, 0, rule])
                if gain > highest[place]:
                    highest[place] = gain
                    counts = found.counts[place, :, rule]
                    threshold = int(found.levels.first_set[rule])
                    leads[place] = {
                        "gain": gain,
                        "parameters": space.parameters(line, threshold),
                        "switches": int(counts[SWITCHES]),
                        "losses": int(counts[LOSSES]),
                        "idle": int(counts[IDLE]),
                    }
        tried = {
            "sets": len(self.seen) * space.sets_per_line,
            "rules": len(self.seen) * space.levels.long_level.size,
        }
        self.best = [
            Best(**{**(lead or vars(self.best[place])), "end": end, **tried})
            for place, (end, lead) in enumerate(zip(self._ends, leads, strict=True))
        ]


def _line_of(best: Best) -> Line:
    return Line(*(best.parameters[name] for name in Line._fields))
