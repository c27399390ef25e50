"""The session through which yfinance reaches Yahoo: as a browser does, within a deadline."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import curl_cffi.requests
from curl_cffi.requests.exceptions import RequestException, Timeout

from ..errors import SourceError
from .addresses import CHART

#: Seconds for a request that only prepares another: for a cookie or a crumb. Prices and statements
#: come without them, so a blocked host must not use up the time of the request that counts.
BESIDE = 2.0

#: Bytes of an answer after it is unpacked; fifty years of daily bars are 3 million.
LARGEST_ANSWER = 64 * 2**20

_ABORT = 0xFFFFFFFF  # curl's CURL_WRITEFUNC_ERROR: it ends the transfer


class YahooSession(curl_cffi.requests.Session[Any]):
    """A session that ends every request before a deadline and remembers what was answered.

    yfinance waits up to 30 seconds for each of half a dozen requests, whatever `timeout` it is
    given. A subclass may override `request` to reach Yahoo by another way.

    Attributes
    ----------
    answers : list of curl_cffi.requests.Response
        To the requests for what was wanted since `limited_to` was entered, oldest first.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"impersonate": "chrome", **options})
        self.answers: list[Any] = []
        self._wanted = CHART
        self._deadline = math.inf

    @property
    def status(self) -> int | None:
        """HTTP status of the newest of the answers; None where there is none."""
        return self.answers[-1].status_code if self.answers else None

    @contextmanager
    def limited_to(self, seconds: float, wanted: str = CHART) -> Iterator[None]:
        """Let all requests together take `seconds`; afterwards the session is as before.

        `wanted` is part of the address of what is asked for: the rest gets `BESIDE` at most.
        """
        self.answers = []
        self._wanted = wanted
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = math.inf

    def request(  # type: ignore[override]  # the options are passed on, whatever they are
        self, method: Any, url: str, **options: Any
    ) -> Any:
        """Send a request in the time that is left.

        Raises
        ------
        Timeout
            Where none is left.
        SourceError
            For an answer of more than `LARGEST_ANSWER`; the rest of it is not read.
        """
        is_wanted = self._wanted in url
        if self._deadline < math.inf:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise Timeout("the deadline has passed")
            options["timeout"] = left if is_wanted else min(left, BESIDE)
        body, cut = io.BytesIO(), False

        def take(piece: bytes) -> int:
            nonlocal cut
            cut = cut or body.tell() + len(piece) > LARGEST_ANSWER
            return _ABORT if cut else body.write(piece)

        try:
            response = super().request(method, url, content_callback=take, **options)
        except RequestException:
            if not cut:
                raise
        if cut:
            most = LARGEST_ANSWER // 2**10
            raise SourceError(f"Yahoo's answer is larger than {most:,} kB")
        response.content = body.getvalue()
        if is_wanted:
            self.answers.append(response)
        return response


@lru_cache(maxsize=1)
def shared_session() -> YahooSession:
    """Return this process's session: yfinance keeps a cookie and a crumb that belong together."""
    return YahooSession()
