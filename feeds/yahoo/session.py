"""The session through which yfinance reaches Yahoo: as a browser does, within a deadline."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import curl_cffi.requests
from curl_cffi.requests.exceptions import Timeout

#: Part of the address of the one kind of answer that holds prices.
CHART = "/v8/finance/chart/"

#: Seconds for a request that is not for prices. Cookie and crumb are welcome, not needed, and
#: where their hosts are blocked they must not use up the time of the prices.
BESIDE = 2.0


class YahooSession(curl_cffi.requests.Session[Any]):
    """A session that ends every request before a deadline and remembers how a chart was answered.

    yfinance waits up to 30 seconds for each of half a dozen requests, whatever `timeout` it is
    given. A subclass may override `request` to reach Yahoo by another way.

    Attributes
    ----------
    chart_status : int or None
        HTTP status of the newest answer to a request for prices since `limited_to` was entered.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"impersonate": "chrome", **options})
        self.chart_status: int | None = None
        self._deadline = math.inf

    @contextmanager
    def limited_to(self, seconds: float) -> Iterator[None]:
        """Let all requests together take `seconds`; afterwards the session is as before."""
        self.chart_status = None
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = math.inf

    def request(  # type: ignore[override]  # the options are passed on, whatever they are
        self, method: Any, url: str, **options: Any
    ) -> Any:
        """Send a request in the time that is left; Timeout where none is."""
        for_prices = CHART in url
        if self._deadline < math.inf:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise Timeout("the deadline has passed")
            options["timeout"] = left if for_prices else min(left, BESIDE)
        response = super().request(method, url, **options)
        if for_prices:
            self.chart_status = response.status_code
        return response


@lru_cache(maxsize=1)
def shared_session() -> YahooSession:
    """Return this process's session: yfinance keeps a cookie and a crumb that belong together."""
    return YahooSession()
