"""Requests to the SEC as it wants to be asked: slowly, by name, again after a pause."""

from __future__ import annotations

import email.utils
import gzip
import http.client
import re
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from ..errors import RequestError, SourceError
from ..quoting import shown
from .facts import LARGEST_FACTS

DATA = "https://data.sec.gov"
"""Host of companies' facts."""

FILES = "https://www.sec.gov"
"""Host of the table of tickers."""

PAUSE = 0.125
"""Seconds from one request to the next: eight a second, of the ten that the SEC allows."""

SECONDS = 30.0
"""Seconds in which an answer must go on coming."""

WAITS = (2.0, 4.0, 8.0, 16.0)
"""Seconds before a request is sent again that was answered with 429 or 503."""

LONGEST_WAIT = 60.0
"""Seconds that are waited at most where the SEC names a time."""

_BUSY = (429, 503)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class NotThere(RequestError):
    """The SEC answers that it has no such file."""


class Answer(NamedTuple):
    """A file, and when it last changed."""

    content: bytes
    changed: float | None
    """Seconds since 1970; None where the SEC does not say."""


class SecClient:
    """Sends requests to the SEC.

    Parameters
    ----------
    address : str
        E-mail address of who asks, which the SEC wants in each request.
    data, files : str
        Hosts of facts and of the table of tickers.
    pause, seconds : float
        Seconds between two requests, and in which an answer must go on coming.
    waits : tuple of float
        Seconds before each time that a request is sent again.
    sleep : callable
        Waits for some seconds.

    Raises
    ------
    RequestError
        For a text that is no e-mail address.
    """

    def __init__(
        self,
        address: str,
        *,
        data: str = DATA,
        files: str = FILES,
        pause: float = PAUSE,
        seconds: float = SECONDS,
        waits: tuple[float, ...] = WAITS,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if not _ADDRESS.fullmatch(address):
            raise RequestError(
                f"the SEC wants the e-mail address of who asks: --email you@example.com, got "
                f"{shown(address)}"
            )
        self._headers = {"User-Agent": f"btplaybook {address}", "Accept-Encoding": "gzip"}
        self.data, self.files = data, files
        self._pause, self._seconds, self._waits, self._sleep = pause, seconds, waits, sleep
        self._earliest = 0.0

    def get(self, url: str, *, known: float | None = None) -> Answer | None:
        """Return a file; None where it has not changed since it was known.

        Parameters
        ----------
        url : str
            Its address.
        known : float, optional
            When it had last changed, in seconds since 1970; None asks for it in any case.

        Raises
        ------
        NotThere
            Where there is no such file (404).
        SourceError
            Where the SEC is not reachable, refuses, stays busy, or sends too much.
        """
        headers = dict(self._headers)
        if known is not None:
            headers["If-Modified-Since"] = email.utils.formatdate(known, usegmt=True)
        for wait in (*self._waits, None):
            self._take_turn()
            try:
                return self._sent(urllib.request.Request(url, headers=headers))
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == 304:
                        return None
                    if error.code == 404:
                        raise NotThere(f"the SEC has no {url.rpartition('/')[2]} (404)") from error
                    if error.code not in _BUSY or wait is None:
                        raise SourceError(_refusal(error.code)) from error
                    self._sleep(_asked_for(error.headers.get("Retry-After"), wait))
            except (OSError, http.client.HTTPException, EOFError, zlib.error) as error:
                raise SourceError(f"the SEC cannot be reached ({_words(error)})") from error
        raise AssertionError("the last turn returns or raises")

    def _sent(self, request: urllib.request.Request) -> Answer:
        with urllib.request.urlopen(request, timeout=self._seconds) as answer:
            packed = answer.headers.get("Content-Encoding") == "gzip"
            content = _whole(gzip.GzipFile(fileobj=answer) if packed else answer)
            written = answer.headers.get("Last-Modified")
        try:
            changed = email.utils.parsedate_to_datetime(written).timestamp() if written else None
        except ValueError:
            changed = None
        return Answer(content, changed)

    def _take_turn(self) -> None:
        now = time.monotonic()
        if now < self._earliest:
            self._sleep(self._earliest - now)
        self._earliest = max(now, self._earliest) + self._pause


def _whole(stream: IO[bytes] | Any) -> bytes:
    content: bytes = stream.read(LARGEST_FACTS + 1)
    if len(content) > LARGEST_FACTS:
        raise SourceError(f"the SEC's answer is larger than {LARGEST_FACTS // 2**20} MB")
    return content


def _asked_for(written: str | None, otherwise: float) -> float:
    """Return the seconds that an answer asks to wait for."""
    if written is not None and re.fullmatch(r"[0-9]{1,6}", written.strip()):
        return min(max(float(written), otherwise), LONGEST_WAIT)
    return otherwise


def _refusal(status: int) -> str:
    if status in _BUSY:
        return f"the SEC stays busy (status {status}); try again later"
    if status == 403:
        return (
            "the SEC refuses (403): it wants an e-mail address that exists, and shuts out for ten "
            "minutes who asks too often"
        )
    return f"the SEC answers with an error (status {status})"


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    text = str(getattr(reason, "strerror", None) or reason) or type(error).__name__
    return text.splitlines()[0][:100]
