"""The cerebros that a script ran, and which sets of an optstrategy are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..labels.badge_texts import badge
from ..result import RunResult
from .account import account_of
from .ran import recordings_of
from .recording import Recording
from .result import result_of

MOST_SETS = 6
"""Sets of one cerebro up to which each is reported; of more the best, median and worst are."""

RANKS = ("the best by total return", "the median by total return", "the worst by total return")


@dataclass(frozen=True)
class Ran:
    """One cerebro that ran: the recordings of each set of parameters that it ran."""

    sets: list[list[Recording]]


def ran_of(results: Sequence[Any]) -> Ran:
    """Return what ``cerebro.run()`` returned as recordings; of an optstrategy a set each."""
    swept = isinstance(results[0], list)
    return Ran([recordings_of(each) for each in (results if swept else [results]) if each])


def results_of(ran: Ran) -> list[RunResult]:
    """Return the results of a cerebro; of more than `MOST_SETS` sets those of three.

    Raises
    ------
    ParameterError
        An account cannot be measured.
    """
    if len(ran.sets) == 1:
        return [result_of(ran.sets[0])]
    chosen = dict.fromkeys(range(len(ran.sets)), "")
    if len(ran.sets) > MOST_SETS:
        order = sorted(chosen, key=lambda place: -_total_return(ran.sets[place]))
        places = (order[0], order[(len(order) - 1) // 2], order[-1])
        chosen = {place: f", and this is {rank}" for place, rank in zip(places, RANKS, strict=True)}
    return [
        result_of(
            ran.sets[place],
            [badge("one of several sets", place=place + 1, sets=len(ran.sets), rank=rank)],
        )
        for place, rank in chosen.items()
    ]


def _total_return(recordings: Sequence[Recording]) -> float:
    returns = account_of(recordings).daily["return"].to_numpy(dtype=float)[1:]
    return float(np.prod(1.0 + returns))
