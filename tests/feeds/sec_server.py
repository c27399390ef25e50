"""A small SEC on 127.0.0.1: files with a day of change, and every way to answer badly."""

import email.utils
import gzip
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from btplaybook.feeds.sec.client import SecClient

CHANGED = 1_600_000_000.0
"""When files last changed, in seconds since 1970."""


class SecServer:
    """Answers what `files` hold, by path, and before that what `first` lists.

    Attributes
    ----------
    files : dict of str to bytes
        Path to content.
    changed : dict of str to float
        Path to when it last changed; `CHANGED` for the others, None for a file without.
    first : list of (int, dict)
        Statuses and headers to answer with before any file is served.
    asked : list of (str, dict, float)
        Path, headers and time of each request.
    """

    def __init__(self):
        self.files, self.changed, self.first, self.asked = {}, {}, [], []
        self.broken = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append((self.path, dict(self.headers), time.monotonic()))
                server.answer(self)

            def log_message(self, *words):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.slept = []

    def serve(self, company):
        """Hold a company of `filings`."""
        self.files[self.path(company.cik)] = company.text().encode()
        return self

    @staticmethod
    def path(cik):
        return f"/api/xbrl/companyfacts/CIK{cik:010d}.json"

    def client(self, address="quant@example.com", **options):
        """Return a client of this server that does not wait."""
        hosts = {"data": self.url, "files": self.url}
        return SecClient(address, **{"pause": 0.0, "sleep": self.slept.append, **hosts, **options})

    @property
    def paths(self):
        return [path.rpartition("/")[2] for path, _, _ in self.asked]

    def answer(self, handler):
        status, headers = self.first.pop(0) if self.first else (200, {})
        content = self.files.get(handler.path)
        if status == 200 and content is None:
            status = 404
        changed = self.changed.get(handler.path, CHANGED)
        since = handler.headers.get("If-Modified-Since")
        if status == 200 and changed and since:
            then = email.utils.parsedate_to_datetime(since).timestamp()
            status = 304 if then >= changed else 200
        if status == 200 and "gzip" in handler.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content)
            headers = {**headers, "Content-Encoding": "gzip"}
        handler.send_response(status)
        if changed:
            headers = {**headers, "Last-Modified": email.utils.formatdate(changed, usegmt=True)}
        body = content if status == 200 else b""
        if self.broken == "cut":
            body = body[:-20]
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if self.broken == "dropped" else body)


@contextmanager
def sec_server():
    """Yield a running server."""
    server = SecServer()
    thread = threading.Thread(target=server._http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server._http.shutdown()
        server._http.server_close()
        thread.join()
