"""A small Yahoo on 127.0.0.1: charts, funds, statements, and every way to answer badly.

`YahooServer.session()` is what carries the real yfinance there. Loaded by its path: the tests are
no package.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import numpy as np

from btplaybook.feeds.yahoo.session import YahooSession

FIELDS = ("open", "high", "low", "close", "volume")

#: Answers in place of a chart: status and text.
BAD_ANSWERS = {
    "429": (429, "Too Many Requests\r\n"),
    "503": (503, "<html><body>Service Unavailable</body></html>"),
    "html": (200, "<html><body>Something else</body></html>"),
    "down": (200, "<html><body>Will be right back...</body></html>"),
    "cut json": (200, '{"chart": {"result": [{"meta": {'),
    "no text": (200, ""),
    "a list": (200, "[]"),
    "deep json": (200, "[" * 100_000 + "]" * 100_000),
    "huge": (200, '{"chart": "' + "x" * 100_000 + '"}'),
    "chart is a list": (200, '{"chart": []}'),
    "no result": (200, '{"chart": {"result": [], "error": null}}'),
    "null result": (200, '{"chart": {"result": null, "error": null}}'),
    "null statements": (200, '{"timeseries": {"result": null, "error": null}}'),
    "error words": (
        200,
        '{"chart": {"result": null, "error": {"code": "Internal", "description": "Oops: no"}}}',
    ),
    "no quotes": (
        200,
        '{"chart": {"result": [{"meta": {"exchangeTimezoneName": "America/New_York"},'
        '"indicators": {"quote": [{}]}}], "error": null}}',
    ),
}


@dataclass
class Instrument:
    """What this Yahoo knows of one ticker; change it between two fetches."""

    dates: list[dt.date]
    prices: dict[str, list[float | None]]
    dividends: dict[dt.date, float] = field(default_factory=dict)
    splits: dict[dt.date, tuple[int, int]] = field(default_factory=dict)
    gains: dict[dt.date, float] = field(default_factory=dict)
    timezone: str = "America/New_York"
    kind: str = "ETF"

    def set(self, date: dt.date, **values: float | None) -> None:
        """Restate a bar."""
        for name, value in values.items():
            self.prices[name][self.dates.index(date)] = value

    def remove(self, date: dt.date) -> None:
        """Forget a bar."""
        row = self.dates.index(date)
        for column in (self.dates, *self.prices.values()):
            del column[row]

    def split(self, date: dt.date, new: int, old: int = 1, *, rescaled: bool = True) -> None:
        """List a split, and restate everything before it as Yahoo does."""
        self.splits[date] = (new, old)
        if not rescaled:
            return
        ratio = new / old
        for row, day in enumerate(self.dates):
            if day < date:
                for name in FIELDS:
                    value = self.prices[name][row]
                    scaled = value * ratio if name == "volume" else value / ratio
                    # Yahoo computes in single precision.
                    self.prices[name][row] = float(np.float32(scaled))
        for day in self.dividends:
            if day < date:
                self.dividends[day] = round(self.dividends[day] / ratio, 6)


def instrument(days: Iterable[dt.date], seed: int = 0, **more: Any) -> Instrument:
    """Return random bars in single precision on the given days."""
    dates = list(days)
    random = np.random.default_rng(seed)
    close = 100 * np.cumprod(1 + random.normal(0, 0.01, len(dates)))
    open_ = close * (1 + random.normal(0, 0.004, len(dates)))
    columns = {
        "open": open_,
        "high": np.maximum(open_, close) * 1.004,
        "low": np.minimum(open_, close) * 0.996,
        "close": close,
    }
    prices = {name: np.float32(column).astype(float).tolist() for name, column in columns.items()}
    prices["volume"] = random.integers(10**6, 10**8, len(dates)).astype(float).tolist()
    return Instrument(dates, prices, **more)


@dataclass
class Fund:
    """What this Yahoo knows of a fund; a stock has another kind, and no holdings."""

    holdings: list[tuple[str, str, float | None]] | None = None
    kind: str = "ETF"


@dataclass
class Company:
    """What a company has reported: line, as yfinance spells it, to period's end to value."""

    lines: dict[str, dict[str, float]]
    currency: str = "USD"


