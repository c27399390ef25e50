"""Figures of drawdowns."""

from __future__ import annotations

import numpy as np

from ....feeds.arrays import Floats
from .cells import NONE, Group, Row, number, percentages, whole
from .episodes import Episodes, by_depth
from .growth import total
from .moments import shortfall
from .sample import Sample, no_zeros


def deepest_groups(sample: Sample, found: list[Episodes]) -> list[Group]:
    """Return the groups of the deepest drawdown and of the longest: one, or two without any."""
    if none_at_all(found):
        # quantstats leaves the cells between blank, but for the sign after a percentage.
        return [
            [("Max Drawdown", *("%" for _ in found))],
            [("Longest DD Days", *(NONE for _ in found))],
        ]
    names = ("Max Drawdown", "Max DD Date", "Max DD Period Start", "Max DD Period End")
    columns = [_deepest(sample, series, each) for series, each in enumerate(found)]
    cells = zip(*columns, strict=True)
    rows: Group = [(name, *row) for name, row in zip(names, cells, strict=True)]
    return [[*rows, whole("Longest DD Days", (each.longest for each in found))]]


def _deepest(sample: Sample, series: int, episodes: Episodes) -> tuple[str, str, str, str]:
    """Return depth, lowest day, first day and last day of a series' deepest drawdown."""
    if not episodes.depth.size:
        return (NONE, NONE, NONE, NONE)
    order = by_depth(episodes.depth)
    if series:  # quantstats sorts the benchmark's twice, which may move equal ones again
        order = order[by_depth(episodes.depth[order])]
    first, last = episodes.first[order[0]], episodes.last[order[0]]
    lowest = first + int(sample.drawdown[series, first : last + 1].argmin())
    _, depth = percentages("", [episodes.depth[order[0]] / 100.0 * 100.0])
    lowest_day, first_day, last_day = sample.dates[[lowest, first, last]].strftime("%Y-%m-%d")
    return depth, lowest_day, first_day, last_day


def average_rows(found: list[Episodes]) -> Group:
    """Return the rows of mean depth and mean length; no rows without any drawdown."""
    if none_at_all(found):
        return []
    depths = (episodes.average_depth / 100.0 * 100.0 for episodes in found)
    return [percentages("Avg. Drawdown", depths), average_days(found)]


def average_days(found: list[Episodes]) -> Row:
    """Return the row of the mean length."""
    return whole("Avg. Drawdown Days", (episodes.average_days for episodes in found))


def none_at_all(found: list[Episodes]) -> bool:
    """Return whether no series has a drawdown."""
    return not any(episodes.depth.size for episodes in found)


def ulcer_rows(sample: Sample) -> Group:
    """Return the rows of rewards for the time below the top."""
    gained = sample.values.sum(axis=1)
    pain = ulcer_index(sample)
    deviation = sample.drawdown.std(axis=1, ddof=1)
    pitfall = -shortfall(sample.drawdown.mean(axis=1), deviation) / no_zeros(sample.deviation)
    serenity = (gained - sample.risk_free_rate) / no_zeros(pain * pitfall)
    return [
        number("Recovery Factor", np.abs(gained) / no_zeros(sample.deepest)),
        number("Ulcer Index", pain),
        number("Serenity Index", serenity),
    ]


def ulcer_index(sample: Sample) -> Floats:
    """Return the root mean square of each series' drawdown, with one period less."""
    return np.asarray(np.sqrt((sample.drawdown**2).sum(axis=1) / (sample.count - 1)))


def ulcer_performance(sample: Sample) -> Floats:
    """Return the total return over the risk-free rate of one year, by the ulcer index."""
    return (total(sample.values) - sample.risk_free_rate) / no_zeros(ulcer_index(sample))
