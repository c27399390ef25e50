"""Target weights as a strategy states them, checked and completed; and the days that decide."""

from __future__ import annotations

import datetime
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import StrategyError, StrategyStopped, feed_name


def by_feed(
    stated: Any, datas: Sequence[Any], today: datetime.date, method: str
) -> Mapping[Any, float]:
    """Return feed to weight from what a strategy's method returned.

    Parameters
    ----------
    stated : mapping of feed to weight, or float
        A number is the weight of the one feed.
    datas : sequence of feeds
        The strategy's feeds.
    today : date
        The bar that decides, named in a refusal.
    method : str
        The method that returned it, named in a refusal.

    Raises
    ------
    StrategyStopped
        It is neither, or a number although there are several feeds.
    """
    if type(stated) is not float and hasattr(stated, "items"):
        weights: Mapping[Any, float] = stated
        return weights
    if type(stated) is not float and not isinstance(stated, numbers.Real):
        raise StrategyStopped(
            f"{today}: {method}() must return feed to weight, as {{self.data: 1.0}}, or None "
            f"for no change, got {type(stated).__name__} {stated!r}"
        )
    if len(datas) > 1:
        named = ", ".join(map(feed_name, datas))
        raise StrategyStopped(
            f"{today}: {method}() returns {stated!r}, and there are {len(datas)} feeds "
            f"({named}): say whose weight it is, as {{self.datas[0]: {stated!r}}}"
        )
    return {datas[0]: float(stated)}


def complete(
    stated: Mapping[Any, Any], datas: Iterable[Any], today: datetime.date
) -> dict[Any, float]:
    """Return a weight for every feed, 0 for a feed that is not stated.

    Raises
    ------
    StrategyStopped
        A weight is for something that is no feed or for a feed that has no bar yet, or is no
        finite number.
    """
    targets = dict.fromkeys(datas, 0.0)
    for data, weight in stated.items():
        if data not in targets:
            raise StrategyStopped(f"{today}: target_weights() names {data!r}, which is no feed")
        is_number = type(weight) is float or isinstance(weight, numbers.Real)  # the second is slow
        if not (is_number and math.isfinite(weight)):
            raise StrategyStopped(f"{today}: the target weight of {feed_name(data)} is {weight!r}")
        if weight and not len(data):
            raise StrategyStopped(f"{today}: {feed_name(data)} has a target but no bar yet")
        targets[data] = float(weight)
    return targets


def last_sessions(datas: Iterable[Any], every: str) -> frozenset[datetime.date]:
    """Return the last exchange session of each week, month or quarter that the feeds cover.

    They are known from the feeds' calendars, not from the bars that follow.

    Raises
    ------
    StrategyError
        A feed has no calendar, or is resampled.
    """
    days: set[datetime.date] = set()
    for data in datas:
        if not hasattr(data, "period_end") or data.resampling:
            raise StrategyError(
                f"every={every!r} needs daily feeds that know their exchange's calendar: load the "
                "bars with BarsFeed, and do not resample them"
            )
        days |= data.period_end(every)
    return frozenset(days)