class YahooServer(ThreadingHTTPServer):
    """The server; it knows `instruments`, `funds` and `companies`; `trouble` is how it misbehaves.

    Troubles: those of `BAD_ANSWERS`, "slow", "hang up", "cut short", "crumb 429".
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.instruments: dict[str, Instrument] = {}
        self.funds: dict[str, Fund] = {}
        self.companies: dict[str, Company] = {}
        self.trouble = ""
        self.trouble_from = 0
        self.charts = 0
        self.asked: list[str] = []
        self.slowness = 30.0
        self.over = threading.Event()

    @property
    def base(self) -> str:
        """Address without a path."""
        return f"http://127.0.0.1:{self.server_port}"

    def session(self) -> YahooSession:
        """Return a session that comes here instead of going to Yahoo."""
        return RedirectedSession(self.base)

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class RedirectedSession(YahooSession):
    """A session whose requests to Yahoo go to another address."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: Any, url: str, **options: Any) -> Any:
        """Send the request to `base`."""
        parts = urlsplit(url)
        assert (parts.hostname or "").endswith("yahoo.com"), url
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, self.base + parts.path + query, **options)


@contextmanager
def serving() -> Iterator[YahooServer]:
    """Run a server while the block lasts."""
    server = YahooServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: YahooServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each piece waits 40 ms for word of the one before

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(self.path)
        if parts.path.startswith("/v8/finance/chart/"):
            self._chart(unquote(parts.path.rsplit("/", 1)[1]), parse_qs(parts.query))
        elif parts.path == "/v1/test/getcrumb":
            limited = self.server.trouble == "crumb 429"
            self._send(429 if limited else 200, "Too Many Requests" if limited else "crumb")
        elif parts.path.startswith("/v10/finance/quoteSummary/"):
            self._summary(unquote(parts.path.rsplit("/", 1)[1]), parse_qs(parts.query))
        elif parts.path.startswith("/ws/fundamentals-timeseries/"):
            self._statements(unquote(parts.path.rsplit("/", 1)[1]), parse_qs(parts.query))
        else:
            self._send(404, "<html></html>")

    def _answered_badly(self, trouble: str) -> bool:
        if trouble == "slow":
            self.server.over.wait(self.server.slowness)
        if trouble == "hang up":
            self.close_connection = True
        elif trouble in BAD_ANSWERS:
            self._send(*BAD_ANSWERS[trouble])
        return trouble == "hang up" or trouble in BAD_ANSWERS

    def _summary(self, ticker: str, query: dict[str, list[str]]) -> None:
        server = self.server
        if ticker not in server.funds:
            self._send(404, '{"quoteSummary": {"result": null, "error": {"code": "Not Found"}}}')
        elif self._answered_badly(server.trouble):
            return
        elif query.get("crumb") != ["crumb"]:
            words = {"code": "Unauthorized", "description": "Invalid Crumb"}
            self._send(401, json.dumps({"finance": {"result": None, "error": words}}))
        else:
            text = json.dumps(summary(server.funds[ticker]))
            self._send(200, text, promised=len(text) + 1000 * (server.trouble == "cut short"))

    def _statements(self, ticker: str, query: dict[str, list[str]]) -> None:
        server = self.server
        if self._answered_badly(server.trouble):
            return
        if ticker not in server.companies:
            error = {"code": "Not Found", "description": "No data found"}
            self._send(404, json.dumps({"timeseries": {"result": None, "error": error}}))
            return
        asked = query["type"][0].split(",")
        text = json.dumps(statements(ticker, server.companies[ticker], asked))
        self._send(200, text, promised=len(text) + 1000 * (server.trouble == "cut short"))

    def _chart(self, ticker: str, query: dict[str, list[str]]) -> None:
        server = self.server
        server.charts += 1
        trouble = server.trouble if server.charts > server.trouble_from else ""
        if self._answered_badly(trouble):
            return
        if ticker not in server.instruments:
            words = "No data found, symbol may be delisted"
            error = {"code": "Not Found", "description": words}
            self._send(404, json.dumps({"chart": {"result": None, "error": error}}))
            return
        text = json.dumps(chart(ticker, server.instruments[ticker], query))
        self._send(200, text, promised=len(text) + (1000 if trouble == "cut short" else 0))

    def _send(self, status: int, text: str, promised: int | None = None) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self.end_headers()
        self.wfile.write(content)
        if promised not in (None, len(content)):
            self.close_connection = True


