"""What a broker reads of its feeds at every bar: which have a new one, and their newest prices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import gt
from typing import Any

from .ledger import instrument

NO_BAR = math.nan
"""Open and close of a feed before its first bar."""


class WatchedFeeds:
    """The feeds of a run, each line looked up once.

    Attributes
    ----------
    names : tuple of str
        As the ledger writes them.
    trading : dict
        Feeds that have a bar today, in their order; their values say nothing.
    dividends : list of (feed, line)
        The feeds that may pay.
    """

    def __init__(self, feeds: Sequence[Any]) -> None:
        self.feeds = list(feeds)
        self.names = tuple(map(instrument, feeds))
        self.trading: dict[Any, None] = {}
        self.dividends = [
            (feed, feed.lines.dividend) for feed in feeds if hasattr(feed.lines, "dividend")
        ]
        self._clocks = [feed.lines.lines[0] for feed in feeds]
        self._opens = [feed.lines.open for feed in feeds]
        self._closes = [feed.lines.close for feed in feeds]
        self._seen = [0] * len(self.feeds)
        self._all_began = False
        self._everyone: dict[Any, None] = dict.fromkeys(self.feeds)

    def new_bars(self) -> bool:
        """Note which feeds have a new bar, and return whether any has."""
        counts = [len(clock) for clock in self._clocks]
        if counts == self._seen:
            return False
        seen, self._seen = self._seen, counts
        if all(map(gt, counts, seen)):
            self.trading = self._everyone
        else:
            self.trading = {
                feed: None
                for feed, now, before in zip(self.feeds, counts, seen, strict=True)
                if now > before
            }
        self._all_began = 0 not in counts
        return bool(self.trading)

    def opens(self) -> tuple[float, ...]:
        """Return each feed's newest open, NaN before its first bar."""
        return self._newest(self._opens)

    def closes(self) -> tuple[float, ...]:
        """Return each feed's newest close, NaN before its first bar."""
        return self._newest(self._closes)

    def _newest(self, lines: Sequence[Any]) -> tuple[float, ...]:
        if self._all_began:
            return tuple([line[0] for line in lines])
        return tuple(
            [line[0] if bars else NO_BAR for line, bars in zip(lines, self._seen, strict=True)]
        )
