"""What a rule answers: computed as it is written, in Python, or compiled by numba.

numba takes 0.6 s to import and to load one compiled rule, more than a rule of the package's own
takes in Python for the bars of a whole run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..feeds import compiling
from .errors import StrategyError

Rule = Callable[..., NDArray[np.float64]]
"""``rule(*arrays, *arguments)``: positions of shape (n_bars,), entry t from bars <= t."""

PLAIN_BARS = 20_000
"""Bars in all for which a process computes a rule in Python, before numba is worth its start."""

_computed: Counter[Rule] = Counter()
"""Bars for which each rule was computed in Python."""


def positions_of(
    rule: Rule, columns: Sequence[Any], arguments: Sequence[Any]
) -> NDArray[np.float64]:
    """Return what a rule answers.

    Parameters
    ----------
    rule : callable
        As for `RuleLine`.
    columns : sequence of ndarray of shape (n_bars,)
        The arrays that it reads, oldest first.
    arguments : sequence
        What follows them.

    Returns
    -------
    ndarray of shape (n_bars,)
        A position for each bar, as the rule has it, NaN too.

    Raises
    ------
    StrategyError
        numba cannot compile the rule, it takes other arguments, or it answers anything else than
        one number for each bar. What the rule itself raises goes through.
    """
    name = getattr(rule, "__name__", repr(rule))
    found = _as_written(rule, columns, arguments)
    if found is None:
        found = _as_compiled(rule, name, columns, arguments)
    bars = len(columns[0])
    if (
        not isinstance(found, np.ndarray)
        or found.shape != (bars,)
        or found.dtype.kind not in "biuf"
    ):
        got = type(found).__name__
        if isinstance(found, np.ndarray):
            got = f"an array of shape {found.shape} and type {found.dtype}"
        raise StrategyError(
            f"rule {name} must return an array of one number a bar, of shape ({bars},), got {got}"
        )
    return found.astype(np.float64, copy=False)


def computed_often(rule: Rule) -> None:
    """Let numba compute a rule from now on in this process, where many bars of it are to come."""
    _computed[rule] += PLAIN_BARS


def _as_written(
    rule: Rule, columns: Sequence[Any], arguments: Sequence[Any]
) -> NDArray[np.float64] | None:
    """Return what a rule answers in Python; None where numba is to be asked.

    Only of the package's own rules are the two known to be the same bits. Where Python may treat
    something in another way, such as a division by zero or a missing argument, numba answers.
    """
    own = getattr(rule, "__module__", "").startswith(f"{__package__}.rules.")
    if not own or _computed[rule] + len(columns[0]) > PLAIN_BARS:
        return None
    _computed[rule] += len(columns[0])
    try:
        with np.errstate(all="raise", under="ignore"):
            return rule(*columns, *arguments)
    except (FloatingPointError, TypeError):
        return None


def _as_compiled(
    rule: Rule, name: str, columns: Sequence[Any], arguments: Sequence[Any]
) -> NDArray[np.float64]:
    from numba.core.errors import NumbaError

    try:
        return compiled(rule)(*columns, *arguments)
    except NumbaError as error:
        lines = [line.strip() for line in re.sub(r"\x1b\[\d*m", "", str(error)).splitlines()]
        why = " ".join(line for line in lines if line)[:300]
        raise StrategyError(f"rule {name} cannot be compiled by numba: {why}") from error
    except TypeError as error:
        if not str(error).startswith(("too many arguments", "not enough arguments")):
            raise
        given = f"{len(columns)} arrays and {len(arguments)} arguments"
        raise StrategyError(f"rule {name} does not take its {given}: {error}") from error


@cache
def compiled(rule: Rule) -> Rule:
    """Return a rule compiled by numba."""
    return cast(Rule, compiling.compiled(rule, nogil=True))
