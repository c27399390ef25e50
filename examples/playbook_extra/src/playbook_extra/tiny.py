"""A vendor of bars: a server that answers with JSON."""

from __future__ import annotations

import datetime as dt
import json
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pandas as pd

from btplaybook.feeds.errors import UnknownTickerError


class Tiny:
    """Bars from ``GET /bars/TICKER?from=DATE&to=DATE``.

    The answer is a JSON list with an object for each day: date, open, high, low, close, volume and
    dividend, adjusted for splits; 404 where the server has no such ticker.
    """

    timezone = "America/New_York"
    address = "http://127.0.0.1:8765"
    seconds = 5.0  # that the server gets to answer

    def fetch(self, ticker: str, start: dt.date | None, end: dt.date) -> pd.DataFrame:
        """Return the bars from `start` to `end`, a row a day; None is the first there is."""
        dates = {"to": end, **({"from": start} if start else {})}
        url = f"{self.address}/bars/{quote(ticker)}?{urlencode(dates)}"
        try:
            with urlopen(url, timeout=self.seconds) as answer:
                return pd.DataFrame(json.load(answer))
        except HTTPError as error:
            with error:  # it holds the connection
                if error.code == 404:
                    raise UnknownTickerError(f"tiny knows no ticker {ticker!r}") from error
                raise
