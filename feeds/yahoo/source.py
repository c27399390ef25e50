"""Yahoo as a source of bars."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ..vendors.answer import Answer
from .client import ask

if TYPE_CHECKING:
    from .session import YahooSession

#: Seconds that Yahoo gets to answer one question. With the import of yfinance, an error is there
#: within ten.
SECONDS = 7.0


class YahooSource:
    """Asks Yahoo through yfinance.

    Parameters
    ----------
    folder : pathlib.Path
        Where yfinance keeps its cookie and the exchanges' time zones.
    session : YahooSession, optional
        What carries the requests, such as one with a proxy; None for this process's own.
    seconds : float
        Time that Yahoo gets to answer one question, > 0.
    """

    title = "Yahoo"

    def __init__(
        self, folder: Path, *, session: YahooSession | None = None, seconds: float = SECONDS
    ) -> None:
        self.folder = folder
        self.session = session
        self.seconds = seconds

    def fetch(self, ticker: str, start: dt.date | None, end: dt.date) -> Answer:
        """Return what Yahoo says of a ticker from `start` to now; errors as for `client.ask`."""
        from .session import shared_session

        connection = self.session or shared_session()
        return ask(
            ticker, since=start, folder=self.folder, session=connection, seconds=self.seconds
        )
