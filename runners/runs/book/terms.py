"""How a book weights its members, and when it brings the weights back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ....feeds.conventions import adverb_named
from ....feeds.python_numbers import hold_python_numbers
from ....feeds.quoting import did_you_mean, shown
from ...errors import ParameterError

EQUAL, INVERSE_VOLATILITY, EQUAL_RISK, FIXED = WEIGHTS = (
    "equal", "inverse-volatility", "equal-risk", "fixed",
)  # fmt: skip
MEASURED = (INVERSE_VOLATILITY, EQUAL_RISK)
"""Weights that depend on the members' past returns."""

DAILY, MONTHLY, BAND = "daily", "monthly", "band"
ENDS = {"weekly": "week", MONTHLY: "month", "quarterly": "quarter"}
"""Rebalances at the last session of a period: name to period."""

REBALANCES = (DAILY, *ENDS, BAND)


@dataclass(frozen=True, kw_only=True)
class BookTerms:
    """The terms of a book: the table ``[book]`` of a TOML plan, the keywords of `Book`.

    Parameters
    ----------
    weights : {"equal", "inverse-volatility", "equal-risk", "fixed"}
        What fraction of the account's value each member decides over: the same for all; inversely
        proportional to the volatility of its returns; so that each contributes the same to the
        variance of their sum; or the `weight` that each member states.
    rebalance : {"daily", "weekly", "monthly", "quarterly", "band"}
        When weights are computed anew and all holdings brought back to their targets: at every bar;
        at the last session of each week, month (the default) or quarter; or at a bar at whose close
        a member's weight has drifted from its target by more than `band`.
    band : float
        Fraction of the account's value, > 0 and below 1.
    window : int
        Bars over which volatility and covariance are measured, from 2 to 10,000.
    max_gross : float or None
        Largest sum of the absolute netted weights, > 0. A larger sum is scaled down to it, all
        instruments by one factor. None: no scaling; the account's own `max_gross` stops the run.

    Raises
    ------
    ParameterError
        A value is out of range.
    """

    weights: str = EQUAL
    rebalance: str = MONTHLY
    band: float = 0.05
    window: int = 60
    max_gross: float | None = None

    def __post_init__(self) -> None:
        """Check every value."""
        hold_python_numbers(self)
        object.__setattr__(self, "rebalance", adverb_named(self.rebalance))
        for name, choices in (("weights", WEIGHTS), ("rebalance", REBALANCES)):
            value = getattr(self, name)
            if value not in choices:
                near = did_you_mean(value, choices) if isinstance(value, str) else ""
                raise ParameterError(
                    f"[book] {name} must be one of {', '.join(choices)}, got {shown(value)}{near}"
                )
        if not (_is_number(self.band) and 0.0 < self.band < 1.0):
            raise ParameterError(
                "[book] band must be a fraction of the account's value, > 0 and < 1, got "
                f"{shown(self.band)}"
            )
        whole = isinstance(self.window, int) and not isinstance(self.window, bool)
        if not (whole and 2 <= self.window <= 10_000):
            raise ParameterError(
                f"[book] window must be a whole number of bars from 2 to 10,000, got "
                f"{shown(self.window)}"
            )
        if self.max_gross is not None and not (
            _is_number(self.max_gross) and 0.0 < self.max_gross <= 1e9
        ):
            raise ParameterError(
                "[book] max_gross must be a multiple of the account's value, > 0, got "
                f"{shown(self.max_gross)}"
            )

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> BookTerms:
        """Return the terms of a mapping; keys may be written with dashes.

        Raises
        ------
        ParameterError
            A key is unknown, or a value is out of range.
        """
        known = [field.name for field in fields(cls)]
        named = {str(key).replace("-", "_"): value for key, value in given.items()}
        for key in named:
            if key not in known:
                raise ParameterError(
                    f"[book] {key}: there is no such key{did_you_mean(key, known, or_known=True)}"
                )
        typed = {str(key).replace("-", "_"): str(key) for key in given}
        try:
            return cls(**named)
        except ParameterError as error:
            told, name, rest = re.split(r"(?<=\] )(\w+)", str(error), maxsplit=1)
            raise ParameterError(f"{told}{typed.get(name, name)}{rest}") from None

    def plain(self) -> dict[str, Any]:
        """Return the terms as JSON values, without those that have no effect here."""
        told = asdict(self)
        if self.rebalance != BAND:
            del told["band"]
        if self.weights not in MEASURED:
            del told["window"]
        if self.max_gross is None:
            del told["max_gross"]
        return told


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
