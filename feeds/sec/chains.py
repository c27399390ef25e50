"""A year's sum out of the spans that were filed."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

#: Days that a fiscal year may have: 52 and 53 weeks, and some days for those that move its end.
YEAR = (350, 380)

#: Most spans that are added or taken off for one year.
LONGEST = 8

#: Days before the year's end within which these spans lie: the year, that before it, and a change
#: of the fiscal year.
OLDEST = 1_100

#: Days by which the first and last days of two spans may differ that are of one period: a company
#: that files a year again sometimes writes another first day.
SAME_PERIOD = 2

Span = tuple[int, int]
"""First and last day."""

Version = tuple[int, float]
"""Day of filing, and the sum as it was filed then."""


def year_to(spans: Mapping[Span, Sequence[Version]], end: int) -> float | None:
    """Return the sum of a fiscal year from sums of spans of days, as they have been filed.

    Spans are added and taken off so that what is left is a year, each day of it once: the year
    itself; or the last fiscal year plus this year to date less that of a year before; or four
    quarters; or whatever else was filed.

    What is added counts as it was filed last. What is taken off a span counts as it stood when that
    span was filed: a year to date that is restated later, and not yet the year that it is in,
    would else leave a part of itself in what remains of the year.

    Spans whose days differ by at most `SAME_PERIOD` are of one period: whichever makes the chain,
    the value is that which was filed last of any of them.

    Parameters
    ----------
    spans : mapping of (int, int) to sequence of (int, float)
        First and last day of each span, to the days on which its sum was filed and what it was,
        oldest first.
    end : int
        Last day of the year.

    Returns
    -------
    float or None
        None where no chain of spans makes a year: a quarter is missing. See `chain_to`.

    Examples
    --------
    A year of days 1 to 365, of which the first 90 are known, and the 90 days that follow it. The
    first 90 are restated from 7 to 8 when the year stands as it was:

    >>> quarter, year, newest = (1, 90), (1, 365), (366, 455)
    >>> filed = {quarter: [(100, 7.0), (460, 8.0)], year: [(400, 40.0)], newest: [(460, 9.0)]}
    >>> year_to(filed, 455)
    42.0
    """
    chain = chain_to(spans, end)
    if chain is None:
        return None
    added = [span for span, sign in chain if sign > 0]
    periods = {span: _of_the_period(span, spans, end) for span, _ in chain}
    return math.fsum(
        sign * (periods[span][-1][1] if sign > 0 else _taken_off(span, added, periods))
        for span, sign in chain
    )


def _of_the_period(
    span: Span, spans: Mapping[Span, Sequence[Version]], end: int
) -> Sequence[Version]:
    """Return what was filed of a span's period, oldest first; of one day the span's own last."""
    others = [
        version
        for (first, last), versions in spans.items()
        if (first, last) != span
        and last <= end
        and abs(first - span[0]) <= SAME_PERIOD
        and abs(last - span[1]) <= SAME_PERIOD
        for version in versions
    ]
    if not others:
        return spans[span]
    return sorted([*others, *spans[span]], key=lambda version: version[0])


def chain_to(spans: Iterable[Span], end: int) -> list[tuple[Span, int]] | None:
    """Return the spans that make a year, each with 1 where it is added and -1 where taken off.

    Of all chains of up to `LONGEST` spans the one with the fewest spans counts, and of those the
    one with the fewest days. Spans that end after the year are not looked at.
    """
    # A span is a step from its first day to the day after its last. Along a way from the day after
    # the year back to its first day, steps back are added and steps forward taken off.
    steps: dict[int, list[tuple[int, Span, int]]] = defaultdict(list)
    for first, last in spans:
        if end - OLDEST <= first and last <= end:
            steps[last + 1].append((first, (first, last), 1))
            steps[first].append((last + 1, (first, last), -1))
    waiting: list[tuple[int, int, int, tuple[tuple[Span, int], ...]]] = [(0, 0, end + 1, ())]
    done = set()
    while waiting:
        used, days, place, chain = heapq.heappop(waiting)
        if place in done:
            continue
        done.add(place)
        if YEAR[0] <= end + 1 - place <= YEAR[1]:
            return list(chain)
        for other, span, sign in steps[place] if used < LONGEST else ():
            if other not in done:
                far = days + abs(other - place)
                heapq.heappush(waiting, (used + 1, far, other, (*chain, (span, sign))))
    return None


def _taken_off(span: Span, added: Sequence[Span], spans: Mapping[Span, Sequence[Version]]) -> float:
    """Return a span's sum as it stood when the span that it is taken off was filed last."""
    around = [each for each in added if each[0] <= span[0] and span[1] <= each[1]]
    if around:
        filed = spans[min(around, key=lambda each: each[1] - each[0])][-1][0]
        then = [value for day, value in spans[span] if day <= filed]
        if then:
            return then[-1]
    return spans[span][-1][1]
