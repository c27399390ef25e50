"""Measure how soon a user is told that a host does not answer."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from btplaybook.feeds.samples import sample
from btplaybook.feeds.yahoo.client import SourceError
from btplaybook.feeds.yahoo.fetch import fetch
from btplaybook.feeds.yahoo.session import YahooSession
from btplaybook.runners.searches.run import run_search
from btplaybook.search.errors import SchedulerUnreachable

SCHEDULER_SECONDS = 10.0
ALLOWED, VENDOR_SECONDS = 1.0, 2.0


class Redirected(YahooSession):
    """A session whose requests go to a host that accepts them and never answers."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: Any, url: str, **options: Any) -> Any:
        """Send the request to that host."""
        return super().request(method, self.base + urlsplit(url).path, **options)


def measure() -> list[dict[str, object]]:
    """Ask a scheduler that does not exist, and a vendor that never answers.

    Returns
    -------
    list of dict
        `name`, `target` (most seconds), `measured` (seconds until the error) and `met`.
    """
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)  # accepts connections and never answers
        vendor = f"http://127.0.0.1:{silent.getsockname()[1]}"
        return [
            _until_told(
                "dask scheduler that is not there, seconds",
                SCHEDULER_SECONDS,
                SchedulerUnreachable,
                lambda: run_search(
                    "sma-switch",
                    sample("sp500"),
                    "period=5..6",
                    engine="dask",
                    scheduler="tcp://127.0.0.1:9",
                ),
            ),
            _until_told(
                f"vendor who never answers, allowed {ALLOWED:g} s, seconds",
                VENDOR_SECONDS,
                SourceError,
                lambda: _fetch(vendor),
            ),
        ]


def _fetch(vendor: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fetch("SILENT", folder=Path(folder), session=Redirected(vendor), seconds=ALLOWED)


def _until_told(
    name: str, target: float, error: type[Exception], ask: Callable[[], object]
) -> dict[str, object]:
    began = monotonic()
    try:
        ask()
    except error:
        seconds = monotonic() - began
        met = seconds < target
        return {"name": name, "target": target, "measured": round(seconds, 2), "met": met}
    raise RuntimeError(f"{name}: somebody answered")
