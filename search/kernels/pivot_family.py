"""The pivot rule for many sets: a score line once, then a pass for each set's bias and bands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...feeds.arrays import Floats
from ...feeds.bars import Bars
from ...feeds.compiling import compiled
from ...strategies.playbook_strategy import PlaybookStrategy
from ...strategies.rules.pivot import pivot_side
from ..errors import LedgerDomainError
from ..evaluator import COLUMNS
from ..ledger import Terms
from ..space import Space
from .frictionless import Frictionless, Positions, check_every_day, check_names
from .pivot.scores import Forces, estimated_scores
from .pivot.space import Line

ARGUMENTS = (
    "slow", "fast", "span", "angle", "regime", "bias", "band_long", "band_short", "window",
    "penalty",
)  # fmt: skip
"""Parameters that sets may vary: the rule's arguments after the first, by the same names."""

WHOLE = frozenset({"slow", "fast", "span", "window"})
FIXED_LINE = ("slow", "fast", "span", "regime", "angle")
ESTIMATED_LINE = ("slow", "fast", "span", "window", "penalty")


@dataclass(frozen=True, eq=False, kw_only=True)
class PivotFamilyEvaluator:
    """Sets of the pivot rule, levelled daily and free of costs.

    Parameters
    ----------
    strategy : type
        `Pivot`, or what else calls `pivot_side`; sets are long or short of the one feed.
    defaults : mapping of str to value
        Every parameter of the strategy; a set's values override them.
    space : Space
        Names among `ARGUMENTS`: strengths are fixed or estimated for all sets.
    bars : Bars
        One instrument, from the first bar that warms up to the last that counts.
    opens_on : date
        Day at whose close the account opens.
    terms, rebalance, risk_free_rate
        As `Frictionless.of` takes them.

    Raises
    ------
    LedgerDomainError
        What only the general kernel or the run does: another rule or name, an inverse, other terms.
    StrategyError
        A value that the strategy refuses.
    """

    strategy: type[PlaybookStrategy]
    defaults: Mapping[str, Any]
    space: Space
    bars: Bars
    opens_on: datetime.date
    terms: Terms
    rebalance: str = "daily"
    risk_free_rate: float = 0.0

    columns = COLUMNS

    def __post_init__(self) -> None:
        check_names(self.strategy, self.space.names, set(ARGUMENTS) & self.defaults.keys())
        check_every_day(self.defaults)
        if self.defaults.get("short_via", "short") != "short":
            raise LedgerDomainError("the kernels trade one feed, and an inverse is two")
        axes = dict(zip(self.space.names, self.space.values, strict=True))
        # Averages are checked apart from each other: which pairs make a set, the space says.
        far = {
            name: pick(axes[name]) for name, pick in (("slow", max), ("fast", min)) if name in axes
        }
        for name, values in axes.items():
            for value in values:
                if self._arguments({**far, name: value})[name] != value:
                    raise LedgerDomainError(f"{self.strategy.__name__} reads {name} otherwise")
        _ = self.market  # refuses the terms

    @cached_property
    def market(self) -> Frictionless:
        """Bars and terms that the sets are evaluated on."""
        return Frictionless.of(
            self.bars, self.opens_on, self.terms, self.rebalance, self.risk_free_rate
        )

    def positions(self, indices: NDArray[np.int64]) -> Positions:
        """Return the positions of sets from the opening day on, shape (n, n_bars)."""
        counted = self.market.market.dates.size
        found = np.zeros((len(indices), counted), np.int8)
        if not len(indices):
            return found
        columns = self.space.columns(indices)
        fixed = self._fixed
        whole = {
            name: np.asarray(
                columns[name] if name in columns else np.full(len(indices), fixed[name]),
                np.int64 if name in WHOLE else np.float64,
            )
            for name in ARGUMENTS
        }
        for crossed in np.flatnonzero(whole["slow"] <= whole["fast"])[:1]:
            self._arguments(self.space.set_at(int(indices[crossed])))  # the strategy's own words
            raise LedgerDomainError(
                f"slow {whole['slow'][crossed]} is not above fast {whole['fast'][crossed]}"
            )
        names = ESTIMATED_LINE if fixed["estimated"] else FIXED_LINE
        keys = np.column_stack([whole[name].astype(np.float64) for name in names])
        lines, line_of_set = np.unique(keys, axis=0, return_inverse=True)
        scores = np.empty((len(lines), self.bars.close.size))
        constants = np.zeros(scores.shape)
        for place, line in enumerate(lines.tolist()):
            slow, fast, span = (int(value) for value in line[:3])
            if fixed["estimated"]:
                scores[place], constants[place] = estimated_scores(
                    self.bars.close, slow, fast, span, window=int(line[3]), penalty=line[4]
                )
            else:
                scores[place] = self._forces.scores(Line(slow, fast, span, *line[3:]))
        compiled_fill()(
            scores,
            constants,
            line_of_set.reshape(-1),
            whole["bias"],
            whole["band_long"],
            whole["band_short"],
            found,
        )
        return found

    def __call__(self, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return one row of `COLUMNS` for each set, shape (n, 15)."""
        rows = np.empty((len(indices), len(COLUMNS)))
        batch = self.market.batch
        for start in range(0, len(indices), batch):
            some = slice(start, start + batch)
            rows[some] = self.market.rows(self.positions(indices[some]))
        return rows

    def daily_returns(self, indices: NDArray[np.int64]) -> Floats:
        """Return the daily returns of sets, shape (n_bars - 1, n)."""
        return self.market.daily_returns(self.positions(indices))

    def on(self, bars: Bars) -> Self:
        """Return the evaluator of the same sets on other bars; the sets are not checked again.

        Raises
        ------
        LedgerDomainError
            Bars that only the general kernel is exact on.
        """
        other = copy(self)
        object.__setattr__(other, "bars", bars)
        _ = other.market
        return other

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields alone; the cached properties are computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _forces(self) -> Forces:
        return Forces(self.bars.close)

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        return self._arguments(self.space.set_at(self.space.first))

    def _arguments(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rule's arguments for a set by name, and refuse another rule."""
        call = self.strategy.rule_call({**self.defaults, **own})
        if call is None or call.rule is not pivot_side:
            raise LedgerDomainError(f"{self.strategy.__name__} is no pivot rule")
        return dict(zip(("estimated", *ARGUMENTS), call.arguments, strict=True))


def fill(
    scores: Any,
    constants: Any,
    line_of_set: Any,
    biases: Any,
    bands_long: Any,
    bands_short: Any,
    positions: Any,
) -> None:
    """Fill the positions of sets, one row a set, as `pivot_side` decides them.

    Parameters
    ----------
    scores, constants : ndarray of shape (n_lines, n_bars)
        What the forces add to the score, and its constant without bias, oldest first; NaN where
        the side is kept.
    line_of_set : ndarray of int64, shape (n_sets,)
        Row of the scores.
    biases, bands_long, bands_short : ndarray of shape (n_sets,)
        Of each set.
    positions : ndarray of int8, shape (n_sets, n_counted), written
        Those of the last bars.
    """
    n_bars = scores.shape[1]
    n_counted = positions.shape[1]
    opening = n_bars - n_counted
    for s in range(line_of_set.size):
        forces, constant = scores[line_of_set[s]], constants[line_of_set[s]]
        bias, above, below = biases[s], bands_long[s], -bands_short[s]
        held = positions[s]
        side = np.int8(0)
        for t in range(opening):
            score = forces[t] + (constant[t] + bias)
            side = np.int8(1) if score > above else np.int8(-1) if score < below else side
        for j in range(n_counted):
            score = forces[opening + j] + (constant[opening + j] + bias)
            side = np.int8(1) if score > above else np.int8(-1) if score < below else side
            held[j] = side


@cache
def compiled_fill() -> Any:
    """Return `fill` compiled."""
    return compiled(fill, nogil=True)