def chart(ticker: str, known: Instrument, query: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the chart endpoint answers, in the shape that Yahoo has."""
    zone = ZoneInfo(known.timezone)
    opening = dt.time(9, 30) if known.kind != "CRYPTOCURRENCY" else dt.time(0)

    def stamp(day: dt.date) -> int:
        return int(dt.datetime.combine(day, opening, zone).timestamp())

    first = int(query.get("period1", ["0"])[0]) if "period1" in query else -(10**12)
    last = int(query.get("period2", [str(int(time.time()))])[0])
    if "range" in query and query["range"] != ["max"]:
        first = stamp(known.dates[-1]) if known.dates else 0
    rows = [row for row, day in enumerate(known.dates) if first <= stamp(day) < last]

    def events(amounts: dict[dt.date, Any], name: str) -> dict[str, Any]:
        inside = {day: value for day, value in amounts.items() if first <= stamp(day) < last}
        return {str(stamp(d)): {name: v, "date": stamp(d)} for d, v in sorted(inside.items())}

    splits = {
        str(stamp(day)): {"date": stamp(day), "numerator": new, "denominator": old}
        for day, (new, old) in known.splits.items()
        if first <= stamp(day) < last
    }
    listed = {
        "dividends": events(known.dividends, "amount"),
        "capitalGains": events(known.gains, "amount"),
        "splits": splits,
    }
    period = {"timezone": "EST", "start": 0, "end": 1, "gmtoffset": -18000}
    quote = {name: [known.prices[name][row] for row in rows] for name in FIELDS}
    result = {
        "meta": {
            "currency": "USD",
            "symbol": ticker,
            "instrumentType": known.kind,
            "exchangeTimezoneName": known.timezone,
            "timezone": "EST",
            "gmtoffset": -18000,
            "priceHint": 2,
            "dataGranularity": "1d",
            "range": "",
            "currentTradingPeriod": {"pre": period, "regular": period, "post": period},
            "validRanges": ["1d", "5d", "1mo", "1y", "max"],
        },
        "timestamp": [stamp(known.dates[row]) for row in rows],
        "events": {name: amounts for name, amounts in listed.items() if amounts},
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": quote["close"]}]},
    }
    if not rows:
        del result["timestamp"]
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return {"chart": {"result": [result], "error": None}}


def summary(known: Fund) -> dict[str, Any]:
    """Return what the quote summary answers of a fund, or of a stock."""
    parts: dict[str, Any] = {
        "quoteType": {"quoteType": known.kind},
        "summaryProfile": {"longBusinessSummary": "It seeks to follow an index."},
    }
    if known.kind in ("ETF", "MUTUALFUND"):
        parts["fundProfile"] = {"family": "Somebody", "legalType": "Exchange Traded Fund"}
        parts["topHoldings"] = {"stockPosition": 0.998, "cashPosition": 0.002}
    if known.holdings is not None:
        parts["topHoldings"]["holdings"] = [
            {"symbol": symbol, "holdingName": name, "holdingPercent": weight}
            for symbol, name, weight in known.holdings
        ]
    return {"quoteSummary": {"result": [parts], "error": None}}


def statements(ticker: str, known: Company, asked: list[str]) -> dict[str, Any]:
    """Return what the time series of fundamentals answers: an entry for each line asked for."""
    result = []
    for kind in asked:
        entry: dict[str, Any] = {"meta": {"symbol": [ticker], "type": [kind]}}
        values = known.lines.get(kind.removeprefix("quarterly").removeprefix("annual"), {})
        if values:
            entry["timestamp"] = [
                int(dt.datetime.fromisoformat(f"{end}T00:00+00:00").timestamp()) for end in values
            ]
            entry[kind] = [
                {
                    "dataId": 1,
                    "asOfDate": end,
                    "periodType": "3M" if kind.startswith("quarterly") else "12M",
                    "currencyCode": known.currency,
                    "reportedValue": {"raw": value, "fmt": f"{value:g}"},
                }
                for end, value in values.items()
            ]
        result.append(entry)
    return {"timeseries": {"result": result, "error": None}}
